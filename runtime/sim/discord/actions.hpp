#pragma once

#include "sim/discord/core.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rookery::sim::discord {

/// A message to be written.
struct Draft {
    Id id = 0;  ///< 0 = a new one
    Id channel = 0;
    Id author = 0;
    std::string content;
    int type = 0;
    unsigned flags = 0;
    Id reply_to = 0;
    bool mention_users = true;    ///< `<@id>` in the content becomes a mention
    bool mention_replied = true;  ///< the author of the message replied to is mentioned
    Json extra;                   ///< further fields of the message object
};

/// Everything that can happen in the world: changes it, then tells the sessions that may know.
/// REST, the control interface, the chatter and the gateway commands all act through here.
class Actions {
  public:
    explicit Actions(Core& core) : core_(core) {}

    Message& post(Draft draft);
    /// The message as MESSAGE_CREATE carries it.
    [[nodiscard]] Json event_json(const Channel& channel, const Message& message);
    /// A message whose gateway payloads are rendered already (`hidden` may be null).
    Message& post_rendered(Message message, Id guild, Payload full, Payload hidden);
    void edit(Channel& channel, Message& message, const Json& changes);
    bool remove_message(Channel& channel, Id id);
    void remove_messages(Channel& channel, const std::vector<Id>& ids);
    /// False when there was nothing to change.
    bool react(Channel& channel, Message& message, Id user, const Json& emoji);
    bool unreact(Channel& channel, Message& message, Id user, const Json& emoji);
    /// Removes all reactions, or those with one emoji when it is not null.
    void clear_reactions(Channel& channel, Message& message, const Json& emoji);
    /// Tells that something about the message changed which is no edit (a pin, a flag).
    void message_changed(const Channel& channel, const Message& message) {
        tell_message("MESSAGE_UPDATE", channel, message);
    }
    void typing(const Channel& channel, Id user);

    void join(Guild& guild, Id user);
    bool leave(Guild& guild, Id user);
    void member_changed(Guild& guild, const Member& member);
    void set_presence(Id user, const std::string& status, const Json& activities);
    void set_voice(Guild& guild, Id user, Id channel);
    void set_outage(Guild& guild, bool unavailable);
    void guild_appeared(Guild& guild);
    void guild_left(Id guild);
    void channel_event(const char* type, const Channel& channel);
    void role_event(const char* type, const Guild& guild, const Role& role);

    /// Any event, with the intents that its name asks for.
    void announce(const std::string& type, Id guild, const Json& data, Id only_for = 0);

    /// Called after each message that is written, by whomever.
    void on_message(std::function<void(const Message&)> observer) {
        observers_.push_back(std::move(observer));
    }
    /// Called after each edit of a message, and before one is removed (`gone`), by whomever.
    void on_change(std::function<void(const Message&, bool gone)> observer) {
        changes_.push_back(std::move(observer));
    }

  private:
    void tell_message(const char* type, const Channel& channel, const Message& message);
    void observe_change(const Message& message, bool gone) const;
    /// Takes it out of the channel; whether it was there.
    bool take_out(Channel& channel, Id id);
    Json reaction_json(const Channel& channel, const Message& message, Id user,
                       const Json& emoji) const;

    Core& core_;
    std::vector<std::function<void(const Message&)>> observers_;
    std::vector<std::function<void(const Message&, bool gone)>> changes_;
};

/// The part of an emoji that tells it from others: its id, else its name.
[[nodiscard]] std::string emoji_key(const Json& emoji);

}  // namespace rookery::sim::discord
