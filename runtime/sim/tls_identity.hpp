#pragma once

#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace rookery::sim {

/// A fresh key and a self-signed certificate for 127.0.0.1, ::1 and localhost.
struct TlsIdentity {
    std::string certificate_pem;  ///< also the authority that a client has to trust
    std::string key_pem;
};

[[nodiscard]] Result<TlsIdentity> make_tls_identity();

/// A server context (TLS 1.2 or later) that shows this identity.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> server_context(
    const TlsIdentity& identity);

}  // namespace rookery::sim
