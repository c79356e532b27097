#include "config/keys.hpp"

#include <array>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

template <auto Member>
void read_port(Reader& r, const toml::node& node, SimulatorSection& s) {
    r.integer<std::uint16_t>(node, s.*Member);
}

template <auto Member>
void read_flag(Reader& r, const toml::node& node, SimulatorSection& s) {
    r.boolean(node, s.*Member);
}

constexpr auto kSimulator = std::to_array<Key<SimulatorSection>>({
    {"enabled", "boolean", "false",
     "Runs the simulators of the bots' platforms inside the runtime; bots without a token live in "
     "them.",
     read_flag<&SimulatorSection::enabled>},
    {"gateway_port", "integer", "0", "Port of its gateway on 127.0.0.1; 0 for any free one.",
     read_port<&SimulatorSection::gateway_port>},
    {"api_port", "integer", "0", "Port of its REST API.", read_port<&SimulatorSection::api_port>},
    {"control_port", "integer", "0", "Port that `rookery sim` commands talk to.",
     read_port<&SimulatorSection::control_port>},
    {"guilds", "integer", "1", "How many guilds the bot is in.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.guilds, {1, 10'000});
     }},
    {"members", "integer", "10", "How many members each guild has; ten of them do things.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.members, {0, 1'000'000});
     }},
    {"shards", "integer", "1",
     "How many shards it recommends at the least; one for 1,000 guilds otherwise.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.shards, {1, 1'000});
     }},
    {"max_concurrency", "integer", "1", "How many shards may identify at a time.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.max_concurrency, {1, 64});
     }},
    {"chatter", "boolean", "true", "Whether its people talk by themselves.",
     read_flag<&SimulatorSection::chatter>},
    {"chatter_rate", "number", "0.5", "Lines a second that they write.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.number(node, s.chatter_rate, {0.001, 1000.0});
     }},
    {"heartbeat_interval", "duration", "\"41250ms\"", "What its gateway asks clients for.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.duration(node, s.heartbeat_interval, {20ms, 1h});
     }},
    {"session_ttl", "duration", "\"90s\"", "How long a lost session can be resumed.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.duration(node, s.session_ttl, {0ms, 24h});
     }},
    {"replay_events", "integer", "10000", "How many events a session keeps for a resume.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint32_t>(node, s.replay_events, {1, 10'000'000});
     }},
    {"rate_limits", "boolean", "true", "Whether its REST API limits requests as Discord does.",
     read_flag<&SimulatorSection::rate_limits>},
    {"tls", "boolean", "false", "Whether it speaks TLS, with a certificate made for the occasion.",
     read_flag<&SimulatorSection::tls>},
    {"seed", "integer", "1", "Of its people's random choices.",
     [](Reader& r, const toml::node& node, SimulatorSection& s) {
         r.integer<std::uint64_t>(node, s.seed);
     }},
});
}  // namespace

std::span<const Key<SimulatorSection>> simulator_keys() { return kSimulator; }

}  // namespace rookery::config
