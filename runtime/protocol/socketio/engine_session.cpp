#include "protocol/socketio/engine_session.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace rookery::protocol::socketio {
namespace {

using websocket::Opcode;

constexpr SteadyTime kNever = SteadyTime::max();
constexpr std::uint16_t kCloseGoingAway = 1001;
constexpr std::uint16_t kClosePolicy = 1008;
constexpr unsigned kTooLargeStatus = 413;
/// Beyond what may wait for a client.
constexpr std::size_t kUnreadPings = 8;
constexpr std::string_view kOctetStream = "application/octet-stream";
constexpr std::string_view kNoop = "6";
constexpr std::string_view kClose = "1";

/// The client is well, and is told what was sent before.
bool is_orderly(EndReason reason) noexcept {
    return reason == EndReason::forced_close || reason == EndReason::shutting_down ||
           reason == EndReason::parse_error;
}

std::uint16_t close_code(EndReason reason) noexcept {
    switch (reason) {
        case EndReason::shutting_down:
            return kCloseGoingAway;
        case EndReason::parse_error:
            return websocket::kCloseProtocolError;
        case EndReason::slow_consumer:
        case EndReason::ping_timeout:
        case EndReason::transport_error:
            return kClosePolicy;
        default:
            return websocket::kCloseNormal;
    }
}

bool is_octet_stream(std::string_view content_type) noexcept {
    return content_type.size() >= kOctetStream.size() &&
           std::equal(kOctetStream.begin(), kOctetStream.end(), content_type.begin(),
                      [](char expected, char c) {
                          return expected == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
                      });
}

}  // namespace

EngineSession::EngineSession(const EngineOptions& options, Owner& owner, std::string_view sid,
                             Transport transport, SteadyTime now)
    : options_(options),
      owner_(owner),
      beat_at_(now + options.ping_interval),
      first_poll_by_(kNever),
      upgrade_by_(kNever),
      noop_at_(now),
      state_(transport == Transport::polling ? State::polling : State::websocket) {
    if (transport == Transport::polling) {
        first_poll_by_ = now + options.first_poll_timeout;
    } else {
        socket_ = Socket::reserved;
        upgrade_by_ = now + options.upgrade_timeout;
    }
    queue_.push(encode_open({sid, options.upgrades && transport == Transport::polling,
                             options.ping_interval, options.ping_timeout, options.max_payload}));
}

EngineSession::Poll EngineSession::poll(SteadyTime now) {
    if (state_ == State::closed || state_ == State::websocket) {
        return {refuse(EngineError::bad_request), nullptr};
    }
    if (poll_waits_) {
        finish(EndReason::transport_error, kClosePolicy, now);
        return {refuse(EngineError::bad_request), nullptr};
    }
    if (polled_) {
        first_poll_by_ = kNever;
    }
    polled_ = true;
    std::string body;
    if (!queue_.empty() || state_ == State::lingering) {
        body = poll_body();
    } else if (probed_ && now >= noop_at_) {
        noop_at_ = now + options_.noop_interval;
        body = kNoop;
    } else {
        poll_waits_ = true;
        return {};
    }
    Poll result{std::nullopt, std::make_shared<const std::string>(std::move(body))};
    tell_dropped();
    return result;
}

void EngineSession::poll_gone(SteadyTime now) {
    if (poll_waits_) {
        // What was written to it and what was not cannot be told apart by the client.
        poll_waits_ = false;
        finish(EndReason::transport_error, kClosePolicy, now);
    }
}

std::optional<EngineRefusal> EngineSession::post_begins(std::string_view content_type,
                                                        SteadyTime now) {
    if (state_ == State::closed || state_ == State::websocket) {
        return refuse(EngineError::bad_request);
    }
    if (posting_ || is_octet_stream(content_type)) {
        finish(EndReason::transport_error, kClosePolicy, now);
        return refuse(EngineError::bad_request);
    }
    posting_ = true;
    return std::nullopt;
}

std::optional<EngineRefusal> EngineSession::post(std::string_view body, SteadyTime now) {
    posting_ = false;
    if (is_over()) {
        return refuse(EngineError::sid_unknown);
    }
    if (body.size() > options_.max_payload) {
        auto refusal = refuse(EngineError::bad_request);
        refusal.status = kTooLargeStatus;
        refusal.close = true;
        return refusal;
    }
    if (!is_utf8(body)) {
        finish(EndReason::parse_error, websocket::kCloseBadText, now);
        return refuse(EngineError::bad_request);
    }
    PayloadReader reader(body);
    EnginePacket packet;
    while (true) {
        switch (reader.next(packet)) {
            case PayloadReader::Next::end:
                return std::nullopt;
            case PayloadReader::Next::failed:
                finish(EndReason::parse_error, websocket::kCloseProtocolError, now);
                return refuse(EngineError::bad_request);
            case PayloadReader::Next::packet:
                take(packet, now);
                if (is_over()) {
                    return std::nullopt;
                }
        }
    }
}

void EngineSession::post_gone(SteadyTime now) {
    if (std::exchange(posting_, false)) {
        finish(EndReason::transport_error, kClosePolicy, now);
    }
}

std::optional<EngineRefusal> EngineSession::reserve_socket(SteadyTime now) {
    if (!options_.upgrades || state_ != State::polling || socket_ != Socket::none) {
        return refuse(EngineError::bad_request);
    }
    socket_ = Socket::reserved;
    upgrade_by_ = now + options_.upgrade_timeout;
    return std::nullopt;
}

void EngineSession::socket_opened(SteadyTime now) {
    if (is_over() || socket_ == Socket::none) {
        // The session, or the time for the websocket, ended while the 101 was on its way.
        std::string close;
        websocket::encode_close(kClosePolicy, {}, std::nullopt, close);
        return owner_.close_socket(std::move(close));
    }
    RK_ASSERT(socket_ == Socket::reserved);
    socket_ = Socket::opened;
    if (state_ == State::websocket) {
        upgrade_by_ = kNever;
    } else {
        state_ = State::probing;
        upgrade_by_ = now + options_.upgrade_timeout;
    }
}

void EngineSession::socket_message(const websocket::Message& message, SteadyTime now) {
    if (is_over() || socket_ != Socket::opened) {
        return;
    }
    if (message.opcode == Opcode::ping) {
        answer_ping(message.payload);
    } else if (message.opcode == Opcode::pong) {
        // Nobody asked for it.
    } else if (state_ == State::probing) {
        take_probe(message, now);
    } else {
        take_socket(message, now);
    }
}

void EngineSession::take_socket(const websocket::Message& message, SteadyTime now) {
    if (message.opcode == Opcode::close) {
        return finish(EndReason::transport_close, websocket::kCloseNormal, now);
    }
    if (message.payload.size() > options_.max_payload) {
        return finish(EndReason::parse_error, websocket::kCloseTooBig, now);
    }
    if (message.opcode == Opcode::binary) {
        return take({EngineType::message, true, message.payload}, now);
    }
    if (!is_utf8(message.payload)) {
        return finish(EndReason::parse_error, websocket::kCloseBadText, now);
    }
    std::string decoded;
    const auto packet = parse_engine_packet(message.payload, decoded);
    if (!packet) {
        return finish(EndReason::parse_error, websocket::kCloseProtocolError, now);
    }
    take(*packet, now);
}

void EngineSession::take(const EnginePacket& packet, SteadyTime now) {
    switch (packet.type) {
        case EngineType::message:
            heard(now);
            spoken_ = true;
            return owner_.message(packet.data, packet.binary, now);
        case EngineType::pong:
            if (!awaits_pong_) {
                ++ignored_;
                return;
            }
            awaits_pong_ = false;
            beat_at_ = now + options_.ping_interval;
            return;
        case EngineType::close:
            return finish(EndReason::transport_close, websocket::kCloseNormal, now);
        case EngineType::ping:
            // Pings are the server's in this version.
            return finish(EndReason::parse_error, websocket::kCloseProtocolError, now);
        case EngineType::open:
        case EngineType::upgrade:
        case EngineType::noop:
            ++ignored_;
            heard(now);
    }
}

/// A pong may be stuck behind a large upload, of which this is a part: once for each ping, so that
/// a client that never answers does not live on by talking.
void EngineSession::heard(SteadyTime now) noexcept {
    if (awaits_pong_ && !extended_) {
        extended_ = true;
        beat_at_ = now + options_.ping_timeout;
    }
}

void EngineSession::take_probe(const websocket::Message& message, SteadyTime now) {
    const bool text = message.opcode == Opcode::text;
    if (text && message.payload == "2probe" && !probed_) {
        probed_ = true;
        probe_queue_.push(OutPacket::text(EngineType::pong, "probe"));
        noop_at_ = now + options_.noop_interval;
        if (poll_waits_) {
            // The client waits for its GET to end before it sends the `5`.
            answer_poll(queue_.empty() ? std::string(kNoop) : poll_body());
        }
        return;
    }
    if (text && message.payload == "5" && probed_) {
        return switch_over();
    }
    drop_probe(message.opcode == Opcode::close ? websocket::kCloseNormal
                                               : websocket::kCloseProtocolError);
}

void EngineSession::switch_over() {
    // A write of the `3probe` may not have been reported yet: it stays in front.
    for (; !queue_.empty(); queue_.pop()) {
        probe_queue_.push(queue_[0]);
    }
    std::swap(queue_, probe_queue_);
    state_ = State::websocket;
    probed_ = false;
    upgrade_by_ = kNever;
    first_poll_by_ = kNever;
    if (poll_waits_) {
        answer_poll(std::string(kNoop));
    }
}

void EngineSession::drop_probe(std::uint16_t code) {
    auto last = last_bytes(false, code, {});
    forget_probe();
    owner_.close_socket(std::move(last));
}

void EngineSession::forget_probe() noexcept {
    state_ = State::polling;
    socket_ = Socket::none;
    probed_ = false;
    pong_queued_ = false;
    probe_queue_.clear();
    offset_ = 0;
    upgrade_by_ = kNever;
}

/// One pong for all pings since the last write, with the newest one's payload.
void EngineSession::answer_ping(std::string_view payload) {
    auto& queue = socket_queue();
    auto pong = OutPacket::pong_frame(payload);
    for (std::size_t i = offset_ > 0 ? 1 : 0; pong_queued_ && i < queue.size(); ++i) {
        if (queue[i].is_control()) {
            return queue.replace(i, std::move(pong));
        }
    }
    pong_queued_ = true;
    queue.push(std::move(pong));
}

void EngineSession::socket_failed(std::uint16_t code, SteadyTime now) {
    if (is_over() || socket_ != Socket::opened) {
        return;
    }
    if (state_ == State::probing) {
        drop_probe(code);
    } else {
        finish(EndReason::parse_error, code, now);
    }
}

void EngineSession::socket_gone(SteadyTime now) {
    if (is_over() || socket_ == Socket::none) {
        return;
    }
    if (state_ == State::websocket) {
        socket_ = Socket::none;
        finish(EndReason::transport_close, websocket::kCloseNormal, now);
    } else {
        forget_probe();
    }
}

EngineSession::Sent EngineSession::make_room(std::size_t bytes, std::size_t packets,
                                             Overflow overflow) {
    // One message that is larger than all the room goes out alone.
    const bool room = queue_.empty() || (queue_.bytes() + bytes <= options_.buffer_bytes &&
                                         queue_.size() + packets <= options_.buffer_packets);
    if (overflow == Overflow::drop && (!room || dropped_ > 0)) {
        // Until the owner has been told, nothing that may be dropped goes out: the gap is one.
        dropped_ += packets;
        return Sent::dropped;
    }
    if (!room) {
        finish(EndReason::slow_consumer, kClosePolicy, {});
        return Sent::over;
    }
    return Sent::queued;
}

EngineSession::Sent EngineSession::send(const OutPacket& packet, Overflow overflow) {
    if (is_over()) {
        return Sent::over;
    }
    if (packet.has_separator() && state_ != State::websocket) {
        return Sent::unsendable;
    }
    const auto sent = make_room(packet.size(), 1, overflow);
    if (sent == Sent::queued) {
        queue_.push(packet);
    }
    return sent;
}

EngineSession::Sent EngineSession::send(const OutMessage& message, Overflow overflow) {
    if (message.attachments.empty()) {
        return send(message.text, overflow);
    }
    if (is_over()) {
        return Sent::over;
    }
    std::size_t bytes = message.text.size();
    for (const auto& attachment : message.attachments) {
        bytes += attachment.size();
    }
    const auto sent = make_room(bytes, 1 + message.attachments.size(), overflow);
    if (sent == Sent::queued) {
        queue_.push(message.text);
        for (const auto& attachment : message.attachments) {
            queue_.push(attachment);
        }
    }
    return sent;
}

void EngineSession::flush() {
    if (poll_waits_ && !queue_.empty()) {
        answer_poll(poll_body());
        tell_dropped();
    }
}

void EngineSession::answer_poll(std::string body) {
    poll_waits_ = false;
    owner_.answer_poll(std::make_shared<const std::string>(std::move(body)));
}

/// As many of the waiting packets as may go; after the last of a session that is over, its `1`.
std::string EngineSession::poll_body() {
    std::string body;
    std::size_t packets = 0;
    while (!queue_.empty() && packets < options_.max_poll_packets) {
        const auto& packet = queue_[0];
        if (packets > 0 && body.size() + payload_size(packet) > options_.max_payload) {
            break;
        }
        append_to_payload(body, packet);
        queue_.pop();
        ++packets;
    }
    if (state_ == State::lingering && queue_.empty() && packets < options_.max_poll_packets) {
        state_ = State::closed;
        if (packets > 0) {
            body += kSeparator;
        }
        body += kClose;
    }
    return body;
}

void EngineSession::close(EndReason reason, SteadyTime now) {
    finish(reason, close_code(reason), now);
}

void EngineSession::finish(EndReason reason, std::uint16_t code, SteadyTime now) {
    if (is_over()) {
        return;
    }
    std::optional<std::string> last;
    if (socket_ == Socket::opened) {
        last =
            last_bytes(is_orderly(reason) && state_ == State::websocket, code, to_string(reason));
    }
    const bool polls = state_ != State::websocket;
    const bool fetches =
        poll_waits_ || reason == EndReason::forced_close || reason == EndReason::shutting_down;
    state_ = polls && fetches && is_orderly(reason) ? State::lingering : State::closed;
    socket_ = Socket::none;
    probe_queue_.clear();
    upgrade_by_ = now + options_.linger;
    if (poll_waits_) {
        finish_poll(reason);
    }
    if (state_ == State::closed) {
        queue_.clear();
    }
    if (last) {
        owner_.close_socket(std::move(*last));
    }
    owner_.ended(reason);
}

void EngineSession::finish_poll(EndReason reason) {
    if (state_ == State::lingering) {
        answer_poll(poll_body());
    } else {
        // One that closes the session itself is not told of it.
        answer_poll(std::string(reason == EndReason::transport_close ? kNoop : kClose));
    }
}

std::string EngineSession::last_bytes(bool everything, std::uint16_t code,
                                      std::string_view reason) {
    std::string out;
    const auto& queue = socket_queue();
    for (std::size_t i = 0; i < queue.size() && (everything || (i == 0 && offset_ > 0)); ++i) {
        out += queue[i].frame().substr(i == 0 ? offset_ : 0);
    }
    websocket::encode_close(code, reason, std::nullopt, out);
    return out;
}

std::size_t EngineSession::ready() const noexcept {
    return is_over() || socket_ != Socket::opened ? 0 : socket_queue().size();
}

const OutPacket& EngineSession::ready(std::size_t index) const noexcept {
    return socket_queue()[index];
}

void EngineSession::wrote(std::size_t bytes) {
    if (ready() == 0) {
        return;
    }
    auto& queue = socket_queue();
    offset_ += bytes;
    while (!queue.empty() && offset_ >= queue[0].size()) {
        offset_ -= queue[0].size();
        if (queue[0].is_control()) {
            pong_queued_ = false;
        }
        queue.pop();
    }
    RK_ASSERT(!queue.empty() || offset_ == 0);
    tell_dropped();
}

void EngineSession::tell_dropped() {
    if (dropped_ > 0 && !is_over() && queue_.bytes() <= options_.buffer_bytes / 2 &&
        queue_.size() <= options_.buffer_packets / 2) {
        owner_.dropped(std::exchange(dropped_, 0));
    }
}

void EngineSession::beat(SteadyTime now) {
    if (awaits_pong_) {
        return finish(EndReason::ping_timeout, kClosePolicy, now);
    }
    if (queue_.size() >= options_.buffer_packets + kUnreadPings) {
        // It answers pings that it has not read.
        return finish(EndReason::slow_consumer, kClosePolicy, now);
    }
    static const OutPacket kPing = OutPacket::text(EngineType::ping);
    awaits_pong_ = true;
    extended_ = false;
    beat_at_ = now + options_.ping_timeout;
    queue_.push(kPing);
}

void EngineSession::tick(SteadyTime now) {
    if (state_ == State::lingering && now >= upgrade_by_) {
        state_ = State::closed;
        queue_.clear();
    }
    if (is_over()) {
        return;
    }
    if (now >= beat_at_) {
        beat(now);
    }
    if (!is_over() && now >= first_poll_by_) {
        finish(EndReason::ping_timeout, kClosePolicy, now);
    }
    if (is_over()) {
        return;
    }
    if (now >= upgrade_by_) {
        if (state_ == State::probing) {
            drop_probe(kClosePolicy);
        } else if (state_ == State::polling) {
            forget_probe();
        } else {
            socket_ = Socket::none;
            return finish(EndReason::transport_error, kClosePolicy, now);
        }
    }
    if (probed_ && poll_waits_ && now >= noop_at_) {
        noop_at_ = now + options_.noop_interval;
        answer_poll(std::string(kNoop));
    }
}

SteadyTime EngineSession::next_deadline() const noexcept {
    if (is_over()) {
        return state_ == State::lingering ? upgrade_by_ : kNever;
    }
    const auto noop = probed_ && poll_waits_ ? noop_at_ : kNever;
    return std::min({beat_at_, first_poll_by_, upgrade_by_, noop});
}

}  // namespace rookery::protocol::socketio
