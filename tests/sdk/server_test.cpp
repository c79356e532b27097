#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/server.hpp>
#include <rookery/testing/fake_host.hpp>

#include <string>

namespace {

using namespace std::chrono_literals;
using rookery::ServerAnswer;
using rookery::ServerRequest;
using rookery::Task;

class Chat final : public rookery::SocketChannel {
  public:
    explicit Chat(const rookery::Server& server) : server_(server) {}

  private:
    Admission admit(const rookery::SocketClient& client) override {
        return client.auth == "{}" ? Admission{false, "who are you", {}}
                                   : Admission{true, client.auth, {}};
    }
    void connected(const rookery::SocketClient& client) override {
        server_.emit(client.socket, "welcome", {"[" + client.who + "]", {"bytes"}});
        server_.join(client.socket, "hall");
    }
    std::optional<rookery::SocketArguments> event(std::uint64_t /*socket*/, std::string_view name,
                                                  rookery::SocketArguments arguments,
                                                  bool /*binary*/) override {
        if (name == "quiet") {
            return std::nullopt;
        }
        return arguments;
    }
    void left(std::uint64_t socket, std::string_view /*reason*/) override {
        gone_ = !server_.emit(socket, "late", {});
    }

    const rookery::Server server_;
    bool gone_ = false;
};

class Serves final : public rookery::Plugin {
    void start() override {
        const rookery::Server server(host());
        server.route("GET", "/items/:id", [](const ServerRequest& request) {
            return ServerAnswer{200, std::string(request.param("id")) + request.key->id, "x/y", {}};
        });
        server.route("POST", "/slow", [](const ServerRequest& request) -> Task<ServerAnswer> {
            co_await rookery::sleep(5s);
            co_return ServerAnswer{201, request.body, "x/y", {}};
        });
        server.route("GET", "/fails", [](const ServerRequest&) -> Task<ServerAnswer> {
            co_await rookery::sleep(1s);
            throw rookery::Error(RK_E_INVALID, "on purpose");
        });
        server.route("GET", "/once", [](const ServerRequest&) { return ServerAnswer{}; }).cancel();
        chat_.emplace(server);
        server.open("/chat", *chat_, {.auth = rookery::ChannelAuth::own});
    }

    std::optional<Chat> chat_;
};

TEST(Server, answers_requests_at_once_or_later) {
    rookery::testing::FakeHost host;
    ASSERT_EQ(host.load(), "");
    EXPECT_EQ(host.answered(host.ask("GET", "/items/5", {}, "me")).body, "5me");
    const auto slow = host.ask("POST", "/slow", "body");
    EXPECT_EQ(host.answered(slow).status, 0U);
    host.advance(5s);
    EXPECT_EQ(host.answered(slow).status, 201U);
    EXPECT_EQ(host.answered(slow).body, "body");
    const auto fails = host.ask("GET", "/fails");
    host.advance(1s);
    EXPECT_EQ(host.answered(fails).status, 500U);
    EXPECT_EQ(host.ask("GET", "/once"), 0U);
    EXPECT_EQ(host.unload(), "");
}

TEST(Server, carries_events_of_sockets) {
    rookery::testing::FakeHost host;
    ASSERT_EQ(host.load(), "");
    EXPECT_EQ(host.connect("/chat"), 0U);
    const auto ann = host.connect("/chat", R"("ann")");
    ASSERT_NE(ann, 0U);
    const std::string number = std::to_string(ann);
    EXPECT_EQ(host.sent(),
              (std::vector<std::string>{"refused who are you", number + R"( welcome ["ann"]+bytes)",
                                        number + " joins hall"}));
    EXPECT_EQ(host.say(ann, "echo", "[1]"), "[1]");
    EXPECT_EQ(host.say(ann, "quiet", "[1]"), "");
    host.disconnect(ann);
    EXPECT_EQ(host.sent().size(), 3U);
    EXPECT_EQ(host.unload(), "");
}

}  // namespace

ROOKERY_PLUGIN(Serves, "serves", "0.1.0")
