#include "config/keys.hpp"

#include <array>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info",
                                                        "warn",  "error", "off"};

constexpr auto kRuntime = std::to_array<Key<RuntimeSection>>({
    {"state", "path", "\"state\"", "Folder for sessions, delivery ledgers and the control socket.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) { r.path(node, s.state); }},
    {"log_level", "string", "\"info\"",
     "\"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"off\".",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         if (const auto index = r.choice(node, kLogLevels)) {
             s.log_level = kLogLevels[*index];
         }
     }},
    {"drain_timeout", "duration", "\"10s\"",
     "How long a stopping runtime waits for handlers that still run.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.drain_timeout, {0ms, 1h});
     }},
    {"reload_timeout", "duration", "\"10s\"",
     "How long each step of one extension's reload may take.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.reload_timeout, {100ms, 1h});
     }},
    {"intercept_timeout", "duration", "\"1s\"",
     "How long an event waits for one interceptor; then it goes on without its decision.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.duration(node, s.intercept_timeout, {10ms, 1min});
     }},
    {"identify_share", "number", "0.8",
     "Share of a bot's daily identifies that the runtime uses; at the limit it stops and says so, "
     "because using all of "
     "them resets the token.",
     [](Reader& r, const toml::node& node, RuntimeSection& s) {
         r.number(node, s.identify_share, {0.01, 1.0});
     }},
});

}  // namespace

std::span<const Key<RuntimeSection>> runtime_keys() { return kRuntime; }

}  // namespace rookery::config
