#pragma once

#include "sim/discord/snowflake.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::sim::discord {

/// The things that are kept just as the platform shows them: emojis, stickers, scheduled events,
/// webhooks and the like, by kind and owner (a guild, a channel or an application). Simulator
/// thread. References live until something of the same kind and owner is added or removed.
class Shelf {
  public:
    using Json = nlohmann::json;

    /// All of one kind and owner, in the order in which they were added.
    [[nodiscard]] Json& items(std::string_view kind, Id owner);
    [[nodiscard]] Json list(std::string_view kind, Id owner) const;
    /// Null when there is none whose `key` is `value`.
    [[nodiscard]] Json* find(std::string_view kind, Id owner, const char* key,
                             const std::string& value);
    /// Wherever it stands; `owner` is set when there is one.
    [[nodiscard]] Json* find_anywhere(std::string_view kind, const char* key,
                                      const std::string& value, Id& owner);
    Json& add(std::string_view kind, Id owner, Json item);
    bool remove(std::string_view kind, Id owner, const char* key, const std::string& value);

  private:
    std::map<std::pair<std::string, Id>, Json> lists_;
};

}  // namespace rookery::sim::discord
