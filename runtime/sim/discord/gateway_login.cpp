// How a client gets a session: identify and resume, with what READY says.
#include "sim/discord/gateway_connection.hpp"

#include <algorithm>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kGuildsPerShard = 2500;

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
    const auto threshold = data.value("large_threshold", 50);
    if (threshold < 50 || threshold > 250) {
        return Refusal{4001, "Invalid payload."};
    }
    const auto presence = data.value("presence", Json());
    if (!presence.is_null() && !sound_presence(presence)) {
        return Refusal{4001, "Invalid payload."};
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
    if (take(core_.faults.identify_refusals)) {
        return send_op(9, false);
    }
    auto* bot = core_.world.bot_by_token(data.at("token").get<std::string>());
    const auto shard = data.contains("shard") ? data["shard"][0].get<unsigned>() : 0;
    switch (gateway_.take_identify(bot->user, shard)) {
        case IdentifyVerdict::granted:
            break;
        case IdentifyVerdict::too_early:
            core_.recorder.violation("identify_spacing", number_, "identify too early");
            return send_op(9, false);
        case IdentifyVerdict::budget_spent:
            // The platform answers by taking the token away.
            core_.recorder.violation("identify_budget", number_, "more identifies than a day has");
            bot->revoked = true;
            gateway_.drop_bot(bot->user);
            return close(4004, "Authentication failed.");
    }
    ++core_.hub.counts().identifies;
    const auto shards = data.contains("shard") ? data["shard"][1].get<unsigned>() : 1;
    session_ = &core_.hub.open(bot->user, shard, shards, data.at("intents").get<std::uint64_t>());
    session_->large_threshold = data.value("large_threshold", 50U);
    compress_large_ = data.value("compress", false) && compression_ == nullptr;
    next_seq_ = 1;
    core_.hub.attach(*session_, *this);
    presence_of_identify_ = data.value("presence", Json());
    after(core_.faults.ready_delay, &GatewayConnection::send_ready);
}

void GatewayConnection::send_ready() {
    if (session_ == nullptr) {
        return;
    }
    auto& world = core_.world;
    auto& session = *session_;
    const auto* bot = world.bot_by_user(session.bot);
    Json stubs = Json::array();
    for (const auto& [id, guild] : world.guilds()) {
        if (session.covers(id) && guild.members.contains(session.bot)) {
            session.loading.push_back(id);
            stubs.push_back({{"id", id_text(id)}, {"unavailable", true}});
        }
    }
    const auto& resume_url =
        core_.faults.bad_resume_host ? "ws://127.0.0.1:1" : core_.addresses.resume_url;
    Json ready = {{"v", 10},
                  {"user", world.self_json(*bot)},
                  {"guilds", std::move(stubs)},
                  {"session_id", session.id},
                  {"session_type", "normal"},
                  {"resume_gateway_url", resume_url},
                  {"shard", {session.shard, session.shards}},
                  {"application", {{"id", id_text(bot->application)}, {"flags", 565'248}}}};
    if (core_.options.noise) {
        ready.update({{"_trace", {R"(["gateway-sim-a1",{"micros":1234.5}])"}},
                      {"private_channels", Json::array()},
                      {"relationships", Json::array()},
                      {"user_settings", Json::object()},
                      {"presences", Json::array()}});
    }
    session.ready = true;
    core_.hub.emit_to(session, event("READY", ready));
    if ((session.intents & intent::kGuilds) == 0) {
        session.loading.clear();
    }
    std::shuffle(session.loading.begin(), session.loading.end(), core_.random);
    if (presence_of_identify_.is_object()) {
        presence(presence_of_identify_);
    }
    close_if_wanted();
}

void GatewayConnection::resume(const Json& data) {
    if (session_ != nullptr) {
        return close(4005, "Already authenticated.");
    }
    const auto* bot = core_.world.bot_by_token(data.at("token").get<std::string>());
    if (bot == nullptr) {
        return close(4004, "Authentication failed.");
    }
    if (take(core_.faults.bricked_resumes)) {
        core_.recorder.note("fault", number_, "resume cut");
        return channel_->reset();
    }
    const auto id = data.at("session_id").get<std::string>();
    const auto seq = data.at("seq").get<std::uint64_t>();
    auto* session = core_.hub.find(id);
    if (session != nullptr && take(core_.faults.resume_refusals)) {
        core_.hub.expire(*session);
        session = nullptr;
    }
    const bool known = session != nullptr && session->bot == bot->user && session->ready;
    if (known && seq > session->seq) {
        return close(4007, "Invalid seq.");
    }
    const auto& oldest = known && !session->ring.empty() ? session->ring.front().seq : 1;
    if (!known || (seq + 1 < oldest)) {
        ++core_.hub.counts().resume_failures;
        core_.recorder.note("connection", number_, "resume refused");
        return send_op(9, false);
    }
    ++core_.hub.counts().resumes;
    ++session->resumes;
    core_.hub.counts().replayed += session->seq - seq;
    core_.recorder.note("connection", number_, "resume from", static_cast<std::int64_t>(seq));
    session_ = session;
    next_seq_ = seq + 1;
    core_.hub.attach(*session, *this);
    core_.hub.emit_to(*session,
                      event("RESUMED", core_.options.noise ? Json{{"_trace", {"gateway-sim-a1"}}}
                                                           : Json::object()));
    wake();
    close_if_wanted();
}

void GatewayConnection::close_if_wanted() {
    if (take(core_.faults.closes_after_ready)) {
        pump();
        close(core_.faults.close_after_ready, "Closed on demand.");
    }
}

}  // namespace rookery::sim::discord
