#pragma once

#include "sim/community/routes.hpp"
#include "sim/guilded/user_gateway.hpp"
#include "sim/guilded/user_objects.hpp"

#include <set>
#include <span>

namespace rookery::sim::guilded {

using community::Call;

/// REST as people's clients use it, below /api. Simulator thread.
class UserRest {
  public:
    UserRest(Core& core, UserGateway& gateway) : core_(core), gateway_(gateway) {}

    /// `path` is the request's, without "/api".
    [[nodiscard]] HttpReply answer(const HttpRequest& request, std::string_view path);

  private:
    using Route = community::Route<UserRest>;
    static std::span<const Route> routes();
    [[nodiscard]] HttpReply login(const HttpRequest& request);
    [[nodiscard]] HttpReply routed(Call& call, std::string_view path);

    HttpReply me(Call& call);
    HttpReply done(Call& call);
    HttpReply list_messages(Call& call);
    HttpReply send(Call& call);
    HttpReply edit(Call& call);
    HttpReply remove(Call& call);
    HttpReply react(Call& call);
    HttpReply unreact(Call& call);
    HttpReply list_pins(Call& call);
    HttpReply pin(Call& call);
    HttpReply unpin(Call& call);
    HttpReply list_directs(Call& call);
    HttpReply open_direct(Call& call);
    HttpReply get_user(Call& call);
    HttpReply team_info(Call& call);
    HttpReply team_members(Call& call);
    HttpReply team_channels(Call& call);
    HttpReply create_channel(Call& call);
    HttpReply remove_channel(Call& call);
    HttpReply give_role(Call& call);
    HttpReply take_role(Call& call);
    HttpReply kick(Call& call);
    HttpReply ban(Call& call);
    HttpReply unban(Call& call);
    HttpReply list_bans(Call& call);
    HttpReply nick(Call& call);
    HttpReply clear_nick(Call& call);
    HttpReply upload(Call& call);

    HttpReply with_role(Call& call, bool given);
    community::Message* message_of(const Call& call);

    Core& core_;
    UserGateway& gateway_;
};

}  // namespace rookery::sim::guilded
