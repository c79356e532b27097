#include "cli/tail_text.hpp"

#include <gtest/gtest.h>

namespace rookery::cli {
namespace {

nlohmann::json item() {
    return {
        {"time", 1'700'000'000'123}, {"bot", "demo"},     {"event", "messageCreate"}, {"seq", 7},
        {"guildId", "10"},           {"channelId", "20"}, {"text", "alice: hello"}};
}

TEST(TailText, a_line_says_when_who_what_and_where) {
    const auto line = tail_line(item(), false);
    EXPECT_NE(line.find(".123 demo messageCreate "), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with("guild 10 channel 20 alice: hello")) << line;
}

TEST(TailText, without_colour_there_is_no_escape) {
    EXPECT_EQ(tail_line(item(), false).find('\x1b'), std::string::npos);
    EXPECT_NE(tail_line(item(), true).find("\x1b[32mmessageCreate"), std::string::npos);
}

TEST(TailText, what_people_write_cannot_move_the_cursor) {
    auto hostile = item();
    hostile["text"] = "\x1b[2J\nhello";
    hostile["event"] = "discord:\x1b]0;x\x07";
    const auto line = tail_line(hostile, false);
    EXPECT_EQ(line.find_first_of("\x1b\n\x07"), std::string::npos) << line;
}

TEST(TailText, a_gap_is_told_with_its_size) {
    EXPECT_NE(tail_line({{"dropped", 12}}, false).find("12 events were not shown"),
              std::string::npos);
}

TEST(TailText, items_of_another_kind_do_no_harm) {
    EXPECT_EQ(tail_line(nullptr, false), "");
    EXPECT_NO_THROW((void)tail_line({{"time", "x"}, {"event", 3}}, true));
}

}  // namespace
}  // namespace rookery::cli
