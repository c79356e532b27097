#include "platform/discord/link.hpp"

#include "async/backoff.hpp"
#include "protocol/discord/payloads.hpp"

#include <utility>
#include <variant>

namespace rookery::discord {
namespace {

namespace fsm = protocol::discord;
using fsm::Op;

SteadyTime now() { return std::chrono::steady_clock::now(); }

constexpr Millis kCongestionPause{2};
constexpr Millis kShutdown{2'000};
/// The gateway's address is asked for again when it has stopped working, not before.
constexpr Millis kAddressAge{std::chrono::hours(24)};
/// How far apart the shards of one bot come back when all of them were cut: a tenth of a second
/// each, on average, up to this.
constexpr Millis kWidestSpread{10'000};

Millis spread(std::uint32_t shards) {
    return shards > 1 ? std::min(kWidestSpread, Millis{200} * shards) : Millis{0};
}

}  // namespace

/// One socket. The link's current one may report; an older one only winds down.
struct Link::Connection {
    Connection(const async::Executor& executor, net::WsOptions options)
        : socket(executor, std::move(options)) {}
    net::WsClient socket;
    bool current = true;
};

Link::Link(async::Executor executor, LinkOptions options, DiscordApi& api, IdentifyGate& gate,
           Dispatcher& dispatcher, bus::EventBus& bus,
           std::shared_ptr<store::DeliveryLedger> ledger, log::Logger log, Callbacks callbacks)
    : executor_(executor),
      options_(std::move(options)),
      api_(api),
      gate_(gate),
      dispatcher_(dispatcher),
      bus_(bus),
      ledger_(std::move(ledger)),
      log_(std::move(log)),
      callbacks_(std::move(callbacks)),
      inflater_(fsm::make_inflater(options_.compression)),
      timers_{boost::asio::steady_timer(executor), boost::asio::steady_timer(executor),
              boost::asio::steady_timer(executor), boost::asio::steady_timer(executor),
              boost::asio::steady_timer(executor), boost::asio::steady_timer(executor)},
      commands_(executor, [this](const std::string& payload) { send(payload); }),
      ended_(executor),
      tasks_(executor, "link") {
    commands_.set_presence(options_.presence);
}

Link::~Link() = default;

fsm::State Link::state() const noexcept {
    return machine_ ? machine_->state() : fsm::State::stopped;
}

void Link::start(fsm::IntentRequest intents, bool resume) {
    intents_ = intents.bits;
    Machine::Options options;
    options.shard = options_.shard;
    options.intents = std::move(intents);
    options.random = async::system_random();
    options.dispatch_timeout = options_.dispatch_timeout;
    options.can_resume = options_.can_resume;
    options.spread = spread(options_.shard.count);
    std::optional<fsm::Session> stored;
    const auto info = ledger_->session();
    // Of a simulator that is gone nothing was missed, and nothing can be resumed.
    const bool known =
        info && (options_.resume_url.empty() || options_.resume_url == info->resume_url);
    if (known) {
        heard_seq_ = ledger_->last_received();
    }
    if (known && resume && options_.can_resume) {
        stored = fsm::Session{
            info->session_id, info->resume_url, ledger_->resume_seq(), {info->shard, info->shards}};
        log_->info("resuming the stored session from event {}: {} deliveries are open", stored->seq,
                   ledger_->open_deliveries());
    } else if (info) {
        ledger_->clear_session();
    }
    machine_.emplace(std::move(options), std::move(stored));
    step(fsm::input::Start{});
}

void Link::reidentify(fsm::IntentRequest intents, const std::string& why) {
    intents_ = intents.bits;
    machine_->set_intents(std::move(intents));
    if (state() == fsm::State::fatal || state() == fsm::State::stopped) {
        step(fsm::input::Start{});
    } else {
        step(fsm::input::Reidentify{why});
    }
}

void Link::stop() {
    if (machine_) {
        step(fsm::input::Stop{true});
    }
}

async::Task<> Link::close() {
    if (machine_) {
        stop();
        // The machine's own close timer bounds this.
        while (state() != fsm::State::stopped && state() != fsm::State::fatal) {
            co_await ended_.wait();
        }
    }
    drop();
    for (auto& timer : timers_) {
        timer.cancel();
    }
    tasks_.cancel();
    co_await tasks_.join();
}

void Link::step(const fsm::Input& input) {
    for (const fsm::Action& action : machine_->step(input, now())) {
        perform(action);
    }
    if (machine_->state() != fsm::State::ready) {
        commands_.not_ready();
    }
}

void Link::perform(const fsm::Action& action) {
    std::visit(
        [this](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            namespace act = fsm::action;
            if constexpr (std::is_same_v<What, act::Connect>) {
                connect(what.resume_url);
            } else if constexpr (std::is_same_v<What, act::Close>) {
                if (connection_ != nullptr) {
                    connection_->socket.close(what.code);
                }
            } else if constexpr (std::is_same_v<What, act::DropSocket>) {
                drop();
            } else if constexpr (std::is_same_v<What, act::SendHeartbeat>) {
                send_urgent(fsm::encode_heartbeat(what.seq));
            } else if constexpr (std::is_same_v<What, act::SendIdentify>) {
                identify();
            } else if constexpr (std::is_same_v<What, act::SendResume>) {
                if (const auto payload =
                        fsm::encode_resume(options_.token, what.session_id, what.seq)) {
                    send_urgent(*payload);
                }
            } else if constexpr (std::is_same_v<What, act::RequestSlot>) {
                request_slot();
            } else if constexpr (std::is_same_v<What, act::ReturnSlot>) {
                gate_.leave(std::exchange(slot_, 0));
            } else if constexpr (std::is_same_v<What, act::ArmTimer>) {
                arm(what.which, what.delay);
            } else if constexpr (std::is_same_v<What, act::CancelTimer>) {
                timers_[static_cast<std::size_t>(what.which)].cancel();
            } else if constexpr (std::is_same_v<What, act::SessionEstablished>) {
                established(what.resumed);
            } else if constexpr (std::is_same_v<What, act::SessionLost>) {
                ledger_->clear_session();
            } else if constexpr (std::is_same_v<What, act::Latency>) {
                counters_.latency = what.round_trip;
            } else if constexpr (std::is_same_v<What, act::Fatal>) {
                detail_ = what.text;
                log_->error("{}", what.text);
                ended_.notify_all();
                callbacks_.fatal(what.code);
            } else if constexpr (std::is_same_v<What, act::Stopped>) {
                ended_.notify_all();
            } else if constexpr (std::is_same_v<What, act::Note>) {
                detail_ = what.level == act::Note::Level::debug ? detail_ : what.text;
                log_->log(what.level == act::Note::Level::debug  ? spdlog::level::debug
                          : what.level == act::Note::Level::info ? spdlog::level::info
                                                                 : spdlog::level::warn,
                          "{}", what.text);
            }
        },
        action);
}

void Link::arm(fsm::Timer which, Millis delay) {
    auto& timer = timers_[static_cast<std::size_t>(which)];
    timer.expires_after(delay);
    timer.async_wait([this, which](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        if (which == fsm::Timer::heartbeat) {
            const auto late = std::chrono::duration_cast<std::chrono::microseconds>(
                now() - timers_[static_cast<std::size_t>(which)].expiry());
            counters_.worst_beat_delay = std::max(counters_.worst_beat_delay, late);
        }
        step(fsm::input::TimerFired{which});
    });
}

void Link::request_slot() {
    slot_ = gate_.enter(options_.shard.id);
    tasks_.spawn("identify slot", [this, ticket = slot_]() -> async::Task<> {
        const std::optional<fsm::Input> answer = co_await gate_.wait(ticket, api_);
        if (answer && ticket == slot_) {
            step(*answer);
        }
    });
}

void Link::identify() {
    fsm::Identify payload;
    payload.token = options_.token;
    payload.intents = intents_;
    payload.shard = options_.shard;
    payload.presence = commands_.presence();
    const auto text = fsm::encode_identify(payload);
    if (!text) {
        log_->error("{}", text.error().message());
        return;
    }
    gate_.sent(std::exchange(slot_, 0));
    ++counters_.identifies;
    send_urgent(*text);
}

/// Everything up to the former session's last payload has come in, nothing until this READY has.
void Link::note_gap() {
    if (!heard_seq_) {
        return;
    }
    const auto now = std::chrono::system_clock::now();
    gateway::Gap gap{std::nullopt, now, *heard_seq_};
    if (heard_) {
        const auto silent = std::chrono::steady_clock::now() - *heard_;
        gap.from = now - std::chrono::duration_cast<std::chrono::system_clock::duration>(silent);
        log_->warn(
            "a gap of {} ms: what happened after event {} of the former session was not seen",
            std::chrono::duration_cast<Millis>(silent).count(), gap.last_seq);
    } else {
        log_->warn("a gap: what happened after event {} of the last run's session was not seen",
                   gap.last_seq);
    }
    ++counters_.gaps;
    counters_.last_gap = gap;
}

void Link::established(bool resumed) {
    detail_.clear();
    if (resumed) {
        ++counters_.resumes;
        log_->info("resumed at event {}", machine_->seq());
        commands_.ready(true);
        return;
    }
    note_gap();
    const auto session = machine_->session();
    const auto lost = ledger_->begin_session(
        {session->id, session->resume_url, options_.shard.id, options_.shard.count});
    if (!lost) {
        log_->error("{}", lost.error().message());
    } else if (*lost > 0) {
        log_->warn(
            "{} deliveries of the former session were open; a new session cannot repeat them",
            *lost);
    }
    dispatcher_.ready(ready_);
    callbacks_.ready(ready_);
    ready_.clear();
    commands_.ready(false);
}

void Link::send(const std::string& payload) {
    if (connection_ == nullptr) {
        return;
    }
    if (auto sent = connection_->socket.send(payload); !sent) {
        log_->debug("send: {}", sent.error().message());
    }
}

void Link::send_urgent(const std::string& payload) {
    commands_.urgent_sent();
    send(payload);
}

void Link::connect(std::string resume_url) {
    drop();
    net::WsOptions options;
    options.connect = options_.connect;
    options.headers.add("User-Agent", "DiscordBot (https://github.com/rookery/rookery, 0.1.0)");
    connection_ = std::make_shared<Connection>(executor_, std::move(options));
    ++counters_.connects;
    tasks_.spawn("connection",
                 [this, connection = connection_, resume_url = std::move(resume_url)] {
                     return run(connection, resume_url);
                 });
}

void Link::drop() {
    if (connection_ != nullptr) {
        connection_->current = false;
        connection_->socket.abort();
        connection_.reset();
    }
}

async::Task<Result<std::string>> Link::base_url() {
    if (!options_.gateway_url.empty()) {
        co_return options_.gateway_url;
    }
    // After a failure the address itself may be what has changed.
    auto info = co_await gate_.info(api_, failed_ ? Millis{0} : kAddressAge);
    if (!info) {
        co_return info.error().within("ask for the gateway's address");
    }
    co_return info->url;
}

async::Task<Result<>> Link::open(std::shared_ptr<Connection> connection, std::string base) {
    const auto url =
        net::parse_url(fsm::gateway_url(base, options_.compression, options_.gateway_version));
    if (!url) {
        co_return url.error();
    }
    co_return co_await connection->socket.connect(*url);
}

async::Task<> Link::run(std::shared_ptr<Connection> connection, std::string resume_url) {
    // co_await inside ?: destroys a temporary twice on GCC 12.
    Result<std::string> base(std::move(resume_url));
    if (base->empty()) {
        base = co_await base_url();
    }
    Result<> connected;
    if (base) {
        connected = co_await open(connection, *base);
    } else {
        connected = base.error();
    }
    failed_ = !connected;
    if (connection->current && !connected) {
        connection->current = false;
        connection_.reset();
        const bool permanent = connected.error().kind() == ErrorKind::denied;
        step(fsm::input::ConnectFailed{connected.error().message(), permanent});
    } else if (connection->current) {
        if (inflater_ != nullptr) {
            inflater_->reset();
        }
        commands_.connected();
        step(fsm::input::SocketOpened{});
        co_await read(connection);
    }
    co_await connection->socket.shutdown(kShutdown);
}

async::Task<> Link::read(std::shared_ptr<Connection> connection) {
    net::WsClient& socket = connection->socket;
    std::uint64_t counted = 0;
    while (connection->current) {
        const Result<> received = co_await socket.receive();
        if (!connection->current) {
            break;
        }
        if (!received) {
            connection->current = false;
            connection_.reset();
            step(fsm::input::SocketClosed{std::nullopt, received.error().message()});
            break;
        }
        dispatcher_.begin();
        // One look at the clock for all that came in one piece.
        const SteadyTime moment = now();
        net::WsMessage message;
        while (connection->current && socket.next(message)) {
            if (message.opcode == net::WsOpcode::close) {
                connection->current = false;
                connection_.reset();
                const bool without_code = message.close_code == protocol::websocket::kCloseNoStatus;
                step(fsm::input::SocketClosed{
                    without_code ? std::nullopt : std::optional(message.close_code),
                    std::string(message.payload)});
                break;
            }
            on_message(message, moment);
        }
        dispatcher_.flush();
        counters_.bytes_in += socket.bytes_received() - counted;
        counted = socket.bytes_received();
        while (connection->current && bus_.congested()) {
            co_await async::sleep_for(kCongestionPause);
            // Nobody reads, so no ack can be seen: silence is ours, not the server's.
            step(fsm::input::Ack{});
        }
    }
}

void Link::on_message(const net::WsMessage& message, SteadyTime received) {
    // A server that does not compress sends text, whatever it was asked for.
    if (inflater_ == nullptr || message.opcode == net::WsOpcode::text) {
        counters_.bytes_plain += message.payload.size();
        on_payload(message.payload, received);
        return;
    }
    const auto payload = inflater_->feed(message.payload);
    if (!payload) {
        bad_frame(payload.error());
    } else if (payload->has_value()) {
        counters_.bytes_plain += (*payload)->size();
        on_payload(**payload, received);
    }
}

void Link::bad_frame(const Error& error) { step(fsm::input::BadFrame{error.message()}); }

void Link::on_payload(std::string_view payload, SteadyTime received) {
    const auto envelope = fsm::scan_envelope(payload);
    if (!envelope) {
        bad_frame(envelope.error());
        return;
    }
    if (envelope->is(Op::dispatch)) {
        on_dispatch(*envelope, payload, received);
        if (state() == fsm::State::ready) {
            heard_ = received;
            heard_seq_ = machine_->seq();
        }
    } else if (envelope->is(Op::heartbeat_ack)) {
        step(fsm::input::Ack{});
        if (state() == fsm::State::ready) {
            heard_ = received;
        }
    } else if (envelope->is(Op::heartbeat)) {
        // A flood of them must not push the regular beats over the send limit.
        if (commands_.may_answer()) {
            step(fsm::input::HeartbeatRequest{});
        }
    } else if (envelope->is(Op::reconnect)) {
        step(fsm::input::ReconnectRequest{});
    } else {
        // The rest look inside `d`, which the quick scan may have cut too late.
        const auto whole = fsm::scan_envelope_fully(payload);
        if (!whole) {
            bad_frame(whole.error());
        } else if (whole->is(Op::invalid_session)) {
            step(fsm::input::InvalidSession{fsm::parse_invalid_session(whole->data)});
        } else if (whole->is(Op::hello)) {
            if (const auto interval = fsm::parse_hello(whole->data)) {
                commands_.hello(*interval);
                step(fsm::input::Hello{*interval});
            } else {
                bad_frame(interval.error());
            }
        } else {
            log_->debug("opcode {} is unknown and ignored", whole->op);
        }
    }
}

void Link::on_dispatch(const fsm::Envelope& envelope, std::string_view payload,
                       SteadyTime received) {
    if (envelope.type == "READY") {
        const auto whole = fsm::scan_envelope_fully(payload);
        const auto info =
            whole ? fsm::parse_ready(whole->data) : Result<fsm::ReadyInfo>(whole.error());
        if (!info) {
            bad_frame(info.error());
            return;
        }
        ready_ = std::string(whole->data);
        step(fsm::input::Ready{info->session_id, info->resume_url, *envelope.seq});
    } else if (envelope.type == "RESUMED") {
        step(fsm::input::Resumed{*envelope.seq});
    }
    if (auto dispatched = dispatcher_.dispatch(envelope, payload, *machine_, received);
        !dispatched) {
        bad_frame(dispatched.error());
        return;
    }
    // Behind the dispatcher: members are cached before the call that asked for them ends.
    if (commands_.listening() && GatewayCommands::understands(envelope.type)) {
        if (const auto whole = fsm::scan_envelope_fully(payload)) {
            commands_.dispatch(whole->type, whole->data);
        }
    }
}

}  // namespace rookery::discord
