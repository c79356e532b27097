#pragma once

#include <span>
#include <string_view>

namespace rookery::model {

/// One route of a platform's API.
struct RouteInfo {
    std::string_view method;
    std::string_view path;  ///< "/channels/{channel_id}/messages"
    std::string_view name;  ///< "createMessage"
    bool open;              ///< needs no authorization; a token in the path stands for it
    bool reason;            ///< takes a reason for the audit log
    bool deprecated;
};

/// Sorted by path, where what is literal precedes what is not; generated.
[[nodiscard]] std::span<const RouteInfo> discord_routes() noexcept;

/// The route of a path with its ids in place (a query is ignored), or of its template. Null:
/// unknown.
[[nodiscard]] const RouteInfo* find_discord_route(std::string_view method,
                                                  std::string_view path) noexcept;

}  // namespace rookery::model
