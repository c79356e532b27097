#include "sim/discord/gestures.hpp"

#include "sim/discord/gesture_parts.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace rookery::sim::discord {
namespace {

constexpr Millis kPatience{5'000};
constexpr Millis kMostPatience{16 * 60 * 1'000};

/// What becomes visible behind a first answer that shows nothing itself is waited for.
bool shows_nothing(int type) { return type == 6 || type == 7; }

}  // namespace

struct Gestures::Waiting {
    Waiting(Core& core, const HttpResponder& answer) : respond(answer), timer(core.io) {}

    std::string token;
    Prepared what;
    SteadyTime began{};
    HttpResponder respond;
    boost::asio::steady_timer timer;
    bool deferred = false;
    Json looks;    ///< of the message that was used, before
    Json outcome;  ///< what is told when nothing more becomes visible
    Json visible;  ///< what became visible before the first answer
};

Gestures::Gestures(Core& core, Actions& actions, Interactions& interactions)
    : core_(core), interactions_(interactions) {
    actions.on_message([this](const Message& message) { seen(message, false); });
    actions.on_change([this](const Message& message, bool gone) { seen(message, gone); });
    interactions_.on_answer([this](const Interaction& interaction, const Message* message) {
        answered(interaction, message);
    });
}

void Gestures::perform(const Json& what, const HttpResponder& respond) {
    auto prepared = prepare(what);
    if (!prepared) {
        const bool missing = prepared.error().kind() == ErrorKind::not_found;
        return respond(json_reply({{"error", prepared.error().message()}}, missing ? 404 : 400));
    }
    auto waiting = std::make_shared<Waiting>(core_, respond);
    waiting->what = *std::move(prepared);
    waiting->began = core_.clock.now();
    waiting->outcome = {{"answered", false}};
    if (const auto* used = core_.world.message(*core_.world.channel(waiting->what.channel),
                                               waiting->what.message)) {
        waiting->looks = looks_of(*used);
    }
    const auto& sent = interactions_.create(
        waiting->what.bot, *core_.world.channel(waiting->what.channel), waiting->what.user,
        waiting->what.type, waiting->what.data, waiting->what.message);
    if (!what.value("wait", true)) {
        kept_[sent.token] = {waiting->what, {{"answered", false}, {"deferred", false}}, {}};
        return respond(json_reply({{"token", sent.token}}));
    }
    waiting->token = sent.token;
    waiting_.push_back(waiting);
    waiting->timer.expires_after(
        std::clamp(Millis(what.value("timeout_ms", kPatience.count())), Millis{0}, kMostPatience));
    waiting->timer.async_wait([this, waiting](boost::system::error_code error) {
        if (!error) {
            finish(waiting, waiting->outcome);
        }
    });
}

void Gestures::finish(const std::shared_ptr<Waiting>& waiting, Json answer) {
    if (std::erase(waiting_, waiting) == 0) {
        return;
    }
    waiting->timer.cancel();
    const std::chrono::duration<double, std::milli> took = core_.clock.now() - waiting->began;
    answer["deferred"] = waiting->deferred;
    answer["token"] = waiting->token;
    answer["latency_ms"] = took.count();
    waiting->respond(json_reply(answer));
}

void Gestures::answered(const Interaction& interaction, const Message* message) {
    if (const auto kept = kept_.find(interaction.token); kept != kept_.end()) {
        return keep(kept->second, interaction, message);
    }
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& waiting) {
        return waiting->token == interaction.token;
    });
    if (found == waiting_.end()) {
        return;
    }
    const auto waiting = *found;
    if (message != nullptr) {
        if (!looks_same(*waiting, *message)) {
            finish(waiting, told(4, message));
        }
        return;
    }
    const auto type = interaction.callback.value("type", 0);
    const auto data = interaction.callback.value("data", Json::object());
    if (type == 5) {
        waiting->deferred = true;  // the message is still to come
        return;
    }
    Json answer = {{"answered", true}, {"type", type}};
    if (shows_nothing(type)) {
        auto& channel = *core_.world.channel(interaction.channel);
        waiting->outcome = told(type, core_.world.message(channel, interaction.response));
        if (!waiting->visible.is_null()) {
            waiting->visible["type"] = type;
            finish(waiting, waiting->visible);
        }
        return;
    }
    if (type == 8) {
        answer["choices"] = data.value("choices", Json::array());
    } else if (type == 9) {
        answer["modal"] = data;
        modals_[interaction.user] = {data, waiting->what};
    }
    finish(waiting, std::move(answer));
}

bool Gestures::looks_same(const Waiting& waiting, const Message& message) {
    return message.id == waiting.what.message && !looks_changed(waiting.looks, looks_of(message));
}

Json Gestures::told(int type, const Message* message) {
    Json answer = {{"answered", true}, {"type", type}};
    if (message != nullptr) {
        answer["content"] = message->content;
        answer["message"] = core_.world.message_json(*message, 0);
    }
    return answer;
}

void Gestures::seen(const Message& message, bool gone) {
    // A new message of the bot may be the answer of another handler: only where something was used
    // is there a first answer that shows nothing.
    const auto all = waiting_;
    for (const auto& waiting : all) {
        const auto& what = waiting->what;
        const bool own = message.id == what.message;
        if (what.message == 0 || message.channel != what.channel || message.author != what.bot ||
            (!own && gone) || (!gone && looks_same(*waiting, message))) {
            continue;
        }
        auto answer = told(own ? 7 : 4, gone ? nullptr : &message);
        if (gone) {
            answer["removed"] = true;
        }
        if (waiting->outcome.value("answered", false)) {
            finish(waiting, std::move(answer));
        } else if (waiting->visible.is_null()) {
            waiting->visible = std::move(answer);
        }
    }
}

void Gestures::keep(Kept& kept, const Interaction& interaction, const Message* message) {
    // A first answer that is a message is written before it is known as the callback.
    const auto type = interaction.callback.is_object() ? interaction.callback.value("type", 0) : 4;
    kept.answer["type"] = type;
    if (message != nullptr) {
        kept.answer["answered"] = true;
        if (std::find(kept.messages.begin(), kept.messages.end(), message->id) ==
            kept.messages.end()) {
            kept.messages.push_back(message->id);
        }
        return;
    }
    if (type == 5) {
        kept.answer["deferred"] = true;
        return;
    }
    kept.answer["answered"] = true;
    const auto data = interaction.callback.value("data", Json::object());
    if (type == 7) {
        kept.messages.push_back(interaction.response);
    } else if (type == 8) {
        kept.answer["choices"] = data.value("choices", Json::array());
    } else if (type == 9) {
        kept.answer["modal"] = data;
        modals_[interaction.user] = {data, kept.what};
    }
}

void Gestures::describe(const std::string& token, Json& out) {
    const auto found = kept_.find(token);
    if (found == kept_.end()) {
        return;
    }
    out.update(found->second.answer);
    out["messages"] = Json::array();
    for (const Id id : found->second.messages) {
        auto* channel = core_.world.channel(found->second.what.channel);
        if (const auto* message =
                channel == nullptr ? nullptr : core_.world.message(*channel, id)) {
            out["messages"].push_back(core_.world.message_json(*message, 0));
        }
    }
}

Result<Gestures::Prepared> Gestures::prepare(const Json& what) {
    auto& world = core_.world;
    Prepared out;
    const auto* user = world.user_named(what.value("user", std::string("alice")));
    if (user == nullptr) {
        return Error(ErrorKind::not_found, "no user '" + what.value("user", std::string()) + "'");
    }
    out.user = user->id;
    const auto* named = world.user_named(what.value("bot", std::string()));
    out.bot = named != nullptr ? named->id : world.bots().front().user;
    if (what.contains("channel")) {
        const auto name = what["channel"].get<std::string>();
        const auto* channel =
            name == "dm" ? &world.direct_channel(out.bot, out.user) : world.channel_named(name);
        if (channel == nullptr) {
            return Error(ErrorKind::not_found, "no channel '" + name + "'");
        }
        out.channel = channel->id;
    }
    const auto kind = what.value("kind", std::string("slash"));
    const auto done = kind == "click"    ? click(what, out)
                      : kind == "submit" ? submit(what, out)
                                         : command(what, out);
    if (!done) {
        return done.error();
    }
    return out;
}

Result<> Gestures::command(const Json& what, Prepared& out) {
    const auto* channel = core_.world.channel(out.channel);
    if (channel == nullptr) {
        return Error(ErrorKind::invalid, "a command needs a channel");
    }
    Gesture gesture{out.bot, channel->guild, what.value("text", std::string()),
                    what.value("target", std::string()),
                    what.value("kind", std::string("slash")) == "complete"};
    auto data = command_data(core_, gesture);
    if (!data) {
        return data.error();
    }
    out.data = *std::move(data);
    out.type = gesture.completing ? 4 : 2;
    if (out.data["type"] == 3) {
        const auto* message = core_.world.message(*core_.world.channel(out.channel),
                                                  parse_id(gesture.target).value_or(0));
        if (message == nullptr) {
            return Error(ErrorKind::not_found, "no message '" + gesture.target + "'");
        }
        out.data["resolved"]["messages"][gesture.target] =
            core_.world.message_json(*message, out.bot);
    }
    return {};
}

Result<> Gestures::click(const Json& what, Prepared& out) {
    auto& world = core_.world;
    const auto wanted = what.value("message", std::string("last"));
    const auto custom_id = what.at("custom_id").get<std::string>();
    const auto* home = world.channel(out.channel);
    const Message* message = nullptr;
    const auto look_in = [&](Channel& channel) {
        for (const auto& candidate : channel.messages) {
            const bool fits = wanted == "last" ? candidate.extra.is_object() &&
                                                     candidate.extra.contains("components")
                                               : id_text(candidate.id) == wanted;
            if (fits && (message == nullptr || candidate.id > message->id)) {
                message = &candidate;
            }
        }
    };
    if (home != nullptr) {
        look_in(*world.channel(out.channel));
    } else {
        world.each_channel(look_in);
    }
    if (message == nullptr) {
        return Error(ErrorKind::not_found, "no message '" + wanted + "' with components");
    }
    out.channel = message->channel;
    out.message = message->id;
    const auto* author = world.bot_by_user(message->author);
    out.bot = author != nullptr ? author->user : out.bot;
    const auto components = message->extra.value("components", Json::array());
    const auto component = component_named(components, custom_id);
    if (component.is_null() || component.value("disabled", false)) {
        return Error(ErrorKind::not_found,
                     "the message has no component '" + custom_id + "' that can be used");
    }
    auto used = use_of(core_, world.channel(out.channel)->guild, component,
                       what.value("values", Json::array()));
    if (!used) {
        return used.error();
    }
    out.type = 3;
    out.data = *std::move(used);
    return {};
}

Result<> Gestures::submit(const Json& what, Prepared& out) {
    const auto shown = modals_.find(out.user);
    if (shown == modals_.end()) {
        return Error(ErrorKind::not_found, "no form is shown to that user");
    }
    const auto& [form, origin] = shown->second;
    const auto wanted = what.value("custom_id", std::string());
    const bool fits = wanted.empty() || wanted == "last" || form["custom_id"] == wanted ||
                      form["title"] == wanted;
    if (!fits) {
        return Error(ErrorKind::not_found, "the form that is shown to that user is '" +
                                               form["title"].get<std::string>() + "', not '" +
                                               wanted + "'");
    }
    auto filled = filled_form(form, what.value("fields", Json::object()));
    if (!filled) {
        return filled.error();
    }
    out.channel = origin.channel;
    out.bot = origin.bot;
    out.message = origin.message;
    out.type = 5;
    out.data = *std::move(filled);
    modals_.erase(shown);
    return {};
}

}  // namespace rookery::sim::discord
