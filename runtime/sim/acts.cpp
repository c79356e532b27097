#include "sim/acts.hpp"

#include <algorithm>
#include <map>

namespace rookery::sim {
namespace {

/// One act with its parameters, and the finders that they share.
struct Act {
    Core& core;
    Actions& actions;
    Interactions& interactions;
    const Json& with;
    Error error{ErrorKind::not_found, ""};

    [[nodiscard]] std::string text(const char* key, const std::string& fallback = {}) const {
        return with.value(key, fallback);
    }
    std::nullptr_t fail(const char* what, const std::string& name) {
        error = Error(ErrorKind::not_found, "no " + std::string(what) + " '" + name + "'");
        return nullptr;
    }
    Guild* guild() {
        auto* found = core.world.guild_named(text("guild"));
        return found != nullptr ? found : fail("guild", text("guild"));
    }
    Channel* channel() {
        const auto* home = with.contains("guild") ? core.world.guild_named(text("guild")) : nullptr;
        auto* found = core.world.channel_named(text("channel"), home == nullptr ? 0 : home->id);
        return found != nullptr ? found : fail("channel", text("channel"));
    }
    User* user() {
        auto* found = core.world.user_named(text("user", "alice"));
        return found != nullptr ? found : fail("user", text("user"));
    }
    Member* member(Guild& in) {
        auto* who = user();
        const auto found = who == nullptr ? in.members.end() : in.members.find(who->id);
        return found != in.members.end() ? &found->second : fail("member", text("user"));
    }
    /// "last", "last_bot" or an id.
    Message* message(Channel& in) {
        const auto wanted = text("message", "last");
        const auto by_bot = [&](const Message& m) {
            return core.world.bot_by_user(m.author) != nullptr;
        };
        const auto newest = std::find_if(
            in.messages.rbegin(), in.messages.rend(),
            [&](const auto& m) { return wanted == "last" || (wanted == "last_bot" && by_bot(m)); });
        auto* found = newest != in.messages.rend()
                          ? &*newest
                          : core.world.message(in, parse_id(wanted).value_or(0));
        return found != nullptr ? found : fail("message", wanted);
    }
    Role* role(Guild& in) {
        const auto wanted = text("role");
        for (auto& [id, candidate] : in.roles) {
            if (candidate.name == wanted || id_text(id) == wanted) {
                return &candidate;
            }
        }
        return fail("role", wanted);
    }
    [[nodiscard]] Id bot() const {
        const auto* named = core.world.user_named(text("bot"));
        return named != nullptr ? named->id : core.world.bots().front().user;
    }
};

Json done(Id id) { return {{"id", id_text(id)}}; }

Json emoji_of(const Act& act) {
    const auto text = act.text("emoji", "👍");
    const auto colon = text.rfind(':');
    const bool custom = colon != std::string::npos && parse_id(text.substr(colon + 1));
    return custom ? Json{{"id", text.substr(colon + 1)}, {"name", text.substr(0, colon)}}
                  : Json{{"id", nullptr}, {"name", text}};
}

Result<Json> join(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto* who = act.core.world.user_named(act.text("user"));
    if (who == nullptr) {
        if (act.text("user").empty()) {
            return Error(ErrorKind::invalid, "join needs a user");
        }
        who = &act.core.world.add_user(act.text("user"), false);
    }
    act.actions.join(*guild, who->id);
    return done(who->id);
}

Result<Json> leave(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    const Id id = member->user;
    act.actions.leave(*guild, id);
    return done(id);
}

Result<Json> nick(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    member->nick = act.text("nick");
    act.actions.member_changed(*guild, *member);
    return done(member->user);
}

Result<Json> give_role(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    auto* role = member == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    std::erase(member->roles, role->id);
    if (act.with.value("add", true)) {
        member->roles.push_back(role->id);
    }
    act.actions.member_changed(*guild, *member);
    return done(role->id);
}

Result<Json> write(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    Draft draft;
    draft.channel = channel->id;
    draft.author = who->id;
    draft.content = act.text("text");
    draft.extra = act.with.value("extra", Json::object());
    if (act.with.contains("reply_to")) {
        draft.reply_to = parse_id(act.text("reply_to")).value_or(0);
        draft.type = 19;
    }
    return done(act.actions.post(std::move(draft)).id);
}

Result<Json> direct(Act& act) {
    auto* who = act.user();
    if (who == nullptr) {
        return act.error;
    }
    Draft draft;
    draft.channel = act.core.world.direct_channel(act.bot(), who->id).id;
    draft.author = who->id;
    draft.content = act.text("text");
    const Id channel = draft.channel;
    auto out = done(act.actions.post(std::move(draft)).id);
    out["channel"] = id_text(channel);
    return out;
}

Result<Json> edit(Act& act) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    if (message == nullptr) {
        return act.error;
    }
    act.actions.edit(*channel, *message, {{"content", act.text("text")}});
    return done(message->id);
}

Result<Json> remove(Act& act) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    if (message == nullptr) {
        return act.error;
    }
    const Id id = message->id;
    act.actions.remove_message(*channel, id);
    return done(id);
}

Result<Json> remove_bulk(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    std::vector<Id> ids;
    const auto count = act.with.value("count", std::size_t{2});
    for (auto it = channel->messages.rbegin(); it != channel->messages.rend() && ids.size() < count;
         ++it) {
        ids.push_back(it->id);
    }
    act.actions.remove_messages(*channel, ids);
    return Json{{"count", ids.size()}};
}

Result<Json> reaction(Act& act, bool add) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    auto* who = message == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const bool changed = add ? act.actions.react(*channel, *message, who->id, emoji_of(act))
                             : act.actions.unreact(*channel, *message, who->id, emoji_of(act));
    return Json{{"id", id_text(message->id)}, {"changed", changed}};
}

Result<Json> react(Act& act) { return reaction(act, true); }
Result<Json> unreact(Act& act) { return reaction(act, false); }

Result<Json> typing(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    act.actions.typing(*channel, who->id);
    return done(who->id);
}

Result<Json> presence(Act& act) {
    auto* who = act.user();
    if (who == nullptr) {
        return act.error;
    }
    act.actions.set_presence(who->id, act.text("status", "online"),
                             act.with.value("activities", Json::array()));
    return done(who->id);
}

Result<Json> voice(Act& act) {
    auto* guild = act.guild();
    auto* member = guild == nullptr ? nullptr : act.member(*guild);
    if (member == nullptr) {
        return act.error;
    }
    Id channel = 0;
    if (!act.text("channel").empty()) {
        auto* wanted = act.channel();
        if (wanted == nullptr) {
            return act.error;
        }
        channel = wanted->id;
    }
    act.actions.set_voice(*guild, member->user, channel);
    return done(member->user);
}

Result<Json> automod(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto text = act.text("text", "a forbidden word");
    const auto keyword = act.text("keyword", "forbidden");
    const Id rule = act.core.world.next_id();
    act.actions.announce("AUTO_MODERATION_ACTION_EXECUTION", channel->guild,
                         {{"guild_id", id_text(channel->guild)},
                          {"action", {{"type", 1}, {"metadata", Json::object()}}},
                          {"rule_id", id_text(rule)},
                          {"rule_trigger_type", 1},
                          {"user_id", id_text(who->id)},
                          {"channel_id", id_text(channel->id)},
                          {"content", text},
                          {"matched_keyword", keyword},
                          {"matched_content", keyword}});
    return done(rule);
}

Result<Json> interact(Act& act, int type, const Json& data, Id message) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto& made = act.interactions.create(act.bot(), *channel, who->id, type, data, message);
    return Json{{"id", id_text(made.id)}, {"token", made.token}};
}

Result<Json> slash(Act& act) {
    return interact(act, 2,
                    {{"id", id_text(act.core.world.next_id())},
                     {"name", act.text("name", "ping")},
                     {"type", 1},
                     {"options", act.with.value("options", Json::array())}},
                    0);
}

Result<Json> component(Act& act) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    if (message == nullptr) {
        return act.error;
    }
    return interact(act, 3,
                    {{"custom_id", act.text("custom_id")},
                     {"component_type", act.with.value("component_type", 2)},
                     {"values", act.with.value("values", Json::array())}},
                    message->id);
}

Result<Json> channel_create(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    auto& made = act.core.world.add_channel(*guild, act.text("name", "new"), ChannelType::text);
    made.topic = act.text("topic");
    act.actions.channel_event("CHANNEL_CREATE", made);
    return done(made.id);
}

Result<Json> channel_update(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    channel->name = act.text("name", channel->name);
    channel->topic = act.text("topic", channel->topic);
    act.actions.channel_event("CHANNEL_UPDATE", *channel);
    return done(channel->id);
}

Result<Json> channel_delete(Act& act) {
    auto* channel = act.channel();
    if (channel == nullptr) {
        return act.error;
    }
    const Id id = channel->id;
    act.actions.channel_event("CHANNEL_DELETE", *channel);
    act.core.world.remove_channel(id);
    return done(id);
}

Result<Json> role_create(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    const auto& role =
        act.core.world.add_role(*guild, act.text("name", "new role"), act.with.value("color", 0U));
    act.actions.role_event("GUILD_ROLE_CREATE", *guild, role);
    return done(role.id);
}

Result<Json> role_update(Act& act) {
    auto* guild = act.guild();
    auto* role = guild == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    role->name = act.text("name", role->name);
    role->color = act.with.value("color", role->color);
    act.actions.role_event("GUILD_ROLE_UPDATE", *guild, *role);
    return done(role->id);
}

Result<Json> role_delete(Act& act) {
    auto* guild = act.guild();
    auto* role = guild == nullptr ? nullptr : act.role(*guild);
    if (role == nullptr) {
        return act.error;
    }
    const Id id = role->id;
    act.actions.role_event("GUILD_ROLE_DELETE", *guild, *role);
    guild->roles.erase(id);
    return done(id);
}

Result<Json> guild_update(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    guild->name = act.text("name", guild->name);
    act.actions.announce("GUILD_UPDATE", guild->id, act.core.world.guild_json(*guild));
    return done(guild->id);
}

Result<Json> guild_join(Act& act) {
    auto& guild = act.core.world.add_guild(act.text("name", "Another guild"));
    act.actions.guild_appeared(guild);
    return done(guild.id);
}

Result<Json> guild_leave(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    const Id id = guild->id;
    act.actions.guild_left(id);
    return done(id);
}

Result<Json> outage(Act& act) {
    auto* guild = act.guild();
    if (guild == nullptr) {
        return act.error;
    }
    act.actions.set_outage(*guild, act.with.value("on", true));
    return done(guild->id);
}

using Performer = Result<Json> (*)(Act&);

const std::map<std::string, Performer, std::less<>>& performers() {
    static const std::map<std::string, Performer, std::less<>> table = {
        {"automod", automod},
        {"channel_create", channel_create},
        {"channel_delete", channel_delete},
        {"channel_update", channel_update},
        {"component", component},
        {"delete", remove},
        {"delete_bulk", remove_bulk},
        {"dm", direct},
        {"edit", edit},
        {"guild_join", guild_join},
        {"guild_leave", guild_leave},
        {"guild_update", guild_update},
        {"join", join},
        {"leave", leave},
        {"nick", nick},
        {"outage", outage},
        {"presence", presence},
        {"react", react},
        {"role", give_role},
        {"role_create", role_create},
        {"role_delete", role_delete},
        {"role_update", role_update},
        {"slash", slash},
        {"typing", typing},
        {"unreact", unreact},
        {"voice", voice},
        {"write", write},
    };
    return table;
}

}  // namespace

Result<Json> perform(Core& core, Actions& actions, Interactions& interactions, const Json& act) {
    const auto name = act.value("do", std::string());
    const auto found = performers().find(name);
    if (found == performers().end()) {
        return Error(ErrorKind::not_found, "no act is called '" + name + "'");
    }
    Act call{core, actions, interactions, act};
    return found->second(call);
}

std::vector<std::string> act_names() {
    std::vector<std::string> names;
    for (const auto& [name, performer] : performers()) {
        names.push_back(name);
    }
    return names;
}

}  // namespace rookery::sim
