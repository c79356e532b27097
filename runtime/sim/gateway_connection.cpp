#include "sim/gateway_connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>

namespace rookery::sim {
namespace {

constexpr std::size_t kMaxReceive = 4096;
constexpr std::size_t kBacklog = std::size_t{1} << 20U;

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
      delay_(core_.io) {}

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
    if (query_value(target, "encoding") != "json" ||
        !(compress.empty() || compress == "zlib-stream")) {
        return close(4002, "Unsupported encoding or compression");
    }
    if (!compress.empty()) {
        deflate_.emplace();
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
        Entry{31, &GatewayConnection::request_nothing, false},
        Entry{43, &GatewayConnection::request_nothing, false},
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

void GatewayConnection::resume(const Json& data) {
    if (session_ != nullptr) {
        return close(4005, "Already authenticated.");
    }
    const auto* bot = core_.world.bot_by_token(data.at("token").get<std::string>());
    if (bot == nullptr) {
        return close(4004, "Authentication failed.");
    }
    const auto id = data.at("session_id").get<std::string>();
    const auto seq = data.at("seq").get<std::uint64_t>();
    auto* session = core_.hub.find(id);
    const bool known = session != nullptr && session->bot == bot->user;
    if (known && seq > session->seq) {
        return close(4007, "Invalid seq.");
    }
    const auto& oldest = known && !session->ring.empty() ? session->ring.front().seq : 1;
    if (!known || (seq + 1 < oldest)) {
        ++core_.hub.counts().resume_failures;
        core_.recorder.note("connection", number_, "resume refused");
        return send_op(9, false);
    }
    ++core_.hub.counts().resumes;
    ++session->resumes;
    core_.hub.counts().replayed += session->seq - seq;
    core_.recorder.note("connection", number_, "resume from", static_cast<std::int64_t>(seq));
    session_ = session;
    next_seq_ = seq + 1;
    core_.hub.attach(*session, *this);
    core_.hub.emit_to(*session,
                      event("RESUMED", core_.options.noise ? Json{{"_trace", {"gateway-sim-a1"}}}
                                                           : Json::object()));
    wake();
}

void GatewayConnection::wake() {
    if (!pump_posted_ && !over_) {
        pump_posted_ = true;
        boost::asio::post(core_.io, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->pump_posted_ = false;
                self->pump();
            }
        });
    }
}

void GatewayConnection::pump() {
    if (session_ == nullptr || over_) {
        return;
    }
    const auto& ring = session_->ring;
    auto at = std::lower_bound(ring.begin(), ring.end(), next_seq_,
                               [](const Session::Entry& e, std::uint64_t s) { return e.seq < s; });
    for (; at != ring.end() && channel_->backlog() < kBacklog; ++at) {
        const auto& data = at->data();
        std::string frame;
        frame.reserve(data.size() + 64);
        frame.append(R"({"t":")").append(at->event->type).append(R"(","s":)");
        frame.append(std::to_string(at->seq)).append(R"(,"op":0,"d":)").append(data).append("}");
        core_.recorder.note("gateway_out", number_, at->event->type,
                            static_cast<std::int64_t>(at->seq));
        send_text(frame);
        if (take(core_.faults.duplicate_events)) {
            send_text(frame);
        }
        next_seq_ = at->seq + 1;
        session_->sent = std::max(session_->sent, at->seq);
    }
}

void GatewayConnection::send_op(int op, const Json& data) {
    core_.recorder.note("gateway_out", number_, "op", op);
    Json payload = {{"op", op}, {"t", nullptr}, {"s", nullptr}, {"d", data}};
    send_text(payload.dump());
}

void GatewayConnection::send_text(const std::string& text) {
    if (!deflate_) {
        return channel_->send(text, false);
    }
    auto bytes = deflate_->payload(text);
    if (take(core_.faults.corrupt_payloads)) {
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x5a);
        bytes[0] = static_cast<char>(0x07);  // a block type that does not exist
    }
    const auto piece = core_.options.zlib_split == 0 ? bytes.size() : core_.options.zlib_split;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        channel_->send(bytes.substr(at, piece), true);
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
    if (session_ != nullptr) {
        const bool ends = code == 1000 || code == 1001;
        core_.hub.detach(*std::exchange(session_, nullptr), !ends);
    }
    gateway_.connections_.erase(number_);
}

Dispatch GatewayConnection::event(std::string type, const Json& data) const {
    Dispatch out;
    out.type = std::move(type);
    out.data = std::make_shared<const std::string>(data.dump());
    return out;
}

}  // namespace rookery::sim
