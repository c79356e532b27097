#include "hostapi/command_resolver.hpp"

#include "support/commands_world.hpp"

namespace rookery::hostapi {
namespace {

class CommandResolverTest : public CommandsWorld {};

TEST_F(CommandResolverTest, whom_a_text_names) {
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", {{{"name", "m"}, {"type", "member"}, {"required", true}}}}}),
              "");
    facts_["members.search"] = json::parse(R"([
        {"id": "30", "displayName": "Bob B", "user": {"id": "30", "username": "bob"}},
        {"id": "31", "displayName": "Carol", "user": {"id": "31", "username": "carol"}},
        {"id": "32", "displayName": "carol", "user": {"id": "32", "username": "carol2"}}])");
    EXPECT_EQ(use(message("!who BOB"))["options"]["m"]["id"], "30");
    EXPECT_EQ(use(message("!who carol")), nullptr);
    const std::string several = told();
    EXPECT_NE(several.find("More than one"), std::string::npos) << several;
    EXPECT_EQ(use(message("!who dave")), nullptr);
    EXPECT_NE(told(), "");
    facts_.erase("members.get");
    EXPECT_EQ(use(message("!who <@44>")), nullptr);  // has left
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(slash("who", {{{"name", "m"}, {"type", 6}, {"value", "44"}}},
                        {{"data", {{"resolved", {{"users", {{"44", {{"id", "44"}}}}}}}}}})),
              nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(CommandResolverTest, roles_by_name_in_any_case_and_told_when_two_share_it) {
    ASSERT_EQ(declare({{"name", "role"},
                       {"options", {{{"name", "r"}, {"type", "role"}, {"required", true}}}}}),
              "");
    EXPECT_EQ(use(message("!role mods"))["options"]["r"]["id"], "50");
    EXPECT_EQ(use(message("!role <@&50>"))["options"]["r"]["name"], "Mods");
    EXPECT_EQ(use(message("!role twin")), nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(CommandResolverTest, what_comes_with_a_slash_command_is_in_the_public_shape) {
    ASSERT_EQ(declare({{"name", "see"},
                       {"options",
                        {{{"name", "u"}, {"type", "user"}},
                         {{"name", "m"}, {"type", "member"}},
                         {{"name", "c"}, {"type", "channel"}},
                         {{"name", "f"}, {"type", "attachment"}},
                         {{"name", "x"}, {"type", "mentionable"}}}}}),
              "");
    const json resolved = json::parse(R"({
        "users": {"30": {"id": "30", "username": "bob"}},
        "members": {"30": {"roles": ["50"], "nick": "B"}},
        "roles": {"50": {"id": "50", "name": "Mods", "permissions": "8192"}},
        "channels": {"20": {"id": "20", "name": "general", "type": 0}},
        "attachments": {"9": {"id": "9", "filename": "a.png", "size": 3, "url": "https://x/a.png"}}})");
    const json got = use(slash("see",
                               {{{"name", "u"}, {"type", 6}, {"value", "30"}},
                                {{"name", "m"}, {"type", 6}, {"value", "30"}},
                                {{"name", "c"}, {"type", 7}, {"value", "20"}},
                                {{"name", "f"}, {"type", 11}, {"value", "9"}},
                                {{"name", "x"}, {"type", 9}, {"value", "50"}}},
                               {{"data", {{"resolved", resolved}}}}))["options"];
    EXPECT_EQ(got["u"]["username"], "bob");
    EXPECT_EQ(got["m"]["displayName"], "B");
    EXPECT_EQ(got["m"]["user"]["username"], "bob");
    EXPECT_EQ(got["c"]["name"], "general");
    EXPECT_EQ(got["f"]["name"], "a.png");
    EXPECT_EQ(got["x"]["type"], "role");
    EXPECT_EQ(got["x"]["name"], "Mods");
}

TEST_F(CommandResolverTest, that_there_is_no_such_thing_is_known_for_a_while) {
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", {{{"name", "m"}, {"type", "member"}, {"required", true}}}}}),
              "");
    facts_.erase("members.get");
    for (const char* id : {"1", "2", "3"}) {
        EXPECT_EQ(use(message("!who <@44>", id)), nullptr);
    }
    EXPECT_EQ(asked_["members.get"], 1);
    facts_["members.get"] = {{"id", "44"}};
    clock_.advance(FactCache::kKeptRefusal);
    EXPECT_EQ(use(message("!who <@44>", "4"))["options"]["m"]["id"], "44");
}

TEST_F(CommandResolverTest, so_many_are_looked_up_for_one_user) {
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", {{{"name", "m"}, {"type", "member"}, {"required", true}}}}}),
              "");
    facts_["members.search"] = json::array();
    const int most = static_cast<int>(CommandDesk::kMostLookups);
    const auto name = [&](int i, const std::string& author) {
        EXPECT_EQ(
            use(message("!who made-up-" + std::to_string(i), std::to_string(100 + i), author)),
            nullptr);
        return told();
    };
    // What could be an id, as well, is looked up as one first.
    const auto asked = [&] { return asked_["members.search"] + asked_["members.get"]; };
    EXPECT_NE(name(0, "2").find("made-up"), std::string::npos);
    std::string last;
    for (int i = 1; i < 2 * most; ++i) {
        last = name(i, "2");
    }
    EXPECT_NE(last.find("Try again in 1 minute"), std::string::npos) << last;
    EXPECT_LE(asked(), most);
    EXPECT_GE(asked(), most / 2);
    // What was delivered before is no new lookup; nobody else has to wait.
    clock_.advance(FactCache::kKeptRefusal + FactCache::kKept);
    EXPECT_NE(name(0, "2").find("made-up"), std::string::npos);
    EXPECT_NE(name(2 * most, "3").find("made-up"), std::string::npos);
    clock_.advance(CommandDesk::kLookupsCounted);
    EXPECT_NE(name(2 * most + 1, "2").find("made-up"), std::string::npos);
}

}  // namespace
}  // namespace rookery::hostapi
