#include "hostapi/command_registry.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

class CommandRegistryTest : public ::testing::Test {
  protected:
    static json slash(const std::string& name) { return {{"name", name}, {"description", "d"}}; }

    CommandRegistry::Session version(const std::string& owner) { return registry_.open(owner); }
    std::string declare(CommandRegistry::Session session, const json& command,
                        const std::string& where = "x.lua:1") {
        const auto id = registry_.declare(session, command, where);
        return id ? "" : id.error().message();
    }
    /// "remind of script a", in one scope.
    Texts wanted(const std::string& guild = "", const std::string& bot = "demo") {
        Texts out;
        const auto all = registry_.wanted(bot);
        if (const auto found = all.find(guild); found != all.end()) {
            for (const WantedCommand& one : found->second) {
                out.push_back(one.name + " of " + one.owner);
            }
        }
        return out;
    }

    CommandRegistry registry_;
};

TEST_F(CommandRegistryTest, what_a_version_declares_counts_once_it_is_active) {
    const auto one = version("script a");
    EXPECT_EQ(declare(one, slash("remind")), "");
    EXPECT_EQ(wanted(), Texts{});
    registry_.activate(one);
    EXPECT_EQ(wanted(), Texts{"remind of script a"});
    registry_.close(one);
    EXPECT_EQ(wanted(), Texts{});
}

TEST_F(CommandRegistryTest, all_extensions_share_the_scopes_sorted_by_name) {
    const auto a = version("script a");
    const auto b = version("plugin b");
    EXPECT_EQ(declare(a, slash("zeta")), "");
    EXPECT_EQ(declare(b, slash("alpha")), "");
    json in_guild = slash("alpha");
    in_guild["guilds"] = {"10", "20"};
    EXPECT_EQ(declare(a, in_guild), "");
    registry_.activate(a);
    registry_.activate(b);
    EXPECT_EQ(wanted(), (Texts{"alpha of plugin b", "zeta of script a"}));
    EXPECT_EQ(wanted("10"), Texts{"alpha of script a"});
    EXPECT_EQ(wanted("20"), Texts{"alpha of script a"});
}

TEST_F(CommandRegistryTest, a_reload_goes_from_one_set_to_the_other_in_one_step) {
    const auto old = version("script a");
    EXPECT_EQ(declare(old, slash("remind")), "");
    registry_.activate(old);
    const auto next = version("script a");
    EXPECT_EQ(declare(next, slash("remind")), "");
    EXPECT_EQ(declare(next, slash("forget")), "");
    EXPECT_EQ(wanted(), Texts{"remind of script a"});
    registry_.activate(next);
    EXPECT_EQ(wanted(), (Texts{"forget of script a", "remind of script a"}));
    registry_.close(old);
    EXPECT_EQ(wanted(), (Texts{"forget of script a", "remind of script a"}));
}

TEST_F(CommandRegistryTest, a_failed_reload_changes_nothing) {
    const auto old = version("script a");
    EXPECT_EQ(declare(old, slash("remind")), "");
    registry_.activate(old);
    const auto next = version("script a");
    EXPECT_EQ(declare(next, slash("other")), "");
    registry_.close(next);
    registry_.activate(old);
    EXPECT_EQ(wanted(), Texts{"remind of script a"});
}

TEST_F(CommandRegistryTest, the_first_of_two_extensions_keeps_the_name) {
    const auto a = version("script a");
    const auto b = version("script b");
    EXPECT_EQ(declare(a, slash("remind"), "a.lua:5"), "");
    EXPECT_EQ(declare(b, slash("remind")),
              "command remind has been declared already by script a (a.lua:5)");
    EXPECT_EQ(declare(a, slash("remind")), "command remind has been declared already (a.lua:5)");
}

TEST_F(CommandRegistryTest, other_types_scopes_and_bots_do_not_conflict) {
    const auto a = version("script a");
    const auto b = version("script b");
    EXPECT_EQ(declare(a, slash("remind")), "");
    EXPECT_EQ(declare(b, {{"name", "remind"}, {"type", "user"}}), "");
    json in_guild = slash("remind");
    in_guild["guilds"] = {"10"};
    EXPECT_EQ(declare(b, in_guild), "");
    json elsewhere = slash("ban");
    elsewhere["bots"] = {"one"};
    EXPECT_EQ(declare(a, elsewhere), "");
    elsewhere["bots"] = {"other"};
    EXPECT_EQ(declare(b, elsewhere), "");
    registry_.activate(a);
    registry_.activate(b);
    EXPECT_EQ(wanted("", "one"),
              (Texts{"ban of script a", "remind of script a", "remind of script b"}));
}

TEST_F(CommandRegistryTest, a_withdrawn_command_goes) {
    const auto a = version("script a");
    const auto id = registry_.declare(a, slash("remind"), "");
    registry_.activate(a);
    registry_.withdraw(*id);
    registry_.withdraw(*id);
    EXPECT_EQ(wanted(), Texts{});
}

TEST_F(CommandRegistryTest, the_platforms_limits_hold_over_all_extensions) {
    const auto a = version("script a");
    const auto b = version("script b");
    for (std::size_t i = 0; i < CommandRegistry::kMostSlash; ++i) {
        ASSERT_EQ(declare(i % 2 == 0 ? a : b, slash("c" + std::to_string(i))), "");
    }
    EXPECT_EQ(declare(b, slash("one-more")),
              "command one-more: the platform takes 100 of that type, which all extensions share");
    for (std::size_t i = 0; i < CommandRegistry::kMostOfOther; ++i) {
        ASSERT_EQ(declare(a, {{"name", "u" + std::to_string(i)}, {"type", "user"}}), "");
    }
    EXPECT_NE(declare(a, {{"name", "more"}, {"type", "user"}}), "");
}

TEST_F(CommandRegistryTest, one_that_does_not_start_is_remembered_until_it_does_or_goes) {
    registry_.failed("script a");
    EXPECT_EQ(registry_.failed_owners(), std::set<std::string>{"script a"});
    registry_.activate(version("script a"));
    EXPECT_TRUE(registry_.failed_owners().empty());
    registry_.failed("script a");
    registry_.forget("script a");
    EXPECT_TRUE(registry_.failed_owners().empty());
}

TEST_F(CommandRegistryTest, changes_are_told) {
    int told = 0;
    registry_.on_change([&] { ++told; });
    const auto a = version("script a");
    EXPECT_EQ(declare(a, slash("remind")), "");
    registry_.activate(a);
    EXPECT_EQ(told, 2);
    EXPECT_NE(declare(a, slash("")), "");
    EXPECT_EQ(told, 2);
    registry_.close(a);
    EXPECT_EQ(told, 3);
    EXPECT_NE(declare(a, slash("late")), "");
}

TEST_F(CommandRegistryTest, a_built_in_version_gives_way) {
    const auto builtin = registry_.open("script commands", true);
    EXPECT_EQ(declare(builtin, slash("help")), "");
    EXPECT_EQ(declare(builtin, slash("commands")), "");
    registry_.activate(builtin);
    EXPECT_EQ(wanted(), (Texts{"commands of script commands", "help of script commands"}));
    const auto a = version("script a");
    EXPECT_EQ(declare(a, slash("help")), "");
    registry_.activate(a);
    EXPECT_EQ(wanted(), (Texts{"commands of script commands", "help of script a"}));
    for (int i = 1; i < 100; ++i) {
        ASSERT_EQ(declare(a, slash("c" + std::to_string(i))), "");
    }
    EXPECT_EQ(wanted().size(), 100U);
    EXPECT_EQ(wanted().back(), "help of script a");
}

}  // namespace
}  // namespace rookery::hostapi
