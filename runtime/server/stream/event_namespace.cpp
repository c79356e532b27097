#include "server/stream/event_namespace.hpp"

#include "server/stream/envelope.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWaiting = 64;
constexpr std::string_view kInteraction = "interaction:create";
constexpr std::string_view kDirect = "direct";
constexpr std::string_view kEveryBot = "*";
constexpr std::size_t kSteps = 512;  // entries of the log in one turn
constexpr Millis kPause{5};          // for a client to read what waits for it

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

bool names_direct(const std::vector<SubscriptionRequest::Since>& since) {
    return std::any_of(since.begin(), since.end(),
                       [](const auto& one) { return one.guild == kDirect; });
}

std::string shown(const std::string& guild) { return guild.empty() ? std::string(kDirect) : guild; }

/// What a subscription covers, bot by bot, and of that what is to be told first: nothing to a
/// client whose numbers are of another epoch, before it knows that they mean nothing.
std::pair<std::vector<Replay::From>, std::vector<Replay::From>> expand(
    const SubscriptionRequest& request, const std::vector<std::string>& guilds,
    const std::vector<BotInfo>& bots, const std::string& epoch) {
    const bool other = !request.epoch.empty() && request.epoch != epoch;
    std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> wanted;
    for (const SubscriptionRequest::Since& one : *request.since) {
        if (!other) {
            wanted[{one.bot, one.guild == kDirect ? "" : std::string_view(one.guild)}] = one.seq;
        }
    }
    std::pair<std::vector<Replay::From>, std::vector<Replay::From>> all;
    for (const std::string& guild : std::set<std::string>(guilds.begin(), guilds.end())) {
        for (const BotInfo& bot : bots) {
            all.first.push_back({bot.name, guild, 0});
            auto found = wanted.find({bot.name, guild});
            if (found == wanted.end()) {
                found = wanted.find({kEveryBot, guild});
            }
            if (found != wanted.end()) {
                all.second.push_back({bot.name, guild, found->second});
            }
        }
    }
    return all;
}

}  // namespace

EventNamespace::EventNamespace(SocketServer& sockets, Guard& guard, GuildList& guilds,
                               Runtime& runtime, const History& history,
                               boost::asio::any_io_executor executor, Options options)
    : sockets_(sockets),
      guard_(guard),
      guilds_(guilds),
      runtime_(runtime),
      history_(history),
      executor_(std::move(executor)),
      options_(std::move(options)) {}

StreamClient EventNamespace::client_of(const KeyPtr& key) const {
    return {key, options_.holobridge || key->has("write:messages"),
            key->hears_direct() || (options_.holobridge && !key->guilds), false, false};
}

/// Those that a socket is in before it has asked for anything.
std::vector<std::string> EventNamespace::first_rooms(const StreamClient& client) const {
    const Key& key = *client.key;
    std::vector<std::string> all;
    if (client.direct && !client.counts) {
        append(all, rooms::wanted(rooms::kDirect, key.events, client.tokens));
    }
    if (!key.hears("guildCreate")) {
        return all;
    }
    if (!key.guilds) {
        all.emplace_back(rooms::kNew);
    } else {
        for (const std::string& guild : *key.guilds) {
            all.push_back(rooms::new_guild(guild));
        }
    }
    return all;
}

void EventNamespace::connect(const Handshake& handshake, std::function<void(Admission)> decide) {
    if (options_.chat != nullptr && !has_credential(handshake, "apiKey") &&
        has_credential(handshake, "token")) {
        options_.chat->connect(handshake, std::move(decide));
        return;
    }
    Admission admission;
    if (const KeyPtr key = admit_client(guard_, handshake, "apiKey", admission)) {
        StreamClient client = client_of(key);
        client.counts = says_since(handshake);
        admission = Admission::accept(client, first_rooms(client));
        admission.identity = identity_of(*key);
        admission.recovery = options_.recovery && asks_recovery(handshake);
    }
    decide(std::move(admission));
}

void EventNamespace::joined(SocketId /*socket*/, bool /*recovered*/) {}

void EventNamespace::left(SocketId socket, std::string_view /*reason*/) { queues_.erase(socket); }

StreamClient* EventNamespace::client(SocketId socket) const {
    return stream_client(sockets_, socket);
}

void EventNamespace::fail(SocketId socket, std::string_view code, std::string_view message,
                          const Reply& reply) {
    send_error(sockets_, socket, code, message, reply);
}

void EventNamespace::event(SocketId socket, std::string_view name, Arguments arguments,
                           Reply reply) {
    const StreamClient* const known = client(socket);
    if (known == nullptr) {
        return;
    }
    if (known->chat) {
        options_.chat->event(socket, name, std::move(arguments), std::move(reply));
        return;
    }
    if (!guard_.spend(*known->key)) {
        fail(socket, "RATE_LIMITED", "Too many requests", reply);
        return;
    }
    if (name != "subscribe" && name != "unsubscribe") {
        return;
    }
    auto request = read_subscription(arguments);
    if (!request) {
        fail(socket, "INVALID_PAYLOAD", std::string(name) + ": " + request.error().context(),
             reply);
        return;
    }
    Queue& queue = queues_[socket];
    if (queue.waiting.size() >= kMostWaiting) {
        fail(socket, "RATE_LIMITED", "Too many requests", reply);
        return;
    }
    queue.waiting.push_back({name == "subscribe", *std::move(request), std::move(reply)});
    if (!queue.busy) {
        work(socket);
    }
}

/// Leaves in `request` what the key may have. Errors, for the client: not_found an event that is
/// not streamed, denied what needs a scope.
Result<> EventNamespace::check(const StreamClient& client, SubscriptionRequest& request) const {
    if (request.all && !client.key->has("events:all")) {
        return Error(ErrorKind::denied, "Missing required scope: events:all");
    }
    if (!request.events) {
        request.events = client.key->events;
        return {};
    }
    for (const std::string& name : *request.events) {
        // Rooms that a client is put into by its rights have names of that form, too.
        const bool ours =
            name.starts_with(kInteraction) || name.ends_with('+') || name.ends_with('-');
        if (name != kInteraction && !options_.events.contains(name) &&
            (ours || !options_.any || name.find(':') == std::string::npos)) {
            return Error(ErrorKind::not_found, "events: \"" + name + "\" is not streamed");
        }
    }
    std::erase_if(*request.events, [&](const std::string& name) {
        return !client.key->hears(name == kInteraction ? "interactionCreate" : name);
    });
    return {};
}

void EventNamespace::work(SocketId socket) {
    for (;;) {
        const auto found = queues_.find(socket);
        if (found == queues_.end() || found->second.busy || found->second.waiting.empty()) {
            return;
        }
        Work next = std::move(found->second.waiting.front());
        found->second.waiting.pop_front();
        const StreamClient* const known = client(socket);
        if (known == nullptr) {
            return;
        }
        if (!next.subscribe) {
            unsubscribe(socket, next);
            continue;
        }
        std::erase_if(next.request.guilds,
                      [&](const std::string& id) { return !known->key->sees_guild(id); });
        if (const auto fine = check(*known, next.request); !fine) {
            fail(socket,
                 fine.error().kind() == ErrorKind::denied ? "INSUFFICIENT_SCOPE" : "UNKNOWN_EVENT",
                 fine.error().context(), next.reply);
            continue;
        }
        found->second.busy = true;
        auto ids = next.request.guilds;
        guilds_.choose(std::move(ids),
                       [this, socket, next = std::move(next), alive = std::weak_ptr<bool>(alive_)](
                           const std::vector<std::string>& guilds) {
                           if (alive.expired()) {
                               return;
                           }
                           if (const auto queue = queues_.find(socket); queue != queues_.end()) {
                               queue->second.busy = false;
                               subscribe(socket, next, guilds);
                               work(socket);
                           }
                       });
    }
}

void EventNamespace::subscribe(SocketId socket, const Work& work,
                               const std::vector<std::string>& guilds) {
    const StreamClient* const known = client(socket);
    if (known == nullptr) {
        return;
    }
    if (work.request.since) {
        begin_catch_up(socket, work, guilds);
    } else if (join(socket, work, guilds, false)) {
        answer(socket, "subscribed", work, guilds);
    }
}

/// False: the client was told why not.
bool EventNamespace::join(SocketId socket, const Work& work, const std::vector<std::string>& guilds,
                          bool direct) {
    const StreamClient* const known = client(socket);
    std::vector<std::string> wanted;
    const auto add = [&](std::string_view scope) {
        append(wanted, rooms::wanted(scope, work.request.events, known->tokens));
    };
    if (work.request.all && known->key->guilds) {
        for (const std::string& guild : *known->key->guilds) {
            add(rooms::of_guild(guild));
        }
    } else if (work.request.all) {
        add(rooms::kAll);
    }
    for (const std::string& guild : guilds) {
        add(rooms::of_guild(guild));
    }
    if (direct) {
        append(wanted, rooms::wanted(rooms::kDirect, known->key->events, known->tokens));
    }
    for (const std::string& room : wanted) {
        if (const auto in = sockets_.join(socket, room); !in) {
            fail(socket, "TOO_MANY_SUBSCRIPTIONS", in.error().context(), work.reply);
            return false;
        }
    }
    return true;
}

void EventNamespace::leave(SocketId socket, const std::vector<std::string>& scopes) {
    if (scopes.empty()) {
        return;
    }
    for (const std::string& room : sockets_.rooms(socket)) {
        if (std::any_of(scopes.begin(), scopes.end(),
                        [&](const std::string& scope) { return rooms::belongs(room, scope); })) {
            sockets_.leave(socket, room);
        }
    }
}

void EventNamespace::begin_catch_up(SocketId socket, const Work& work,
                                    const std::vector<std::string>& guilds) {
    const StreamClient* const known = client(socket);
    Queue& queue = queues_[socket];
    std::vector<std::string> scopes;
    std::vector<std::string> names = guilds;
    for (const std::string& guild : guilds) {
        scopes.push_back(rooms::of_guild(guild));
        queue.counted.insert(guild);
    }
    const bool direct = known->direct && !queue.counted.contains({});
    const bool again = known->direct && names_direct(*work.request.since);
    if (direct || again) {
        names.emplace_back();
        scopes.emplace_back(rooms::kDirect);
        queue.counted.emplace();
    }
    leave(socket, scopes);
    auto [baseline, from] = expand(work.request, names, runtime_.bots(), history_.epoch());
    queue.catch_up = std::make_unique<CatchUp>(CatchUp{work, guilds, direct || again,
                                                       std::move(baseline), Replay(history_, from),
                                                       boost::asio::steady_timer(executor_)});
    queue.busy = true;
    catch_up(socket);
}

void EventNamespace::catch_up(SocketId socket) {
    const auto found = queues_.find(socket);
    if (found == queues_.end() || found->second.catch_up == nullptr) {
        return;
    }
    CatchUp& at_hand = *found->second.catch_up;
    std::size_t steps = kSteps;
    for (;;) {
        if (sockets_.is_behind(socket)) {
            go_on(socket, kPause);
            return;
        }
        const auto entry = at_hand.replay.next(steps);
        if (!entry) {
            break;
        }
        replay(socket, at_hand, *entry);
    }
    if (steps == 0) {
        go_on(socket, Millis{0});  // others have their turn
    } else {
        end_catch_up(socket);
    }
}

void EventNamespace::go_on(SocketId socket, Millis after) {
    auto& timer = queues_.at(socket).catch_up->timer;
    timer.expires_after(after);
    timer.async_wait([this, socket,
                      alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& error) {
        if (!error && !alive.expired()) {
            catch_up(socket);
        }
    });
}

/// One entry, in the forms that the subscription would have got at the time.
void EventNamespace::replay(SocketId socket, CatchUp& catch_up, const store::LogEntry& entry) {
    const StreamClient* const known = client(socket);
    if (known == nullptr) {
        return;
    }
    if (entry.text.size() > options_.largest) {
        catch_up.replay.skipped(entry);  // it would send the client away, each time anew
        return;
    }
    const auto& events = entry.thing.empty() ? known->key->events : catch_up.work.request.events;
    const auto send = [&](std::string_view what, std::string_view as, std::string_view text) {
        if (text.empty() ||
            (events && std::find(events->begin(), events->end(), what) == events->end())) {
            return;
        }
        const Arguments arguments{std::string(text), {}};
        const bool secret = has_token(entry.name) && !known->tokens;
        sockets_.emit(socket, as, secret ? without_token(arguments) : arguments);
    };
    send(entry.name, "discord", entry.text);
    send(kInteraction, kInteraction, entry.second);
}

/// From here on it is live: nothing comes between the log's end and the rooms.
void EventNamespace::end_catch_up(SocketId socket) {
    Queue& queue = queues_.at(socket);
    const std::unique_ptr<CatchUp> ended = std::move(queue.catch_up);
    queue.busy = false;
    ended->replay.close();
    if (client(socket) != nullptr && join(socket, ended->work, ended->guilds, ended->direct)) {
        answer(socket, "subscribed", ended->work, ended->guilds, ended.get());
    }
    work(socket);
}

std::vector<SocketId> EventNamespace::those_who_count(std::string_view guild) const {
    std::vector<SocketId> all;
    for (const auto& [socket, queue] : queues_) {
        if (queue.counted.contains(guild)) {
            all.push_back(socket);
        }
    }
    return all;
}

void EventNamespace::unsubscribe(SocketId socket, const Work& work) {
    const StreamClient* const known = client(socket);
    std::vector<std::string> scopes;
    if (work.request.all) {
        scopes.emplace_back(rooms::kAll);
        if (known->key->guilds) {
            for (const std::string& guild : *known->key->guilds) {
                scopes.push_back(rooms::of_guild(guild));
            }
        }
    }
    for (const std::string& guild : work.request.guilds) {
        scopes.push_back(rooms::of_guild(guild));
    }
    if (work.request.events) {
        for (const std::string& scope : scopes) {
            for (const auto& room : rooms::wanted(scope, work.request.events, known->tokens)) {
                sockets_.leave(socket, room);
            }
        }
    } else {
        leave(socket, scopes);
    }
    answer(socket, "unsubscribed", work, work.request.guild_texts);
}

/// What was not asked for is not in the answer either: `{"guildIds":[...]}` is all of it for
/// clients that know no more.
void EventNamespace::answer(SocketId socket, std::string_view event, const Work& work,
                            const std::vector<std::string>& guilds, const CatchUp* catch_up) {
    std::string text = "[{\"guildIds\":" + dump(guilds);
    if (work.request.events) {
        text += ",\"events\":" + dump(*work.request.events);
    }
    if (work.request.all) {
        text += ",\"all\":true";
    }
    if (catch_up != nullptr) {
        json seq = json::object();
        for (const Replay::From& one : catch_up->baseline) {
            if (const std::uint64_t newest = history_.newest(one.bot, one.guild); newest != 0) {
                seq[one.bot][shown(one.guild)] = newest;
            }
        }
        json gaps = json::array();
        for (const Replay::Gap& gap : catch_up->replay.gaps()) {
            gaps.push_back({{"bot", gap.bot},
                            {"guildId", shown(gap.guild)},
                            {"from", gap.first},
                            {"to", gap.last}});
        }
        text += ",\"epoch\":" + dump(history_.epoch()) + ",\"seq\":" + dump(seq) +
                ",\"gaps\":" + dump(gaps);
    }
    text += "}]";
    const Arguments arguments{std::move(text), {}};
    sockets_.emit(socket, event, arguments);
    if (work.reply) {
        work.reply(arguments);
    }
}

void EventNamespace::stream(Outgoing& outgoing) {
    const model::Event& event = outgoing.event();
    const std::string_view name = event.name();
    const std::string_view guild = event.guild_text();
    const auto reach = [&](std::string_view what, std::optional<bool> with_token) {
        if (guild.empty()) {
            return rooms::reached(rooms::kDirect, what, with_token);
        }
        auto all = rooms::reached(rooms::of_guild(guild), what, with_token);
        append(all, rooms::reached(rooms::kAll, what, with_token));
        if (what == "guildCreate") {
            all.emplace_back(rooms::kNew);
            all.push_back(rooms::new_guild(guild));
        }
        return all;
    };
    const std::vector<SocketId> except =
        outgoing.again() ? those_who_count(guild) : std::vector<SocketId>();
    if (!has_token(name)) {
        const auto to = reach(name, std::nullopt);
        if (sockets_.anybody(kName, to)) {
            sockets_.broadcast(kName, to, "discord", outgoing.envelope(), except);
        }
        return;
    }
    const auto send = [&](std::string_view what, std::string_view as, auto write) {
        const auto with = reach(what, true);
        const auto without = reach(what, false);
        const bool some = sockets_.anybody(kName, with);
        const bool others = sockets_.anybody(kName, without);
        const std::optional<Arguments> arguments = some || others ? write() : std::nullopt;
        if (arguments && some) {
            sockets_.broadcast(kName, with, as, *arguments, except);
        }
        if (arguments && others) {
            sockets_.broadcast(kName, without, as, without_token(*arguments), except);
        }
    };
    send(name, "discord", [&] { return std::optional(outgoing.envelope()); });
    if (name == "interactionCreate") {
        send(kInteraction, kInteraction, [&] { return outgoing.interaction(); });
    }
}

}  // namespace rookery::server
