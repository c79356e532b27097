#include "model/routes.hpp"

#include <algorithm>

namespace rookery::model {
namespace {

/// Takes the first segment off.
std::string_view take_segment(std::string_view& path) noexcept {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool fits(std::string_view pattern, std::string_view path) noexcept {
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = take_segment(pattern);
        const auto given = take_segment(path);
        if (given.empty() || (wanted != given && !wanted.starts_with('{'))) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace

const RouteInfo* find_discord_route(std::string_view method, std::string_view path) noexcept {
    path = path.substr(0, path.find('?'));
    const auto all = discord_routes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const RouteInfo& route) {
        return route.method == method && fits(route.path, path);
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace rookery::model
