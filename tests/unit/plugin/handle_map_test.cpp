#include "plugin/handle_map.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rookery::plugin {
namespace {

using Timers = HandleMap<std::string, HandleKind::timer>;

TEST(HandleMap, a_handle_finds_its_object_until_it_is_gone) {
    Timers map;
    const rk_handle_t handle = map.add("one");
    ASSERT_NE(map.find(handle), nullptr);
    EXPECT_EQ(*map.find(handle), "one");
    EXPECT_TRUE(map.erase(handle));
    EXPECT_EQ(map.find(handle), nullptr);
    EXPECT_FALSE(map.erase(handle));
    EXPECT_EQ(map.size(), 0U);
}

TEST(HandleMap, a_stale_handle_does_not_find_the_next_object_of_its_place) {
    Timers map;
    const rk_handle_t first = map.add("one");
    map.erase(first);
    const rk_handle_t second = map.add("two");
    EXPECT_NE(first, second);
    EXPECT_EQ(map.find(first), nullptr);
    EXPECT_EQ(*map.find(second), "two");
}

TEST(HandleMap, a_handle_of_another_kind_finds_nothing) {
    Timers timers;
    HandleMap<std::string, HandleKind::event> events;
    timers.add("timer");
    EXPECT_EQ(timers.find(events.add("event")), nullptr);
}

TEST(HandleMap, wild_handles_find_nothing) {
    Timers map;
    const rk_handle_t handle = map.add("one");
    for (unsigned bit = 0; bit < 64; ++bit) {
        EXPECT_EQ(map.find(handle ^ (rk_handle_t{1} << bit)), nullptr) << bit;
    }
    EXPECT_EQ(map.find(0), nullptr);
}

TEST(HandleMap, objects_stay_where_they_are) {
    Timers map;
    const rk_handle_t first = map.add("one");
    const std::string* const place = map.find(first);
    for (int i = 0; i < 1'000; ++i) {
        map.add("more");
    }
    EXPECT_EQ(map.find(first), place);
}

TEST(HandleMap, clearing_makes_every_handle_stale) {
    Timers map;
    std::set<rk_handle_t> handles;
    for (int i = 0; i < 10; ++i) {
        handles.insert(map.add("x"));
    }
    map.clear();
    EXPECT_EQ(map.size(), 0U);
    for (const rk_handle_t handle : handles) {
        EXPECT_EQ(map.find(handle), nullptr);
    }
    EXPECT_FALSE(handles.contains(map.add("y")));
}

}  // namespace
}  // namespace rookery::plugin
