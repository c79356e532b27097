#include "server/access/scopes.hpp"

#include "base/log.hpp"
#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>

namespace rookery::server {
namespace {

/// Of what an extension serves, with its name.
constexpr std::string_view kPlugin = "plugin:";

constexpr std::array<std::string_view, 13> kScopes = {
    "read:guilds",    "read:channels", "read:members",   "read:messages", "read:metrics",
    "write:messages", "write:members", "write:channels", "write:roles",   "events",
    "events:direct",  "events:all",    "admin",
};

}  // namespace

std::span<const std::string_view> known_scopes() noexcept { return kScopes; }

Result<> check_scope(std::string_view scope) {
    if (std::find(kScopes.begin(), kScopes.end(), scope) != kScopes.end() ||
        (scope.starts_with(kPlugin) && scope.size() > kPlugin.size())) {
        return {};
    }
    const auto near = config::nearest(scope, kScopes);
    const auto advice = near.empty() ? fmt::format("known: {}", fmt::join(kScopes, ", "))
                                     : fmt::format("did you mean \"{}\"?", near);
    return Error(ErrorKind::invalid,
                 fmt::format("unknown scope \"{}\"; {}", log::clipped(scope, 60), advice));
}

}  // namespace rookery::server
