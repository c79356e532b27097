#include "sim/revolt/rest.hpp"

#include <array>

namespace rookery::sim::revolt {
namespace {

using Kind = Field::Kind;
constexpr std::array kChannelFields = {
    Field{"name", Kind::text, 1, 32},   Field{"description", Kind::text, 0, 1024},
    Field{"owner", Kind::text, 26, 26}, Field{"nsfw", Kind::boolean},
    Field{"archived", Kind::boolean},   Field{"voice", Kind::object},
    Field{"slowmode", Kind::number},    Field{"icon", Kind::text, 1, 128},
};
constexpr std::array kWebhookFields = {Field{"name", Kind::text, 1, 32, true},
                                       Field{"avatar", Kind::text, 1, 128}};

/// The file ids of a patch become the files' objects; false with `failure` set.
bool resolve_file(Call& call, Patch& patch, const char* key, const char* tag) {
    if (!patch.data.contains(key)) {
        return true;
    }
    auto file = call.use_file(patch.data[key], tag);
    if (file.is_null()) {
        return false;
    }
    patch.data[key] = std::move(file);
    return true;
}

HttpReply get(Call& call) {
    const auto* channel = call.channel(0);
    return channel == nullptr ? call.failure : json_reply(*channel);
}

HttpReply edit(Call& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr || !check_fields(call, kChannelFields) ||
        !call.may(permission::kManageChannel, *channel)) {
        return call.failure;
    }
    if (call.body.value("slowmode", 0) < 0 || call.body.value("slowmode", 0) > 21'600) {
        return domain_error(400, "FailedValidation", {{"error", "slowmode: range"}});
    }
    auto patch = patch_of(call.body, kChannelFields);
    if (!resolve_file(call, patch, "icon", "icons")) {
        return call.failure;
    }
    call.actions.update_channel(call.parameters[0], patch.data, patch.clear);
    return json_reply(*call.core.world.channel(call.parameters[0]));
}

HttpReply remove(Call& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    if ((*channel)["channel_type"] == "Group") {
        auto& people = (*channel)["recipients"];
        call.actions.gateway().tell_channel(
            call.parameters[0],
            {{"type", "ChannelGroupLeave"}, {"id", call.parameters[0]}, {"user", call.me()}});
        people.erase(std::remove(people.begin(), people.end(), Json(call.me())), people.end());
        return no_content();
    }
    if ((*channel)["channel_type"] == "DirectMessage") {
        (*channel)["active"] = false;
        return no_content();
    }
    if (!call.may(permission::kManageChannel, *channel)) {
        return call.failure;
    }
    call.actions.remove_channel(call.parameters[0]);
    return no_content();
}

HttpReply members(Call& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    if ((*channel)["channel_type"] != "Group") {
        return domain_error(400, "InvalidOperation");
    }
    Json out = Json::array();
    for (const auto& user : (*channel)["recipients"]) {
        out.push_back(call.core.world.user_json(user, call.me()));
    }
    return json_reply(out);
}

HttpReply set_permissions(Call& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr || !call.may(permission::kManagePermissions, *channel)) {
        return call.failure;
    }
    const auto& wanted = call.body.at("permissions");
    const bool standard = call.parameters.size() == 1;
    if (wanted.is_number()) {
        call.actions.update_channel(call.parameters[0], {{"permissions", wanted}}, Json::array());
        return json_reply(*call.core.world.channel(call.parameters[0]));
    }
    const Json override = {{"a", wanted.at("allow").get<std::uint64_t>()},
                           {"d", wanted.at("deny").get<std::uint64_t>()}};
    if (standard) {
        call.actions.update_channel(call.parameters[0], {{"default_permissions", override}},
                                    Json::array());
    } else {
        auto all = channel->value("role_permissions", Json::object());
        all[call.parameters[1]] = override;
        call.actions.update_channel(call.parameters[0], {{"role_permissions", all}}, Json::array());
    }
    return json_reply(*call.core.world.channel(call.parameters[0]));
}

HttpReply create_webhook(Call& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr || !check_fields(call, kWebhookFields) ||
        !call.may(permission::kManageWebhooks, *channel)) {
        return call.failure;
    }
    auto& webhook = call.actions.create_webhook(call.parameters[0], call.me(), call.body["name"]);
    auto patch = patch_of(call.body, kWebhookFields);
    if (!resolve_file(call, patch, "avatar", "avatars")) {
        return call.failure;
    }
    webhook.update(patch.data);
    return json_reply(webhook);
}

HttpReply list_webhooks(Call& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr || !call.may(permission::kManageWebhooks, *channel)) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto& [id, webhook] : call.core.world.webhooks) {
        if (webhook["channel_id"] == call.parameters[0]) {
            out.push_back(webhook);
        }
    }
    return json_reply(out);
}

HttpReply join_call(Call& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    if (!channel->contains("voice")) {
        return domain_error(400, "NotAVoiceChannel");
    }
    return domain_error(400, "LiveKitUnavailable");
}

/// The webhook of the path, when its token fits or (without one) the caller manages it.
Json* webhook_of(Call& call) {
    const auto found = call.core.world.webhooks.find(call.parameters[0]);
    if (found == call.core.world.webhooks.end()) {
        call.failure = not_found();
        return nullptr;
    }
    auto& webhook = found->second;
    const auto* channel = call.core.world.channel(webhook["channel_id"]);
    if (call.parameters.size() > 1) {
        if (webhook["token"] == call.parameters[1]) {
            return &webhook;
        }
        call.failure = domain_error(401, "NotAuthenticated");
        return nullptr;
    }
    return channel != nullptr && call.may(permission::kManageWebhooks, *channel) ? &webhook
                                                                                 : nullptr;
}

HttpReply get_webhook(Call& call) {
    const auto* webhook = webhook_of(call);
    return webhook == nullptr ? call.failure : json_reply(*webhook);
}

HttpReply edit_webhook(Call& call) {
    static constexpr std::array kFields = {Field{"name", Kind::text, 1, 32},
                                           Field{"avatar", Kind::text, 1, 128},
                                           Field{"permissions", Kind::number}};
    auto* webhook = webhook_of(call);
    if (webhook == nullptr || !check_fields(call, kFields)) {
        return call.failure;
    }
    auto patch = patch_of(call.body, kFields);
    if (!resolve_file(call, patch, "avatar", "avatars")) {
        return call.failure;
    }
    call.actions.update_webhook(call.parameters[0], patch.data, patch.clear);
    return json_reply(*webhook);
}

HttpReply remove_webhook(Call& call) {
    if (webhook_of(call) == nullptr) {
        return call.failure;
    }
    call.actions.remove_webhook(call.parameters[0]);
    return no_content();
}

HttpReply execute_webhook(Call& call) {
    const auto* webhook = webhook_of(call);
    if (webhook == nullptr) {
        return call.failure;
    }
    const auto* channel = call.core.world.channel((*webhook)["channel_id"]);
    return channel == nullptr ? not_found() : send_message(call, *channel, webhook);
}

/// The message of the path that this webhook wrote.
Json* webhook_message(Call& call) {
    const auto* webhook = webhook_of(call);
    if (webhook == nullptr) {
        return nullptr;
    }
    auto* message = call.core.world.message((*webhook)["channel_id"], call.parameters[2]);
    if (message == nullptr || (*message)["author"] != (*webhook)["id"]) {
        call.failure = not_found();
        return nullptr;
    }
    return message;
}

HttpReply edit_webhook_message(Call& call) {
    auto* message = webhook_message(call);
    return message == nullptr ? call.failure : edit_message(call, *message);
}

HttpReply remove_webhook_message(Call& call) {
    const auto* message = webhook_message(call);
    if (message == nullptr) {
        return call.failure;
    }
    call.actions.remove_message((*message)["channel"], call.parameters[2]);
    return no_content();
}

}  // namespace

std::span<const Route> channel_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/channels/{}", get},
        Route{"PATCH", "/channels/{}", edit},
        Route{"DELETE", "/channels/{}", remove},
        Route{"GET", "/channels/{}/members", members},
        Route{"PUT", "/channels/{}/permissions/default", set_permissions},
        Route{"PUT", "/channels/{}/permissions/{}", set_permissions},
        Route{"POST", "/channels/{}/webhooks", create_webhook},
        Route{"GET", "/channels/{}/webhooks", list_webhooks},
        Route{"POST", "/channels/{}/join_call", join_call},
        Route{"GET", "/webhooks/{}", get_webhook},
        Route{"PATCH", "/webhooks/{}", edit_webhook},
        Route{"DELETE", "/webhooks/{}", remove_webhook},
        Route{"GET", "/webhooks/{}/{}", get_webhook, false},
        Route{"PATCH", "/webhooks/{}/{}", edit_webhook, false},
        Route{"DELETE", "/webhooks/{}/{}", remove_webhook, false},
        Route{"POST", "/webhooks/{}/{}", execute_webhook, false},
        Route{"PATCH", "/webhooks/{}/{}/{}", edit_webhook_message, false},
        Route{"DELETE", "/webhooks/{}/{}/{}", remove_webhook_message, false},
    };
    return kRoutes;
}

}  // namespace rookery::sim::revolt
