#include "app/readiness.hpp"

#include <spdlog/fmt/fmt.h>

namespace rookery::app {
namespace {

using Part = server::Readiness::Part;

/// A handler that runs for so long holds its extension's events up.
constexpr Millis kHanging{30'000};

Part part_of(const gateway::BotStatus& bot) {
    Part part{"bot", bot.name, bot.state, bot.detail, bot.state == "ready" && !bot.fatal};
    for (const auto& shard : bot.shards) {
        if (shard.state != "ready" && part.reason.empty()) {
            part.reason = fmt::format("shard {}: {}{}{}", shard.id, shard.state,
                                      shard.detail.empty() ? "" : ": ", shard.detail);
        }
        part.ready = part.ready && shard.state == "ready";
    }
    if (!part.ready && part.reason.empty()) {
        part.reason = "its events do not flow";
    }
    if (part.ready) {
        part.reason.clear();
    }
    return part;
}

Part part_of(const hostapi::ExtensionStatus& extension) {
    Part part{extension.kind, extension.name, extension.state, {}, extension.state == "active"};
    if (!part.ready) {
        part.reason = extension.detail.empty() ? "it does not run" : extension.detail;
    } else if (extension.busy >= kHanging) {
        part.ready = false;
        part.reason =
            fmt::format("one handler has been running for {} s", extension.busy.count() / 1000);
    }
    return part;
}

}  // namespace

server::Readiness readiness_of(const Snapshot& snapshot, bool started) {
    server::Readiness readiness;
    readiness.parts.push_back({"process", "", started ? "running" : "not running",
                               started ? "" : "it is starting or stopping", started});
    for (const auto& bot : snapshot.bots) {
        readiness.parts.push_back(part_of(bot));
    }
    for (const auto& extension : snapshot.extensions) {
        readiness.parts.push_back(part_of(extension));
    }
    return readiness;
}

}  // namespace rookery::app
