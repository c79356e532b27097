#pragma once

#include "server/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

/// Which web pages may ask: pages of the server's own origin, and those of the list.
class Cors {
  public:
    /// "https://example.org"; "*" is any.
    explicit Cors(std::vector<std::string> origins);

    /// What an answer to that origin says; nothing but `Vary` for one that is not on the list.
    void add_headers(Headers& headers, const Headers& request) const;

    /// The answer to any OPTIONS, but for what add_headers() adds.
    [[nodiscard]] Response preflight(const Headers& request) const;

    /// Browsers ask nobody before they open a websocket: the server has to look.
    [[nodiscard]] bool may_upgrade(const Headers& request) const;

  private:
    [[nodiscard]] bool allows(std::string_view origin) const;

    std::vector<std::string> origins_;
    bool any_ = false;
};

}  // namespace rookery::server
