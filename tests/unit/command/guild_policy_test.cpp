#include "command/guild_policy.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

using nlohmann::json;

std::string error_of(const json& wish) {
    GuildPolicy policy;
    const auto changed = change(policy, wish);
    EXPECT_EQ(policy, changed ? policy : GuildPolicy{});
    return changed ? "" : changed.error().message();
}

TEST(GuildPolicy, what_is_disabled_is_so_with_all_below_it) {
    GuildPolicy policy;
    ASSERT_TRUE(change(policy, {{"disable", {"todo add", "ban"}}}));
    EXPECT_TRUE(policy.is_disabled("todo add"));
    EXPECT_TRUE(policy.is_disabled("ban"));
    EXPECT_TRUE(policy.is_disabled("ban all now"));
    EXPECT_FALSE(policy.is_disabled("todo"));
    EXPECT_FALSE(policy.is_disabled("todo list"));
    EXPECT_FALSE(policy.is_disabled("banana"));
    ASSERT_TRUE(change(policy, {{"enable", "ban"}}));
    EXPECT_FALSE(policy.is_disabled("ban all"));
}

TEST(GuildPolicy, prefixes_of_its_own_none_or_the_bots) {
    GuildPolicy policy;
    ASSERT_TRUE(change(policy, {{"prefix", {"?", "hey ", "?"}}}));
    EXPECT_EQ(policy.prefixes, (std::vector<std::string>{"?", "hey "}));
    ASSERT_TRUE(change(policy, {{"prefix", ""}}));
    EXPECT_EQ(policy.prefixes, std::vector<std::string>{});
    EXPECT_FALSE(policy.empty());
    ASSERT_TRUE(change(policy, {{"prefix", nullptr}}));
    EXPECT_TRUE(policy.empty());
}

TEST(GuildPolicy, a_language_in_one_spelling) {
    GuildPolicy policy;
    ASSERT_TRUE(change(policy, {{"language", "de_at"}}));
    EXPECT_EQ(policy.language, "de-AT");
    EXPECT_FALSE(policy.empty());
    ASSERT_TRUE(change(policy, {{"language", nullptr}}));
    EXPECT_TRUE(policy.empty());
}

TEST(GuildPolicy, wishes_that_make_no_sense_change_nothing) {
    EXPECT_EQ(error_of({{"prefix", 5}}), "prefix: expected a text or a list of texts, got number");
    EXPECT_EQ(error_of({{"prefix", std::string(21, 'x')}}),
              "prefix: expected at most 20 bytes on one line that do not begin with a space");
    EXPECT_EQ(error_of({{"prefix", " !"}}),
              "prefix: expected at most 20 bytes on one line that do not begin with a space");
    EXPECT_EQ(error_of({{"language", "deutsch"}}),
              "language: expected a language such as \"de\" or \"en-US\"");
    EXPECT_EQ(error_of({{"disable", {"a", true}}}),
              "disable: expected a text or a list of texts, got boolean");
    EXPECT_EQ(error_of({{"enable", ""}}),
              "enable: expected the name of a command, as \"todo add\"");
    json many = json::array();
    for (int i = 0; i < 501; ++i) {
        many.push_back("c" + std::to_string(i));
    }
    EXPECT_EQ(error_of({{"disable", many}}), "disable: a guild can disable 500 commands");
}

TEST(GuildPolicy, what_is_stored_comes_back_and_what_is_damaged_counts_as_nothing) {
    GuildPolicy policy;
    ASSERT_TRUE(change(policy, {{"prefix", "?"}, {"disable", "ban"}, {"language", "de"}}));
    EXPECT_EQ(policy_of(to_json(policy)), policy);
    EXPECT_EQ(policy_of({{"prefix", 5}, {"disabled", "ban"}}), GuildPolicy{});
    EXPECT_EQ(policy_of(nullptr), GuildPolicy{});
}

}  // namespace
}  // namespace rookery::command
