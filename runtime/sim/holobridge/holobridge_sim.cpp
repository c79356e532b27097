#include "sim/holobridge/holobridge_sim.hpp"

#include "sim/community/platform.hpp"
#include "sim/holobridge/events.hpp"
#include "sim/holobridge/rest.hpp"

#include <algorithm>

namespace rookery::sim::holobridge {
namespace {

Core::Options options_of(const Shared& shared) {
    Core::Options options;
    options.tokens = shared.tokens("holobridge");
    options.servers = shared.options.guilds;
    options.members = shared.options.members;
    options.ping_interval = std::min(options.ping_interval, shared.options.heartbeat_interval);
    options.ping_timeout = std::min(options.ping_timeout, shared.options.heartbeat_interval);
    options.rate_limits = shared.options.rate_limits;
    return options;
}

class HolobridgeSim final : public community::Platform {
  public:
    explicit HolobridgeSim(Shared& shared)
        : Platform(shared, false),
          core_(shared.io, shared.clock, recorder_, options_of(shared)),
          events_(core_),
          rest_(core_) {
        core_.world.on_happening(
            [this](const community::Happening& what) { events_.happened(what); });
        watch(core_.world, core_.faults, core_.counts);
    }

    Result<Addresses> start() override {
        const auto host =
            shared_.listen(shared_.port_for("holobridge", shared_.options.api_port),
                           [this](boost::asio::ip::tcp::socket socket) {
                               serve_http(std::move(socket), shared_.tls, handler_, &upgrades_);
                           });
        if (!host) {
            return host.error();
        }
        Addresses addresses;
        addresses.api_url = shared_.url("http", *host);  // routes begin with /api
        addresses.gateway_url = shared_.url("http", *host);
        addresses.token = core_.options.tokens.front();
        return addresses;
    }

    void lift_limits(bool lifted) override {
        Platform::lift_limits(lifted);
        rest_.lift(lifted);
    }

    Result<Json> dispatch(const Json& what) override {
        const auto given = what.value("d", Json::object());
        const auto guild = given.is_object() ? given.value("guildId", Json()) : Json();
        const auto fallback = core_.world.servers().front().id;
        events_.emit(what.at("t").get<std::string>(),
                     guild.is_string() ? guild.get<std::string>() : fallback, given);
        return Json{{"sessions", events_.server().live()}};
    }

    Json sessions() override {
        auto json = counts();
        json["connections"] = events_.server().live();
        Json clients = Json::array();
        events_.server().each([&](socketio::Client& client) {
            clients.push_back({{"connection", client.number()}, {"data", client.data}});
        });
        json["clients"] = std::move(clients);
        return json;
    }

  protected:
    Result<unsigned> inject(const std::string& kind, const Json& with) override {
        if (kind == "scopes") {
            core_.scopes = with.value("granted", std::set<std::string>{});
            core_.scopes_enforced = with.value("on", true);
            return static_cast<unsigned>(events_.server().live());
        }
        const Json usual = {{"event", "messageCreate"}, {"guildId", nullptr}, {"data", {}}};
        return events_.server().inject("/", kind, with, "discord", usual);
    }
    std::vector<std::string> inject_names() const override {
        auto names = socketio::Server::fault_names();
        names.emplace_back("scopes");
        return names;
    }
    Json show(const community::Message& message) override { return message_json(core_, message); }
    void revoke(const std::string& token, bool revoked) override {
        for (const auto& candidate : core_.options.tokens) {
            if (!token.empty() && token != candidate) {
                continue;
            }
            if (revoked) {
                core_.revoked[candidate] = true;
                // A key changes with a restart alone: every connection ends.
                events_.server().each(
                    [](socketio::Client& client) { client.session().close("key revoked", 1001); });
            } else {
                core_.revoked.erase(candidate);
            }
        }
    }

  private:
    void answer(const HttpRequest& request, const HttpResponder& respond) {
        if (events_.server().engine().covers(request.path)) {
            return events_.server().engine().handle(request, respond);
        }
        auto reply = rest_.answer(request);
        recorder_.note("rest", 0, request.method + " " + request.path, reply.status);
        respond(std::move(reply));
    }

    Core core_;
    Events events_;
    Rest rest_;
    HttpHandler handler_ = [this](HttpRequest request, HttpResponder respond) {
        answer(request, respond);
    };
    UpgradeHandler upgrades_ = [this](const HttpRequest& request) {
        auto& engine = events_.server().engine();
        return engine.covers(request.path) ? engine.take(request) : WsTaker{};
    };
};

}  // namespace

std::unique_ptr<PlatformSim> make_holobridge(Shared& shared) {
    return std::make_unique<HolobridgeSim>(shared);
}

}  // namespace rookery::sim::holobridge
