#include "server/socketio/engine_connection.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

namespace socketio = protocol::socketio;
using socketio::EndReason;
using socketio::OutMessage;
using socketio::OutPacket;

std::size_t size_of(const OutMessage& message) {
    auto bytes = message.text.size();
    for (const auto& attachment : message.attachments) {
        bytes += attachment.size();
    }
    return bytes;
}

Response poll_answer(std::shared_ptr<const std::string> body) {
    return {
        200, "text/plain; charset=UTF-8", std::move(body), {{"Cache-Control", "no-store"}}, false};
}

}  // namespace

EngineConnection::EngineConnection(EngineServer& server, EngineId id, std::string sid,
                                   std::shared_ptr<const Request> request,
                                   Session::Transport transport, SteadyTime now)
    : server_(&server),
      id_(id),
      sid_(std::move(sid)),
      request_(std::move(request)),
      session_(server.options_.session, *this, sid_, transport, now) {}

EngineConnection::~EngineConnection() {
    if (channel_) {
        channel_->close({});
    }
}

SteadyTime EngineConnection::now() const { return server_->clock_.now(); }

bool EngineConnection::has_room(const OutMessage& message) const noexcept {
    const auto& options = server_->options_.session;
    return session_.queued_packets() + 1 + message.attachments.size() <= options.buffer_packets &&
           session_.queued_bytes() + size_of(message) <= options.buffer_bytes;
}

/// A burst within one turn is no reason yet to judge: what the connection takes is written first.
void EngineConnection::make_room() {
    if (channel_) {
        static_cast<void>(channel_->write(session_));  // a broken one comes to light again
    } else if (!session_.is_over()) {
        session_.flush();
    }
    touch();
}

/// The session is not ended here: somebody may be walking over the members of a room.
EngineConnection::Session::Sent EngineConnection::overflowed(Session::Overflow overflow) {
    if (overflow == Session::Overflow::drop) {
        ++server_->stats_.dropped;
        return Session::Sent::dropped;
    }
    doomed_ = true;
    touch();
    return Session::Sent::over;
}

EngineConnection::Session::Sent EngineConnection::send_text(std::string_view data,
                                                            Session::Overflow overflow) {
    return send(OutMessage{OutPacket::text(socketio::EngineType::message, data), {}}, overflow);
}

EngineConnection::Session::Sent EngineConnection::send_binary(std::string_view data,
                                                              Session::Overflow overflow) {
    return send(OutMessage{OutPacket::binary(data), {}}, overflow);
}

void EngineConnection::close(EndReason reason) {
    session_.close(reason, now());
    touch();
}

void EngineConnection::touch() {
    attention_ = true;
    server_->turn_.touch(*this);
}

void EngineConnection::end_turn() {
    if (server_ == nullptr) {
        return;
    }
    if (std::exchange(doomed_, false)) {
        session_.close(EndReason::slow_consumer, now());
    }
    if (session_.poll_waits()) {
        session_.flush();
    }
    if (channel_ && !channel_->write(session_)) {
        channel_.reset();
        attention_ = true;
        session_.socket_gone(now());
    }
    if (!std::exchange(attention_, false)) {
        return;
    }
    if (session_.state() == Session::State::closed) {
        server_->remove(*this);
    } else {
        server_->schedule(*this);
    }
}

SteadyTime EngineConnection::next_deadline() const {
    const auto session = session_.next_deadline();
    return over_ ? session : std::min(session, listener_->next_deadline());
}

void EngineConnection::tick(SteadyTime now) {
    session_.tick(now);
    if (!over_) {
        listener_->tick(now);
    }
    touch();
}

void EngineConnection::poll(ExchangePtr exchange) {
    auto answer = session_.poll(now());
    touch();
    if (answer.refusal) {
        exchange->respond(Response::text(answer.refusal->status, "application/json",
                                         std::move(answer.refusal->body)));
    } else if (answer.body) {
        exchange->respond(poll_answer(std::move(answer.body)));
    } else {
        poll_ = std::move(exchange);
        poll_->on_gone([this, self = boost::intrusive_ptr<EngineConnection>(this)] {
            if (server_ != nullptr && poll_) {
                poll_.reset();
                session_.poll_gone(now());
                touch();
            }
        });
    }
}

void EngineConnection::attach(Upgraded upgraded) {
    channel_ = Channel::make(server_->channels_, std::move(upgraded),
                             server_->options_.session.max_payload, *this);
    const auto channel = channel_;
    session_.socket_opened(now());
    touch();
    channel->start();
}

void EngineConnection::message(std::string_view data, bool binary, SteadyTime) {
    if (!over_ && listener_) {
        listener_->message(data, binary);
    }
}

void EngineConnection::answer_poll(std::shared_ptr<const std::string> body) {
    if (const auto exchange = std::exchange(poll_, nullptr)) {
        exchange->respond(poll_answer(std::move(body)));
    }
}

void EngineConnection::close_socket(std::string last) {
    if (const auto channel = std::exchange(channel_, nullptr)) {
        channel->close(std::move(last));
    }
}

void EngineConnection::dropped(std::size_t packets) {
    if (!over_ && listener_) {
        listener_->dropped(packets);
    }
}

void EngineConnection::ended(EndReason reason) {
    over_ = true;
    if (server_ != nullptr) {
        server_->stats_.slow_consumers += reason == EndReason::slow_consumer ? 1 : 0;
        server_->stats_.ping_timeouts += reason == EndReason::ping_timeout ? 1 : 0;
        touch();
    }
    if (listener_) {
        listener_->ended(reason);
    }
}

void EngineConnection::socket_message(const protocol::websocket::Message& message) {
    touch();
    session_.socket_message(message, now());
}

void EngineConnection::socket_failed(std::uint16_t close_code) {
    touch();
    session_.socket_failed(close_code, now());
}

void EngineConnection::socket_gone() {
    channel_.reset();
    touch();
    session_.socket_gone(now());
}

void EngineConnection::socket_ready() { touch(); }

}  // namespace rookery::server
