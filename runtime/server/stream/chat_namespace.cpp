#include "server/stream/chat_namespace.hpp"

#include "model/json_text.hpp"
#include "server/stream/chat_events.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNames = 200;
constexpr std::string_view kConnection = "connection.update";
constexpr std::string_view kBridge = "whatsapp";

std::string direct_room(std::string_view name) { return std::string(name) + "@direct"; }
std::string guild_room(std::string_view name, std::string_view guild) {
    return std::string(name) + "@" + std::to_string(model::id_key(guild));
}

std::string connection_text(std::string_view bot, std::string_view state) {
    std::string text = "{\"connection\":\"" + std::string(chat_connection(state)) + "\",\"bot\":";
    model::append_json_text(text, bot);
    return text + "}";
}

/// From `[["a","b"]]`, `["a"]`, `[{"events":["a"]}]`; "*" is every name. Error invalid.
Result<std::vector<std::string>> read_names(const Arguments& arguments) {
    const json list = json::parse(arguments.json, nullptr, false);
    json names = list.is_array() && !list.empty() ? list[0] : json();
    if (names.is_object() && names.contains("events")) {
        names = json(names["events"]);
    }
    if (names.is_string()) {
        names = json::array({names});
    }
    if (!names.is_array() || names.size() > kMostNames) {
        return Error(ErrorKind::invalid, "expected a list of at most 200 event names");
    }
    std::vector<std::string> out;
    for (const json& name : names) {
        if (!name.is_string()) {
            return Error(ErrorKind::invalid,
                         std::string("expected an event name, got ") + name.type_name());
        }
        if (name != "*") {
            out.push_back(name.get<std::string>());
            continue;
        }
        for (const ChatName& known : chat_names()) {
            out.emplace_back(known.name);
        }
    }
    return out;
}

}  // namespace

ChatNamespace::ChatNamespace(SocketServer& sockets, Guard& guard, Runtime& runtime,
                             const boost::asio::any_io_executor& executor, Options options)
    : sockets_(sockets),
      guard_(guard),
      runtime_(runtime),
      options_(options),
      timer_(executor),
      selves_(std::make_shared<std::map<std::string, std::string, std::less<>>>()) {}

void ChatNamespace::connect(const Handshake& handshake, std::function<void(Admission)> decide) {
    Admission admission;
    if (const KeyPtr key = admit_client(guard_, handshake, "token", admission)) {
        admission = Admission::accept(StreamClient{
            key, false, key->hears_direct() || (options_.holobridge && !key->guilds), true});
        admission.identity = identity_of(*key);
        admission.recovery = options_.recovery && asks_recovery(handshake);
    }
    decide(std::move(admission));
}

void ChatNamespace::joined(SocketId /*socket*/, bool /*recovered*/) {}

void ChatNamespace::left(SocketId /*socket*/, std::string_view /*reason*/) {}

/// A key of some events hears a name when it hears all that becomes it.
bool ChatNamespace::allowed(const StreamClient& client, std::string_view name) {
    const ChatName* const known = find_chat_name(name);
    if (known == nullptr || (known->secret && !client.key->has("admin"))) {
        return false;
    }
    if (client.key->hears(name)) {
        return true;
    }
    bool any = false;
    for (const ChatRule& rule : chat_rules()) {
        if (rule.name == name) {
            any = true;
            if (!client.key->hears(rule.event)) {
                return false;
            }
        }
    }
    return any;
}

std::vector<std::string> ChatNamespace::rooms_of(const StreamClient& client,
                                                 std::string_view name) {
    if (name == kConnection) {
        return {std::string(name)};
    }
    std::vector<std::string> all;
    if (client.direct) {
        all.push_back(direct_room(name));
    }
    if (!client.key->guilds) {
        all.emplace_back(name);
    } else {
        for (const std::string& guild : *client.key->guilds) {
            all.push_back(guild_room(name, guild));
        }
    }
    return all;
}

void ChatNamespace::event(SocketId socket, std::string_view name, Arguments arguments,
                          Reply reply) {
    const StreamClient* const known = stream_client(sockets_, socket);
    if (known == nullptr) {
        return;
    }
    if (!guard_.spend(*known->key)) {
        send_error(sockets_, socket, "RATE_LIMITED", "Too many requests", reply);
        return;
    }
    if (name != "subscribe" && name != "unsubscribe") {
        return;
    }
    auto names = read_names(arguments);
    if (!names) {
        send_error(sockets_, socket, "INVALID_PAYLOAD",
                   std::string(name) + ": " + names.error().context(), reply);
        return;
    }
    if (name == "subscribe") {
        std::erase_if(*names, [&](const std::string& one) { return !allowed(*known, one); });
        subscribe(socket, *known, *names, reply);
        return;
    }
    for (const std::string& one : *names) {
        for (const std::string& room : rooms_of(*known, one)) {
            sockets_.leave(socket, room);
        }
    }
    answer(socket, "unsubscribed", *names, reply);
}

void ChatNamespace::subscribe(SocketId socket, const StreamClient& client,
                              const std::vector<std::string>& names, const Reply& reply) {
    for (const std::string& name : names) {
        for (const std::string& room : rooms_of(client, name)) {
            if (const auto in = sockets_.join(socket, room); !in) {
                send_error(sockets_, socket, "TOO_MANY_SUBSCRIPTIONS", in.error().context(), reply);
                return;
            }
        }
    }
    answer(socket, "subscribed", names, reply);
    learn_self();
    if (std::find(names.begin(), names.end(), kConnection) != names.end()) {
        watch_bots();
        for (const BotInfo& bot : runtime_.bots()) {
            sockets_.emit(socket, kConnection,
                          {"[" + connection_text(bot.name, bot.state) + "]", {}});
        }
    }
}

void ChatNamespace::answer(SocketId socket, std::string_view event,
                           const std::vector<std::string>& names, const Reply& reply) {
    const Arguments arguments{
        "[" + json{{"events", names}}.dump(-1, ' ', false, json::error_handler_t::replace) + "]",
        {}};
    sockets_.emit(socket, event, arguments);
    if (reply) {
        reply(arguments);
    }
}

bool ChatNamespace::anybody(std::span<const std::string> rooms) const {
    return std::any_of(spaces_.begin(), spaces_.end(),
                       [&](const std::string& ns) { return sockets_.anybody(ns, rooms); });
}

void ChatNamespace::send(std::span<const std::string> rooms, std::string_view name,
                         std::string payload) {
    const Arguments arguments{"[" + std::move(payload) + "]", {}};
    for (const std::string& ns : spaces_) {
        if (sockets_.anybody(ns, rooms)) {
            sockets_.broadcast(ns, rooms, name, arguments);
        }
    }
}

void ChatNamespace::stream(const model::Event& event) {
    const std::string_view full = event.name();
    if (full.starts_with(kBridge) && full.size() > kBridge.size() && full[kBridge.size()] == ':') {
        const std::string name(full.substr(kBridge.size() + 1));
        if (find_chat_name(name) != nullptr) {
            send({&name, 1}, name, std::string(event.raw()));
        }
        return;
    }
    for (const ChatRule& rule : chat_rules()) {
        if (rule.event != full) {
            continue;
        }
        const std::string_view guild = event.guild_text();
        std::vector<std::string> rooms;
        if (guild.empty()) {
            rooms = {direct_room(rule.name)};
        } else {
            rooms = {std::string(rule.name), guild_room(rule.name, guild)};
        }
        if (!anybody(rooms)) {
            return;
        }
        const auto self = selves_->find(event.bot_name());
        if (auto payload =
                rule.write(event, self == selves_->end() ? std::string_view() : self->second)) {
            send(rooms, rule.name, *std::move(payload));
        }
        return;
    }
}

/// Once for each bot; again, when it could not be said.
void ChatNamespace::learn_self() {
    for (const BotInfo& bot : runtime_.bots()) {
        if (!selves_->emplace(bot.name, "").second) {
            continue;
        }
        hostapi::OperationCall call;
        call.operation = "users.me";
        call.bot = bot.name;
        call.extension = "server";
        runtime_.call(std::move(call),
                      [weak = std::weak_ptr(selves_), name = bot.name](const Result<json>& user) {
                          if (const auto selves = weak.lock()) {
                              if (user && user->is_object() && user->contains("id") &&
                                  (*user)["id"].is_string()) {
                                  (*selves)[name] = (*user)["id"].get<std::string>();
                              } else {
                                  selves->erase(name);
                              }
                          }
                      });
    }
}

/// As long as somebody wants to know.
void ChatNamespace::watch_bots() {
    if (!watching_) {
        watching_ = true;
        for (const BotInfo& bot : runtime_.bots()) {
            states_[bot.name] = chat_connection(bot.state);
        }
        look_at_bots();
    }
}

void ChatNamespace::look_at_bots() {
    timer_.expires_after(options_.look);
    timer_.async_wait(
        [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& failure) {
            if (failure || alive.expired()) {
                return;
            }
            const std::vector<std::string> room{std::string(kConnection)};
            for (const BotInfo& bot : runtime_.bots()) {
                std::string& told = states_[bot.name];
                if (const auto now = chat_connection(bot.state); told != now) {
                    told = now;
                    send(room, kConnection, connection_text(bot.name, bot.state));
                }
            }
            watching_ = anybody(room);
            if (watching_) {
                look_at_bots();
            }
        });
}

}  // namespace rookery::server
