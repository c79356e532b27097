#pragma once

#include "base/base64.hpp"
#include "protocol/socketio/connection.hpp"
#include "protocol/socketio/engine_session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The server's side of one Socket.IO client without a server: a session and a connection as an
/// owner joins them, with what they tell written down. The client is whoever calls.
namespace rookery::test {

namespace sio = protocol::socketio;
namespace ws = protocol::websocket;

class SocketIoPeer : public sio::EngineSession::Owner, public sio::Connection::Owner {
  public:
    using Transport = sio::EngineSession::Transport;

    explicit SocketIoPeer(Transport transport = Transport::websocket,
                          sio::EngineOptions engine_options = {},
                          sio::ConnectionOptions connection_options = {})
        : engine(engine_options),
          rules(connection_options),
          session(engine, *this, "SID", transport, now),
          connection(rules, *this, now) {
        if (transport == Transport::websocket) {
            session.socket_opened(now);
            turn();
        } else {
            handshake = *session.poll(now).body;
        }
    }

    // What a client does.
    void text(std::string_view data) { message(ws::Opcode::text, data); }
    void binary(std::string_view data) { message(ws::Opcode::binary, data); }
    void message(ws::Opcode opcode, std::string_view data) {
        session.socket_message({opcode, ws::kCloseNoStatus, data}, now);
        turn();
    }
    /// The status: 200, or that of the refusal.
    unsigned post(std::string_view body, std::string_view type = "text/plain;charset=UTF-8") {
        auto refusal = session.post_begins(type, now);
        if (!refusal) {
            refusal = session.post(body, now);
        }
        turn();
        return refusal ? refusal->status : 200U;
    }
    /// The body; "wait", or "refused".
    std::string poll() {
        const auto result = session.poll(now);
        turn();
        return result.refusal ? "refused" : result.body ? *result.body : "wait";
    }
    void pass(Millis time) {
        const auto until = now + time;
        while (next() <= until) {
            now = std::max(now, next());
            tick();
        }
        now = until;
        tick();
    }

    /// What an owner does at the end of its turn.
    void turn() {
        session.flush();
        if (!reads) {
            return;
        }
        while (session.ready() > 0) {
            const auto& packet = session.ready(0);
            written.push_back((packet.is_binary()    ? "b"
                               : packet.is_control() ? "pong:"
                                                     : "") +
                              std::string(packet.payload()));
            session.wrote(packet.size() - session.offset());
        }
    }
    void tick() {
        session.tick(now);
        connection.tick(now);
        turn();
    }
    [[nodiscard]] SteadyTime next() const {
        return std::min(session.next_deadline(), connection.next_deadline());
    }

    /// What was written since the last call, joined by " | ".
    std::string take_written() { return join(std::exchange(written, {})); }
    std::string take_told() { return join(std::exchange(told, {})); }
    [[nodiscard]] bool ended() const { return session.is_over(); }
    /// The code of the close frame that ended the websocket; 0: none.
    [[nodiscard]] unsigned close_code() const {
        const auto frame = last.rfind('\x88');
        return frame == std::string::npos || frame + 3 >= last.size()
                   ? 0U
                   : static_cast<unsigned char>(last[frame + 2]) * 256U +
                         static_cast<unsigned char>(last[frame + 3]);
    }

    SteadyTime now{std::chrono::hours(1)};
    sio::EngineOptions engine;
    sio::ConnectionOptions rules;
    std::string handshake;
    std::vector<std::string> told;
    std::vector<std::string> written;  ///< websocket frames, polling bodies as "poll:..."
    std::string last;                  ///< of close_socket()
    std::string why;                   ///< Connection's reason
    std::optional<sio::EndReason> reason;
    bool decides = true;  ///< CONNECTs are accepted at once
    bool reads = true;    ///< the client reads its websocket
    sio::Connection::Key last_key = 0;

    sio::EngineSession session;
    sio::Connection connection;

  private:
    static std::string join(const std::vector<std::string>& parts) {
        std::string out;
        for (const auto& part : parts) {
            out += (out.empty() ? "" : " | ") + part;
        }
        return out;
    }

    void message(std::string_view data, bool is_binary, SteadyTime at) override {
        is_binary ? connection.binary(data, at) : connection.text(data, at);
    }
    void answer_poll(std::shared_ptr<const std::string> body) override {
        written.push_back("poll:" + *body);
    }
    void close_socket(std::string bytes) override { last = std::move(bytes); }
    void dropped(std::size_t packets) override {
        told.push_back("dropped " + std::to_string(packets));
    }
    void ended(sio::EndReason why_ended) override {
        reason = why_ended;
        connection.closed(why_ended);
    }

    std::optional<sio::Connection::Key> admit(std::string_view ns) override {
        if (ns != "/" && ns != "/api/events" && !ns.starts_with("/n")) {
            return std::nullopt;
        }
        return ns == "/nope" ? std::nullopt : std::optional(++last_key);
    }
    void connect(sio::Connection::Key key, std::string_view ns, std::string auth) override {
        told.push_back("connect " + std::string(ns) + " " + auth);
        if (decides) {
            connection.accept(key, "sid" + std::to_string(key));
        }
    }
    void event(sio::Connection::Key, std::string name, sio::Arguments arguments,
               std::optional<std::uint64_t> ack) override {
        std::string line = "event " + name + " " + arguments.json;
        for (const auto& attachment : arguments.attachments) {
            line += " <" + attachment + ">";
        }
        told.push_back(line + (ack ? " ack " + std::to_string(*ack) : ""));
    }
    void left(sio::Connection::Key key, sio::EndReason why_left, bool joined) override {
        told.push_back("left " + std::to_string(key) + " " + std::string(to_string(why_left)) +
                       (joined ? "" : " (not joined)"));
    }
    void send(const sio::OutMessage& out) override { (void)session.send(out); }
    void close(sio::EndReason why_closed, std::string text) override {
        why = std::move(text);
        session.close(why_closed, now);
    }
};

}  // namespace rookery::test
