#include "sim/community/platform.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::community {
namespace {

/// One act with its parameters, and the finders that all share.
struct Act {
    World& world;
    const Json& with;
    const ActForms& forms;
    Error error{ErrorKind::not_found, ""};

    [[nodiscard]] std::string text(const char* key, const std::string& fallback = {}) const {
        return with.value(key, fallback);
    }

    Server* server() {
        auto* found = world.server(text("guild"));
        return found != nullptr ? found : fail("guild", text("guild"));
    }
    Channel* channel() {
        auto* found = world.channel(text("channel"), text("guild"));
        return found != nullptr ? found : fail("channel", text("channel"));
    }
    Person* person() {
        auto* found = world.person(text("user", "alice"));
        return found != nullptr ? found : fail("user", text("user"));
    }
    Role* role(Server& in) {
        auto* found = World::role(in, text("role"));
        return found != nullptr ? found : fail("role", text("role"));
    }
    /// "last" (when none is named), "last_bot" or an id.
    Message* message(Channel& in) {
        const auto wanted = text("message", "last");
        const auto newest =
            std::find_if(in.messages.rbegin(), in.messages.rend(), [&](const Message& candidate) {
                return wanted == "last" ||
                       (wanted == "last_bot" && world.person(candidate.author)->bot);
            });
        auto* found = newest != in.messages.rend() ? &*newest : World::message(in, wanted);
        return found != nullptr ? found : fail("message", wanted);
    }

    std::nullptr_t fail(const char* what, const std::string& name) {
        error = Error(ErrorKind::not_found, "no " + std::string(what) + " '" + name + "'");
        return nullptr;
    }
};

Json made(const std::string& id) { return {{"id", id}}; }

/// An act upon a message by somebody.
template <class Do>
Result<Json> upon(Act& act, Do&& what) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    auto* who = message == nullptr ? nullptr : act.person();
    if (who == nullptr) {
        return act.error;
    }
    const auto id = message->id;
    const bool changed = what(*channel, *message, *who);
    return Json{{"id", id}, {"changed", changed}};
}

/// An act upon a member of a server.
template <class Do>
Result<Json> with_member(Act& act, Do&& what) {
    auto* server = act.server();
    auto* who = server == nullptr ? nullptr : act.person();
    if (who == nullptr) {
        return act.error;
    }
    const auto id = who->id;
    if (!what(*server, *who)) {
        return Error(ErrorKind::invalid, "'" + act.text("user", "alice") + "' is not there");
    }
    return made(id);
}

Result<Json> write_in(Act& act, const Channel& channel, const Person& who) {
    Draft draft;
    draft.channel = channel.id;
    draft.author = who.id;
    draft.text = act.with.at("text").get<std::string>();
    draft.content = act.forms.body(draft.text);
    draft.extra = act.with.value("extra", Json::object());
    if (act.with.contains("reply_to")) {
        draft.replies_to = {act.text("reply_to")};
    }
    const auto where = channel.id;
    auto out = made(act.world.post(std::move(draft)).id);
    out["channel"] = where;
    return out;
}

Result<Json> write(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.person();
    return who == nullptr ? Result<Json>(act.error) : write_in(act, *channel, *who);
}

Result<Json> direct(Act& act) {
    auto* who = act.person();
    if (who == nullptr) {
        return act.error;
    }
    auto* bot = act.world.person(act.text("bot", act.world.bot().name));
    if (bot == nullptr) {
        return act.fail("bot", act.text("bot")), act.error;
    }
    return write_in(act, act.world.direct(bot->id, who->id), *who);
}

Result<Json> edit(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person&) {
        const auto text = act.with.at("text").get<std::string>();
        act.world.edit(channel, message, text, act.forms.body(text));
        return true;
    });
}

Result<Json> remove(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person&) {
        const auto by = act.with.contains("user") ? act.person()->id : message.author;
        return act.world.remove(channel, std::string(message.id), by);
    });
}

Result<Json> remove_bulk(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    std::vector<std::string> ids;
    const auto count = act.with.value("count", std::size_t{2});
    const auto& all = channel->messages;
    for (auto it = all.rbegin(); it != all.rend() && ids.size() < count; ++it) {
        ids.push_back(it->id);
    }
    act.world.remove_many(*channel, ids, act.world.servers().front().owner);
    return Json{{"count", ids.size()}};
}

Result<Json> react(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person& who) {
        return act.world.react(channel, message, who.id, act.forms.emoji(act.text("emoji", "👍")));
    });
}

Result<Json> unreact(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person& who) {
        return act.world.unreact(channel, message, who.id, act.forms.emoji(act.text("emoji", "👍")));
    });
}

Result<Json> pin(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person& who) {
        return act.world.pin(channel, message, true, who.id);
    });
}

Result<Json> unpin(Act& act) {
    return upon(act, [&](Channel& channel, Message& message, Person& who) {
        return act.world.pin(channel, message, false, who.id);
    });
}

Result<Json> typing(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.person();
    if (who == nullptr) {
        return act.error;
    }
    act.world.typing(*channel, *who);
    return made(who->id);
}

Result<Json> join(Act& act) {
    auto* server = act.server();
    if (server == nullptr) {
        return act.error;
    }
    const auto name = act.text("user");
    if (name.empty()) {
        return Error(ErrorKind::invalid, "join needs a user");
    }
    auto* known = act.world.person(name);
    auto& who = known == nullptr ? act.world.add_person(name, name, false) : *known;
    (void)act.world.join(*server, who);
    return made(who.id);
}

Result<Json> leave(Act& act) {
    return with_member(act, [&](Server& server, Person& who) {
        return act.world.leave(server, who, false, who.id);
    });
}

Result<Json> kick(Act& act) {
    return with_member(act, [&](Server& server, Person& who) {
        return act.world.leave(server, who, true, server.owner);
    });
}

Result<Json> ban(Act& act) {
    return with_member(act, [&](Server& server, Person& who) {
        return act.world.ban(server, who, server.owner, act.text("reason"));
    });
}

Result<Json> unban(Act& act) {
    return with_member(act, [&](Server& server, Person& who) {
        return act.world.unban(server, who, server.owner);
    });
}

Result<Json> nick(Act& act) {
    return with_member(act, [&](Server& server, Person& who) {
        return act.world.nick(server, who, act.text("nick"), who.id);
    });
}

Result<Json> give_role(Act& act) {
    auto* server = act.server();
    auto* role = server == nullptr ? nullptr : act.role(*server);
    auto* who = role == nullptr ? nullptr : act.person();
    if (who == nullptr) {
        return act.error;
    }
    (void)act.world.give_role(*server, *who, role->id, act.with.value("add", true), server->owner);
    return made(role->id);
}

Result<Json> presence(Act& act) {
    auto* who = act.person();
    if (who == nullptr) {
        return act.error;
    }
    act.world.presence(*who, act.text("status", "online"));
    return made(who->id);
}

Result<Json> channel_create(Act& act) {
    auto* server = act.server();
    if (server == nullptr) {
        return act.error;
    }
    const auto type = act.with.value("type", 0) == 2 ? ChannelType::voice : ChannelType::text;
    return made(act.world
                    .add_channel(*server, act.text("name", "new"), type, server->owner, {},
                                 act.text("topic"))
                    .id);
}

Result<Json> channel_update(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    channel->name = act.text("name", channel->name);
    channel->topic = act.text("topic", channel->topic);
    act.world.channel_changed(*channel, act.world.servers().front().owner);
    return made(channel->id);
}

Result<Json> channel_delete(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    const auto id = channel->id;
    (void)act.world.remove_channel(id, act.world.servers().front().owner);
    return made(id);
}

Result<Json> role_create(Act& act) {
    auto* server = act.server();
    if (server == nullptr) {
        return act.error;
    }
    return made(act.world
                    .add_role(*server, act.text("name", "new role"), act.with.value("color", 0U),
                              server->owner)
                    .id);
}

Result<Json> role_update(Act& act) {
    auto* server = act.server();
    auto* role = server == nullptr ? nullptr : act.role(*server);
    if (role == nullptr) {
        return act.error;
    }
    role->name = act.text("name", role->name);
    role->color = act.with.value("color", role->color);
    act.world.role_changed(*server, *role, server->owner);
    return made(role->id);
}

Result<Json> role_delete(Act& act) {
    auto* server = act.server();
    auto* role = server == nullptr ? nullptr : act.role(*server);
    if (role == nullptr) {
        return act.error;
    }
    const auto id = role->id;
    (void)act.world.remove_role(*server, id, server->owner);
    return made(id);
}

Result<Json> guild_update(Act& act) {
    auto* server = act.server();
    if (server == nullptr) {
        return act.error;
    }
    act.world.change_server(*server, act.text("name", server->name));
    return made(server->id);
}

Result<Json> guild_join(Act& act) {
    const auto owner = act.world.servers().front().owner;
    return made(act.world.add_server(act.text("name", "Another guild"), owner).id);
}

Result<Json> guild_leave(Act& act) {
    auto* server = act.server();
    if (server == nullptr) {
        return act.error;
    }
    if (act.world.servers().size() == 1) {
        return Error(ErrorKind::invalid, "the last guild stays");
    }
    const auto id = server->id;
    act.world.remove_server(id, server->owner);
    return made(id);
}

struct NamedAct {
    const char* name;
    Result<Json> (*perform)(Act&);
};

constexpr std::array kActs = {
    NamedAct{"ban", ban},
    NamedAct{"channel_create", channel_create},
    NamedAct{"channel_delete", channel_delete},
    NamedAct{"channel_update", channel_update},
    NamedAct{"delete", remove},
    NamedAct{"delete_bulk", remove_bulk},
    NamedAct{"dm", direct},
    NamedAct{"edit", edit},
    NamedAct{"guild_join", guild_join},
    NamedAct{"guild_leave", guild_leave},
    NamedAct{"guild_update", guild_update},
    NamedAct{"join", join},
    NamedAct{"kick", kick},
    NamedAct{"leave", leave},
    NamedAct{"nick", nick},
    NamedAct{"pin", pin},
    NamedAct{"presence", presence},
    NamedAct{"react", react},
    NamedAct{"role", give_role},
    NamedAct{"role_create", role_create},
    NamedAct{"role_delete", role_delete},
    NamedAct{"role_update", role_update},
    NamedAct{"typing", typing},
    NamedAct{"unban", unban},
    NamedAct{"unpin", unpin},
    NamedAct{"unreact", unreact},
    NamedAct{"write", write},
};

}  // namespace

Result<Json> perform(World& world, const Json& with, const ActForms& forms) {
    const auto name = with.at("do").get<std::string>();
    const auto* found = std::find_if(kActs.begin(), kActs.end(),
                                     [&](const NamedAct& act) { return name == act.name; });
    if (found == kActs.end()) {
        return Error(ErrorKind::not_found, "no act is called '" + name + "'");
    }
    Act act{world, with, forms};
    return found->perform(act);
}

std::vector<std::string> act_names() {
    std::vector<std::string> names;
    for (const auto& act : kActs) {
        names.emplace_back(act.name);
    }
    return names;
}

}  // namespace rookery::sim::community
