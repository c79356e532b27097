#pragma once

#include "sim/community/faults.hpp"
#include "sim/community/world.hpp"
#include "sim/guilded/ids.hpp"
#include "sim/recorder.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <string>
#include <vector>

namespace rookery::sim::guilded {

using community::Json;

/// What the parts of one Guilded share. Simulator thread.
struct Core {
    struct Options {
        std::vector<std::string> tokens = {"sim.token.rookery-demo"};  ///< a bot account each
        unsigned servers = 1;
        unsigned members = 0;
        Millis heartbeat_interval{22'500};
        std::size_t replay_events = 10'000;
        bool heartbeats_watched = true;  ///< silent clients are cut off
    };

    Core(boost::asio::io_context& loop, const Clock& time, Recorder& records, Options chosen)
        : io(loop),
          clock(time),
          recorder(records),
          options(std::move(chosen)),
          world(time, id_form, {options.servers, options.members, options.tokens.size()}) {}

    /// The account that a token belongs to; null when there is none.
    [[nodiscard]] community::Person* bot_of_token(std::string_view token) {
        for (std::size_t i = 0; i < options.tokens.size(); ++i) {
            if (token == options.tokens[i] && !revoked.contains(options.tokens[i])) {
                return &world.bot(i);
            }
        }
        return nullptr;
    }

    boost::asio::io_context& io;
    const Clock& clock;
    Recorder& recorder;
    Options options;
    community::World world;
    community::Faults faults;
    std::map<std::string, bool, std::less<>> revoked;
    std::map<std::string, std::string> emotes;  ///< name of each emote that somebody used
    std::map<std::string, unsigned> counts;
};

}  // namespace rookery::sim::guilded
