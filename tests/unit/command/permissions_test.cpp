#include "command/permissions.hpp"

#include <gtest/gtest.h>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr Permissions kView = Permissions{1} << 10U;
constexpr Permissions kSend = Permissions{1} << 11U;
constexpr Permissions kManageMessages = Permissions{1} << 13U;

TEST(CommandPermissions, names_are_known_in_both_spellings) {
    EXPECT_EQ(find_permission("ManageMessages"), kManageMessages);
    EXPECT_EQ(find_permission("manageMessages"), kManageMessages);
    EXPECT_EQ(find_permission("managemessages"), std::nullopt);
    EXPECT_EQ(find_permission(""), std::nullopt);
    EXPECT_EQ(names_of(kManageMessages | kView),
              (std::vector<std::string>{"ViewChannel", "ManageMessages"}));
    EXPECT_EQ(permissions_from_names({"ViewChannel", "sendMessages", 5, "nonsense"}),
              kView | kSend);
}

TEST(CommandPermissions, a_bit_with_two_names_is_told_once) {
    EXPECT_EQ(names_of(Permissions{1} << 30U).size(), 1U);
}

TEST(CommandPermissions, what_is_no_number_grants_nothing) {
    EXPECT_EQ(permissions_from_text("8192"), kManageMessages);
    EXPECT_EQ(permissions_from_text("8192x"), 0U);
    EXPECT_EQ(permissions_from_text("-1"), 0U);
    EXPECT_EQ(permissions_from_text("99999999999999999999999"), 0U);
    EXPECT_EQ(permissions_from_text(""), 0U);
}

TEST(CommandPermissions, an_administrator_lacks_nothing) {
    EXPECT_EQ(lacking(kView, kView | kSend), kSend);
    EXPECT_EQ(lacking(kAdministrator, kView | kSend), 0U);
}

class ComputedPermissions : public ::testing::Test {
  protected:
    [[nodiscard]] Permissions of(const std::string& member, const json& own) {
        PermissionFacts facts;
        facts.member = member;
        facts.guild = "g";
        facts.guild_owner = "boss";
        facts.own_roles = &own;
        facts.roles = &roles_;
        facts.overwrites = &overwrites_;
        return compute_permissions(facts);
    }

    json roles_ = {{{"id", "g"}, {"permissions", "3072"}},    // view, send
                   {{"id", "mod"}, {"permissions", "8192"}},  // ManageMessages
                   {{"id", "admin"}, {"permissions", "8"}}};
    json overwrites_ = json::array();
};

TEST_F(ComputedPermissions, roles_add_up) {
    EXPECT_EQ(of("a", json::array()), kView | kSend);
    EXPECT_EQ(of("a", {"g", "mod"}), kView | kSend | kManageMessages);
    EXPECT_EQ(of("a", {"nobody has this"}), kView | kSend);
}

TEST_F(ComputedPermissions, owner_and_administrator_may_everything_whatever_the_channel_says) {
    overwrites_ = {{{"id", "g"}, {"deny", "3072"}}};
    EXPECT_EQ(of("boss", json::array()), ~Permissions{0});
    EXPECT_EQ(of("a", {"admin"}), ~Permissions{0});
}

TEST_F(ComputedPermissions, overwrites_of_everyone_then_of_roles_then_of_the_member) {
    overwrites_ = {{{"id", "a"}, {"allow", "2048"}, {"deny", "0"}},
                   {{"id", "mod"}, {"allow", "8192"}, {"deny", "2048"}},
                   {{"id", "g"}, {"allow", "0"}, {"deny", "8192"}}};
    EXPECT_EQ(of("a", {"mod"}), kView | kSend | kManageMessages);
    EXPECT_EQ(of("b", {"mod"}), kView | kManageMessages);
    EXPECT_EQ(of("b", json::array()), kView | kSend);
}

TEST_F(ComputedPermissions, what_is_mistyped_grants_nothing) {
    roles_ = {{"id", "g"}};
    overwrites_ = "no list";
    EXPECT_EQ(of("a", 5), 0U);
}

}  // namespace
}  // namespace rookery::command
