#pragma once

#include "hostapi/extension.hpp"
#include "model/event.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// What an Extension may be as well: its handlers may wait for somebody's answer, for as long as
/// people take. Such an event can be handled anew by the instance that follows, which asks under
/// the same name, so that a reload need not wait for it. Worker thread.
class HandsOver {
  public:
    HandsOver() = default;
    HandsOver(const HandsOver&) = delete;
    HandsOver& operator=(const HandsOver&) = delete;
    virtual ~HandsOver() = default;

    /// Events in flight of which nothing is left to do but to wait for an answer; they do not count
    /// in Extension::in_flight(). Their handlers go no further, their tickets are left open. After
    /// it comes stop() alone.
    [[nodiscard]] virtual std::vector<model::EventPtr> give_up() = 0;

    /// An event that the version before has given up: only the handler of the command, button or
    /// form that it is begins anew with it. The others were done with it already.
    virtual void take_up(Ticket ticket) = 0;

    /// The dedupe keys of that bot's events in flight. The bot begins anew with what it has not
    /// finished, beside the handlers that are at it.
    [[nodiscard]] virtual std::vector<std::string> in_hand(std::string_view /*bot*/) const {
        return {};
    }
    /// One of them is delivered again: its handlers go on, and finish this ticket in place of the
    /// first one. When they are done with it by now the ticket is left as it is.
    virtual void deliver_again(Ticket& /*ticket*/) {}

    /// Which handlers keep Extension::in_flight() above 0, and with what, for people; "" when that
    /// cannot be told.
    [[nodiscard]] virtual std::string busy_with() const { return {}; }
};

}  // namespace rookery::hostapi
