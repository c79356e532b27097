#pragma once

#include "sim/simulator.hpp"
#include "sim/snowflake.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::sim {

using Json = nlohmann::json;

struct User {
    Id id = 0;
    std::string username;
    std::string display;
    std::string avatar;  ///< hash; empty = none
    bool bot = false;
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
};

struct Member {
    Id user = 0;
    std::string nick;  ///< empty = none
    std::vector<Id> roles;
    std::string joined_at;
    std::string status = "online";
    Id voice_channel = 0;
};

struct Reaction {
    Json emoji;
    std::vector<Id> users;
};

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
    std::vector<Reaction> reactions;
    Json extra;  ///< embeds, attachments, components, nonce...: put over the plain fields
};

enum class ChannelType : int { text = 0, direct = 1, voice = 2, category = 4 };

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
};

struct Guild {
    Id id = 0;
    std::string name;
    Id owner = 0;
    std::string joined_at;
    std::vector<Id> channels;
    std::map<Id, Role> roles;
    std::map<Id, Member> members;
    bool unavailable = false;
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
    [[nodiscard]] User* user(Id id);
    [[nodiscard]] User* user_named(std::string_view name);  ///< by username or by id
    [[nodiscard]] Guild* guild(Id id);
    [[nodiscard]] Guild* guild_named(std::string_view name);  ///< name or id; empty = the first
    [[nodiscard]] Channel* channel(Id id);
    /// "#general", "general" or an id; a name is looked for in the guilds in order of their age.
    [[nodiscard]] Channel* channel_named(std::string_view name, Id guild = 0);
    [[nodiscard]] Message* message(Channel& channel, Id id);
    [[nodiscard]] const std::map<Id, Guild>& guilds() const { return guilds_; }
    [[nodiscard]] std::map<Id, Guild>& guilds() { return guilds_; }

    User& add_user(std::string username, bool bot);
    Guild& add_guild(const std::string& name);  ///< with roles, channels, everyone and all bots
    Channel& add_channel(Guild& guild, std::string name, ChannelType type);
    Channel& direct_channel(Id bot, Id user);
    Role& add_role(Guild& guild, std::string name, unsigned color);
    Member& add_member(Guild& guild, Id user);
    /// Stores it as the newest of its channel; the oldest ones are forgotten.
    Message& add_message(Message message);
    bool remove_message(Channel& channel, Id id);
    void remove_channel(Id id);
    void remove_guild(Id id);

    [[nodiscard]] Json user_json(Id id);
    [[nodiscard]] Json self_json(const BotAccount& bot);
    [[nodiscard]] Json member_json(const Member& member, bool with_user);
    [[nodiscard]] Json role_json(const Role& role) const;
    [[nodiscard]] Json channel_json(const Channel& channel, bool with_guild);
    [[nodiscard]] Json guild_json(const Guild& guild);
    [[nodiscard]] Json guild_create_json(const Guild& guild, bool everyone);
    [[nodiscard]] Json voice_state_json(const Member& member, Id guild);
    [[nodiscard]] Json presence_json(const Member& member, Id guild);
    [[nodiscard]] Json application_json(const BotAccount& bot);
    /// As REST answers it; `viewer` decides `me` of reactions.
    [[nodiscard]] Json message_json(const Message& message, Id viewer);

  private:
    BotAccount& add_bot(const std::string& name, const std::string& token);
    void seed_people();
    [[nodiscard]] Json reactions_json(const Message& message, Id viewer) const;

    static constexpr std::size_t kMessagesKept = 300;

    const Clock& clock_;
    SnowflakeSource ids_;
    Id fixed_ = 0;  ///< ids of what exists from the start: equal in every run
    std::vector<BotAccount> bots_;
    std::map<Id, User> users_;
    std::map<Id, Guild> guilds_;
    std::unordered_map<Id, Channel> channels_;
    std::map<std::pair<Id, Id>, Id> direct_;
};

}  // namespace rookery::sim
