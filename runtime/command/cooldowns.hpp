#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::command {

/// How often each key was used lately: at most `uses` times in any `time`. A use is known by its
/// event, so that an event that is delivered again is neither refused nor counted twice, and is
/// judged by when it was made, so that those that waited and come all at once are judged as they
/// would have been. By the calendar, so that it can outlive the process. Any thread.
class Cooldowns {
  public:
    static constexpr std::size_t kMost = 100'000;  ///< keys; beyond them the longest unused goes
    static constexpr unsigned kMostUses = 1'000;   ///< remembered of one key
    static constexpr Millis kRemembered{900'000};  ///< an event is, even if its rule's time is less
    static constexpr Millis kOldest{86'400'000};   ///< events that are older may come too late

    struct Rule {
        unsigned uses = 1;
        Millis time{};
    };
    struct Outcome {
        bool allowed = false;
        bool counted = false;  ///< by this call: the event was not known
        Millis wait{0};        ///< until it would be allowed
    };

    [[nodiscard]] Outcome use(const std::string& key, const Rule& rule, std::string_view event,
                              WallTime made);
    /// What use() would come to; nothing is counted.
    [[nodiscard]] Outcome look(const std::string& key, const Rule& rule, std::string_view event,
                               WallTime made) const;

    /// What is known of the key, for put(); empty when that is nothing.
    [[nodiscard]] std::string text(const std::string& key) const;
    /// Takes up what text() gave; what is not of that form is left alone.
    void put(const std::string& key, std::string_view text);

    [[nodiscard]] std::size_t size() const;

  private:
    struct Use {
        WallTime at;
        std::string event;
    };
    struct Entry {
        std::deque<Use> uses;  ///< in the order in which they were made
        std::uint64_t touched = 0;
    };
    Entry& entry(const std::string& key);
    static Outcome judge(std::deque<Use>& uses, const Rule& rule, std::string_view event,
                         WallTime made);
    static void forget(std::deque<Use>& uses, const Rule& rule, WallTime made);

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::map<std::uint64_t, std::string> by_use_;  ///< the longest unused first
    std::uint64_t uses_ = 0;
};

}  // namespace rookery::command
