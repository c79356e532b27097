#include "sim/discord/act_call.hpp"

#include <array>

namespace rookery::sim::discord {
namespace {

Json emoji_of(const Act& act) {
    const auto text = act.text("emoji", "👍");
    const auto colon = text.rfind(':');
    const bool custom = colon != std::string::npos && parse_id(text.substr(colon + 1));
    return custom ? Json{{"id", text.substr(colon + 1)}, {"name", text.substr(0, colon)}}
                  : Json{{"id", nullptr}, {"name", text}};
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
    return made(act.actions.post(std::move(draft)).id);
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
    auto out = made(act.actions.post(std::move(draft)).id);
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
    return made(message->id);
}

Result<Json> remove(Act& act) {
    auto* channel = act.channel();
    auto* message = channel == nullptr ? nullptr : act.message(*channel);
    if (message == nullptr) {
        return act.error;
    }
    const Id id = message->id;
    act.actions.remove_message(*channel, id);
    return made(id);
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
    return made(who->id);
}

Result<Json> interact(Act& act, int type, const Json& data, Id message) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    if (who == nullptr) {
        return act.error;
    }
    const auto& sent = act.interactions.create(act.bot(), *channel, who->id, type, data, message);
    return Json{{"id", id_text(sent.id)}, {"token", sent.token}};
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

/// What was in a file that somebody has uploaded: the newest of that name.
Result<Json> read_file(Act& act) {
    const auto& files = act.core.shelf.items("files", 0);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        if ((*file)["name"] == act.text("file")) {
            return *file;
        }
    }
    return Error(ErrorKind::not_found, "there is no file '" + act.text("file") + "'");
}

/// What somebody may do in a channel, as a bit set; 0 where they do not see it.
Result<Json> permissions(Act& act) {
    auto* channel = act.channel();
    auto* who = channel == nullptr ? nullptr : act.user();
    auto* guild = who == nullptr ? nullptr : act.core.world.guild(channel->guild);
    if (guild == nullptr) {
        return act.error;
    }
    return Json{
        {"permissions", std::to_string(act.core.world.permissions(*guild, who->id, channel))}};
}

constexpr std::array kActs = {
    NamedAct{"component", component},
    NamedAct{"delete", remove},
    NamedAct{"delete_bulk", remove_bulk},
    NamedAct{"dm", direct},
    NamedAct{"edit", edit},
    NamedAct{"file", read_file},
    NamedAct{"permissions", permissions},
    NamedAct{"react", react},
    NamedAct{"slash", slash},
    NamedAct{"typing", typing},
    NamedAct{"unreact", unreact},
    NamedAct{"write", write},
};

}  // namespace

std::span<const NamedAct> message_acts() { return kActs; }

}  // namespace rookery::sim::discord
