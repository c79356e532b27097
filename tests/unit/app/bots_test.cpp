#include "app/bots.hpp"

#include "support/io_fixture.hpp"
#include "support/temp_dir.hpp"

namespace rookery::app {
namespace {

config::BotSection section(const std::string& platform) {
    config::BotSection section;
    section.name = "b";
    section.platform = platform;
    section.token = Secret("a-token-of-the-test");
    section.gateway_url = "http://127.0.0.1:1";
    section.session = "main";
    section.guilds = {"Ab12Cd34"};
    section.gap_messages = 7;
    return section;
}

TEST(BotSetup, is_what_the_section_says) {
    const auto setup = bot_setup(section("whatsapp"), nullptr);
    EXPECT_EQ(setup.name, "b");
    EXPECT_EQ(setup.platform, "whatsapp");
    EXPECT_EQ(setup.token.reveal(), "a-token-of-the-test");
    EXPECT_EQ(setup.gateway_url, "http://127.0.0.1:1");
    EXPECT_EQ(setup.session, "main");
    EXPECT_EQ(setup.guilds, std::vector<std::string>{"Ab12Cd34"});
    EXPECT_EQ(setup.gap_messages, 7U);
    EXPECT_TRUE(setup.show);
}

TEST(BotSetup, a_simulated_bot_lives_at_the_simulators_addresses) {
    sim::Addresses addresses;
    addresses.api_url = "http://127.0.0.1:2";
    addresses.gateway_url = "ws://127.0.0.1:3";
    addresses.more["files_url"] = "http://127.0.0.1:4";
    const auto setup = bot_setup(section("revolt"), &addresses);
    EXPECT_EQ(setup.token.reveal(), simulated_token("b"));
    EXPECT_EQ(setup.api_url, "http://127.0.0.1:2");
    EXPECT_EQ(setup.gateway_url, "ws://127.0.0.1:3");
    EXPECT_EQ(setup.cdn_url, "http://127.0.0.1:4");
}

class BotFactoryTest : public testing::IoFixture {};

TEST_F(BotFactoryTest, a_simulated_bot_needs_a_simulator) {
    const testing::TempDir dir;
    const auto state = store::StateDir::open(dir.path());
    bus::EventBus bus;
    BotFactory factory(io_.get_executor(), bus);
    auto simulated = section("revolt");
    simulated.simulated = true;
    const auto made = factory.make(simulated, {}, *state, nullptr);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind(), ErrorKind::invalid);
}

TEST_F(BotFactoryTest, a_platform_that_is_none_is_named) {
    const testing::TempDir dir;
    const auto state = store::StateDir::open(dir.path());
    bus::EventBus bus;
    BotFactory factory(io_.get_executor(), bus);
    const auto made = factory.make(section("icq"), {}, *state, nullptr);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind(), ErrorKind::unsupported);
    EXPECT_NE(made.error().message().find("icq"), std::string::npos);
}

}  // namespace
}  // namespace rookery::app
