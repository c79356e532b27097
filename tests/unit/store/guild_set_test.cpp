#include "store/guild_set.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <unistd.h>

namespace rookery::store {
namespace {

class GuildStatesTest : public ::testing::Test {
  protected:
    ~GuildStatesTest() override { std::filesystem::remove(path_); }

    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("rk-guilds-" + std::to_string(::getpid()));
};

TEST_F(GuildStatesTest, a_restart_remembers_who_is_in_and_who_has_an_outage) {
    {
        GuildSet set = *GuildSet::open(path_);
        EXPECT_EQ(set.assign(std::array<std::uint64_t, 3>{1, 2, 3})->size(), 0U);
        EXPECT_EQ(set.set(1, GuildSet::State::present), GuildSet::State::loading);
        EXPECT_EQ(set.set(2, GuildSet::State::outage), GuildSet::State::loading);
        EXPECT_TRUE(set.erase(3));
        EXPECT_EQ(set.set(4, GuildSet::State::present), std::nullopt);
    }
    GuildSet set = *GuildSet::open(path_);
    EXPECT_EQ(set.size(), 3U);
    EXPECT_EQ(set.set(1, GuildSet::State::present), GuildSet::State::present);
    EXPECT_EQ(set.set(2, GuildSet::State::present), GuildSet::State::outage);
    EXPECT_FALSE(set.contains(3));
    EXPECT_TRUE(set.contains(4));
}

TEST_F(GuildStatesTest, a_new_list_says_who_is_gone) {
    GuildSet set = *GuildSet::open(path_);
    EXPECT_TRUE(set.assign(std::array<std::uint64_t, 3>{5, 6, 7}));
    EXPECT_EQ(*set.assign(std::array<std::uint64_t, 2>{6, 8}), (std::vector<std::uint64_t>{5, 7}));
    EXPECT_TRUE(set.contains(8));
    EXPECT_FALSE(set.contains(5));
}

}  // namespace
}  // namespace rookery::store
