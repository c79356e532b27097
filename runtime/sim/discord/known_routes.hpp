#pragma once

#include <string_view>

namespace rookery::sim::discord {

/// True when the platform documents such a route. `path` begins behind "/api/v10".
[[nodiscard]] bool is_known_route(std::string_view method, std::string_view path);

}  // namespace rookery::sim::discord
