#include "store/files.hpp"

#include "store/guild_set.hpp"
#include "store/identify_history.hpp"
#include "store/slot_registry.hpp"
#include "store/state_dir.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::store {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

unsigned mode(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 0777U;
}

TEST(Files, a_missing_file_is_no_error) {
    const testing::TempDir dir;
    const auto text = read_file(dir / "none", 10);
    ASSERT_TRUE(text);
    EXPECT_FALSE(*text);
}

TEST(Files, a_file_above_the_limit_is_refused) {
    const testing::TempDir dir;
    write(dir / "big", std::string(11, 'x'));
    EXPECT_EQ(read_file(dir / "big", 10).error().kind(), ErrorKind::limit);
    EXPECT_TRUE(read_file(dir / "big", 11));
}

TEST(Files, replace_leaves_only_the_new_text_readable_by_its_owner) {
    const testing::TempDir dir;
    write(dir / "file", "old and longer");
    ASSERT_TRUE(replace_file(dir / "file", "new"));
    EXPECT_EQ(read(dir / "file"), "new");
    EXPECT_EQ(mode(dir / "file"), 0600U);
    EXPECT_FALSE(fs::exists(dir / "file.new"));
}

TEST(Files, replace_that_cannot_write_keeps_the_old_text) {
    const testing::TempDir dir;
    write(dir / "file", "old");
    fs::create_directory(dir / "file.new");
    EXPECT_EQ(replace_file(dir / "file", "new").error().kind(), ErrorKind::io);
    EXPECT_EQ(read(dir / "file"), "old");
}

TEST(Files, set_aside_never_overwrites) {
    const testing::TempDir dir;
    for (const char* name : {"file.bad", "file.bad.1"}) {
        write(dir / "file", name);
        const auto aside = set_aside(dir / "file");
        ASSERT_TRUE(aside);
        EXPECT_EQ(aside->filename(), name);
    }
    EXPECT_EQ(read(dir / "file.bad"), "file.bad");
}

TEST(StateDirTest, is_created_for_its_owner_only) {
    const testing::TempDir dir;
    const auto state = StateDir::open(dir / "a/b/state");
    ASSERT_TRUE(state) << state.error().message();
    EXPECT_EQ(mode(dir / "a/b/state"), 0700U);
}

TEST(StateDirTest, a_second_runtime_is_told_who_holds_it) {
    const testing::TempDir dir;
    const auto first = StateDir::open(dir / "state");
    ASSERT_TRUE(first);
    const auto second = StateDir::open(dir / "state");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::exists);
    EXPECT_NE(second.error().message().find("process " + std::to_string(::getpid()) + ";"),
              std::string::npos)
        << second.error().message();
}

TEST(StateDirTest, the_lock_goes_with_its_holder) {
    const testing::TempDir dir;
    { ASSERT_TRUE(StateDir::open(dir / "state")); }
    EXPECT_TRUE(StateDir::open(dir / "state"));
}

TEST(StateDirTest, a_file_in_its_place_is_an_error) {
    const testing::TempDir dir;
    write(dir / "state", "");
    EXPECT_EQ(StateDir::open(dir / "state").error().kind(), ErrorKind::io);
}

TEST(StateDirTest, odd_bot_names_stay_inside) {
    const testing::TempDir dir;
    const auto state = StateDir::open(dir / "state");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->bot_file("main", "ledger"), state->path() / "main.ledger");
    EXPECT_EQ(state->bot_file("../x", "ledger"), state->path() / "%2e%2e%2fx.ledger");
}

TEST(SlotRegistryTest, a_name_keeps_its_slot_over_a_restart) {
    const testing::TempDir dir;
    {
        auto slots = SlotRegistry::open(dir / "slots");
        ASSERT_TRUE(slots);
        EXPECT_EQ(*slots->slot("plugin karma"), 0U);
        EXPECT_EQ(*slots->slot("script ping"), 1U);
        EXPECT_EQ(*slots->slot("plugin karma"), 0U);
    }
    auto slots = SlotRegistry::open(dir / "slots");
    ASSERT_TRUE(slots);
    EXPECT_EQ(*slots->slot("script ping"), 1U);
    EXPECT_EQ(*slots->slot("script new"), 2U);
}

TEST(SlotRegistryTest, a_released_slot_goes_to_the_next) {
    const testing::TempDir dir;
    auto slots = SlotRegistry::open(dir / "slots");
    ASSERT_TRUE(slots);
    ASSERT_TRUE(slots->slot("a"));
    ASSERT_TRUE(slots->slot("b"));
    ASSERT_TRUE(slots->release("a"));
    EXPECT_EQ(*slots->slot("c"), 0U);
    EXPECT_EQ(slots->release("a").error().kind(), ErrorKind::not_found);
}

TEST(SlotRegistryTest, is_bounded) {
    const testing::TempDir dir;
    auto slots = SlotRegistry::open(dir / "slots");
    ASSERT_TRUE(slots);
    for (unsigned i = 0; i < 120; ++i) {
        ASSERT_TRUE(slots->slot("script " + std::to_string(i)));
    }
    EXPECT_EQ(slots->slot("one more").error().kind(), ErrorKind::limit);
}

TEST(SlotRegistryTest, refuses_names_that_would_break_the_file) {
    const testing::TempDir dir;
    auto slots = SlotRegistry::open(dir / "slots");
    ASSERT_TRUE(slots);
    EXPECT_FALSE(slots->slot(""));
    EXPECT_FALSE(slots->slot("a\n1 b"));
    EXPECT_FALSE(slots->slot(std::string(201, 'x')));
}

class DamagedSlots : public ::testing::TestWithParam<const char*> {};

TEST_P(DamagedSlots, are_set_aside) {
    const testing::TempDir dir;
    write(dir / "slots", GetParam());
    auto slots = SlotRegistry::open(dir / "slots");
    ASSERT_TRUE(slots);
    EXPECT_TRUE(slots->all().empty());
    EXPECT_TRUE(fs::exists(dir / "slots.bad"));
}

INSTANTIATE_TEST_SUITE_P(Each, DamagedSlots,
                         ::testing::Values("x a\n", "0a\n", "0 \n", "120 a\n", "-1 a\n",
                                           "0 a\n0 b\n", "0 a\n1 a\n", "\n"));

TEST(GuildSetTest, changes_survive_without_saying_goodbye) {
    const testing::TempDir dir;
    auto first = GuildSet::open(dir / "guilds");
    ASSERT_TRUE(first);
    const std::array<std::uint64_t, 3> ready{1, 2, 18446744073709551615U};
    ASSERT_TRUE(first->assign(ready));
    EXPECT_TRUE(first->insert(4));
    EXPECT_FALSE(first->insert(4));
    EXPECT_TRUE(first->erase(2));
    EXPECT_FALSE(first->erase(2));
    const auto second = GuildSet::open(dir / "guilds");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->size(), 3U);
    EXPECT_TRUE(second->contains(4));
    EXPECT_TRUE(second->contains(18446744073709551615U));
    EXPECT_FALSE(second->contains(2));
}

TEST(GuildSetTest, a_line_cut_short_is_left_out) {
    const testing::TempDir dir;
    write(dir / "guilds", "+1\nnonsense\n+\n+12345");
    const auto set = GuildSet::open(dir / "guilds");
    ASSERT_TRUE(set);
    EXPECT_EQ(set->size(), 1U);
}

TEST(IdentifyHistoryTest, times_survive) {
    const testing::TempDir dir;
    const IdentifyHistory history(dir / "identifies");
    ASSERT_TRUE(history.load());
    EXPECT_TRUE(history.load()->empty());
    const std::vector<WallTime> times{WallTime(Millis(1'700'000'000'123)),
                                      WallTime(Millis(1'700'000'000'456))};
    ASSERT_TRUE(history.save(times));
    EXPECT_EQ(*history.load(), times);
}

TEST(IdentifyHistoryTest, damaged_lines_are_skipped) {
    const testing::TempDir dir;
    write(dir / "identifies", "12\nx\n-4\n99999999999999999999\n13 \n14");
    const auto times = IdentifyHistory(dir / "identifies").load();
    ASSERT_TRUE(times);
    EXPECT_EQ(*times, (std::vector<WallTime>{WallTime(Millis(12)), WallTime(Millis(14))}));
}

}  // namespace
}  // namespace rookery::store
