#include "protocol/guilded/names.hpp"

#include <gtest/gtest.h>

namespace rookery::protocol::guilded {
namespace {

TEST(GuildedNames, spellings_of_the_early_documentation_are_those_of_the_wire) {
    EXPECT_EQ(user_event_name("TeamSocketReconnected"), "TEAEM_SOCKET_RECONNECTED");
    EXPECT_EQ(user_event_name("TeamRolesUpdated"), "teamRolesUpdated");
    EXPECT_EQ(user_event_name("ChannelSeen"), "CHANNEL_SEEN");
    EXPECT_EQ(user_event_name("UserUpdated"), "USER_UPDATED");
    EXPECT_EQ(user_event_name("MediaUploadProgress"), "USER_MEDIA_UPLOAD_PROGRESS");
}

TEST(GuildedNames, other_names_stay) {
    EXPECT_EQ(user_event_name("ChatMessageCreated"), "ChatMessageCreated");
    EXPECT_EQ(user_event_name("CHANNEL_SEEN"), "CHANNEL_SEEN");
    EXPECT_EQ(user_event_name(""), "");
    EXPECT_EQ(bot_event_name("NeverSeen"), "NeverSeen");
}

TEST(GuildedNames, first_names_of_the_bot_gateway_have_successors) {
    EXPECT_EQ(bot_event_name("TeamMemberJoined"), "ServerMemberJoined");
    EXPECT_EQ(bot_event_name("teamRolesUpdated"), "ServerRolesUpdated");
    EXPECT_EQ(bot_event_name("TeamWebhookUpdated"), "ServerWebhookUpdated");
}

}  // namespace
}  // namespace rookery::protocol::guilded
