#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// Who asks, and what they may. Immutable, but for being revoked. The secret is not in here.
struct Key {
    std::string id;                                  ///< unique; in logs
    std::string name;                                ///< for people
    std::vector<std::string> scopes;                 ///< "read:guilds", "events", "admin", ...
    std::optional<std::vector<std::string>> guilds;  ///< sorted ids; none: all of them
    std::optional<std::vector<std::string>> events;  ///< sorted names; none: all of them
    std::optional<std::chrono::system_clock::time_point> expires;

    /// `admin` has every scope.
    [[nodiscard]] bool has(std::string_view scope) const noexcept;
    [[nodiscard]] bool sees_guild(std::string_view guild) const noexcept;
    [[nodiscard]] bool hears(std::string_view event) const noexcept;
    /// Events without a guild (direct messages, users): needs the scope `events:direct` or `admin`,
    /// and no restriction to guilds.
    [[nodiscard]] bool hears_direct() const noexcept;
};
using KeyPtr = std::shared_ptr<const Key>;

}  // namespace rookery::server
