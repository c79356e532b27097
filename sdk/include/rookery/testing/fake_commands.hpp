#pragma once

#include <rookery/testing/fake_tables.hpp>

/// What is behind FakeHost: commands that are declared once, and presses.
namespace rookery::testing {

struct FakeCommands {
    static rk_status_t handle(const rk_host_t* raw, std::uint32_t kind, rk_text_t key,
                              rk_invocation_fn handler, void* user, rk_release_t release,
                              rk_handle_t* out, rk_error_t* error) {
        return FakeTables::inside(raw, "handle", [&](FakeHost& host) -> rk_status_t {
            if (kind < RK_INVOKE_COMMAND || kind > RK_INVOKE_PRESS || key.len == 0) {
                return FakeTables::refuse(error, RK_E_INVALID, "handle: kind or key");
            }
            const rk_handle_t handle = ++host.last_handle_;
            host.invocables_.emplace(handle,
                                     FakeHost::Invocable{kind, std::string(FakeTables::view(key)),
                                                         host.take(handler, user, release)});
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t wait(const rk_host_t* raw, rk_handle_t event, std::uint32_t /*waits*/) {
        return FakeTables::inside(raw, "wait", [&](FakeHost& host) -> rk_status_t {
            return host.events_.count(event) != 0 ? RK_OK : RK_E_STALE;
        });
    }
};

inline const void* commands_table() {
    static const rk_commands_t commands{sizeof(rk_commands_t), 0,
                                        &FakeTables::declare,  &FakeTables::withdraw,
                                        &FakeCommands::handle, &FakeCommands::wait};
    return &commands;
}

/// The newest handler.
inline const FakeHost::Invocable* FakeHost::invocable(std::uint32_t kind,
                                                      std::string_view key) const {
    const Invocable* found = nullptr;
    for (const auto& [handle, one] : invocables_) {
        found = one.kind == kind && one.key == key ? &one : found;
    }
    return found;
}

inline void FakeHost::invoke_for(rk_handle_t event, const Invocable& one,
                                 const JsonObject& invocation) {
    const auto callback = one.callback;
    const std::string label = "handler of " + one.key;
    const std::string text = invocation.text();
    rk_value_t root{};
    static_cast<void>(events_.at(event).document->root(event, root));
    const rk_handle_t before = std::exchange(current_, event);
    note(enter([&](rk_error_t* error) {
             return callback.function(callback.user, root.as.object, rookery::detail::to_text(text),
                                      error);
         }),
         label);
    current_ = before;
}

/// The message of the event is the answer to what a handler waits for.
inline void FakeHost::answer_in_writing(rk_handle_t event) {
    const JsonValue& message = events_.at(event).document->json();
    std::erase_if(writes_, [this](const Writes& one) { return events_.count(one.asked_by) == 0; });
    for (auto at = writes_.begin(); at != writes_.end(); ++at) {
        const Invocable* const found = invocable(RK_INVOKE_PRESS, at->action);
        if (found != nullptr && at->user == message.text_at("author.id") &&
            at->channel == message.text_at("channelId")) {
            JsonObject about;
            about.add("kind", "press").add("action", at->action).add("component", "message");
            about.add_json("state", at->state).add("messageId", message.text_at("id"));
            about.add("userId", at->user).add("channelId", at->channel);
            writes_.erase(at);
            invoke_for(event, *found, about);
            return;
        }
    }
}

inline bool FakeHost::invoke(std::uint32_t kind, std::string_view key, const JsonObject& about,
                             const FakeUser& by) {
    const Invocable* const found = invocable(kind, key);
    if (found == nullptr) {
        return false;
    }
    const bool written = by.source == "prefix";
    const std::string_view event = written ? "messageCreate" : "interactionCreate";
    const rk_handle_t handle = ++last_handle_;
    const JsonObject user = JsonObject().add("id", by.id).add("username", "user" + by.id);
    JsonObject payload;
    const std::string id = by.event.empty() ? std::to_string(1000 + handle) : by.event;
    payload.add("id", id).add("channelId", by.channel);
    payload.add(written ? "author" : "user", user);
    JsonObject invocation = about;
    invocation.add("userId", by.id).add("channelId", by.channel).add("locale", by.locale);
    if (!by.guild.empty()) {
        payload.add("guildId", by.guild);
        invocation.add("guildId", by.guild);
    }
    if (written) {
        invocation.add("messageId", id);
    }
    int shape = schema::kNone;
    for (const schema::Event& each : schema::kEvents) {
        shape = each.name == event ? each.shape : shape;
    }
    OpenEvent& open = events_[handle];
    open.name = event;
    open.bot = "test";
    open.document = std::make_unique<FakeDocument>(JsonValue::parse(payload.text()), shape);
    open.holds = 1;
    invoke_for(handle, *found, invocation);
    release_event(handle);
    settle();
    return true;
}

/// What was given, and the defaults of what was not.
inline JsonObject FakeHost::options_of(std::string_view path, std::string_view options) const {
    JsonObject out;
    const JsonValue given = JsonValue::parse(options);
    for (std::size_t i = 0; i < given.keys.size(); ++i) {
        out.add_json(given.keys[i], given.items[i].dump());
    }
    for (const auto& [handle, json] : commands_) {
        const JsonValue definition = JsonValue::parse(json);
        const JsonValue* at = &definition;
        std::string_view rest = path;
        if (at->text_at("name") != rest.substr(0, rest.find(' '))) {
            continue;
        }
        while (at != nullptr && rest.find(' ') != rest.npos) {
            rest = rest.substr(rest.find(' ') + 1);
            const JsonValue* const below = at->find("subcommands");
            at = nullptr;
            for (std::size_t i = 0; below != nullptr && i < below->items.size(); ++i) {
                if (below->items[i].text_at("name") == rest.substr(0, rest.find(' '))) {
                    at = &below->items[i];
                }
            }
        }
        const JsonValue* const all = at != nullptr ? at->find("options") : nullptr;
        for (std::size_t i = 0; all != nullptr && i < all->items.size(); ++i) {
            const std::string option(all->items[i].text_at("name"));
            const JsonValue* const otherwise = all->items[i].find("default");
            if (otherwise != nullptr && given.find(option) == nullptr) {
                out.add_json(option, otherwise->dump());
            }
        }
    }
    return out;
}

inline bool FakeHost::command(std::string_view path, std::string_view options, const FakeUser& by) {
    JsonObject about;
    about.add("kind", "command").add("command", path).add("source", by.source);
    about.add("options", options_of(path, options));
    return invoke(RK_INVOKE_COMMAND, path, about, by);
}

inline bool FakeHost::command_on(std::string_view path, std::string_view target,
                                 const FakeUser& by) {
    JsonObject about;
    about.add("kind", "command").add("command", path).add("source", by.source);
    about.add("options", JsonObject()).add_json("target", target);
    return invoke(RK_INVOKE_COMMAND, path, about, by);
}

inline std::vector<std::string> FakeHost::complete(std::string_view path, std::string_view option,
                                                   std::string_view typed, const FakeUser& by) {
    JsonObject about;
    about.add("kind", "autocomplete").add("command", path).add("source", "slash");
    about.add("options", JsonObject().add(option, typed));
    about.add("focused", option).add("typed", typed);
    const std::size_t before = calls_.size();
    std::vector<std::string> out;
    if (invoke(RK_INVOKE_AUTOCOMPLETE, path, about, by) && calls_.size() > before) {
        if (const JsonValue* const choices = calls_.back().arguments.find("choices")) {
            for (const JsonValue& each : choices->items) {
                out.emplace_back(each.kind == JsonValue::Kind::text ? std::string_view(each.text)
                                                                    : each.text_at("name"));
            }
        }
    }
    return out;
}

inline bool FakeHost::press(std::string_view action, std::string_view state,
                            const std::vector<std::string>& values, const FakeUser& by) {
    JsonList chosen;
    for (const std::string& each : values) {
        chosen.add(each);
    }
    JsonObject about;
    about.add("kind", "press").add("action", action).add_json("state", state);
    about.add("component", values.empty() ? "button" : "select").add("values", chosen);
    return invoke(RK_INVOKE_PRESS, action, about, by);
}

inline bool FakeHost::click_in(const JsonValue& component, std::string_view label,
                               const FakeUser& by) {
    if (component.kind == JsonValue::Kind::list) {
        for (const JsonValue& each : component.items) {
            if (click_in(each, label, by)) {
                return true;
            }
        }
        return false;
    }
    const std::string action(component.text_at("action"));
    const JsonValue* const state = component.find("state");
    const std::string carried = state != nullptr ? state->dump() : "null";
    if (!component.flag_at("disabled") && component.text_at("button") == label) {
        return press(action, carried, {}, by);
    }
    const JsonValue* const choices = component.find("choices");
    for (std::size_t i = 0; choices != nullptr && i < choices->items.size(); ++i) {
        const JsonValue& each = choices->items[i];
        const bool bare = each.kind == JsonValue::Kind::text;
        const std::string_view shown = bare ? std::string_view(each.text) : each.text_at("name");
        if (shown == label) {
            const std::string value(bare ? shown : each.text_at("value"));
            return press(action, carried, {value}, by);
        }
    }
    return false;
}

inline bool FakeHost::click(std::string_view label, const FakeUser& by) {
    for (std::size_t i = calls_.size(); i-- > 0;) {
        if (const JsonValue* const found = calls_[i].arguments.find("components")) {
            const JsonValue components = *found;  // the press may add calls
            if (click_in(components, label, by)) {
                return true;
            }
        }
    }
    return false;
}

inline bool FakeHost::submit(std::string_view fields, const FakeUser& by) {
    for (std::size_t i = calls_.size(); i-- > 0;) {
        if (calls_[i].operation == "interactions.showModal") {
            const std::string action = calls_[i].text("action");
            const JsonValue* const state = calls_[i].arguments.find("state");
            JsonObject about;
            about.add("kind", "press").add("action", action).add("component", "modal");
            about.add_json("state", state != nullptr ? state->dump() : "null");
            about.add_json("fields", fields);
            return invoke(RK_INVOKE_PRESS, action, about, by);
        }
    }
    return false;
}

inline std::vector<std::string> FakeHost::answers() const {
    std::vector<std::string> out;
    for (const FakeCall& each : calls_) {
        const std::string_view operation = each.operation;
        const bool speaks =
            operation == "interactions.reply" || operation == "interactions.followUp" ||
            operation == "interactions.editReply" || operation == "interactions.update";
        if (speaks && each.arguments.find("content") != nullptr) {
            out.push_back(each.text("content"));
        }
    }
    return out;
}

}  // namespace rookery::testing
