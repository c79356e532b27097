#include "server/stream/replay.hpp"

#include <algorithm>

namespace rookery::server {
namespace {

/// Entries that looking for the beginning may cost; beyond it the log is read from its own.
constexpr std::size_t kSearch = 65'536;

}  // namespace

Replay::Replay(const History& history, const std::vector<From>& from) : history_(history) {
    const store::EventLog* const log = history.log();
    position_ = log == nullptr ? 0 : log->end();
    std::size_t steps = kSearch;
    for (const From& one : from) {
        const std::uint64_t newest = history.newest(one.bot, one.guild);
        if (one.since > newest) {
            gaps_.push_back({one.bot, one.guild, newest + 1, one.since});
            continue;
        }
        expected_[{one.bot, one.guild}] = one.since + 1;
        if (log != nullptr && one.since < newest) {
            position_ = std::min(position_, log->find(one.bot, one.guild, one.since, steps));
        }
    }
}

std::optional<store::LogEntry> Replay::next(std::size_t& steps) {
    const store::EventLog* const log = history_.log();
    while (log != nullptr && steps > 0) {
        auto entry = log->read(position_);
        if (!entry) {
            return std::nullopt;
        }
        --steps;
        position_ = entry->next;
        const auto found = expected_.find(std::pair(entry->owner, entry->thing));
        if (found == expected_.end() || entry->seq < found->second) {
            continue;
        }
        if (entry->seq > found->second) {
            gaps_.push_back(
                {found->first.first, found->first.second, found->second, entry->seq - 1});
        }
        found->second = entry->seq + 1;
        return entry;
    }
    return std::nullopt;
}

void Replay::skipped(const store::LogEntry& entry) {
    gaps_.push_back({std::string(entry.owner), std::string(entry.thing), entry.seq, entry.seq});
}

void Replay::close() {
    for (auto& [key, expected] : expected_) {
        const std::uint64_t newest = history_.newest(key.first, key.second);
        if (expected <= newest) {
            gaps_.push_back({key.first, key.second, expected, newest});
            expected = newest + 1;
        }
    }
}

}  // namespace rookery::server
