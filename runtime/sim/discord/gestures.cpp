#include "sim/discord/gestures.hpp"

#include "sim/discord/rest_route.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr Millis kPatience{5'000};
constexpr Millis kMostPatience{16 * 60 * 1'000};

bool is_select(int type) { return type == 3 || (type >= 5 && type <= 8); }

/// The first component of which `key` says that.
Json component_of(const Json& node, std::string_view key, const std::string& text) {
    if (node.is_object() && node.value(key, Json()) == text && node.contains("custom_id")) {
        return node;
    }
    if (node.is_structured()) {
        for (const auto& child : node) {
            auto found = component_of(child, key, text);
            if (!found.is_null()) {
                return found;
            }
        }
    }
    return nullptr;
}

/// The component with that custom id, else what people read on it.
Json component_of(const Json& node, const std::string& name) {
    for (const std::string_view key : {"custom_id", "label", "placeholder"}) {
        auto found = component_of(node, key, name);
        if (!found.is_null()) {
            return found;
        }
    }
    return nullptr;
}

/// The values that somebody chose in a select, as the interaction carries them.
Result<> choose(Core& core, Id guild, const Json& component, const Json& chosen, Json& data) {
    const int type = component["type"].get<int>();
    const auto least = component.value("min_values", std::size_t{1});
    const auto most = component.value("max_values", std::size_t{1});
    if (chosen.size() < least || chosen.size() > most) {
        return Error(ErrorKind::invalid, "the select takes " + std::to_string(least) + " to " +
                                             std::to_string(most) + " values");
    }
    data["values"] = Json::array();
    constexpr std::array kKinds = {0, 0, 0, 0, 0, 6, 8, 9, 7};  // option type by select type
    for (const auto& item : chosen) {
        const auto text = item.is_string() ? item.get<std::string>() : item.dump();
        if (type == 3) {
            const auto& options = component["options"];
            const auto found = std::find_if(options.begin(), options.end(), [&](const Json& one) {
                return one["value"] == text || one["label"] == text;
            });
            if (found == options.end()) {
                return Error(ErrorKind::invalid, "the select has no '" + text + "'");
            }
            data["values"].push_back((*found)["value"]);
            continue;
        }
        const int kind = kKinds.at(static_cast<std::size_t>(type));
        const Id id = named_thing(core, guild, kind, text);
        if (id == 0 || !resolve(core, guild, kind, id, data["resolved"])) {
            return Error(ErrorKind::invalid, "there is no '" + text + "' to select");
        }
        data["values"].push_back(id_text(id));
    }
    return {};
}

/// A modal's field as it comes back.
Json filled(const Json& field, const Json& fields) {
    Json out = {{"type", field["type"]}, {"id", field.value("id", 0)}};
    if (!field.contains("custom_id")) {
        return out;
    }
    const auto custom = field["custom_id"].get<std::string>();
    out["custom_id"] = custom;
    const auto given = fields.value(custom, field.value("value", Json("")));
    if (is_select(field["type"].get<int>())) {
        out["values"] = given.is_array() ? given : Json::array({given});
    } else {
        out["value"] = given;
    }
    return out;
}

}  // namespace

struct Gestures::Waiting {
    Waiting(Core& core, const HttpResponder& answer) : respond(answer), timer(core.io) {}

    std::string token;
    Prepared what;
    SteadyTime began{};
    HttpResponder respond;
    boost::asio::steady_timer timer;
    bool deferred = false;
};

Gestures::Gestures(Core& core, Interactions& interactions)
    : core_(core), interactions_(interactions) {
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
            finish(waiting, {{"answered", false}});
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
        return finish(waiting, {{"answered", true},
                                {"type", 4},
                                {"content", message->content},
                                {"message", core_.world.message_json(*message, 0)}});
    }
    const auto type = interaction.callback.value("type", 0);
    const auto data = interaction.callback.value("data", Json::object());
    if (type == 5) {
        waiting->deferred = true;  // the message is still to come
        return;
    }
    Json answer = {{"answered", true}, {"type", type}};
    if (type == 7) {
        auto& channel = *core_.world.channel(interaction.channel);
        if (const auto* edited = core_.world.message(channel, interaction.response)) {
            answer["content"] = edited->content;
            answer["message"] = core_.world.message_json(*edited, 0);
        }
    } else if (type == 8) {
        answer["choices"] = data.value("choices", Json::array());
    } else if (type == 9) {
        answer["modal"] = data;
        modals_[interaction.user] = {data, waiting->what};
    }
    finish(waiting, std::move(answer));
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
    const auto component = component_of(components, custom_id);
    if (component.is_null() || component.value("disabled", false)) {
        return Error(ErrorKind::not_found,
                     "the message has no component '" + custom_id + "' that can be used");
    }
    out.type = 3;
    out.data = {{"custom_id", component["custom_id"]},
                {"component_type", component["type"]},
                {"id", component.value("id", 0)}};
    if (!is_select(component["type"].get<int>())) {
        return {};
    }
    return choose(core_, world.channel(out.channel)->guild, component,
                  what.value("values", Json::array()), out.data);
}

Result<> Gestures::submit(const Json& what, Prepared& out) {
    const auto shown = modals_.find(out.user);
    const auto wanted = what.value("custom_id", std::string());
    if (shown == modals_.end() || (!wanted.empty() && shown->second.form["custom_id"] != wanted)) {
        return Error(ErrorKind::not_found, "no modal '" + wanted + "' is shown to that user");
    }
    const auto modal = shown->second;
    modals_.erase(shown);
    out.channel = modal.origin.channel;
    out.bot = modal.origin.bot;
    out.message = modal.origin.message;
    out.type = 5;
    const auto fields = what.value("fields", Json::object());
    Json components = Json::array();
    for (const auto& row : modal.form["components"]) {
        Json entry = {{"type", row["type"]}, {"id", row.value("id", 0)}};
        if (row.contains("component")) {
            entry["component"] = filled(row["component"], fields);
        } else if (row.contains("components")) {
            entry["components"] = Json::array();
            for (const auto& field : row["components"]) {
                entry["components"].push_back(filled(field, fields));
            }
        }
        components.push_back(std::move(entry));
    }
    out.data = {{"custom_id", modal.form["custom_id"]}, {"components", std::move(components)}};
    return {};
}

}  // namespace rookery::sim::discord
