#pragma once

#include "base/clock.hpp"
#include "model/event.hpp"
#include "store/kv.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::hostapi {

/// What an extension does to its store on behalf of one event. Each effect has a number that is
/// made of what it does (which keys it writes, how) and of how many-th of that it is: the same when
/// the event is handled again, whatever the handlers do in between and in which order they go on.
/// Worker thread.
class EventEffects {
  public:
    /// `role` tells apart who has the event at hand: 0 for handlers, an interception's tag.
    /// `repeat`: the event may have been handled before.
    EventEffects(const model::Event& event, std::uint64_t role, bool repeat);
    EventEffects(const EventEffects&) = delete;
    EventEffects& operator=(const EventEffects&) = delete;

    /// The next effect of that description.
    [[nodiscard]] store::KvEffect next(std::string_view what);
    /// One that begin() has told.
    [[nodiscard]] store::KvEffect at(std::uint64_t number) const;
    /// The effect goes to that store, which is told when the event is finished.
    void goes_to(store::KvStore& store, const store::KvSpace& space);

    [[nodiscard]] bool repeat() const noexcept { return repeat_; }

    /// The event is finished and does not come again.
    void finished() const;

  private:
    std::string event_;
    const bool repeat_;
    const bool linger_;  ///< its delivery may yet be repeated, with that of others
    std::unordered_map<std::uint64_t, std::uint32_t> counts_;  ///< by description
    store::KvStore* store_ = nullptr;
    const store::KvSpace* space_ = nullptr;
};

}  // namespace rookery::hostapi
