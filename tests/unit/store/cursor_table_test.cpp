#include "store/cursor_table.hpp"

#include "support/temp_dir.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace rookery::store {
namespace {

class CursorTableTest : public ::testing::Test {
  protected:
    CursorTable open() { return *CursorTable::open(path_); }

    testing::TempDir dir_;
    std::filesystem::path path_ = dir_ / "bot.cursors";
};

TEST_F(CursorTableTest, keeps_the_latest_value) {
    {
        auto table = open();
        EXPECT_EQ(table.get("a"), "");
        EXPECT_TRUE(table.set("a", "1"));
        EXPECT_TRUE(table.set("a", "22"));
        EXPECT_TRUE(table.set("b", ""));
        EXPECT_TRUE(table.set("a", "3"));
    }
    const auto table = open();
    EXPECT_EQ(table.get("a"), "3");
    EXPECT_EQ(table.size(), 2U);
}

TEST_F(CursorTableTest, grows_and_keeps_all) {
    {
        auto table = open();
        for (int number = 0; number < 5'000; ++number) {
            ASSERT_TRUE(table.set("channel:" + std::to_string(number), std::to_string(number * 3)));
        }
    }
    const auto table = open();
    EXPECT_EQ(table.size(), 5'000U);
    for (int number = 0; number < 5'000; ++number) {
        ASSERT_EQ(table.get("channel:" + std::to_string(number)), std::to_string(number * 3));
    }
}

TEST_F(CursorTableTest, refuses_long_texts) {
    auto table = open();
    EXPECT_EQ(table.set(std::string(97, 'n'), "x").error().kind(), ErrorKind::limit);
    EXPECT_EQ(table.set("x", std::string(97, 'v')).error().kind(), ErrorKind::limit);
    EXPECT_TRUE(table.set(std::string(96, 'n'), std::string(96, 'v')));
    EXPECT_EQ(table.get(std::string(96, 'n')), std::string(96, 'v'));
}

TEST_F(CursorTableTest, a_damaged_file_is_set_aside) {
    {
        auto table = open();
        EXPECT_TRUE(table.set("a", "1"));
    }
    std::filesystem::resize_file(path_, 1'000);
    EXPECT_EQ(open().get("a"), "");
    EXPECT_TRUE(std::filesystem::exists(path_.string() + ".bad"));
    std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary) << "nonsense";
    EXPECT_EQ(open().size(), 0U);
}

TEST_F(CursorTableTest, a_kill_leaves_a_whole_value) {
    std::array<int, 2> told{};
    ASSERT_EQ(::pipe(told.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto table = CursorTable::open(path_);
        for (std::uint64_t number = 1;; ++number) {
            (void)table->set("a",
                             std::string(number % 90 + 1, static_cast<char>('a' + number % 26)));
            (void)!::write(told[1], &number, sizeof number);
        }
    }
    ::close(told[1]);
    std::uint64_t last = 0;
    for (int count = 0; count < 2'000; ++count) {
        ASSERT_EQ(::read(told[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    ::kill(child, SIGKILL);
    while (::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    ::close(told[0]);
    ::waitpid(child, nullptr, 0);
    const auto table = open();
    const std::string value(table.get("a"));
    const auto made = [](std::uint64_t number) {
        return std::string(number % 90 + 1, static_cast<char>('a' + number % 26));
    };
    EXPECT_TRUE(value == made(last) || value == made(last + 1)) << value;
}

}  // namespace
}  // namespace rookery::store
