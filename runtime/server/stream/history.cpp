#include "server/stream/history.hpp"

#include "base/log.hpp"

#include <charconv>
#include <chrono>
#include <tuple>

namespace rookery::server {
namespace {

constexpr Millis kTellAgain{60'000};

/// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t value = 0xCBF29CE484222325) noexcept {
    for (const char c : text) {
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return value;
}

/// A guild as a number that the next process knows too.
std::uint64_t number_of(std::string_view guild) noexcept {
    std::uint64_t id = 0;
    const auto [end, failure] = std::from_chars(guild.data(), guild.data() + guild.size(), id);
    return failure == std::errc() && end == guild.data() + guild.size() ? id : hash(guild);
}

/// The same for every delivery of one dispatch's event: what a link repeats, it repeats byte for
/// byte and under the same number.
std::uint64_t identity_of(const model::Event& event) {
    std::uint64_t value = hash(event.bot_name());
    value = hash(event.name(), value);
    value = hash(event.raw(), value);
    return value ^ (event.seq() * 0x9E3779B97F4A7C15U);
}

std::filesystem::path below(const std::filesystem::path& folder, const char* name) {
    return folder.empty() ? folder : folder / name;
}

}  // namespace

History::History(const Options& options, const Clock& clock)
    : clock_(clock), counters_(below(options.state, "stream.seq")) {
    if (options.state.empty()) {
        return;
    }
    const std::filesystem::path folder = options.state / "stream";
    if (options.bytes == 0) {
        store::EventLog::remove(folder);
        return;
    }
    auto opened = store::EventLog::open(folder, {options.bytes, options.age}, now());
    if (!opened) {
        log::get("server")->error("what is streamed cannot be kept: {}", opened.error().message());
        return;
    }
    log_ = *std::move(opened);
    log_->each_newest([this](const store::LogEntry& entry) {
        counters_.raise(entry.owner, number_of(entry.thing), entry.seq);
    });
}

std::int64_t History::now() const {
    return std::chrono::duration_cast<Millis>(clock_.wall().time_since_epoch()).count();
}

History::Place History::add(const model::Event& event, std::string_view guild, const Write& write) {
    Place place;
    if (log_ != nullptr) {
        if (const auto left = log_->take_left(identity_of(event))) {
            return {left->seq, left->position, true};
        }
    }
    const std::uint64_t number = number_of(guild);
    place.seq = counters_.count(event.bot_name(), number) + 1;
    if (log_ != nullptr) {
        keep(event, guild, write, place);
    }
    counters_.raise(event.bot_name(), number, place.seq);
    return place;
}

void History::keep(const model::Event& event, std::string_view guild, const Write& write,
                   Place& place) {
    store::LogEntry entry;
    entry.owner = event.bot_name();
    entry.thing = guild;
    entry.name = event.name();
    std::tie(entry.text, entry.second) = write(place.seq);
    entry.seq = place.seq;
    entry.identity = identity_of(event);
    entry.time = now();
    const auto kept = log_->append(entry);
    if (kept) {
        place.position = *kept;
    } else if (told_ == SteadyTime{} || clock_.now() - told_ > kTellAgain) {
        told_ = clock_.now();
        log::get("server")->warn("an event is not kept for those who miss it: {}",
                                 kept.error().message());
    }
}

void History::finished(const Place& place) noexcept {
    if (log_ != nullptr && place.position != 0) {
        log_->finish(place.position);
    }
}

std::uint64_t History::newest(std::string_view bot, std::string_view guild) const {
    return counters_.count(bot, number_of(guild));
}

std::string History::epoch() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text += kDigits[(counters_.id() >> shift) & 15U];
    }
    return text;
}

void History::tick() {
    if (log_ != nullptr) {
        log_->expire(now());
    }
}

}  // namespace rookery::server
