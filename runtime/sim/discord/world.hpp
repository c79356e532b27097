#pragma once

#include "sim/discord/snowflake.hpp"
#include "sim/simulator.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::sim::discord {

using Json = nlohmann::json;

struct User {
    Id id = 0;
    std::string username;
    std::string display;
    std::string avatar;  ///< hash; empty = none
    bool bot = false;
    Json more;  ///< further fields of the object, here and below
};

struct BotAccount {
    Id user = 0;
    Id application = 0;
    std::string token;
    bool revoked = false;
};

struct Role {
    Id id = 0;
    std::string name;
    unsigned color = 0;
    int position = 0;
    bool hoist = false;
    std::uint64_t permissions = 0;
    Json more;
};

struct Member {
    Id user = 0;
    std::string nick;  ///< empty = none
    std::vector<Id> roles;
    std::string joined_at;
    std::string status = "online";
    Json activities = Json::array();
    Id voice_channel = 0;
    Json voice;  ///< further fields of the voice state
    Json more;
};

struct Reaction {
    Json emoji;
    std::vector<Id> users;
};

/// All that there are.
inline constexpr std::uint64_t kEveryPermission = 562'949'953'421'311;

/// Flag of a message that only one person sees.
inline constexpr unsigned kEphemeral = 1U << 6U;

struct Message {
    Id id = 0;
    Id channel = 0;
    Id author = 0;
    int type = 0;
    std::string content;
    unsigned flags = 0;
    std::optional<std::string> edited;
    std::vector<Id> mentions;
    bool mentions_everyone = false;
    Id reply_to = 0;
    std::string pinned_at;  ///< empty = not pinned
    std::vector<Reaction> reactions;
    Json extra;  ///< embeds, attachments, components, nonce...: put over the plain fields
};

enum class ChannelType : int {
    text = 0,
    direct = 1,
    voice = 2,
    category = 4,
    news = 5,
    news_thread = 10,
    public_thread = 11,
    private_thread = 12,
    stage = 13,
    forum = 15,
    media = 16
};

struct Channel {
    Id id = 0;
    Id guild = 0;  ///< 0 for a direct message
    ChannelType type = ChannelType::text;
    std::string name;
    std::string topic;
    int position = 0;
    Id last_message = 0;
    Id bot = 0;                    ///< of a direct message: whose,
    Id recipient = 0;              ///< and with whom
    std::deque<Message> messages;  ///< the newest ones, by ascending id
    std::map<Id, Json> thread_members;
    Json info;  ///< what op 43 tells: status, voice_start_time
    Json more;

    [[nodiscard]] bool is_voice() const {
        return type == ChannelType::voice || type == ChannelType::stage;
    }
    [[nodiscard]] bool is_thread() const {
        return type >= ChannelType::news_thread && type <= ChannelType::private_thread;
    }
    [[nodiscard]] Id parent() const;
    [[nodiscard]] bool archived() const;
};

struct Guild {
    Id id = 0;
    std::string name;
    Id owner = 0;
    std::string joined_at;
    std::vector<Id> channels;
    std::vector<Id> threads;
    std::map<Id, Role> roles;
    std::map<Id, Member> members;
    std::size_t crowd = 0;      ///< members that are made when somebody looks at them
    std::set<Id> crowd_absent;  ///< those of the crowd that left or stand in `members` by now
    bool unavailable = false;
    Json more;

    [[nodiscard]] std::size_t member_count() const {
        return members.size() + crowd - crowd_absent.size();
    }
};

/// The community: who is where, and what was written. Holds state and renders it as the platform's
/// objects; telling the sessions is the business of Actions. Simulator thread.
class World {
  public:
    /// `options` names at least one token.
    World(const Options& options, const Clock& clock);

    Id next_id() { return ids_.next(clock_.wall()); }
    [[nodiscard]] std::string now_text() const { return iso_time(clock_.wall()); }

    [[nodiscard]] std::vector<BotAccount>& bots() { return bots_; }
    [[nodiscard]] BotAccount* bot_by_token(std::string_view token);
    [[nodiscard]] BotAccount* bot_by_user(Id user);
    [[nodiscard]] BotAccount* bot_by_application(Id application);
    [[nodiscard]] User* user(Id id);  ///< one of the crowd is remembered from here on
    /// A copy; of somebody unknown a deleted user.
    [[nodiscard]] User person(Id id) const;
    [[nodiscard]] User* user_named(std::string_view name);  ///< by username or by id
    [[nodiscard]] Guild* guild(Id id);
    [[nodiscard]] Guild* guild_named(std::string_view name);  ///< name or id; empty = the first
    [[nodiscard]] bool is_member(const Guild& guild, Id user) const;
    /// To be changed; one of the crowd is remembered from here on. Null when not a member.
    [[nodiscard]] Member* member(Guild& guild, Id user);
    [[nodiscard]] std::optional<Member> find_member(const Guild& guild, Id user) const;
    /// By ascending id, those above `after`, until `each` gives false.
    void each_member(const Guild& guild, Id after,
                     const std::function<bool(const Member&)>& each) const;
    bool remove_member(Guild& guild, Id user);
    /// What somebody may do there, as the platform counts it: the owner everything, others what
    /// their roles and the channel's overwrites give. `where` may be null: in the guild.
    [[nodiscard]] std::uint64_t permissions(const Guild& guild, Id user, const Channel* where);
    [[nodiscard]] Channel* channel(Id id);
    /// "#general", "general" or an id; a name is looked for in the guilds in order of their age.
    [[nodiscard]] Channel* channel_named(std::string_view name, Id guild = 0);
    [[nodiscard]] Message* message(Channel& channel, Id id);
    void each_channel(const std::function<void(Channel&)>& each);
    [[nodiscard]] const std::map<Id, Guild>& guilds() const { return guilds_; }
    [[nodiscard]] std::map<Id, Guild>& guilds() { return guilds_; }

    User& add_user(std::string username, bool bot);
    Guild& add_guild(const std::string& name);  ///< with roles, channels, everyone and all bots
    Channel& add_channel(Guild& guild, std::string name, ChannelType type);
    /// `id` 0 = a new one; a thread that starts at a message has the message's id.
    Channel& add_thread(Guild& guild, std::string name, ChannelType type, Id id);
    Channel& direct_channel(Id bot, Id user);
    Role& add_role(Guild& guild, std::string name, unsigned color);
    Member& add_member(Guild& guild, Id user);
    /// Stores it as the newest of its channel; the oldest ones are forgotten.
    Message& add_message(Message message);
    bool remove_message(Channel& channel, Id id);
    void remove_channel(Id id);
    void remove_guild(Id id);

    [[nodiscard]] Json user_json(Id id) const;
    [[nodiscard]] Json self_json(const BotAccount& bot);
    [[nodiscard]] Json member_json(const Member& member, bool with_user) const;
    [[nodiscard]] Json role_json(const Role& role) const;
    [[nodiscard]] Json channel_json(const Channel& channel, bool with_guild);
    [[nodiscard]] Json guild_json(const Guild& guild);
    /// As GUILD_CREATE tells it to a session with these intents and this large_threshold.
    [[nodiscard]] Json guild_create_json(const Guild& guild, std::uint64_t intents,
                                         std::size_t large_threshold);
    [[nodiscard]] Json voice_state_json(const Member& member, Id guild);
    [[nodiscard]] Json presence_json(const Member& member, Id guild) const;
    [[nodiscard]] Json application_json(const BotAccount& bot);
    /// As REST answers it; `viewer` decides `me` of reactions.
    [[nodiscard]] Json message_json(const Message& message, Id viewer);

    /// Tells GUILD_CREATE what stands in the collections of a guild (emojis, stickers, ...).
    void describe_collections(std::function<void(Id guild, Json& json)> describe) {
        collections_ = std::move(describe);
    }

  private:
    [[nodiscard]] static std::optional<std::size_t> crowd_index(Id user);
    [[nodiscard]] Member crowd_member(std::size_t index) const;
    BotAccount& add_bot(const std::string& name, const std::string& token);
    void seed_people();
    Guild& add_guild(const std::string& name, unsigned members);
    [[nodiscard]] Json reactions_json(const Message& message, Id viewer) const;

    static constexpr std::size_t kMessagesKept = 300;

    const Clock& clock_;
    std::string started_ = now_text();
    std::function<void(Id, Json&)> collections_;
    SnowflakeSource ids_;
    Id fixed_ = 0;  ///< ids of what exists from the start: equal in every run
    std::vector<BotAccount> bots_;
    std::map<Id, User> users_;
    std::map<Id, Guild> guilds_;
    std::unordered_map<Id, Channel> channels_;
    std::map<std::pair<Id, Id>, Id> direct_;
};

}  // namespace rookery::sim::discord
