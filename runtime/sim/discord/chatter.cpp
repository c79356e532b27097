#include "sim/discord/chatter.hpp"

#include "sim/cast.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr std::array kStates = {"online", "idle", "dnd", "offline"};

Json embed() {
    return Json::array({{{"type", "article"},
                         {"url", "https://example.invalid/wiki/rookery"},
                         {"title", "Rookery"},
                         {"description",
                          "Where the birds nest: notes about the build, the tests "
                          "and the people who keep them running."},
                         {"color", 3447003},
                         {"provider", {{"name", "Example wiki"}}}}});
}

Json attachment(Id id) {
    const auto path = "/attachments/1/" + id_text(id) + "/screenshot.png";
    return Json::array({{{"id", id_text(id)},
                         {"filename", "screenshot.png"},
                         {"size", 48'213},
                         {"url", "https://cdn.example.invalid" + path + "?ex=65f&is=65e&hm=0a1b"},
                         {"proxy_url", "https://media.example.invalid" + path},
                         {"width", 1280},
                         {"height", 720},
                         {"content_type", "image/png"}}});
}

}  // namespace

Chatter::Chatter(Core& core, Actions& actions) : core_(core), actions_(actions), timer_(core.io) {}

void Chatter::start(double lines_per_second) {
    rate_ = lines_per_second;
    if (rate_ > 0) {
        next();
    }
}

void Chatter::next() {
    // Half of what happens is a line; the pauses are exponential, as between independent people.
    const auto pause = std::exponential_distribution<double>(rate_ * 2)(core_.random);
    timer_.expires_after(Millis(static_cast<std::int64_t>(std::min(pause, 60.0) * 1000)));
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            do_something();
            next();
        }
    });
}

void Chatter::do_something() {
    auto& guilds = core_.world.guilds();
    if (guilds.empty()) {
        return;
    }
    auto& guild =
        std::next(guilds.begin(), static_cast<std::ptrdiff_t>(core_.below(guilds.size())))->second;
    if (guild.unavailable) {
        return;
    }
    struct Choice {
        double share;
        void (Chatter::*act)(Guild&);
    };
    static constexpr std::array kChoices = {
        Choice{0.50, &Chatter::write_line},    Choice{0.20, &Chatter::change_presence},
        Choice{0.15, &Chatter::react_to_last}, Choice{0.10, &Chatter::move_voice},
        Choice{0.05, &Chatter::come_and_go},
    };
    double left = std::uniform_real_distribution<double>(0, 1)(core_.random);
    for (const auto& choice : kChoices) {
        left -= choice.share;
        if (left <= 0) {
            return (this->*choice.act)(guild);
        }
    }
}

Member* Chatter::someone(Guild& guild) {
    std::vector<Member*> people;
    for (auto& [id, member] : guild.members) {
        if (!core_.world.user(id)->bot) {
            people.push_back(&member);
        }
    }
    return people.empty() ? nullptr : people[core_.below(people.size())];
}

Channel& Chatter::somewhere(Guild& guild, ChannelType type) {
    std::vector<Channel*> found;
    for (const Id id : guild.channels) {
        auto* channel = core_.world.channel(id);
        if (channel->type == type && channel->name != "mod-log" && channel->name != "welcome") {
            found.push_back(channel);
        }
    }
    return found.empty() ? *core_.world.channel(guild.channels.front())
                         : *found[core_.below(found.size())];
}

void Chatter::write_line(Guild& guild) {
    const auto* member = someone(guild);
    if (member == nullptr || guild.channels.empty()) {
        return;
    }
    auto& channel = somewhere(guild, ChannelType::text);
    actions_.typing(channel, member->user);
    Draft draft;
    draft.channel = channel.id;
    draft.author = member->user;
    draft.content = cast::kLines[core_.below(cast::kLines.size())];
    if (!channel.messages.empty() && core_.chance(0.15)) {
        draft.reply_to = channel.messages.back().id;
        draft.type = 19;
    }
    draft.extra = Json::object();
    if (core_.chance(0.1)) {
        draft.extra["embeds"] = embed();
    }
    if (core_.chance(0.05)) {
        draft.extra["attachments"] = attachment(core_.world.next_id());
    }
    if (core_.options.noise && core_.chance(0.2)) {
        draft.extra["quantum_state"] = {{"spin", 1}, {"note", "\u00e4\u2028"}};
    }
    actions_.post(std::move(draft));
}

void Chatter::react_to_last(Guild& guild) {
    const auto* member = someone(guild);
    auto& channel = somewhere(guild, ChannelType::text);
    if (member != nullptr && !channel.messages.empty()) {
        const Json emoji = {{"id", nullptr},
                            {"name", cast::kEmoji[core_.below(cast::kEmoji.size())]}};
        actions_.react(channel, channel.messages.back(), member->user, emoji);
    }
}

void Chatter::come_and_go(Guild& guild) {
    auto* visitor = core_.world.user_named("visitor");
    const Id id = visitor != nullptr ? visitor->id : core_.world.add_user("visitor", false).id;
    if (guild.members.contains(id)) {
        actions_.leave(guild, id);
    } else {
        actions_.join(guild, id);
    }
}

void Chatter::change_presence(Guild& guild) {
    if (const auto* member = someone(guild)) {
        actions_.set_presence(member->user, kStates[core_.below(kStates.size())], Json::array());
    }
}

void Chatter::move_voice(Guild& guild) {
    if (const auto* member = someone(guild)) {
        const auto& lounge = somewhere(guild, ChannelType::voice);
        actions_.set_voice(guild, member->user, member->voice_channel == 0 ? lounge.id : 0);
    }
}

}  // namespace rookery::sim::discord
