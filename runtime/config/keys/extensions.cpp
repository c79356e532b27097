#include "config/keys.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>

namespace rookery::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 3> kWhenFull = {"spill", "drop_oldest", "block"};
constexpr std::size_t kMostCapabilities = 200;

void read_capabilities(Reader& r, const toml::node& node, std::vector<std::string>& out,
                       std::string_view key) {
    const auto* list = node.as_array();
    if (list == nullptr || list->size() > kMostCapabilities) {
        r.mismatch(node, R"(a list such as ["http:api.example.com"])");
        return;
    }
    for (const auto& item : *list) {
        std::string name;
        r.at_key(fmt::format("{}[{}]", key, out.size()));
        if (!r.text(item, name)) {
            continue;
        }
        if (const auto& check = r.options().check_capability) {
            if (const auto checked = check(name); !checked) {
                r.error(item, checked.error().message());
            }
        }
        out.push_back(std::move(name));
    }
}

template <class Section>
void read_grant(Reader& r, const toml::node& node, Section& s) {
    read_capabilities(r, node, s.grant, "grant");
}
template <class Section>
void read_deny(Reader& r, const toml::node& node, Section& s) {
    read_capabilities(r, node, s.deny, "deny");
}

void read_folder(Reader& r, const toml::node& node, ExtensionsSection& s) { r.path(node, s.dir); }
void read_default(Reader& r, const toml::node& node, ExtensionsSection& s) {
    r.boolean(node, s.enabled);
}

constexpr Key<ExtensionsSection> kEnabledByDefault = {
    "enabled", "boolean", "true", "Whether those without a section of their own are loaded.",
    read_default};

constexpr Key<ExtensionsSection> kRestLimit = {
    "rest_limit", "rate", "\"none\"",
    "Operations that each may ask for, for instance \"20/s\"; what is over it waits in line.",
    [](Reader& r, const toml::node& node, ExtensionsSection& s) { r.rate(node, s.rest_limit); }};
constexpr Key<ExtensionsSection> kRestGuildLimit = {
    "rest_guild_limit", "rate", "\"none\"", "The same for each guild.",
    [](Reader& r, const toml::node& node, ExtensionsSection& s) {
        r.rate(node, s.rest_guild_limit);
    }};
constexpr Key<ExtensionsSection> kGrantToAll = {
    "grant", "list", "[]",
    "Capabilities of all of them, besides what needs no grant; see the guide on storage.",
    read_grant<ExtensionsSection>};
constexpr Key<ExtensionsSection> kDenyToAll = {
    "deny", "list", "[]", "Capabilities that none of them has, whatever is granted.",
    read_deny<ExtensionsSection>};

constexpr auto kPlugins = std::to_array<Key<ExtensionsSection>>({
    {"dir", "path", "\"plugins\"", "Folder of the native plugins: every `NAME.so` in it.",
     read_folder},
    kEnabledByDefault,
    kRestLimit,
    kRestGuildLimit,
    kGrantToAll,
    kDenyToAll,
});

constexpr auto kScripts = std::to_array<Key<ExtensionsSection>>({
    {"dir", "path", "\"scripts\"",
     "Folder of the scripts: every `NAME.lua` and `NAME/init.lua` in it.", read_folder},
    kEnabledByDefault,
    kRestLimit,
    kRestGuildLimit,
    kGrantToAll,
    kDenyToAll,
});

// A plugin has the first nine, a script all twelve.
constexpr std::size_t kPluginKeys = 9;
constexpr auto kExtension = std::to_array<Key<ExtensionSection>>({
    {"enabled", "boolean", "true", "Whether it is loaded. Default: `enabled` of the section above.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) { r.boolean(node, s.enabled); }},
    {"queue", "integer", "65536", "Events that may wait for it.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.integer<std::size_t>(node, s.queue_events, {1, 16'777'216});
     }},
    {"queue_bytes", "size", "\"64MiB\"", "Bytes of events that may wait for it in memory.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.queue_bytes, {std::size_t{64} << 10U, std::size_t{64} << 30U});
     }},
    {"when_full", "string", "\"spill\"",
     "What a full queue does: \"spill\" to a file in the state folder, \"drop_oldest\", or "
     "\"block\" the connection's "
     "reading until there is room.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         if (const auto index = r.choice(node, kWhenFull)) {
             s.when_full = static_cast<WhenFull>(*index);
         }
     }},
    {"rest_limit", "rate", "",
     "Operations that it may ask for, for instance \"20/s\"; what is over it waits in line. "
     "Default: "
     "that of the section above. Answers to interactions do not count.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.rate(node, s.rest_limit.emplace());
     }},
    {"rest_guild_limit", "rate", "", "The same for each guild.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.rate(node, s.rest_guild_limit.emplace());
     }},
    {"kv_limit", "size", "\"256MiB\"",
     "Bytes of keys and values that it may store; 0 for no limit.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.kv_limit, {0, std::size_t{1} << 40U});
     }},
    {"grant", "list", "[]",
     "Capabilities that it is given, for instance `[\"http:api.example.com\"]`.",
     read_grant<ExtensionSection>},
    {"deny", "list", "[]",
     "Capabilities that it does not get, whatever is granted, for instance "
     "`[\"rest:members.*\"]`.",
     read_deny<ExtensionSection>},
    {"time_limit", "duration", "\"250ms\"",
     "Longest uninterrupted run of a handler before it is stopped; 0 for none.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.duration(node, s.time_limit, {0ms, 1h});
     }},
    {"memory_limit", "size", "\"64MiB\"", "Memory that the script may hold; 0 for no limit.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.size(node, s.memory_limit, {0, std::size_t{64} << 30U});
     }},
    {"wait_limit", "duration", "\"5m\"",
     "Longest time from a handler's start to its end, waits included; 0 for none.",
     [](Reader& r, const toml::node& node, ExtensionSection& s) {
         r.duration(node, s.wait_limit, {0ms, 24h});
     }},
});

}  // namespace

std::span<const Key<ExtensionsSection>> plugins_keys() { return kPlugins; }
std::span<const Key<ExtensionsSection>> scripts_keys() { return kScripts; }
std::span<const Key<ExtensionSection>> plugin_keys() {
    return std::span(kExtension).first(kPluginKeys);
}
std::span<const Key<ExtensionSection>> script_keys() { return kExtension; }

}  // namespace rookery::config
