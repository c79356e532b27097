#include "command/cooldowns.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace rookery::command {
namespace {

using nlohmann::json;

WallTime from_millis(std::int64_t millis) {
    return WallTime(std::chrono::duration_cast<WallTime::duration>(Millis(millis)));
}

std::int64_t in_millis(WallTime at) {
    return std::chrono::duration_cast<Millis>(at.time_since_epoch()).count();
}

}  // namespace

/// Made when it is not there; now the most recently used one.
Cooldowns::Entry& Cooldowns::entry(const std::string& key) {
    const auto [found, fresh] = entries_.try_emplace(key);
    if (!fresh) {
        by_use_.erase(found->second.touched);
    }
    found->second.touched = ++uses_;
    by_use_.emplace(uses_, key);
    if (entries_.size() > kMost) {
        entries_.erase(by_use_.begin()->second);
        by_use_.erase(by_use_.begin());
    }
    return found->second;
}

/// What can no longer matter to an event that was made then, or to one that comes again. What lies
/// ahead of it stays, unless a clock was turned back since.
void Cooldowns::forget(std::deque<Use>& uses, const Rule& rule, WallTime made) {
    const Millis kept = std::max(rule.time, kRemembered);
    const auto over = [&](const Use& use) {
        return use.at + kept <= made || use.at - made > kOldest + kRemembered;
    };
    uses.erase(std::remove_if(uses.begin(), uses.end(), over), uses.end());
}

/// Adds it when it is allowed and not known.
Cooldowns::Outcome Cooldowns::judge(std::deque<Use>& uses, const Rule& rule, std::string_view event,
                                    WallTime made) {
    if (std::any_of(uses.begin(), uses.end(), [&](const Use& use) { return use.event == event; })) {
        return {true, false, Millis{0}};
    }
    forget(uses, rule, made);
    const std::size_t most = std::clamp(rule.uses, 1U, kMostUses);
    const auto later = [](WallTime at, const Use& use) { return at < use.at; };
    const auto place = static_cast<std::size_t>(
        std::upper_bound(uses.begin(), uses.end(), made, later) - uses.begin());
    uses.insert(uses.begin() + static_cast<std::ptrdiff_t>(place), {made, std::string(event)});
    // It may be late: no run of uses that it is part of may be too close together.
    for (std::size_t i = place - std::min(place, most); i <= place && i + most < uses.size(); ++i) {
        if (uses[i + most].at < uses[i].at + rule.time) {
            uses.erase(uses.begin() + static_cast<std::ptrdiff_t>(place));
            const auto ahead =
                std::upper_bound(uses.begin(), uses.end(), uses[i + most - 1].at, later);
            const WallTime free_at = std::prev(ahead, static_cast<std::ptrdiff_t>(most))->at;
            return {false, false,
                    std::max(std::chrono::ceil<Millis>(free_at + rule.time - made), Millis{1})};
        }
    }
    if (uses.size() > kMostUses) {
        uses.pop_front();
    }
    return {true, true, Millis{0}};
}

Cooldowns::Outcome Cooldowns::use(const std::string& key, const Rule& rule, std::string_view event,
                                  WallTime made) {
    const std::scoped_lock lock(mutex_);
    return judge(entry(key).uses, rule, event, made);
}

Cooldowns::Outcome Cooldowns::look(const std::string& key, const Rule& rule, std::string_view event,
                                   WallTime made) const {
    std::deque<Use> uses;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = entries_.find(key); found != entries_.end()) {
            uses = found->second.uses;
        }
    }
    Outcome outcome = judge(uses, rule, event, made);
    outcome.counted = false;
    return outcome;
}

std::string Cooldowns::text(const std::string& key) const {
    json list = json::array();
    const std::scoped_lock lock(mutex_);
    if (const auto found = entries_.find(key); found != entries_.end()) {
        for (const Use& use : found->second.uses) {
            list.push_back({in_millis(use.at), use.event});
        }
    }
    return list.empty() ? std::string() : list.dump(-1, ' ', false, json::error_handler_t::replace);
}

void Cooldowns::put(const std::string& key, std::string_view text) {
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array()) {
        return;
    }
    std::deque<Use> uses;
    for (const json& one : list) {
        if (one.is_array() && one.size() == 2 && one[0].is_number_integer() && one[1].is_string() &&
            uses.size() < kMostUses) {
            uses.push_back({from_millis(one[0].get<std::int64_t>()), one[1].get<std::string>()});
        }
    }
    std::stable_sort(uses.begin(), uses.end(),
                     [](const Use& one, const Use& other) { return one.at < other.at; });
    const std::scoped_lock lock(mutex_);
    entry(key).uses = std::move(uses);
}

std::size_t Cooldowns::size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
}

}  // namespace rookery::command
