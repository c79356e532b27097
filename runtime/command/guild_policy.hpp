#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::command {

inline constexpr std::size_t kLongestPrefix = 20;  ///< bytes
inline constexpr std::size_t kMostPrefixes = 10;
inline constexpr std::size_t kMostDisabled = 500;  ///< commands of one guild

/// What a guild has set for the commands of a bot.
struct GuildPolicy {
    std::optional<std::vector<std::string>> prefixes;  ///< nothing: the bot's
    std::set<std::string, std::less<>> disabled;  ///< paths: "todo", "todo add"; and what is below
    std::string language;                         ///< as of language_tag(); empty: not set

    /// Whether the command of that path ("todo add"), or one that it belongs to, is disabled.
    [[nodiscard]] bool is_disabled(std::string_view path) const;
    [[nodiscard]] bool empty() const noexcept {
        return !prefixes && disabled.empty() && language.empty();
    }

    bool operator==(const GuildPolicy&) const = default;
};

/// Changes it as `{prefix?, enable?, disable?, language?}` say: `prefix` a text or a list of texts,
/// "" for none, null for the bot's own; `language` as "de" or "en-US", null for none; the others
/// paths, one or a list. Error invalid: says which; limit.
[[nodiscard]] Result<> change(GuildPolicy& policy, const nlohmann::json& wish);

/// {"prefix": ["!"] | null, "disabled": ["todo add"], "language": "de" | null}: what is stored and
/// shown.
[[nodiscard]] nlohmann::json to_json(const GuildPolicy& policy);
/// What is not of that form counts as not set.
[[nodiscard]] GuildPolicy policy_of(const nlohmann::json& stored);

}  // namespace rookery::command
