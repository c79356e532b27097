#pragma once

#include "base/result.hpp"

#include <span>
#include <string_view>

namespace rookery::server {

/// Every scope that there is, in the order of the documentation.
[[nodiscard]] std::span<const std::string_view> known_scopes() noexcept;

/// Error invalid, with the nearest one, when it is none of them, nor "plugin:NAME".
[[nodiscard]] Result<> check_scope(std::string_view scope);

}  // namespace rookery::server
