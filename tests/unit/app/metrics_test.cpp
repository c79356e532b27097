#include "app/metrics.hpp"

#include "server/operations/exposition.hpp"
#include "support/exposition_format.hpp"

#include <gtest/gtest.h>

namespace rookery::app {
namespace {

Snapshot full_snapshot() {
    Snapshot snapshot;
    snapshot.uptime = std::chrono::seconds(5);
    snapshot.resident_bytes = 1'000;
    gateway::BotStatus bot;
    bot.name = "magpie";
    bot.platform = "discord";
    bot.state = "ready";
    bot.resumes = 2;
    bot.shards.push_back({});
    bot.shards.back().state = "ready";
    bot.shards.back().latency = std::chrono::microseconds(42'000);
    bot.cache.kinds.push_back({"members", 3, 300, 9, 1, 0});
    snapshot.bots.push_back(std::move(bot));
    hostapi::ExtensionStatus ping;
    ping.kind = "script";
    ping.name = "ping";
    ping.state = "active";
    ping.handled = 7;
    ping.lane.dropped = 4;
    auto counters = std::make_shared<hostapi::ExtensionCounters>();
    counters->took(model::EventType::message_create, std::chrono::microseconds(30));
    counters->took(model::EventType::message_create, std::chrono::seconds(60));
    ping.counters = std::move(counters);
    snapshot.extensions.push_back(std::move(ping));
    return snapshot;
}

std::vector<gateway::BotMeasures> measures() {
    gateway::BotMeasures bot;
    bot.name = "magpie";
    bot.events.resize(model::kEventCount + 1);
    bot.events[static_cast<std::size_t>(model::EventType::message_create)] = 12;
    bot.events.back() = 1;
    bot.identifies_left = 799;
    gateway::RouteMeasures route;
    route.route = "POST /channels/{channel_id}/messages";
    route.answers = {0, 0, 5, 0, 1, 0};
    route.limited = 1;
    bot.routes.push_back(route);
    return {bot};
}

TEST(Metrics, are_a_text_that_scrapers_take) {
    rookery::testing::ExpositionReader reader;
    const std::string text = server::exposition(to_metrics(full_snapshot(), measures()));
    ASSERT_EQ(reader.read(text), std::nullopt) << text;
    for (const auto& [sample, value] : std::map<std::string, double>{
             {"rookery_uptime_seconds", 5},
             {"rookery_bot_up{bot=\"magpie\"}", 1},
             {"rookery_bot_info{bot=\"magpie\",platform=\"discord\"}", 1},
             {"rookery_gateway_resumes_total{bot=\"magpie\"}", 2},
             {"rookery_gateway_latency_seconds{bot=\"magpie\",shard=\"0\"}", 0.042},
             {"rookery_gateway_identifies_left{bot=\"magpie\"}", 799},
             {"rookery_cache_entries{bot=\"magpie\",kind=\"members\"}", 3},
             {"rookery_events_total{bot=\"magpie\",event=\"messageCreate\"}", 12},
             {"rookery_events_total{bot=\"magpie\",event=\"raw\"}", 1},
             {"rookery_rest_requests_total{bot=\"magpie\",route=\"POST "
              "/channels/{channel_id}/messages\",status=\"4xx\"}",
              1},
             {"rookery_rest_limited_total{bot=\"magpie\",route=\"POST "
              "/channels/{channel_id}/messages\"}",
              1},
             {"rookery_extension_up{kind=\"script\",name=\"ping\"}", 1},
             {"rookery_extension_handled_total{kind=\"script\",name=\"ping\"}", 7},
             {"rookery_extension_dropped_total{kind=\"script\",name=\"ping\"}", 4},
             {"rookery_extension_handler_seconds_count{kind=\"script\",name=\"ping\",event="
              "\"messageCreate\"}",
              2},
             {"rookery_extension_handler_seconds_bucket{kind=\"script\",name=\"ping\",event="
              "\"messageCreate\",le=\"10\"}",
              1}}) {
        ASSERT_EQ(reader.values().count(sample), 1U) << sample << "\n" << text;
        EXPECT_DOUBLE_EQ(reader.values().at(sample), value) << sample;
    }
}

TEST(Metrics, names_follow_the_conventions) {
    for (const auto& family : to_metrics(full_snapshot(), measures())) {
        EXPECT_TRUE(family.name.starts_with("rookery_")) << family.name;
        EXPECT_TRUE(family.help.ends_with(".")) << family.name;
        EXPECT_EQ(family.kind == server::Family::Kind::counter, family.name.ends_with("_total"))
            << family.name;
        EXPECT_EQ(family.name.find("_ms"), std::string::npos) << family.name;
    }
}

TEST(Metrics, of_a_runtime_without_extensions_are_short) {
    EXPECT_EQ(server::exposition(to_metrics({}, {})).find("rookery_extension"), std::string::npos);
}

}  // namespace
}  // namespace rookery::app
