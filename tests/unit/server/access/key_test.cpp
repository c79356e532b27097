#include "server/access/key.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

TEST(Key, AdminHasEveryScopeAndOthersTheirOwn) {
    Key key;
    key.scopes = {"read:guilds"};
    EXPECT_TRUE(key.has("read:guilds"));
    EXPECT_FALSE(key.has("write:roles"));
    key.scopes = {"admin"};
    EXPECT_TRUE(key.has("write:roles"));
}

TEST(Key, ARestrictionToGuildsTakesDirectEventsAway) {
    Key key;
    key.scopes = {"events", "events:direct"};
    EXPECT_TRUE(key.hears_direct());
    EXPECT_TRUE(key.sees_guild("7"));
    key.guilds = {"5", "7"};
    EXPECT_TRUE(key.sees_guild("7"));
    EXPECT_FALSE(key.sees_guild("6"));
    EXPECT_FALSE(key.hears_direct());
}

TEST(Key, ARestrictionToEventsIsByName) {
    Key key;
    EXPECT_TRUE(key.hears("messageCreate"));
    key.events = {"guildBanAdd", "messageCreate"};
    EXPECT_TRUE(key.hears("messageCreate"));
    EXPECT_FALSE(key.hears("messageDelete"));
}

}  // namespace
}  // namespace rookery::server
