#pragma once

#include "model/event.hpp"

#include <string>
#include <string_view>

namespace rookery::hostapi {

/// Hears how extensions get on with interactions, so that whoever takes too long can be named.
/// Called for interactionCreate only. Any thread.
class InteractionWatch {
  public:
    InteractionWatch() = default;
    InteractionWatch(const InteractionWatch&) = delete;
    InteractionWatch& operator=(const InteractionWatch&) = delete;
    virtual ~InteractionWatch() = default;

    /// `owner` ("script ping") has begun with the event; `handler` says with what, and is empty
    /// before the first of its handlers.
    virtual void begun(const model::Event& event, const std::string& owner,
                       std::string_view handler) = 0;
    /// Every handler of `owner` is done with the event.
    virtual void finished(const model::Event& event, const std::string& owner) = 0;
    /// `owner` has stopped the event: nobody else gets it, and the answer is up to `owner`.
    virtual void stopped(const model::Event& event, const std::string& owner) = 0;
};

}  // namespace rookery::hostapi
