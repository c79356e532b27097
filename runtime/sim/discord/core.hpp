#pragma once

#include "base/clock.hpp"
#include "sim/discord/faults.hpp"
#include "sim/discord/hub.hpp"
#include "sim/discord/shelf.hpp"
#include "sim/discord/world.hpp"
#include "sim/recorder.hpp"
#include "sim/shared.hpp"
#include "sim/simulator.hpp"

#include <boost/asio/io_context.hpp>

#include <random>

namespace rookery::sim::discord {

/// What every part of one simulator shares. Lives and dies with it; simulator thread.
struct Core {
    Core(const Options& chosen, boost::asio::io_context& loop)
        : options(chosen),
          clock(chosen.calendar),
          recorder(clock),
          world(options, clock),
          hub(options, clock),
          random(options.seed),
          io(loop) {
        world.describe_collections([this](Id guild, Json& json) {
            struct Part {
                const char* key;
                const char* kind;
            };
            for (const auto& [key, kind] : {Part{"emojis", "emojis"}, Part{"stickers", "stickers"},
                                            Part{"stage_instances", "stage-instances"},
                                            Part{"guild_scheduled_events", "scheduled-events"},
                                            Part{"soundboard_sounds", "soundboard-sounds"}}) {
                if (json.contains(key)) {
                    json[key] = shelf.list(kind, guild);
                }
            }
        });
    }

    [[nodiscard]] bool chance(double probability) {
        return std::uniform_real_distribution<double>(0, 1)(random) < probability;
    }
    [[nodiscard]] std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
    }

    Options options;
    DatedClock clock;
    Recorder recorder;
    World world;
    Shelf shelf;
    Hub hub;
    Faults faults;
    Addresses addresses;
    std::mt19937_64 random;
    boost::asio::io_context& io;
};

}  // namespace rookery::sim::discord
