#pragma once

#include "sim/community/routes.hpp"
#include "sim/guilded/bot_objects.hpp"
#include "sim/guilded/shelf.hpp"

#include <optional>
#include <span>

namespace rookery::sim::guilded {

using community::Call;

[[nodiscard]] HttpReply refuse(unsigned status, const char* code, const std::string& message,
                               const Json& meta = nullptr);
/// {key: value}
[[nodiscard]] HttpReply wrapped(const char* key, Json value, unsigned status = 200);

/// REST of the official API, below /api/v1. Simulator thread.
class BotRest {
  public:
    /// `tell` sends an event to the bots.
    BotRest(Core& core, Shelf::Tell tell) : core_(core), shelf_(core, std::move(tell)) {}

    /// `path` is the request's, without the prefix.
    [[nodiscard]] HttpReply answer(const HttpRequest& request, std::string_view path);

  private:
    using Route = community::Route<BotRest>;
    static std::span<const Route> message_routes();
    static std::span<const Route> channel_routes();
    static std::span<const Route> server_routes();
    static std::span<const Route> role_routes();
    [[nodiscard]] HttpReply routed(Call& call, std::string_view path);

    // Messages
    HttpReply list_messages(Call& call);
    HttpReply send(Call& call);
    HttpReply get_message(Call& call);
    HttpReply edit(Call& call);
    HttpReply remove(Call& call);
    HttpReply react(Call& call);
    HttpReply unreact(Call& call);
    HttpReply clear_reactions(Call& call);
    HttpReply pin(Call& call);
    HttpReply unpin(Call& call);
    // Channels
    HttpReply create_channel(Call& call);
    HttpReply get_channel(Call& call);
    HttpReply change_channel(Call& call);
    HttpReply remove_channel(Call& call);
    HttpReply archive(Call& call);
    HttpReply create_category(Call& call);
    HttpReply get_category(Call& call);
    HttpReply change_category(Call& call);
    HttpReply remove_category(Call& call);
    HttpReply sign_urls(Call& call);
    // Servers and people
    HttpReply get_user(Call& call);
    HttpReply list_servers(Call& call);
    HttpReply set_status(Call& call);
    HttpReply get_server(Call& call);
    HttpReply list_members(Call& call);
    HttpReply get_member(Call& call);
    HttpReply kick(Call& call);
    HttpReply set_nick(Call& call);
    HttpReply clear_nick(Call& call);
    HttpReply list_bans(Call& call);
    HttpReply get_ban(Call& call);
    HttpReply ban(Call& call);
    HttpReply unban(Call& call);
    // Roles
    HttpReply list_roles(Call& call);
    HttpReply get_role(Call& call);
    HttpReply create_role(Call& call);
    HttpReply change_role(Call& call);
    HttpReply remove_role(Call& call);
    HttpReply member_roles(Call& call);
    HttpReply give_role(Call& call);
    HttpReply take_role(Call& call);

    /// The message that "{channel}" and "{message}" name; null when there is none.
    community::Message* message_of(const Call& call);
    /// Why this cannot be the body of a message.
    [[nodiscard]] std::optional<HttpReply> wrong_content(const Call& call,
                                                         const community::Channel& channel) const;
    HttpReply pinned(Call& call, bool pinned);
    HttpReply with_role(Call& call, bool given);
    community::Person* person_of(const Call& call);

    Core& core_;
    Shelf shelf_;
    SteadyTime limited_until_{};
};

}  // namespace rookery::sim::guilded
