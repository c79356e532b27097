#include "sim/revolt/connection.hpp"

#include "sim/http_server.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

// The documents ask for a Ping every 10 to 30 s; something is left for slow machines.
constexpr Millis kPingAtTheLatest{45'000};
constexpr const char* kLocation = "crates/bonfire/src/websocket.rs:1:1";
constexpr std::array kDefaultFields = {"users",  "servers",      "channels",      "members",
                                       "emojis", "voice_states", "policy_changes"};

}  // namespace

Connection::Connection(Gateway& gateway, std::shared_ptr<WsChannel> channel, unsigned number)
    : gateway_(gateway),
      core_(gateway.core_),
      channel_(std::move(channel)),
      number_(number),
      delay_(core_.shared.io),
      idle_(core_.shared.io) {}

void Connection::start() {
    const auto with = [weak = weak_from_this()](auto call) {
        return [weak, call](auto... args) {
            if (const auto self = weak.lock()) {
                call(*self, args...);
            }
        };
    };
    channel_->start({
        .status =
            [this] {
                auto& faults = core_.faults;
                return take(faults.refuse_upgrades) ? faults.upgrade_status : 101U;
            },
        .opened = with([](auto& self, std::string_view target) { self.opened(target); }),
        .message = with([](auto& self, std::string_view text) { self.received(text, false); }),
        .binary = with([](auto& self, std::string_view bytes) { self.received(bytes, true); }),
        .writable = with([](auto& self) { self.pump(); }),
        .closed = with([](auto& self, unsigned) { self.closed(); }),
    });
}

void Connection::violation(const char* rule, std::string_view text) const {
    core_.recorder.violation(rule, number_, text);
}

void Connection::opened(std::string_view target) {
    ++core_.connects;
    heard_ = core_.shared.clock.now();
    core_.recorder.note("connection", number_, "opened");
    const auto mark = target.find('?');
    std::string token;
    auto rest = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto key = pair.substr(0, equals);
        // Not percent-decoded: the platform takes the slices as they are.
        const std::string value(pair.substr(std::min(pair.size(), equals + 1)));
        if (key == "format") {
            format_ = value == "msgpack" ? Format::msgpack : Format::json;
            if (value != "msgpack" && value != "json") {
                violation("unknown_format", value);
            }
        } else if (key == "token") {
            token = value;
        } else if (key == "ready") {
            fields_.insert(value);
        } else if (key == "version" && value != "1") {
            violation("unknown_version", value);
        }
    }
    if (core_.faults.fragment > 0) {
        channel_->fragment(core_.faults.fragment);
    }
    watch_idle();
    if (!token.empty()) {
        log_in(token);
    }
}

void Connection::received(std::string_view bytes, bool binary) {
    heard_ = core_.shared.clock.now();
    if (binary != (format_ == Format::msgpack)) {
        return violation("wrong_frame_kind", binary ? "a binary frame" : "a text frame");
    }
    const auto frame = read_frame(bytes, format_);
    if (!frame || !frame->contains("type") || !(*frame)["type"].is_string()) {
        return violation("undecodable_frame", bytes.substr(0, 200));
    }
    const auto type = (*frame)["type"].get<std::string>();
    core_.recorder.note("gateway_in", number_, type);
    const bool has_token = frame->contains("token") && (*frame)["token"].is_string();
    if (!ready_ && user_.empty()) {
        if (type == "Authenticate" && has_token && !asked_) {
            return log_in((*frame)["token"]);
        }
        return violation("before_authenticated", type);
    }
    if (type == "Ping") {
        ping(*frame);
    } else if (type == "BeginTyping" || type == "EndTyping") {
        typing(type, *frame);
    } else if (type == "Authenticate") {
        violation("authenticate_again", "");
    } else if (type == "Subscribe") {
        if (bot_) {
            violation("subscribe_by_bot", "has no effect");
        }
    } else if (type != "Pong") {
        violation("unknown_command", type);
    }
}

void Connection::ping(const Json& frame) {
    const auto now = core_.shared.clock.now();
    if (now - pinged_ > kPingAtTheLatest) {
        violation("ping_too_late",
                  std::to_string(std::chrono::duration_cast<Millis>(now - pinged_).count()) +
                      " ms after the one before");
    }
    pinged_ = now;
    ++core_.pings;
    const auto data = frame.value("data", Json());
    const bool bytes = data.is_array() && std::all_of(data.begin(), data.end(), [](const Json& b) {
                           return b.is_number_unsigned() && b.get<unsigned>() < 256;
                       });
    if (!data.is_number_unsigned() && !bytes && !data.is_binary()) {
        return violation("bad_ping_data", data.dump());
    }
    if (!frame.value("responded", Json()).is_null() || core_.faults.drop_pongs) {
        return;
    }
    send({{"type", "Pong"},
          {"data", data.is_binary() ? Json(std::vector<std::uint8_t>(data.get_binary())) : data}});
}

void Connection::typing(const std::string& type, const Json& frame) {
    const auto id = frame.value("channel", std::string());
    const auto* channel = core_.world.channel(id);
    if (channel == nullptr || !core_.world.sees(user_, *channel)) {
        return violation("typing_in_unknown_channel", id);
    }
    gateway_.tell_channel(
        id, {{"type", type == "BeginTyping" ? "ChannelStartTyping" : "ChannelStopTyping"},
             {"id", id},
             {"user", user_}});
}

void Connection::log_in(const std::string& token) {
    asked_ = true;
    auto& faults = core_.faults;
    if (take(faults.silent_logins)) {
        return;
    }
    if (take(faults.refused_logins)) {
        return refuse(faults.login_error, token);
    }
    const auto* account = core_.world.account_of(token);
    if (account == nullptr) {
        if (gateway_.refused_tokens_[token]) {
            violation("login_with_refused_token", "the platform had said that it is not valid");
        }
        gateway_.refused_tokens_[token] = true;
        return refuse("InvalidSession", token);
    }
    user_ = account->user;
    bot_ = account->bot;
    ++core_.logins;
    pinged_ = core_.shared.clock.now();
    if (faults.ready_delay == Millis{0}) {
        return greet();
    }
    delay_.expires_after(faults.ready_delay);
    delay_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error && !self->over_) {
            self->greet();
        }
    });
}

void Connection::error(const std::string& type) {
    send(core_.faults.old_errors
             ? Json{{"type", "Error"}, {"error", type}}
             : Json{{"type", "Error"}, {"data", {{"type", type}, {"location", kLocation}}}});
}

void Connection::refuse(const std::string& type, const std::string&) {
    core_.recorder.note("connection", number_, "login refused: " + type);
    error(type);
    drop();
}

void Connection::greet() {
    const bool first = !gateway_.online(user_);
    auto* self = core_.world.user(user_);
    (*self)["online"] = true;
    send({{"type", "Authenticated"}});
    send(ready_event());
    if (first) {
        gateway_.tell_acquaintances(user_, {{"type", "UserUpdate"},
                                            {"id", user_},
                                            {"data", {{"online", true}}},
                                            {"clear", Json::array()},
                                            {"event_id", nullptr}});
    }
    ready_ = true;
    core_.recorder.note("connection", number_, "ready");
    Json slow = Json::array();
    const auto now = core_.shared.clock.now();
    for (const auto& [key, until] : core_.world.slow) {
        if (key.second == user_ && until > now) {
            slow.push_back(
                {{"channel_id", key.first},
                 {"duration", core_.world.channels[key.first].value("slowmode", 0)},
                 {"retry_after", std::chrono::duration_cast<Millis>(until - now).count()}});
        }
    }
    if (!slow.empty()) {
        send({{"type", "UserSlowmodes"}, {"slowmodes", slow}});
    }
    if (take(core_.faults.closes_at_ready)) {
        drop();
    }
}

bool Connection::chosen(const char* field) const {
    if (fields_.empty()) {
        return std::find_if(kDefaultFields.begin(), kDefaultFields.end(), [&](const char* known) {
                   return std::string_view(known) == field;
               }) != kDefaultFields.end();
    }
    return fields_.contains(field);
}

Json Connection::ready_event() {
    auto& world = core_.world;
    Json ready = {{"type", "Ready"}};
    std::set<std::string> people = {user_};  // and those of conversations, not all of the servers
    Json servers = Json::array();
    Json channels = Json::array();
    Json members = Json::array();
    Json voices = Json::array();
    for (const auto& [id, server] : world.servers) {
        if (const auto* own = world.member(id, user_)) {
            servers.push_back(server);
            members.push_back(*own);
        }
    }
    for (const auto& [id, channel] : world.channels) {
        if (world.sees(user_, channel)) {
            channels.push_back(channel);
            for (const auto& user : channel.value("recipients", Json::array())) {
                people.insert(user);
            }
            if (!world.voices[id].empty()) {
                Json states = Json::array();
                for (const auto& [user, state] : world.voices[id]) {
                    states.push_back(state);
                }
                voices.push_back({{"id", id}, {"participants", states}});
            }
        }
    }
    if (chosen("users")) {
        ready["users"] = Json::array();
        for (const auto& user : people) {
            ready["users"].push_back(world.user_json(user, user_));
        }
    }
    Json emojis = Json::array();
    for (const auto& [id, emoji] : world.emojis) {
        if (world.member(emoji["parent"].value("id", std::string()), user_) != nullptr) {
            emojis.push_back(emoji);
        }
    }
    const std::array parts = {std::pair{"servers", &servers}, std::pair{"channels", &channels},
                              std::pair{"members", &members}, std::pair{"emojis", &emojis},
                              std::pair{"voice_states", &voices}};
    for (const auto& [name, list] : parts) {
        if (chosen(name)) {
            ready[name] = std::move(*list);
        }
    }
    if (chosen("channel_unreads")) {
        ready["channel_unreads"] = Json::array();
    }
    if (!bot_ && chosen("policy_changes")) {
        ready["policy_changes"] = Json::array();
    }
    if (core_.faults.ready_bytes > 0) {
        // A user as large as that: fields that nobody knows have to be tolerated.
        ready["noise"] = std::string(core_.faults.ready_bytes, 'x');
    }
    return ready;
}

void Connection::send(const Json& frame) {
    channel_->send(frame_of(frame, format_), format_ == Format::msgpack);
}

void Connection::event(const Json& event) {
    if (ready_ && !over_) {
        waiting_.push_back(event);
        pump();
    }
}

void Connection::pump() {
    auto& faults = core_.faults;
    while (!waiting_.empty() && !paused_ && !over_ && !faults.mute) {
        if (take(faults.delayed_events)) {
            paused_ = true;
            delay_.expires_after(faults.delay_by);
            delay_.async_wait([self = shared_from_this()](boost::system::error_code error) {
                if (!error) {
                    self->paused_ = false;
                    self->pump();
                }
            });
            return;
        }
        auto event = std::move(waiting_.front());
        waiting_.pop_front();
        if (take(faults.bulked_events)) {
            const Json inner = {{"type", "Bulk"}, {"v", Json::array({std::move(event)})}};
            event = {{"type", "Bulk"}, {"v", Json::array({inner})}};
        }
        core_.recorder.note("gateway_out", number_, event["type"].get_ref<const std::string&>());
        ++core_.events;
        if (take(faults.duplicate_events)) {
            send(event);
        }
        send(event);
    }
}

void Connection::watch_idle() {
    if (core_.faults.idle_cut == Millis{0} || over_) {
        return;
    }
    idle_.expires_at(heard_ + core_.faults.idle_cut);
    idle_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        const auto cut = self->core_.faults.idle_cut;
        if (error || self->over_ || cut == Millis{0}) {
            return;
        }
        if (self->core_.shared.clock.now() - self->heard_ >= cut) {
            self->core_.recorder.note("connection", self->number_, "cut for its silence");
            return self->channel_->reset();
        }
        self->watch_idle();
    });
}

void Connection::closed() {
    over_ = true;
    delay_.cancel();
    idle_.cancel();
    core_.recorder.note("connection", number_, "closed");
    gateway_.ended(number_, ready_ ? user_ : std::string());
}

}  // namespace rookery::sim::revolt
