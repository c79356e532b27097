#include "sim/whatsapp/whatsapp_sim.hpp"

#include "sim/community/platform.hpp"
#include "sim/whatsapp/events.hpp"
#include "sim/whatsapp/rest.hpp"

#include <algorithm>

namespace rookery::sim::whatsapp {
namespace {

constexpr unsigned kMostBatch = 10'000;

Core::Options options_of(const Shared& shared) {
    Core::Options options;
    options.tokens = shared.tokens("whatsapp");
    options.servers = shared.options.guilds;
    options.members = shared.options.members;
    options.ping_interval = std::min(options.ping_interval, shared.options.heartbeat_interval);
    options.ping_timeout = std::min(options.ping_timeout, shared.options.heartbeat_interval);
    return options;
}

class WhatsappSim final : public community::Platform {
  public:
    explicit WhatsappSim(Shared& shared)
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
            shared_.listen(shared_.port_for("whatsapp", shared_.options.api_port),
                           [this](boost::asio::ip::tcp::socket socket) {
                               serve_http(std::move(socket), shared_.tls, handler_, &upgrades_);
                           });
        if (!host) {
            return host.error();
        }
        Addresses addresses;
        addresses.api_url = shared_.url("http", *host) + "/api";
        addresses.gateway_url = shared_.url("http", *host);
        addresses.token = core_.options.tokens.front();
        return addresses;
    }

    /// Beside what all platforms know: "call", "media" {kind, caption}, "poll" {name, options}.
    Result<Json> act(const Json& what) override {
        const auto name = what.at("do").get<std::string>();
        if (name == "call") {
            return call(what);
        }
        if (name == "media" || name == "poll") {
            return special(what, name == "poll");
        }
        return Platform::act(what);
    }

    Result<Json> dispatch(const Json& what) override {
        events_.emit(what.at("t").get<std::string>(), what.value("d", Json::object()));
        return Json{{"sessions", events_.server().live()}};
    }

    Json sessions() override {
        auto json = counts();
        json["connections"] = events_.server().live();
        json["state"] = core_.connection;
        Json clients = Json::array();
        events_.server().each([&](socketio::Client& client) {
            clients.push_back({{"connection", client.number()}, {"data", client.data}});
        });
        json["clients"] = std::move(clients);
        return json;
    }

    Json state() override {
        auto json = Platform::state();
        for (const auto* name : {"call", "media", "poll"}) {
            json["acts"].push_back(name);
        }
        return json;
    }

  protected:
    Result<unsigned> inject(const std::string& kind, const Json& with) override {
        if (kind == "session") {
            const auto to = with.value("to", std::string("restart"));
            if (!events_.session_story(to)) {
                return Error(ErrorKind::invalid, "no story of a session is called '" + to + "'");
            }
        } else if (kind == "baileys") {
            core_.baileys = with.value("version", 7U);
        } else if (kind == "hidden_ids") {
            core_.hidden_ids = with.value("on", true);
        } else if (kind == "long_numbers") {
            core_.long_numbers = with.value("on", true);
        } else if (kind == "creds") {
            creds(std::clamp(with.value("attachments", 1U), 1U, 10U));
        } else if (kind == "batch") {
            batch(std::min(with.value("count", 300U), kMostBatch));
        } else if (kind == "lone_surrogate") {
            lone_surrogate();
        } else if (kind == "send_everything") {
            events_.server().each(
                [&](socketio::Client& client) { client.data["all"] = with.value("on", true); });
        } else {
            return events_.server().inject(kNamespace, kind, with, "messages.upsert",
                                           {{"messages", Json::array()}, {"type", "notify"}});
        }
        return static_cast<unsigned>(events_.server().live());
    }
    std::vector<std::string> inject_names() const override {
        auto names = socketio::Server::fault_names();
        names.insert(names.end(), {"session", "baileys", "hidden_ids", "long_numbers", "creds",
                                   "batch", "lone_surrogate", "send_everything"});
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
                events_.server().each([](socketio::Client& client) { client.kick(kNamespace); });
            } else {
                core_.revoked.erase(candidate);
            }
        }
    }

  private:
    Result<Json> call(const Json& what) {
        const auto* who = world().person(what.value("user", std::string("alice")));
        if (who == nullptr) {
            return Error(ErrorKind::not_found, "no such user");
        }
        const auto id = world().new_id(community::IdOf::message);
        for (const auto* phase : {"offer", "ringing", "timeout"}) {
            events_.emit("call", Json::array({{{"chatId", who->id},
                                               {"from", shown_jid(core_, who->id)},
                                               {"callerPn", who->id},
                                               {"isGroup", false},
                                               {"id", id},
                                               {"date", "2026-01-01T00:00:00.000Z"},
                                               {"isVideo", false},
                                               {"status", phase},
                                               {"offline", false}}}));
        }
        return Json{{"id", id}};
    }

    Result<Json> special(const Json& what, bool poll) {
        auto* channel = world().channel(what.value("channel", std::string("general")));
        const auto* who = world().person(what.value("user", std::string("alice")));
        if (channel == nullptr || who == nullptr) {
            return Error(ErrorKind::not_found,
                         channel == nullptr ? "no such channel" : "no such user");
        }
        community::Draft draft;
        draft.channel = channel->id;
        draft.author = who->id;
        draft.text = what.value(poll ? "name" : "caption", std::string());
        if (poll) {
            Json options = Json::array();
            for (const auto& option : what.value("options", Json::array({"yes", "no"}))) {
                options.push_back({{"optionName", option}});
            }
            draft.content = {{"pollCreationMessageV3",
                              {{"name", draft.text},
                               {"options", std::move(options)},
                               {"selectableOptionsCount", 1}}}};
        } else {
            draft.content = {{what.value("kind", std::string("image")) + "Message",
                              {{"url", "https://mmg.whatsapp.net/v/t62.7118-24/simulated.enc"},
                               {"mimetype", what.value("mimetype", std::string("image/jpeg"))},
                               {"caption", draft.text},
                               {"fileLength", "48213"},
                               {"height", 720},
                               {"width", 1280},
                               {"mediaKey", "c2ltdWxhdGVkIGtleQ=="}}}};
        }
        return Json{{"id", world().post(std::move(draft)).id}, {"channel", channel->id}};
    }

    void creds(unsigned attachments) {
        Json update = {{"me", {{"id", core_.me().id}, {"name", core_.me().display}}}};
        static constexpr std::array kKeys = {"routingInfo", "noiseKey", "signedIdentityKey"};
        for (unsigned i = 0; i < attachments; ++i) {
            const auto key =
                i < kKeys.size() ? std::string(kKeys.at(i)) : "key" + std::to_string(i);
            update[key] = {{"_placeholder", true}, {"num", i}};
        }
        events_.emit("creds.update", update,
                     std::vector<std::string>(attachments, std::string("\x00\x01\xfe\xff", 4)));
    }

    void batch(unsigned count) {
        auto* channel = world().channel("general");
        const auto& writer = *world().person("bob");
        Json messages = Json::array();
        for (unsigned i = 1; i <= count; ++i) {
            messages.push_back(technical_json(core_, channel->id, writer.id,
                                              {{"conversation", "batch " + std::to_string(i)}}));
        }
        events_.emit("messages.upsert", {{"messages", std::move(messages)}, {"type", "append"}});
    }

    void lone_surrogate() {
        auto* channel = world().channel("general");
        auto message = technical_json(core_, channel->id, world().person("bob")->id,
                                      {{"conversation", "a name that is no text"}});
        message["pushName"] = "SURROGATE";
        auto text = Json{{"messages", Json::array({message})}, {"type", "notify"}}.dump();
        const auto at = text.find("SURROGATE");
        text.replace(at, std::string_view("SURROGATE").size(), R"(Bob \ud83d)");
        events_.emit_text("messages.upsert", text);
    }

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

std::unique_ptr<PlatformSim> make_whatsapp(Shared& shared) {
    return std::make_unique<WhatsappSim>(shared);
}

}  // namespace rookery::sim::whatsapp
