#include "server/operations/exposition.hpp"

#include "support/exposition_format.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using rookery::testing::ExpositionReader;
using Kind = Family::Kind;

TEST(Exposition, writes_what_a_strict_reader_takes) {
    const Families families{
        {"a_total", Kind::counter, "Counted.", {{{{"bot", "magpie"}}, 7}, {{{"bot", "b"}}, 1e15}}},
        {"b_bytes", Kind::gauge, "Now.", {{{}, 0.5}}},
        {"c_seconds",
         Kind::histogram,
         "Took.",
         {{{{"route", "GET /x"}}, 1.5, {{0.1, 2}, {1, 3}}, 4},
          {{{"route", "GET /y"}}, 0, {{0.1, 0}, {1, 0}}, 0}}}};
    ExpositionReader reader;
    const std::string text = exposition(families);
    ASSERT_EQ(reader.read(text), std::nullopt) << text;
    EXPECT_EQ(reader.values().at("a_total{bot=\"magpie\"}"), 7);
    EXPECT_EQ(reader.values().at("b_bytes"), 0.5);
    EXPECT_EQ(reader.values().at("c_seconds_bucket{route=\"GET /x\",le=\"1\"}"), 3);
    EXPECT_EQ(reader.values().at("c_seconds_bucket{route=\"GET /x\",le=\"+Inf\"}"), 4);
    EXPECT_EQ(reader.values().at("c_seconds_count{route=\"GET /x\"}"), 4);
    EXPECT_EQ(reader.types().at("c_seconds"), "histogram");
}

TEST(Exposition, values_of_labels_are_escaped) {
    ExpositionReader reader;
    const std::string text =
        exposition({{"a", Kind::gauge, "A.", {{{{"name", "quote \" slash \\ line \n end"}}, 1}}}});
    ASSERT_EQ(reader.read(text), std::nullopt) << text;
    EXPECT_EQ(reader.values().count("a{name=\"quote \\\" slash \\\\ line \\n end\"}"), 1U) << text;
}

TEST(Exposition, leaves_empty_families_out) {
    EXPECT_EQ(exposition({{"a", Kind::gauge, "A.", {}}}), "");
}

TEST(ExpositionReader, refuses_what_scrapers_would) {
    for (const char* text :
         {"# TYPE a gauge\na 1\n", "# HELP a A.\n# TYPE a gauge\na 1",
          "# HELP a A.\n# TYPE a gauge\nb 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
          "# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "# HELP a A.\n# TYPE a gauge\na{b=c} 1\n",
          "# HELP a A.\n# TYPE a gauge\na x\n",
          "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
          "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n"}) {
        EXPECT_TRUE(ExpositionReader().read(text)) << text;
    }
}

}  // namespace
}  // namespace rookery::server
