#include "sim/control_client.hpp"
#include "sim/simulator.hpp"
#include "unit/sim/wire_client.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::testing {
namespace {

class Platforms : public ::testing::Test {
  protected:
    void start(std::vector<std::string> platforms) {
        Options options;
        options.platforms = std::move(platforms);
        auto made = Simulator::start(std::move(options));
        ASSERT_TRUE(made) << made.error().message();
        simulator_ = std::move(*made);
        control_.emplace(*ControlClient::at(simulator_->addresses().control_url));
    }
    Json post(const std::string& target, const Json& body) {
        const auto answer = control_->post(target, body);
        return answer ? *answer : Json(answer.error().message());
    }

    std::unique_ptr<Simulator> simulator_;
    std::optional<ControlClient> control_;
};

TEST_F(Platforms, all_of_them_tell_the_same_community) {
    start(simulated_platforms());
    for (const auto& platform : simulated_platforms()) {
        ASSERT_NE(simulator_->addresses(platform), nullptr);
        EXPECT_FALSE(simulator_->addresses(platform)->api_url.empty());
        const auto state = control_->get("/_sim/state?platform=" + platform);
        ASSERT_TRUE(state) << platform;
        EXPECT_EQ((*state)["platform"], platform);
        const auto said = post("/_sim/say", {{"platform", platform},
                                             {"channel", "#general"},
                                             {"user", "bob"},
                                             {"text", "anybody?"},
                                             {"timeout_ms", 0}});
        EXPECT_EQ(said.value("answered", Json()), false) << platform << ": " << said;
        const auto messages = control_->get("/_sim/messages?channel=" + platform + ":general");
        ASSERT_TRUE(messages) << platform;
        ASSERT_EQ(messages->size(), 1U) << platform;
        EXPECT_EQ((*messages)[0]["content"], "anybody?") << platform;
    }
}

TEST_F(Platforms, every_platform_knows_the_common_acts) {
    start(simulated_platforms());
    for (const auto& platform : simulated_platforms()) {
        const auto act = [&](Json what) {
            what["platform"] = platform;
            what["channel"] = "general";
            const auto done = post("/_sim/act", what);
            EXPECT_TRUE(done.is_object()) << platform << ' ' << what << ": " << done;
        };
        act({{"do", "write"}, {"user", "alice"}, {"text", "one"}});
        act({{"do", "react"}, {"user", "bob"}, {"emoji", "👍"}});
        act({{"do", "typing"}, {"user", "bob"}});
        act({{"do", "delete"}});
    }
}

TEST_F(Platforms, the_channel_may_name_its_platform) {
    start({"discord", "revolt"});
    (void)post("/_sim/act", {{"do", "write"}, {"channel", "revolt:#random"}, {"text", "there"}});
    EXPECT_EQ(control_->get("/_sim/messages?channel=revolt:random")->size(), 1U);
    EXPECT_EQ(control_->get("/_sim/messages?channel=random")->size(), 0U);
    const auto clash =
        post("/_sim/say", {{"platform", "discord"}, {"channel", "revolt:general"}, {"text", "x"}});
    EXPECT_NE(clash.dump().find("revolt"), std::string::npos);
}

TEST_F(Platforms, a_platform_that_is_not_played_is_an_error) {
    start({"revolt"});
    const auto answer =
        post("/_sim/say", {{"platform", "discord"}, {"channel", "x"}, {"text", "x"}});
    EXPECT_NE(answer.dump().find("does not play 'discord'"), std::string::npos) << answer;
    EXPECT_EQ(simulator_->addresses("discord"), nullptr);
}

TEST(PlatformOptions, nonsense_is_refused) {
    Options unknown;
    unknown.platforms = {"icq"};
    EXPECT_FALSE(Simulator::start(unknown));
    Options twice;
    twice.platforms = {"revolt", "revolt"};
    EXPECT_FALSE(Simulator::start(twice));
    Options none;
    none.platforms = {};
    EXPECT_FALSE(Simulator::start(none));
}

TEST_F(Platforms, the_verdict_counts_answers_on_the_platform_asked_for) {
    start({"discord", "revolt"});
    const auto run =
        post("/_sim/load", {{"platform", "revolt"}, {"rate", 1000}, {"seconds", 0.003}});
    EXPECT_EQ(run["total"], 3);
    const auto here = control_->get("/_sim/verdict?platform=revolt&settle_ms=50&timeout_ms=500");
    ASSERT_TRUE(here);
    EXPECT_EQ((*here)["sent"], 3);
    EXPECT_EQ((*here)["lost"], 3);
    const auto& discord = *simulator_->addresses("discord");
    const auto state = *control_->get("/_sim/state?platform=discord");
    const auto channel = state["guilds"][0]["channels"][0]["id"].get<std::string>();
    // A relay carries the markers over to the other platform.
    (void)call(discord.api_url, "POST", "/channels/" + channel + "/messages",
               Json{{"content", "load1#1 load1#2 load1#3"}}.dump());
    const auto there =
        control_->get("/_sim/verdict?platform=revolt&on=discord&settle_ms=50&timeout_ms=500");
    ASSERT_TRUE(there);
    EXPECT_EQ((*there)["lost"], 0);
    EXPECT_EQ((*there)["handled"], 3);
}

}  // namespace
}  // namespace rookery::sim::testing
