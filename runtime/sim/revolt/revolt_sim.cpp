#include "sim/revolt/revolt_sim.hpp"

#include "sim/chatter.hpp"
#include "sim/revolt/acts.hpp"
#include "sim/revolt/rest.hpp"

namespace rookery::sim::revolt {
namespace {

using Harm = ChaosFault::Harm;
using Socket = boost::asio::ip::tcp::socket;

class RevoltSim final : public PlatformSim {
  public:
    explicit RevoltSim(Shared& shared)
        : core_(shared),
          gateway_(core_),
          actions_(core_, gateway_),
          rest_(core_, actions_, gateway_),
          files_(core_),
          chatter_(shared, *this) {
        actions_.on_message = [this](const Json& message) { written(message); };
        rest_.state().on_suppressed = [this](const std::string& content) {
            on_bot_message({{}, {}, {}, content, [] { return Json(); }, true});
        };
    }

    Result<Addresses> start() override;
    Result<Json> say(const Json& what) override;
    Result<Json> act(const Json& what) override { return perform(actions_, files_, what); }
    Result<Json> dispatch(const Json& what) override;
    Result<Json> fault(const Json& what) override;
    std::span<const ChaosFault> chaos_faults() override;
    void end_faults() override;
    Result<Json> messages(const std::string& channel) override;
    Json sessions() override;
    Json state() override;
    Recorder& recorder() override { return core_.recorder; }
    Result<unsigned> prepare_load(unsigned guilds, unsigned channels_per_guild) override;
    void send_load(unsigned place, const std::string& text, const std::string& quoted) override;
    Json counts() override {
        return {{"reconnects", core_.connects}, {"identifies", core_.logins}};
    }
    void lift_limits(bool lifted) override { rest_.lift_limits(lifted); }
    void chatter(double lines_per_second) override { chatter_.start(lines_per_second); }

  private:
    void written(const Json& message);

    Core core_;
    Gateway gateway_;
    Actions actions_;
    Rest rest_;
    FileServer files_;
    Chatter chatter_;
    std::vector<std::string> places_;   // of the load: channels,
    std::vector<std::string> writers_;  // and who writes there
    HttpHandler rest_handler_ = [this](HttpRequest request, HttpResponder respond) {
        rest_.handle(request, respond);
    };
    HttpHandler file_handler_ = [this](HttpRequest request, HttpResponder respond) {
        files_.handle(request, respond);
    };
};

Result<Addresses> RevoltSim::start() {
    auto& shared = core_.shared;
    const auto api = shared.listen(
        shared.port_for("revolt", shared.options.api_port),
        [this](Socket socket) { serve_http(std::move(socket), core_.shared.tls, rest_handler_); });
    const auto events =
        shared.listen(shared.port_for("revolt", shared.options.gateway_port),
                      [this](Socket socket) { gateway_.accept(std::move(socket)); });
    const auto files = shared.listen(0, [this](Socket socket) {
        serve_http(std::move(socket), core_.shared.tls, file_handler_);
    });
    for (const auto* host : {&api, &events, &files}) {
        if (!*host) {
            return host->error();
        }
    }
    auto& addresses = core_.addresses;
    addresses.api_url = shared.url("http", *api);
    addresses.gateway_url = shared.url("ws", *events);
    addresses.more["files_url"] = shared.url("http", *files);
    addresses.token = core_.world.accounts().front().token;
    return addresses;
}

Result<Json> RevoltSim::say(const Json& what) {
    const auto name = what.at("channel").get<std::string>();
    const auto who = what.value("user", std::string("alice"));
    const auto* channel = core_.world.channel_named(name);
    const auto* user = core_.world.user_named(who);
    if (channel == nullptr || user == nullptr) {
        return Error(ErrorKind::not_found,
                     channel == nullptr ? "no channel '" + name + "'" : "no user '" + who + "'");
    }
    Draft draft;
    draft.channel = (*channel)["_id"];
    draft.author = (*user)["_id"];
    draft.content = what.at("text").get<std::string>();
    const auto id = draft.channel;
    return Json{{"channel", id}, {"id", actions_.post(std::move(draft))["_id"]}};
}

void RevoltSim::written(const Json& message) {
    const auto author = message["author"].get<std::string>();
    if (!core_.world.is_bot(author) && !message.contains("webhook")) {
        return;
    }
    const auto replies = message.value("replies", Json::array());
    const auto reply_to = replies.empty() ? std::string() : replies.front().get<std::string>();
    const auto content = message.value("content", std::string());
    on_bot_message({message["channel"].get_ref<const std::string&>(),
                    message["_id"].get_ref<const std::string&>(), reply_to, content,
                    [&] { return message; }, false});
}

Result<Json> RevoltSim::dispatch(const Json& what) {
    auto event = what.value("d", Json::object());
    event["type"] = what.at("t").get<std::string>();
    gateway_.tell_all(event);
    return Json{{"sessions", gateway_.sessions()["sessions"].size()}};
}

Result<Json> RevoltSim::fault(const Json& what) {
    const auto kind = what.at("kind").get<std::string>();
    if (kind == "revoke_token" || kind == "restore_token") {
        for (auto& account : core_.world.accounts()) {
            if (account.bot && (!what.contains("token") || what["token"] == account.token)) {
                account.revoked = kind == "revoke_token";
                if (account.revoked) {
                    gateway_.log_out(account.user);
                }
            }
        }
        return Json{{"set", kind}};
    }
    if (set_fault(core_.faults, kind, what)) {
        gateway_.wake_all();
        return Json{{"set", kind}};
    }
    const auto hit = gateway_.inject(kind, what);
    return hit ? Result<Json>(Json{{"connections", *hit}}) : Result<Json>(hit.error());
}

void RevoltSim::end_faults() {
    core_.faults = Faults{};
    (void)gateway_.inject("thaw", Json::object());
    gateway_.wake_all();
}

Result<Json> RevoltSim::messages(const std::string& channel) {
    const auto* found = core_.world.channel_named(channel);
    if (found == nullptr) {
        return Error(ErrorKind::not_found, "no channel '" + channel + "'");
    }
    Json out = Json::array();
    for (const auto& message : core_.world.messages[(*found)["_id"]]) {
        out.push_back(message);
        out.back().emplace("content", "");
    }
    return out;
}

Json RevoltSim::sessions() {
    auto json = gateway_.sessions();
    json["rest"] = rest_.counts();
    return json;
}

Json RevoltSim::state() {
    auto& world = core_.world;
    Json guilds = Json::array();
    for (const auto& [id, server] : world.servers) {
        Json channels = Json::array();
        for (const auto& channel : server["channels"]) {
            channels.push_back({{"id", channel}, {"name", world.channels[channel]["name"]}});
        }
        Json members = Json::array();
        for (const auto& [user, member] : world.members[id]) {
            members.push_back({{"id", user}, {"name", world.users[user]["username"]}});
        }
        guilds.push_back({{"id", id},
                          {"name", server["name"]},
                          {"channels", std::move(channels)},
                          {"members", std::move(members)}});
    }
    Json bots = Json::array();
    for (const auto& account : world.accounts()) {
        if (account.bot) {
            bots.push_back({{"id", account.user}, {"name", world.users[account.user]["username"]}});
        }
    }
    return {{"files_url", core_.addresses.more.at("files_url")},
            {"acts", act_names()},
            {"faults", fault_names()},
            {"bots", std::move(bots)},
            {"guilds", std::move(guilds)}};
}

Result<unsigned> RevoltSim::prepare_load(unsigned guilds, unsigned channels_per_guild) {
    auto& world = core_.world;
    while (world.servers.size() < guilds) {
        (void)actions_.create_server("Load " + std::to_string(world.servers.size()));
    }
    places_.clear();
    writers_.clear();
    for (const auto& [id, user] : world.users) {
        if (!world.is_bot(id) && world.member(world.servers.begin()->first, id) != nullptr) {
            writers_.push_back(id);
        }
    }
    for (auto& [id, server] : world.servers) {
        if (places_.size() == std::size_t{guilds} * channels_per_guild) {
            break;
        }
        for (unsigned i = 1; i <= channels_per_guild; ++i) {
            const auto name = "load-" + std::to_string(i);
            const auto* channel = world.channel_named(name, id);
            places_.push_back(channel != nullptr
                                  ? (*channel)["_id"]
                                  : actions_.create_channel(server, name, false)["_id"]);
        }
    }
    return static_cast<unsigned>(places_.size());
}

void RevoltSim::send_load(unsigned place, const std::string& text, const std::string&) {
    Draft draft;
    draft.channel = places_.at(place);
    draft.author = writers_[core_.below(writers_.size())];
    draft.content = text;
    (void)actions_.post(std::move(draft));
}

std::span<const ChaosFault> RevoltSim::chaos_faults() {
    static const std::vector<ChaosFault> faults = {
        // The connection stays: nothing may be missing.
        {"duplicate", Harm::harmless, {{"count", 5}}},
        {"delay_events", Harm::harmless, {{"count", 1}, {"ms", 1'500}}},
        {"bulk", Harm::harmless, {{"count", 5}}},
        {"unknown_event", Harm::harmless, Json::object()},
        {"unknown_channel", Harm::harmless, Json::object()},
        {"server_ping", Harm::harmless, Json::object()},
        {"error", Harm::harmless, Json::object()},
        {"mute", Harm::harmless, Json::object(), Millis{2'000}},
        // It ends, and the platform has no resume: what is missed has to be fetched.
        {"reset", Harm::ends_sessions, Json::object()},
        {"close", Harm::ends_sessions, {{"code", 1001}}},
        {"malformed", Harm::ends_sessions, Json::object()},
        {"half_frame", Harm::ends_sessions, Json::object()},
        {"close_after_ready", Harm::ends_sessions, {{"count", 1}}},
        {"refuse_upgrade", Harm::ends_sessions, {{"count", 2}}},
        {"freeze", Harm::ends_sessions, Json::object(), Millis{3'000}},
        // REST.
        {"rest_429", Harm::rest, {{"count", 2}, {"ms", 300}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 500}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 502}, {"html", true}}},
        {"rest_slow", Harm::rest, {{"count", 3}, {"ms", 700}}},
        {"rest_cut", Harm::rest, {{"count", 1}}},
        {"rest_no_headers", Harm::rest, {{"count", 3}}},
    };
    return faults;
}

}  // namespace

std::unique_ptr<PlatformSim> make_revolt_sim(Shared& shared) {
    return std::make_unique<RevoltSim>(shared);
}

}  // namespace rookery::sim::revolt
