#include "server/operations/readiness.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

Readiness one_down() {
    return {{{"bot", "magpie", "resuming", "shard 0: resuming", false},
             {"script", "ping", "active", "", true}}};
}

TEST(Readiness, one_part_that_is_not_ready_makes_503) {
    const auto answer = to_response(one_down(), true, false);
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(*answer.body,
              R"({"status":"not ready","parts":[{"kind":"bot","name":"magpie","ready":false,)"
              R"("state":"resuming","reason":"shard 0: resuming"},{"kind":"script","name":"ping",)"
              R"("ready":true,"state":"active"}]})");
    EXPECT_EQ(answer.headers.find("Cache-Control"), "no-store");
}

TEST(Readiness, all_ready_is_200) {
    Readiness readiness = one_down();
    readiness.parts.erase(readiness.parts.begin());
    EXPECT_EQ(to_response(readiness, true, false).status, 200U);
}

TEST(Readiness, strangers_get_the_verdict_alone) {
    EXPECT_EQ(*to_response(one_down(), false, false).body, R"({"status":"not ready"})");
    EXPECT_EQ(*to_response(one_down(), false, true).body, "not ready\n");
}

TEST(Readiness, text_has_a_line_for_each_part) {
    EXPECT_EQ(*to_response(one_down(), true, true).body,
              "not ready\nbot magpie: resuming: shard 0: resuming\nscript ping: active\n");
}

TEST(Health, says_ok_and_when) {
    const auto answer = health_response(WallTime{} + Millis{1'700'000'000'042});
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(*answer.body, R"({"status":"ok","timestamp":"2023-11-14T22:13:20.042Z"})");
}

}  // namespace
}  // namespace rookery::server
