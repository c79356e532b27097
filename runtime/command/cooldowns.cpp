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

/// Forgets what is over. Allowed and `counted`: it is to be added.
Cooldowns::Outcome Cooldowns::judge(std::deque<Use>& uses, const Rule& rule, std::string_view event,
                                    WallTime now) {
    const auto over = [&](const Use& use) { return use.at + rule.time <= now || use.at > now; };
    uses.erase(std::remove_if(uses.begin(), uses.end(), over), uses.end());
    if (std::any_of(uses.begin(), uses.end(), [&](const Use& use) { return use.event == event; })) {
        return {true, false, Millis{0}};
    }
    const std::size_t most = std::clamp(rule.uses, 1U, kMostUses);
    if (uses.size() >= most) {
        const WallTime free_at = uses[uses.size() - most].at + rule.time;
        return {false, false, std::chrono::ceil<Millis>(free_at - now)};
    }
    return {true, true, Millis{0}};
}

Cooldowns::Outcome Cooldowns::use(const std::string& key, const Rule& rule, std::string_view event,
                                  WallTime now) {
    const std::scoped_lock lock(mutex_);
    auto& uses = entry(key).uses;
    const Outcome outcome = judge(uses, rule, event, now);
    if (outcome.counted) {
        uses.push_back({now, std::string(event)});
    }
    return outcome;
}

Cooldowns::Outcome Cooldowns::look(const std::string& key, const Rule& rule, std::string_view event,
                                   WallTime now) const {
    std::deque<Use> uses;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = entries_.find(key); found != entries_.end()) {
            uses = found->second.uses;
        }
    }
    Outcome outcome = judge(uses, rule, event, now);
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
    const std::scoped_lock lock(mutex_);
    entry(key).uses = std::move(uses);
}

std::size_t Cooldowns::size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
}

}  // namespace rookery::command
