#include "platform/revolt/gap_filler.hpp"

#include "async/signal.hpp"
#include "model/compute.hpp"
#include "model/json_index.hpp"
#include "net/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::revolt {

using async::Task;
using nlohmann::json;

namespace {

constexpr std::size_t kPage = 100;
constexpr std::size_t kMostHeld = 5'000;
constexpr std::size_t kMostHeldBytes = std::size_t{8} << 20U;
constexpr Millis kCongestionPause{20};
/// The server writes a busy channel's last message up to half a minute late.
constexpr Millis kRecent{60'000};
constexpr std::size_t kAlwaysRead = 5;
constexpr std::size_t kMostSuspects = 20;
constexpr std::string_view kHeard = "heard";

std::string cursor_name(std::string_view channel) { return "channel:" + std::string(channel); }

std::string last_message_of(std::string_view channel) {
    const auto index = model::JsonIndex::build(channel);
    return index ? std::string(index->root()["last_message_id"].raw_string()) : std::string();
}

bool has_messages(std::string_view channel) {
    const auto index = model::JsonIndex::build(channel);
    const auto type = index ? index->root()["channel_type"].raw_string() : std::string_view();
    return type != "SavedMessages";
}

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

GapFiller::GapFiller(async::Executor executor, Api& api, gateway::Intake& intake,
                     const Cache& cache, Dispatcher& dispatcher, bus::EventBus& bus,
                     Options options, log::Logger log)
    : api_(api),
      intake_(intake),
      cache_(cache),
      dispatcher_(dispatcher),
      bus_(bus),
      options_(options),
      log_(std::move(log)),
      executor_(std::move(executor)) {}

GapFiller::~GapFiller() = default;

std::vector<QuietChannel> suspects(std::vector<QuietChannel> quiet, std::string_view heard) {
    std::sort(quiet.begin(), quiet.end(), [](const QuietChannel& a, const QuietChannel& b) {
        return a.last != b.last ? a.last > b.last : a.id < b.id;
    });
    const auto since = model::compute::ulid_millis(heard).value_or(0) - kRecent.count();
    std::size_t count = 0;
    while (count < std::min(quiet.size(), kMostSuspects) &&
           (count < kAlwaysRead ||
            model::compute::ulid_millis(quiet[count].last).value_or(0) >= since)) {
        ++count;
    }
    quiet.resize(count);
    return quiet;
}

/// ULIDs are in the order of time, so texts can be compared.
bool GapFiller::begin() {
    const auto heard = intake_.cursor(kHeard);
    const bool wanted = intake_.want("Message").any;
    std::string newest = heard;
    std::vector<QuietChannel> quiet;
    cache_.channels().each([&](const Shelf::Entry& channel) {
        const auto last = last_message_of(channel.text);
        newest = std::max(newest, last.empty() ? channel.id : last);
        const auto cursor = intake_.cursor(cursor_name(channel.id));
        // Not seen before: of a run that has just begun everything is old, else what is newer
        // than all that was heard.
        const auto after = !cursor.empty() ? cursor
                           : heard.empty() ? std::max(last, channel.id)
                                           : std::max(channel.id, heard);
        if (!has_messages(channel.text)) {
            return;
        }
        if (!wanted) {
            intake_.set_cursor(cursor_name(channel.id), std::max(last, after));
        } else if (last > after || owed_.contains(channel.id)) {
            fills_[channel.id].after = after;
        } else if (!heard.empty()) {
            quiet.push_back({channel.id, std::max(last, cursor)});
        } else {
            intake_.set_cursor(cursor_name(channel.id), after);
        }
    });
    for (const auto& one : suspects(std::move(quiet), heard)) {
        const auto cursor = intake_.cursor(cursor_name(one.id));
        fills_[one.id].after = cursor.empty() ? std::max(one.id, heard) : cursor;
    }
    // Whoever is killed now goes on from there.
    for (const auto& [channel, fill] : fills_) {
        intake_.set_cursor(cursor_name(channel), fill.after);
    }
    owed_.clear();
    intake_.set_cursor(kHeard, newest);
    tally_ = {};
    if (fills_.empty()) {
        return false;
    }
    tasks_ = std::make_unique<async::TaskGroup>(executor_, "gap");
    tasks_->spawn("fetch", [this] { return run(); });
    return true;
}

bool GapFiller::hold(const protocol::revolt::Frame& frame) {
    if (fills_.empty()) {
        return false;
    }
    const auto found = fills_.find(Dispatcher::channel_of(frame));
    if (found == fills_.end()) {
        return false;
    }
    Fill& fill = found->second;
    if (fill.held.size() >= kMostHeld || fill.held_bytes + frame.text.size() > kMostHeldBytes) {
        return false;
    }
    fill.held.emplace_back(frame.text);
    fill.held_bytes += frame.text.size();
    return true;
}

void GapFiller::taken(std::string_view channel, std::string_view id, bool late) {
    if (const auto found = fills_.find(std::string(channel)); found != fills_.end()) {
        Fill& fill = found->second;
        if (!late) {
            fill.newest = std::max(fill.newest, std::string(id));
            return;
        }
        fill.after = std::max(fill.after, std::string(id));
    }
    if (!owed_.contains(std::string(channel))) {
        move_on(channel, id);
    }
}

void GapFiller::move_on(std::string_view channel, std::string_view id) {
    const auto name = cursor_name(channel);
    if (intake_.cursor(name) < id) {
        intake_.set_cursor(name, id);
    }
    if (intake_.cursor(kHeard) < id) {
        intake_.set_cursor(kHeard, id);
    }
}

Task<> GapFiller::run() {
    std::vector<std::string> channels;
    for (const auto& [channel, fill] : fills_) {
        channels.push_back(channel);
    }
    std::sort(channels.begin(), channels.end());
    const std::size_t count = channels.size();
    for (const auto& channel : channels) {
        const Outcome how = co_await fill(channel);
        release(channel, how);
    }
    tell(count);
}

void GapFiller::tell(std::size_t asked) {
    const std::size_t count = tally_.channels;
    const auto text = std::to_string(tally_.messages) + " messages of " + std::to_string(count) +
                      (count == 1 ? " channel" : " channels") +
                      " were fetched, which came while the link was down";
    if (tally_.cut > 0) {
        log_->warn("{}; {} had more than may be fetched, which is lost", text, tally_.cut);
    } else if (count > 0) {
        log_->info("{}", text);
    } else {
        log_->debug("{} channels have nothing that was missed", asked);
    }
    if (tally_.failed > 0) {
        log_->warn("{} channels could not be read: they are read after the next connection",
                   tally_.failed);
    }
}

Task<GapFiller::Outcome> GapFiller::fill(std::string channel) {
    std::size_t fetched = 0;
    while (true) {
        const std::size_t left =
            std::min(options_.of_channel - std::min(fetched, options_.of_channel),
                     options_.in_all - std::min(tally_.messages, options_.in_all));
        if (left == 0) {
            ++tally_.cut;
            co_return Outcome::cut;
        }
        const std::size_t most = std::min(left, kPage);
        const auto came = co_await page(channel, most);
        if (!came) {
            log_->warn("what channel {} missed cannot be fetched: {}", channel,
                       came.error().message());
            const auto kind = came.error().kind();
            if (kind == ErrorKind::denied || kind == ErrorKind::not_found) {
                co_return Outcome::barred;
            }
            ++tally_.failed;
            co_return Outcome::failed;
        }
        tally_.channels += fetched == 0 && *came > 0 ? 1 : 0;
        fetched += *came;
        tally_.messages += *came;
        if (*came < most) {
            co_return Outcome::done;
        }
        while (bus_.congested()) {
            co_await async::sleep_for(kCongestionPause);
        }
    }
}

Task<Result<std::size_t>> GapFiller::page(std::string channel, std::size_t most) {
    ApiRequest request;
    request.path = "/channels/" + net::percent_encode(channel) +
                   "/messages?sort=Oldest&include_users=true&limit=" + std::to_string(most) +
                   "&after=" + net::percent_encode(fills_[channel].after);
    request.label = "/channels/{channel}/messages";
    request.major = channel;
    CallContext context;
    context.deadline = Millis{60'000};
    context.lane = model::Lane::user;
    const auto answer = co_await api_.send(std::move(request), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    const auto& messages =
        answer->is_object() && answer->contains("messages") ? (*answer)["messages"] : *answer;
    if (!messages.is_array() || messages.size() > most) {
        co_return Error(ErrorKind::protocol, "the answer is no list of messages");
    }
    const auto before = fills_[channel].after;
    publish(*answer, channel);
    if (!messages.empty() && fills_[channel].after == before) {
        co_return Error(ErrorKind::protocol, "the answer has nothing new");
    }
    co_return messages.size();
}

/// As the event server would have told each one.
void GapFiller::publish(const json& answer, const std::string& channel) {
    const auto find = [&](const char* list, const std::string& id) {
        if (answer.is_object() && answer.contains(list)) {
            for (const auto& one : answer[list]) {
                const auto& key = one.is_object() && one.contains("_id") ? one["_id"] : json();
                const auto& user = key.is_object() && key.contains("user") ? key["user"] : key;
                if (user == id) {
                    return one;
                }
            }
        }
        return json();
    };
    const auto& messages = answer.is_object() ? answer.at("messages") : answer;
    std::vector<json> sorted(messages.begin(), messages.end());
    std::sort(sorted.begin(), sorted.end(), [](const json& a, const json& b) {
        return a.is_object() && b.is_object() && a.value("_id", json()) < b.value("_id", json());
    });
    intake_.begin();
    for (auto& message : sorted) {
        const auto id = message.is_object() ? message.value("_id", json()) : json();
        if (!id.is_string() || message.value("channel", json()) != json(channel)) {
            continue;
        }
        const auto author = message.value("author", json());
        for (const auto& [list, key] : {std::pair("users", "user"), {"members", "member"}}) {
            auto known = author.is_string() ? find(list, author.get<std::string>()) : json();
            if (known.is_object()) {
                message[key] = std::move(known);
            }
        }
        message["type"] = "Message";
        const auto text = message.dump(-1, ' ', false, json::error_handler_t::replace);
        dispatcher_.event({"Message", text}, now(), true);
    }
    intake_.flush();
}

/// Read or given up: either way what came meanwhile goes on from here.
void GapFiller::release(const std::string& channel, Outcome how) {
    const auto found = fills_.find(channel);
    if (found == fills_.end()) {
        return;
    }
    Fill fill = std::move(found->second);
    fills_.erase(found);
    if (how == Outcome::failed) {
        owed_.insert(channel);
    }
    intake_.begin();
    for (const auto& text : fill.held) {
        if (const auto frame = protocol::revolt::scan_frame(text)) {
            dispatcher_.event(*frame, now());
        }
    }
    intake_.flush();
    if (how != Outcome::failed && !fill.newest.empty()) {
        move_on(channel, fill.newest);
    }
}

Task<> GapFiller::end() {
    if (tasks_ != nullptr) {
        tasks_->cancel();
        co_await tasks_->join();
        tasks_.reset();
    }
    // The cursors of what was not read stay where they are: the next connection goes on there.
    auto unfinished = std::exchange(fills_, {});
    for (const auto& [channel, fill] : unfinished) {
        owed_.insert(channel);
    }
    intake_.begin();
    for (const auto& [channel, fill] : unfinished) {
        for (const auto& text : fill.held) {
            if (const auto frame = protocol::revolt::scan_frame(text)) {
                dispatcher_.event(*frame, now());
            }
        }
    }
    intake_.flush();
}

}  // namespace rookery::revolt
