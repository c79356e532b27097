#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_body.hpp"
#include "net/url.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::net {

/// Names compare without case; order is kept.
class HttpHeaders {
  public:
    HttpHeaders() = default;
    HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields)
        : fields_(fields) {}

    void add(std::string name, std::string value);
    /// The first of that name; empty when absent.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
    std::string method = "GET";
    Url url;
    HttpHeaders headers;  ///< besides Host and Content-Length, which the client adds
    HttpBody body;
    bool urgent = false;       ///< need not wait behind others for one of the host's connections
    std::size_t max_body = 0;  ///< bytes of the answer's; 0: as the client's options say
    Millis timeout{15'000};  ///< from the first byte to the last; waiting for a connection included
};

/// The request's bytes on the wire up to its body, and the body's first text. Error invalid:
/// method, path or a header would not be HTTP.
[[nodiscard]] Result<std::string> write_request(const HttpRequest& request);

struct HttpResponse {
    unsigned status = 0;
    HttpHeaders headers;
    std::string body;
};

}  // namespace rookery::net
