#include "platform/whatsapp/session.hpp"

#include "async/signal.hpp"
#include "model/json_text.hpp"
#include "platform/whatsapp/digest.hpp"
#include "platform/whatsapp/pairing.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

namespace rookery::whatsapp {

using async::Task;
using gateway::LinkEnd;
using gateway::LinkReport;
using gateway::SocketIoMessage;
using Kind = gateway::SocketIoMessage::Kind;

namespace {

constexpr Millis kSubscribeTimeout{3'000};  ///< bridges need not acknowledge
constexpr Millis kGoodbye{2'000};
constexpr std::int64_t kMargin = 120;  ///< seconds between two clocks
constexpr Millis kFirstRetry{5'000};   ///< of fetching what was missed
constexpr Millis kLongestRetry{300'000};
constexpr Millis kCongestionPause{20};
constexpr Millis kShowPause{1'000};
constexpr std::string_view kHeard = "heard";
constexpr std::string_view kMissedSince = "missed_since";  ///< empty: nothing has to be fetched
constexpr std::string_view kRefusedToken =
    "the bridge refuses the token: `token` has to be the bridge's API key";

std::int64_t unix_millis() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string json_text(std::string_view text) {
    std::string json;
    model::append_json_text(json, text);
    return json;
}

gateway::SocketIoOptions socket_options(const SessionOptions& options) {
    gateway::SocketIoOptions made;
    made.url = options.url;
    made.connect = options.connect;
    protocol::socketio::Membership membership;
    membership.ns = options.ns;
    membership.auth = R"({"token":)" + json_text(options.key.reveal());
    if (!options.session.empty()) {
        membership.auth += R"(,"session":)" + json_text(options.session);
    }
    membership.auth += '}';
    made.client.namespaces = {std::move(membership)};
    return made;
}

/// Words for a state that a bridge may use for it.
bool says_open(const std::string& state) {
    constexpr std::array<std::string_view, 4> kOpen{"open", "connected", "authenticated", "ready"};
    return std::find(kOpen.begin(), kOpen.end(), state) != kOpen.end();
}

LinkEnd ended(const Error& why) {
    LinkEnd end;
    end.text = why.message();
    // "Invalid namespace" comes from a bridge that is still starting, or is another program; what
    // has no words of the bridge is not its refusal (a certificate, say).
    const auto* const refusal = why.refusal();
    if (why.kind() == ErrorKind::denied && refusal != nullptr &&
        refusal->message.find("namespace") == std::string::npos) {
        end.then = LinkEnd::Then::fatal;
        end.text = std::string(kRefusedToken) + " (" + why.message() + ')';
    }
    end.login_refused = why.kind() == ErrorKind::denied;
    return end;
}

}  // namespace

Session::Session(async::Executor executor, SessionOptions options, Api& api, Directory& directory,
                 gateway::Intake& intake, log::Logger log)
    : executor_(executor),
      options_(std::move(options)),
      api_(api),
      directory_(directory),
      intake_(intake),
      log_(std::move(log)),
      translator_(
          directory, [this](const Happening& made) { publish(made); },
          [this](const AccountNews& news) { account(news); },
          [this](std::string_view identity) { return intake_.seen(identity); }),
      tasks_(std::move(executor), "whatsapp") {}

Session::~Session() = default;

Task<LinkEnd> Session::run(LinkReport& report) {
    struct Connected {
        Session& self;
        ~Connected() {
            self.report_ = nullptr;
            self.link_.reset();
        }
    };
    link_ = std::make_unique<gateway::SocketIoLink>(executor_, socket_options(options_));
    report_ = &report;
    bytes_ = frames_ = 0;
    const Connected connected{*this};
    link_->on_heard([&report] { report.heard(); });
    auto end = co_await talk(report);
    co_await link_->shutdown(kGoodbye);
    co_return end;
}

void Session::hang_up(bool cut) {
    if (link_ != nullptr) {
        link_->hang_up(cut);
    }
}

Task<> Session::close() {
    closed_ = true;
    tasks_.cancel();
    co_await tasks_.join();
}

Task<LinkEnd> Session::talk(LinkReport& report) {
    report.state("connecting");
    report.logging_in();
    const auto connected = co_await link_->connect();
    if (!connected) {
        co_return ended(connected.error());
    }
    const auto subscribed = co_await subscribe();
    if (!link_->is_joined(options_.ns)) {
        co_return co_await sent_away();
    }
    if (!subscribed && subscribed.error().kind() != ErrorKind::timeout) {
        co_return ended(subscribed.error());
    }
    report.ready(false);
    note_gap(report);
    tasks_.spawn("state", [this] { return ask_state(); });
    co_return co_await read(report);
}

/// A server that lets in first and looks at the token then says so by sending us away: whether it
/// was the token, the REST API tells.
Task<LinkEnd> Session::sent_away() {
    ApiRequest request;
    request.path = "/auth/state";
    request.label = "/auth/state";
    CallContext context;
    const auto answer = co_await api_.send(std::move(request), std::move(context));
    if (!answer && answer.error().kind() == ErrorKind::denied) {
        co_return ended(answer.error());
    }
    LinkEnd end;
    end.text = "the bridge sent us away from " + options_.ns;
    end.login_refused = true;
    co_return end;
}

Task<Result<>> Session::subscribe() {
    protocol::socketio::Arguments arguments;
    arguments.json = '[' + write_json(Json(subscribed_events())) + ']';
    const auto answer =
        co_await link_->request(options_.ns, "subscribe", std::move(arguments), kSubscribeTimeout);
    if (!answer) {
        co_return answer.error();
    }
    const auto said = parse_json(answer->json);
    const auto words =
        said.is_array() && !said.empty() ? text_at(said.front(), "error", 200) : std::string();
    if (!words.empty()) {
        log_->warn("the bridge took the subscription with an error: {}", log::clipped(words));
    }
    co_return Result<>();
}

Task<LinkEnd> Session::read(LinkReport& report) {
    while (true) {
        const auto got = co_await link_->receive();
        if (!got) {
            LinkEnd end;
            end.text = got.error().message();
            co_return end;
        }
        report.received(
            link_->bytes_received() - std::exchange(bytes_, link_->bytes_received()),
            link_->frames_received() - std::exchange(frames_, link_->frames_received()));
        intake_.begin();
        SocketIoMessage message;
        bool left = false;
        while (!left && !closed_ && link_->next(message)) {
            // A refusal of what was joined already puts us out as well.
            left = (message.kind == Kind::left || message.kind == Kind::refused) &&
                   message.ns == options_.ns;
            take(message);
        }
        intake_.set_cursor(kHeard, std::to_string(unix_millis()));
        intake_.flush();
        if (left) {
            co_return co_await sent_away();
        }
        while (!closed_ && is_congested()) {
            co_await async::sleep_for(kCongestionPause);
            report.heard();
        }
    }
}

void Session::take(const SocketIoMessage& message) {
    if (message.kind == Kind::malformed) {
        ++malformed_;
        log_->warn("an event cannot be read: {}", message.error->message());
        return;
    }
    if (message.kind != Kind::event || message.ns != options_.ns) {
        return;
    }
    const auto arguments = parse_json(message.arguments.json);
    if (!arguments.is_array()) {
        ++malformed_;
        return;
    }
    static const Json kNothing;
    if (message.name == "exception" && !arguments.empty()) {
        // NestJS: something that we asked for over the socket failed.
        log_->warn("the bridge says: {}", log::clipped(text_at(arguments.front(), "message", 300)));
    }
    translator_.event(message.name, arguments.empty() ? kNothing : arguments.front(),
                      unix_millis());
}

/// What the REST API said, as if the stream had.
void Session::tell(std::string_view name, const Json& argument) {
    intake_.begin();
    translator_.event(name, argument, unix_millis());
    intake_.flush();
}

void Session::publish(const Happening& made) {
    if (closed_) {
        return;
    }
    std::vector<gateway::Becoming> events;
    events.reserve(made.events.size());
    for (const auto& event : made.events) {
        events.push_back({event.type, {}, event.context});
    }
    gateway::Arrival arrival;
    arrival.raw_name = made.raw_name;
    arrival.payload = made.payload;
    arrival.identity = made.identity;
    arrival.events = events;
    arrival.late = made.late;
    if (const auto taken = intake_.take(arrival, std::chrono::steady_clock::now()); !taken) {
        ++malformed_;
        log_->warn("{}", taken.error().message());
    }
}

void Session::account(const AccountNews& news) {
    switch (news.kind) {
        case AccountNews::Kind::qr:
            if (is_new(shown_qr_, news.text)) {
                show(show_qr(options_.bot, news.text));
            }
            break;
        case AccountNews::Kind::pairing_code:
            if (is_new(shown_code_, news.text)) {
                show(show_pairing_code(options_.bot, news.text));
            }
            break;
        default:
            break;
    }
    if (report_ == nullptr) {
        return;
    }
    switch (news.kind) {
        case AccountNews::Kind::qr:
        case AccountNews::Kind::pairing_code:
            report_->state("pairing",
                           "waits to be paired: the code is shown at the terminal, and "
                           "goes out as whatsapp:auth.qr or whatsapp:auth.pairing-code");
            break;
        case AccountNews::Kind::connecting:
            report_->state("connecting_account", "the bridge connects to WhatsApp");
            break;
        case AccountNews::Kind::open:
            report_->state("ready");
            break;
        case AccountNews::Kind::closed:
            log_->warn("{} (status {})", log::clipped(news.text), news.status);
            report_->state(
                news.status == 401 || news.status == 403 ? "logged_out" : "account_closed",
                news.text);
            break;
    }
}

/// A bridge that sends codes without end does not fill the terminal.
bool Session::is_new(Shown& last, const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (last.text == text || (!last.text.empty() && now - last.at < kShowPause)) {
        return false;
    }
    last = {text, now};
    return true;
}

void Session::show(const std::string& text) {
    if (options_.show) {
        options_.show(text);
    }
}

/// Asks for what the bridge does not say by itself after a subscription: whether the account is
/// connected, who it is, and the code when it waits for one.
Task<> Session::ask_state() {
    ApiRequest request;
    request.path = "/auth/state";
    request.label = "/auth/state";
    CallContext context;
    const auto answer = co_await api_.send(std::move(request), std::move(context));
    if (!answer || closed_) {
        if (!answer) {
            log_->info("{}", answer.error().message());
        }
        co_return;
    }
    const Json& told = at(*answer, "data").is_object() ? at(*answer, "data") : *answer;
    std::string state;
    for (const auto* const key : {"connection", "state", "status"}) {
        state = state.empty() ? text_at(told, key, 64) : state;
    }
    for (const auto* const key : {"user", "me"}) {
        if (at(told, key).is_object()) {
            tell("creds.update", Json{{"me", at(told, key)}});
        }
    }
    if (says_open(state)) {
        tell("connection.update", Json{{"connection", "open"}});
    }
    if (state.empty() || says_open(state)) {
        co_return;
    }
    account({state == "connecting" ? AccountNews::Kind::connecting : AccountNews::Kind::closed,
             "the bridge says of its account: " + state});
    ApiRequest question;
    question.path = "/auth/qr";
    question.label = "/auth/qr";
    CallContext asker;
    const auto code = co_await api_.send(std::move(question), std::move(asker));
    if (code && !closed_) {
        const Json& said = at(*code, "data").is_null() ? *code : at(*code, "data");
        const auto text = said.is_string() ? said.get<std::string>() : text_at(said, "qr", 4'096);
        // A picture for a browser is of no use at a terminal.
        if (!text.empty() && !text.starts_with("data:")) {
            account({AccountNews::Kind::qr, text});
        }
    }
}

/// A gap is over when everything of it was fetched: until then it is remembered from where it
/// began, whatever ends this connection or this process.
void Session::note_gap(LinkReport& report) {
    ++gaps_;
    const auto heard = number_of(Json(intake_.cursor(kHeard))).value_or(0);
    auto missed = number_of(Json(intake_.cursor(kMissedSince))).value_or(0);
    if (missed <= 0 && heard > 0) {
        missed = heard;
        intake_.set_cursor(kMissedSince, std::to_string(missed));
    }
    if (missed <= 0) {
        tasks_.spawn("chats", [this]() -> Task<> {
            std::set<std::string> none;
            static_cast<void>(co_await look_around(std::nullopt, none, gaps_));
        });
        return;
    }
    gateway::Gap gap;
    gap.from = std::chrono::system_clock::time_point(Millis(heard > 0 ? heard : missed));
    gap.to = std::chrono::system_clock::now();
    gap.last_seq = intake_.seq();
    report.gap(gap);
    tasks_.spawn("missed", [this, missed, which = gaps_] {
        return fill_gap(missed / 1'000 - kMargin, which);
    });
}

/// Until everything is there, or the connection ends: the next one's goes on from the same place.
Task<> Session::fill_gap(std::int64_t since, std::uint64_t which) {
    std::set<std::string> done;
    auto pause = kFirstRetry;
    while (is_current(which)) {
        const bool whole = co_await look_around(since, done, which);
        if (whole && which == gaps_ && !closed_) {
            intake_.set_cursor(kMissedSince, {});
            co_return;
        }
        if (!is_current(which)) {
            co_return;
        }
        co_await async::sleep_for(pause);
        pause = std::min(pause * 2, kLongestRetry);
    }
}

bool Session::is_current(std::uint64_t which) const noexcept {
    return !closed_ && report_ != nullptr && which == gaps_;
}

/// Learns what chats there are, and fetches what went on in them since then, the latest first, but
/// of those that are done. False: something could not be fetched that may be had later.
Task<bool> Session::look_around(std::optional<std::int64_t> since, std::set<std::string>& done,
                                std::uint64_t which) {
    ApiRequest request;
    request.path = "/chats";
    request.label = "/chats";
    CallContext context;
    const auto answer = co_await api_.send(std::move(request), std::move(context));
    if (!answer) {
        if (since) {
            log_->warn("what happened in the meantime is not known: {}", answer.error().message());
        }
        co_return answer.error().kind() == ErrorKind::not_found;
    }
    std::vector<std::pair<std::int64_t, std::string>> chats;
    const Json& listed = list_in(*answer, "chats");
    if (listed.is_array()) {
        for (const auto& chat : listed) {
            static_cast<void>(digest_channel(chat, directory_));
            const auto time = number_at(chat, "conversationTimestamp").value_or(since.value_or(0));
            auto id = text_at(chat, "id", 128);
            if (since && time >= *since && !id.empty()) {
                chats.emplace_back(time, std::move(id));
            }
        }
    }
    std::sort(chats.begin(), chats.end(), std::greater<>());
    if (chats.size() > options_.gap_chats) {
        log_->warn("{} chats went on in the meantime: the latest {} are fetched", chats.size(),
                   options_.gap_chats);
        chats.resize(options_.gap_chats);
    }
    bool whole = true;
    for (const auto& [time, id] : chats) {
        if (done.contains(id)) {
            continue;
        }
        while (is_current(which) && is_congested()) {
            co_await async::sleep_for(kCongestionPause);
        }
        if (!is_current(which)) {
            co_return false;
        }
        const bool fetched = co_await fetch_chat(id, *since);
        if (fetched) {
            done.insert(id);
        }
        whole = whole && fetched;
    }
    co_return whole;
}

bool Session::is_congested() const { return options_.congested && options_.congested(); }

Task<bool> Session::fetch_chat(std::string chat, std::int64_t since) {
    CallContext context;
    const auto limit = options_.gap_messages;
    const auto answer = co_await api_.messages(std::move(chat), limit, std::move(context));
    if (!answer) {
        log_->warn("what happened in a chat in the meantime is not known: {}",
                   answer.error().message());
        co_return answer.error().kind() == ErrorKind::not_found;
    }
    std::vector<std::pair<std::int64_t, const Json*>> messages;
    for (const auto& message : *answer) {
        const auto time = number_at(message, "messageTimestamp").value_or(0);
        if (time >= since && messages.size() < limit) {
            messages.emplace_back(time, &message);
        }
    }
    std::stable_sort(messages.begin(), messages.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    if (closed_) {
        co_return false;
    }
    intake_.begin();
    for (const auto& [time, message] : messages) {
        translator_.missed(*message);
    }
    intake_.flush();
    co_return true;
}

}  // namespace rookery::whatsapp
