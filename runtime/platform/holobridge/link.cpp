#include "platform/holobridge/link.hpp"

#include "async/signal.hpp"
#include "model/json_index.hpp"
#include "model/json_text.hpp"
#include "net/crypto.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace rookery::holobridge {

using async::Task;
using gateway::LinkEnd;
using nlohmann::json;

namespace {

constexpr std::string_view kNamespace = "/";
constexpr std::string_view kDirect = "direct";
constexpr std::size_t kPortion = 200;
constexpr std::size_t kMostBots = 64;
constexpr std::size_t kEpochPart = 8;  // of it, in the names of cursors
constexpr std::size_t kMostVia = 16;
constexpr std::size_t kMostName = 100;  // bytes of what becomes a part of a cursor's name
constexpr Millis kCongestionPause{10};
constexpr Millis kMostRefresh{300'000};

Millis backoff_of(Millis last) { return std::min(last * 2, kMostRefresh); }

std::string random_id() {
    std::array<unsigned char, 8> bytes{};
    net::fill_random(bytes);
    std::string text;
    for (const unsigned char byte : bytes) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

/// Of what is the upstream's too, in whatever encoding.
std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos ||
        text.size() > 19) {
        return std::nullopt;
    }
    return std::stoull(text);
}

}  // namespace

Link::Link(const async::Executor& executor, LinkOptions options, Api& api, gateway::Intake& intake,
           log::Logger log)
    : options_(std::move(options)),
      api_(api),
      intake_(intake),
      log_(std::move(log)),
      executor_(executor),
      epoch_(intake.cursor("epoch")),
      id_(intake.cursor("id")),
      tasks_(executor, "holobridge link") {
    if (id_.empty()) {
        id_ = random_id();
        intake_.set_cursor("id", id_);
    }
    for (std::size_t at = 0; at < kMostBots; ++at) {
        std::string bot = intake_.cursor("bot:" + std::to_string(at));
        if (bot.empty()) {
            break;
        }
        bots_.push_back(std::move(bot));
    }
}

Link::~Link() = default;

std::string Link::cursor_name(std::string_view bot, std::string_view guild) const {
    return epoch_.substr(0, kEpochPart) + ':' + std::string(bot) + ':' + std::string(guild);
}

void Link::note_bot(std::string_view name) {
    if (!name.empty() && name.size() <= kMostName && bots_.size() < kMostBots &&
        std::find(bots_.begin(), bots_.end(), name) == bots_.end()) {
        intake_.set_cursor("bot:" + std::to_string(bots_.size()), name);
        bots_.emplace_back(name);
    }
}

void Link::hang_up(bool cut) {
    if (link_ != nullptr) {
        link_->hang_up(cut);
    }
}

Task<LinkEnd> Link::run(gateway::LinkReport& report) {
    ready_ = told_ = resubscribe_ = recounted_ = false;
    give_up_.clear();
    ++connection_;
    asking_.clear();
    queued_.clear();
    wanted_.clear();
    subscribed_.clear();
    if (auto opened = co_await open(report); !opened) {
        link_.reset();
        co_return end_of(opened.error());
    }
    auto end = co_await read(report);
    if (ready_) {
        lost_at_ = std::chrono::system_clock::now();
    }
    recovery_ = link_->recovery(kNamespace);
    link_.reset();
    co_return end;
}

Task<> Link::close() {
    tasks_.cancel();
    co_await tasks_.join();
}

Task<Result<>> Link::open(gateway::LinkReport& report) {
    report.state("connecting");
    std::vector<std::string> guilds = options_.guilds;
    if (guilds.empty()) {
        auto listed = co_await api_.guilds();
        if (!listed) {
            co_return listed.error();
        }
        guilds = *std::move(listed);
    }
    gateway::SocketIoOptions socket;
    socket.url = options_.url;
    socket.connect = options_.connect;
    socket.client.namespaces = {{std::string(kNamespace),
                                 dump(json{{"apiKey", options_.key.reveal()}, {"since", true}}),
                                 recovery_}};
    link_ = std::make_unique<gateway::SocketIoLink>(executor_, std::move(socket));
    link_->on_heard([&report] { report.heard(); });
    report.state("logging_in");
    report.logging_in();
    if (auto connected = co_await link_->connect(); !connected) {
        co_return connected.error();
    }
    want(std::move(guilds), false);
    co_return Result<>();
}

LinkEnd Link::end_of(const Error& error) const {
    LinkEnd end;
    end.text = error.message();
    const Refusal* const refusal = error.refusal();
    const bool busy = error.message().find("Too many") != std::string::npos;
    if (error.kind() == ErrorKind::denied && !busy) {
        end.then = LinkEnd::Then::fatal;
        end.login_refused = true;
        end.text = "the upstream refuses the key (`token`): " + error.message();
        if (refusal != nullptr && refusal->status == 403 && options_.guilds.empty()) {
            end.text += "; with `guilds` the key need not be allowed to list them";
        }
    }
    if (refusal != nullptr && refusal->retry_after > 0) {
        end.not_before = Millis(static_cast<std::int64_t>(refusal->retry_after * 1'000));
    }
    return end;
}

Task<LinkEnd> Link::read(gateway::LinkReport& report) {
    tasks_.spawn("guilds", [this] { return look_for_guilds(); });
    LinkEnd end;
    for (;;) {
        const auto came = co_await link_->receive();
        const auto now = std::chrono::steady_clock::now();
        intake_.begin();
        Message message;
        bool left = false;
        while (link_->next(message)) {
            left = left || message.kind == Message::Kind::left;
            take(message, report, now);
        }
        intake_.flush();
        if (left || !give_up_.empty()) {
            end.text = left ? "the upstream sent us away" : give_up_;
            break;
        }
        if (!came) {
            end = end_of(came.error());
            end.then = LinkEnd::Then::retry;
            break;
        }
        while (options_.congested && options_.congested()) {
            co_await async::sleep_for(kCongestionPause);
            report.heard();
        }
    }
    co_return end;
}

/// Guilds that were not there yet (the upstream's bots may still be logging in) or that nobody told
/// of. Runs beside the reading, for as long as that connection.
Task<> Link::look_for_guilds() {
    const std::uint64_t mine = connection_;
    const auto over = [&] { return link_ == nullptr || connection_ != mine; };
    for (Millis pause = options_.refresh;; pause = backoff_of(pause)) {
        co_await async::sleep_for(pause);
        if (over()) {
            co_return;
        }
        std::vector<std::string> missing;
        const auto add = [&](const std::vector<std::string>& guilds) {
            for (const std::string& guild : guilds) {
                if (!subscribed_.contains(guild)) {
                    missing.push_back(guild);
                }
            }
        };
        if (!options_.guilds.empty()) {
            add(options_.guilds);
        } else {
            const auto listed = co_await api_.guilds();
            if (over()) {
                co_return;
            }
            if (listed) {
                add(*listed);
            }
        }
        if (!missing.empty() && asking_.empty()) {
            want(std::move(missing), false);
        }
    }
}

void Link::want(std::vector<std::string> guilds, bool newcomer) {
    const bool idle = asking_.empty();
    std::erase_if(guilds, [&](const std::string& guild) {
        if (wanted_.size() < kMostGuilds) {
            wanted_.insert(guild);
        }
        return !wanted_.contains(guild);
    });
    for (std::size_t from = 0; from == 0 || from < guilds.size(); from += kPortion) {
        const auto first = guilds.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last =
            guilds.begin() + static_cast<std::ptrdiff_t>(std::min(from + kPortion, guilds.size()));
        asking_.push_back({{first, last}, newcomer});
        queued_.insert(first, last);
    }
    if (idle) {
        ask_next();
    }
}

/// Whether what came of a stream is all that there is of it up to there. Not of one that is to be
/// asked for yet: its cursor says from where.
bool Link::is_whole(std::string_view guild) const {
    if (resubscribe_) {
        return false;
    }
    if (guild == kDirect) {
        return true;
    }
    if (!asking_.empty()) {
        const auto& asked = asking_.front().guilds;
        if (std::find(asked.begin(), asked.end(), guild) != asked.end()) {
            return true;
        }
    }
    return subscribed_.contains(guild) && !queued_.contains(guild);
}

/// What we have of each stream of the portion. Of a guild that is new to us nothing is known: it
/// was joined while we were away, unless somebody named it in the configuration.
json Link::since_of(const Portion& portion) const {
    json since = json::object();
    if (epoch_.empty()) {
        return since;
    }
    std::vector<std::string> streams = portion.guilds;
    streams.emplace_back(kDirect);
    for (const std::string& guild : streams) {
        for (const std::string& bot : bots_) {
            if (const auto seq = number_of(intake_.cursor(cursor_name(bot, guild)))) {
                since[bot][guild] = *seq;
            }
        }
        const bool known = !intake_.cursor(cursor_name("", guild)).empty();
        if (known || portion.newcomer || options_.guilds.empty()) {
            since["*"][guild] = 0;
        }
    }
    return since;
}

void Link::ask_next() {
    if (link_ == nullptr) {
        return;
    }
    if (asking_.empty()) {
        if (!std::exchange(resubscribe_, false)) {
            return;
        }
        want({wanted_.begin(), wanted_.end()}, false);
        return;
    }
    const Portion& portion = asking_.front();
    for (const std::string& guild : portion.guilds) {
        queued_.erase(guild);
    }
    json request = {{"guildIds", portion.guilds}, {"since", since_of(portion)}};
    if (!epoch_.empty()) {
        request["epoch"] = epoch_;
    }
    const auto asked =
        link_->emit(kNamespace, "subscribe", {dump(json::array({std::move(request)})), {}});
    if (!asked) {
        log_->warn("a subscription could not be asked for: {}", asked.error().message());
    }
}

void Link::take(const Message& message, gateway::LinkReport& report, SteadyTime now) {
    if (message.kind == Message::Kind::malformed) {
        log_->warn("an event of the upstream cannot be read: {}", message.error->message());
        return;
    }
    if (message.kind != Message::Kind::event) {
        return;
    }
    if (message.name == "subscribed") {
        take_answer(message, report);
    } else if (message.name == "gap") {
        take_gap(message, report);
    } else if (message.name == "error") {
        log_->warn("the upstream says: {}", log::clipped(message.arguments.json, 300));
        if (!asking_.empty()) {
            asking_.pop_front();
            ask_next();
        }
    } else {
        take_event(message, report, now);
    }
}

/// Until everything is asked for again no cursor moves, so that it is asked for from before the
/// gap. However many come meanwhile, it is asked for once.
void Link::take_gap(const Message& message, gateway::LinkReport& report) {
    if (!std::exchange(resubscribe_, true)) {
        missed(report, "the upstream had no room for us: " + message.arguments.json);
    }
    if (asking_.size() > 1) {
        asking_.resize(1);
        queued_.clear();
    }
    if (asking_.empty()) {
        ask_next();
    }
}

void Link::take_event(const Message& message, gateway::LinkReport& report, SteadyTime now) {
    const auto index = model::JsonIndex::build(message.arguments.json);
    const auto first = index ? index->root().first_element() : model::JsonNode();
    if (!first.is_object()) {
        return;
    }
    if (message.name == "discord") {
        take_envelope(first.raw(), report, now);
    } else if (message.name == "interaction:create" && upstream_ != Upstream::rookery) {
        // Another Rookery tells it as interactionCreate too.
        const std::string identity = "i:" + std::string(first["id"].raw_string());
        gateway::Arrival arrival{message.name, first.raw(), identity, {}, false};
        static_cast<void>(intake_.take(arrival, now));
    }
}

void Link::take_envelope(std::string_view text, gateway::LinkReport& report, SteadyTime now) {
    const auto index = model::JsonIndex::build(text);
    if (!index) {
        return;
    }
    const model::JsonNode root = index->root();
    const std::string name(root["event"].raw_string());
    const std::string bot(root["bot"].raw_string());
    const std::string guild(root["guildId"].raw_string());
    const auto seq = root["seq"].as_id();
    if (name.empty()) {
        return;
    }
    for (const model::JsonNode one : root["via"].elements()) {
        if (one.raw_string() == id_) {
            if (!std::exchange(told_ring_, true)) {
                log_->warn(
                    "events of this bot come back to it: its upstream is, in the end, this "
                    "runtime; they are left out");
            }
            return;
        }
    }
    if (root["via"].size() >= kMostVia) {
        return;
    }
    // Whoever serves it on says with it where it has been.
    std::string payload(text);
    const model::JsonNode via = root["via"];
    const std::string mine = '"' + id_ + '"';
    if (via.is_array()) {
        const auto at = static_cast<std::size_t>(via.raw().data() - text.data());
        payload.insert(at + 1, via.size() == 0 ? mine : mine + ',');
    } else {
        payload.insert(payload.size() - 1, ",\"via\":[" + mine + ']');
    }
    const std::string_view stream = guild.empty() ? kDirect : std::string_view(guild);
    std::string identity;
    if (seq && !bot.empty() && !epoch_.empty()) {
        identity = cursor_name(bot, stream) + ':' + std::to_string(*seq);
    } else if (name == "messageCreate") {
        identity = "m:" + std::string(root["data"]["id"].raw_string());
    }
    become_ready(report, true);
    gateway::Arrival arrival{name, payload, identity, {}, false};
    const bool catching_up =
        !asking_.empty() && !epoch_.empty() && (guild.empty() || !subscribed_.contains(guild));
    arrival.late = catching_up || root["late"].as_bool().value_or(false);
    const auto taken = intake_.take(arrival, now);
    if (!taken) {
        log_->warn("{} cannot be read: {}", log::clipped(name, 80), taken.error().message());
    }
    if (seq && !bot.empty() && bot.size() <= kMostName && !epoch_.empty() && is_whole(stream)) {
        note_bot(bot);
        intake_.set_cursor(cursor_name(bot, stream), std::to_string(*seq));
    }
    if (name == "guildCreate" && options_.guilds.empty() && is_guild_id(guild) &&
        wanted_.size() < kMostGuilds && wanted_.insert(guild).second) {
        want({guild}, true);
    }
}

void Link::take_answer(const Message& message, gateway::LinkReport& report) {
    const json list = json::parse(message.arguments.json, nullptr, false);
    const json answer = list.is_array() && !list.empty() ? list[0] : json();
    if (!answer.is_object() || asking_.empty()) {
        return;
    }
    const bool rookery = answer.value("epoch", json()).is_string();
    upstream_ = rookery ? Upstream::rookery : Upstream::holobridge;
    const json guilds = answer.value("guildIds", json::array());
    for (const json& guild : guilds) {
        if (guild.is_string() && wanted_.contains(guild.get_ref<const std::string&>())) {
            subscribed_.insert(guild.get<std::string>());
        }
    }
    const bool first = !told_;
    told_ = true;
    bool again = false;
    if (rookery) {
        again = take_numbers(answer, report);
    } else if (first && !recovered() && !intake_.cursor("contact").empty()) {
        missed(report, "a HoloBridge keeps nothing for who is away");
    }
    if (first) {
        intake_.set_cursor("contact", "1");
    }
    become_ready(report, rookery || recovered());
    if (again) {
        for (Portion& portion : asking_) {
            portion.newcomer = true;
        }
    } else {
        asking_.pop_front();
    }
    ask_next();
}

/// Events flow. `resumed`: nothing was missed.
void Link::become_ready(gateway::LinkReport& report, bool resumed) {
    if (!std::exchange(ready_, true)) {
        report.ready(resumed && std::exchange(was_ready_, true));
        was_ready_ = true;
    }
}

bool Link::recovered() const {
    const auto now = link_->recovery(kNamespace);
    return now && recovery_ && now->pid == recovery_->pid;
}

/// Where the streams of the portion stand now that what was missed has come. True: they are counted
/// anew, and are to be asked for from their beginning.
bool Link::take_numbers(const json& answer, gateway::LinkReport& report) {
    const std::string epoch = answer["epoch"].get<std::string>();
    if (epoch != epoch_) {
        const bool anew = !epoch_.empty();
        if (epoch.empty() || epoch.size() > kMostName ||
            (anew && std::exchange(recounted_, true))) {
            give_up_ = "the upstream counts its events anew again and again";
            return false;
        }
        epoch_ = epoch;
        intake_.set_cursor("epoch", epoch_);
        if (anew) {
            missed(report, "the upstream has begun to count anew");
            return true;
        }
    }
    const json seq = resubscribe_ ? json::object() : answer.value("seq", json::object());
    for (const auto& [bot, streams] : seq.items()) {
        if (!streams.is_object()) {
            continue;
        }
        note_bot(bot);
        for (const auto& [guild, number] : streams.items()) {
            if (number.is_number_unsigned() && is_whole(guild)) {
                intake_.set_cursor(cursor_name(bot, guild),
                                   std::to_string(number.get<std::uint64_t>()));
            }
        }
    }
    for (const std::string& guild : asking_.front().guilds) {
        if (subscribed_.contains(guild)) {
            intake_.set_cursor(cursor_name("", guild), "1");
        }
    }
    intake_.set_cursor(cursor_name("", kDirect), "1");
    for (const json& gap : answer.value("gaps", json::array())) {
        if (gap.is_object()) {
            missed(report, "the upstream does not have any more: " + dump(gap));
        }
    }
    return false;
}

void Link::missed(gateway::LinkReport& report, const std::string& what) {
    log_->warn("events were missed: {}", log::clipped(what, 300));
    report.gap({lost_at_, std::chrono::system_clock::now(), 0});
}

}  // namespace rookery::holobridge
