#pragma once

#include "server/stream/history.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rookery::server {

/// The events of some bots and guilds from some numbers on, in the order in which they were served:
/// what one client missed. Server thread; `history` outlives it.
class Replay {
  public:
    struct From {
        std::string bot;
        std::string guild;        ///< empty: what belongs to none
        std::uint64_t since = 0;  ///< the last one that the client has
    };
    /// Numbers that are not in the log (any more), or that never were.
    struct Gap {
        std::string bot;
        std::string guild;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };

    Replay(const History& history, const std::vector<From>& from);

    /// The next entry, valid until the log changes; nullopt at its end, or when `steps`, which is
    /// reduced by what it cost, has come to 0.
    [[nodiscard]] std::optional<store::LogEntry> next(std::size_t& steps);
    /// The entry that next() gave is not sent after all.
    void skipped(const store::LogEntry& entry);
    /// At the log's end: what is missing there becomes known.
    void close();

    [[nodiscard]] const std::vector<Gap>& gaps() const noexcept { return gaps_; }

  private:
    using Key = std::pair<std::string, std::string>;
    struct Less {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(const A& a, const B& b) const noexcept {
            return std::tuple<std::string_view, std::string_view>(a.first, a.second) <
                   std::tuple<std::string_view, std::string_view>(b.first, b.second);
        }
    };

    const History& history_;
    std::map<Key, std::uint64_t, Less> expected_;  ///< the next number of each
    std::uint64_t position_ = 0;
    std::vector<Gap> gaps_;
};

}  // namespace rookery::server
