#pragma once

#include "sim/community/faults.hpp"
#include "sim/community/world.hpp"
#include "sim/recorder.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rookery::sim::holobridge {

using community::Json;

/// Discord's ids, since what stands behind the bridge is a Discord.
[[nodiscard]] std::string snowflake(const Clock& clock, community::IdOf kind, std::uint64_t number);
/// When the thing with this id was made: "2024-05-01T12:00:00.123Z".
[[nodiscard]] std::string made_at(const std::string& id);
[[nodiscard]] std::string time_text(WallTime time);

/// What the parts of one HoloBridge share. Simulator thread.
struct Core {
    struct Options {
        /// The first is API_KEY, which alone opens the socket; the others stand in API_KEYS.
        std::vector<std::string> tokens = {"sim.token.rookery-demo"};
        unsigned servers = 1;
        unsigned members = 0;
        Millis ping_interval{25'000};
        Millis ping_timeout{20'000};
        unsigned rate_limit = 100;
        Millis rate_window{60'000};
        bool rate_limits = true;
    };

    Core(boost::asio::io_context& loop, const Clock& time, Recorder& records, Options chosen)
        : io(loop),
          clock(time),
          recorder(records),
          options(std::move(chosen)),
          world(time,
                [this](community::IdOf kind, std::uint64_t number, const std::string&) {
                    return snowflake(clock, kind, number);
                },
                {options.servers, options.members, 1}) {
        for (auto& server : world.servers()) {
            server.roles.front().id = server.id;  // the role of everyone
        }
    }

    [[nodiscard]] bool knows_key(std::string_view key) const {
        for (const auto& known : options.tokens) {
            if (key == known && !revoked.contains(known)) {
                return true;
            }
        }
        return false;
    }

    boost::asio::io_context& io;
    const Clock& clock;
    Recorder& recorder;
    Options options;
    community::World world;
    community::Faults faults;
    std::map<std::string, bool, std::less<>> revoked;
    std::map<std::string, unsigned> counts;
    /// Which scopes are granted; nothing: all, since the bridge asks for none of them.
    std::set<std::string> scopes;
    bool scopes_enforced = false;
};

}  // namespace rookery::sim::holobridge
