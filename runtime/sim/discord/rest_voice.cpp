// Stages and voice states.
#include "sim/discord/collection.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kStages{"stages", 10, Millis{10'000}};
constexpr BucketRule kVoice{"voice-states", 10, Millis{10'000}};

constexpr std::array kFields = {
    Field{"channel_id", snowflake, true}, Field{"topic", text, true, 1, 120},
    Field{"privacy_level", integer, false, 1, 2}, Field{"guild_scheduled_event_id", snowflake}};

bool fits(RestCall& call, bool partial) {
    FormErrors errors;
    check_fields(call.body, kFields, partial, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

HttpReply open_stage(RestCall& call) {
    if (!fits(call, false)) {
        return call.failure;
    }
    call.parameters = {call.body["channel_id"].get<std::string>()};
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    if (channel->type != ChannelType::stage) {
        return error_reply(400, 50024, "Cannot execute action on this channel type");
    }
    auto& shelf = call.core.shelf;
    if (shelf.find("stage-instances", channel->guild, "channel_id", call.parameters[0]) !=
        nullptr) {
        return error_reply(400, 150006, "The Stage is already open");
    }
    const Json stage = {
        {"id", id_text(call.core.world.next_id())},
        {"guild_id", id_text(channel->guild)},
        {"channel_id", call.parameters[0]},
        {"topic", call.body["topic"]},
        {"privacy_level", call.body.value("privacy_level", 2)},
        {"discoverable_disabled", false},
        {"guild_scheduled_event_id", call.body.value("guild_scheduled_event_id", Json())}};
    shelf.add("stage-instances", channel->guild, stage);
    call.actions.announce("STAGE_INSTANCE_CREATE", channel->guild, stage);
    audit(call, channel->guild, AuditAction::stage_create, stage["id"].get<std::string>(),
          changes_between(nullptr, {{"topic", stage["topic"]}}));
    return json_reply(stage);
}

Json* stage_of(RestCall& call, Id& guild) {
    auto* found =
        call.core.shelf.find_anywhere("stage-instances", "channel_id", call.parameters[0], guild);
    if (found == nullptr) {
        call.failure = error_reply(404, 10067, "Unknown Stage Instance");
    }
    return found;
}

HttpReply get_stage(RestCall& call) {
    Id guild = 0;
    const auto* stage = stage_of(call, guild);
    return stage == nullptr ? call.failure : json_reply(*stage);
}

HttpReply edit_stage(RestCall& call) {
    Id guild = 0;
    auto* stage = stage_of(call, guild);
    if (stage == nullptr || !fits(call, true)) {
        return call.failure;
    }
    auto wanted = known_keys(call.body, kFields);
    wanted.erase("channel_id");
    const auto changes = changes_between(*stage, wanted);
    stage->update(wanted);
    const auto stored = *stage;
    call.actions.announce("STAGE_INSTANCE_UPDATE", guild, stored);
    audit(call, guild, AuditAction::stage_update, stored["id"].get<std::string>(), changes);
    return json_reply(stored);
}

HttpReply close_stage(RestCall& call) {
    Id guild = 0;
    const auto* stage = stage_of(call, guild);
    if (stage == nullptr) {
        return call.failure;
    }
    const auto gone = *stage;
    call.core.shelf.remove("stage-instances", guild, "channel_id", call.parameters[0]);
    call.actions.announce("STAGE_INSTANCE_DELETE", guild, gone);
    audit(call, guild, AuditAction::stage_delete, gone["id"].get<std::string>());
    return no_content();
}

Member* speaker(RestCall& call, Guild*& guild) {
    guild = call.guild(0);
    auto* member = guild == nullptr ? nullptr : call.member(*guild, 1);
    if (member != nullptr && member->voice_channel == 0) {
        call.failure = error_reply(404, 10065, "Unknown Voice State");
        return nullptr;
    }
    return member;
}

HttpReply get_voice_state(RestCall& call) {
    Guild* guild = nullptr;
    const auto* member = speaker(call, guild);
    return member == nullptr ? call.failure
                             : json_reply(call.core.world.voice_state_json(*member, guild->id));
}

HttpReply edit_voice_state(RestCall& call) {
    Guild* guild = nullptr;
    auto* member = speaker(call, guild);
    if (member == nullptr) {
        return call.failure;
    }
    for (const char* key : {"suppress", "request_to_speak_timestamp"}) {
        if (call.body.contains(key)) {
            member->voice[key] = call.body[key];
        }
    }
    call.actions.set_voice(*guild, member->user, member->voice_channel);
    return no_content();
}

constexpr std::array kRoutes = {
    Route{"POST", "/stage-instances", kStages, open_stage},
    Route{"GET", "/stage-instances/{}", kStages, get_stage},
    Route{"PATCH", "/stage-instances/{}", kStages, edit_stage},
    Route{"DELETE", "/stage-instances/{}", kStages, close_stage},
    Route{"GET", "/guilds/{}/voice-states/{}", kVoice, get_voice_state},
    Route{"PATCH", "/guilds/{}/voice-states/{}", kVoice, edit_voice_state},
};

}  // namespace

std::span<const Route> voice_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
