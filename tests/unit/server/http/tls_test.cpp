#include "support/http_box.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_identity.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <fstream>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
using rookery::testing::HttpBox;
using rookery::testing::RawClient;
using rookery::testing::TempDir;
using rookery::testing::TlsIdentity;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// A server's files, and the options that name them.
struct Files {
    HttpOptions write(const TlsIdentity& identity) const {
        HttpOptions options;
        options.certificate = dir.path() / "certificate.pem";
        options.key = dir.path() / "key.pem";
        identity.write_certificate(options.certificate);
        identity.write_key(options.key);
        return options;
    }
    TempDir dir;
};

/// A connection that trusts that identity alone.
class TlsClient {
  public:
    TlsClient(const std::string& url, const TlsIdentity& trusted,
              const std::filesystem::path& dir) {
        trusted.write_certificate(dir / "trusted.pem");
        context_.load_verify_file((dir / "trusted.pem").string());
        context_.set_verify_mode(asio::ssl::verify_peer);
        stream_.emplace(io_, context_);
        const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
        stream_->next_layer().connect({asio::ip::address_v4::loopback(), port});
    }
    [[nodiscard]] boost::system::error_code handshake() {
        boost::system::error_code error;
        stream_->handshake(asio::ssl::stream_base::client, error);
        return error;
    }
    std::string ask(std::string_view request) {
        asio::write(*stream_, asio::buffer(request));
        std::string out;
        boost::system::error_code ended;
        asio::read(*stream_, asio::dynamic_buffer(out), ended);
        EXPECT_EQ(ended, asio::error::eof) << ended.message();  // told, not cut
        return out;
    }
    asio::ssl::stream<asio::ip::tcp::socket>& stream() { return *stream_; }
    [[nodiscard]] asio::ssl::context& context() { return context_; }

  private:
    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    std::optional<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
};

TEST(Tls, answers_over_it_and_says_so) {
    const Files files;
    const TlsIdentity identity("IP:127.0.0.1");
    HttpBox box(files.write(identity));
    box.handler.on_request = [](const ExchangePtr& exchange) {
        exchange->respond(Response::text(200, "", exchange->request().secure ? "secure" : "plain"));
    };
    EXPECT_TRUE(box.url().starts_with("https://127.0.0.1:"));
    TlsClient client(box.url(), identity, files.dir.path());
    ASSERT_FALSE(client.handshake());
    const auto answer = client.ask(kGet);
    EXPECT_THAT(answer, EndsWith("\r\n\r\nsecure"));
    EXPECT_THAT(answer, HasSubstr("\r\nStrict-Transport-Security: "));
}

TEST(Tls, older_versions_are_refused) {
    const Files files;
    const TlsIdentity identity("IP:127.0.0.1");
    HttpBox box(files.write(identity));
    TlsClient client(box.url(), identity, files.dir.path());
    SSL_set_security_level(client.stream().native_handle(), 0);
    SSL_set_min_proto_version(client.stream().native_handle(), TLS1_VERSION);
    SSL_set_max_proto_version(client.stream().native_handle(), TLS1_1_VERSION);
    EXPECT_TRUE(client.handshake());
}

TEST(Tls, new_files_hold_for_new_connections_and_bad_ones_change_nothing) {
    const Files files;
    const TlsIdentity first("IP:127.0.0.1");
    const TlsIdentity second("IP:127.0.0.1");
    const auto options = files.write(first);
    HttpBox box(options);
    const auto apply = [&] { return box.on_thread([&] { return box.server().apply(options); }); };

    second.write_key(options.key);  // not that of the certificate
    auto applied = apply();
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message(), HasSubstr(options.key.string()));
    std::ofstream(options.certificate) << "no certificate";
    applied = apply();
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message(), HasSubstr(options.certificate.string()));
    TlsClient old(box.url(), first, files.dir.path());
    ASSERT_FALSE(old.handshake());

    files.write(second);
    ASSERT_TRUE(apply());
    EXPECT_THAT(old.ask(kGet), EndsWith("GET /a "));
    TlsClient fresh(box.url(), second, files.dir.path());
    ASSERT_FALSE(fresh.handshake());
    EXPECT_THAT(fresh.ask(kGet), EndsWith("GET /a "));
}

TEST(Tls, handshake_that_does_not_come_to_its_end_is_left) {
    const Files files;
    auto options = files.write(TlsIdentity("IP:127.0.0.1"));
    options.limits.handshake = Millis{50};
    HttpBox box(options);
    const auto silent = box.client();
    EXPECT_TRUE(silent->closed());
}

TEST(Tls, plain_request_is_not_answered) {
    const Files files;
    HttpBox box(files.write(TlsIdentity("IP:127.0.0.1")));
    const auto client = box.client();
    client->send(kGet);
    EXPECT_THAT(client->rest(), ::testing::Not(HasSubstr("HTTP/1.1 200")));
}

TEST(Tls, websocket_is_handed_over_with_its_encryption) {
    const Files files;
    const TlsIdentity identity("IP:127.0.0.1");
    HttpBox box(files.write(identity));
    box.handler.on_upgrade = [](const Request&) -> std::variant<Response, Handler::Upgrade> {
        return [](Upgraded upgraded) {
            auto socket = std::make_shared<std::unique_ptr<Upgraded::Tls>>(
                std::get<std::unique_ptr<Upgraded::Tls>>(std::move(upgraded.socket)));
            asio::async_write(**socket, asio::buffer("hello", 5),
                              [socket](const auto&, std::size_t) {});
        };
    };
    TlsClient client(box.url(), identity, files.dir.path());
    ASSERT_FALSE(client.handshake());
    asio::write(client.stream(),
                asio::buffer(std::string_view(
                    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                    "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")));
    std::string out;
    boost::system::error_code ended;
    asio::read(client.stream(), asio::dynamic_buffer(out), ended);
    EXPECT_THAT(out, ::testing::StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(out, EndsWith("\r\n\r\nhello"));
}

}  // namespace
}  // namespace rookery::server
