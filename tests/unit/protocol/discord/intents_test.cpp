#include "protocol/discord/intents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery::protocol::discord {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Intents parsed(const std::vector<std::string>& names) {
    return parse_intents(names).value_or(Intents{0xFFFFFFFF});
}

TEST(Intents, names_become_bits) {
    EXPECT_EQ(parsed({"GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT"}), 1u | 1u << 9 | 1u << 15);
    EXPECT_EQ(parsed({}), 0u);
}

TEST(Intents, case_and_underscores_do_not_matter) {
    EXPECT_EQ(parsed({"guild_members", "GuildPresences"}), 1u << 1 | 1u << 8);
}

TEST(Intents, former_names_are_known) {
    EXPECT_EQ(parsed({"GUILD_BANS", "GUILD_EMOJIS_AND_STICKERS"}), 1u << 2 | 1u << 3);
}

TEST(Intents, unknown_name_gets_the_nearest) {
    const auto result = parse_intents(std::vector<std::string>{"GUILDS", "GUILD_MESAGES"});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::invalid);
    EXPECT_THAT(result.error().message(),
                HasSubstr("\"GUILD_MESAGES\", did you mean \"GUILD_MESSAGES\"?"));
}

TEST(Intents, overlong_name_is_cut_in_the_error) {
    const auto result = parse_intents(std::vector<std::string>{std::string(100'000, 'x')});
    ASSERT_FALSE(result);
    EXPECT_LT(result.error().message().size(), 200u);
}

TEST(Intents, bits_become_names_and_undocumented_ones_are_left_out) {
    EXPECT_THAT(intent_names(1u << 0 | 1u << 25 | 1u << 17 | 1u << 31),
                ElementsAre("GUILDS", "DIRECT_MESSAGE_POLLS"));
}

}  // namespace
}  // namespace rookery::protocol::discord
