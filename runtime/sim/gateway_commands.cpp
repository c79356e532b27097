// What a client asks for over the gateway: identify and the commands of an authenticated session.
#include "sim/gateway_connection.hpp"

#include <algorithm>

namespace rookery::sim {
namespace {

constexpr std::size_t kGuildsPerShard = 2500;
constexpr std::size_t kMembersPerChunk = 1000;

}  // namespace

std::optional<std::pair<unsigned, std::string>> GatewayConnection::refusal(const Json& data) {
    using Refusal = std::pair<unsigned, std::string>;
    if (core_.world.bot_by_token(data.at("token").get<std::string>()) == nullptr) {
        return Refusal{4004, "Authentication failed."};
    }
    if (!data.at("properties").is_object()) {
        return Refusal{4001, "Invalid payload."};
    }
    std::int64_t shards = 1;
    if (data.contains("shard")) {
        const auto& pair = data.at("shard");
        const auto shard = pair.at(0).get<std::int64_t>();
        shards = pair.at(1).get<std::int64_t>();
        if (pair.size() != 2 || shards < 1 || shard < 0 || shard >= shards || shards > 100'000) {
            return Refusal{4010, "Invalid shard."};
        }
    }
    if (core_.world.guilds().size() / static_cast<std::size_t>(shards) > kGuildsPerShard) {
        return Refusal{4011, "Sharding required."};
    }
    const auto intents = data.at("intents").get<std::uint64_t>();
    if ((intents & ~intent::kDefined) != 0) {
        return Refusal{4013, "Invalid intent(s)."};
    }
    if ((intents & intent::kPrivileged & ~core_.options.privileged_intents) != 0) {
        return Refusal{4014, "Disallowed intent(s)."};
    }
    if (core_.faults.identify_close != 0 && take(core_.faults.identify_closes)) {
        return Refusal{core_.faults.identify_close, "Refused on demand."};
    }
    return std::nullopt;
}

void GatewayConnection::identify(const Json& data) {
    if (!greeted_) {
        core_.recorder.violation("identify_before_hello", number_, "identify before hello");
    }
    if (session_ != nullptr) {
        core_.recorder.violation("identify_twice", number_, "already authenticated");
        return close(4005, "Already authenticated.");
    }
    if (const auto refused = refusal(data)) {
        core_.recorder.violation("identify_refused", number_, refused->second);
        return close(refused->first, refused->second);
    }
    const auto shard = data.contains("shard") ? data["shard"][0].get<unsigned>() : 0;
    if (!gateway_.take_identify(shard)) {
        core_.recorder.violation("identify_spacing", number_, "identify too early or budget spent");
        return send_op(9, false);
    }
    ++core_.hub.counts().identifies;
    const auto* bot = core_.world.bot_by_token(data.at("token").get<std::string>());
    const auto shards = data.contains("shard") ? data["shard"][1].get<unsigned>() : 1;
    session_ = &core_.hub.open(bot->user, shard, shards, data.at("intents").get<std::uint64_t>());
    next_seq_ = 1;
    core_.hub.attach(*session_, *this);
    if (data.contains("presence") && data["presence"].is_object()) {
        presence(data["presence"]);
    }
    after(core_.faults.ready_delay, &GatewayConnection::send_ready);
}

void GatewayConnection::send_ready() {
    if (session_ == nullptr) {
        return;
    }
    auto& world = core_.world;
    auto& session = *session_;
    const auto* bot = world.bot_by_user(session.bot);
    std::vector<Id> guilds;
    Json stubs = Json::array();
    for (const auto& [id, guild] : world.guilds()) {
        if (session.covers(id) && guild.members.contains(session.bot)) {
            guilds.push_back(id);
            stubs.push_back({{"id", id_text(id)}, {"unavailable", true}});
        }
    }
    Json ready = {{"v", 10},
                  {"user", world.self_json(*bot)},
                  {"guilds", std::move(stubs)},
                  {"session_id", session.id},
                  {"session_type", "normal"},
                  {"resume_gateway_url", core_.addresses.resume_url},
                  {"shard", {session.shard, session.shards}},
                  {"application", {{"id", id_text(bot->application)}, {"flags", 565'248}}}};
    if (core_.options.noise) {
        ready.update({{"_trace", {R"(["gateway-sim-a1",{"micros":1234.5}])"}},
                      {"private_channels", Json::array()},
                      {"relationships", Json::array()},
                      {"user_settings", Json::object()},
                      {"presences", Json::array()}});
    }
    core_.hub.emit_to(session, event("READY", ready));
    if ((session.intents & intent::kGuilds) == 0) {
        return;
    }
    std::shuffle(guilds.begin(), guilds.end(), core_.random);
    for (const Id id : guilds) {
        const auto& guild = *world.guild(id);
        auto created = event(
            "GUILD_CREATE",
            guild.unavailable
                ? Json{{"id", id_text(id)}, {"unavailable", true}}
                : world.guild_create_json(guild, (session.intents & intent::kGuildPresences) != 0));
        created.guild = id;
        core_.hub.emit_to(session, std::move(created));
    }
}

void GatewayConnection::presence(const Json& data) {
    const auto status = data.at("status").get<std::string>();
    gateway_.actions_.set_presence(session_->bot, status == "invisible" ? "offline" : status,
                                   data.value("activities", Json::array()));
}

void GatewayConnection::voice_state(const Json& data) {
    auto* guild = core_.world.guild(parse_id(data.at("guild_id").get<std::string>()).value_or(0));
    if (guild == nullptr || !guild->members.contains(session_->bot)) {
        return;
    }
    const auto& channel = data.at("channel_id");
    const Id wanted = channel.is_null() ? 0 : parse_id(channel.get<std::string>()).value_or(0);
    gateway_.actions_.set_voice(*guild, session_->bot, wanted);
    if (wanted != 0) {
        core_.hub.emit_to(*session_,
                          event("VOICE_SERVER_UPDATE", {{"token", "sim-voice"},
                                                        {"guild_id", id_text(guild->id)},
                                                        {"endpoint", "voice.invalid:443"}}));
    }
}

void GatewayConnection::request_members(const Json& data) {
    auto* guild = core_.world.guild(parse_id(data.at("guild_id").get<std::string>()).value_or(0));
    if (guild == nullptr) {
        return;
    }
    const auto query = data.value("query", std::string());
    const bool everyone = !data.contains("user_ids") && query.empty();
    if (everyone && (session_->intents & intent::kGuildMembers) == 0) {
        core_.recorder.violation("members_intent", number_, "all members without GUILD_MEMBERS");
        return close(4014, "Disallowed intent(s).");
    }
    std::vector<std::string> ids;
    if (data.contains("user_ids")) {
        const auto& wanted = data["user_ids"];
        ids = wanted.is_array() ? wanted.get<std::vector<std::string>>()
                                : std::vector<std::string>{wanted.get<std::string>()};
    }
    const auto limit = data.value("limit", std::size_t{0});
    Json members = Json::array();
    Json presences = Json::array();
    for (const auto& [id, member] : guild->members) {
        const bool listed = std::find(ids.begin(), ids.end(), id_text(id)) != ids.end();
        const bool named = ids.empty() && core_.world.user(id)->username.starts_with(query);
        if ((listed || named) && (limit == 0 || members.size() < limit)) {
            members.push_back(core_.world.member_json(member, true));
            presences.push_back(core_.world.presence_json(member, guild->id));
        }
    }
    const auto chunks =
        std::max<std::size_t>(1, (members.size() + kMembersPerChunk - 1) / kMembersPerChunk);
    for (std::size_t i = 0; i < chunks; ++i) {
        const auto from = members.begin() + static_cast<std::ptrdiff_t>(i * kMembersPerChunk);
        const auto to = members.begin() + static_cast<std::ptrdiff_t>(
                                              std::min(members.size(), (i + 1) * kMembersPerChunk));
        Json chunk = {{"guild_id", id_text(guild->id)},
                      {"members", Json(Json::array_t(from, to))},
                      {"chunk_index", i},
                      {"chunk_count", chunks},
                      {"not_found", Json::array()}};
        if (data.value("presences", false)) {
            chunk["presences"] = presences;
        }
        if (data.contains("nonce") && data["nonce"].is_string() &&
            data["nonce"].get_ref<const std::string&>().size() <= 32) {
            chunk["nonce"] = data["nonce"];
        }
        core_.hub.emit_to(*session_, event("GUILD_MEMBERS_CHUNK", chunk));
    }
}

void GatewayConnection::request_nothing(const Json& data) {
    if (!data.is_object()) {
        close(4001, "Invalid payload.");
    }
}

}  // namespace rookery::sim
