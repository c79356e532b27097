#pragma once

#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

namespace rookery::server {

/// What TLS 1.2 or later needs on our side. Errors name the file: it cannot be read, is not PEM,
/// the key is not the certificate's.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(
    const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace rookery::server
