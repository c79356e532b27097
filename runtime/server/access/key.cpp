#include "server/access/key.hpp"

#include <algorithm>

namespace rookery::server {
namespace {

constexpr std::string_view kAdmin = "admin";
constexpr std::string_view kDirect = "events:direct";

}  // namespace

bool Key::has(std::string_view scope) const noexcept {
    return std::any_of(scopes.begin(), scopes.end(),
                       [&](const std::string& own) { return own == scope || own == kAdmin; });
}

bool Key::sees_guild(std::string_view guild) const noexcept {
    return !guilds || std::binary_search(guilds->begin(), guilds->end(), guild);
}

bool Key::hears(std::string_view event) const noexcept {
    return !events || std::binary_search(events->begin(), events->end(), event);
}

bool Key::hears_direct() const noexcept { return !guilds && has(kDirect); }

}  // namespace rookery::server
