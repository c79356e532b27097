// Webhooks: managed by bots, written through with their token.
#include "sim/discord/collection.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kWebhooks{"webhooks", 10, Millis{10'000}};
constexpr BucketRule kReads{"webhook-reads", 30, Millis{10'000}};
constexpr std::size_t kMostInChannel = 15;

constexpr std::array kFields = {Field{"name", text, true, 1, 80}, Field{"avatar", text},
                                Field{"channel_id", snowflake}};

bool fits(RestCall& call, bool partial) {
    FormErrors errors;
    check_fields(call.body, kFields, partial, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

void told(RestCall& call, const Json& webhook) {
    const Id guild = parse_id(webhook["guild_id"].get<std::string>()).value_or(0);
    call.actions.announce(
        "WEBHOOKS_UPDATE", guild,
        {{"guild_id", webhook["guild_id"]}, {"channel_id", webhook["channel_id"]}});
}

Json listed(const RestCall& call, Id guild, const std::string& channel) {
    Json out = Json::array();
    for (const auto& webhook : call.core.shelf.list("webhooks", guild)) {
        if (channel.empty() || webhook["channel_id"] == channel) {
            out.push_back(webhook);
        }
    }
    return out;
}

HttpReply create_webhook(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr || !fits(call, false)) {
        return call.failure;
    }
    if (listed(call, channel->guild, call.parameters[0]).size() >= kMostInChannel) {
        return error_reply(400, 30007, "Maximum number of webhooks reached (15)");
    }
    const auto new_id = id_text(call.core.world.next_id());
    const auto token = "simhook-" + new_id;
    const Json webhook = {
        {"id", new_id},
        {"type", 1},
        {"guild_id", id_text(channel->guild)},
        {"channel_id", id_text(channel->id)},
        {"user", call.core.world.user_json(call.actor)},
        {"name", call.body["name"]},
        {"avatar", nullptr},
        {"application_id", nullptr},
        {"token", token},
        {"url", call.core.addresses.api_url + "/webhooks/" + new_id + "/" + token}};
    call.core.shelf.add("webhooks", channel->guild, webhook);
    told(call, webhook);
    audit(call, channel->guild, AuditAction::webhook_create, new_id,
          changes_between(nullptr, {{"name", webhook["name"]}}));
    return json_reply(webhook);
}

HttpReply channel_webhooks(RestCall& call) {
    const auto* channel = call.channel(0);
    return channel == nullptr ? call.failure
                              : json_reply(listed(call, channel->guild, call.parameters[0]));
}

HttpReply guild_webhooks(RestCall& call) {
    const auto* guild = call.guild(0);
    return guild == nullptr ? call.failure : json_reply(listed(call, guild->id, ""));
}

/// The webhook that the path names, with its token when the path has one.
Json* webhook_of(RestCall& call) {
    Id guild = 0;
    auto* found = call.core.shelf.find_anywhere("webhooks", "id", call.parameters[0], guild);
    const bool by_token = call.parameters.size() > 1;
    if (found == nullptr) {
        call.failure = error_reply(404, 10015, "Unknown Webhook");
    } else if (by_token && (*found)["token"] != call.parameters[1]) {
        call.failure = error_reply(401, 50027, "Invalid Webhook Token");
        found = nullptr;
    }
    return found;
}

HttpReply get_webhook(RestCall& call) {
    const auto* webhook = webhook_of(call);
    return webhook == nullptr ? call.failure : json_reply(*webhook);
}

HttpReply edit_webhook(RestCall& call) {
    auto* webhook = webhook_of(call);
    if (webhook == nullptr || !fits(call, true)) {
        return call.failure;
    }
    const auto wanted = known_keys(call.body, kFields);
    const auto changes = changes_between(*webhook, wanted);
    webhook->update(wanted);
    const auto stored = *webhook;
    told(call, stored);
    audit(call, parse_id(stored["guild_id"].get<std::string>()).value_or(0),
          AuditAction::webhook_update, call.parameters[0], changes);
    return json_reply(stored);
}

HttpReply delete_webhook(RestCall& call) {
    const auto* webhook = webhook_of(call);
    if (webhook == nullptr) {
        return call.failure;
    }
    const auto gone = *webhook;
    const Id guild = parse_id(gone["guild_id"].get<std::string>()).value_or(0);
    call.core.shelf.remove("webhooks", guild, "id", call.parameters[0]);
    told(call, gone);
    audit(call, guild, AuditAction::webhook_delete, call.parameters[0]);
    return no_content();
}

/// Where the webhook writes: its channel, or the thread that the query names.
Channel* target_of(RestCall& call, const Json& webhook) {
    const auto named =
        call.request.query_value("thread_id", webhook["channel_id"].get<std::string>());
    auto* channel = call.core.world.channel(parse_id(named).value_or(0));
    if (channel == nullptr) {
        call.failure = error_reply(404, 10003, "Unknown Channel");
    }
    return channel;
}

HttpReply follow_channel(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    if (channel->type != ChannelType::news) {
        return error_reply(400, 50024, "Cannot execute action on this channel type");
    }
    return json_reply(
        {{"channel_id", call.parameters[0]}, {"webhook_id", id_text(call.core.world.next_id())}});
}

}  // namespace

HttpReply execute_webhook(RestCall& call) {
    const auto* webhook = webhook_of(call);
    auto* channel = webhook == nullptr ? nullptr : target_of(call, *webhook);
    if (channel == nullptr) {
        return call.failure;
    }
    static constexpr BucketRule kHidden{"webhook-channel", 30, Millis{60'000}};
    if (!call.sub_limit(kHidden, id_text(channel->id))) {
        return call.failure;
    }
    Draft draft;
    draft.channel = channel->id;
    draft.author = parse_id((*webhook)["id"].get<std::string>()).value_or(0);
    if (!read_message(call, call.body, false, draft)) {
        return call.failure;
    }
    const auto name = call.body.value("username", (*webhook)["name"].get<std::string>());
    draft.extra["webhook_id"] = (*webhook)["id"];
    draft.extra["author"] = {{"id", (*webhook)["id"]},
                             {"username", name},
                             {"discriminator", "0000"},
                             {"global_name", nullptr},
                             {"avatar", call.body.value("avatar_url", Json())},
                             {"bot", true}};
    const auto& written = call.actions.post(std::move(draft));
    return call.request.query_value("wait") == "true"
               ? json_reply(call.core.world.message_json(written, 0))
               : no_content();
}

HttpReply webhook_message(RestCall& call) {
    const auto* webhook = webhook_of(call);
    auto* channel = webhook == nullptr ? nullptr : target_of(call, *webhook);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 2);
    if (message == nullptr) {
        return call.failure;
    }
    if (id_text(message->author) != call.parameters[0]) {
        return error_reply(404, 10008, "Unknown Message");
    }
    if (call.request.method == "DELETE") {
        call.actions.remove_message(*channel, message->id);
        return no_content();
    }
    if (call.request.method == "PATCH") {
        Draft checked;
        if (!read_message(call, call.body, true, checked)) {
            return call.failure;
        }
        call.actions.edit(*channel, *message, call.body);
    }
    return json_reply(call.core.world.message_json(*message, 0));
}

std::span<const Route> webhook_routes() {
    static constexpr std::array kRoutes = {
        Route{"POST", "/channels/{}/webhooks", kWebhooks, create_webhook},
        Route{"GET", "/channels/{}/webhooks", kReads, channel_webhooks},
        Route{"POST", "/channels/{}/followers", kWebhooks, follow_channel},
        Route{"GET", "/guilds/{}/webhooks", kReads, guild_webhooks},
        Route{"GET", "/webhooks/{}", kReads, get_webhook},
        Route{"PATCH", "/webhooks/{}", kWebhooks, edit_webhook},
        Route{"DELETE", "/webhooks/{}", kWebhooks, delete_webhook},
        Route{"GET", "/webhooks/{}/{}", kReads, get_webhook, false},
        Route{"PATCH", "/webhooks/{}/{}", kWebhooks, edit_webhook, false},
        Route{"DELETE", "/webhooks/{}/{}", kWebhooks, delete_webhook, false},
    };
    return kRoutes;
}

}  // namespace rookery::sim::discord
