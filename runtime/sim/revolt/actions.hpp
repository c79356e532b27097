#pragma once

#include "sim/revolt/gateway.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rookery::sim::revolt {

/// A message to be written.
struct Draft {
    std::string channel;
    std::string author;
    std::string content;
    std::vector<std::string> mentioned;  ///< besides those that the content names
    Json more = Json::object();          ///< attachments, embeds, replies, masquerade, system...
};

/// Everything that can happen in the community: changes it, then tells the sessions that may know.
/// REST, the acts and the chatter all go through here. Simulator thread.
class Actions {
  public:
    Actions(Core& core, Gateway& gateway) : core_(core), gateway_(gateway) {}

    /// As REST answers it: with `user` and `member`.
    Json post(Draft draft);
    void edit(Json& message, const Json& changes);
    void remove_message(const std::string& channel, const std::string& id);
    void remove_messages(const std::string& channel, const std::vector<std::string>& ids);
    /// False when there was nothing to change.
    bool react(Json& message, const std::string& user, const std::string& emoji);
    bool unreact(Json& message, const std::string& user, const std::string& emoji);
    void remove_emoji(Json& message, const std::string& emoji);
    void clear_reactions(Json& message);
    void pin(Json& message, const std::string& by, bool pinned);
    void typing(const std::string& channel, const std::string& user, bool started);
    /// A link preview comes behind the message.
    void append_embed(Json& message, const Json& embed);

    void join(Json& server, const std::string& user);
    /// `reason`: "Leave", "Kick" or "Ban".
    void leave(const std::string& server, const std::string& user, const std::string& reason);
    /// Writes `data` over the object and takes the keys of `clear` away ("StatusText", ...), then
    /// tells it as the platform does.
    void update_user(const std::string& user, const Json& data, const Json& clear);
    void update_member(const std::string& server, const std::string& user, const Json& data,
                       const Json& clear);
    void update_channel(const std::string& channel, const Json& data, const Json& clear);
    void update_server(const std::string& server, const Json& data, const Json& clear);
    void update_role(const std::string& server, const std::string& role, const Json& data,
                     const Json& clear);
    void remove_role(const std::string& server, const std::string& role);
    void rank_roles(const std::string& server, const Json& ranks);
    Json& create_channel(Json& server, const std::string& name, bool voice);
    void remove_channel(const std::string& channel);
    Json& create_server(const std::string& name);
    void remove_server(const std::string& server);
    /// Both ends are told of a direct channel when it is new.
    Json& open_direct(const std::string& one, const std::string& other);
    Json& create_emoji(const std::string& server, const std::string& id, const std::string& creator,
                       const std::string& name);
    void remove_emoji_object(const std::string& id);
    Json& create_webhook(const std::string& channel, const std::string& creator,
                         const std::string& name);
    void update_webhook(const std::string& id, const Json& data, const Json& remove);
    void remove_webhook(const std::string& id);
    /// channel empty: out of the voice channel that he is in.
    void voice(const std::string& user, const std::string& channel);
    void tell_slowmode(const std::string& channel, const std::string& user);

    [[nodiscard]] Core& core() { return core_; }
    [[nodiscard]] Gateway& gateway() { return gateway_; }

    /// Called with each message that is written, by whomever.
    std::function<void(const Json&)> on_message = [](const Json&) {};

  private:
    void system_message(const std::string& channel, const Json& system);
    void tell_message(const Json& message, const Json& data, const Json& clear = Json::array());

    Core& core_;
    Gateway& gateway_;
};

/// "StatusText" -> "status_text".
[[nodiscard]] std::string key_of(const std::string& field);
/// The emoji without the variation selector, as the platform keeps it.
[[nodiscard]] std::string plain_emoji(std::string emoji);

}  // namespace rookery::sim::revolt
