#include "sim/control.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>

namespace rookery::sim {
namespace {

constexpr Millis kMostPatience{10 * 60 * 1'000};

void fail(const HttpResponder& respond, unsigned status, const std::string& text) {
    respond(json_reply({{"error", text}}, status));
}

void answer(const HttpResponder& respond, const Result<Json>& result) {
    if (result) {
        return respond(json_reply(*result));
    }
    fail(respond, result.error().kind() == ErrorKind::not_found ? 404 : 400,
         result.error().message());
}

}  // namespace

/// Somebody said something and waits for what the bot will say.
struct Control::Question {
    Question(Shared& shared, const HttpResponder& answer)
        : asked(shared.clock.now()), respond(answer), timer(shared.io) {}

    std::string platform;
    std::string channel;
    std::string message;
    SteadyTime asked;
    HttpResponder respond;
    boost::asio::steady_timer timer;
};

Control::Control(Shared& shared, Stages& stages) : shared_(shared), stages_(stages), runs_(shared) {
    for (auto& stage : stages_) {
        stage.sim->on_bot_message = [this, name = stage.name](const BotMessage& message) {
            heard(name, message);
        };
    }
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
        Endpoint{"POST", "/_sim/reset", &Control::reset},
        Endpoint{"GET", "/_sim/state", &Control::state},
    };
    return kEndpoints;
}

Stage* Control::named(std::string_view name) {
    const auto found = std::find_if(stages_.begin(), stages_.end(),
                                    [&](const Stage& stage) { return stage.name == name; });
    return found == stages_.end() ? nullptr : &*found;
}

Stage* Control::choose(const std::string& wanted, std::string& channel, std::string& error) {
    const auto colon = channel.find(':');
    auto* before =
        colon == std::string::npos ? nullptr : named(std::string_view(channel).substr(0, colon));
    if (before != nullptr) {
        channel.erase(0, colon + 1);
    }
    if (wanted.empty()) {
        return before != nullptr ? before : &stages_.front();
    }
    auto* found = named(wanted);
    if (found == nullptr) {
        error = "the simulator does not play '" + wanted + "'";
    } else if (before != nullptr && before != found) {
        error = "the channel is of " + before->name + ", not of " + wanted;
        return nullptr;
    }
    return found;
}

void Control::handle(const HttpRequest& request, const HttpResponder& respond) {
    auto body = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    if (!body.is_object()) {
        return fail(respond, 400, "the body is not a JSON object");
    }
    try {
        auto channel = body.contains("channel") && body["channel"].is_string()
                           ? body["channel"].get<std::string>()
                           : request.query_value("channel");
        std::string error;
        auto* stage =
            choose(body.value("platform", request.query_value("platform")), channel, error);
        if (stage == nullptr) {
            return fail(respond, 404, error);
        }
        if (body.contains("channel")) {
            body["channel"] = channel;
        }
        const auto all = endpoints();
        const auto found = std::find_if(all.begin(), all.end(), [&](const Endpoint& endpoint) {
            return endpoint.method == request.method && endpoint.path == request.path;
        });
        if (found != all.end()) {
            return (this->*found->handler)({*stage, request, body, respond, channel});
        }
        if (!stage->sim->handle(request, body, respond)) {
            fail(respond, 404, "no such endpoint: " + request.method + " " + request.path);
        }
    } catch (const Json::exception& error) {
        fail(respond, 400, error.what());
    }
}

void Control::say(const Ask& ask) {
    auto question = std::make_shared<Question>(shared_, ask.respond);
    const auto said = ask.stage.sim->say(ask.body);
    if (!said) {
        return answer(ask.respond, said);
    }
    question->platform = ask.stage.name;
    question->channel = said->at("channel").get<std::string>();
    question->message = said->at("id").get<std::string>();
    questions_.push_back(question);
    question->timer.expires_after(std::clamp(
        Millis(ask.body.value("timeout_ms", std::int64_t{5'000})), Millis{0}, kMostPatience));
    question->timer.async_wait([this, question](boost::system::error_code error) {
        if (!error && std::erase(questions_, question) != 0) {
            question->respond(json_reply({{"answered", false}, {"message", question->message}}));
        }
    });
}

void Control::heard(const std::string& platform, const BotMessage& message) {
    runs_.heard(platform, message);
    if (message.suppressed) {
        return;
    }
    const auto found =
        std::find_if(questions_.begin(), questions_.end(), [&](const auto& question) {
            return question->platform == platform && question->channel == message.channel &&
                   (message.reply_to.empty() || message.reply_to == question->message);
        });
    if (found == questions_.end()) {
        return;
    }
    const auto question = *found;
    questions_.erase(found);
    question->timer.cancel();
    const std::chrono::duration<double, std::milli> took = shared_.clock.now() - question->asked;
    question->respond(json_reply({{"answered", true},
                                  {"answer", message.content},
                                  {"latency_ms", took.count()},
                                  {"message", message.show()}}));
}

void Control::load(const Ask& ask) {
    answer(ask.respond, runs_.start(ask.stage.name, *ask.stage.sim, ask.body));
}

void Control::progress(const Ask& ask) {
    answer(ask.respond, runs_.progress(ask.request.query_value("run")));
}

void Control::verdict(const Ask& ask) { runs_.verdict(ask.request, ask.respond); }

void Control::act(const Ask& ask) { answer(ask.respond, ask.stage.sim->act(ask.body)); }

void Control::dispatch(const Ask& ask) { answer(ask.respond, ask.stage.sim->dispatch(ask.body)); }

void Control::fault(const Ask& ask) {
    const auto kind = ask.body.at("kind").get<std::string>();
    ask.stage.sim->recorder().note("fault", 0, kind);
    if (kind == "clear") {
        ask.stage.sim->end_faults();
        return ask.respond(json_reply({{"set", kind}}));
    }
    answer(ask.respond,
           kind == "chaos" ? ask.stage.chaos.start(ask.body) : ask.stage.sim->fault(ask.body));
}

void Control::chaos(const Ask& ask) { ask.respond(json_reply(ask.stage.chaos.progress())); }

void Control::log(const Ask& ask) {
    ask.respond(json_reply(ask.stage.sim->recorder().log(
        ask.request.query_value("kind"),
        static_cast<std::size_t>(ask.request.query_number("limit", 200)))));
}

void Control::violations(const Ask& ask) {
    ask.respond(json_reply(ask.stage.sim->recorder().violations()));
}

void Control::sessions(const Ask& ask) { ask.respond(json_reply(ask.stage.sim->sessions())); }

void Control::messages(const Ask& ask) {
    answer(ask.respond, ask.stage.sim->messages(ask.channel.empty() ? "general" : ask.channel));
}

void Control::reset(const Ask& ask) {
    ask.stage.sim->end_faults();
    ask.stage.sim->recorder().clear();
    ask.respond(json_reply({{"reset", true}}));
}

void Control::state(const Ask& ask) {
    auto state = ask.stage.sim->state();
    state["platform"] = ask.stage.name;
    state["api_url"] = ask.stage.addresses.api_url;
    state["gateway_url"] = ask.stage.addresses.gateway_url;
    state["platforms"] = Json::array();
    for (const auto& stage : stages_) {
        state["platforms"].push_back(stage.name);
    }
    ask.respond(json_reply(state));
}

}  // namespace rookery::sim
