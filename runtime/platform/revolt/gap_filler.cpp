#include "platform/revolt/gap_filler.hpp"

#include "async/signal.hpp"
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

/// ULIDs are in the order of time, so texts can be compared.
bool GapFiller::begin() {
    const auto heard = intake_.cursor(kHeard);
    const bool wanted = intake_.want("Message").any;
    std::string newest = heard;
    cache_.channels().each([&](const Shelf::Entry& channel) {
        const auto last = last_message_of(channel.text);
        newest = std::max(newest, last.empty() ? channel.id : last);
        auto after = intake_.cursor(cursor_name(channel.id));
        if (after.empty()) {
            // Not seen before: of a run that has just begun everything is old, else what is newer
            // than all that was heard.
            after = heard.empty() ? std::max(last, channel.id) : std::max(channel.id, heard);
            intake_.set_cursor(cursor_name(channel.id), after);
        }
        if (last <= after || !has_messages(channel.text)) {
            return;
        }
        if (wanted) {
            fills_[channel.id].after = after;
        } else {
            intake_.set_cursor(cursor_name(channel.id), last);
        }
    });
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
    move_on(channel, id);
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
        const bool done = co_await fill(channel);
        release(channel, done);
    }
    const auto text = std::to_string(tally_.messages) + " messages of " + std::to_string(count) +
                      (count == 1 ? " channel" : " channels") +
                      " were fetched, which came while the link was down";
    if (tally_.cut + tally_.failed > 0) {
        log_->warn(
            "{}; {} had more than may be fetched, {} could not be read: what they missed is "
            "lost",
            text, tally_.cut, tally_.failed);
    } else {
        log_->info("{}", text);
    }
}

/// False: it was not read to its end.
Task<bool> GapFiller::fill(std::string channel) {
    std::size_t fetched = 0;
    while (true) {
        const std::size_t left =
            std::min(options_.of_channel - std::min(fetched, options_.of_channel),
                     options_.in_all - std::min(tally_.messages, options_.in_all));
        if (left == 0) {
            ++tally_.cut;
            co_return false;
        }
        const std::size_t most = std::min(left, kPage);
        const auto came = co_await page(channel, most);
        if (!came) {
            ++tally_.failed;
            log_->warn("what channel {} missed cannot be fetched: {}", channel,
                       came.error().message());
            co_return false;
        }
        fetched += *came;
        tally_.messages += *came;
        if (*came < most) {
            co_return true;
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
    const auto& messages = answer.is_object() ? answer["messages"] : answer;
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

/// `done`, or given up: either way what came meanwhile goes on from here.
void GapFiller::release(const std::string& channel, bool done) {
    const auto found = fills_.find(channel);
    if (found == fills_.end()) {
        return;
    }
    Fill fill = std::move(found->second);
    fills_.erase(found);
    if (!done && !fill.newest.empty()) {
        move_on(channel, fill.newest);
    }
    intake_.begin();
    for (const auto& text : fill.held) {
        if (const auto frame = protocol::revolt::scan_frame(text)) {
            dispatcher_.event(*frame, now());
        }
    }
    intake_.flush();
    if (!fill.newest.empty()) {
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
    std::vector<std::pair<std::string, std::string>> cursors;
    for (const auto& [channel, fill] : unfinished) {
        cursors.emplace_back(channel, intake_.cursor(cursor_name(channel)));
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
    for (const auto& [channel, cursor] : cursors) {
        intake_.set_cursor(cursor_name(channel), cursor);
    }
}

}  // namespace rookery::revolt
