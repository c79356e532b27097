#include "sim/discord/form.hpp"
#include "sim/discord/gateway.hpp"
#include "sim/discord/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

/// As Discord advises them: about a thousand guilds each. More than 2,500 would be refused.
unsigned advised_shards(const Options& options) {
    constexpr unsigned kGuildsEach = 1'000;
    return std::max(options.shards, (options.guilds + kGuildsEach - 1) / kGuildsEach);
}

constexpr BucketRule kReads{"reads", 30, Millis{10'000}};
constexpr BucketRule kGateway{"gateway", 5, Millis{5'000}};
constexpr BucketRule kDirect{"direct-channels", 10, Millis{10'000}};

HttpReply gateway_url(RestCall& call) {
    return json_reply({{"url", call.core.addresses.gateway_url}});
}

HttpReply gateway_bot(RestCall& call) {
    return json_reply({{"url", call.core.addresses.gateway_url},
                       {"shards", advised_shards(call.core.options)},
                       {"session_start_limit", call.gateway.session_start_limit(call.bot->user)}});
}

HttpReply my_user(RestCall& call) { return json_reply(call.core.world.self_json(*call.bot)); }

HttpReply user(RestCall& call) {
    if (call.core.world.person(call.id(0)).username == "deleted") {
        return error_reply(404, 10013, "Unknown User");
    }
    return json_reply(call.core.world.user_json(call.id(0)));
}

HttpReply my_application(RestCall& call) {
    return json_reply(call.core.world.application_json(*call.bot));
}

HttpReply my_guilds(RestCall& call) {
    const auto after = parse_id(call.request.query_value("after", "0")).value_or(0);
    const auto before = parse_id(call.request.query_value("before"));
    const auto limit = call.limit(200, 200);
    Json out = Json::array();
    for (const auto& [id, guild] : call.core.world.guilds()) {
        if (id <= after || (before && id >= *before) || out.size() == limit ||
            !call.core.world.is_member(guild, call.actor)) {
            continue;
        }
        out.push_back({{"id", id_text(id)},
                       {"name", guild.name},
                       {"icon", nullptr},
                       {"banner", nullptr},
                       {"owner", false},
                       {"permissions", "562949953421311"},
                       {"features", Json::array()}});
    }
    return json_reply(out);
}

HttpReply edit_my_user(RestCall& call) {
    static constexpr std::array kFields = {Field{"username", FieldType::text, false, 2, 32},
                                           Field{"avatar", FieldType::text},
                                           Field{"banner", FieldType::text}};
    FormErrors errors;
    check_fields(call.body, kFields, true, errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    auto& user = *call.core.world.user(call.actor);
    user.username = call.body.value("username", user.username);
    const auto self = call.core.world.self_json(*call.bot);
    call.actions.announce("USER_UPDATE", 0, self, call.bot->user);
    return json_reply(self);
}

HttpReply edit_my_application(RestCall& call) {
    if (!call.body.is_object()) {
        return form_error("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.");
    }
    auto out = call.core.world.application_json(*call.bot);
    for (const char* key : {"description", "tags", "interactions_endpoint_url", "icon"}) {
        if (call.body.contains(key)) {
            out[key] = call.body[key];
        }
    }
    return json_reply(out);
}

HttpReply leave_guild(RestCall& call) {
    auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    call.actions.announce("GUILD_DELETE", guild->id, {{"id", id_text(guild->id)}}, call.actor);
    call.actions.leave(*guild, call.actor);
    return no_content();
}

HttpReply nothing(RestCall&) { return json_reply(Json::array()); }
HttpReply no_packs(RestCall&) { return json_reply({{"sticker_packs", Json::array()}}); }
HttpReply keys(RestCall&) { return json_reply({{"keys", Json::array()}}); }

HttpReply subscriptions(RestCall& call) {
    return json_reply(call.core.shelf.list("subscriptions", call.id(0)));
}

HttpReply open_direct(RestCall& call) {
    const auto recipient = parse_id(call.body.value("recipient_id", std::string())).value_or(0);
    const auto* person = call.core.world.user(recipient);
    if (person == nullptr || person->bot) {
        return error_reply(400, 50033, "Invalid Recipient(s)");
    }
    return json_reply(
        call.core.world.channel_json(call.core.world.direct_channel(call.actor, recipient), false));
}

constexpr std::array kRoutes = {
    Route{"GET", "/gateway", kGateway, gateway_url, false},
    Route{"GET", "/gateway/bot", kGateway, gateway_bot},
    Route{"GET", "/users/@me", kReads, my_user},
    Route{"GET", "/users/{}", kReads, user},
    Route{"GET", "/users/@me/guilds", kReads, my_guilds},
    Route{"POST", "/users/@me/channels", kDirect, open_direct},
    Route{"GET", "/applications/@me", kReads, my_application},
    Route{"PATCH", "/applications/@me", kReads, edit_my_application},
    Route{"GET", "/oauth2/applications/@me", kReads, my_application},
    Route{"GET", "/oauth2/keys", kReads, keys, false},
    Route{"PATCH", "/users/@me", kDirect, edit_my_user},
    Route{"GET", "/users/@me/connections", kReads, nothing},
    Route{"DELETE", "/users/@me/guilds/{}", kDirect, leave_guild},
    Route{"GET", "/applications/{}/skus", kReads, nothing},
    Route{"GET", "/applications/{}/role-connections/metadata", kReads, nothing},
    Route{"GET", "/skus/{}/subscriptions", kReads, subscriptions},
    Route{"GET", "/sticker-packs", kReads, no_packs, false},
    Route{"GET", "/soundboard-default-sounds", kReads, nothing},
};

}  // namespace

std::span<const Route> basic_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
