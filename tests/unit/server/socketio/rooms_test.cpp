#include "server/socketio/rooms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Guest : RoomMember {
    int seen = 0;
};

class RoomsTest : public ::testing::Test {
  protected:
    RoomsTest() {
        for (auto& guest : guests_) {
            rooms_.enter(guest);
        }
    }
    void visit(std::vector<std::string> rooms, std::vector<RoomMember*> except = {}) {
        rooms_.visit(rooms, except, [](RoomMember& member) { ++static_cast<Guest&>(member).seen; });
    }
    std::vector<int> seen() {
        std::vector<int> counts;
        for (auto& guest : guests_) {
            counts.push_back(std::exchange(guest.seen, 0));
        }
        return counts;
    }

    std::array<Guest, 4> guests_;
    Rooms rooms_;
};

TEST_F(RoomsTest, no_room_means_everybody) {
    visit({});
    EXPECT_THAT(seen(), ElementsAre(1, 1, 1, 1));
}

TEST_F(RoomsTest, a_member_of_several_rooms_is_visited_once) {
    rooms_.join("a", guests_[0]);
    rooms_.join("b", guests_[0]);
    rooms_.join("b", guests_[1]);
    visit({"a", "b", "nobody's"});
    EXPECT_THAT(seen(), ElementsAre(1, 1, 0, 0));
}

TEST_F(RoomsTest, those_excepted_are_left_out) {
    visit({}, {&guests_[2], &guests_[3]});
    EXPECT_THAT(seen(), ElementsAre(1, 1, 0, 0));
    visit({});
    EXPECT_THAT(seen(), ElementsAre(1, 1, 1, 1));
}

TEST_F(RoomsTest, joining_twice_is_joining_once) {
    rooms_.join("a", guests_[0]);
    rooms_.join("a", guests_[0]);
    EXPECT_THAT(rooms_.names(guests_[0]), ElementsAre("a"));
    rooms_.leave("a", guests_[0]);
    EXPECT_THAT(rooms_.names(guests_[0]), IsEmpty());
}

TEST_F(RoomsTest, a_room_ends_with_its_last_member) {
    rooms_.join("a", guests_[0]);
    EXPECT_EQ(rooms_.size(), 1U);
    rooms_.leave_all(guests_[0]);
    EXPECT_EQ(rooms_.size(), 0U);
    visit({});
    EXPECT_THAT(seen(), ElementsAre(0, 1, 1, 1));
}

TEST_F(RoomsTest, stays_in_order_under_any_coming_and_going) {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same each time
    const std::array<std::string, 3> names{"a", "b", "c"};
    std::map<std::string, std::set<Guest*>> model;
    for (int step = 0; step < 3000; ++step) {
        auto& guest = guests_[random() % guests_.size()];
        const auto& name = names[random() % names.size()];
        if (random() % 2 == 0) {
            rooms_.join(name, guest);
            model[name].insert(&guest);
        } else {
            rooms_.leave(name, guest);
            model[name].erase(&guest);
        }
        visit({name});
        for (auto& each : guests_) {
            ASSERT_EQ(std::exchange(each.seen, 0), model[name].contains(&each) ? 1 : 0) << step;
            ASSERT_EQ(rooms_.is_in(name, each), model[name].contains(&each));
        }
    }
}

}  // namespace
}  // namespace rookery::server
