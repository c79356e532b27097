#include "sim/revolt/rest.hpp"

#include <array>

namespace rookery::sim::revolt {
namespace {

using Kind = Field::Kind;

const std::string& user_id(const Call& call) {
    return call.parameters.empty() || call.parameters[0] == "@me" ? call.me() : call.parameters[0];
}

HttpReply get(Call& call) {
    auto json = call.core.world.user_json(user_id(call), call.me());
    return json.is_null() ? not_found() : json_reply(json);
}

HttpReply edit(Call& call) {
    static constexpr std::array kFields = {
        Field{"display_name", Kind::text, 2, 32}, Field{"pronouns", Kind::text, 0, 24},
        Field{"avatar", Kind::text, 1, 128},      Field{"status", Kind::object},
        Field{"profile", Kind::object},
    };
    if (user_id(call) != call.me()) {
        return domain_error(403, "NotOwner");
    }
    if (!check_fields(call, kFields)) {
        return call.failure;
    }
    auto patch = patch_of(call.body, kFields);
    if (patch.data.contains("avatar")) {
        auto file = call.use_file(patch.data["avatar"], "avatars");
        if (file.is_null()) {
            return call.failure;
        }
        patch.data["avatar"] = std::move(file);
    }
    patch.data.erase("profile");
    static constexpr std::array kPresences = {"Online", "Idle", "Focus", "Busy", "Invisible"};
    const auto presence = patch.data.value("status", Json::object()).value("presence", Json());
    if (!presence.is_null() && std::find(kPresences.begin(), kPresences.end(),
                                         presence.get<std::string>()) == kPresences.end()) {
        return guard_error(call.request, 422, "Unprocessable Entity");
    }
    call.actions.update_user(call.me(), patch.data, patch.clear);
    return json_reply(call.core.world.user_json(call.me(), call.me()));
}

HttpReply profile(Call& call) {
    return call.core.world.user(user_id(call)) == nullptr
               ? not_found()
               : json_reply({{"content", "Somebody of the simulator."}});
}

HttpReply flags(Call& call) {
    return call.core.world.user(user_id(call)) == nullptr ? not_found()
                                                          : json_reply({{"flags", 0}});
}

HttpReply mutual(Call& call) {
    Json servers = Json::array();
    for (const auto& [id, members] : call.core.world.members) {
        if (members.contains(call.me()) && members.contains(user_id(call))) {
            servers.push_back(id);
        }
    }
    return json_reply(
        {{"users", Json::array()}, {"servers", servers}, {"channels", Json::array()}});
}

HttpReply default_avatar(Call&) {
    HttpReply reply;
    reply.content_type = "image/png";
    reply.body = "\x89PNG\r\n\x1a\n";
    return reply;
}

HttpReply direct_channels(Call& call) {
    Json out = Json::array();
    for (const auto& [id, channel] : call.core.world.channels) {
        if (channel["channel_type"] != "TextChannel" && call.core.world.sees(call.me(), channel)) {
            out.push_back(channel);
        }
    }
    return json_reply(out);
}

HttpReply open_direct(Call& call) {
    if (call.core.world.user(user_id(call)) == nullptr) {
        return not_found();
    }
    return json_reply(call.actions.open_direct(call.me(), user_id(call)));
}

}  // namespace

std::span<const Route> user_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/users/dms", direct_channels},
        Route{"GET", "/users/{}", get},
        Route{"PATCH", "/users/{}", edit},
        Route{"GET", "/users/{}/profile", profile},
        Route{"GET", "/users/{}/flags", flags},
        Route{"GET", "/users/{}/mutual", mutual},
        Route{"GET", "/users/{}/default_avatar", default_avatar, false},
        Route{"GET", "/users/{}/dm", open_direct},
    };
    return kRoutes;
}

}  // namespace rookery::sim::revolt
