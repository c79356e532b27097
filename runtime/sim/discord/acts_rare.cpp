// What no request of a bot can bring about: votes, interest in events, integrations, subscriptions,
// voice effects, a list of threads after access came back.
#include "sim/discord/act_call.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

Result<Json> poll_vote(Act& act) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    auto* who = message == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    if (!message->extra.is_object() || !message->extra.contains("poll")) {
        return Error(ErrorKind::not_found, "that message is no poll");
    }
    const auto answer = act.with.value("answer", Id{1});
    const bool add = act.with.value("add", true);
    auto& votes = act.core.shelf.items("poll-votes", message->id);
    auto& list = votes.get_ref<Json::array_t&>();
    const Json vote = {{"user_id", id_text(who->id)}, {"answer_id", answer}};
    const auto had = std::erase(list, vote);
    if (add) {
        list.push_back(vote);
    }
    auto& counts = message->extra["poll"]["results"]["answer_counts"];
    counts = Json::array();
    for (const auto& one : message->extra["poll"]["answers"]) {
        const auto number = std::count_if(list.begin(), list.end(), [&](const Json& given) {
            return given["answer_id"] == one["answer_id"];
        });
        counts.push_back({{"id", one["answer_id"]}, {"count", number}, {"me_voted", false}});
    }
    Json data = {{"user_id", id_text(who->id)},
                 {"channel_id", id_text(channel->id)},
                 {"message_id", id_text(message->id)},
                 {"answer_id", answer}};
    if (channel->guild != 0) {
        data["guild_id"] = id_text(channel->guild);
    }
    if (add != (had != 0)) {
        act.actions.announce(add ? "MESSAGE_POLL_VOTE_ADD" : "MESSAGE_POLL_VOTE_REMOVE",
                             channel->guild, data, channel->bot);
    }
    return made(message->id);
}

Result<Json> event_interest(Act& act) {
    auto* guild = act.guild();
    auto* who = guild == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto id = act.text("id");
    if (act.core.shelf.find("scheduled-events", guild->id, "id", id) == nullptr) {
        return Error(ErrorKind::not_found, "no scheduled event '" + id + "'");
    }
    const bool add = act.with.value("add", true);
    auto& shelf = act.core.shelf;
    const Id event = parse_id(id).value_or(0);
    shelf.remove("event-users", event, "user_id", id_text(who->id));
    if (add) {
        shelf.add("event-users", event, {{"user_id", id_text(who->id)}});
    }
    act.actions.announce(
        add ? "GUILD_SCHEDULED_EVENT_USER_ADD" : "GUILD_SCHEDULED_EVENT_USER_REMOVE", guild->id,
        {{"guild_scheduled_event_id", id},
         {"user_id", id_text(who->id)},
         {"guild_id", id_text(guild->id)}});
    return Json{{"id", id}};
}

Result<Json> integration(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto& shelf = act.core.shelf;
    const auto id = act.text("id", id_text(act.core.world.next_id()));
    auto* known = shelf.find("integrations", guild->id, "id", id);
    const bool fresh = known == nullptr;
    if (fresh) {
        known = &shelf.add("integrations", guild->id,
                           {{"id", id},
                            {"type", "twitch"},
                            {"enabled", true},
                            {"account", {{"id", "1"}, {"name", "account"}}}});
    }
    (*known)["name"] = act.text("name", "An integration");
    auto data = *known;
    data["guild_id"] = id_text(guild->id);
    act.actions.announce(fresh ? "INTEGRATION_CREATE" : "INTEGRATION_UPDATE", guild->id, data);
    act.actions.announce("GUILD_INTEGRATIONS_UPDATE", guild->id,
                         {{"guild_id", id_text(guild->id)}});
    return Json{{"id", id}};
}

Result<Json> subscription(Act& act) {
    auto* who = act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto id = act.text("id", id_text(act.core.world.next_id()));
    const auto stage = act.text("stage", "CREATE");
    const auto now = act.core.clock.wall();
    const Json data = {{"id", id},
                       {"user_id", id_text(who->id)},
                       {"sku_ids", {"1"}},
                       {"entitlement_ids", {"1"}},
                       {"renewal_sku_ids", nullptr},
                       {"current_period_start", iso_time(now)},
                       {"current_period_end", iso_time(now + std::chrono::hours(720))},
                       {"status", act.with.value("status", 0)},
                       {"canceled_at", nullptr}};
    static constexpr std::array kStages = {"CREATE", "UPDATE", "DELETE"};
    if (std::find(kStages.begin(), kStages.end(), stage) == kStages.end()) {
        return Error(ErrorKind::invalid, "stage is CREATE, UPDATE or DELETE");
    }
    act.core.shelf.remove("subscriptions", 1, "id", id);
    if (stage != "DELETE") {
        act.core.shelf.add("subscriptions", 1, data);
    }
    act.actions.announce("SUBSCRIPTION_" + stage, 0, data);
    return Json{{"id", id}};
}

Result<Json> voice_effect(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    act.actions.announce("VOICE_CHANNEL_EFFECT_SEND", channel->guild,
                         {{"channel_id", id_text(channel->id)},
                          {"guild_id", id_text(channel->guild)},
                          {"user_id", id_text(who->id)},
                          {"emoji", {{"id", nullptr}, {"name", act.text("emoji", "🎉")}}},
                          {"animation_type", 1},
                          {"animation_id", 3}});
    return made(channel->id);
}

Result<Json> voice_start(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    const auto seconds = act.core.clock.wall().time_since_epoch() / std::chrono::seconds(1);
    channel->info["voice_start_time"] = seconds;
    act.actions.announce("VOICE_CHANNEL_START_TIME_UPDATE", channel->guild,
                         {{"id", id_text(channel->id)},
                          {"guild_id", id_text(channel->guild)},
                          {"voice_start_time", seconds}});
    return made(channel->id);
}

Result<Json> thread_sync(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    Json threads = Json::array();
    for (const Id id : guild->threads) {
        if (!act.core.world.channel(id)->archived()) {
            threads.push_back(act.core.world.channel_json(*act.core.world.channel(id), true));
        }
    }
    act.actions.announce("THREAD_LIST_SYNC", guild->id,
                         {{"guild_id", id_text(guild->id)},
                          {"threads", std::move(threads)},
                          {"members", Json::array()}});
    return made(guild->id);
}

Result<Json> sounds_sync(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    act.actions.announce(
        "GUILD_SOUNDBOARD_SOUNDS_UPDATE", guild->id,
        {{"guild_id", id_text(guild->id)},
         {"soundboard_sounds", act.core.shelf.list("soundboard-sounds", guild->id)}});
    return made(guild->id);
}

Result<Json> command_permissions(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    const auto application = id_text(act.core.world.bot_by_user(act.bot())->application);
    act.actions.announce(
        "APPLICATION_COMMAND_PERMISSIONS_UPDATE", guild->id,
        {{"id", act.text("id", application)},
         {"application_id", application},
         {"guild_id", id_text(guild->id)},
         {"permissions",
          Json::array({{{"id", id_text(guild->id)}, {"type", 1}, {"permission", true}}})}},
        act.bot());
    return made(guild->id);
}

Result<Json> rename_user(Act& act) {
    auto* who = act.user();
    if (who == nullptr) {
        return act.error;
    }
    who->display = act.text("name", who->display);
    for (auto& [id, guild] : act.core.world.guilds()) {
        if (const auto* member = act.core.world.member(guild, who->id)) {
            act.actions.member_changed(guild, *member);
        }
    }
    return made(who->id);
}

constexpr std::array kActs = {
    NamedAct{"command_permissions", command_permissions},
    NamedAct{"event_interest", event_interest},
    NamedAct{"integration", integration},
    NamedAct{"poll_vote", poll_vote},
    NamedAct{"rename", rename_user},
    NamedAct{"request", perform_request},
    NamedAct{"sounds_sync", sounds_sync},
    NamedAct{"subscription", subscription},
    NamedAct{"thread_sync", thread_sync},
    NamedAct{"voice_effect", voice_effect},
    NamedAct{"voice_start", voice_start},
};

}  // namespace

std::span<const NamedAct> rare_acts() { return kActs; }

}  // namespace rookery::sim::discord
