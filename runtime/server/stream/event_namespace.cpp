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

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

EventNamespace::EventNamespace(SocketServer& sockets, Guard& guard, GuildList& guilds,
                               Options options)
    : sockets_(sockets), guard_(guard), guilds_(guilds), options_(std::move(options)) {}

StreamClient EventNamespace::client_of(const KeyPtr& key) const {
    return {key, options_.holobridge || key->has("write:messages"),
            key->hears_direct() || (options_.holobridge && !key->guilds), false};
}

/// Those that a socket is in before it has asked for anything.
std::vector<std::string> EventNamespace::first_rooms(const StreamClient& client) const {
    const Key& key = *client.key;
    std::vector<std::string> all;
    if (client.direct) {
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
        const StreamClient client = client_of(key);
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
    std::vector<std::string> wanted;
    std::vector<std::string> accepted;
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
        accepted.push_back(guild);
    }
    for (const std::string& room : wanted) {
        if (const auto in = sockets_.join(socket, room); !in) {
            fail(socket, "TOO_MANY_SUBSCRIPTIONS", in.error().context(), work.reply);
            return;
        }
    }
    answer(socket, "subscribed", work, accepted);
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
    } else if (!scopes.empty()) {
        for (const std::string& room : sockets_.rooms(socket)) {
            if (std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
                    return rooms::belongs(room, scope);
                })) {
                sockets_.leave(socket, room);
            }
        }
    }
    answer(socket, "unsubscribed", work, work.request.guild_texts);
}

/// What was not asked for is not in the answer either: `{"guildIds":[...]}` is all of it for
/// clients that know no more.
void EventNamespace::answer(SocketId socket, std::string_view event, const Work& work,
                            const std::vector<std::string>& guilds) {
    std::string text = "[{\"guildIds\":" + dump(guilds);
    if (work.request.events) {
        text += ",\"events\":" + dump(*work.request.events);
    }
    if (work.request.all) {
        text += ",\"all\":true";
    }
    text += "}]";
    const Arguments arguments{std::move(text), {}};
    sockets_.emit(socket, event, arguments);
    if (work.reply) {
        work.reply(arguments);
    }
}

void EventNamespace::stream(const model::Event& event, std::uint64_t seq) {
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
    if (!has_token(name)) {
        const auto to = reach(name, std::nullopt);
        if (sockets_.anybody(kName, to)) {
            sockets_.broadcast(kName, to, "discord", write_envelope(event, seq));
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
            sockets_.broadcast(kName, with, as, *arguments);
        }
        if (arguments && others) {
            sockets_.broadcast(kName, without, as, without_token(*arguments));
        }
    };
    send(name, "discord", [&] { return std::optional(write_envelope(event, seq)); });
    if (name == "interactionCreate") {
        send(kInteraction, kInteraction, [&] { return write_interaction(event); });
    }
}

}  // namespace rookery::server
