#include "sim/gateway.hpp"
#include "sim/rest_route.hpp"

#include <array>

namespace rookery::sim {
namespace {

constexpr BucketRule kReads{"reads", 30, Millis{10'000}};
constexpr BucketRule kGateway{"gateway", 5, Millis{5'000}};
constexpr BucketRule kDirect{"direct-channels", 10, Millis{10'000}};

HttpReply gateway_url(RestCall& call) {
    return json_reply({{"url", call.core.addresses.gateway_url}});
}

HttpReply gateway_bot(RestCall& call) {
    return json_reply({{"url", call.core.addresses.gateway_url},
                       {"shards", call.core.options.shards},
                       {"session_start_limit", call.gateway.session_start_limit(call.bot->user)}});
}

HttpReply my_user(RestCall& call) { return json_reply(call.core.world.self_json(*call.bot)); }

HttpReply user(RestCall& call) {
    if (call.core.world.user(call.id(0)) == nullptr) {
        return error_reply(404, 10013, "Unknown User");
    }
    return json_reply(call.core.world.user_json(call.id(0)));
}

HttpReply my_application(RestCall& call) {
    return json_reply(call.core.world.application_json(*call.bot));
}

HttpReply my_guilds(RestCall& call) {
    Json out = Json::array();
    for (const auto& [id, guild] : call.core.world.guilds()) {
        if (guild.members.contains(call.bot->user)) {
            out.push_back({{"id", id_text(id)},
                           {"name", guild.name},
                           {"icon", nullptr},
                           {"owner", false},
                           {"permissions", "562949953421311"},
                           {"features", Json::array()}});
        }
    }
    return json_reply(out);
}

HttpReply open_direct(RestCall& call) {
    const auto recipient = parse_id(call.body.value("recipient_id", std::string())).value_or(0);
    const auto* person = call.core.world.user(recipient);
    if (person == nullptr || person->bot) {
        return error_reply(400, 50033, "Invalid Recipient(s)");
    }
    return json_reply(call.core.world.channel_json(
        call.core.world.direct_channel(call.bot->user, recipient), false));
}

constexpr std::array kRoutes = {
    Route{"GET", "/gateway", kGateway, gateway_url, false},
    Route{"GET", "/gateway/bot", kGateway, gateway_bot},
    Route{"GET", "/users/@me", kReads, my_user},
    Route{"GET", "/users/{}", kReads, user},
    Route{"GET", "/users/@me/guilds", kReads, my_guilds},
    Route{"POST", "/users/@me/channels", kDirect, open_direct},
    Route{"GET", "/applications/@me", kReads, my_application},
    Route{"GET", "/oauth2/applications/@me", kReads, my_application},
};

}  // namespace

std::span<const Route> basic_routes() { return kRoutes; }

}  // namespace rookery::sim
