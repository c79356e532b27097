#include "app/readiness.hpp"

#include <gtest/gtest.h>

namespace rookery::app {
namespace {

Snapshot healthy() {
    Snapshot snapshot;
    gateway::BotStatus bot;
    bot.name = "magpie";
    bot.state = "ready";
    bot.shards.resize(2);
    bot.shards[0].state = bot.shards[1].state = "ready";
    bot.shards[1].id = 1;
    snapshot.bots.push_back(std::move(bot));
    hostapi::ExtensionStatus ping;
    ping.kind = "script";
    ping.name = "ping";
    ping.state = "active";
    ping.detail = "the reload failed: ping.lua:1: unexpected symbol";
    snapshot.extensions.push_back(std::move(ping));
    return snapshot;
}

const server::Readiness::Part& part(const server::Readiness& readiness, std::string_view kind) {
    for (const auto& one : readiness.parts) {
        if (one.kind == kind) {
            return one;
        }
    }
    return readiness.parts.at(99);
}

TEST(AppReadiness, everything_that_runs_is_ready) {
    const auto readiness = readiness_of(healthy(), true);
    EXPECT_TRUE(readiness.ready());
    // A refused reload leaves a version that works.
    EXPECT_EQ(part(readiness, "script").reason, "");
}

TEST(AppReadiness, process_that_starts_or_stops_is_not) {
    EXPECT_FALSE(readiness_of(healthy(), false).ready());
}

TEST(AppReadiness, one_shard_that_is_away_makes_its_bot_not_ready) {
    Snapshot snapshot = healthy();
    snapshot.bots[0].shards[1].state = "resuming";
    snapshot.bots[0].shards[1].detail = "connection lost";
    const auto readiness = readiness_of(snapshot, true);
    EXPECT_FALSE(part(readiness, "bot").ready);
    EXPECT_EQ(part(readiness, "bot").reason, "shard 1: resuming: connection lost");
}

TEST(AppReadiness, bot_tells_its_own_reason) {
    Snapshot snapshot = healthy();
    snapshot.bots[0].state = "refused";
    snapshot.bots[0].detail = "the token is not accepted";
    snapshot.bots[0].fatal = true;
    EXPECT_EQ(part(readiness_of(snapshot, true), "bot").reason, "the token is not accepted");
}

TEST(AppReadiness, extension_that_does_not_run_tells_why) {
    for (const char* state : {"failed", "restarting", "quarantined"}) {
        Snapshot snapshot = healthy();
        snapshot.extensions[0].state = state;
        snapshot.extensions[0].detail = "stopped 5 times";
        const auto readiness = readiness_of(snapshot, true);
        EXPECT_FALSE(readiness.ready());
        EXPECT_EQ(part(readiness, "script").reason, "stopped 5 times");
    }
}

TEST(AppReadiness, extension_whose_handler_hangs_is_not_ready) {
    Snapshot snapshot = healthy();
    snapshot.extensions[0].busy = Millis{61'000};
    EXPECT_EQ(part(readiness_of(snapshot, true), "script").reason,
              "one handler has been running for 61 s");
}

}  // namespace
}  // namespace rookery::app
