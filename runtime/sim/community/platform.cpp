#include "sim/community/platform.hpp"

#include "sim/cast.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::community {
namespace {

constexpr unsigned kMostGuilds = 2'500;

using Harm = ChaosFault::Harm;

/// `lossy`: a cut connection costs what happens until the next one.
std::vector<ChaosFault> catalogue(bool replays) {
    const auto lossy = replays ? Harm::harmless : Harm::ends_sessions;
    return {
        {"reset", lossy, Json::object()},
        {"close", lossy, {{"code", 1001}}},
        {"close", lossy, {{"code", 1011}}},
        {"cut_frame", lossy, Json::object()},
        {"freeze", lossy, Json::object(), Millis{3'000}},
        {"drop_acks", lossy, Json::object(), Millis{4'000}},
        {"refuse_upgrade", lossy, {{"count", 2}, {"status", 502}}},
        {"close_after_ready", lossy, {{"count", 1}}},
        {"duplicate", Harm::harmless, {{"count", 5}}},
        {"delay_hello", Harm::harmless, {{"ms", 500}}, Millis{2'000}},
        {"unknown_event", Harm::harmless, Json::object()},
        {"fragments", Harm::harmless, Json::object()},
        {"flood", Harm::harmless, {{"count", 2'000}}},
        {"rest_429", Harm::rest, {{"count", 2}, {"retry_after", 1}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 500}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 502}, {"html", true}}},
        {"rest_slow", Harm::rest, {{"count", 3}, {"ms", 700}}},
        {"rest_cut", Harm::rest, {{"count", 1}}},
    };
}

Error missing(const char* what, const std::string& name) {
    return {ErrorKind::not_found, "no " + std::string(what) + " '" + name + "'"};
}

}  // namespace

Platform::Platform(Shared& shared, bool replays)
    : shared_(shared),
      recorder_(shared.clock),
      replays_(replays),
      random_(shared.options.seed),
      chatter_timer_(shared.io) {}

void Platform::watch(World& world, Faults& faults, std::map<std::string, unsigned>& counts) {
    world_ = &world;
    faults_ = &faults;
    counts_ = &counts;
    world.on_happening([this](const Happening& happening) { heard(happening); });
}

void Platform::heard(const Happening& happening) {
    if (happening.what != What::posted || happening.person == nullptr || !happening.person->bot) {
        return;
    }
    const auto& message = *happening.message;
    const std::function<Json()> shown = [&] { return show(message); };
    const auto reply =
        message.replies_to.empty() ? std::string_view{} : std::string_view(message.replies_to[0]);
    on_bot_message({message.channel, message.id, reply, message.text, shown});
}

Result<Json> Platform::say(const Json& what) {
    auto act = what;
    act["do"] = "write";
    return this->act(act);
}

Result<Json> Platform::act(const Json& what) {
    return perform(*world_, what,
                   {[this](const std::string& given) { return emoji(given); },
                    [this](const std::string& text) { return body_of(text); }});
}

Result<Json> Platform::fault(const Json& what) {
    const auto kind = what.at("kind").get<std::string>();
    recorder_.note("fault", 0, kind);
    if (kind == "revoke_token" || kind == "restore_token") {
        revoke(what.value("token", std::string()), kind == "revoke_token");
        return Json{{"set", kind}};
    }
    if (set_fault(*faults_, kind, what)) {
        return Json{{"set", kind}};
    }
    const auto hit = inject(kind, what);
    return hit ? Result<Json>(Json{{"connections", *hit}}) : Result<Json>(hit.error());
}

std::span<const ChaosFault> Platform::chaos_faults() {
    static const auto keeping = catalogue(true);
    static const auto losing = catalogue(false);
    return replays_ ? keeping : losing;
}

void Platform::end_faults() {
    *faults_ = Faults{};
    (void)inject("thaw", Json::object());
}

Result<Json> Platform::messages(const std::string& name) {
    const auto* channel = world_->channel(name.empty() ? "general" : name);
    if (channel == nullptr) {
        return missing("channel", name);
    }
    Json list = Json::array();
    for (const auto& message : channel->messages) {
        auto json = show(message);
        json["content"] = message.text;
        list.push_back(std::move(json));
    }
    return list;
}

Json Platform::state() {
    auto faults = fault_names();
    const auto more = inject_names();
    faults.insert(faults.end(), more.begin(), more.end());
    faults.insert(faults.end(), {"restore_token", "revoke_token"});
    std::sort(faults.begin(), faults.end());
    Json bots = Json::array();
    for (const auto& person : world_->people()) {
        if (person.bot) {
            bots.push_back({{"id", person.id}, {"name", person.name}});
        }
    }
    Json guilds = Json::array();
    for (const auto& server : world_->servers()) {
        Json channels = Json::array();
        for (const auto& id : server.channels) {
            channels.push_back({{"id", id}, {"name", world_->channel(id)->name}});
        }
        Json members = Json::array();
        for (const auto& [id, member] : server.members) {
            members.push_back({{"id", id}, {"name", world_->person(id)->name}});
        }
        guilds.push_back({{"id", server.id},
                          {"name", server.name},
                          {"channels", std::move(channels)},
                          {"members", std::move(members)}});
    }
    return {{"acts", act_names()}, {"faults", faults}, {"bots", bots}, {"guilds", guilds}};
}

Result<unsigned> Platform::prepare_load(unsigned guilds, unsigned channels_per_guild) {
    if (guilds > kMostGuilds) {
        return Error(ErrorKind::invalid, "a run takes at most 2500 guilds");
    }
    const auto& owner = world_->servers().front().owner;
    while (world_->servers().size() < guilds) {
        (void)world_->add_server("Load " + std::to_string(world_->servers().size()), owner);
    }
    places_.clear();
    auto server = world_->servers().begin();
    for (unsigned i = 0; i < guilds; ++i, ++server) {
        std::vector<std::string> writers;
        for (const auto& [id, member] : server->members) {
            if (!world_->person(id)->bot) {
                writers.push_back(id);
            }
        }
        for (unsigned j = 1; j <= channels_per_guild; ++j) {
            const auto name = "load-" + std::to_string(j);
            const auto* known = world_->channel(name, server->id);
            const auto& channel =
                known != nullptr
                    ? *known
                    : world_->add_channel(*server, name, ChannelType::text, server->owner);
            places_.push_back({channel.id, writers});
        }
    }
    return static_cast<unsigned>(places_.size());
}

void Platform::send_load(unsigned place, const std::string& text, const std::string&) {
    const auto& chosen = places_.at(place);
    Draft draft;
    draft.channel = chosen.channel;
    draft.author = chosen.writers[random_() % chosen.writers.size()];
    draft.text = text;
    draft.content = body_of(text);
    world_->post(std::move(draft));
}

Json Platform::counts() {
    Json json = {{"reconnects", 0}, {"identifies", 0}};
    for (const auto& [name, count] : *counts_) {
        json[name == "connects" ? "reconnects" : name] = count;
    }
    return json;
}

void Platform::chatter(double lines_per_second) {
    chatter_rate_ = lines_per_second;
    if (chatter_rate_ > 0) {
        chat();
    }
}

void Platform::chat() {
    const auto pause = std::exponential_distribution<double>(chatter_rate_ * 2)(random_);
    chatter_timer_.expires_after(Millis(static_cast<std::int64_t>(std::min(pause, 60.0) * 1'000)));
    chatter_timer_.async_wait([this](boost::system::error_code error) {
        if (error) {
            return;
        }
        const auto& person = cast::kPeople[random_() % cast::kPeople.size()];
        const auto* line = cast::kLines[random_() % cast::kLines.size()];
        const auto* symbol = cast::kEmoji[random_() % cast::kEmoji.size()];
        static constexpr std::array kPlaces = {"general", "random"};
        Json act = {{"channel", kPlaces[random_() % kPlaces.size()]}, {"user", person.username}};
        const auto chosen = random_() % 8;
        if (chosen < 4) {
            act.update({{"do", "write"}, {"text", line}});
        } else if (chosen < 6) {
            act.update({{"do", "react"}, {"emoji", symbol}});
        } else {
            act["do"] = "typing";
        }
        (void)this->act(act);  // nothing to react to is no harm
        chat();
    });
}

}  // namespace rookery::sim::community
