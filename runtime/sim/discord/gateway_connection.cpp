#include "sim/discord/gateway_connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kMaxReceive = 4096;

std::string query_value(std::string_view target, std::string_view name) {
    const auto mark = target.find('?');
    std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
            return std::string(pair.substr(name.size() + 1));
        }
    }
    return {};
}

}  // namespace

GatewayConnection::GatewayConnection(Gateway& gateway, std::shared_ptr<WsChannel> channel,
                                     unsigned number)
    : gateway_(gateway),
      core_(gateway.core_),
      channel_(std::move(channel)),
      number_(number),
      heartbeat_watch_(core_.io),
      delay_(core_.io),
      pause_(core_.io) {}

void GatewayConnection::start() {
    const auto weak = weak_from_this();
    const auto with = [weak](auto call) {
        return [weak, call](auto... args) {
            if (const auto self = weak.lock()) {
                call(*self, args...);
            }
        };
    };
    channel_->start({
        .status =
            [this] {
                return take(core_.faults.refuse_upgrades) ? core_.faults.upgrade_status : 101U;
            },
        .opened = with([](auto& self, std::string_view target) { self.opened(target); }),
        .message = with([](auto& self, std::string_view text) { self.received(text); }),
        .writable = with([](auto& self) { self.pump(); }),
        .closed = with([](auto& self, unsigned code) { self.closed(code); }),
    });
}

void GatewayConnection::opened(std::string_view target) {
    ++core_.hub.counts().connects;
    core_.recorder.note("connection", number_, "open " + std::string(target));
    const auto compress = query_value(target, "compress");
    if (query_value(target, "v") != "10") {
        return close(4012, "Invalid API version");
    }
    compression_ = make_compression(compress);
    if (query_value(target, "encoding") != "json" ||
        (compression_ == nullptr && !compress.empty())) {
        return close(4002, "Unsupported encoding or compression");
    }
    if (take(core_.faults.silent_hellos)) {
        return;
    }
    after(core_.faults.hello_delay, &GatewayConnection::say_hello);
}

void GatewayConnection::after(Millis delay, void (GatewayConnection::*then)()) {
    if (delay == Millis{0}) {
        return (this->*then)();
    }
    delay_.expires_after(delay);
    delay_.async_wait([weak = weak_from_this(), then](boost::system::error_code error) {
        const auto self = weak.lock();
        if (self && !error && !self->over_) {
            ((*self).*then)();
        }
    });
}

void GatewayConnection::say_hello() {
    if (take(core_.faults.reconnect_hellos)) {
        return send_op(7, nullptr);
    }
    greeted_ = true;
    Json data = {{"heartbeat_interval", core_.options.heartbeat_interval.count()}};
    if (core_.options.noise) {
        data["_trace"] = {R"(["gateway-sim-a1",{"micros":0.0}])"};
    }
    send_op(10, data);
    arm_heartbeat_watch();
}

void GatewayConnection::arm_heartbeat_watch() {
    heartbeat_watch_.expires_after(core_.options.heartbeat_interval * 2);
    heartbeat_watch_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (self && !error && self->channel_->frozen()) {
            return self->arm_heartbeat_watch();  // what the client sent waits to be read
        }
        if (self && !error && !self->over_) {
            self->core_.recorder.violation("heartbeat_missing", self->number_,
                                           "no heartbeat for two intervals");
            self->close(4009, "Session timed out.");
        }
    });
}

void GatewayConnection::received(std::string_view text) {
    core_.recorder.note("gateway_in", number_, text);
    if (text.size() > kMaxReceive) {
        core_.recorder.violation("payload_size", number_, std::to_string(text.size()) + " bytes");
        return close(4002, "Error while decoding payload.");
    }
    if (!within_send_limit()) {
        core_.recorder.violation("send_rate", number_, "too many payloads in 60 s");
        return close(4008, "You are being rate limited.");
    }
    const auto payload = Json::parse(text, nullptr, false);
    if (payload.is_discarded() || !payload.is_object()) {
        core_.recorder.violation("payload_json", number_, text);
        return close(4002, "Error while decoding payload.");
    }
    const auto op = payload.find("op");
    if (op == payload.end() || !op->is_number_integer()) {
        core_.recorder.violation("payload_opcode", number_, text);
        return close(4001, "Unknown opcode.");
    }
    handle(op->get<int>(), payload.value("d", Json()));
}

bool GatewayConnection::within_send_limit() {
    const auto now = core_.clock.now();
    while (!sends_.empty() && sends_.front() <= now - std::chrono::seconds(60)) {
        sends_.pop_front();
    }
    sends_.push_back(now);
    return sends_.size() <= core_.options.sends_per_minute;
}

void GatewayConnection::handle(int op, const Json& data) {
    using Handler = void (GatewayConnection::*)(const Json&);
    struct Entry {
        int op;
        Handler handler;
        bool before_session;
    };
    static constexpr std::array kHandlers = {
        Entry{1, &GatewayConnection::heartbeat, true},
        Entry{2, &GatewayConnection::identify, true},
        Entry{3, &GatewayConnection::presence, false},
        Entry{4, &GatewayConnection::voice_state, false},
        Entry{6, &GatewayConnection::resume, true},
        Entry{8, &GatewayConnection::request_members, false},
        Entry{31, &GatewayConnection::request_sounds, false},
        Entry{43, &GatewayConnection::request_channel_info, false},
    };
    const auto found = std::find_if(kHandlers.begin(), kHandlers.end(),
                                    [&](const Entry& entry) { return entry.op == op; });
    if (found == kHandlers.end()) {
        core_.recorder.violation("unknown_opcode", number_, std::to_string(op));
        return close(4001, "Unknown opcode.");
    }
    if (!found->before_session && session_ == nullptr) {
        core_.recorder.violation("not_authenticated", number_, "op " + std::to_string(op));
        return close(4003, "Not authenticated.");
    }
    try {
        (this->*found->handler)(data);
    } catch (const Json::exception& error) {
        core_.recorder.violation("payload_shape", number_, error.what());
        close(4001, "Invalid payload.");
    }
}

void GatewayConnection::heartbeat(const Json& data) {
    ++core_.hub.counts().heartbeats;
    if (!data.is_null()) {
        const auto seq = data.get<std::int64_t>();
        const auto sent = session_ == nullptr ? 0 : static_cast<std::int64_t>(session_->sent);
        if (seq < last_beat_seq_ || (session_ != nullptr && seq > sent)) {
            core_.recorder.violation(
                "heartbeat_sequence", number_,
                "named " + std::to_string(seq) + ", last sent " + std::to_string(sent));
        }
        last_beat_seq_ = seq;
    }
    arm_heartbeat_watch();
    if (!core_.faults.drop_acks) {
        send_op(11, nullptr);
    }
}

void GatewayConnection::close(unsigned code, std::string_view reason) {
    core_.recorder.note("connection", number_, "closing: " + std::string(reason), code);
    heartbeat_watch_.cancel();
    channel_->close(code, reason);
    // What the client sends until it has seen the close is no longer looked at.
    if (session_ != nullptr) {
        core_.hub.detach(*std::exchange(session_, nullptr), true);
    }
}

void GatewayConnection::session_lost() {
    session_ = nullptr;
    close(4009, "Session is no longer valid.");
}

void GatewayConnection::closed(unsigned code) {
    const auto self = shared_from_this();
    over_ = true;
    core_.recorder.note("connection", number_, "closed", code);
    heartbeat_watch_.cancel();
    delay_.cancel();
    pause_.cancel();
    if (session_ != nullptr) {
        const bool ends = code == 1000 || code == 1001;
        core_.hub.detach(*std::exchange(session_, nullptr), !ends);
    }
    gateway_.connections_.erase(number_);
}

}  // namespace rookery::sim::discord
