#pragma once

#include "config/reader.hpp"
#include "config/sections.hpp"

#include <array>
#include <span>
#include <string_view>

namespace rookery::config {

/// One key of a section: the reader, the reference page and the guesses at misspelt names come from
/// it.
template <class Section>
struct Key {
    std::string_view name;
    std::string_view type;
    std::string_view
        fallback;  ///< as one would write it in TOML; empty: must be given, or absent by default
    std::string_view doc;
    void (*read)(Reader&, const toml::node&, Section&);
};

[[nodiscard]] std::span<const Key<RuntimeSection>> runtime_keys();
[[nodiscard]] std::span<const Key<BotSection>> bot_keys();
[[nodiscard]] std::span<const Key<CacheSection>> cache_keys();  ///< of [bot.cache]
[[nodiscard]] std::span<const Key<CommandsSection>> commands_keys();
[[nodiscard]] std::span<const Key<ExtensionsSection>> plugins_keys();
[[nodiscard]] std::span<const Key<ExtensionsSection>> scripts_keys();
[[nodiscard]] std::span<const Key<ExtensionSection>> plugin_keys();  ///< of [plugins.NAME]
[[nodiscard]] std::span<const Key<ExtensionSection>> script_keys();  ///< of [scripts.NAME]
[[nodiscard]] std::span<const Key<SimulatorSection>> simulator_keys();

[[nodiscard]] std::span<const Key<ServerSection>> server_keys();
[[nodiscard]] std::span<const Key<SocketIoSection>> socketio_keys();     ///< of [server.socketio]
[[nodiscard]] std::span<const Key<ServerKeySection>> server_key_keys();  ///< of [[server.key]]

/// One prefix of commands or a list of them, each 1 to 20 characters; an empty text: none.
bool read_prefixes(Reader& reader, const toml::node& node, Prefixes& out);

/// The top-level tables.
inline constexpr std::array<std::string_view, 7> kSectionNames = {
    "runtime", "bot", "commands", "plugins", "scripts", "server", "simulator"};
/// Those of [server.namespaces].
inline constexpr std::array<std::string_view, 2> kNamespaceNames = {"/", "/api/events"};

}  // namespace rookery::config
