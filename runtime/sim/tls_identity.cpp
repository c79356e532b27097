#include "sim/tls_identity.hpp"

#include <boost/asio/buffer.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace rookery::sim {
namespace {

template <auto free>
struct Freer {
    template <class T>
    void operator()(T* object) const {
        free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

bool add_extension(X509* certificate, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate self_sign(EVP_PKEY* key) {
    constexpr long kLifetimeSeconds = 30L * 24 * 3600;
    Certificate certificate(X509_new());
    auto* raw = certificate.get();
    auto* name = X509_get_subject_name(raw);
    const auto* common_name = reinterpret_cast<const unsigned char*>("Rookery simulator");
    const bool done =
        X509_set_version(raw, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(raw), 1) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(raw), -3600) != nullptr &&
        X509_gmtime_adj(X509_getm_notAfter(raw), kLifetimeSeconds) != nullptr &&
        X509_set_pubkey(raw, key) == 1 &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
        X509_set_issuer_name(raw, name) == 1 &&
        add_extension(raw, NID_basic_constraints, "critical,CA:TRUE") &&
        add_extension(raw, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost") &&
        X509_sign(raw, key, EVP_sha256()) > 0;
    return done ? std::move(certificate) : nullptr;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<TlsIdentity> make_tls_identity() {
    const Error failure(ErrorKind::internal, "cannot make the simulator's certificate");
    const Key key(EVP_EC_gen("P-256"));
    if (key == nullptr) {
        return failure;
    }
    const auto certificate = self_sign(key.get());
    const Memory certificate_out(BIO_new(BIO_s_mem()));
    const Memory key_out(BIO_new(BIO_s_mem()));
    if (certificate == nullptr ||
        PEM_write_bio_X509(certificate_out.get(), certificate.get()) != 1 ||
        PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
            1) {
        return failure;
    }
    return TlsIdentity{text_of(certificate_out.get()), text_of(key_out.get())};
}

Result<std::shared_ptr<boost::asio::ssl::context>> server_context(const TlsIdentity& identity) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->set_options(
        ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
        error);
    if (!error) {
        context->use_certificate_chain(boost::asio::buffer(identity.certificate_pem), error);
    }
    if (!error) {
        context->use_private_key(boost::asio::buffer(identity.key_pem), ssl::context::pem, error);
    }
    if (error) {
        return Error(ErrorKind::internal, "TLS context of the simulator: " + error.message());
    }
    return context;
}

}  // namespace rookery::sim
