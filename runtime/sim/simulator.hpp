#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim {

/// The token that a platform accepts when none is named.
inline constexpr const char* kDemoToken = "sim.token.rookery-demo";

/// What a simulator is like. Every default is Discord's own where Discord has one.
struct Options {
    std::string bind = "127.0.0.1";  ///< must be a loopback address
    /// The services that it plays, each once; the first is meant where none is named.
    std::vector<std::string> platforms = {"discord"};
    /// Of the other platforms than Discord: a bot account for each token; kDemoToken without.
    std::map<std::string, std::vector<std::string>> tokens_of = {};
    std::uint16_t api_port = 0;  ///< of the first platform; 0 = any free port, here and below
    std::uint16_t gateway_port = 0;
    std::uint16_t resume_port = 0;
    std::uint16_t control_port = 0;
    std::filesystem::path state_dir;  ///< where simulator.json is written; empty = nowhere

    std::vector<std::string> tokens = {kDemoToken};  ///< Discord's, a bot account each
    unsigned guilds = 1;
    unsigned members = 0;  ///< in each guild; those above the seeded ones are made on demand
    unsigned shards = 1;   ///< what /gateway/bot recommends at the least
    unsigned max_concurrency = 1;  ///< identify keys, each with its own spacing
    std::uint64_t seed = 1;        ///< ids and chance repeat for equal seeds

    Millis heartbeat_interval{41'250};
    Millis session_ttl{90'000};  ///< how long a session without a connection can be resumed
    std::size_t replay_events = 400'000;
    std::size_t replay_bytes = std::size_t{512} << 20U;
    Millis replay_age{180'000};
    Millis identify_spacing{5'000};  ///< least time between two identifies of one key
    unsigned identify_budget = 1'000;
    unsigned sends_per_minute = 120;
    std::uint64_t privileged_intents = (1U << 1U) | (1U << 8U) | (1U << 15U);  ///< granted ones

    bool rate_limits = true;
    double limit_speed =
        1;  ///< rate limits' windows of Revolt and Guilded pass so many times faster
    unsigned invalid_requests =
        10'000;          ///< 401, 403 and 429 in ten minutes, then an address is out
    double chatter = 0;  ///< lines a second that the community writes by itself; 0 = quiet
    bool noise = true;   ///< `_trace` and fields that no document names
    std::size_t zlib_split =
        0;  ///< above 0: compressed payloads are cut into messages of this size
    /// Whose wall() dates what happens in the communities; null: the machine's. Outlives it.
    const Clock* calendar = nullptr;
    bool tls = false;  ///< self-signed; the certificate is written to the state directory
};

/// Where a platform of a running simulator listens.
struct Addresses {
    std::string api_url;      ///< "http://127.0.0.1:P/api/v10"
    std::string gateway_url;  ///< "ws://127.0.0.1:P"; "http://..." of those that speak Socket.IO
    std::string resume_url;   ///< Discord's second gateway listener, as READY names it
    std::string control_url;  ///< "http://127.0.0.1:P"; one for all platforms
    std::string ca_file;      ///< PEM certificate to trust; empty without TLS
    std::string token;        ///< of the first bot
    std::map<std::string, std::string> more = {};  ///< further ones by name, such as "files_url"
};

/// Loopback services, each with what its bots connect to, and one control interface for all, on a
/// thread of its own. Shares no encoding or session code with the runtime. Any thread may hold it;
/// the destructor stops it.
class Simulator {
  public:
    /// Fails when an option is out of range, a platform has no simulator, or an address cannot be
    /// bound.
    [[nodiscard]] static Result<std::unique_ptr<Simulator>> start(Options options);

    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;
    ~Simulator();

    /// Of the first platform.
    [[nodiscard]] const Addresses& addresses() const noexcept;
    /// Null when it does not play that platform. The pointer lives as long as the simulator.
    [[nodiscard]] const Addresses* addresses(std::string_view platform) const noexcept;
    [[nodiscard]] const Options& options() const noexcept;

    struct Answer {
        unsigned status = 200;
        std::string body;  ///< JSON
    };
    /// A request of the control interface, without a connection: "/_sim/say" with a JSON object is
    /// a POST, with an empty text a GET, whose target may have a query. Waits for the answer; not
    /// from the simulator's thread.
    [[nodiscard]] Answer ask(const std::string& target, const std::string& body) const;
    /// Returns once all that its thread had to do has been done: how many things that were since
    /// the start. Not from that thread.
    [[nodiscard]] std::uint64_t catch_up() const;

  private:
    struct Impl;
    explicit Simulator(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

/// The names of all platforms that have a simulator.
[[nodiscard]] std::vector<std::string> simulated_platforms();

/// The file in a state directory that names a running simulator.
inline constexpr const char* kSimulatorFile = "simulator.json";

}  // namespace rookery::sim
