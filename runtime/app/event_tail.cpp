#include "app/event_tail.hpp"

#include "base/id_text.hpp"
#include "base/log.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace rookery::app {
namespace {

constexpr std::size_t kMostTails = 8;
constexpr std::size_t kMostTypes = 100;
constexpr std::size_t kSummary = 160;  // bytes

/// Where an event says who did it, and what it is about; the first that is there is shown.
constexpr std::array kWho = {"author.username", "user.username", "member.user.username", "userId"};
constexpr std::array kWhat = {"content",     "emoji.name", "name",   "customId",
                              "commandName", "topic",      "status", "reason"};

std::string dump(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <std::size_t Count>
std::string first_text(const model::View& view, const std::array<const char*, Count>& paths) {
    model::StringScratch scratch;
    for (const char* path : paths) {
        const auto value = view.path(path, scratch);
        if (value.kind == model::Value::Kind::text && !value.text.empty()) {
            return log::clipped(value.text, kSummary);
        }
    }
    return {};
}

std::string summary(const model::Event& event) {
    const model::View view = event.view();
    const std::string who = first_text(view, kWho);
    const std::string what = first_text(view, kWhat);
    if (!who.empty() || !what.empty()) {
        return who + (who.empty() || what.empty() ? "" : ": ") + what;
    }
    return log::clipped(event.raw(), kSummary);
}

nlohmann::json id_or_null(std::string_view id) {
    return id.empty() ? nlohmann::json() : nlohmann::json(id);
}

Result<std::string> id_of(const nlohmann::json& request, const char* key) {
    if (!request.contains(key) || request[key].is_null()) {
        return std::string();
    }
    auto text = request[key].is_string() ? request[key].get<std::string>() : std::string();
    if (!is_id(text)) {
        return Error(ErrorKind::invalid, std::string(key) + ": expected an id, got " +
                                             log::clipped(dump(request[key]), 40));
    }
    return text;
}

bool matches(const model::Event& event, const TailFilter& filter) {
    return (filter.bot.empty() || event.bot_name() == filter.bot) &&
           (filter.guild.empty() || event.guild_text() == filter.guild) &&
           (filter.channel.empty() || event.channel_text() == filter.channel);
}

}  // namespace

Result<TailFilter> read_tail_filter(const nlohmann::json& request) {
    TailFilter filter;
    const auto types = request.value("types", nlohmann::json::array());
    if (!types.is_array() || types.size() > kMostTypes) {
        return Error(ErrorKind::invalid, "types: expected a list of at most 100 event names");
    }
    for (const auto& name : types) {
        if (!name.is_string()) {
            return Error(ErrorKind::invalid, "types: expected event names");
        }
        auto type = model::EventNames::intern(name.get_ref<const std::string&>());
        if (!type) {
            return type.error();
        }
        filter.types.push_back(*type);
    }
    if (request.contains("bot") && request["bot"].is_string()) {
        filter.bot = request["bot"].get<std::string>();
    }
    auto guild = id_of(request, "guild");
    auto channel = id_of(request, "channel");
    if (!guild || !channel) {
        return guild ? channel.error() : guild.error();
    }
    filter.guild = *guild;
    filter.channel = *channel;
    filter.data = request.contains("data") && request["data"] == true;
    filter.raw = request.contains("raw") && request["raw"] == true;
    return filter;
}

std::string tail_item(const model::Event& event, const TailFilter& filter) {
    const auto age = std::chrono::steady_clock::now() - event.received();
    const auto when = std::chrono::system_clock::now() - age;
    std::string text = dump(
        {{"time",
          std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count()},
         {"bot", event.bot_name()},
         {"event", event.name()},
         {"seq", event.seq()},
         {"guildId", id_or_null(event.guild_text())},
         {"channelId", id_or_null(event.channel_text())},
         {"text", summary(event)}});
    if (filter.data) {
        text.back() = ',';
        text += "\"data\":";
        event.view().write_json(text);
        text += '}';
    }
    if (filter.raw) {
        text.back() = ',';
        text += "\"raw\":";
        text += event.raw();
        text += '}';
    }
    return text;
}

/// Its worker's handler refers to it, and is over before it goes.
struct EventTails::Tail {
    Tail(TailFilter chosen, ControlReplyPtr to)
        : filter(std::move(chosen)),
          reply(std::move(to)),
          lane(std::make_shared<bus::Lane>(
              "events tail", bus::Lane::kNoSlot,
              bus::LaneLimits{4096, std::size_t{16} << 20U, bus::FullPolicy::drop_oldest, {}})),
          worker(hostapi::Worker::start("events tail")) {}
    ~Tail() {
        worker->stop();
        worker->join(Millis{60'000});
    }
    Tail(const Tail&) = delete;
    Tail& operator=(const Tail&) = delete;

    /// Worker thread.
    void show(const model::Event& event) {
        if (!matches(event, filter)) {
            return;
        }
        const std::uint64_t in_lane = lane->stats().dropped;
        const std::uint64_t gap = unsent + in_lane - told;
        if (gap > 0 && reply->item("{\"dropped\":" + std::to_string(gap) + "}")) {
            told = in_lane;
            unsent = 0;
        }
        if (!reply->item(tail_item(event, filter))) {
            ++unsent;
        }
    }

    const TailFilter filter;
    const ControlReplyPtr reply;
    std::uint64_t told = 0;    ///< of what the lane has dropped
    std::uint64_t unsent = 0;  ///< dropped because the client was behind
    std::shared_ptr<bus::Lane> lane;
    std::shared_ptr<hostapi::Worker> worker;
};

void EventTails::start(TailFilter filter, const ControlReplyPtr& reply) {
    if (tails_.size() >= kMostTails) {
        reply->fail("there are " + std::to_string(kMostTails) + " tails already");
        return;
    }
    if (filter.types.empty()) {
        filter.types.push_back(model::kAnyEvent);
    }
    const auto types = filter.types;
    const auto tail = std::make_shared<Tail>(std::move(filter), reply);
    tails_.push_back(tail);
    for (const auto type : types) {
        bus_.subscribe(tail->lane, type);
    }
    tail->worker->serve(tail->lane,
                        [own = tail.get()](model::EventPtr event) { own->show(*event); });
    tail->worker->release();
    bus_.attach(tail->lane);
    reply->on_gone([this, weak = std::weak_ptr<Tail>(tail)] {
        if (const auto gone = weak.lock()) {
            bus_.remove(gone->lane);
            tails_.remove(gone);
        }
    });
}

void EventTails::stop() {
    for (const auto& tail : tails_) {
        bus_.remove(tail->lane);
        tail->reply->finish("the runtime stops");
    }
    tails_.clear();
}

}  // namespace rookery::app
