#include "bus/event_bus.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace rookery::bus {
namespace {

using rookery::testing::make_event;
using rookery::testing::RecordingDelivery;

class EventBusTest : public ::testing::Test {
  protected:
    std::shared_ptr<Lane> lane(const std::string& name, unsigned slot, LaneLimits limits = {}) {
        auto made = std::make_shared<Lane>(name, slot, std::move(limits));
        bus_.subscribe(made, message_);
        return made;
    }
    model::EventPtr message(std::uint64_t seq) {
        return make_event("messageCreate", R"({"id":"1","channel_id":"2","content":"hi"})", seq,
                          delivery_);
    }
    void publish(std::uint64_t first, std::uint64_t last) {
        publisher_.begin();
        model::SlotMask everyone;
        everyone.set();
        for (std::uint64_t seq = first; seq <= last; ++seq) {
            publisher_.publish(message(seq), everyone);
        }
        publisher_.flush();
    }
    static std::vector<std::uint64_t> taken(Lane& lane, std::size_t max = 1'000'000) {
        std::vector<model::EventPtr> events;
        while (events.size() < max && lane.take(events, max - events.size())) {
        }
        std::vector<std::uint64_t> seqs;
        for (const auto& event : events) {
            seqs.push_back(event->seq());
        }
        return seqs;
    }
    static std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
        std::vector<std::uint64_t> seqs;
        for (; first <= last; ++first) {
            seqs.push_back(first);
        }
        return seqs;
    }

    EventBus bus_;
    Publisher publisher_{bus_};
    model::EventType message_ = *model::EventNames::intern("messageCreate");
    std::shared_ptr<RecordingDelivery> delivery_ = std::make_shared<RecordingDelivery>();
};

TEST_F(EventBusTest, an_observer_gets_events_and_asks_for_nothing) {
    LaneLimits limits;
    limits.events = 2;
    limits.policy = FullPolicy::drop_oldest;
    const auto observer = lane("tail", Lane::kNoSlot, limits);
    bus_.attach(observer);
    EXPECT_TRUE(bus_.interest()->types().empty());
    EXPECT_TRUE(bus_.who_wants(message_).empty());
    bus_.subscribe(observer, model::kAnyEvent);
    EXPECT_FALSE(bus_.interest()->wants_any());
    EXPECT_TRUE(bus_.interest()->observes_any());
    publisher_.begin();
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        publisher_.publish(message(seq), {});  // nobody who counts
    }
    publisher_.flush();
    EXPECT_EQ(observer->stats().dropped, 1U);
    EXPECT_EQ(taken(*observer), range(2, 3));
    EXPECT_EQ(delivery_->total(), 0U);
}

TEST_F(EventBusTest, only_attached_lanes_that_asked_get_the_event) {
    const auto wants = lane("wants", 0);
    const auto unattached = lane("unattached", 1);
    const auto other = std::make_shared<Lane>("other", 2, LaneLimits{});
    bus_.subscribe(other, *model::EventNames::intern("typingStart"));
    bus_.attach(wants);
    bus_.attach(other);
    publish(1, 3);
    EXPECT_EQ(taken(*wants), range(1, 3));
    EXPECT_TRUE(taken(*unattached).empty());
    EXPECT_TRUE(taken(*other).empty());
}

TEST_F(EventBusTest, a_tap_sees_what_somebody_gets_and_who) {
    std::vector<std::string> seen;
    bus_.tap(message_, [&](const model::Event& event, std::span<const Lane* const> lanes) {
        seen.push_back(std::to_string(event.seq()) + " " + std::to_string(lanes.size()));
    });
    EXPECT_EQ(bus_.interest()->of(message_), nullptr);
    publish(1, 1);
    const auto wants = lane("wants", 0);
    bus_.attach(wants);
    publish(2, 2);
    EXPECT_EQ(seen, std::vector<std::string>{"2 1"});
}

TEST_F(EventBusTest, a_tap_sees_what_a_star_subscription_gets) {
    int seen = 0;
    bus_.tap(message_, [&](const model::Event&, std::span<const Lane* const>) { ++seen; });
    const auto all = std::make_shared<Lane>("all", 0, LaneLimits{});
    bus_.subscribe(all, model::kAnyEvent);
    bus_.attach(all);
    publish(1, 2);
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(taken(*all), range(1, 2));
}

TEST_F(EventBusTest, a_star_subscription_gets_every_event_once) {
    const auto all = lane("all", 0);
    bus_.subscribe(all, model::kAnyEvent);
    bus_.attach(all);
    publish(1, 2);
    EXPECT_EQ(taken(*all), range(1, 2));
    EXPECT_NE(publisher_.interest().of(static_cast<model::EventType>(60'000)), nullptr);
}

TEST_F(EventBusTest, a_lane_attached_between_two_turns_gets_the_next_event) {
    publish(1, 1);
    const auto late = lane("late", 0);
    bus_.attach(late);
    publish(2, 2);
    EXPECT_EQ(taken(*late), range(2, 2));
}

TEST_F(EventBusTest, subscriptions_are_counted) {
    const auto one = lane("one", 0);
    bus_.subscribe(one, message_);
    bus_.attach(one);
    bus_.unsubscribe(one, message_);
    EXPECT_NE(bus_.interest()->of(message_), nullptr);
    bus_.unsubscribe(one, message_);
    EXPECT_EQ(bus_.interest()->of(message_), nullptr);
}

TEST_F(EventBusTest, slots_outside_the_mask_do_not_get_the_event) {
    const auto first = lane("first", 0);
    const auto second = lane("second", 1);
    bus_.attach(first);
    bus_.attach(second);
    publisher_.begin();
    model::SlotMask only_second;
    only_second.set(1);
    publisher_.publish(message(7), only_second);
    publisher_.flush();
    EXPECT_TRUE(taken(*first).empty());
    EXPECT_EQ(taken(*second), range(7, 7));
}

TEST_F(EventBusTest, replace_moves_what_waits_and_keeps_the_order) {
    const auto old = lane("x", 0);
    bus_.attach(old);
    publish(1, 5);
    EXPECT_EQ(taken(*old, 2), range(1, 2));

    // Routed by the interest from before the swap, pushed after it.
    model::SlotMask everyone;
    everyone.set();
    publisher_.publish(message(6), everyone);
    const auto next = lane("x", 0);
    EXPECT_EQ(bus_.replace(old, next), 3U);
    publisher_.flush();
    publish(7, 8);
    EXPECT_TRUE(taken(*old).empty());
    EXPECT_EQ(taken(*next), range(3, 8));
}

TEST_F(EventBusTest, a_swap_can_be_rolled_back_without_loss) {
    const auto old = lane("x", 0);
    const auto next = lane("x", 0);
    bus_.attach(old);
    publish(1, 2);
    bus_.replace(old, next);
    publish(3, 4);
    bus_.replace(next, old);
    publish(5, 6);
    EXPECT_EQ(taken(*old), range(1, 6));
    EXPECT_TRUE(taken(*next).empty());
}

TEST_F(EventBusTest, a_full_lane_that_drops_gives_up_the_oldest_and_says_so_to_the_ledger) {
    LaneLimits limits;
    limits.events = 3;
    limits.policy = FullPolicy::drop_oldest;
    const auto small = lane("small", 4, limits);
    bus_.attach(small);
    publish(1, 5);
    EXPECT_EQ(small->stats().dropped, 2U);
    EXPECT_EQ(delivery_->count(1, 4), 1);
    EXPECT_EQ(delivery_->count(3, 4), 0);
    EXPECT_EQ(taken(*small), range(3, 5));
}

TEST_F(EventBusTest, a_full_lane_that_spills_loses_nothing_and_keeps_the_order) {
    LaneLimits limits;
    limits.events = 4;
    limits.spill_dir = std::filesystem::temp_directory_path();
    const auto small = lane("small", 0, limits);
    bus_.attach(small);
    publish(1, 50);
    EXPECT_GT(small->stats().spilled, 40U);
    EXPECT_EQ(taken(*small, 7), range(1, 7));
    publish(51, 60);
    EXPECT_EQ(taken(*small), range(8, 60));
    EXPECT_EQ(small->stats().dropped, 0U);
    EXPECT_EQ(small->stats().queued, 0U);
}

TEST_F(EventBusTest, a_spilled_event_keeps_its_context) {
    LaneLimits limits;
    limits.events = 1;
    limits.spill_dir = std::filesystem::temp_directory_path();
    const auto small = lane("small", 0, limits);
    bus_.attach(small);
    publisher_.begin();
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        publisher_.publish(*model::Event::make(message(seq)->header(), R"({"id":"1"})",
                                               seq == 2 ? R"({"old":{"id":"7"}})" : ""),
                           model::SlotMask(1));
    }
    publisher_.flush();
    std::vector<model::EventPtr> events;
    while (events.size() < 3 && small->take(events, 3)) {
    }
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1]->raw(), R"({"id":"1"})");
    EXPECT_EQ(events[1]->root().context().path("old.id").raw_string(), "7");
    EXPECT_FALSE(events[2]->root().context());
}

TEST_F(EventBusTest, a_spilling_lane_hands_everything_over) {
    LaneLimits limits;
    limits.events = 4;
    limits.spill_dir = std::filesystem::temp_directory_path();
    const auto old = lane("x", 0, limits);
    const auto next = lane("x", 0, limits);
    bus_.attach(old);
    publish(1, 20);
    EXPECT_EQ(bus_.replace(old, next), 20U);
    EXPECT_EQ(taken(*next), range(1, 20));
}

TEST_F(EventBusTest, a_blocking_lane_keeps_everything_and_reports_congestion) {
    LaneLimits limits;
    limits.events = 2;
    limits.policy = FullPolicy::block;
    const auto small = lane("small", 0, limits);
    bus_.attach(small);
    publish(1, 4);
    EXPECT_TRUE(bus_.congested());
    EXPECT_EQ(taken(*small), range(1, 4));
    EXPECT_FALSE(bus_.congested());
}

TEST_F(EventBusTest, closing_finishes_or_leaves_open_what_waits) {
    const auto finishing = lane("a", 0);
    const auto leaving = lane("b", 1);
    bus_.attach(finishing);
    bus_.attach(leaving);
    publish(1, 2);
    finishing->close(Lane::Rest::finish);
    leaving->close(Lane::Rest::leave_open);
    publish(3, 3);
    for (const std::uint64_t seq : {1U, 2U, 3U}) {
        EXPECT_EQ(delivery_->count(seq, 0), 1) << seq;
        EXPECT_EQ(delivery_->count(seq, 1), 0) << seq;
    }
}

TEST_F(EventBusTest, who_wants_names_the_attached_owners) {
    const auto one = lane("script ping", 0);
    bus_.attach(one);
    EXPECT_EQ(bus_.who_wants(message_), std::vector<std::string>{"script ping"});
}

}  // namespace
}  // namespace rookery::bus
