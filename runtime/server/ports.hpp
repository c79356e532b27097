#pragma once

#include "bus/event_bus.hpp"
#include "hostapi/operations.hpp"
#include "server/operations/family.hpp"
#include "server/operations/readiness.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

struct BotInfo {
    std::string name;
    std::string platform;
    std::string state;   ///< "ready" when events flow
    std::string detail;  ///< why it is not ready
};

/// What is measured outside of the server.
struct RuntimeMetrics {
    Families families;
    std::string text;  ///< those of extensions, in Prometheus' text form
};

/// What the server asks of the rest of the process; wired in by app, which outlives the server.
/// Called on the server's thread, where every `done` runs too, later.
class Runtime {
  public:
    Runtime() = default;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    virtual ~Runtime() = default;

    /// In the order of the file.
    [[nodiscard]] virtual std::vector<BotInfo> bots() const = 0;

    virtual void call(hostapi::OperationCall call, hostapi::OperationDone done) = 0;

    /// As gateway::Bot::cached() and cached_list(), the entity in the platform's own form; nullopt
    /// also when there is no such bot.
    using Cached = std::function<void(std::optional<std::string>)>;
    virtual void cached(std::string bot, std::string_view kind, std::string owner, std::string id,
                        Cached done) = 0;
    virtual void cached_list(std::string bot, std::string_view kind, std::string owner,
                             Cached done) = 0;

    [[nodiscard]] virtual bus::EventBus& bus() = 0;

    /// Whether bots, extensions and store do their work.
    virtual void readiness(std::function<void(Readiness)> done) { done({}); }
    virtual void metrics(std::function<void(RuntimeMetrics)> done) { done({}); }

    /// The server's own place in the delivery ledgers.
    [[nodiscard]] virtual unsigned ledger_slot() const { return bus::Lane::kNoSlot; }
};

}  // namespace rookery::server
