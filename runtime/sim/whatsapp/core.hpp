#pragma once

#include "sim/community/faults.hpp"
#include "sim/community/world.hpp"
#include "sim/recorder.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <string>
#include <vector>

namespace rookery::sim::whatsapp {

using community::Json;

/// A phone number at s.whatsapp.net for people, a number at g.us for groups; ids of messages as
/// phones make them. A community is the server, its groups are the channels.
[[nodiscard]] std::string id_form(community::IdOf kind, std::uint64_t number,
                                  const std::string& name);
/// The hidden id of the person with this JID.
[[nodiscard]] std::string lid_of(const std::string& jid);
/// Without the part that names a device: "49151:12@s.whatsapp.net" is "49151@s.whatsapp.net".
[[nodiscard]] std::string bare_jid(const std::string& jid);
[[nodiscard]] bool is_group(std::string_view jid);

/// What the parts of one bridge share. Simulator thread.
struct Core {
    struct Options {
        std::vector<std::string> tokens = {"sim.token.rookery-demo"};  ///< keys of the one account
        unsigned servers = 1;
        unsigned members = 0;
        Millis ping_interval{25'000};
        Millis ping_timeout{20'000};
    };

    Core(boost::asio::io_context& loop, const Clock& time, Recorder& records, Options chosen)
        : io(loop),
          clock(time),
          recorder(records),
          options(std::move(chosen)),
          world(time, id_form, {options.servers, options.members, 1}) {}

    [[nodiscard]] bool knows_token(std::string_view token) const {
        for (const auto& known : options.tokens) {
            if (token == known && !revoked.contains(known)) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] const community::Person& me() { return world.bot(); }

    boost::asio::io_context& io;
    const Clock& clock;
    Recorder& recorder;
    Options options;
    community::World world;
    community::Faults faults;
    std::map<std::string, bool, std::less<>> revoked;
    std::map<std::string, unsigned> counts;
    unsigned baileys = 7;             ///< 6 or 7: the shapes of which line
    bool hidden_ids = true;           ///< authors in groups are named by LID first
    bool long_numbers = false;        ///< times as {low, high, unsigned}
    std::string connection = "open";  ///< as /api/auth/state tells
    std::string qr;                   ///< what is to be scanned, while that is so
    std::map<std::string, Json> configs;
};

}  // namespace rookery::sim::whatsapp
