#include "support/http_box.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rookery::server {
namespace {

using rookery::testing::HttpBox;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string upgrade_with(std::string_view fields, std::string_view line = "GET /ws HTTP/1.1") {
    return std::string(line) + "\r\nHost: h:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
           std::string(fields) + "\r\n";
}
constexpr std::string_view kGood =
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Sends back what came early, then as many bytes as it is told.
Handler::Upgrade echo() {
    return [](Upgraded upgraded) {
        auto socket = std::make_shared<Upgraded::Plain>(
            std::get<Upgraded::Plain>(std::move(upgraded.socket)));
        auto text = std::make_shared<std::string>("early:" + upgraded.early + ";");
        boost::asio::async_write(*socket, boost::asio::buffer(*text),
                                 [socket, text](const auto&, std::size_t) {});
    };
}

TEST(Upgrade, connection_is_handed_over_with_what_came_behind_the_request) {
    HttpBox box;
    box.handler.on_upgrade =
        [](const Request& request) -> std::variant<Response, Handler::Upgrade> {
        EXPECT_EQ(request.path, "/ws");
        return echo();
    };
    const auto client = box.client();
    client->send(upgrade_with(kGood) + "frame");
    const auto head = client->answer(false);
    EXPECT_THAT(head, StartsWith("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(client->bytes(12), "early:frame;");
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(box.on_thread([&] { return box.server().connections(); }), 0);
}

TEST(Upgrade, path_without_a_websocket_refuses_and_the_connection_stays) {
    HttpBox box;
    const auto client = box.client();
    client->send(upgrade_with(kGood));
    EXPECT_THAT(client->answer(), StartsWith("HTTP/1.1 426 "));
    client->send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client->answer(), EndsWith("GET /a "));
}

TEST(Upgrade, other_versions_are_told_which_one_there_is) {
    HttpBox box;
    box.handler.on_upgrade = [](const Request&) { return echo(); };
    for (const char* version : {"", "Sec-WebSocket-Version: 8\r\n"}) {
        const auto answer = box.ask(
            upgrade_with(std::string(version) + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 426 "));
        EXPECT_THAT(answer, HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
    }
}

TEST(Upgrade, what_is_not_in_due_form_is_400) {
    HttpBox box;
    box.handler.on_upgrade = [](const Request&) { return echo(); };
    EXPECT_THAT(box.ask(upgrade_with("Sec-WebSocket-Version: 13\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(box.ask(upgrade_with("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(box.ask(upgrade_with(kGood, "POST /ws HTTP/1.1")), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(box.ask(upgrade_with(std::string(kGood) + "Content-Length: 3\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(box.ask(upgrade_with(kGood, "GET /ws HTTP/1.0")), StartsWith("HTTP/1.1 400 "));
}

TEST(Upgrade, pages_of_other_origins_are_refused) {
    HttpBox box;
    box.handler.on_upgrade = [](const Request&) { return echo(); };
    EXPECT_THAT(box.ask(upgrade_with(std::string(kGood) + "Origin: https://evil\r\n")),
                StartsWith("HTTP/1.1 403 "));
    const auto own = box.client();
    own->send(upgrade_with(std::string(kGood) + "Origin: http://h:1\r\n"));
    EXPECT_THAT(own->answer(false), StartsWith("HTTP/1.1 101 "));
}

TEST(Upgrade, upgrade_to_something_else_is_a_plain_request) {
    HttpBox box;
    EXPECT_THAT(
        box.ask("GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
        EndsWith("GET /a "));
}

}  // namespace
}  // namespace rookery::server
