#include "sim/guilded/bot_gateway.hpp"

#include "sim/guilded/bot_objects.hpp"

#include <charconv>

namespace rookery::sim::guilded {
namespace {

constexpr std::string_view kCursorHeader = "guilded-last-message-id";

std::string_view bearer(const HttpRequest& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto given = request.header("authorization");
    return given.starts_with(kScheme) ? given.substr(kScheme.size()) : std::string_view{};
}

std::string envelope(int op, const Json& data) {
    return Json{{"op", op}, {"d", data}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

/// One socket of a bot. A timer ends it when its pings stay away.
class BotGateway::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(BotGateway& gateway, unsigned number, std::string person,
               std::shared_ptr<WsChannel> channel)
        : gateway_(gateway),
          core_(gateway.core_),
          number_(number),
          person_(std::move(person)),
          channel_(std::move(channel)),
          timer_(core_.io),
          hello_(core_.io) {}

    /// The gateway owns the connections: what others hold of them must not keep them alive.
    template <class Function>
    auto bound(Function function) {
        return [weak = weak_from_this(), function](auto&&... args) {
            if (const auto self = weak.lock()) {
                function(*self, std::forward<decltype(args)>(args)...);
            }
        };
    }

    void start(const std::string& cursor) {
        WsChannel::Events events;
        events.opened =
            bound([cursor](Connection& self, std::string_view) { self.opened(cursor); });
        events.message = bound([](Connection& self, std::string_view text) {
            self.core_.recorder.note("gateway_in", self.number_, text);
            self.core_.recorder.violation("guilded_client_message", self.number_,
                                          "the bot gateway takes no messages");
        });
        events.ping = bound([](Connection& self) {
            self.channel_->mute_pongs(self.core_.faults.drop_acks);
            ++self.core_.counts["heartbeats"];
            self.watch();
        });
        events.closed = bound([](Connection& self, unsigned code) { self.closed(code); });
        channel_->start(std::move(events));
    }

    void send(const std::string& frame) {
        if (ready_) {
            channel_->send(frame, false);
        }
    }
    void close(unsigned code, std::string_view reason) { channel_->close(code, reason); }
    [[nodiscard]] WsChannel& channel() { return *channel_; }
    [[nodiscard]] const std::string& person() const { return person_; }

  private:
    void opened(const std::string& cursor) {
        core_.recorder.note("connection", number_, "guilded bot gateway opened");
        channel_->mute_pongs(core_.faults.drop_acks);
        watch();
        if (core_.faults.silent_hellos > 0) {
            --core_.faults.silent_hellos;
            return;
        }
        if (core_.faults.hello_delay == Millis{0}) {
            return welcome(cursor);
        }
        hello_.expires_after(core_.faults.hello_delay);
        hello_.async_wait(bound([cursor](Connection& self, boost::system::error_code error) {
            if (!error) {
                self.welcome(cursor);
            }
        }));
    }

    void welcome(const std::string& cursor) {
        const auto& me = *core_.world.person(person_);
        channel_->send(
            envelope(1, {{"heartbeatIntervalMs", core_.options.heartbeat_interval.count()},
                         {"lastMessageId", gateway_.id_of(gateway_.last_)},
                         {"botId", uuid_of(1, 0xb07)},
                         {"user", user_json(me)}}),
            false);
        ++core_.counts["identifies"];
        if (!cursor.empty() && !replay(cursor)) {
            return;
        }
        ready_ = true;
        if (core_.faults.closes_after_ready > 0) {
            --core_.faults.closes_after_ready;
            close(core_.faults.close_after_ready, "on demand");
        }
    }

    bool replay(const std::string& cursor) {
        const auto from = gateway_.number_of(cursor);
        const bool known = from && *from <= gateway_.last_ &&
                           (gateway_.past_.empty() ? *from == gateway_.last_
                                                   : *from + 1 >= gateway_.past_.front().number);
        if (!known) {
            core_.recorder.note("connection", number_, "replay refused");
            ++core_.counts["resume_failures"];
            channel_->send(envelope(8, {{"message", "Message ID provided is invalid or too old"}}),
                           false);
            channel_->close(1008, "");
            return false;
        }
        for (const auto& past : gateway_.past_) {
            if (past.number > *from) {
                channel_->send(*past.frame, false);
                ++core_.counts["replayed"];
            }
        }
        ++core_.counts["resumes"];
        channel_->send(envelope(2, {{"s", gateway_.id_of(gateway_.last_)}}), false);
        return true;
    }

    /// From now on a ping has two intervals to come.
    void watch() {
        if (!core_.options.heartbeats_watched) {
            return;
        }
        timer_.expires_after(2 * core_.options.heartbeat_interval + Millis{200});
        timer_.async_wait(bound([](Connection& self, boost::system::error_code error) {
            if (!error && !self.channel_->frozen()) {
                self.core_.recorder.violation("guilded_heartbeat_missing", self.number_,
                                              "no ping for two intervals");
                self.channel_->reset();
            }
        }));
    }

    void closed(unsigned code) {
        core_.recorder.note("connection", number_, "guilded bot gateway closed", code);
        timer_.cancel();
        hello_.cancel();
        gateway_.connections_.erase(number_);
    }

    BotGateway& gateway_;
    Core& core_;
    unsigned number_;
    std::string person_;
    std::shared_ptr<WsChannel> channel_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer hello_;
    bool ready_ = false;
};

BotGateway::BotGateway(Core& core)
    : core_(core),
      epoch_(uuid_of(static_cast<std::uint64_t>(core.clock.wall().time_since_epoch().count()), 0xe9)
                 .substr(0, 8)) {}

BotGateway::~BotGateway() = default;

std::string BotGateway::id_of(std::uint64_t number) const {
    return epoch_ + "-" + std::to_string(number);
}

std::optional<std::uint64_t> BotGateway::number_of(std::string_view id) const {
    if (!id.starts_with(epoch_ + "-")) {
        return std::nullopt;
    }
    id.remove_prefix(epoch_.size() + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    return error == std::errc{} && end == id.data() + id.size() ? std::optional(number)
                                                                : std::nullopt;
}

WsTaker BotGateway::take(const HttpRequest& request) {
    const auto* bot = core_.bot_of_token(bearer(request));
    if (bot == nullptr || core_.faults.refused_logins > 0 || core_.faults.refuse_upgrades > 0) {
        return {};
    }
    ++core_.counts["connects"];
    return [this, person = bot->id,
            cursor = std::string(request.header(kCursorHeader))](std::shared_ptr<WsChannel> ws) {
        const auto number = ++numbered_;
        auto connection = std::make_shared<Connection>(*this, number, person, std::move(ws));
        connections_[number] = connection;
        connection->start(cursor);
    };
}

HttpReply BotGateway::refusal(const HttpRequest& request) {
    if (core_.faults.refuse_upgrades > 0) {
        --core_.faults.refuse_upgrades;
        return community::html_page(core_.faults.upgrade_status);
    }
    if (core_.faults.refused_logins > 0) {
        --core_.faults.refused_logins;
        if (core_.faults.refuse_login_as == "html") {
            return community::html_page(403);
        }
        if (core_.faults.refuse_login_as == "forbidden") {
            return community::json_reply({{"code", "ForbiddenError"}, {"message", "Forbidden"}},
                                         403);
        }
    } else if (bearer(request).empty()) {
        core_.recorder.violation("guilded_no_token", 0, "an upgrade without a bearer token");
    }
    return community::json_reply(
        {{"code", "UnauthorizedError"}, {"message", "Authentication Failed"}}, 401);
}

void BotGateway::emit(const std::string& name, const Json& data) {
    emit_text(name, data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void BotGateway::emit_text(const std::string& name, const std::string& data) {
    auto& faults = core_.faults;
    const auto number = ++last_;
    auto frame = std::make_shared<const std::string>(R"({"op":0,"t":")" + name + R"(","s":")" +
                                                     id_of(number) + R"(","d":)" + data + "}");
    if (past_.size() >= core_.options.replay_events) {
        past_.pop_front();
    }
    past_.push_back({number, frame});
    ++core_.counts["dispatches"];
    if (faults.mute) {
        return;
    }
    if (faults.dropped_events > 0) {
        --faults.dropped_events;
        return;
    }
    const bool twice = faults.duplicate_events > 0;
    faults.duplicate_events -= twice ? 1 : 0;
    for (const auto& [id, connection] : connections_) {
        connection->send(*frame);
        if (twice) {
            connection->send(*frame);
        }
    }
}

Result<unsigned> BotGateway::inject(const std::string& kind, const Json& parameters) {
    const community::WireForm form{
        [](const std::string& name, const std::string& data) {
            return R"({"op":0,"t":")" + name + R"(","d":)" + data + "}";
        },
        "ChatMessageCreated",
        {{"serverId", "unknown0"}, {"message", {{"id", uuid_of(1, 0xbad)}}}}};
    unsigned hit = 0;
    const auto all = connections_;
    for (const auto& [number, connection] : all) {
        auto& channel = connection->channel();
        if (kind == "unknown_opcode") {
            channel.send(envelope(99, {{"what", "is this"}}), false);
        } else if (kind == "invalid_cursor") {
            channel.send(envelope(8, {{"message", "on demand"}}), false);
            channel.close(1008, "");
        } else if (kind == "internal_error") {
            channel.send(envelope(9, {{"message", "Internal error"}}), false);
            channel.close(1011, "");
        } else if (!community::break_wire(channel, form, kind, parameters)) {
            return Error(ErrorKind::not_found, "no fault is called '" + kind + "'");
        }
        core_.recorder.note("fault", number, kind);
        ++hit;
    }
    return hit;
}

void BotGateway::drop(const std::string& person) {
    const auto all = connections_;
    for (const auto& [number, connection] : all) {
        if (connection->person() == person) {
            connection->close(1008, "token revoked");
        }
    }
}

}  // namespace rookery::sim::guilded
