#include "platform/revolt/link.hpp"

#include "async/signal.hpp"
#include "net/url.hpp"
#include "protocol/revolt/msgpack.hpp"

#include <type_traits>
#include <utility>
#include <variant>

namespace rookery::revolt {

namespace proto = protocol::revolt;
namespace act = protocol::revolt::action;
using async::Task;

namespace {

constexpr Millis kShutdown{500};
constexpr std::size_t kMostMessage = std::size_t{16} << 20U;
constexpr Millis kCongestionPause{20};
constexpr std::uint16_t kNormalClosure = 1000;
constexpr std::uint64_t kMalformedTold = 10;

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// "stoat.chat" of "events.stoat.chat".
std::string_view domain_of(std::string_view host) {
    const auto last = host.rfind('.');
    const auto before =
        last == std::string_view::npos || last == 0 ? last : host.rfind('.', last - 1);
    return before == std::string_view::npos ? host : host.substr(before + 1);
}

net::WsOptions ws_options(const net::ConnectOptions& connect) {
    net::WsOptions options;
    options.connect = connect;
    options.max_message = kMostMessage;
    options.headers.add("User-Agent", "Rookery (https://github.com/rookery/rookery, 0.1.0)");
    return options;
}

}  // namespace

struct Link::Connection {
    Connection(const async::Executor& executor, const Options& options,
               gateway::LinkReport& report_)
        : socket(executor, ws_options(options.connect)),
          fsm({.token = options.token, .format = options.format}),
          timer(executor),
          report(report_) {}

    void finish(gateway::LinkEnd how) {
        if (!end) {
            end = std::move(how);
        }
    }

    net::WsClient socket;
    proto::SessionFsm fsm;
    boost::asio::steady_timer timer;
    gateway::LinkReport& report;
    std::optional<gateway::LinkEnd> end;
    std::optional<SteadyTime> armed;
};

Link::Link(async::Executor executor, Parts parts, Options options, log::Logger log)
    : executor_(std::move(executor)),
      parts_(parts),
      options_(std::move(options)),
      log_(std::move(log)) {}

Task<gateway::LinkEnd> Link::run(gateway::LinkReport& report) {
    const auto connection = std::make_shared<Connection>(executor_, options_, report);
    connection_ = connection;
    // What an attempt that was cancelled has left.
    co_await parts_.gaps->end();
    report.state("connecting");
    const auto opened = co_await open(*connection);
    failed_ = !opened;
    if (!opened) {
        gateway::LinkEnd end;
        end.text = opened.error().message();
        co_return end;
    }
    report.state("logging_in");
    report.logging_in();
    perform(*connection, {}, connection->fsm.opened(), now());
    arm(connection);
    co_await read(*connection);
    connection->timer.cancel();
    co_await parts_.gaps->end();
    co_await connection->socket.shutdown(kShutdown);
    co_return connection->end.value_or(gateway::LinkEnd{});
}

Task<Result<>> Link::open(Connection& connection) {
    const auto places = co_await parts_.api->discover(failed_);
    if (!places) {
        co_return places.error().within("ask the API for the event server");
    }
    parts_.dispatcher->set_addresses({parts_.api->base(), places->cdn});
    auto url = net::parse_url(proto::gateway_url(places->gateway, options_.format));
    if (!url) {
        co_return url.error().within("the event server's address");
    }
    if (const auto api = net::parse_url(parts_.api->base());
        !foreign_told_ && api && domain_of(api->host) != domain_of(url->host)) {
        foreign_told_ = true;
        log_->info("the event server is {}, the API {}", url->host, api->host);
    }
    co_return co_await connection.socket.connect(*std::move(url));
}

void Link::hang_up(bool cut) {
    const auto connection = connection_.lock();
    if (connection == nullptr) {
        return;
    }
    gateway::LinkEnd end;
    end.text = "hung up";
    connection->finish(std::move(end));
    if (!cut && connection->socket.is_open()) {
        connection->socket.close(kNormalClosure);
    } else {
        connection->socket.abort();
    }
}

Result<> Link::typing(std::string_view channel) {
    const auto connection = connection_.lock();
    if (connection == nullptr || connection->fsm.state() != proto::State::ready) {
        return Error(ErrorKind::unavailable, "not connected");
    }
    return connection->socket.send(
        proto::encode_typing(channel, true, options_.format),
        options_.format == proto::Format::json ? net::WsOpcode::text : net::WsOpcode::binary);
}

Task<> Link::read(Connection& connection) {
    net::WsClient& socket = connection.socket;
    std::uint64_t counted = 0;
    while (!connection.end) {
        const Result<> received = co_await socket.receive();
        if (!received) {
            gateway::LinkEnd end;
            end.text = "connection lost: " + received.error().message();
            connection.finish(std::move(end));
            break;
        }
        const SteadyTime moment = now();
        std::uint64_t frames = 0;
        parts_.intake->begin();
        net::WsMessage one;
        while (!connection.end && socket.next(one)) {
            ++frames;
            message(connection, one, moment);
        }
        parts_.intake->flush();
        heard_ = connection.fsm.state() == proto::State::ready ? moment : heard_;
        connection.report.heard();
        if (frames > 0) {
            connection.fsm.events_came(moment);
        }
        connection.report.received(socket.bytes_received() - counted, frames);
        counted = socket.bytes_received();
        arm(connection_.lock());
        while (!connection.end && parts_.bus->congested()) {
            co_await async::sleep_for(kCongestionPause);
            // Nobody reads, so no answer can be seen: the silence is ours.
            connection.report.heard();
            connection.fsm.excuse(now());
        }
    }
}

void Link::message(Connection& connection, const net::WsMessage& message, SteadyTime now) {
    if (message.opcode == net::WsOpcode::close) {
        gateway::LinkEnd end;
        end.text = "closed by the server with " + std::to_string(message.close_code) +
                   (message.payload.empty() ? "" : " (" + log::clipped(message.payload) + ")");
        connection.finish(std::move(end));
        return;
    }
    if (message.opcode == net::WsOpcode::text) {
        frame(connection, message.payload, now);
        return;
    }
    if (auto done = proto::msgpack_to_json(message.payload, plain_); !done) {
        malformed(done.error());
        return;
    }
    frame(connection, plain_, now);
}

void Link::malformed(const Error& error) {
    if (++malformed_ <= kMalformedTold) {
        log_->warn("a frame is given up: {}", error.message());
    }
}

void Link::frame(Connection& connection, std::string_view text, SteadyTime now) {
    const auto scanned = proto::scan_frame(text);
    if (!scanned) {
        malformed(scanned.error());
        return;
    }
    one(connection, *scanned, now);
}

void Link::one(Connection& connection, const proto::Frame& frame, SteadyTime now) {
    if (!connection.fsm.is_event(frame.type)) {
        perform(connection, frame, connection.fsm.step(frame, now), now);
        return;
    }
    if (!parts_.gaps->hold(frame)) {
        parts_.dispatcher->event(frame, now);
    }
}

void Link::bulk(Connection& connection, std::string_view text, SteadyTime now) {
    const auto unwrapped = proto::unwrap_bulk(text);
    if (!unwrapped) {
        malformed(unwrapped.error());
        return;
    }
    for (const proto::Frame& item : unwrapped->items) {
        if (connection.end) {
            break;
        }
        one(connection, item, now);
    }
    if (unwrapped->malformed > 0) {
        malformed(Error(ErrorKind::protocol,
                        "Bulk: " + std::to_string(unwrapped->malformed) + " items are no events"));
    }
}

void Link::ready(Connection& connection, const proto::Frame& frame, bool first, SteadyTime now) {
    parts_.dispatcher->ready(frame, first, now);
    if (!first) {
        return;
    }
    connection.report.state("ready");
    connection.report.ready(false);
    const bool missed = parts_.gaps->begin();
    if (heard_ || missed) {
        const auto wall = std::chrono::system_clock::now();
        gateway::Gap gap{std::nullopt, wall, parts_.intake->seq()};
        if (heard_) {
            gap.from = wall - std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                  now - *heard_);
        }
        connection.report.gap(gap);
    }
    log_->info("ready as {}", parts_.dispatcher->self_name().empty()
                                  ? "an account without a name"
                                  : log::clipped(parts_.dispatcher->self_name(), 64));
}

void Link::perform(Connection& connection, const proto::Frame& frame,
                   const proto::SessionFsm::Actions& actions, SteadyTime now) {
    for (const proto::Action& action : actions) {
        std::visit(
            [&](const auto& what) {
                using What = std::decay_t<decltype(what)>;
                if constexpr (std::is_same_v<What, act::Send>) {
                    const auto opcode = options_.format == proto::Format::json
                                            ? net::WsOpcode::text
                                            : net::WsOpcode::binary;
                    if (auto sent = connection.socket.send(what.payload, opcode); !sent) {
                        log_->debug("send: {}", sent.error().message());
                    }
                } else if constexpr (std::is_same_v<What, act::Ready>) {
                    ready(connection, frame, what.first, now);
                } else if constexpr (std::is_same_v<What, act::Event>) {
                    parts_.dispatcher->event(frame, now);
                } else if constexpr (std::is_same_v<What, act::Bulk>) {
                    bulk(connection, frame.text, now);
                } else if constexpr (std::is_same_v<What, act::Latency>) {
                    connection.report.latency(what.round_trip);
                } else if constexpr (std::is_same_v<What, act::Note>) {
                    log_->warn("{}", what.text);
                } else {
                    gateway::LinkEnd end;
                    end.then =
                        what.fatal ? gateway::LinkEnd::Then::fatal : gateway::LinkEnd::Then::retry;
                    end.text = what.text;
                    end.login_refused = what.login_refused;
                    connection.finish(std::move(end));
                }
            },
            action);
    }
}

/// Runs to the machine's deadline; set anew only when that has moved.
void Link::arm(const std::shared_ptr<Connection>& connection) {
    if (connection == nullptr || connection->end) {
        return;
    }
    const auto deadline = connection->fsm.deadline();
    if (!deadline || connection->armed == deadline) {
        return;
    }
    connection->armed = deadline;
    connection->timer.expires_at(*deadline);
    connection->timer.async_wait(
        [this, weak = std::weak_ptr(connection)](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (error || self == nullptr || self->end) {
                return;
            }
            self->armed.reset();
            perform(*self, {}, self->fsm.tick(now()), now());
            if (self->end) {
                self->socket.abort();
            }
            arm(self);
        });
}

}  // namespace rookery::revolt
