#pragma once

#include "server/http/message.hpp"

#include <string>
#include <string_view>

namespace rookery::server {

/// What an answer's head is made from, beside the answer.
struct HeadContext {
    const Headers* added = nullptr;  ///< Exchange::response_headers, CORS
    std::string_view request_id;     ///< empty: none yet
    bool secure = false;
    bool http11 = true;
    bool close = false;
};

/// Status line and fields, with the empty line. Fields that would break the framing are left out,
/// whoever asked for them: a bad name, a line break in a value, a length, a coding.
[[nodiscard]] std::string response_head(const Response& response, const HeadContext& context);

/// Of the 101. `key` is the request's Sec-WebSocket-Key.
[[nodiscard]] std::string switching_head(std::string_view key, std::string_view request_id);

/// 16 bytes in base64.
[[nodiscard]] bool is_websocket_key(std::string_view key) noexcept;

[[nodiscard]] bool has_body(unsigned status) noexcept;

}  // namespace rookery::server
