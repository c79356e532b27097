#include "protocol/guilded/names.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace rookery::protocol::guilded {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// Both sorted by the first name.
constexpr std::array<Row, 40> kUser = {{
    {"ChannelBadged", "CHANNEL_BADGED"},
    {"ChannelContentSeen", "CHANNEL_CONTENT_SEEN"},
    {"ChannelSeen", "CHANNEL_SEEN"},
    {"ChannelUnbadged", "CHANNEL_UNBADGED"},
    {"MediaUploadProgress", "USER_MEDIA_UPLOAD_PROGRESS"},
    {"TeamChannelArchived", "TEAM_CHANNEL_ARCHIVED"},
    {"TeamChannelContentCreated", "TEAM_CHANNEL_CONTENT_CREATED"},
    {"TeamChannelContentCreatedSilent", "TEAM_CHANNEL_CONTENT_CREATED_SILENT"},
    {"TeamChannelContentDeleted", "TEAM_CHANNEL_CONTENT_DELETED"},
    {"TeamChannelContentReplyCreated", "TEAM_CHANNEL_CONTENT_REPLY_CREATED"},
    {"TeamChannelContentReplyDeleted", "TEAM_CHANNEL_CONTENT_REPLY_DELETED"},
    {"TeamChannelContentReplyUpdated", "TEAM_CHANNEL_CONTENT_REPLY_UPDATED"},
    {"TeamChannelContentUpdated", "TEAM_CHANNEL_CONTENT_UPDATED"},
    {"TeamChannelRestored", "TEAM_CHANNEL_RESTORED"},
    {"TeamContentReactionsAdded", "teamContentReactionsAdded"},
    {"TeamContentReactionsRemoved", "teamContentReactionsRemoved"},
    {"TeamGroupCreated", "TEAM_GROUP_CREATED"},
    {"TeamGroupDeletedForUser", "TEAM_GROUP_DELETED_FOR_USER"},
    {"TeamGroupMarkedAsRead", "TEAM_GROUP_MARKED_AS_READ"},
    {"TeamGroupUpdated", "TEAM_GROUP_UPDATED"},
    {"TeamMemberStreamUpdated", "USER_TEAM_MEMBER_STREAM_UPDATED"},
    {"TeamReactionsUpdated", "teamReactionsUpdated"},
    {"TeamRolesUpdated", "teamRolesUpdated"},
    {"TeamSocketReconnected", "TEAEM_SOCKET_RECONNECTED"},
    {"TeamThreadCreated", "teamThreadCreated"},
    {"TeamThreadReplyCreated", "teamThreadReplyCreated"},
    {"TeamUserGroupPrioritiesUpdated", "TEAM_USER_GROUP_PRIORITIES_UPDATED"},
    {"UserAliasUpdated", "USER_ALIAS_UPDATED"},
    {"UserPinged", "USER_PINGED"},
    {"UserPresenceManuallySet", "USER_PRESENCE_MANUALLY_SET"},
    {"UserPresenceReceived", "USER_PRESENCE_RECEIVED"},
    {"UserScannedMobileDownloadQr", "USER_SCANNED_MOBILE_DOWNLOAD_QR"},
    {"UserSocialLinkUpdated", "USER_SOCIAL_LINK_UPDATED"},
    {"UserSocketConnectError", "USER_SOCKET_CONNECT_ERROR"},
    {"UserSocketConnected", "USER_SOCKET_CONNECTED"},
    {"UserSocketReconnected", "USER_SOCKET_RECONNECTED"},
    {"UserSocketReconnecting", "USER_SOCKET_RECONNECTING"},
    {"UserTeamSectionUnreadCountIncremented", "USER_TEAM_SECTION_UNREAD_COUNT_INCREMENTED"},
    {"UserTeamsUpdated", "USER_TEAMS_UPDATED"},
    {"UserUpdated", "USER_UPDATED"},
}};

// event.
constexpr std::array<Row, 11> kBot = {{
    {"TeamChannelCreated", "ServerChannelCreated"},
    {"TeamChannelDeleted", "ServerChannelDeleted"},
    {"TeamChannelUpdated", "ServerChannelUpdated"},
    {"TeamMemberBanned", "ServerMemberBanned"},
    {"TeamMemberJoined", "ServerMemberJoined"},
    {"TeamMemberRemoved", "ServerMemberRemoved"},
    {"TeamMemberUnbanned", "ServerMemberUnbanned"},
    {"TeamMemberUpdated", "ServerMemberUpdated"},
    {"TeamWebhookCreated", "ServerWebhookCreated"},
    {"TeamWebhookUpdated", "ServerWebhookUpdated"},
    {"teamRolesUpdated", "ServerRolesUpdated"},
}};

std::string_view look_up(std::span<const Row> rows, std::string_view name) noexcept {
    const auto found = std::lower_bound(
        rows.begin(), rows.end(), name,
        [](const Row& row, std::string_view wanted) { return row.first < wanted; });
    return found != rows.end() && found->first == name ? found->second : name;
}

}  // namespace

std::string_view user_event_name(std::string_view name) noexcept { return look_up(kUser, name); }

std::string_view bot_event_name(std::string_view name) noexcept { return look_up(kBot, name); }

}  // namespace rookery::protocol::guilded
