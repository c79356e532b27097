#include "platform/guilded/user_link.hpp"

#include "async/signal.hpp"
#include "model/json_index.hpp"
#include "net/url.hpp"
#include "protocol/guilded/json_scan.hpp"
#include "protocol/guilded/names.hpp"
#include "rest/operation_request.hpp"

#include <algorithm>
#include <utility>

namespace rookery::guilded {
namespace {

using async::Task;
using gateway::LinkEnd;
using protocol::guilded::member;
using protocol::guilded::member_at;
using protocol::guilded::plain_text;

constexpr Millis kGoodbye{1'000};
constexpr Millis kCongestionPause{20};
constexpr std::size_t kMostChannels = 200;  ///< asked for what was missed
constexpr std::size_t kMostKnown = 1'000;   ///< channels that are remembered
constexpr std::size_t kPage = 100;          ///< messages of one answer
constexpr Millis kFirstRetry{2'000};
constexpr Millis kLongestRetry{60'000};
constexpr unsigned kMostDepth = 58;  ///< as Feed's, with the array around the payload
constexpr std::size_t kMostPayload = std::size_t{8} << 20U;

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// The list of ids or objects with ids at one of these keys.
std::vector<std::string> ids_in(std::string_view object, std::string_view key, std::size_t most) {
    std::vector<std::string> out;
    const std::string list(member(object, key));
    const auto index = model::JsonIndex::build(list);
    if (!index) {
        return out;
    }
    for (const auto one : index->root().elements()) {
        const auto id = one["id"].raw_string();
        if (!id.empty() && out.size() < most) {
            out.emplace_back(id);
        }
    }
    return out;
}

/// Another attempt would be answered the same.
bool is_final(const Error& error) {
    return error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found ||
           error.kind() == ErrorKind::invalid;
}

/// Just behind a time, so that "before" takes in others of its millisecond; at the end of a second
/// the time itself.
std::string just_behind(std::string time) {
    if (time.size() < 4 || !time.ends_with('Z')) {
        return time;
    }
    for (std::size_t i = time.size() - 2; i > time.size() - 5; --i) {
        if (time[i] >= '0' && time[i] < '9') {
            ++time[i];
            std::fill(time.begin() + static_cast<std::ptrdiff_t>(i) + 1, time.end() - 1, '0');
            return time;
        }
    }
    return time;
}

/// The begin of its second: messages of the same millisecond are more than one, sometimes.
std::string from_second(const std::string& time) {
    const auto point = time.rfind('.');
    return point == std::string::npos ? time : time.substr(0, point) + ".000Z";
}

constexpr std::string_view kHeard = "heard";  ///< cursor: the latest message of any channel

std::string cursor_of(std::string_view channel) { return "channel:" + std::string(channel); }

void advance_cursor(gateway::Intake& intake, std::string_view name, const std::string& created) {
    const std::string moment = std::min(created, rest::iso_time(std::chrono::system_clock::now()));
    if (intake.cursor(name) < moment) {
        intake.set_cursor(name, moment);
    }
}

}  // namespace

void Account::heard(const std::string& channel, std::string_view team, const std::string& created) {
    if (channels.size() < kMostKnown || channels.count(channel) > 0) {
        channels[channel] = team;
    }
    if (!holding) {
        advance_cursor(feed.intake(), kHeard, created);
    }
    if (!holding && owed.count(channel) == 0) {
        advance(channel, created);
    } else if (held.size() < kMostKnown || held.count(channel) > 0) {
        held[channel] = created;
    }
}

std::string Account::from(const std::string& channel) {
    std::string out = feed.intake().cursor(cursor_of(channel));
    return out.empty() ? feed.intake().cursor(kHeard) : out;
}

void Account::advance(const std::string& channel, const std::string& created) {
    advance_cursor(feed.intake(), cursor_of(channel), created);
}

void Account::settle(const std::string& channel) {
    owed.erase(channel);
    const auto found = held.find(channel);
    if (!holding && found != held.end()) {
        advance(channel, found->second);
        held.erase(found);
    }
}

void Account::release() {
    holding = false;
    for (const std::string& channel : owed) {
        advance(channel, from(channel));  // from here on the general time goes on without it
    }
    for (auto it = held.begin(); it != held.end();) {
        if (owed.count(it->first) > 0) {
            ++it;
            continue;
        }
        advance(it->first, it->second);
        it = held.erase(it);
    }
    if (feed.intake().cursor(kHeard).empty()) {
        feed.intake().set_cursor(kHeard, rest::iso_time(std::chrono::system_clock::now()));
    }
}

UserLink::UserLink(async::Executor executor, LinkOptions options, Account& account,
                   std::string team, std::uint32_t number, log::Logger log)
    : executor_(executor),
      options_(std::move(options)),
      account_(account),
      team_(std::move(team)),
      number_(number),
      log_(std::move(log)) {}

UserLink::~UserLink() = default;

void UserLink::hang_up(bool cut) {
    hung_up_ = true;
    if (socket_ != nullptr) {
        socket_->hang_up(cut);
    }
}

Result<> UserLink::typing(std::string_view channel) {
    if (socket_ == nullptr || !socket_->is_joined("/")) {
        return Error(ErrorKind::unavailable, "the bot is not connected");
    }
    protocol::socketio::Arguments arguments;
    nlohmann::json what = nlohmann::json::array({{{"channelId", channel}}});
    arguments.json = what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return socket_->emit("/", "ChatChannelTyping", arguments);
}

LinkEnd UserLink::failed(const Error& error) {
    if (error.kind() == ErrorKind::denied || error.kind() == ErrorKind::invalid) {
        const std::string advice = error.refusal() == nullptr
                                       ? ""
                                       : "the session was refused: log in again, token is the "
                                         "cookie hmac_signed_session: ";
        return {LinkEnd::Then::fatal, advice + error.message(), Millis{0}, true};
    }
    absence_.attempt(speaks_for_absence(error));
    if (absence_.certain()) {
        return {LinkEnd::Then::fatal,
                "nobody answers as Guilded there (" + error.message() +
                    "): the service has ended; api_url and gateway_url name a server of your own",
                Millis{0}, false};
    }
    return {LinkEnd::Then::retry, error.message(), Millis{0}, false};
}

Task<LinkEnd> UserLink::run(gateway::LinkReport& report) {
    hung_up_ = false;
    struct Over {
        UserLink& link;
        ~Over() {  // by a cancellation too
            ++link.epoch_;
            link.account_.holding = link.account_.holding || link.own();
        }
    } over{*this};
    report.state("connecting");
    if (own()) {
        report.logging_in();
        auto refused = co_await who_am_i();
        if (refused) {
            co_return *std::move(refused);
        }
    }
    gateway::SocketIoOptions options;
    options.url = options_.gateway_url;
    options.query = {{"jwt", "undefined"}, {"guildedClientId", account_.client_id}};
    if (!own()) {
        options.query.emplace_back("teamId", team_);
    }
    options.headers = account_.api.identity();
    options.connect = options_.connect;
    options.client.revision = protocol::socketio::EngineRevision::v3;
    options.client.max_payload = kMostPayload;
    options.client.repair = [](std::string_view json) {
        return protocol::guilded::limit_depth(json, kMostDepth);
    };
    socket_ = std::make_unique<gateway::SocketIoLink>(executor_, std::move(options));
    socket_->on_heard([&report] { report.heard(); });
    socket_->on_latency([&report](std::chrono::microseconds trip) { report.latency(trip); });
    const auto connected = co_await socket_->connect();
    LinkEnd end;
    if (!connected) {
        end = failed(connected.error());
    } else {
        absence_.attempt(false);
        end = co_await read(report);
    }
    co_await socket_->shutdown(kGoodbye);
    socket_.reset();
    co_return end;
}

/// None: we know.
Task<std::optional<LinkEnd>> UserLink::who_am_i() {
    auto me = co_await account_.api.get("/me", "GET /me");
    if (!me) {
        co_return failed(me.error());
    }
    const auto user = member(*me, "user");
    const auto id = plain_text(member(user, "id"));
    if (id.empty()) {
        co_return failed(Error(ErrorKind::protocol, "GET /me: the answer has no user"));
    }
    account_.feed.seen().own_id = id;
    account_.feed.seen().learn_user(user);
    options_.logged_in(std::string(plain_text(member(user, "name"))));
    account_.me = *std::move(me);
    co_return std::optional<LinkEnd>();
}

void UserLink::logged_in(SteadyTime moment) {
    account_.feed.take("_Me", account_.me, std::string_view(), moment);
    const std::string teams(member(account_.me, "teams"));
    const auto index = model::JsonIndex::build(teams);
    if (!index) {
        return;
    }
    for (const auto team : index->root().elements()) {
        Translation one;
        one.parts.push_back(guild_available(team.raw()));
        account_.feed.take("_Me", "{}", one, moment);
    }
}

Task<LinkEnd> UserLink::read(gateway::LinkReport& report) {
    gateway::Intake& intake = account_.feed.intake();
    if (own()) {
        intake.begin();
        logged_in(now());
        intake.flush();
        account_.teams(ids_in(account_.me, "teams", kMostTeams));
        const auto since = heard_.value_or(std::chrono::system_clock::time_point{});
        options_.spawn("what was missed", [this, &report, since, epoch = epoch_] {
            return fetch_missed(report, since, epoch);
        });
    }
    report.ready(false);
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;
    for (;;) {
        const Result<> received = co_await socket_->receive();
        heard_ = std::chrono::system_clock::now();
        const SteadyTime moment = now();
        intake.begin();
        gateway::SocketIoMessage message;
        std::optional<LinkEnd> end;
        while (!end && socket_->next(message)) {
            if (message.kind == gateway::SocketIoMessage::Kind::event) {
                take(message, moment);
            } else if (message.kind == gateway::SocketIoMessage::Kind::left) {
                end = LinkEnd{LinkEnd::Then::retry, "the server sent us away", Millis{0}, false};
            } else if (message.kind == gateway::SocketIoMessage::Kind::malformed) {
                log_->debug("an event was dropped: {}",
                            message.error ? message.error->message() : std::string());
            }
        }
        intake.flush();
        report.received(socket_->bytes_received() - bytes, socket_->frames_received() - frames);
        bytes = socket_->bytes_received();
        frames = socket_->frames_received();
        if (end) {
            co_return *std::move(end);
        }
        if (!received) {
            co_return LinkEnd{LinkEnd::Then::retry, received.error().message(), Millis{0}, false};
        }
        while (account_.congested() && !hung_up_) {
            co_await async::sleep_for(kCongestionPause);
            report.heard();
        }
    }
}

void UserLink::take(const gateway::SocketIoMessage& message, SteadyTime moment) {
    const auto index = model::JsonIndex::build(message.arguments.json);
    if (!index) {
        return;
    }
    const auto first = index->root().first_element();
    if (!first.is_object()) {
        return;
    }
    std::string name = message.name;
    if (name.empty()) {
        name = first["type"].raw_string();
    }
    const std::string_view payload = first.raw();
    if (name.empty() || account_.twins.is_repeat(number_, name, payload, moment)) {
        return;
    }
    account_.feed.take(name, payload, std::string_view(), moment);
    if (protocol::guilded::user_event_name(name) == "USER_TEAMS_UPDATED") {
        const bool gone = member(payload, "isRemoved") == "true" ||
                          member(payload, "isUserBannedFromTeam") == "true";
        account_.team_changed(std::string(plain_text(member(payload, "teamId"))), gone);
    }
    if (name != "ChatMessageCreated") {
        return;
    }
    const std::string channel(plain_text(member(payload, "channelId")));
    const auto created = plain_text(member_at(payload, {"message", "createdAt"}));
    if (!channel.empty() && !created.empty()) {
        account_.heard(channel, plain_text(member(payload, "teamId")), std::string(created));
    }
}

/// Where messages may have come: channels of the teams, and those of single people. False: some
/// could not be asked for.
Task<bool> UserLink::list_channels() {
    const std::string me = net::percent_encode(account_.feed.seen().own_id);
    bool whole = co_await list_channels("/users/" + me + "/channels", "GET /users/{me}/channels",
                                        std::string());
    for (const std::string& team : ids_in(account_.me, "teams", kMostTeams)) {
        const bool listed =
            co_await list_channels("/teams/" + net::percent_encode(team) + "/channels",
                                   "GET /teams/{server}/channels", team);
        whole = whole && listed;
    }
    co_return whole;
}

Task<bool> UserLink::list_channels(std::string path, std::string key, std::string team) {
    const auto answer = co_await account_.api.get(std::move(path), std::move(key));
    if (!answer) {
        log_->warn("the channels cannot be listed: {}", answer.error().message());
        co_return is_final(answer.error());
    }
    const std::string list(member(*answer, "channels"));
    const auto index = model::JsonIndex::build(list);
    if (!index) {
        co_return true;
    }
    for (const auto one : index->root().elements()) {
        const auto id = one["id"].raw_string();
        const auto content = one["contentType"].raw_string();
        const bool talks =
            content.empty() || content == "chat" || content == "voice" || content == "stream";
        if (!id.empty() && talks && account_.channels.size() < kMostKnown) {
            account_.channels.emplace(id, team);
        }
    }
    co_return true;
}

/// Everything that came since the last message of each channel; what cannot be had now is asked for
/// again while the connection holds.
Task<> UserLink::fetch_missed(gateway::LinkReport& report,
                              std::chrono::system_clock::time_point since, std::uint64_t epoch) {
    std::set<std::string> done;
    bool listed = false;
    for (Millis wait = kFirstRetry;; wait = std::min(wait * 2, kLongestRetry)) {
        if (!listed) {
            listed = co_await list_channels();
            if (epoch != epoch_) {
                co_return;  // the next connection begins with the same
            }
            note_owed(done);
        }
        const std::size_t missed = co_await fetch_owed(done, epoch);
        if (missed > 0 || since != std::chrono::system_clock::time_point{}) {
            gateway::Gap gap;
            if (since != std::chrono::system_clock::time_point{}) {
                gap.from = std::exchange(since, {});
            }
            gap.to = std::chrono::system_clock::now();
            gap.last_seq = account_.feed.intake().seq();
            report.gap(gap);
            log_->info("{} messages were missed, and fetched", missed);
        }
        if (epoch != epoch_) {
            co_return;
        }
        if (listed && account_.holding) {
            account_.release();
        }
        if (listed && account_.owed.empty()) {
            co_return;
        }
        co_await async::sleep_for(wait);
        if (epoch != epoch_) {
            co_return;
        }
    }
}

/// Those that were heard of before go first.
void UserLink::note_owed(const std::set<std::string>& done) {
    for (const bool known : {true, false}) {
        for (const auto& [channel, team] : account_.channels) {
            const bool has = !account_.feed.intake().cursor(cursor_of(channel)).empty();
            if (has != known || done.count(channel) > 0 || account_.from(channel).empty()) {
                continue;
            }
            if (account_.owed.size() >= kMostChannels && account_.owed.count(channel) == 0) {
                log_->warn("more than {} channels: what others missed is not fetched",
                           kMostChannels);
                return;
            }
            account_.owed.insert(channel);
        }
    }
}

Task<std::size_t> UserLink::fetch_owed(std::set<std::string>& done, std::uint64_t epoch) {
    const auto channels = account_.owed;  // shrinks meanwhile
    std::size_t missed = 0;
    for (const std::string& channel : channels) {
        const auto messages = co_await ask_for_missed(channel, account_.from(channel));
        if (messages) {
            missed += take_missed(channel, *messages);
        } else {
            log_->warn("what was missed in a channel cannot be fetched: {}",
                       messages.error().message());
        }
        if (epoch != epoch_) {
            break;  // more has been missed since
        }
        if (messages || is_final(messages.error())) {
            done.insert(channel);
            account_.settle(channel);
        }
    }
    co_return missed;
}

/// The server gives the latest first, a page at a time.
Task<Result<UserLink::Missed>> UserLink::ask_for_missed(std::string channel, std::string after) {
    const std::size_t most = std::max<std::size_t>(account_.gap_messages, 1);
    const std::size_t page = std::min(most, kPage);
    std::string path = "/channels/" + net::percent_encode(channel) +
                       "/messages?limit=" + std::to_string(page) +
                       "&afterDate=" + net::percent_encode(from_second(after));
    std::string before;
    Missed out;
    for (;;) {
        std::string where = path;
        where += before.empty() ? std::string() : "&beforeDate=" + net::percent_encode(before);
        const auto answer =
            co_await account_.api.get(std::move(where), "GET /channels/{channel}/messages");
        if (!answer) {
            co_return answer.error();
        }
        const std::string list(member(*answer, "messages"));
        const auto index = model::JsonIndex::build(list);
        if (!index) {
            co_return index.error();
        }
        std::size_t given = 0;
        std::size_t fresh = 0;
        std::string oldest;
        for (const auto one : index->root().elements()) {
            std::string created(one["createdAt"].raw_string());
            std::string id(one["id"].raw_string());
            ++given;
            if (oldest.empty() || created < oldest) {
                oldest = created;
            }
            fresh += out.try_emplace({std::move(created), std::move(id)}, one.raw()).second ? 1 : 0;
        }
        const bool more = given >= page || member(*answer, "hasPastMessages") == "true";
        if (!more || fresh == 0 || oldest.empty()) {
            co_return out;
        }
        if (out.size() >= most) {
            log_->warn("a channel missed more than {} messages: the latest were fetched", most);
            co_return out;
        }
        before = just_behind(oldest);
    }
}

std::size_t UserLink::take_missed(const std::string& channel, const Missed& messages) {
    gateway::Intake& intake = account_.feed.intake();
    const auto found = account_.channels.find(channel);
    const std::string team = found == account_.channels.end() ? std::string() : found->second;
    std::size_t taken = 0;
    intake.begin();
    for (const auto& [key, message] : messages) {
        const auto& [created, id] = key;
        if (id.empty() || intake.seen("message:" + id)) {
            continue;
        }
        ++taken;
        std::string payload = R"({"type":"ChatMessageCreated","channelId":")" + channel + '"';
        payload += team.empty() ? std::string() : R"(,"teamId":")" + team + '"';
        payload += R"(,"contentId":")" + id + R"(","createdAt":")" + created + R"(","message":)" +
                   message + '}';
        account_.feed.take("ChatMessageCreated", payload, std::string_view(), now(), true);
        account_.advance(channel, created);
    }
    intake.flush();
    return taken;
}

}  // namespace rookery::guilded
