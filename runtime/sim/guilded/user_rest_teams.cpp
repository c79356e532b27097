#include "sim/guilded/bot_rest.hpp"
#include "sim/guilded/user_rest.hpp"

namespace rookery::sim::guilded {
namespace {

HttpReply fine(const Json& body = Json::object()) { return community::json_reply(body); }
HttpReply no_team() { return refuse(404, "NotFoundError", "Team not found"); }
HttpReply no_member() { return refuse(404, "NotFoundError", "Member not found"); }

/// The team and the person that a path names.
struct Pair {
    Pair(Core& core, const Call& call)
        : server(core.world.server(call.at("team"))), person(core.world.person(call.at("user"))) {}
    [[nodiscard]] bool both() const { return server != nullptr && person != nullptr; }

    community::Server* server;
    community::Person* person;
};

}  // namespace

HttpReply UserRest::team_info(Call& call) {
    const auto* server = core_.world.server(call.at("team"));
    return server == nullptr ? no_team() : fine({{"team", team_json(*server)}});
}

HttpReply UserRest::team_members(Call& call) {
    const auto* server = core_.world.server(call.at("team"));
    if (server == nullptr) {
        return no_team();
    }
    Json list = Json::array();
    for (const auto& [id, member] : server->members) {
        list.push_back(client_member_json(core_, *server, member));
    }
    return fine({{"members", std::move(list)}});
}

HttpReply UserRest::team_channels(Call& call) {
    const auto* server = core_.world.server(call.at("team"));
    if (server == nullptr) {
        return no_team();
    }
    Json list = Json::array();
    for (const auto& id : server->channels) {
        list.push_back(client_channel_json(server, *core_.world.channel(id)));
    }
    return fine({{"channels", std::move(list)},
                 {"temporalChannels", Json::array()},
                 {"categories", Json::array()}});
}

HttpReply UserRest::create_channel(Call& call) {
    auto* server = core_.world.server(call.at("team"));
    if (server == nullptr || call.text("name").empty()) {
        return server == nullptr ? no_team() : refuse(400, "BadRequestError", "name is required");
    }
    const auto& made =
        core_.world.add_channel(*server, call.text("name"),
                                call.text("contentType") == "voice" ? community::ChannelType::voice
                                                                    : community::ChannelType::text,
                                call.who);
    return fine({{"channel", client_channel_json(server, made)}});
}

HttpReply UserRest::remove_channel(Call& call) {
    return core_.world.remove_channel(call.at("channel"), call.who)
               ? fine()
               : refuse(404, "NotFoundError", "Channel not found");
}

HttpReply UserRest::with_role(Call& call, bool given) {
    const Pair named(core_, call);
    const bool changed = named.both() && core_.world.give_role(*named.server, *named.person,
                                                               call.at("role"), given, call.who);
    return changed ? fine() : no_member();
}

HttpReply UserRest::give_role(Call& call) { return with_role(call, true); }
HttpReply UserRest::take_role(Call& call) { return with_role(call, false); }

HttpReply UserRest::kick(Call& call) {
    const Pair named(core_, call);
    const bool self = named.person != nullptr && named.person->id == call.who;
    const bool changed =
        named.both() && core_.world.leave(*named.server, *named.person, !self, call.who);
    return changed ? fine() : no_member();
}

HttpReply UserRest::ban(Call& call) {
    const Pair named(core_, call);
    const bool changed = named.both() && core_.world.ban(*named.server, *named.person, call.who,
                                                         call.text("reason"));
    return changed ? fine() : no_member();
}

HttpReply UserRest::unban(Call& call) {
    const Pair named(core_, call);
    const bool changed = named.both() && core_.world.unban(*named.server, *named.person, call.who);
    return changed ? fine() : no_member();
}

HttpReply UserRest::list_bans(Call& call) {
    const auto* server = core_.world.server(call.at("team"));
    if (server == nullptr) {
        return no_team();
    }
    Json bans = Json::object();
    for (const auto& ban : server->bans) {
        bans[ban.person] = {{"reason", ban.reason},
                            {"userId", ban.person},
                            {"bannedBy", ban.by},
                            {"createdAt", time_text(ban.since)}};
    }
    return fine({{"bans", std::move(bans)}});
}

HttpReply UserRest::nick(Call& call) {
    const Pair named(core_, call);
    const bool changed = named.both() && core_.world.nick(*named.server, *named.person,
                                                          call.text("nickname"), call.who);
    return changed ? fine({{"nickname", call.text("nickname")}}) : no_member();
}

HttpReply UserRest::clear_nick(Call& call) {
    const Pair named(core_, call);
    const bool changed =
        named.both() && core_.world.nick(*named.server, *named.person, "", call.who);
    return changed ? fine() : no_member();
}

}  // namespace rookery::sim::guilded
