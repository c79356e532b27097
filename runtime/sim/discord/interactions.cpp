#include "sim/discord/interactions.hpp"

namespace rookery::sim::discord {

Interaction& Interactions::create(Id bot, Channel& channel, Id user, int type, const Json& data,
                                  Id message) {
    auto& world = core_.world;
    std::erase_if(by_token_, [&](const auto& item) {
        return core_.clock.wall() - item.second.created > kTokenLife;
    });
    const Id id = world.next_id();
    const std::string token = "aW50ZXJhY3Rpb246" + id_text(id) + "sim";
    auto& made = by_token_[token];
    made.id = id;
    made.token = token;
    made.application = world.bot_by_user(bot)->application;
    made.bot = bot;
    made.channel = channel.id;
    made.user = user;
    made.type = type;
    made.about = message;
    made.created = core_.clock.wall();
    Json event = {{"id", id_text(id)},
                  {"application_id", id_text(made.application)},
                  {"type", type},
                  {"token", token},
                  {"version", 1},
                  {"data", data},
                  {"channel_id", id_text(channel.id)},
                  {"channel", world.channel_json(channel, true)},
                  {"app_permissions", std::to_string(kEveryPermission)},
                  {"locale", "en-US"},
                  {"entitlements", Json::array()},
                  {"authorizing_integration_owners", Json::object()},
                  {"context", channel.guild == 0 ? 1 : 0},
                  {"attachment_size_limit", 10'485'760}};
    if (auto* guild = world.guild(channel.guild)) {
        event["guild_id"] = id_text(guild->id);
        event["guild_locale"] = "en-US";
        event["guild"] = {
            {"id", id_text(guild->id)}, {"locale", "en-US"}, {"features", Json::array()}};
        event["authorizing_integration_owners"]["0"] = id_text(guild->id);
        event["member"] = world.member_json(*world.member(*guild, user), true);
        event["member"]["permissions"] = std::to_string(world.permissions(*guild, user, &channel));
    } else {
        event["user"] = world.user_json(user);
    }
    if (auto* about = message == 0 ? nullptr : world.message(channel, message)) {
        event["message"] = world.message_json(*about, bot);
    }
    actions_.announce("INTERACTION_CREATE", channel.guild, event, bot);
    return made;
}

Interaction* Interactions::find(const std::string& token) {
    const auto found = by_token_.find(token);
    const bool live =
        found != by_token_.end() && core_.clock.wall() - found->second.created <= kTokenLife;
    return live ? &found->second : nullptr;
}

}  // namespace rookery::sim::discord
