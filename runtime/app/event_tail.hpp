#pragma once

#include "app/control_server.hpp"
#include "base/result.hpp"
#include "bus/event_bus.hpp"
#include "hostapi/worker.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace rookery::app {

/// What one `rookery events tail` wants to see. Empty or zero: everything.
struct TailFilter {
    std::vector<model::EventType> types;
    std::string bot;
    std::string guild;
    std::string channel;
    bool data = false;  ///< the whole event, in the normalised shape
    bool raw = false;   ///< the platform's payload
};

/// From {"types": [names], "bot", "guild", "channel", "data", "raw"}. Error invalid, with the
/// nearest name for an event that does not exist.
[[nodiscard]] Result<TailFilter> read_tail_filter(const nlohmann::json& request);

/// The text of the JSON object that a tail shows of an event: time (ms since 1970), bot, event,
/// seq, guildId, channelId, text (for people, one line), and data or raw where they were asked for.
[[nodiscard]] std::string tail_item(const model::Event& event, const TailFilter& filter);

/// The tails of the process. Each has a thread and a bounded lane of its own, which observes: no
/// ledger knows of it, no intent and no cache follows it, and what it cannot take in time is
/// dropped and told as {"dropped": count}. io thread.
class EventTails {
  public:
    explicit EventTails(bus::EventBus& bus) : bus_(bus) {}
    ~EventTails() { stop(); }
    EventTails(const EventTails&) = delete;
    EventTails& operator=(const EventTails&) = delete;

    /// Until the client goes, or stop().
    void start(TailFilter filter, const ControlReplyPtr& reply);
    void stop();

  private:
    struct Tail;
    bus::EventBus& bus_;
    std::list<std::shared_ptr<Tail>> tails_;
};

}  // namespace rookery::app
