#include "sim/revolt/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

using Kind = Field::Kind;

HttpReply discover(Call& call) {
    const auto& addresses = call.core.addresses;
    const Json limits = {{"global",
                          {{"group_size", 100},
                           {"message_embeds", 5},
                           {"message_replies", 5},
                           {"message_reactions", 20},
                           {"server_emoji", 100},
                           {"server_roles", 200},
                           {"server_channels", 200},
                           {"body_limit_size", 20'000'000},
                           {"restrict_server_creation", Json::array()},
                           {"new_user_hours", 72}}},
                         {"new_user", {{"message_length", 2000}, {"message_attachments", 5}}},
                         {"default", {{"message_length", 2000}, {"message_attachments", 5}}}};
    return json_reply({{"revolt", "0.15.1"},
                       {"features",
                        {{"captcha", {{"enabled", false}, {"key", ""}}},
                         {"email", false},
                         {"invite_only", false},
                         {"autumn", {{"enabled", true}, {"url", addresses.more.at("files_url")}}},
                         {"january", {{"enabled", false}, {"url", ""}}},
                         {"livekit", {{"enabled", false}, {"nodes", Json::array()}}},
                         {"limits", limits}}},
                       {"ws", addresses.gateway_url},
                       {"app", "http://127.0.0.1"},
                       {"vapid", ""},
                       {"build", {{"semver", "0.15.1"}}}});
}

/// The emoji of the path, when the caller may manage those of its server.
Json* emoji_of(Call& call, bool to_manage) {
    const auto found = call.core.world.emojis.find(call.parameters[0]);
    if (found == call.core.world.emojis.end()) {
        call.failure = not_found();
        return nullptr;
    }
    const auto* server = call.core.world.server(found->second["parent"].value("id", std::string()));
    const bool allowed =
        !to_manage || (server != nullptr && call.may_on(permission::kManageCustomisation, *server));
    return allowed ? &found->second : nullptr;
}

bool sound_name(const Json& body) {
    const auto name = body.value("name", std::string());
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

HttpReply create_emoji(Call& call) {
    static constexpr std::array kFields = {Field{"name", Kind::text, 1, 32, true},
                                           Field{"parent", Kind::object, 0, SIZE_MAX, true},
                                           Field{"nsfw", Kind::boolean}};
    if (!check_fields(call, kFields)) {
        return call.failure;
    }
    const auto id = call.body["parent"].value("id", std::string());
    const auto* server = call.core.world.server(id);
    if (server == nullptr) {
        return not_found();
    }
    if (!sound_name(call.body)) {
        return domain_error(400, "FailedValidation", {{"error", "name: Validation error"}});
    }
    if (!call.may_on(permission::kManageCustomisation, *server) ||
        call.use_file(call.parameters[0], "emojis").is_null()) {
        return call.failure;
    }
    return json_reply(call.actions.create_emoji(id, call.parameters[0], call.me(),
                                                call.body["name"].get<std::string>()));
}

HttpReply get_emoji(Call& call) {
    const auto* emoji = emoji_of(call, false);
    return emoji == nullptr ? call.failure : json_reply(*emoji);
}

HttpReply edit_emoji(Call& call) {
    auto* emoji = emoji_of(call, true);
    if (emoji == nullptr) {
        return call.failure;
    }
    if (!sound_name(call.body)) {
        return domain_error(400, "FailedValidation", {{"error", "name: Validation error"}});
    }
    (*emoji)["name"] = call.body["name"];
    call.actions.gateway().tell_server((*emoji)["parent"]["id"],
                                       {{"type", "EmojiUpdate"},
                                        {"id", call.parameters[0]},
                                        {"data", {{"name", call.body["name"]}}}});
    return json_reply(*emoji);
}

HttpReply remove_emoji(Call& call) {
    if (emoji_of(call, true) == nullptr) {
        return call.failure;
    }
    call.actions.remove_emoji_object(call.parameters[0]);
    return no_content();
}

HttpReply invite(Call& call) {
    const auto found = call.core.world.invites.find(call.parameters[0]);
    if (found == call.core.world.invites.end()) {
        return not_found();
    }
    if (call.request.method == "GET") {
        return json_reply(found->second);
    }
    call.core.world.invites.erase(found);
    return no_content();
}

/// Routes that bots are refused; people have no use for them here.
HttpReply for_people(Call&) { return domain_error(400, "InvalidOperation"); }

}  // namespace

std::span<const Route> other_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/", discover, false},
        Route{"PUT", "/custom/emoji/{}", create_emoji},
        Route{"GET", "/custom/emoji/{}", get_emoji, false},
        Route{"PATCH", "/custom/emoji/{}", edit_emoji},
        Route{"DELETE", "/custom/emoji/{}", remove_emoji},
        Route{"GET", "/invites/{}", invite, false},
        Route{"DELETE", "/invites/{}", invite},
        Route{"POST", "/invites/{}", for_people, true, true},
        Route{"POST", "/channels/{}/invites", for_people, true, true},
        Route{"POST", "/channels/{}/search", for_people, true, true},
        Route{"PUT", "/channels/{}/ack/{}", for_people, true, true},
        Route{"POST", "/channels/create", for_people, true, true},
        Route{"PUT", "/channels/{}/recipients/{}", for_people, true, true},
        Route{"DELETE", "/channels/{}/recipients/{}", for_people, true, true},
        Route{"PUT", "/servers/{}/ack", for_people, true, true},
        Route{"PUT", "/users/{}/friend", for_people, true, true},
        Route{"DELETE", "/users/{}/friend", for_people, true, true},
        Route{"POST", "/users/friend", for_people, true, true},
        Route{"PUT", "/users/{}/block", for_people, true, true},
        Route{"DELETE", "/users/{}/block", for_people, true, true},
        Route{"POST", "/safety/report", for_people, true, true},
        Route{"POST", "/sync/settings/fetch", for_people, true, true},
        Route{"POST", "/sync/settings/set", for_people, true, true},
        Route{"GET", "/sync/unreads", for_people, true, true},
        Route{"POST", "/servers/create", for_people, true, true},
        Route{"POST", "/bots/create", for_people, true, true},
        Route{"GET", "/bots/@me", for_people, true, true},
    };
    return kRoutes;
}

}  // namespace rookery::sim::revolt
