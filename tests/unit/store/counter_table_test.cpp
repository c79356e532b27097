#include "store/counter_table.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace rookery::store {
namespace {

TEST(CounterTable, CountsEachThingOfEachOwner) {
    CounterTable table{{}};
    EXPECT_EQ(table.next("a", 1), 1U);
    EXPECT_EQ(table.next("a", 1), 2U);
    EXPECT_EQ(table.next("a", 2), 1U);
    EXPECT_EQ(table.next("b", 1), 1U);
    EXPECT_EQ(table.next("b", 0), 1U);
    EXPECT_FALSE(table.lasting());
}

TEST(CounterTable, GoesOnAfterAnotherProcess) {
    const testing::TempDir dir;
    {
        CounterTable table(dir.path() / "seq");
        EXPECT_TRUE(table.lasting());
        table.next("a", 1);
        table.next("a", 1);
    }
    CounterTable table(dir.path() / "seq");
    EXPECT_EQ(table.next("a", 1), 3U);
    EXPECT_EQ(table.next("a", 9), 1U);
}

TEST(CounterTable, GrowsWithItsThingsAndKeepsThem) {
    const testing::TempDir dir;
    constexpr std::uint64_t kThings = 5000;
    {
        CounterTable table(dir.path() / "seq");
        for (std::uint64_t thing = 1; thing <= kThings; ++thing) {
            EXPECT_EQ(table.next("a", thing << 22U), 1U);
        }
        EXPECT_EQ(table.size(), kThings);
    }
    CounterTable table(dir.path() / "seq");
    EXPECT_EQ(table.size(), kThings);
    for (std::uint64_t thing = 1; thing <= kThings; ++thing) {
        ASSERT_EQ(table.next("a", thing << 22U), 2U);
    }
}

TEST(CounterTable, ADamagedFileIsSetAside) {
    const testing::TempDir dir;
    for (const std::size_t size : {std::size_t{1}, std::size_t{64 + 24 * 1024}}) {
        std::ofstream(dir.path() / "seq", std::ios::trunc) << std::string(size, 'x');
        CounterTable table(dir.path() / "seq");
        EXPECT_EQ(table.next("a", 1), 1U);
        EXPECT_TRUE(table.lasting());
        EXPECT_TRUE(std::filesystem::exists(dir.path() / "seq.bad"));
        std::filesystem::remove(dir.path() / "seq.bad");
    }
}

TEST(CounterTable, WithoutAFileItCountsInMemory) {
    const testing::TempDir dir;
    CounterTable table(dir.path() / "no" / "such" / "folder");
    EXPECT_FALSE(table.lasting());
    EXPECT_EQ(table.next("a", 1), 1U);
    for (std::uint64_t thing = 0; thing < 3000; ++thing) {
        table.next("b", thing);
    }
    EXPECT_EQ(table.next("a", 1), 2U);
}

}  // namespace
}  // namespace rookery::store
