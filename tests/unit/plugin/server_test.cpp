#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

/// plugins/echo, which uses all of rookery.server/1 that a C++ plugin has.
class ServerTest : public PluginTest {
  protected:
    static std::filesystem::path echo() {
        return std::filesystem::path(ROOKERY_PLUGINS) / "echo.so";
    }

    /// "200 text" of the route of that number.
    static std::string ask(LoadedPlugin& plugin, std::size_t route, std::string body,
                           hostapi::ServedKeyPtr key = nullptr) {
        auto said = std::make_shared<std::string>();
        plugin.on_worker([&] {
            hostapi::ServedRequest request;
            request.method = "POST";
            request.params = {{"times", "xx"}};
            request.body = std::move(body);
            request.key = std::move(key);
            auto answer = std::make_shared<hostapi::Answer<hostapi::ServedAnswer>>(
                [said](const Result<hostapi::ServedAnswer>& result) {
                    *said = result ? std::to_string(result->status) + " " + result->body
                                   : std::string(to_string(result.error().kind()));
                });
            plugin.served().routes[route].second(std::move(request), std::move(answer), nullptr);
        });
        EXPECT_TRUE(eventually([&] {
            bool there = false;
            plugin.on_worker([&] { there = !said->empty(); });
            return there;
        }));
        return *said;
    }

    static void connect(LoadedPlugin& plugin, std::size_t channel, hostapi::SocketNumber number) {
        plugin.on_worker([&] {
            hostapi::ServedSocket socket;
            socket.number = number;
            socket.handshake = std::make_shared<hostapi::ServedHandshake>();
            plugin.served().channels[channel].second.connected(socket, nullptr);
        });
    }
};

TEST_F(ServerTest, answers_requests_at_once_or_later) {
    LoadedPlugin plugin(host_, echo());
    ASSERT_EQ(plugin.start(), "");
    EXPECT_EQ(ask(plugin, 0, "ab"), "200 abab");
    EXPECT_EQ(ask(plugin, 1, "",
                  std::make_shared<const hostapi::ServedKey>(
                      hostapi::ServedKey{"me", "", {}, std::nullopt})),
              "200 \"me\"");
    EXPECT_EQ(ask(plugin, 2, ""), "cancelled");
    EXPECT_TRUE(plugin.logged("on purpose")) << plugin.log();
}

TEST_F(ServerTest, carries_events_and_messages) {
    LoadedPlugin plugin(host_, echo());
    ASSERT_EQ(plugin.start(), "");
    connect(plugin, 0, 7);
    connect(plugin, 1, 8);
    std::string acknowledged;
    plugin.on_worker([&] {
        auto& channels = plugin.served().channels;
        channels[0].second.event(7, "any", {R"([1,{"_placeholder":true,"num":0}])", {"bytes"}},
                                 std::make_shared<hostapi::Answer<hostapi::ServedArguments>>(
                                     [&](const Result<hostapi::ServedArguments>& answer) {
                                         acknowledged = answer->json + answer->attachments.at(0);
                                     }),
                                 nullptr);
        channels[1].second.event(8, "", {"not [json", {}}, nullptr, nullptr);
        channels[1].second.event(8, "", {"[]", {"bytes"}}, nullptr, nullptr);
        channels[0].second.left(7, "transport close", nullptr);
    });
    EXPECT_EQ(acknowledged, R"([1,{"_placeholder":true,"num":0}]bytes)");
    std::string sent;
    plugin.on_worker([&] { sent = plugin.served().take(); });
    EXPECT_EQ(sent, "to 8  not [json|to 8  +bytes");
    EXPECT_EQ(plugin.counters().errors, 0U);
}

TEST_F(ServerTest, leaves_nothing_behind) {
    LoadedPlugin plugin(host_, echo());
    ASSERT_EQ(plugin.start(), "");
    auto said = std::make_shared<std::string>();
    plugin.on_worker([&] {
        plugin.served().routes[0].second({},
                                         std::make_shared<hostapi::Answer<hostapi::ServedAnswer>>(
                                             [said](const Result<hostapi::ServedAnswer>& result) {
                                                 *said = result ? "answered"
                                                                : to_string(result.error().kind());
                                             }),
                                         nullptr);
    });
    plugin.stop(bus::Lane::Rest::finish);
    EXPECT_FALSE(said->empty());  // answered before the stop, or given up by it
}

}  // namespace
}  // namespace rookery::plugin
