#include "hostapi/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rookery::hostapi {
namespace {

const std::string kPing = "script ping";

std::string text(const auto& result) { return result ? "" : result.error().message(); }

TEST(MetricBook, writes_the_text_form) {
    MetricBook book;
    const auto jokes =
        book.declare(kPing, {MetricKind::counter, "told", {{"kind", "a\"b"}}, "Jokes.", {}});
    const auto riddles =
        book.declare(kPing, {MetricKind::counter, "told", {{"kind", "riddle"}}, "", {}});
    const auto waiting = book.declare("plugin w-1", {MetricKind::gauge, "waiting", {}, "", {}});
    const auto took =
        book.declare(kPing, {MetricKind::histogram, "took", {{"a", "b"}}, "", {1.0, 2.5}});
    ASSERT_TRUE(jokes && riddles && waiting && took);
    EXPECT_TRUE(book.add(kPing, *jokes, 2));
    EXPECT_TRUE(book.add(kPing, *riddles, 0.5));
    EXPECT_TRUE(book.set("plugin w-1", *waiting, 7));
    EXPECT_TRUE(book.add("plugin w-1", *waiting, -3));
    for (const double value : {0.5, 1.0, 2.0, 9.0}) {
        EXPECT_TRUE(book.observe(kPing, *took, value));
    }
    EXPECT_EQ(book.text(), R"(# TYPE plugin_w_1_waiting gauge
plugin_w_1_waiting 4
# HELP script_ping_told Jokes.
# TYPE script_ping_told counter
script_ping_told{kind="a\"b"} 2
script_ping_told{kind="riddle"} 0.5
# TYPE script_ping_took histogram
script_ping_took_bucket{a="b",le="1"} 2
script_ping_took_bucket{a="b",le="2.5"} 3
script_ping_took_bucket{a="b",le="+Inf"} 4
script_ping_took_sum{a="b"} 12.5
script_ping_took_count{a="b"} 4
)");
}

TEST(MetricBook, gives_the_same_metric_again) {
    MetricBook book;
    const MetricForm form{MetricKind::counter, "n", {{"b", "2"}, {"a", "1"}}, "", {}};
    const auto first = book.declare(kPing, form);
    EXPECT_EQ(*book.declare(kPing, {MetricKind::counter, "n", {{"a", "1"}, {"b", "2"}}, "", {}}),
              *first);
    EXPECT_NE(*book.declare(kPing, {MetricKind::counter, "n", {}, "", {}}), *first);
    EXPECT_EQ(text(book.declare(kPing, {MetricKind::gauge, "n", {}, "", {}})),
              "metric n is a counter of other bounds or kind");
}

TEST(MetricBook, refuses_what_prometheus_would_not_read) {
    MetricBook book;
    const auto refusal = [&](MetricForm form) {
        return text(book.declare(kPing, std::move(form)));
    };
    EXPECT_EQ(refusal({MetricKind::counter, "1x", {}, "", {}}),
              "metric 1x: expected a name of 1 to 64 of a-z A-Z 0-9 _, not a digit first");
    EXPECT_EQ(refusal({MetricKind::counter, "x", {{"le", "1"}}, "", {}}),
              "metric x: label le is no name for one");
    EXPECT_EQ(refusal({MetricKind::counter, "x", {{"a", std::string(129, 'x')}}, "", {}}),
              "metric x: the value of label a is longer than 128 bytes");
    EXPECT_EQ(refusal({MetricKind::gauge, "x", {}, "", {1.0}}),
              "metric x: only a histogram has bounds");
    EXPECT_EQ(refusal({MetricKind::histogram, "x", {}, "", {2.0, 1.0}}),
              "metric x: expected at most 20 bounds that rise");
    EXPECT_EQ(refusal({MetricKind::counter, "x", MetricLabels(9, {"a", "b"}), "", {}}),
              "metric x: more than 8 labels");
}

TEST(MetricBook, has_a_hundred_for_each_extension) {
    MetricBook book;
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(
            book.declare(kPing, {MetricKind::counter, "n", {{"i", std::to_string(i)}}, "", {}}));
    }
    EXPECT_EQ(text(book.declare(kPing, {MetricKind::counter, "m", {}, "", {}})),
              "more than 100 metrics, labels counted");
    EXPECT_TRUE(book.declare("script b", {MetricKind::counter, "m", {}, "", {}}));
}

TEST(MetricBook, holds_each_kind_to_its_meaning) {
    MetricBook book;
    const auto counter = *book.declare(kPing, {MetricKind::counter, "c", {}, "", {}});
    const auto histogram = *book.declare(kPing, {MetricKind::histogram, "h", {}, "", {}});
    EXPECT_EQ(text(book.add(kPing, counter, -1)), "a counter only grows");
    EXPECT_EQ(text(book.set(kPing, counter, 1)), "only a gauge can be set");
    EXPECT_EQ(text(book.observe(kPing, counter, 1)), "only a histogram observes");
    EXPECT_EQ(text(book.add(kPing, histogram, 1)), "a histogram takes values by observe");
    EXPECT_EQ(text(book.add(kPing, counter, std::numeric_limits<double>::quiet_NaN())),
              "expected a finite number");
    EXPECT_EQ(text(book.add(kPing, 3, 1)), "there is no such metric");
    EXPECT_EQ(text(book.add(kPing, 0, 1)), "there is no such metric");
    EXPECT_EQ(text(book.add("script b", counter, 1)), "there is no such metric");
}

}  // namespace
}  // namespace rookery::hostapi
