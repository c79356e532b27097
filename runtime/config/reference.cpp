#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/platforms.hpp"

#include <spdlog/fmt/fmt.h>

namespace rookery::config {
namespace {

constexpr std::string_view kHead = R"(# The configuration file

Written by `rookery check --keys`. One TOML file describes one runtime. A key that is not listed here is refused,
except in `[plugins.NAME]` and `[scripts.NAME]`, where it is handed to the extension as its own setting.

- **duration**: `"500ms"`, `"5s"`, `"2m"`, `"1h"`, or a number of seconds.
- **size**: `"100B"`, `"512KiB"`, `"64MiB"`, `"1GiB"`, or a number of bytes.
- **path**: relative ones start at the folder of the file.
- **rate**: `"20/s"`, `"100/m"`, `"1000/h"`, or `"none"`.
- **name**: a lower-case letter, then lower-case letters, digits, `_` and `-`.
- **secret**: a string, `{ env = "NAME" }` (an environment variable) or `{ file = "path" }` (the file's text).
)";

template <class Keys>
void section(std::string& out, std::string_view title, std::string_view intro, const Keys& keys) {
    out += fmt::format(
        "\n## {}\n\n{}\n\n| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |\n", title,
        intro);
    for (const auto& key : keys) {
        const auto fallback =
            key.fallback.empty() ? std::string() : fmt::format("`{}`", key.fallback);
        out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, key.type, fallback, key.doc);
    }
}

/// "discord, guilded": who has the key; empty when all do.
std::string platforms_with(std::string_view key) {
    std::string names;
    for (const BotPlatform& platform : bot_platforms()) {
        if (platform.has(key)) {
            names += (names.empty() ? "" : ", ") + std::string(platform.name);
        }
    }
    return is_common_key(key) ? std::string() : names;
}

/// As section(), with the platforms that have a key in front of its meaning.
void bot_section(std::string& out) {
    out +=
        "\n## [[bot]]\n\nOne for each bot; the section may stand several times. A key that the "
        "bot's platform has not is refused.\n\n"
        "| Key | Type | Default | Platforms | Meaning |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& key : bot_keys()) {
        const auto fallback =
            key.fallback.empty() ? std::string() : fmt::format("`{}`", key.fallback);
        const std::string platforms = platforms_with(key.name);
        out += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, key.type, fallback,
                           platforms.empty() ? "all" : platforms, key.doc);
    }
}

}  // namespace

std::string reference() {
    std::string out(kHead);
    section(out, "[runtime]", "The process as a whole.", runtime_keys());
    bot_section(out);
    section(out, "[bot.cache]",
            "What is kept of what the gateway tells, for the Discord bot whose section stands "
            "above.",
            cache_keys());
    section(out, "[commands]", "What holds for the commands of all extensions.", commands_keys());
    section(out, "[plugins]", "Native plugins.", plugins_keys());
    section(out, "[plugins.NAME]", "One plugin. Other keys are its own settings.", plugin_keys());
    section(out, "[scripts]", "Lua scripts.", scripts_keys());
    section(out, "[scripts.NAME]", "One script. Other keys are its own settings.", script_keys());
    section(out, "[server]",
            "HTTP and Socket.IO for programs outside; there is a server when the section is.",
            server_keys());
    section(out, "[server.socketio]", "Connections of Socket.IO clients.", socketio_keys());
    out += "\n## [server.namespaces]\n\nTurns a built-in namespace on or off, by its name: ";
    for (const auto& name : kNamespaceNames) {
        out += fmt::format("{}`\"{}\" = true`", name == kNamespaceNames.front() ? "" : ", ", name);
    }
    out += ". Those that are not named are on.\n";
    section(out, "[[server.key]]",
            "One for each key of a client; the section may stand several times. Keys can be made "
            "without the file, too: `rookery keys new`.",
            server_key_keys());
    section(out, "[simulator]", "A Discord on this machine, to try bots without an account.",
            simulator_keys());
    return out;
}

}  // namespace rookery::config
