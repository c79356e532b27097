#include "sim/revolt/acts.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

/// What an act could not find; caught in perform() alone.
struct Missing {
    std::string text;
};

/// One act with its parameters, and the finders that they share (which throw Missing).
struct Act {
    Actions& actions;
    FileServer& files;
    const Json& with;

    World& world() const { return actions.core().world; }
    std::string text(const char* key, const std::string& fallback = {}) const {
        return with.value(key, fallback);
    }
    template <class T>
    static T& need(T* found, const char* what, const std::string& name) {
        if (found == nullptr) {
            throw Missing{"no " + std::string(what) + " '" + name + "'"};
        }
        return *found;
    }
    Json& server() const {
        return need(world().server_named(text("guild")), "guild", text("guild"));
    }
    std::string server_id() const { return server()["_id"]; }
    Json& channel() const {
        const auto home = with.contains("guild") ? server_id() : std::string();
        return need(world().channel_named(text("channel", "general"), home), "channel",
                    text("channel"));
    }
    std::string channel_id() const { return channel()["_id"]; }
    std::string user(const char* key = "user", const char* fallback = "alice") const {
        const auto name = text(key, fallback);
        return need(world().user_named(name), "user", name)["_id"];
    }
    std::string member() const {
        const auto id = user();
        (void)need(world().member(server_id(), id), "member", text("user"));
        return id;
    }
    Json& message() const {
        const auto wanted = text("message", "last");
        auto& all = world().messages[channel_id()];
        const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Json& message) {
            const bool by_bot = world().is_bot(message["author"]) || message.contains("webhook");
            return wanted == "last" || (wanted == "last_bot" && by_bot) || message["_id"] == wanted;
        });
        return need(found == all.rend() ? nullptr : &*found, "message", wanted);
    }
    std::string role() const {
        const auto found = world().role_named(server(), text("role"));
        return need(found ? &*found : nullptr, "role", text("role"));
    }
    std::string emoji() const { return plain_emoji(text("emoji", "👍")); }
};

Json made(const Json& id) { return {{"id", id}}; }

Json write(Act& act) {
    Draft draft;
    draft.channel = act.channel_id();
    draft.author = act.user();
    draft.content = act.text("text");
    draft.more = act.with.value("extra", Json::object());
    if (act.with.contains("reply_to")) {
        draft.more["replies"] = Json::array({act.with["reply_to"]});
    }
    if (act.with.contains("attachment")) {
        const auto file =
            act.files.store("attachments", act.text("attachment"), act.text("type", "text/plain"),
                            act.text("bytes", "the bytes of a file"), draft.author);
        act.world().files[file["_id"].get<std::string>()].used = true;
        draft.more["attachments"] = Json::array({file});
    }
    return made(act.actions.post(std::move(draft))["_id"]);
}

Json edit(Act& act) {
    auto& message = act.message();
    act.actions.edit(message, {{"content", act.text("text")}});
    return made(message["_id"]);
}

Json remove(Act& act) {
    const auto id = act.message()["_id"].get<std::string>();
    act.actions.remove_message(act.channel_id(), id);
    return made(id);
}

Json remove_bulk(Act& act) {
    std::vector<std::string> ids;
    if (act.with.contains("messages")) {
        ids = act.with["messages"].get<std::vector<std::string>>();
    } else {
        const auto& all = act.world().messages[act.channel_id()];
        const auto count = std::min(all.size(), act.with.value("count", std::size_t{2}));
        for (auto it = all.end() - static_cast<std::ptrdiff_t>(count); it != all.end(); ++it) {
            ids.push_back((*it)["_id"]);
        }
    }
    act.actions.remove_messages(act.channel_id(), ids);
    return {{"count", ids.size()}};
}

Json react(Act& act) {
    auto& message = act.message();
    const bool changed = act.actions.react(message, act.user(), act.emoji());
    return {{"id", message["_id"]}, {"changed", changed}};
}

Json unreact(Act& act) {
    auto& message = act.message();
    const bool changed = act.actions.unreact(message, act.user(), act.emoji());
    return {{"id", message["_id"]}, {"changed", changed}};
}

Json remove_emoji(Act& act) {
    act.actions.remove_emoji(act.message(), act.emoji());
    return made(act.message()["_id"]);
}

Json clear_reactions(Act& act) {
    act.actions.clear_reactions(act.message());
    return made(act.message()["_id"]);
}

template <bool Pinned>
Json pin(Act& act) {
    auto& message = act.message();
    const auto id = message["_id"];
    act.actions.pin(message, act.user(), Pinned);
    return made(id);
}

Json append(Act& act) {
    auto& message = act.message();
    act.actions.append_embed(message,
                             act.with.value("embed", Json{{"type", "Website"},
                                                          {"url", "https://example.invalid/"},
                                                          {"title", "Example"}}));
    return made(message["_id"]);
}

template <bool Started>
Json typing(Act& act) {
    act.actions.typing(act.channel_id(), act.user(), Started);
    return Json::object();
}

Json direct(Act& act) {
    auto& world = act.world();
    const auto bot = act.with.contains("bot") ? act.user("bot") : world.accounts().front().user;
    Draft draft;
    draft.channel = act.actions.open_direct(bot, act.user())["_id"];
    draft.author = act.user();
    draft.content = act.text("text");
    const auto channel = draft.channel;
    auto out = made(act.actions.post(std::move(draft))["_id"]);
    out["channel"] = channel;
    return out;
}

Json join(Act& act) {
    auto& world = act.world();
    const auto name = act.text("user", "zoe");
    auto* user = world.user_named(name);
    const auto id =
        (user == nullptr ? world.add_user(name, name) : *user)["_id"].get<std::string>();
    act.actions.join(act.server(), id);
    return made(id);
}

Json leave(Act& act) {
    const auto id = act.member();
    act.actions.leave(act.server_id(), id, act.text("reason", "Leave"));
    return made(id);
}

Json ban(Act& act) {
    const auto id = act.member();
    const auto server = act.server_id();
    act.world().bans[server][id] = {{"_id", {{"server", server}, {"user", id}}}};
    act.actions.leave(server, id, "Ban");
    return made(id);
}

Json nick(Act& act) {
    const auto name = act.text("nick");
    const auto id = act.member();
    name.empty()
        ? act.actions.update_member(act.server_id(), id, Json::object(), Json::array({"Nickname"}))
        : act.actions.update_member(act.server_id(), id, {{"nickname", name}}, Json::array());
    return made(id);
}

Json give_role(Act& act) {
    const auto id = act.member();
    const auto role = act.role();
    auto roles = act.world().member(act.server_id(), id)->value("roles", Json::array());
    roles.erase(std::remove(roles.begin(), roles.end(), Json(role)), roles.end());
    if (act.with.value("on", true)) {
        roles.push_back(role);
    }
    act.actions.update_member(act.server_id(), id, {{"roles", roles}}, Json::array());
    return made(id);
}

Json timeout(Act& act) {
    const auto id = act.member();
    const auto until =
        act.world().now() + std::chrono::seconds(act.with.value("seconds", std::int64_t{60}));
    act.actions.update_member(act.server_id(), id, {{"timeout", World::time_text(until)}},
                              Json::array());
    return made(id);
}

Json presence(Act& act) {
    const auto id = act.user();
    if (act.with.contains("online")) {
        act.actions.update_user(id, {{"online", act.with["online"]}}, Json::array());
    } else {
        act.actions.update_user(id,
                                {{"status",
                                  {{"presence", act.text("status", "Idle")},
                                   {"text", act.text("text", "busy with birds")}}}},
                                Json::array());
    }
    return made(id);
}

Json rename(Act& act) {
    act.actions.update_user(act.user(), {{"display_name", act.text("name", "Somebody else")}},
                            Json::array());
    return made(act.user());
}

Json channel_create(Act& act) {
    return made(act.actions.create_channel(act.server(), act.text("name", "new-channel"),
                                           act.with.value("voice", false))["_id"]);
}

Json channel_update(Act& act) {
    act.actions.update_channel(act.channel_id(), act.with.value("data", Json::object()),
                               act.with.value("clear", Json::array()));
    return made(act.channel_id());
}

Json channel_delete(Act& act) {
    const auto id = act.channel_id();
    act.actions.remove_channel(id);
    return made(id);
}

Json slowmode(Act& act) {
    act.actions.update_channel(act.channel_id(), {{"slowmode", act.with.value("seconds", 5)}},
                               Json::array());
    return made(act.channel_id());
}

Json role_create(Act& act) {
    auto& server = act.server();
    const auto id = act.world().add_role(server, act.text("name", "new role"));
    act.actions.update_role(server["_id"], id, server["roles"][id], Json::array());
    return made(id);
}

Json role_update(Act& act) {
    act.actions.update_role(act.server_id(), act.role(), act.with.value("data", Json::object()),
                            act.with.value("clear", Json::array()));
    return made(act.role());
}

Json role_delete(Act& act) {
    const auto id = act.role();
    act.actions.remove_role(act.server_id(), id);
    return made(id);
}

Json role_ranks(Act& act) {
    Json ranks = Json::array();
    for (const auto& [id, role] : act.server()["roles"].items()) {
        ranks.insert(ranks.begin(), id);
    }
    act.actions.rank_roles(act.server_id(), ranks);
    return {{"ranks", ranks}};
}

Json server_update(Act& act) {
    act.actions.update_server(act.server_id(), act.with.value("data", Json::object()),
                              act.with.value("clear", Json::array()));
    return made(act.server_id());
}

Json server_create(Act& act) {
    return made(act.actions.create_server(act.text("name", "Another"))["_id"]);
}

Json server_delete(Act& act) {
    const auto id = act.server_id();
    act.actions.remove_server(id);
    return made(id);
}

Json emoji_create(Act& act) {
    return made(act.actions.create_emoji(act.server_id(), act.world().next_id(), act.user(),
                                         act.text("name", "party"))["_id"]);
}

Json& emoji_named(Act& act) {
    for (auto& [id, emoji] : act.world().emojis) {
        if (emoji["name"] == act.text("name", "party") || id == act.text("name")) {
            return emoji;
        }
    }
    throw Missing{"no emoji '" + act.text("name", "party") + "'"};
}

Json emoji_update(Act& act) {
    auto& emoji = emoji_named(act);
    emoji["name"] = act.text("to", "feast");
    act.actions.gateway().tell_server(
        emoji["parent"]["id"],
        {{"type", "EmojiUpdate"}, {"id", emoji["_id"]}, {"data", {{"name", emoji["name"]}}}});
    return made(emoji["_id"]);
}

Json emoji_delete(Act& act) {
    const auto id = emoji_named(act)["_id"].get<std::string>();
    act.actions.remove_emoji_object(id);
    return made(id);
}

Json webhook_create(Act& act) {
    return made(
        act.actions.create_webhook(act.channel_id(), act.user(), act.text("name", "Hook"))["id"]);
}

std::string webhook_id(Act& act) {
    for (auto& [id, webhook] : act.world().webhooks) {
        if (act.text("webhook").empty() || id == act.text("webhook")) {
            return id;
        }
    }
    throw Missing{"no webhook '" + act.text("webhook") + "'"};
}

Json webhook_update(Act& act) {
    const auto id = webhook_id(act);
    act.actions.update_webhook(id, {{"name", act.text("name", "Crook")}}, Json::array());
    return made(id);
}

Json webhook_delete(Act& act) {
    const auto id = webhook_id(act);
    act.actions.remove_webhook(id);
    return made(id);
}

Json voice(Act& act) {
    act.actions.voice(act.user(),
                      act.with.value("channel", std::string("Lounge")).empty()
                          ? std::string()
                          : act.need(act.world().channel_named(act.text("channel", "Lounge")),
                                     "channel", act.text("channel"))["_id"]
                                .get<std::string>());
    return made(act.user());
}

Json wipe(Act& act) {
    act.actions.gateway().tell_all(
        {{"type", "UserPlatformWipe"}, {"user_id", act.user()}, {"flags", 4}});
    return made(act.user());
}

struct Named {
    const char* name;
    Json (*perform)(Act&);
};
constexpr std::array kActs = {
    Named{"append", append},
    Named{"ban", ban},
    Named{"channel_create", channel_create},
    Named{"channel_delete", channel_delete},
    Named{"channel_update", channel_update},
    Named{"clear_reactions", clear_reactions},
    Named{"delete", remove},
    Named{"delete_bulk", remove_bulk},
    Named{"dm", direct},
    Named{"edit", edit},
    Named{"emoji_create", emoji_create},
    Named{"emoji_delete", emoji_delete},
    Named{"emoji_update", emoji_update},
    Named{"join", join},
    Named{"leave", leave},
    Named{"nick", nick},
    Named{"pin", pin<true>},
    Named{"presence", presence},
    Named{"react", react},
    Named{"remove_emoji", remove_emoji},
    Named{"rename", rename},
    Named{"role", give_role},
    Named{"role_create", role_create},
    Named{"role_delete", role_delete},
    Named{"role_ranks", role_ranks},
    Named{"role_update", role_update},
    Named{"server_create", server_create},
    Named{"server_delete", server_delete},
    Named{"server_update", server_update},
    Named{"slowmode", slowmode},
    Named{"stop_typing", typing<false>},
    Named{"timeout", timeout},
    Named{"typing", typing<true>},
    Named{"unpin", pin<false>},
    Named{"unreact", unreact},
    Named{"voice", voice},
    Named{"webhook_create", webhook_create},
    Named{"webhook_delete", webhook_delete},
    Named{"webhook_update", webhook_update},
    Named{"wipe", wipe},
    Named{"write", write},
};

}  // namespace

Result<Json> perform(Actions& actions, FileServer& files, const Json& what) {
    const auto name = what.at("do").get<std::string>();
    const auto* found = std::find_if(kActs.begin(), kActs.end(),
                                     [&](const Named& act) { return act.name == name; });
    if (found == kActs.end()) {
        return Error(ErrorKind::not_found, "no act '" + name + "'");
    }
    Act act{actions, files, what};
    try {
        return found->perform(act);
    } catch (const Missing& missing) {
        return Error(ErrorKind::not_found, missing.text);
    }
}

std::vector<std::string> act_names() {
    std::vector<std::string> names;
    for (const auto& act : kActs) {
        names.emplace_back(act.name);
    }
    return names;
}

}  // namespace rookery::sim::revolt
