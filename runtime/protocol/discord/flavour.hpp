#pragma once

#include "protocol/discord/inflater.hpp"

#include <span>
#include <string_view>

namespace rookery::protocol::discord {

/// A server that speaks like Discord, and where it differs.
struct Flavour {
    std::string_view name;     ///< as configured
    std::string_view api_url;  ///< empty: has to be configured
    unsigned gateway_version;
    std::span<const Compression> compressions;  ///< that its gateway knows
    bool resumes;  ///< whether a session outlives its connection; otherwise events are lost between
    bool shards;   ///< whether several connections share the guilds
};

/// Discord first.
[[nodiscard]] std::span<const Flavour> flavours() noexcept;
/// Null when there is none of that name.
[[nodiscard]] const Flavour* find_flavour(std::string_view name) noexcept;

/// `wanted`, or what comes nearest to it of those that the server knows.
[[nodiscard]] Compression best_compression(const Flavour& flavour, Compression wanted) noexcept;

}  // namespace rookery::protocol::discord
