#pragma once

#include "server/http/limits.hpp"
#include "server/http/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rookery::server {

/// Why a request cannot be taken. The connection ends with it: where the next one begins is not
/// known.
struct Fault {
    unsigned status = 400;
    std::string_view code;
    std::string text;
};

struct RequestHead {
    std::string method;
    std::string target;
    Headers headers;
    bool http11 = true;
    bool keep_alive = true;
    bool upgrade = false;  ///< to a websocket
    bool expects_continue = false;
    bool has_body = false;
};

/// One request, from bytes. Sans-IO. Strict where two readers could disagree on where a request
/// ends: one Content-Length, or chunked and nothing else; no folded lines.
class RequestParser {
  public:
    enum class Step : std::uint8_t {
        more,   ///< bytes are missing
        head,   ///< once: head() is there, nothing of the body has been looked at
        whole,  ///< body() is there
    };

    explicit RequestParser(const Limits& limits);
    ~RequestParser();
    RequestParser(RequestParser&&) noexcept;
    RequestParser& operator=(RequestParser&&) noexcept;

    /// `bytes`: all that came and was not used; `used` says how many are used now. To be called
    /// again after `head`.
    [[nodiscard]] std::variant<Step, Fault> feed(std::string_view bytes, std::size_t& used);

    [[nodiscard]] RequestHead& head() noexcept;
    /// After the head. The fault of a body that says of itself that it is longer.
    [[nodiscard]] std::optional<Fault> limit_body(std::size_t bytes);
    [[nodiscard]] std::string& body() noexcept;
    /// Of the body, framing included.
    [[nodiscard]] std::size_t body_bytes_read() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::server
