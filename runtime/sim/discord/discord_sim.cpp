#include "sim/discord/discord_sim.hpp"

#include "sim/discord/acts.hpp"
#include "sim/discord/chatter.hpp"
#include "sim/discord/gateway.hpp"
#include "sim/discord/gestures.hpp"
#include "sim/discord/interactions.hpp"
#include "sim/discord/load_source.hpp"
#include "sim/discord/rest.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

using Harm = ChaosFault::Harm;
using Socket = boost::asio::ip::tcp::socket;

Error no_such(const char* what, const std::string& name) {
    return {ErrorKind::not_found, "no " + std::string(what) + " '" + name + "'"};
}

class DiscordSim final : public PlatformSim {
  public:
    explicit DiscordSim(Shared& shared)
        : shared_(shared),
          core_holder_(std::make_shared<Core>(shared.options, shared.io)),
          core_(*core_holder_),
          actions_(core_),
          interactions_(core_, actions_),
          gateway_(core_, actions_),
          rest_(core_, actions_, interactions_, gateway_),
          gestures_(core_, actions_, interactions_),
          load_(core_, actions_),
          chatter_(core_, actions_) {
        actions_.on_message([this](const Message& message) { written(message); });
        rest_.state().on_suppressed = [this](const std::string& content) {
            on_bot_message({{}, {}, {}, content, [] { return Json(); }, true});
        };
    }

    Result<Addresses> start() override;
    Result<Json> say(const Json& what) override;
    Result<Json> act(const Json& what) override {
        return perform(core_, actions_, interactions_, rest_, what);
    }
    Result<Json> dispatch(const Json& what) override;
    Result<Json> fault(const Json& what) override;
    std::span<const ChaosFault> chaos_faults() override;
    void end_faults() override;
    Result<Json> messages(const std::string& channel) override;
    Json sessions() override;
    Json state() override;
    Recorder& recorder() override { return core_.recorder; }
    bool handle(const HttpRequest& request, const Json& body,
                const HttpResponder& respond) override;
    Result<unsigned> prepare_load(unsigned guilds, unsigned channels) override {
        return load_.prepare(guilds, channels);
    }
    void send_load(unsigned place, const std::string& text, const std::string& quoted) override {
        load_.send(place, text, quoted);
    }
    Json counts() override;
    void lift_limits(bool lifted) override { rest_.lift_limits(lifted); }
    void chatter(double lines_per_second) override { chatter_.start(lines_per_second); }
    std::shared_ptr<void> remains() override { return core_holder_; }

  private:
    void written(const Message& message);
    void set_tokens(const Json& what, bool revoked);
    void interaction(const HttpRequest& request, const HttpResponder& respond);
    void describe_guilds(Json& guilds);

    Shared& shared_;
    std::shared_ptr<Core> core_holder_;
    Core& core_;
    Actions actions_;
    Interactions interactions_;
    Gateway gateway_;
    Rest rest_;
    Gestures gestures_;
    LoadSource load_;
    Chatter chatter_;
    HttpHandler rest_handler_ = [this](HttpRequest request, HttpResponder respond) {
        rest_.handle(request, respond);
    };
};

Result<Addresses> DiscordSim::start() {
    const auto& options = core_.options;
    if (options.guilds > 10'000 || options.members > 1'000'000 ||
        options.heartbeat_interval < Millis{10}) {
        return Error(ErrorKind::invalid,
                     "the simulator takes at most 10000 guilds with a million members each, and a "
                     "heartbeat interval of at least 10 ms");
    }
    if (options.shards == 0 || options.max_concurrency == 0) {
        return Error(ErrorKind::invalid, "the simulator needs at least one shard and one key");
    }
    const auto api = shared_.listen(
        shared_.port_for("discord", options.api_port),
        [this](Socket socket) { serve_http(std::move(socket), shared_.tls, rest_handler_); });
    const auto gateway = shared_.listen(
        shared_.port_for("discord", options.gateway_port),
        [this](Socket socket) { gateway_.accept(std::move(socket), shared_.tls, false); });
    const auto resume = shared_.listen(options.resume_port, [this](Socket socket) {
        gateway_.accept(std::move(socket), shared_.tls, true);
    });
    for (const auto* host : {&api, &gateway, &resume}) {
        if (!*host) {
            return host->error();
        }
    }
    auto& addresses = core_.addresses;
    addresses.api_url = shared_.url("http", *api) + "/api/v10";
    addresses.gateway_url = shared_.url("ws", *gateway);
    addresses.resume_url = shared_.url("ws", *resume);
    addresses.control_url = shared_.control_url;
    addresses.token = options.tokens.front();
    return addresses;
}

Result<Json> DiscordSim::say(const Json& what) {
    const auto* guild = what.contains("guild")
                            ? core_.world.guild_named(what["guild"].get<std::string>())
                            : nullptr;
    const auto name = what.at("channel").get<std::string>();
    const auto who = what.value("user", std::string("alice"));
    const auto* channel = core_.world.channel_named(name, guild == nullptr ? 0 : guild->id);
    const auto* user = core_.world.user_named(who);
    if (channel == nullptr || user == nullptr) {
        return channel == nullptr ? no_such("channel", name) : no_such("user", who);
    }
    Draft draft;
    draft.channel = channel->id;
    draft.author = user->id;
    draft.content = what.at("text").get<std::string>();
    const Id id = channel->id;
    return Json{{"channel", id_text(id)}, {"id", id_text(actions_.post(std::move(draft)).id)}};
}

void DiscordSim::written(const Message& message) {
    if (core_.world.bot_by_user(message.author) == nullptr) {
        return;
    }
    const auto reply_to = message.reply_to == 0 ? std::string() : id_text(message.reply_to);
    on_bot_message({id_text(message.channel), id_text(message.id), reply_to, message.content,
                    [&] { return core_.world.message_json(message, 0); }, false});
}

Result<Json> DiscordSim::dispatch(const Json& what) {
    const auto type = what.at("t").get<std::string>();
    const auto data = what.value("d", Json::object());
    if (type.empty() || !data.is_object()) {
        return Error(ErrorKind::invalid, "a dispatch needs a name and an object");
    }
    const char* key = type.starts_with("GUILD_") && !data.contains("guild_id") ? "id" : "guild_id";
    const Id guild = data.contains(key) && data[key].is_string()
                         ? parse_id(data[key].get_ref<const std::string&>()).value_or(0)
                         : 0;
    actions_.announce(type, guild, data);
    return Json{{"sessions", core_.hub.sessions().size()}};
}

void DiscordSim::set_tokens(const Json& what, bool revoked) {
    for (auto& bot : core_.world.bots()) {
        if (!what.contains("token") || what["token"] == bot.token) {
            bot.revoked = revoked;
            if (revoked) {
                gateway_.drop_bot(bot.user);
            }
        }
    }
}

Result<Json> DiscordSim::fault(const Json& what) {
    const auto kind = what.at("kind").get<std::string>();
    if (kind == "expire_sessions") {
        core_.hub.expire_all();
    } else if (kind == "intents") {
        core_.options.privileged_intents = what.at("granted").get<std::uint64_t>();
    } else if (kind == "revoke_token" || kind == "restore_token") {
        set_tokens(what, kind == "revoke_token");
    } else if (kind == "rest_429" && what.contains("every")) {
        rest_.limit_every(what["every"].get<unsigned>(), what.value("retry_after", 1.0));
    } else if (set_fault(core_.faults, kind, what)) {
        gateway_.wake_all();
    } else {
        const auto hit = gateway_.inject(kind, what);
        return hit ? Result<Json>(Json{{"connections", *hit}}) : Result<Json>(hit.error());
    }
    return Json{{"set", kind}};
}

void DiscordSim::end_faults() {
    core_.faults = Faults{};
    rest_.limit_every(0, core_.faults.retry_after);
    (void)gateway_.inject("thaw", Json::object());
    gateway_.wake_all();
}

Result<Json> DiscordSim::messages(const std::string& channel) {
    // "@alice": what the first bot and she have written to one another.
    const auto* person =
        channel.starts_with('@') ? core_.world.user_named(channel.substr(1)) : nullptr;
    const auto* found = person == nullptr ? core_.world.channel_named(channel)
                                          : &core_.world.direct_channel(
                                                core_.world.bots().front().user, person->id);
    if (found == nullptr) {
        return no_such("channel", channel);
    }
    Json out = Json::array();
    for (const auto& message : found->messages) {
        out.push_back(core_.world.message_json(message, 0));
    }
    return out;
}

Json DiscordSim::sessions() {
    auto json = core_.hub.to_json();
    json["connections"] = gateway_.live();
    json["rest"] = rest_.counts();
    return json;
}

Json DiscordSim::counts() {
    const auto& now = core_.hub.counts();
    return {{"reconnects", now.connects},
            {"resumes", now.resumes},
            {"identifies", now.identifies},
            {"replayed", now.replayed}};
}

bool DiscordSim::handle(const HttpRequest& request, const Json& body,
                        const HttpResponder& respond) {
    if (request.method == "GET" && request.path == "/_sim/interaction") {
        interaction(request, respond);
        return true;
    }
    if (request.method == "POST" && request.path == "/_sim/interact") {
        gestures_.perform(body, respond);
        return true;
    }
    return false;
}

void DiscordSim::interaction(const HttpRequest& request, const HttpResponder& respond) {
    const auto* found = interactions_.find(request.query_value("token"));
    if (found == nullptr) {
        return respond(json_reply({{"error", "no such interaction"}}, 404));
    }
    static constexpr std::array kStates = {"open", "deferred", "answered"};
    Json out = {{"state", kStates.at(static_cast<std::size_t>(found->state))},
                {"callback", found->callback},
                {"response", id_text(found->response)}};
    gestures_.describe(found->token, out);
    respond(json_reply(out));
}

void DiscordSim::describe_guilds(Json& guilds) {
    for (const auto& [id, guild] : core_.world.guilds()) {
        Json channels = Json::array();
        for (const Id channel : guild.channels) {
            channels.push_back(
                {{"id", id_text(channel)}, {"name", core_.world.channel(channel)->name}});
        }
        Json members = Json::array();
        for (const auto& [user, member] : guild.members) {
            members.push_back({{"id", id_text(user)},
                               {"name", core_.world.user(user)->username},
                               {"status", member.status}});
        }
        guilds.push_back({{"id", id_text(id)},
                          {"name", guild.name},
                          {"channels", std::move(channels)},
                          {"members", std::move(members)}});
    }
}

Json DiscordSim::state() {
    Json guilds = Json::array();
    describe_guilds(guilds);
    Json bots = Json::array();
    for (const auto& bot : core_.world.bots()) {
        bots.push_back({{"id", id_text(bot.user)}, {"name", core_.world.user(bot.user)->username}});
    }
    return {{"resume_url", core_.addresses.resume_url},
            {"identify_budget", gateway_.session_start_limit(core_.world.bots().front().user)},
            {"acts", act_names()},
            {"faults", fault_names()},
            {"bots", std::move(bots)},
            {"guilds", std::move(guilds)}};
}

std::span<const ChaosFault> DiscordSim::chaos_faults() {
    static const std::vector<ChaosFault> faults = {
        // The connection ends, the session lives.
        {"reconnect", Harm::harmless, Json::object()},
        {"reset", Harm::harmless, Json::object()},
        {"close", Harm::harmless, {{"code", 4000}}},
        {"close", Harm::harmless, {{"code", 4008}}},
        {"close", Harm::harmless, {{"code", 1001}}},
        {"invalid_session", Harm::harmless, {{"resumable", true}}},
        {"malformed", Harm::harmless, Json::object()},
        {"corrupt", Harm::harmless, {{"count", 1}}},
        {"freeze", Harm::harmless, Json::object(), Millis{3'000}},
        {"drop_acks", Harm::harmless, Json::object(), Millis{4'000}},
        {"mute", Harm::harmless, Json::object(), Millis{2'000}},
        {"close_after_ready", Harm::harmless, {{"count", 1}}},
        {"refuse_upgrade", Harm::harmless, {{"count", 2}, {"status", 502}}},
        {"reconnect_hello", Harm::harmless, {{"count", 1}}},
        // The connection stays.
        {"heartbeat_request", Harm::harmless, Json::object()},
        {"delay_events", Harm::harmless, {{"count", 1}, {"ms", 1'500}}},
        {"delay_hello", Harm::harmless, {{"ms", 500}}, Millis{2'000}},
        {"duplicate", Harm::harmless, {{"count", 5}}},
        {"unknown_event", Harm::harmless, Json::object()},
        {"unknown_opcode", Harm::harmless, Json::object()},
        {"gap", Harm::harmless, Json::object()},
        {"flood", Harm::harmless, {{"count", 2'000}}},
        {"bad_resume_host", Harm::harmless, Json::object(), Millis{5'000}},
        {"refuse_resume_host", Harm::harmless, Json::object(), Millis{3'000}},
        // The session ends: what happens until the next one is lost, and has to be told.
        {"invalid_session", Harm::ends_sessions, {{"resumable", false}}},
        {"close", Harm::ends_sessions, {{"code", 4009}}},
        {"close", Harm::ends_sessions, {{"code", 4007}}},
        {"expire_sessions", Harm::ends_sessions, Json::object()},
        {"refuse_resume", Harm::ends_sessions, {{"count", 1}}},
        // REST.
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "user"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "hidden"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 1}, {"class", "global"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "shared"}, {"retry_after", 0.3}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 500}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 502}, {"html", true}}},
        {"rest_slow", Harm::rest, {{"count", 3}, {"ms", 700}}},
        {"rest_cut", Harm::rest, {{"count", 1}}},
        {"rest_no_headers", Harm::rest, {{"count", 3}}},
        {"rest_clock", Harm::rest, {{"ms", 3'600'000}}, Millis{3'000}},
        {"rest_new_buckets", Harm::rest, Json::object(), Millis{3'000}},
    };
    return faults;
}

}  // namespace

std::unique_ptr<PlatformSim> make_discord_sim(Shared& shared) {
    return std::make_unique<DiscordSim>(shared);
}

}  // namespace rookery::sim::discord
