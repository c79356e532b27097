#include "base/base64.hpp"
#include "sim/socketio/engine.hpp"

#include <utility>

namespace rookery::sim::socketio {
namespace {

constexpr char kSeparator = '\x1e';
constexpr std::size_t kMostPacketsOfPoll = 16;  // stock clients refuse more
constexpr char kBinaryOfThree = '\x04';

HttpReply plain(std::string body) {
    HttpReply reply;
    reply.body = std::move(body);
    reply.content_type = "text/plain; charset=UTF-8";
    reply.headers = {{"cache-control", "no-store"}};
    return reply;
}

}  // namespace

EngineSession::EngineSession(EngineServer& server, std::string sid, unsigned number,
                             HttpRequest handshake)
    : server_(server),
      sid_(std::move(sid)),
      number_(number),
      handshake_(std::move(handshake)),
      timer_(server.io_),
      hello_timer_(server.io_) {}

EngineSession::~EngineSession() = default;

void EngineSession::greet() {
    auto& faults = server_.faults_;
    if (faults.silent_hellos > 0) {
        --faults.silent_hellos;
        return;
    }
    const auto& options = server_.options_;
    Json hello = {{"sid", sid_},
                  {"upgrades", Json::array()},
                  {"pingInterval", options.ping_interval.count()},
                  {"pingTimeout", options.ping_timeout.count()}};
    if (options.version == 4) {
        hello["maxPayload"] = options.max_payload;
        if (channel_ == nullptr) {
            hello["upgrades"].push_back("websocket");
        }
    }
    const auto say = [hello](EngineSession& self) {
        self.send_packet("0" + hello.dump());
        self.heartbeat();
        self.server_.hooks_.opened(self.shared_from_this());
    };
    if (faults.hello_delay == Millis{0}) {
        return say(*this);
    }
    hello_timer_.expires_after(faults.hello_delay);
    hello_timer_.async_wait(bound([say](EngineSession& self, boost::system::error_code error) {
        if (!error && !self.over_) {
            say(self);
        }
    }));
}

void EngineSession::begin_by_polling(HttpResponder respond) {
    polling_ = std::move(respond);
    greet();
}

void EngineSession::poll(HttpResponder respond) {
    if (polling_) {
        respond(community::json_reply(nullptr, 400));
        return violated("engine_second_poll", "a poll while another one waits");
    }
    polling_ = std::move(respond);
    flush();
    if (polling_ && probe_answered_) {
        // The client waits for its last poll to end before it goes over.
        std::exchange(polling_, nullptr)(plain("6"));
    }
}

void EngineSession::post(const HttpRequest& request, const HttpResponder& respond) {
    const auto self = shared_from_this();
    if (request.body.size() > server_.options_.max_payload) {
        server_.recorder_.violation("engine_payload", number_, "a POST above maxPayload");
        return respond(community::json_reply(nullptr, 413));
    }
    if (request.header("content-type").starts_with("application/octet-stream")) {
        respond(community::json_reply(nullptr, 400));
        return violated("engine_payload", "a binary POST");
    }
    HttpReply ok;
    ok.body = "ok";
    ok.content_type = "text/html";
    respond(std::move(ok));
    std::string_view rest = request.body;
    while (!over_ && !rest.empty()) {
        const auto packet = rest.substr(0, rest.find(kSeparator));
        rest.remove_prefix(std::min(rest.size(), packet.size() + 1));
        packet_in(packet);
    }
}

void EngineSession::add_handlers(WsChannel::Events& events) {
    events.message =
        bound([](EngineSession& self, std::string_view text) { self.packet_in(text); });
    events.binary = bound([](EngineSession& self, std::string_view data) { self.binary_in(data); });
    events.closed = bound([](EngineSession& self, unsigned) { self.finish("transport close"); });
    events.max_message = server_.options_.max_payload;
}

void EngineSession::begin_on(std::shared_ptr<WsChannel> channel) {
    channel_ = std::move(channel);
    WsChannel::Events events;
    events.opened = bound([](EngineSession& self, std::string_view) { self.greet(); });
    add_handlers(events);
    channel_->start(std::move(events));
}

void EngineSession::probe_on(std::shared_ptr<WsChannel> channel) {
    if (probing_ != nullptr) {
        server_.recorder_.violation("engine_second_probe", number_,
                                    "two websockets for one session");
        WsChannel::Events closing;
        closing.opened = [held = channel](std::string_view) { held->close(1008, ""); };
        closing.message = [](std::string_view) {};
        return channel->start(std::move(closing));
    }
    probing_ = std::move(channel);
    probe_answered_ = false;
    WsChannel::Events events;
    events.opened = [](std::string_view) {};
    events.message = bound([](EngineSession& self, std::string_view text) {
        if (self.channel_ != nullptr) {
            self.packet_in(text);
        } else {
            self.probed(text);
        }
    });
    events.binary = bound([](EngineSession& self, std::string_view data) { self.binary_in(data); });
    events.closed = bound([](EngineSession& self, unsigned) {
        if (self.channel_ != nullptr) {
            return self.finish("transport close");
        }
        self.probing_.reset();  // the session goes on by polling
        self.probe_answered_ = false;
    });
    events.max_message = server_.options_.max_payload;
    probing_->start(std::move(events));
}

void EngineSession::probed(std::string_view packet) {
    if (packet == "2probe" && !probe_answered_) {
        probe_answered_ = true;
        probing_->send("3probe", false);
        if (polling_) {
            std::exchange(polling_, nullptr)(plain("6"));
        }
        return;
    }
    if (packet == "5" && probe_answered_) {
        channel_ = probing_;
        if (polling_) {
            std::exchange(polling_, nullptr)(plain("6"));
        }
        return flush();
    }
    server_.recorder_.violation("engine_probe", number_, packet);
    probing_->close(1002, "");
}

void EngineSession::send_text(std::string_view message) {
    push({"4" + std::string(message), false});
}

void EngineSession::send_binary(std::string_view data) { push({std::string(data), true}); }

void EngineSession::send_packet(std::string packet) { push({std::move(packet), false}); }

void EngineSession::push(Queued queued) {
    if (!over_) {
        queue_.push_back(std::move(queued));
        flush();
    }
}

void EngineSession::flush() {
    if (channel_ != nullptr) {
        for (auto& queued : queue_) {
            const bool marked = queued.binary && server_.options_.version == 3;
            channel_->send(marked ? kBinaryOfThree + queued.packet : std::move(queued.packet),
                           queued.binary);
        }
        queue_.clear();
        return;
    }
    if (!polling_ || queue_.empty()) {
        return;
    }
    std::string body;
    for (std::size_t i = 0; i < kMostPacketsOfPoll && !queue_.empty(); ++i) {
        if (i > 0) {
            body += kSeparator;
        }
        const auto& queued = queue_.front();
        if (queued.binary) {
            body += 'b';
            append_base64(body, queued.packet);
        } else {
            body += queued.packet;
        }
        queue_.pop_front();
    }
    std::exchange(polling_, nullptr)(plain(std::move(body)));
}

void EngineSession::packet_in(std::string_view packet) {
    if (over_) {
        return;
    }
    const auto self = shared_from_this();
    const char digit = packet.empty() ? '\0' : packet[0];
    const bool three = server_.options_.version == 3;
    if (digit == '4') {
        return text_in(packet.substr(1));
    }
    if (digit == 'b' && !three) {
        const auto data = decode_base64(packet.substr(1));
        return data ? server_.hooks_.binary(*this, *data)
                    : violated("engine_packet", "attachment that is no base64");
    }
    if (digit == '2' && three) {
        if (!server_.faults_.drop_acks) {
            send_packet("3" + std::string(packet.substr(1)));
        }
        return heartbeat();
    }
    if (digit == '3' && !three) {
        if (std::exchange(awaiting_pong_, false)) {
            heartbeat();
        }
        return;
    }
    if (digit == '1') {
        return close("client close");
    }
    violated(digit == '2' ? "engine_client_ping" : "engine_packet",
             "a packet that no client of this version sends: " + std::string(packet.substr(0, 64)));
}

void EngineSession::text_in(std::string_view text) {
    server_.recorder_.note("gateway_in", number_, text);
    server_.hooks_.text(*this, text);
}

void EngineSession::binary_in(std::string_view data) {
    if (over_) {
        return;
    }
    const auto self = shared_from_this();
    if (server_.options_.version == 3) {
        if (!data.starts_with(kBinaryOfThree)) {
            return violated("engine_packet", "a binary frame without its type");
        }
        data.remove_prefix(1);
    }
    server_.hooks_.binary(*this, data);
}

/// Version 4: the next ping to send. Version 3: the next one to come.
void EngineSession::heartbeat() {
    const auto& options = server_.options_;
    if (options.version == 3) {
        return expect_sign(options.ping_interval + options.ping_timeout);
    }
    timer_.expires_after(options.ping_interval);
    timer_.async_wait(bound([](EngineSession& self, boost::system::error_code error) {
        if (error || self.over_) {
            return;
        }
        if (self.server_.faults_.drop_acks) {
            return self.heartbeat();  // silent: no ping goes out
        }
        self.awaiting_pong_ = true;
        self.send_packet("2");
        self.expect_sign(self.server_.options_.ping_timeout);
    }));
}

void EngineSession::expect_sign(Millis within) {
    timer_.expires_after(within);
    timer_.async_wait(bound([](EngineSession& self, boost::system::error_code error) {
        if (error || self.over_) {
            return;
        }
        if (self.channel_ == nullptr || !self.channel_->frozen()) {
            self.server_.recorder_.violation("engine_heartbeat", self.number_,
                                             "no sign of life in time");
        }
        self.close("ping timeout");
    }));
}

void EngineSession::violated(std::string_view rule, std::string_view text) {
    server_.recorder_.violation(rule, number_, text);
    close("protocol error", 1002);
}

void EngineSession::close(const std::string& reason, unsigned code) {
    const auto self = shared_from_this();
    if (polling_) {
        std::exchange(polling_, nullptr)(plain("1"));
    }
    if (channel_ != nullptr) {
        channel_->close(code, "");
    }
    finish(reason);
}

void EngineSession::finish(const std::string& reason) {
    if (std::exchange(over_, true)) {
        return;
    }
    timer_.cancel();
    hello_timer_.cancel();
    server_.recorder_.note("connection", number_, "Engine.IO session closed: " + reason);
    const auto self = shared_from_this();
    server_.sessions_.erase(sid_);
    server_.hooks_.closed(*this, reason);
}

}  // namespace rookery::sim::socketio
