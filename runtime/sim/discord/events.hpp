#pragma once

#include "sim/discord/snowflake.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim::discord {

namespace intent {
inline constexpr std::uint64_t kGuilds = 1U << 0U;
inline constexpr std::uint64_t kGuildMembers = 1U << 1U;
inline constexpr std::uint64_t kGuildPresences = 1U << 8U;
inline constexpr std::uint64_t kMessageContent = 1U << 15U;
inline constexpr std::uint64_t kPrivileged = kGuildMembers | kGuildPresences | kMessageContent;
inline constexpr std::uint64_t kDefined = 53'608'447;
}  // namespace intent

using Payload = std::shared_ptr<const std::string>;

/// One gateway event on its way to the sessions that may see it.
struct Dispatch {
    std::string type;
    Id guild = 0;            ///< 0 = none: shard 0, direct-message intents
    std::uint64_t any_of{};  ///< intents of which the session needs one; 0 = always sent
    Payload data;            ///< the bytes of `d`
    /// `d` without content, embeds, attachments and components, for sessions that lack
    /// MESSAGE_CONTENT; null when nothing has to be hidden.
    Payload without_content;
    std::vector<Id> content_for;  ///< bots that see the content all the same
    Id only_for = 0;              ///< this bot only; 0 = every bot
};

/// The intents of which one lets an event of that name through; 0 for names that need none and
/// for names that are not known here.
[[nodiscard]] std::uint64_t intents_of(std::string_view type, bool in_guild);

}  // namespace rookery::sim::discord
