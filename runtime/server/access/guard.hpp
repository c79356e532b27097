#pragma once

#include "base/result.hpp"
#include "server/access/key.hpp"
#include "server/http/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace rookery::server {

/// Keys, their rates, and the book of what was done with them. Server thread.
class Guard {
  public:
    enum class Refusal : std::uint8_t { missing, unknown, expired, revoked, limited };

    Guard() = default;
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    virtual ~Guard() = default;

    /// The key of that secret; constant time in the secret. Notes when it was last used. What is no
    /// key counts for `peer`, an address: one that has guessed as often as its rate allows is
    /// `limited`, whatever it says.
    [[nodiscard]] virtual std::variant<KeyPtr, Refusal> find(std::string_view secret,
                                                             const std::string& peer) = 0;

    /// For a request that needs no key: the address's rate. As admit() otherwise.
    [[nodiscard]] virtual std::optional<Response> admit_stranger(const Request& request,
                                                                 Headers& headers) = 0;

    /// For a request under /api: the address's rate, the key of X-API-Key, the key's rate, in that
    /// order. Adds the rate's headers to `headers`; the answer is 401 or 429.
    [[nodiscard]] virtual std::variant<KeyPtr, Response> admit(const Request& request,
                                                               Headers& headers) = 0;

    /// 403 INSUFFICIENT_SCOPE with `required` and `granted`, or nothing.
    [[nodiscard]] virtual std::optional<Response> require(const Key& key,
                                                          std::string_view scope) const = 0;

    /// One more event of a client on a socket; false when the key has no more at the moment.
    [[nodiscard]] virtual bool spend(const Key& key) = 0;

    /// A write goes into the audit log: what was asked for ("POST /api/..."), and what it came to.
    virtual void audit(const Key& key, std::string_view action, std::string_view outcome,
                       const std::string& peer) = 0;

    /// `gone` runs for each key that is revoked, has expired, or has changed (by a reload or
    /// `rookery keys revoke`): whoever holds sockets of it closes them.
    virtual void on_gone(std::function<void(const std::string& key_id)> gone) = 0;
};

}  // namespace rookery::server
