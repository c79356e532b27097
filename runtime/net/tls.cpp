#include "net/tls.hpp"

#include <boost/asio/ssl/context.hpp>

namespace rookery::net {

namespace ssl = boost::asio::ssl;

TlsContext::TlsContext(std::shared_ptr<ssl::context> context) : context_(std::move(context)) {}

Result<TlsContext> TlsContext::create(const std::string& ca_file) {
    try {
        auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
        context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                             ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1);
        context->set_verify_mode(ssl::verify_peer);
        context->set_default_verify_paths();
        if (!ca_file.empty()) {
            context->load_verify_file(ca_file);
        }
        return TlsContext(std::move(context));
    } catch (const boost::system::system_error& error) {
        return Error(ErrorKind::io, "load authorities" +
                                        (ca_file.empty() ? "" : " from " + ca_file) + ": " +
                                        error.code().message());
    }
}

}  // namespace rookery::net
