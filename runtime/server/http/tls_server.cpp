#include "server/http/tls_server.hpp"

#include <openssl/ssl.h>

namespace rookery::server {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> load_tls(const std::filesystem::path& certificate,
                                               const std::filesystem::path& key) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                             ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1 | ssl::context::single_dh_use,
                         error);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    context->use_certificate_chain_file(certificate.string(), error);
    if (error) {
        return Error(ErrorKind::invalid,
                     "certificate " + certificate.string() + ": " + error.message());
    }
    context->use_private_key_file(key.string(), ssl::context::pem, error);
    if (error) {
        return Error(ErrorKind::invalid, "key " + key.string() + ": " + error.message());
    }
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        return Error(ErrorKind::invalid,
                     "key " + key.string() + " is not that of certificate " + certificate.string());
    }
    return context;
}

}  // namespace rookery::server
