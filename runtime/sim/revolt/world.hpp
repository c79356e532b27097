#pragma once

#include "sim/recorder.hpp"
#include "sim/revolt/ulid.hpp"
#include "sim/shared.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim::revolt {

/// Bits of the platform's permissions.
namespace permission {
inline constexpr std::uint64_t kManageChannel = 1ULL << 0U;
inline constexpr std::uint64_t kManageServer = 1ULL << 1U;
inline constexpr std::uint64_t kManagePermissions = 1ULL << 2U;
inline constexpr std::uint64_t kManageRole = 1ULL << 3U;
inline constexpr std::uint64_t kManageCustomisation = 1ULL << 4U;
inline constexpr std::uint64_t kKickMembers = 1ULL << 6U;
inline constexpr std::uint64_t kBanMembers = 1ULL << 7U;
inline constexpr std::uint64_t kTimeoutMembers = 1ULL << 8U;
inline constexpr std::uint64_t kAssignRoles = 1ULL << 9U;
inline constexpr std::uint64_t kChangeNickname = 1ULL << 10U;
inline constexpr std::uint64_t kManageNicknames = 1ULL << 11U;
inline constexpr std::uint64_t kViewChannel = 1ULL << 20U;
inline constexpr std::uint64_t kReadHistory = 1ULL << 21U;
inline constexpr std::uint64_t kSendMessage = 1ULL << 22U;
inline constexpr std::uint64_t kManageMessages = 1ULL << 23U;
inline constexpr std::uint64_t kManageWebhooks = 1ULL << 24U;
inline constexpr std::uint64_t kSendEmbeds = 1ULL << 26U;
inline constexpr std::uint64_t kUploadFiles = 1ULL << 27U;
inline constexpr std::uint64_t kMasquerade = 1ULL << 28U;
inline constexpr std::uint64_t kReact = 1ULL << 29U;
inline constexpr std::uint64_t kBypassSlowmode = 1ULL << 39U;
inline constexpr std::uint64_t kAll = 0xFFFFFFFFFFFFFULL;
}  // namespace permission

/// The platform's name of a single permission.
[[nodiscard]] const char* permission_name(std::uint64_t bit);

struct Account {
    std::string user;
    std::string token;
    bool bot = true;
    bool revoked = false;
};

struct StoredFile {
    Json object;  ///< as the platform shows it
    std::string bytes;
    bool used = false;  ///< attached to something: from then on it can be read
};

/// The community, kept as the objects that the platform shows. What changes is told by Actions.
/// Simulator thread.
class World {
  public:
    World(Shared& shared, const std::vector<std::string>& tokens);

    [[nodiscard]] std::string next_id() { return ids_.next(clock_.wall()); }
    [[nodiscard]] std::string now_text() const { return time_text(clock_.wall()); }
    /// "2026-01-02T03:04:05.678Z"
    [[nodiscard]] static std::string time_text(WallTime time);
    [[nodiscard]] WallTime now() const { return clock_.wall(); }

    [[nodiscard]] std::vector<Account>& accounts() { return accounts_; }
    [[nodiscard]] Account* account_of(std::string_view token);
    [[nodiscard]] bool is_bot(const std::string& user) const;

    // Finders by id; null when there is none.
    [[nodiscard]] Json* user(const std::string& id);
    [[nodiscard]] Json* server(const std::string& id);
    [[nodiscard]] Json* channel(const std::string& id);
    [[nodiscard]] Json* member(const std::string& server, const std::string& user);
    [[nodiscard]] Json* message(const std::string& channel, const std::string& id);
    // By name or id; an empty server name gives the first one.
    [[nodiscard]] Json* user_named(std::string_view name);
    [[nodiscard]] Json* server_named(std::string_view name);
    [[nodiscard]] Json* channel_named(std::string_view name, const std::string& server = {});
    [[nodiscard]] std::optional<std::string> role_named(const Json& server, std::string_view name);

    Json& add_user(const std::string& name, const std::string& display);
    Json& add_server(const std::string& name, const std::string& owner);
    Json& add_channel(Json& server, const std::string& name, bool voice);
    Json& add_member(const Json& server, const std::string& user);
    std::string add_role(Json& server, const std::string& name);
    Json& direct_channel(const std::string& one, const std::string& other);
    Json& add_message(Json message);
    void remove_channel(const std::string& id);
    void remove_server(const std::string& id);

    /// As `viewer` sees that user.
    [[nodiscard]] Json user_json(const std::string& id, const std::string& viewer);
    /// What that user may do in the channel (0: not even see it), or on the server as a whole.
    [[nodiscard]] std::uint64_t permissions(const std::string& user, const Json& channel);
    [[nodiscard]] std::uint64_t server_permissions(const std::string& user, const Json& server);
    [[nodiscard]] bool sees(const std::string& user, const Json& channel) {
        return (permissions(user, channel) & permission::kViewChannel) != 0;
    }

    using Objects = std::map<std::string, Json>;
    Objects users;
    Objects servers;
    Objects channels;
    Objects emojis;
    Objects webhooks;
    Objects invites;
    std::map<std::string, std::map<std::string, Json>> members;  ///< by server, by user
    std::map<std::string, std::map<std::string, Json>> bans;     ///< by server, by user
    std::map<std::string, std::deque<Json>> messages;            ///< by channel, oldest first
    std::map<std::string, std::map<std::string, Json>> voices;   ///< by channel, by user
    std::map<std::string, StoredFile> files;
    /// Until when somebody has to wait in a channel with slowmode: (channel, user).
    std::map<std::pair<std::string, std::string>, SteadyTime> slow;

  private:
    void seed_community(const std::vector<std::string>& tokens, unsigned servers_wanted);

    static constexpr std::size_t kMessagesKept = 5'000;

    const Clock& clock_;
    UlidSource ids_;
    std::optional<WallTime> fixed_;  ///< while the seeded community is made
    std::vector<Account> accounts_;
};

}  // namespace rookery::sim::revolt
