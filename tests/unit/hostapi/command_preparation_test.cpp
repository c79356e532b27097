#include "hostapi/command_preparation.hpp"

#include "support/commands_world.hpp"

namespace rookery::hostapi {
namespace {

class CommandPreparationTest : public CommandsWorld {};

TEST_F(CommandPreparationTest, bad_input_is_told_and_counts_for_nothing) {
    ASSERT_EQ(declare({{"name", "roll"},
                       {"options",
                        {{{"name", "n"}, {"type", "integer"}, {"required", true}, {"max", 6}}}},
                       {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
              "");
    EXPECT_EQ(use(message("!roll")), nullptr);
    EXPECT_EQ(use(message("!roll 7")), nullptr);
    EXPECT_EQ(use(message("!roll x")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(message("!roll 6"))["options"]["n"], 6);
}

TEST_F(CommandPreparationTest, where_it_may_be_used) {
    ASSERT_EQ(declare({{"name", "g"}, {"where", "guild"}}), "");
    ASSERT_EQ(declare({{"name", "d"}, {"where", "dm"}}), "");
    ASSERT_EQ(declare({{"name", "n"}, {"nsfw", true}}), "");
    const json dm = {{"guild_id", nullptr}, {"member", nullptr}};
    EXPECT_EQ(use(message("!g", "5", "2", dm)), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!g")).is_null());
    EXPECT_EQ(use(message("!d")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!d", "5", "2", dm)).contains("guildId"));
    EXPECT_EQ(use(message("!n")), nullptr);
    EXPECT_NE(told(), "");
    facts_["channels.get"]["nsfw"] = true;
    desk_->facts()->forget("test");
    EXPECT_FALSE(use(message("!n")).is_null());
    EXPECT_FALSE(
        use(slash("n", json::array(), {{"channel", {{"id", "20"}, {"nsfw", true}}}})).is_null());
}

TEST_F(CommandPreparationTest, for_owners_alone) {
    ASSERT_EQ(declare({{"name", "stop"}, {"owner", true}}), "");
    EXPECT_EQ(use(message("!stop")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!stop", "5", "1")).is_null());
    desk_->set_bot("test", {{"!"}, true, {}});
    facts_["application.get"] =
        json::parse(R"({"owner": {"id": "3"}, "team": {"members": [{"user": {"id": "4"}}]}})");
    EXPECT_FALSE(use(message("!stop", "5", "3")).is_null());
    EXPECT_FALSE(use(message("!stop", "5", "4")).is_null());
    EXPECT_EQ(use(message("!stop", "5", "1")), nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(CommandPreparationTest, what_the_member_must_have) {
    ASSERT_EQ(declare({{"name", "purge"}, {"member_permissions", {"manageMessages"}}}), "");
    EXPECT_EQ(use(message("!purge")), nullptr);
    EXPECT_NE(told().find("Manage Messages"), std::string::npos);
    EXPECT_FALSE(use(message("!purge", "5", "2", {{"member", {{"roles", {"50"}}}}})).is_null());
    EXPECT_FALSE(use(message("!purge", "5", "1")).is_null());  // the guild's owner
    EXPECT_EQ(use(slash("purge")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(
        use(slash("purge", json::array(), {{"member", {{"permissions", "8192"}}}})).is_null());
    EXPECT_EQ(asked_["roles.list"], 1);  // of three messages
}

TEST_F(CommandPreparationTest, what_the_bot_must_have) {
    ASSERT_EQ(declare({{"name", "purge"}, {"bot_permissions", {"manageMessages"}}}), "");
    EXPECT_EQ(use(message("!purge")), nullptr);
    EXPECT_NE(told(), "");
    facts_["members.get"]["roles"] = {"50"};
    desk_->facts()->forget("test");
    EXPECT_FALSE(use(message("!purge")).is_null());
    EXPECT_FALSE(use(slash("purge", json::array(), {{"app_permissions", "8192"}})).is_null());
    EXPECT_EQ(use(slash("purge", json::array(), {{"app_permissions", "2048"}})), nullptr);
}

TEST_F(CommandPreparationTest, a_bare_group_tells_what_is_below_it) {
    ASSERT_EQ(on_worker([&]() -> std::string {
                  const auto declared =
                      commands_->declare(json::parse(R"({"name": "todo", "description": "Lists",
                      "subcommands": [{"name": "add", "description": "One more"}]})"),
                                         "");
                  return declared ? "" : declared.error().message();
              }),
              "");
    on_worker([&] {
        static_cast<void>(commands_->handle(InvocationKind::command, "todo add"));
        return 0;
    });
    EXPECT_EQ(use(message("!todo")), nullptr);
    EXPECT_NE(told().find("One more"), std::string::npos);
    EXPECT_EQ(use(message("!todo add"))["command"], "todo add");
    EXPECT_EQ(use(slash("todo", {{{"name", "add"}, {"type", 1}}}))["command"], "todo add");
}

TEST_F(CommandPreparationTest, what_is_being_typed_is_not_counted) {
    ASSERT_EQ(
        declare({{"name", "tea"},
                 {"options", {{{"name", "kind"}, {"type", "string"}, {"autocomplete", true}}}},
                 {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
        "");
    on_worker([&] {
        static_cast<void>(commands_->handle(InvocationKind::autocomplete, "tea"));
        return 0;
    });
    const json options = {{{"name", "kind"}, {"type", 3}, {"value", "gr"}, {"focused", true}}};
    for (int i = 0; i < 3; ++i) {
        const json typed = use(slash("tea", options, {{"type", 4}}));
        EXPECT_EQ(typed["kind"], "autocomplete");
        EXPECT_EQ(typed["focused"], "kind");
        EXPECT_EQ(typed["typed"], "gr");
    }
    EXPECT_EQ(told(), "");
}

TEST_F(CommandPreparationTest, whoever_may_not_use_it_gets_no_choices) {
    const json options = {
        {{"name", "kind"}, {"type", "string"}, {"description", "d"}, {"autocomplete", true}}};
    const auto offer = [&](json definition) {
        definition["options"] = options;
        EXPECT_EQ(declare(definition), "");
        on_worker([&] {
            static_cast<void>(commands_->handle(InvocationKind::autocomplete,
                                                definition["name"].get<std::string>()));
            return 0;
        });
    };
    const auto type = [&](const char* name, const json& extra = json::object()) {
        json all = {{"type", 4}};
        all.merge_patch(extra);
        return use(slash(
            name, {{{"name", "kind"}, {"type", 3}, {"value", "gr"}, {"focused", true}}}, all));
    };
    facts_["interactions.autocomplete"] = nullptr;
    offer({{"name", "stop"}, {"owner", true}});
    offer({{"name", "purge"}, {"member_permissions", {"manageMessages"}}});
    offer({{"name", "talk"}, {"where", "dm"}});
    offer({{"name", "off"}});
    std::promise<void> disabled;
    desk_->configure("test", "10", {{"disable", "off"}},
                     [&](const Result<json>&) { disabled.set_value(); });
    disabled.get_future().wait();
    int refused = 0;
    for (const char* name : {"stop", "purge", "talk", "off"}) {
        EXPECT_EQ(type(name), nullptr) << name;
        EXPECT_EQ(asked_["interactions.autocomplete"], ++refused) << name;
    }
    EXPECT_EQ(told(), "");
    EXPECT_FALSE(type("purge", {{"member", {{"permissions", "8192"}}}}).is_null());
    EXPECT_FALSE(type("stop", {{"member", {{"user", {{"id", "1"}}}}}}).is_null());
}

TEST_F(CommandPreparationTest, what_a_member_may_is_told_as_far_as_it_is_at_hand) {
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    const auto of_mod = [&] {
        return use(message("!ping", "5", "2", {{"member", {{"roles", {"50"}}}}}))["member"];
    };
    EXPECT_FALSE(of_mod().contains("permissions"));
    kept_["guilds.get"] = facts_["guilds.get"];
    kept_["roles.list"] = facts_["roles.list"];
    EXPECT_FALSE(of_mod().contains("permissions"));
    kept_["channels.get"] = facts_["channels.get"];
    EXPECT_EQ(of_mod()["permissions"], (json{"ViewChannel", "SendMessages", "ManageMessages"}));
    EXPECT_TRUE(asked_.empty()) << asked_.begin()->first;
    // A role that is not known: what it allows is not, either.
    EXPECT_FALSE(
        use(message("!ping", "5", "2", {{"member", {{"roles", {"77"}}}}}))["member"].contains(
            "permissions"));
}

TEST_F(CommandPreparationTest, what_the_bot_keeps_of_roles_holds_at_once) {
    ASSERT_EQ(declare({{"name", "purge"}, {"member_permissions", {"ManageMessages"}}}), "");
    for (const char* what : {"guilds.get", "roles.list", "channels.get"}) {
        kept_[what] = facts_[what];
    }
    const json mod = {{"member", {{"roles", {"50"}}}}};
    EXPECT_FALSE(use(message("!purge", "5", "2", mod)).is_null());
    kept_["roles.list"][1]["permissions"] = "0";
    clock_.advance(FactCache::kKeptOfBot);
    EXPECT_EQ(use(message("!purge", "5", "2", mod)), nullptr);
    EXPECT_TRUE(asked_["roles.list"] + asked_["guilds.get"] + asked_["channels.get"] == 0);
}

}  // namespace
}  // namespace rookery::hostapi
