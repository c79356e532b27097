#pragma once

#include "sim/community/faults.hpp"
#include "sim/http_server.hpp"
#include "sim/recorder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace rookery::sim::socketio {

struct EngineOptions {
    unsigned version =
        4;  ///< 4: polling, websocket and the way from one to the other; 3: websocket
    std::string path = "/socket.io/";
    Millis ping_interval{25'000};
    Millis ping_timeout{20'000};
    std::size_t max_payload = 1'000'000;  ///< of a POST and of a websocket message
    Millis upgrade_timeout{10'000};
};

class EngineSession;

/// What becomes of sessions.
struct EngineHooks {
    /// Why a new session is refused; nothing: it is not.
    std::function<std::optional<HttpReply>(const HttpRequest&)> admit;
    std::function<void(const std::shared_ptr<EngineSession>&)> opened;
    std::function<void(EngineSession&, std::string_view text)> text;
    std::function<void(EngineSession&, std::string_view data)> binary;
    std::function<void(EngineSession&, const std::string& reason)> closed;  ///< once
};

/// An own, small Engine.IO server for the simulated platforms: sessions over long polling and
/// websocket. What a client does against the protocol is recorded as a violation ("engine_...")
/// and ends its session, as it does with the reference server. Simulator thread.
class EngineServer {
  public:
    EngineServer(boost::asio::io_context& io, Recorder& recorder, community::Faults& faults,
                 EngineOptions options, EngineHooks hooks);
    ~EngineServer();

    [[nodiscard]] bool covers(std::string_view path) const;
    void handle(const HttpRequest& request, const HttpResponder& respond);
    /// Empty when the upgrade has to be refused; handle() then says why.
    [[nodiscard]] WsTaker take(const HttpRequest& request);

    [[nodiscard]] const EngineOptions& options() const { return options_; }
    [[nodiscard]] std::size_t live() const { return sessions_.size(); }
    void each(const std::function<void(EngineSession&)>& visit);

  private:
    friend class EngineSession;

    [[nodiscard]] EngineSession* find(const HttpRequest& request);
    /// Why this is no request that a session or a handshake can come from.
    [[nodiscard]] std::optional<HttpReply> wrong(const HttpRequest& request, bool upgrade);
    std::shared_ptr<EngineSession> open(const HttpRequest& request);

    boost::asio::io_context& io_;
    Recorder& recorder_;
    community::Faults& faults_;
    EngineOptions options_;
    EngineHooks hooks_;
    std::map<std::string, std::shared_ptr<EngineSession>, std::less<>> sessions_;
    std::mt19937_64 random_{std::random_device{}()};
    unsigned numbered_ = 0;
};

/// One session, whatever carries it.
class EngineSession : public std::enable_shared_from_this<EngineSession> {
  public:
    EngineSession(EngineServer& server, std::string sid, unsigned number, HttpRequest handshake);
    ~EngineSession();

    [[nodiscard]] const std::string& sid() const { return sid_; }
    [[nodiscard]] unsigned number() const { return number_; }
    [[nodiscard]] const HttpRequest& handshake() const { return handshake_; }
    /// Null while the session is carried by polling.
    [[nodiscard]] WsChannel* channel() const { return channel_.get(); }

    void send_text(std::string_view message);
    void send_binary(std::string_view data);
    /// A packet just as it is given, digit and all.
    void send_packet(std::string packet);
    /// Ends it: with a packet by polling, with a close frame on a websocket.
    void close(const std::string& reason, unsigned code = 1000);
    /// Records what the client did and ends the session.
    void violated(std::string_view rule, std::string_view text);

  private:
    friend class EngineServer;
    struct Queued {
        std::string packet;
        bool binary = false;
    };

    void greet();
    void begin_by_polling(HttpResponder respond);
    void poll(HttpResponder respond);
    void post(const HttpRequest& request, const HttpResponder& respond);
    void begin_on(std::shared_ptr<WsChannel> channel);
    void probe_on(std::shared_ptr<WsChannel> channel);
    void probed(std::string_view packet);
    void push(Queued queued);
    void flush();
    void packet_in(std::string_view packet);
    void text_in(std::string_view packet);
    void binary_in(std::string_view data);
    void heartbeat();
    void expect_sign(Millis within);
    void finish(const std::string& reason);
    void add_handlers(WsChannel::Events& events);

    template <class Function>
    auto bound(Function function) {
        return [weak = weak_from_this(), function](auto&&... args) {
            if (const auto self = weak.lock()) {
                function(*self, std::forward<decltype(args)>(args)...);
            }
        };
    }

    EngineServer& server_;
    std::string sid_;
    unsigned number_;
    HttpRequest handshake_;
    std::shared_ptr<WsChannel> channel_;
    std::shared_ptr<WsChannel> probing_;
    HttpResponder polling_;
    std::deque<Queued> queue_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer hello_timer_;
    bool awaiting_pong_ = false;
    bool probe_answered_ = false;
    bool over_ = false;
};

}  // namespace rookery::sim::socketio
