#include "sim/discord/act_call.hpp"

#include <algorithm>

namespace rookery::sim::discord {

std::nullptr_t Act::fail(const char* what, const std::string& name) {
    error = Error(ErrorKind::not_found, "no " + std::string(what) + " '" + name + "'");
    return nullptr;
}

Guild* Act::guild() {
    auto* found = core.world.guild_named(text("guild"));
    return found != nullptr ? found : fail("guild", text("guild"));
}

Channel* Act::channel() {
    const auto* home = with.contains("guild") ? core.world.guild_named(text("guild")) : nullptr;
    auto* found = core.world.channel_named(text("channel"), home == nullptr ? 0 : home->id);
    return found != nullptr ? found : fail("channel", text("channel"));
}

User* Act::user() {
    auto* found = core.world.user_named(text("user", "alice"));
    return found != nullptr ? found : fail("user", text("user"));
}

Member* Act::member(Guild& in) {
    auto* who = user();
    auto* found = who == nullptr ? nullptr : core.world.member(in, who->id);
    return found != nullptr ? found : fail("member", text("user"));
}

Message* Act::message(Channel& in) {
    const auto wanted = text("message", "last");
    const auto by_bot = [&](const Message& m) {
        return core.world.bot_by_user(m.author) != nullptr;
    };
    const auto newest = std::find_if(in.messages.rbegin(), in.messages.rend(), [&](const auto& m) {
        return wanted == "last" || (wanted == "last_bot" && by_bot(m));
    });
    auto* found = newest != in.messages.rend()
                      ? &*newest
                      : core.world.message(in, parse_id(wanted).value_or(0));
    return found != nullptr ? found : fail("message", wanted);
}

Role* Act::role(Guild& in) {
    const auto wanted = text("role");
    for (auto& [id, candidate] : in.roles) {
        if (candidate.name == wanted || id_text(id) == wanted) {
            return &candidate;
        }
    }
    return fail("role", wanted);
}

Id Act::bot() const {
    const auto* named = core.world.user_named(text("bot"));
    return named != nullptr ? named->id : core.world.bots().front().user;
}

}  // namespace rookery::sim::discord
