#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::config {

/// What a [[bot]] of one platform may say.
struct BotPlatform {
    /// How the address of its gateway begins.
    enum class Gateway : std::uint8_t {
        socket,  ///< wss:// or ws://
        web,     ///< https:// or http://: a Socket.IO server
        either,
    };

    std::string_view name;   ///< "revolt"
    std::string_view title;  ///< "Revolt"
    Gateway gateway = Gateway::socket;
    bool has_home = true;     ///< it has addresses of its own; else one must be given
    unsigned rest_limit = 0;  ///< by default; 0: what its answers say
    std::span<const std::string_view> flavours{};  ///< the first is the default; empty: no choice
    std::span<const std::string_view> formats{};   ///< likewise
    std::span<const std::string_view> keys{};      ///< beside those that every platform has

    [[nodiscard]] bool has(std::string_view key) const;
};

[[nodiscard]] std::span<const BotPlatform> bot_platforms();
/// Null when there is none of that name.
[[nodiscard]] const BotPlatform* find_bot_platform(std::string_view name);
/// Whether a bot of any platform may have the key.
[[nodiscard]] bool is_common_key(std::string_view key);

}  // namespace rookery::config
