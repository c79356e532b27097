#pragma once

#include "base/clock.hpp"
#include "model/event.hpp"
#include "store/counter_table.hpp"
#include "store/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::server {

/// What the stream has served, and under which numbers: `seq` counts for each bot and guild and
/// goes on after a restart; the events themselves are kept for those who missed them, as far as the
/// log reaches. An event that is delivered again after a crash keeps its number. Server thread.
///
/// Order of stores: the log's entry, the counter, the ledger, the entry's mark. Killed behind the
/// first: the counter is put right by the log, and the event comes again and is known.
class History {
  public:
    struct Options {
        std::filesystem::path state;  ///< folder; empty: nothing outlives the process
        std::size_t bytes = 0;        ///< of the log; 0: there is none
        Millis age{3'600'000};        ///< of what it keeps
    };

    /// A log that cannot be opened is warned of, and there is none.
    History(const Options& options, const Clock& clock);

    struct Place {
        std::uint64_t seq = 0;
        std::uint64_t position = 0;  ///< in the log; 0: it is not kept
        bool again = false;          ///< an earlier process has served it
    };
    /// The event as it goes out under that number, and what else goes out with it; asked for at
    /// most once, when it is to be kept.
    using Write = std::function<std::pair<std::string_view, std::string_view>(std::uint64_t seq)>;
    /// Numbers an event. `guild`: empty for those that belong to none.
    [[nodiscard]] Place add(const model::Event& event, std::string_view guild, const Write& write);
    /// The event has been finished in its ledger.
    void finished(const Place& place) noexcept;

    /// The latest number; 0: none yet.
    [[nodiscard]] std::uint64_t newest(std::string_view bot, std::string_view guild) const;
    /// Changes when the numbers begin anew.
    [[nodiscard]] std::string epoch() const;
    /// Null when nothing is kept.
    [[nodiscard]] const store::EventLog* log() const noexcept { return log_.get(); }

    /// To be called now and then: what is too old goes.
    void tick();

  private:
    void keep(const model::Event& event, std::string_view guild, const Write& write, Place& place);
    [[nodiscard]] std::int64_t now() const;

    const Clock& clock_;
    store::CounterTable counters_;
    std::unique_ptr<store::EventLog> log_;
    SteadyTime told_{};  ///< when it was last said that something could not be kept
};

}  // namespace rookery::server
