#include "hostapi/command_desk.hpp"

#include "support/commands_world.hpp"

#include <atomic>
#include <thread>

namespace rookery::hostapi {
namespace {

class CommandDeskTest : public CommandsWorld {};

TEST_F(CommandDeskTest, a_guild_has_its_own_prefix_and_what_it_does_not_want) {
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    std::promise<Result<json>> changed;
    desk_->configure("test", "10", {{"prefix", "?"}},
                     [&](Result<json> result) { changed.set_value(std::move(result)); });
    EXPECT_EQ(*changed.get_future().get(),
              (json{{"prefix", {"?"}}, {"disabled", json::array()}, {"language", nullptr}}));
    EXPECT_EQ(use(message("!ping")), nullptr);
    EXPECT_EQ(use(message("?ping"))["prefix"], "?");
    EXPECT_EQ(use(message("!ping", "5", "2", {{"guild_id", "11"}}))["prefix"], "!");
    EXPECT_EQ(use(message("<@900> ping"))["command"], "ping");
    std::promise<Result<json>> disabled;
    desk_->configure("test", "10", {{"disable", "ping"}},
                     [&](Result<json> result) { disabled.set_value(std::move(result)); });
    EXPECT_TRUE(disabled.get_future().get().has_value());
    EXPECT_EQ(use(slash("ping")), nullptr);
    EXPECT_NE(told(), "");
    drop();
    start_desk();
    EXPECT_TRUE(desk_->rules()->of("test", "10")->is_disabled("ping"));
}

TEST_F(CommandDeskTest, what_two_set_at_once_is_what_is_stored) {
    constexpr int kEach = 200;
    std::atomic<int> stored{0};
    const auto set = [&](const std::string& what) {
        for (int i = 0; i < kEach; ++i) {
            desk_->configure("test", "10", {{i % 2 == 0 ? "disable" : "enable", what}},
                             [&](const Result<json>& result) { stored += result ? 1 : 0; });
        }
        desk_->configure("test", "10", {{"disable", what + " last"}},
                         [&](const Result<json>& result) { stored += result ? 1 : 0; });
    };
    std::thread one([&] { set("a"); });
    std::thread two([&] { set("b"); });
    one.join();
    two.join();
    const auto shown = command::to_json(*desk_->rules()->of("test", "10"));
    drop();
    start_desk();  // reads behind what is being written
    EXPECT_EQ(stored.load(), 2 * kEach + 2);
    EXPECT_EQ(command::to_json(*desk_->rules()->of("test", "10")), shown);
}

TEST_F(CommandDeskTest, what_cannot_be_stored_does_not_hold) {
    std::vector<std::string> errors;
    const auto set = [&](const std::string& guild, const json& wish) {
        desk_->configure("test", guild, wish, [&](const Result<json>& result) {
            errors.push_back(result ? "" : result.error().message());
        });
    };
    const std::string guild(store::kLongestKvKey, '1');
    set(guild, {{"prefix", "?"}});
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0], "");
    EXPECT_EQ(desk_->rules()->of("test", guild), nullptr);
}

}  // namespace
}  // namespace rookery::hostapi
