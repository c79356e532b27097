#pragma once

#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace rookery::testing {

/// A server's key with a certificate that it signed itself, for one name ("DNS:localhost",
/// "IP:127.0.0.1").
class TlsIdentity {
  public:
    explicit TlsIdentity(const std::string& alternative_name, long valid_from_seconds = -3600) {
        key_.reset(EVP_EC_gen("P-256"));
        certificate_.reset(X509_new());
        X509* const x = certificate_.get();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), valid_from_seconds);
        X509_gmtime_adj(X509_getm_notAfter(x), valid_from_seconds + 7200);
        X509_set_pubkey(x, key_.get());
        X509_NAME* const name = X509_get_subject_name(x);
        const std::string common = "rookery test";
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(common.data()),
                                   static_cast<int>(common.size()), -1, 0);
        X509_set_issuer_name(x, name);
        extend(NID_basic_constraints, "critical,CA:TRUE");
        extend(NID_subject_alt_name, alternative_name);
        EXPECT_GT(X509_sign(x, key_.get(), EVP_sha256()), 0);
    }

    /// For a client to trust.
    void write_certificate(const std::filesystem::path& path) const {
        std::ofstream(path) << certificate_pem();
    }

    void write_key(const std::filesystem::path& path) const { std::ofstream(path) << key_pem(); }

    [[nodiscard]] boost::asio::ssl::context server_context() const {
        boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
        const auto certificate = certificate_pem();
        const auto key = key_pem();
        context.use_certificate(boost::asio::buffer(certificate), boost::asio::ssl::context::pem);
        context.use_private_key(boost::asio::buffer(key), boost::asio::ssl::context::pem);
        return context;
    }

  private:
    template <auto Free>
    struct Deleter {
        template <class T>
        void operator()(T* object) const {
            Free(object);
        }
    };
    using Bio = std::unique_ptr<BIO, Deleter<&BIO_free_all>>;

    void extend(int nid, const std::string& value) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
        ASSERT_NE(extension, nullptr) << value;
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    static std::string text_of(BIO* bio) {
        std::string out(BIO_ctrl_pending(bio), '\0');
        BIO_read(bio, out.data(), static_cast<int>(out.size()));
        return out;
    }
    [[nodiscard]] std::string certificate_pem() const {
        const Bio bio(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(bio.get(), certificate_.get());
        return text_of(bio.get());
    }
    [[nodiscard]] std::string key_pem() const {
        const Bio bio(BIO_new(BIO_s_mem()));
        PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return text_of(bio.get());
    }

    std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>> key_;
    std::unique_ptr<X509, Deleter<&X509_free>> certificate_;
};

}  // namespace rookery::testing
