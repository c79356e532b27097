#include "sim/guilded/guilded_sim.hpp"

#include "sim/community/platform.hpp"
#include "sim/community/wire_faults.hpp"
#include "sim/guilded/bot_events.hpp"
#include "sim/guilded/bot_rest.hpp"
#include "sim/guilded/user_rest.hpp"

#include <algorithm>

namespace rookery::sim::guilded {
namespace {

constexpr std::string_view kBotApi = "/api/v1";
constexpr std::string_view kBotSocket = "/websocket/v1";
constexpr std::string_view kUserApi = "/api";

Core::Options options_of(const Shared& shared) {
    Core::Options options;
    options.tokens = shared.tokens("guilded");
    options.servers = shared.options.guilds;
    options.members = shared.options.members;
    // The platform's own interval, unless a test wants its hearts to beat faster.
    options.heartbeat_interval =
        std::min(options.heartbeat_interval, shared.options.heartbeat_interval);
    options.replay_events = std::min(options.replay_events, shared.options.replay_events);
    return options;
}

class GuildedSim final : public community::Platform {
  public:
    explicit GuildedSim(Shared& shared)
        : Platform(shared, true),
          core_(shared.io, shared.clock, recorder_, options_of(shared)),
          gateway_(core_),
          rest_(core_,
                [this](const std::string& event, const Json& data) { gateway_.emit(event, data); }),
          clients_(core_),
          client_rest_(core_, clients_) {
        core_.world.on_happening([this](const community::Happening& what) {
            tell_bots(core_, gateway_, what);
            clients_.happened(what);
        });
        watch(core_.world, core_.faults, core_.counts);
    }

    Result<Addresses> start() override {
        const auto host =
            shared_.listen(shared_.port_for("guilded", shared_.options.api_port),
                           [this](boost::asio::ip::tcp::socket socket) {
                               serve_http(std::move(socket), shared_.tls, handler_, &upgrades_);
                           });
        if (!host) {
            return host.error();
        }
        Addresses addresses;
        addresses.api_url = shared_.url("http", *host) + std::string(kBotApi);
        addresses.gateway_url = shared_.url("ws", *host) + std::string(kBotSocket);
        addresses.token = core_.options.tokens.front();
        addresses.more = {{"user_api_url", shared_.url("http", *host) + std::string(kUserApi)},
                          {"user_gateway_url", shared_.url("http", *host)},
                          {"user_session", client_id_of(addresses.token)}};
        return addresses;
    }

    /// {t, d} to the bots; with {team} to the clients of people, "" for the account's socket.
    Result<Json> dispatch(const Json& what) override {
        const auto name = what.at("t").get<std::string>();
        const auto data = what.value("d", Json::object());
        if (what.contains("team")) {
            clients_.emit(name, what["team"].get<std::string>(), data);
        } else {
            gateway_.emit(name, data);
        }
        return Json{{"sessions", gateway_.live() + clients_.server().live()}};
    }

    Json sessions() override {
        auto json = counts();
        json["connections"] = gateway_.live();
        json["sockets"] = clients_.server().live();
        return json;
    }

  protected:
    Result<unsigned> inject(const std::string& kind, const Json& with) override {
        const bool on = with.value("on", true);
        if (kind == "seed_names" || kind == "cookie_only" || kind == "query_only") {
            clients_.seed_names = kind == "seed_names" ? on : clients_.seed_names;
            clients_.cookie_only = kind == "cookie_only" ? on : clients_.cookie_only;
            clients_.query_only = kind == "query_only" ? on : clients_.query_only;
            return 0U;
        }
        const auto known = inject_names();
        if (std::find(known.begin(), known.end(), kind) == known.end()) {
            return Error(ErrorKind::not_found, "no fault is called '" + kind + "'");
        }
        const auto bots = gateway_.inject(kind, with);
        const auto people = clients_.server().inject("/", kind, with, "ChatMessageCreated",
                                                     {{"message", {{"id", uuid_of(1, 0xbad)}}}});
        return bots.value_or(0U) + people.value_or(0U);  // a kind that only one side has
    }
    std::vector<std::string> inject_names() const override {
        auto names = socketio::Server::fault_names();
        names.insert(names.end(), {"unknown_opcode", "invalid_cursor", "internal_error",
                                   "seed_names", "cookie_only", "query_only"});
        return names;
    }
    Json show(const community::Message& message) override { return message_json(core_, message); }
    std::string emoji(const std::string& given) override {
        auto id = emote_id(given);
        if (id != given) {
            core_.emotes[id] = given;
        }
        return id;
    }
    void revoke(const std::string& token, bool revoked) override {
        for (std::size_t i = 0; i < core_.options.tokens.size(); ++i) {
            const auto& candidate = core_.options.tokens[i];
            if (!token.empty() && token != candidate) {
                continue;
            }
            if (revoked) {
                core_.revoked[candidate] = true;
                gateway_.drop(core_.world.bot(i).id);
                clients_.server().each([&](socketio::Client& client) {
                    if (account_of(core_, client.session().handshake()) == nullptr) {
                        client.session().close("token revoked", 1008);
                    }
                });
            } else {
                core_.revoked.erase(candidate);
            }
        }
    }

  private:
    void answer(const HttpRequest& request, const HttpResponder& respond) {
        const std::string_view path = request.path;
        auto& engine = clients_.server().engine();
        if (engine.covers(path)) {
            return engine.handle(request, respond);
        }
        HttpReply reply;
        if (path == kBotSocket) {
            reply = gateway_.refusal(request);
        } else if (path.starts_with(kBotApi) && path.substr(kBotApi.size()).starts_with('/')) {
            reply = rest_.answer(request, path.substr(kBotApi.size()));
        } else if (path.starts_with(kUserApi) && path.substr(kUserApi.size()).starts_with('/')) {
            reply = client_rest_.answer(request, path.substr(kUserApi.size()));
        } else {
            recorder_.violation("guilded_unknown_route", 0, request.method + " " + request.path);
            reply = community::html_page(404);
        }
        recorder_.note("rest", 0, request.method + " " + request.path, reply.status);
        respond(std::move(reply));
    }

    Core core_;
    BotGateway gateway_;
    BotRest rest_;
    UserGateway clients_;
    UserRest client_rest_;
    HttpHandler handler_ = [this](HttpRequest request, HttpResponder respond) {
        answer(request, respond);
    };
    UpgradeHandler upgrades_ = [this](const HttpRequest& request) {
        auto& engine = clients_.server().engine();
        if (engine.covers(request.path)) {
            return engine.take(request);
        }
        return request.path == kBotSocket ? gateway_.take(request) : WsTaker{};
    };
};

}  // namespace

std::unique_ptr<PlatformSim> make_guilded(Shared& shared) {
    return std::make_unique<GuildedSim>(shared);
}

}  // namespace rookery::sim::guilded
