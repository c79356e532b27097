#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace rookery::net {

/// What a client accepts as proof of a server's identity: TLS 1.2 or later, a chain to one of the
/// machine's authorities or to one of `ca_file`, and the host's name in the certificate. There is
/// no way to switch the check off. Cheap to copy; belongs to the io thread.
class TlsContext {
  public:
    /// Trusts the machine's authorities, and those of the PEM file too when it is given.
    /// Error io or invalid names the file.
    [[nodiscard]] static Result<TlsContext> create(const std::string& ca_file = {});

    [[nodiscard]] boost::asio::ssl::context& native() const noexcept { return *context_; }

  private:
    explicit TlsContext(std::shared_ptr<boost::asio::ssl::context> context);
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace rookery::net
