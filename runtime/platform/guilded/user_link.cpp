#include "platform/guilded/user_link.hpp"

#include "async/signal.hpp"
#include "model/json_index.hpp"
#include "net/url.hpp"
#include "protocol/guilded/json_scan.hpp"
#include "protocol/guilded/names.hpp"

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
constexpr std::size_t kMostTeams = 100;     ///< with a socket each
constexpr unsigned kMostDepth = 58;         ///< as Feed's, with the array around the payload
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

/// The begin of its second: messages of the same millisecond are more than one, sometimes.
std::string from_second(const std::string& time) {
    const auto point = time.rfind('.');
    return point == std::string::npos ? time : time.substr(0, point) + ".000Z";
}

std::string cursor_of(std::string_view channel) { return "channel:" + std::string(channel); }

}  // namespace

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
        up_ = false;
        account_.holding = account_.holding || own();
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
        up_ = true;
        again_ = fetching_;
        if (!std::exchange(fetching_, true)) {
            options_.spawn("what was missed",
                           [this, &report, since] { return fetch_missed(report, since); });
        }
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
        while (account_.congested()) {
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
        account_.channels[channel] = plain_text(member(payload, "teamId"));
        if (account_.holding) {
            account_.held[channel] = created;
        } else {
            account_.feed.intake().set_cursor(cursor_of(channel), created);
        }
    }
}

/// Channels that an earlier process may have heard of.
Task<> UserLink::list_channels() {
    for (const std::string& team : ids_in(account_.me, "teams", kMostTeams)) {
        const auto answer = co_await account_.api.get(
            "/teams/" + net::percent_encode(team) + "/channels", "GET /teams/{server}/channels");
        if (!answer) {
            continue;
        }
        for (const std::string& channel : ids_in(*answer, "channels", kMostChannels)) {
            account_.channels.emplace(channel, team);
        }
    }
}

/// Everything that came since the last message of each channel.
Task<> UserLink::fetch_missed(gateway::LinkReport& report,
                              std::chrono::system_clock::time_point since) {
    if (account_.channels.empty()) {
        co_await list_channels();
    }
    std::size_t missed = 0;
    do {
        again_ = false;
        missed += co_await fetch_channels();
    } while (again_);
    fetching_ = false;
    if (!up_) {
        co_return;  // the next connection begins with the same
    }
    account_.holding = false;
    for (const auto& [channel, created] : std::exchange(account_.held, {})) {
        account_.feed.intake().set_cursor(cursor_of(channel), created);
    }
    if (since != std::chrono::system_clock::time_point{} || missed > 0) {
        gateway::Gap gap;
        if (since != std::chrono::system_clock::time_point{}) {
            gap.from = since;
        }
        gap.to = std::chrono::system_clock::now();
        gap.last_seq = account_.feed.intake().seq();
        report.gap(gap);
        log_->info("{} messages were missed, and fetched", missed);
    }
}

Task<std::size_t> UserLink::fetch_channels() {
    const auto channels = account_.channels;  // grows meanwhile
    std::size_t asked = 0;
    std::size_t missed = 0;
    for (const auto& [channel, team] : channels) {
        if (account_.feed.intake().cursor(cursor_of(channel)).empty()) {
            continue;
        }
        if (++asked > kMostChannels) {
            log_->warn("more than {} channels: what others missed is not fetched", kMostChannels);
            break;
        }
        const auto taken = co_await fetch_channel(channel, team);
        if (!taken) {
            account_.held.erase(channel);  // another time, from where it stands
        }
        missed += taken.value_or(0);
    }
    co_return missed;
}

Task<std::optional<std::size_t>> UserLink::fetch_channel(std::string channel, std::string team) {
    gateway::Intake& intake = account_.feed.intake();
    const std::string after = intake.cursor(cursor_of(channel));
    const auto answer =
        co_await account_.api.get("/channels/" + net::percent_encode(channel) +
                                      "/messages?limit=" + std::to_string(account_.gap_messages) +
                                      "&afterDate=" + net::percent_encode(from_second(after)),
                                  "GET /channels/{channel}/messages");
    if (!answer) {
        log_->warn("what was missed in a channel cannot be fetched: {}", answer.error().message());
        co_return std::optional<std::size_t>();
    }
    const std::string list(member(*answer, "messages"));
    const auto index = model::JsonIndex::build(list);
    if (!index) {
        co_return std::optional<std::size_t>();
    }
    std::vector<std::pair<std::string, std::string>> messages;
    for (const auto one : index->root().elements()) {
        messages.emplace_back(one["createdAt"].raw_string(), one.raw());
    }
    std::sort(messages.begin(), messages.end());
    std::size_t taken = 0;
    intake.begin();
    for (const auto& [created, message] : messages) {
        const auto id = plain_text(member(message, "id"));
        if (id.empty() || intake.seen("message:" + std::string(id))) {
            continue;
        }
        ++taken;
        std::string payload = R"({"type":"ChatMessageCreated","channelId":")" + channel + '"';
        payload += team.empty() ? std::string() : R"(,"teamId":")" + team + '"';
        payload += R"(,"contentId":")" + std::string(id) + R"(","createdAt":")" + created +
                   R"(","message":)" + message + '}';
        account_.feed.take("ChatMessageCreated", payload, std::string_view(), now(), true);
        intake.set_cursor(cursor_of(channel), created);
    }
    intake.flush();
    co_return std::optional<std::size_t>(taken);
}

}  // namespace rookery::guilded
