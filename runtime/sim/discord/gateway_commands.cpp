// The commands of a session: presence, voice, sounds, channel information.
#include "sim/discord/gateway_connection.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kPresences = 5;
constexpr auto kPresenceWindow = std::chrono::seconds(20);
constexpr std::array kStates = {"online", "dnd", "idle", "invisible", "offline"};

/// An id as text or, as some clients send it, as a number.
Id id_at(const Json& data, const char* key) {
    const auto& value = data.at(key);
    return value.is_number_unsigned() ? value.get<Id>()
                                      : parse_id(value.get<std::string>()).value_or(0);
}

}  // namespace

bool GatewayConnection::sound_presence(const Json& data) {
    const auto since = data.value("since", Json());
    return std::find(kStates.begin(), kStates.end(), data.value("status", Json())) !=
               kStates.end() &&
           data.value("activities", Json::array()).is_array() &&
           data.value("afk", Json()).is_boolean() && data.contains("since") &&
           (since.is_null() || since.is_number());
}

void GatewayConnection::presence(const Json& data) {
    if (!sound_presence(data)) {
        core_.recorder.violation("presence_shape", number_, data.dump());
        return close(4001, "Invalid payload.");
    }
    const auto now = core_.clock.now();
    while (!presences_.empty() && presences_.front() <= now - kPresenceWindow) {
        presences_.pop_front();
    }
    presences_.push_back(now);
    if (presences_.size() > kPresences) {
        // The platform drops it without a word.
        return core_.recorder.violation("presence_rate", number_, "more than 5 in 20 s");
    }
    const auto status = data["status"].get<std::string>();
    gateway_.actions_.set_presence(session_->bot, status == "invisible" ? "offline" : status,
                                   data.value("activities", Json::array()));
}

void GatewayConnection::voice_state(const Json& data) {
    auto* guild = core_.world.guild(id_at(data, "guild_id"));
    if (guild == nullptr || !guild->members.contains(session_->bot)) {
        return;
    }
    const auto& channel = data.at("channel_id");
    const Id wanted = channel.is_null() ? 0 : id_at(data, "channel_id");
    const auto* room = core_.world.channel(wanted);
    if (wanted != 0 && (room == nullptr || !room->is_voice() || room->guild != guild->id)) {
        return;  // as for a channel that is full: no answer at all
    }
    auto& state = guild->members[session_->bot].voice;
    state["self_mute"] = data.value("self_mute", false);
    state["self_deaf"] = data.value("self_deaf", false);
    const auto server = event("VOICE_SERVER_UPDATE", {{"token", "sim-voice"},
                                                      {"guild_id", id_text(guild->id)},
                                                      {"endpoint", "voice.invalid:443"}});
    const bool server_first = core_.chance(0.5);
    if (wanted != 0 && server_first) {
        core_.hub.emit_to(*session_, server);
    }
    gateway_.actions_.set_voice(*guild, session_->bot, wanted);
    if (wanted != 0 && !server_first) {
        core_.hub.emit_to(*session_, server);
    }
}

void GatewayConnection::request_sounds(const Json& data) {
    for (const auto& item : data.at("guild_ids")) {
        const Id id = item.is_number_unsigned() ? item.get<Id>()
                                                : parse_id(item.get<std::string>()).value_or(0);
        const auto* guild = core_.world.guild(id);
        if (guild != nullptr && guild->members.contains(session_->bot)) {
            core_.hub.emit_to(
                *session_,
                event("SOUNDBOARD_SOUNDS",
                      {{"guild_id", id_text(id)},
                       {"soundboard_sounds", core_.shelf.list("soundboard-sounds", id)}}));
        }
    }
}

void GatewayConnection::request_channel_info(const Json& data) {
    const Id id = id_at(data, "guild_id");
    const auto* guild = core_.world.guild(id);
    if (guild == nullptr || !guild->members.contains(session_->bot)) {
        return;
    }
    const auto& fields = data.at("fields");
    Json channels = Json::array();
    for (const Id channel_id : guild->channels) {
        const auto& channel = *core_.world.channel(channel_id);
        Json entry = {{"id", id_text(channel_id)}};
        for (const auto& field : fields) {
            const auto name = field.get<std::string>();
            if (channel.info.contains(name)) {
                entry[name] = channel.info[name];
            }
        }
        if (channel.is_voice()) {
            channels.push_back(std::move(entry));
        }
    }
    core_.hub.emit_to(*session_, event("CHANNEL_INFO", {{"guild_id", id_text(id)},
                                                        {"channels", std::move(channels)}}));
}

}  // namespace rookery::sim::discord
