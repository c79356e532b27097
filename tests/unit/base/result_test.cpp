#include "base/result.hpp"

#include "base/log.hpp"
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace rookery {
namespace {

Result<int> parse(bool good) {
    if (good) {
        return 7;
    }
    return Error(ErrorKind::invalid, "not a number");
}

TEST(Result, holds_value_or_error) {
    EXPECT_EQ(*parse(true), 7);
    const auto bad = parse(false);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind(), ErrorKind::invalid);
    EXPECT_EQ(bad.value_or(3), 3);
}

TEST(Result, void_result_defaults_to_success) {
    EXPECT_TRUE(Result<>());
    EXPECT_FALSE(Result<>(Error(ErrorKind::io, "disk")));
}

TEST(Result, moves_what_cannot_be_copied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
    const std::unique_ptr<int> taken = *std::move(result);
    EXPECT_EQ(*taken, 5);
}

TEST(Error, message_runs_from_the_outside_in) {
    const auto error = Error(ErrorKind::io, "no such file").within("open a.toml").within("start");
    EXPECT_EQ(error.message(), "start: open a.toml: no such file");
    EXPECT_EQ(error.kind(), ErrorKind::io);
}

TEST(Secret, is_redacted_from_text) {
    const Secret token("MTIz.Abcdef.ghijkl");
    EXPECT_EQ(log::redacted("Bot MTIz.Abcdef.ghijkl!"), "Bot [redacted]!");
    EXPECT_EQ(log::redacted("nothing here"), "nothing here");
}

TEST(Log, clipped_escapes_control_characters_and_cuts) {
    EXPECT_EQ(log::clipped("a\nb\x1b[2J"), "a\\x0ab\\x1b[2J");
    EXPECT_EQ(log::clipped("abcdef", 3), "abc…");
}

}  // namespace
}  // namespace rookery
