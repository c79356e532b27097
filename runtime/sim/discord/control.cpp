#include "sim/discord/control.hpp"

#include "sim/discord/acts.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr Millis kMostPatience{10 * 60 * 1'000};

void fail(const HttpResponder& respond, unsigned status, const std::string& text) {
    respond(json_reply({{"error", text}}, status));
}

Millis patience(const Json& body, const char* key, Millis fallback) {
    return std::clamp(Millis(body.value(key, fallback.count())), Millis{0}, kMostPatience);
}

}  // namespace

/// Somebody said something and waits for what the bot will say.
struct Control::Question {
    Question(Core& core, const HttpResponder& answer) : respond(answer), timer(core.io) {}

    Id channel = 0;
    Id message = 0;
    SteadyTime asked{};
    HttpResponder respond;
    boost::asio::steady_timer timer;
};

Control::Control(Core& core, Actions& actions, Interactions& interactions, Gateway& gateway,
                 Rest& rest, LoadRuns& runs)
    : core_(core),
      actions_(actions),
      interactions_(interactions),
      gateway_(gateway),
      rest_(rest),
      runs_(runs),
      gestures_(core, interactions),
      chaos_(core, gateway) {
    actions_.on_message([this](const Message& message) { heard(message); });
}

std::span<const Control::Endpoint> Control::endpoints() {
    static constexpr std::array kEndpoints = {
        Endpoint{"POST", "/_sim/say", &Control::say},
        Endpoint{"POST", "/_sim/load", &Control::load},
        Endpoint{"GET", "/_sim/load", &Control::progress},
        Endpoint{"GET", "/_sim/verdict", &Control::verdict},
        Endpoint{"POST", "/_sim/act", &Control::act},
        Endpoint{"POST", "/_sim/dispatch", &Control::dispatch},
        Endpoint{"POST", "/_sim/fault", &Control::fault},
        Endpoint{"GET", "/_sim/chaos", &Control::chaos},
        Endpoint{"GET", "/_sim/log", &Control::log},
        Endpoint{"GET", "/_sim/violations", &Control::violations},
        Endpoint{"GET", "/_sim/sessions", &Control::sessions},
        Endpoint{"GET", "/_sim/messages", &Control::messages},
        Endpoint{"GET", "/_sim/interaction", &Control::interaction},
        Endpoint{"POST", "/_sim/interact", &Control::interact},
        Endpoint{"POST", "/_sim/reset", &Control::reset},
        Endpoint{"GET", "/_sim/state", &Control::state},
    };
    return kEndpoints;
}

void Control::handle(const HttpRequest& request, const HttpResponder& respond) {
    const auto all = endpoints();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Endpoint& endpoint) {
        return endpoint.method == request.method && endpoint.path == request.path;
    });
    if (found == all.end()) {
        return fail(respond, 404, "no such endpoint: " + request.method + " " + request.path);
    }
    const auto body =
        request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    if (!body.is_object()) {
        return fail(respond, 400, "the body is not a JSON object");
    }
    try {
        (this->*found->handler)(request, body, respond);
    } catch (const Json::exception& error) {
        fail(respond, 400, error.what());
    }
}

void Control::say(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    auto* guild = body.contains("guild") ? core_.world.guild_named(body["guild"].get<std::string>())
                                         : nullptr;
    auto* channel = core_.world.channel_named(body.at("channel").get<std::string>(),
                                              guild == nullptr ? 0 : guild->id);
    auto* user = core_.world.user_named(body.value("user", std::string("alice")));
    if (channel == nullptr || user == nullptr) {
        return fail(respond, 404,
                    channel == nullptr ? "no channel '" + body["channel"].get<std::string>() + "'"
                                       : "no user '" + body.value("user", std::string()) + "'");
    }
    Draft draft;
    draft.channel = channel->id;
    draft.author = user->id;
    draft.content = body.at("text").get<std::string>();
    auto question = std::make_shared<Question>(core_, respond);
    question->channel = channel->id;
    question->asked = core_.clock.now();
    question->message = actions_.post(std::move(draft)).id;
    questions_.push_back(question);
    question->timer.expires_after(patience(body, "timeout_ms", Millis{5'000}));
    question->timer.async_wait([this, question](boost::system::error_code error) {
        if (!error && std::erase(questions_, question) != 0) {
            question->respond(
                json_reply({{"answered", false}, {"message", id_text(question->message)}}));
        }
    });
}

void Control::heard(const Message& message) {
    if (core_.world.bot_by_user(message.author) == nullptr) {
        return;
    }
    const auto found =
        std::find_if(questions_.begin(), questions_.end(), [&](const auto& question) {
            return question->channel == message.channel &&
                   (message.reply_to == 0 || message.reply_to == question->message);
        });
    if (found == questions_.end()) {
        return;
    }
    const auto question = *found;
    questions_.erase(found);
    question->timer.cancel();
    const std::chrono::duration<double, std::milli> took = core_.clock.now() - question->asked;
    question->respond(json_reply({{"answered", true},
                                  {"answer", message.content},
                                  {"latency_ms", took.count()},
                                  {"message", core_.world.message_json(message, 0)}}));
}

void Control::load(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    const auto run = runs_.start(body);
    if (!run) {
        return fail(respond, 400, run.error().message());
    }
    respond(json_reply(*run));
}

void Control::progress(const HttpRequest& request, const Json&, const HttpResponder& respond) {
    const auto run = runs_.progress(request.query_value("run"));
    run ? respond(json_reply(*run)) : fail(respond, 404, run.error().message());
}

void Control::verdict(const HttpRequest& request, const Json&, const HttpResponder& respond) {
    runs_.verdict(request, respond);
}

void Control::act(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    const auto made = perform(core_, actions_, interactions_, rest_, body);
    made ? respond(json_reply(*made)) : fail(respond, 404, made.error().message());
}

void Control::dispatch(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    const auto type = body.at("t").get<std::string>();
    const auto data = body.value("d", Json::object());
    if (type.empty() || !data.is_object()) {
        return fail(respond, 400, "a dispatch needs a name and an object");
    }
    Id guild = 0;
    {
        const char* key =
            type.starts_with("GUILD_") && !data.contains("guild_id") ? "id" : "guild_id";
        guild = data.contains(key) && data[key].is_string()
                    ? parse_id(data[key].get_ref<const std::string&>()).value_or(0)
                    : 0;
    }
    actions_.announce(type, guild, data);
    respond(json_reply({{"sessions", core_.hub.sessions().size()}}));
}

void Control::fault(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    const auto kind = body.at("kind").get<std::string>();
    core_.recorder.note("fault", 0, kind);
    if (kind == "chaos") {
        const auto begun = chaos_.start(body);
        return begun ? respond(json_reply(*begun)) : fail(respond, 400, begun.error().message());
    }
    if (kind == "expire_sessions") {
        core_.hub.expire_all();
        return respond(json_reply({{"set", kind}}));
    }
    if (kind == "intents") {
        core_.options.privileged_intents = body.at("granted").get<std::uint64_t>();
        return respond(json_reply({{"set", kind}}));
    }
    if (set_fault(core_.faults, kind, body)) {
        gateway_.wake_all();
        return respond(json_reply({{"set", kind}}));
    }
    if (kind == "revoke_token" || kind == "restore_token") {
        for (auto& bot : core_.world.bots()) {
            if (!body.contains("token") || body["token"] == bot.token) {
                bot.revoked = kind == "revoke_token";
                if (bot.revoked) {
                    gateway_.drop_bot(bot.user);
                }
            }
        }
        return respond(json_reply({{"set", kind}}));
    }
    const auto hit = gateway_.inject(kind, body);
    hit ? respond(json_reply({{"connections", *hit}})) : fail(respond, 404, hit.error().message());
}

void Control::chaos(const HttpRequest&, const Json&, const HttpResponder& respond) {
    respond(json_reply(chaos_.progress()));
}

void Control::log(const HttpRequest& request, const Json&, const HttpResponder& respond) {
    const auto limit = parse_id(request.query_value("limit", "200")).value_or(200);
    respond(json_reply(core_.recorder.log(request.query_value("kind"), limit)));
}

void Control::violations(const HttpRequest&, const Json&, const HttpResponder& respond) {
    respond(json_reply(core_.recorder.violations()));
}

void Control::sessions(const HttpRequest&, const Json&, const HttpResponder& respond) {
    auto json = core_.hub.to_json();
    json["connections"] = gateway_.live();
    json["rest"] = rest_.counts();
    respond(json_reply(json));
}

void Control::messages(const HttpRequest& request, const Json&, const HttpResponder& respond) {
    auto* channel = core_.world.channel_named(request.query_value("channel", "general"));
    if (channel == nullptr) {
        return fail(respond, 404, "no channel '" + request.query_value("channel") + "'");
    }
    Json out = Json::array();
    for (const auto& message : channel->messages) {
        out.push_back(core_.world.message_json(message, 0));
    }
    respond(json_reply(out));
}

void Control::interaction(const HttpRequest& request, const Json&, const HttpResponder& respond) {
    const auto* found = interactions_.find(request.query_value("token"));
    if (found == nullptr) {
        return fail(respond, 404, "no such interaction");
    }
    static constexpr std::array kStates = {"open", "deferred", "answered"};
    respond(json_reply({{"state", kStates.at(static_cast<std::size_t>(found->state))},
                        {"callback", found->callback},
                        {"response", id_text(found->response)}}));
}

void Control::interact(const HttpRequest&, const Json& body, const HttpResponder& respond) {
    gestures_.perform(body, respond);
}

void Control::reset(const HttpRequest&, const Json&, const HttpResponder& respond) {
    core_.faults = Faults{};
    core_.recorder.clear();
    respond(json_reply({{"reset", true}}));
}

void Control::state(const HttpRequest&, const Json&, const HttpResponder& respond) {
    Json guilds = Json::array();
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
    Json bots = Json::array();
    for (const auto& bot : core_.world.bots()) {
        bots.push_back({{"id", id_text(bot.user)}, {"name", core_.world.user(bot.user)->username}});
    }
    respond(json_reply(
        {{"api_url", core_.addresses.api_url},
         {"gateway_url", core_.addresses.gateway_url},
         {"resume_url", core_.addresses.resume_url},
         {"identify_budget", gateway_.session_start_limit(core_.world.bots().front().user)},
         {"acts", act_names()},
         {"faults", fault_names()},
         {"bots", std::move(bots)},
         {"guilds", std::move(guilds)}}));
}

}  // namespace rookery::sim::discord
