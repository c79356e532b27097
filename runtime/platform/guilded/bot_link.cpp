#include "platform/guilded/bot_link.hpp"

#include "async/signal.hpp"
#include "model/json_index.hpp"
#include "protocol/guilded/json_scan.hpp"

#include <algorithm>
#include <utility>

namespace rookery::guilded {
namespace {

using async::Task;
using gateway::LinkEnd;
using protocol::guilded::BotFrame;
using protocol::guilded::BotSession;
using protocol::guilded::member;
using protocol::guilded::plain_text;

constexpr std::string_view kCursor = "replay";
constexpr Millis kGoodbye{1'000};
constexpr Millis kCongestionPause{20};
constexpr std::size_t kMostMessage = std::size_t{8} << 20U;
constexpr std::size_t kMostServers = 200;  ///< whose members are asked for

SteadyTime now() { return std::chrono::steady_clock::now(); }

LinkEnd retry(std::string text) {
    return {LinkEnd::Then::retry, std::move(text), Millis{0}, false};
}
LinkEnd fatal(std::string text) { return {LinkEnd::Then::fatal, std::move(text), Millis{0}, true}; }

}  // namespace

bool speaks_for_absence(const Error& error) {
    const Refusal* const refusal = error.refusal();
    const std::string text = error.message();
    if (refusal != nullptr && refusal->status >= 200 && refusal->status < 400) {
        return true;
    }
    for (const std::string_view sign : {"web page", "look up ", "certificate", "TLS"}) {
        if (text.find(sign) != std::string::npos) {
            return true;
        }
    }
    return false;
}

BotLink::BotLink(async::Executor executor, LinkOptions options, GuildedApi& api, Feed& feed,
                 log::Logger log)
    : executor_(executor),
      options_(std::move(options)),
      api_(api),
      feed_(feed),
      log_(std::move(log)),
      timer_(executor) {}

BotLink::~BotLink() = default;

void BotLink::hang_up(bool cut) {
    if (socket_ == nullptr) {
        return;
    }
    if (cut) {
        socket_->abort();
    } else {
        socket_->close(1000);
    }
}

Task<LinkEnd> BotLink::run(gateway::LinkReport& report) {
    report.state("connecting");
    death_.reset();
    pinged_.reset();
    session_.emplace(feed_.intake().cursor(kCursor));
    net::WsOptions options;
    options.connect = options_.connect;
    options.max_message = kMostMessage;
    options.headers = api_.identity();
    options.headers.add("User-Agent", "Rookery/0.1.0");
    if (!session_->cursor().empty()) {
        options.headers.add("guilded-last-message-id", session_->cursor());
    }
    socket_ = std::make_shared<net::WsClient>(executor_, std::move(options));
    report.logging_in();
    auto failed = co_await open();
    LinkEnd end;
    if (failed) {
        end = *std::move(failed);
    } else {
        report.state("logging_in");
        end = co_await read(report);
        timer_.cancel();
    }
    const auto socket = std::exchange(socket_, nullptr);
    if (socket != nullptr) {
        co_await socket->shutdown(kGoodbye);
    }
    co_return end;
}

/// None: the websocket is open.
Task<std::optional<LinkEnd>> BotLink::open() {
    const auto url = net::parse_url(options_.gateway_url);
    if (!url) {
        co_return fatal("gateway_url: " + url.error().message());
    }
    const auto socket = socket_;
    const auto opened = co_await socket->connect(*url);
    if (opened) {
        absence_.attempt(false);
        co_return std::optional<LinkEnd>();
    }
    const Error error = opened.error();
    const Refusal* const refusal = error.refusal();
    const bool denied = (refusal != nullptr && refusal->status == 401) ||
                        error.message().find(" 401") != std::string::npos;
    if (denied) {
        co_return fatal("the token was refused: " + error.message());
    }
    if (error.kind() == ErrorKind::denied || error.kind() == ErrorKind::invalid) {
        co_return fatal(error.message());
    }
    absence_.attempt(speaks_for_absence(error));
    if (absence_.certain()) {
        co_return fatal("nobody answers as Guilded there (" + error.message() +
                        "): the service has ended; api_url and gateway_url name a server of your "
                        "own");
    }
    co_return retry(error.message());
}

Task<LinkEnd> BotLink::read(gateway::LinkReport& report) {
    const auto socket = socket_;
    std::uint64_t counted = 0;
    for (;;) {
        const Result<> received = co_await socket->receive();
        if (!received) {
            co_return retry(death_ ? *death_ : received.error().message());
        }
        const SteadyTime moment = now();
        report.heard();
        session_->heard(moment);
        heard_ = std::chrono::system_clock::now();
        if (const auto pinged = std::exchange(pinged_, std::nullopt)) {
            report.latency(std::chrono::duration_cast<std::chrono::microseconds>(moment - *pinged));
        }
        feed_.intake().begin();
        std::optional<LinkEnd> end;
        net::WsMessage message;
        std::uint64_t frames = 0;
        while (!end && socket->next(message)) {
            ++frames;
            if (message.opcode == net::WsOpcode::close) {
                end = retry("the server closed the connection (" +
                            std::to_string(message.close_code) + ")");
            } else if (message.opcode == net::WsOpcode::text) {
                end = on_text(message.payload, moment, report);
            }
        }
        feed_.intake().flush();
        report.received(socket->bytes_received() - counted, frames);
        counted = socket->bytes_received();
        if (end) {
            co_return *std::move(end);
        }
        arm(report);
        while (options_.congested()) {
            co_await async::sleep_for(kCongestionPause);
            // Nobody reads, so the silence is ours.
            session_->heard(now());
            report.heard();
        }
    }
}

std::optional<LinkEnd> BotLink::on_text(std::string_view text, SteadyTime moment,
                                        gateway::LinkReport& report) {
    const auto frame = protocol::guilded::read_bot_frame(text);
    if (!frame) {
        log_->debug("{}", frame.error().message());
        return std::nullopt;
    }
    switch (session_->on_frame(*frame, moment)) {
        case Session::Step::event: {
            const std::string identity =
                frame->id.empty() ? std::string() : "s:" + std::string(frame->id);
            feed_.take(frame->type, frame->data, identity, moment);
            session_->taken(*frame);
            if (!frame->id.empty()) {
                feed_.intake().set_cursor(kCursor, session_->cursor());
            }
            return std::nullopt;
        }
        case Session::Step::welcome:
            welcome(frame->data, moment, report);
            return std::nullopt;
        case Session::Step::resumed:
            feed_.intake().set_cursor(kCursor, session_->cursor());
            flowing(true, report);
            return std::nullopt;
        case Session::Step::gap:
            feed_.intake().set_cursor(kCursor, {});
            gap_ = true;
            return retry("what was missed cannot be repeated: " + session_->error());
        case Session::Step::failed:
            return retry("the gateway had a fault: " + session_->error());
        case Session::Step::nothing:
            break;
    }
    return std::nullopt;
}

void BotLink::welcome(std::string_view data, SteadyTime moment, gateway::LinkReport& report) {
    feed_.seen().own_id = session_->welcome().user_id;
    options_.logged_in(session_->welcome().user_name);
    if (session_->ready()) {
        if (gap_) {
            note_gap(report);
        }
        // Until something has come, the next connection begins where this one did.
        feed_.intake().set_cursor(kCursor, session_->cursor());
        flowing(false, report);
    } else {
        report.state("replaying");
    }
    feed_.take("_WelcomeMessage", data.empty() ? "{}" : data, std::string_view(), moment);
    if (!std::exchange(learning_, true)) {
        options_.spawn("servers", [this] { return learn_servers(); });
    }
}

void BotLink::flowing(bool resumed, gateway::LinkReport& report) {
    gap_ = false;
    report.ready(resumed);
}

void BotLink::note_gap(gateway::LinkReport& report) {
    report.gap({heard_, std::chrono::system_clock::now(), feed_.intake().seq()});
    log_->warn("a gap: what happened while the link was down was not seen");
}

void BotLink::arm(gateway::LinkReport& report) {
    const auto due = session_->beat_at();
    if (!due || timer_.expiry() == *due) {
        return;
    }
    timer_.expires_at(*due);
    timer_.async_wait([this, &report](const boost::system::error_code& error) {
        if (!error && socket_ != nullptr && session_) {
            beat(report);
        }
    });
}

void BotLink::beat(gateway::LinkReport& report) {
    switch (session_->beat(now())) {
        case Session::Beat::send:
            pinged_ = now();
            if (auto sent = socket_->send({}, net::WsOpcode::ping); !sent) {
                log_->debug("heartbeat: {}", sent.error().message());
            }
            break;
        case Session::Beat::dead:
            death_ = "a heartbeat had no answer";
            socket_->abort();
            return;
        case Session::Beat::late:
            log_->warn("the server has not said that its replay is finished");
            note_gap(report);
            flowing(false, report);
            break;
        case Session::Beat::wait:
            break;
    }
    arm(report);
}

/// The gateway does not say which servers there are, nor who is in them.
Task<> BotLink::learn_servers() {
    const auto list = co_await api_.get("/users/@me/servers", "GET /users/{user}/servers");
    learning_ = false;
    if (!list) {
        log_->debug("servers: {}", list.error().message());
        co_return;
    }
    std::vector<std::string> ids;
    const std::string servers(member(*list, "servers"));
    const auto index = model::JsonIndex::build(servers);
    if (!index) {
        co_return;
    }
    for (const auto server : index->root().elements()) {
        const auto id = server["id"].raw_string();
        if (id.empty() || ids.size() == kMostServers) {
            continue;
        }
        ids.emplace_back(id);
        Translation one;
        one.parts.push_back(guild_available(server.raw()));
        feed_.intake().begin();
        feed_.take("_WelcomeMessage", "{}", one, now());
        feed_.intake().flush();
    }
    for (const std::string& id : ids) {
        const auto answer = co_await api_.get("/servers/" + net::percent_encode(id) + "/members",
                                              "GET /servers/{server}/members");
        const std::string members(answer ? member(*answer, "members") : std::string_view());
        const auto read = model::JsonIndex::build(members);
        if (!read) {
            continue;
        }
        for (const auto one : read->root().elements()) {
            feed_.seen().learn_member(id, one.raw());
        }
    }
}

}  // namespace rookery::guilded
