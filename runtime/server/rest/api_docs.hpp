#pragma once

#include "server/http/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace rookery::server::rest {

/// The documents about /api, in pieces; generated.
[[nodiscard]] std::span<const std::string_view> openapi_parts() noexcept;
[[nodiscard]] std::span<const std::string_view> asyncapi_parts() noexcept;
[[nodiscard]] std::span<const std::string_view> docs_page_parts() noexcept;

/// What is served below /api/docs; /api/docs itself leads there. 404 for anything else.
[[nodiscard]] Response api_docs(const Request& request);

}  // namespace rookery::server::rest
