#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::server {

/// Header fields in the order in which they came; names compare without case.
class Headers {
  public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

    /// The first of that name; nullopt when there is none.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }
    /// In place of all of that name.
    void set(std::string name, std::string value);

    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request as a handler sees it. What is percent-encoded has been decoded and is valid UTF-8; a
/// target where it is not was refused before.
struct Request {
    std::string id;      ///< unique in the process; the answer's X-Request-Id, and in the log
    std::string method;  ///< "GET"; a HEAD request comes as GET, its answer goes without body
    std::string path;    ///< decoded: "/api/guilds/1"
    std::vector<std::string> segments;  ///< split before decoding: "a%2Fb" is one; no empty last
    std::vector<std::pair<std::string, std::string>> query;  ///< in order, decoded
    Headers headers;
    std::string body;  ///< empty until handle()
    std::string peer;  ///< the address that the request counts for: proxies are looked through
    bool secure = false;

    /// The last of that name; nullopt when there is none.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// An answer. The server adds Date, Content-Length, X-Request-Id, the security headers and CORS.
struct Response {
    unsigned status = 200;
    std::string content_type;  ///< empty: none is sent
    std::shared_ptr<const std::string> body;
    Headers headers;
    bool close = false;  ///< the connection ends after it

    [[nodiscard]] static Response text(unsigned status, std::string content_type,
                                       std::string body) {
        return {status,
                std::move(content_type),
                std::make_shared<const std::string>(std::move(body)),
                {},
                false};
    }
};

/// `{"success":false,"error":...,"code":...}`: how everything under /api says no.
[[nodiscard]] Response failure(unsigned status, std::string_view code, std::string_view error);

}  // namespace rookery::server
