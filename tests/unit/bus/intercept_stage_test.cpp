#include "bus/event_bus.hpp"
#include "support/events.hpp"
#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace rookery::bus {
namespace {

using rookery::testing::RecordingDelivery;
using Decision = InterceptStage::Decision;
using Seqs = std::vector<std::uint64_t>;

constexpr unsigned kFilter = 100;  // slots of interceptors
constexpr unsigned kOther = 101;
constexpr unsigned kFirst = 1;  // of observers
constexpr unsigned kSecond = 2;

class InterceptStageTest : public ::testing::Test {
  protected:
    static InterceptStage::Options options() {
        InterceptStage::Options options;
        options.own_timer = false;
        options.events = 50;
        return options;
    }

    std::shared_ptr<Lane> observer(const std::string& name, unsigned slot) {
        auto lane = std::make_shared<Lane>(name, slot, LaneLimits{});
        bus_.subscribe(lane, model::kAnyEvent);
        bus_.attach(lane);
        return lane;
    }
    std::shared_ptr<Lane> interceptor(const std::string& name, unsigned slot,
                                      std::int32_t priority = 0, std::uint64_t tag = 1) {
        LaneLimits limits;
        limits.policy = FullPolicy::block;
        auto lane = std::make_shared<Lane>(name, slot, limits);
        bus_.intercept(lane, model::EventType::message_create, priority, tag);
        bus_.attach(lane);
        return lane;
    }
    static model::SlotMask everyone() { return model::SlotMask{}.set(); }
    void publish(std::uint64_t seq, int channel = 1, const char* event = "messageCreate",
                 const model::SlotMask& slots = everyone()) {
        publisher_.begin();
        publisher_.publish(
            rookery::testing::make_event(
                event, R"({"id":"9","channel_id":")" + std::to_string(channel) + R"("})", seq,
                delivery_),
            slots);
        publisher_.flush();
    }
    /// What the lane's worker would take next; null when there is nothing.
    static model::EventPtr take(Lane& lane) {
        std::vector<model::EventPtr> events;
        return lane.take(events, 1) ? events.front() : nullptr;
    }
    static Seqs taken(Lane& lane) {
        Seqs seqs;
        while (const auto event = take(lane)) {
            seqs.push_back(event->seq());
        }
        return seqs;
    }
    /// Takes and decides everything that is put before the interceptor; the seqs, in order.
    Seqs decide_all(Lane& lane, const std::function<bool(std::uint64_t)>& stop) {
        Seqs seqs;
        while (const auto event = take(lane)) {
            if (const auto visit = bus_.stage().begin(event, lane)) {
                seqs.push_back(event->seq());
                bus_.stage().decide(*event, *visit,
                                    stop(event->seq()) ? Decision::stop : Decision::pass);
            }
        }
        return seqs;
    }
    Seqs pass_all(Lane& lane) {
        return decide_all(lane, [](std::uint64_t) { return false; });
    }

    rookery::testing::FakeClock clock_;
    EventBus bus_{options(), clock_};
    Publisher publisher_{bus_};
    std::shared_ptr<RecordingDelivery> delivery_ = std::make_shared<RecordingDelivery>();
};

TEST_F(InterceptStageTest, without_interceptors_events_go_to_their_lanes_at_once) {
    const auto watcher = observer("watcher", kFirst);
    publish(1);
    EXPECT_EQ(taken(*watcher), Seqs{1});
    EXPECT_EQ(bus_.stage().pending(), 0U);
}

TEST_F(InterceptStageTest, an_event_waits_for_the_interceptor_and_then_goes_to_the_others) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    EXPECT_TRUE(taken(*watcher).empty());
    EXPECT_EQ(bus_.stage().pending(), 1U);
    EXPECT_EQ(pass_all(*filter), Seqs{1});
    EXPECT_EQ(taken(*watcher), Seqs{1});
    EXPECT_EQ(bus_.stage().pending(), 0U);
    EXPECT_EQ(delivery_->count(1, kFilter), 1);
    EXPECT_EQ(delivery_->count(1, kFirst), 0);
}

TEST_F(InterceptStageTest, a_stopped_event_reaches_nobody_and_is_finished_for_all) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter, 5);
    const auto later = interceptor("later", kOther, 1);
    publish(1);
    publish(2);
    EXPECT_EQ(decide_all(*filter, [](std::uint64_t seq) { return seq == 1; }), (Seqs{1, 2}));
    EXPECT_EQ(pass_all(*later), Seqs{2});
    EXPECT_EQ(taken(*watcher), Seqs{2});
    EXPECT_EQ(delivery_->count(1, kFirst), 1);
    EXPECT_EQ(delivery_->count(1, kOther), 1);
    EXPECT_EQ(delivery_->count(1, kFilter), 1);
    EXPECT_EQ(bus_.stage().stats(kFilter).stopped, 1U);
}

/// Notes the order of the reports.
class OrderedDelivery final : public model::Delivery {
  public:
    void finished(std::uint64_t /*seq*/, unsigned slot) noexcept override { slots.push_back(slot); }
    std::vector<unsigned> slots;
};

TEST_F(InterceptStageTest, a_stopped_event_is_finished_for_the_interceptor_last) {
    const auto watcher = observer("watcher", 110);
    const auto before = observer("before", kFirst);
    const auto filter = interceptor("filter", kFilter);
    const auto order = std::make_shared<OrderedDelivery>();
    publisher_.begin();
    publisher_.publish(
        rookery::testing::make_event("messageCreate", R"({"channel_id":"1"})", 1, order),
        everyone());
    publisher_.flush();
    decide_all(*filter, [](std::uint64_t) { return true; });
    EXPECT_EQ(order->slots, (std::vector<unsigned>{kFirst, 110, kFilter}));
}

TEST_F(InterceptStageTest, the_higher_priority_decides_first_and_then_the_name) {
    const auto low = interceptor("a low", kFilter, -1);
    const auto b = interceptor("b", 102, 3);
    const auto a = interceptor("a", kOther, 3);
    publish(1);
    EXPECT_TRUE(pass_all(*low).empty());
    EXPECT_TRUE(pass_all(*b).empty());
    EXPECT_EQ(pass_all(*a), Seqs{1});
    EXPECT_TRUE(pass_all(*low).empty());
    EXPECT_EQ(pass_all(*b), Seqs{1});
    EXPECT_EQ(pass_all(*low), Seqs{1});
}

TEST_F(InterceptStageTest, several_interceptions_of_one_owner_each_have_their_turn) {
    const auto filter = interceptor("filter", kFilter, 9, 11);
    bus_.intercept(filter, model::EventType::message_create, 1, 12);
    bus_.intercept(filter, model::EventType::message_create, 1, 13);
    const auto middle = interceptor("middle", kOther, 5, 21);
    publish(1);
    std::vector<std::uint64_t> tags;
    for (const auto& lane : {filter, middle, filter, filter}) {
        const auto event = take(*lane);
        ASSERT_NE(event, nullptr);
        const auto visit = bus_.stage().begin(event, *lane);
        ASSERT_TRUE(visit);
        tags.push_back(visit->tag);
        EXPECT_EQ(delivery_->count(1, kFilter), 0);
        bus_.stage().decide(*event, *visit, Decision::pass);
    }
    EXPECT_EQ(tags, (std::vector<std::uint64_t>{11, 21, 12, 13}));
    EXPECT_EQ(delivery_->count(1, kFilter), 1);
}

TEST_F(InterceptStageTest, events_of_a_channel_wait_for_one_another_whatever_their_type) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1, 1);
    publish(2, 1, "typingStart");
    publish(3, 2, "typingStart");
    publish(4, 1);
    EXPECT_EQ(taken(*watcher), Seqs{3});
    EXPECT_EQ(pass_all(*filter), (Seqs{1, 4}));
    EXPECT_EQ(taken(*watcher), (Seqs{1, 2, 4}));
}

TEST_F(InterceptStageTest, other_channels_go_on) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1, 1);
    publish(2, 2);
    const auto slow = take(*filter);
    const auto visit = bus_.stage().begin(slow, *filter);
    EXPECT_EQ(pass_all(*filter), Seqs{2});
    EXPECT_EQ(taken(*watcher), Seqs{2});
    bus_.stage().decide(*slow, *visit, Decision::pass);
    EXPECT_EQ(taken(*watcher), Seqs{1});
}

TEST_F(InterceptStageTest, one_turn_keeps_its_order_around_an_intercepted_event) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publisher_.begin();
    for (std::uint64_t seq = 1; seq <= 4; ++seq) {
        publisher_.publish(rookery::testing::make_event(seq == 2 ? "messageCreate" : "typingStart",
                                                        R"({"channel_id":"1"})", seq, delivery_),
                           everyone());
    }
    publisher_.flush();
    EXPECT_EQ(taken(*watcher), Seqs{1});
    pass_all(*filter);
    EXPECT_EQ(taken(*watcher), (Seqs{2, 3, 4}));
}

TEST_F(InterceptStageTest, an_event_that_comes_again_is_not_put_before_who_has_decided) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    model::SlotMask open;
    open.set(kFirst);
    publish(1, 1, "messageCreate", open);
    EXPECT_TRUE(pass_all(*filter).empty());
    EXPECT_EQ(taken(*watcher), Seqs{1});
    open.set(kFilter);
    publish(2, 1, "messageCreate", open);
    EXPECT_EQ(pass_all(*filter), Seqs{2});
    EXPECT_EQ(taken(*watcher), Seqs{2});
}

TEST_F(InterceptStageTest, one_that_hangs_is_passed_over_and_left_out_for_a_while) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    publish(2);
    const auto hung = take(*filter);
    const auto visit = bus_.stage().begin(hung, *filter);
    clock_.advance(Millis{999});
    bus_.stage().expire(clock_.now());
    EXPECT_TRUE(taken(*watcher).empty());
    clock_.advance(Millis{1});
    bus_.stage().expire(clock_.now());
    EXPECT_EQ(taken(*watcher), (Seqs{1, 2}));
    EXPECT_EQ(bus_.stage().stats(kFilter).timed_out, 1U);
    EXPECT_EQ(bus_.stage().stats(kFilter).skipped, 1U);
    EXPECT_EQ(delivery_->count(1, kFilter), 1);
    EXPECT_EQ(delivery_->count(2, kFilter), 1);
    clock_.advance(Millis{1'000});
    publish(3);
    EXPECT_TRUE(taken(*watcher).empty());
    clock_.advance(Millis{1'000});
    bus_.stage().expire(clock_.now());
    EXPECT_EQ(taken(*watcher), Seqs{3});
    // The second time it is left out for longer; a decision, even a late one, ends that.
    clock_.advance(Millis{1'900});
    publish(4);
    EXPECT_EQ(taken(*watcher), Seqs{4});
    bus_.stage().decide(*hung, *visit, Decision::stop);
    publish(5);
    EXPECT_TRUE(taken(*watcher).empty());
    EXPECT_EQ(pass_all(*filter), Seqs{5});
    EXPECT_EQ(taken(*watcher), Seqs{5});
}

TEST_F(InterceptStageTest, one_that_is_behind_but_gets_on_is_waited_for) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        publish(seq, static_cast<int>(seq));
    }
    for (int i = 0; i < 5; ++i) {
        clock_.advance(Millis{900});
        const auto event = take(*filter);
        const auto visit = bus_.stage().begin(event, *filter);
        ASSERT_TRUE(visit);
        bus_.stage().decide(*event, *visit, Decision::pass);
        bus_.stage().expire(clock_.now());
    }
    EXPECT_EQ(bus_.stage().stats(kFilter).timed_out, 0U);
    EXPECT_EQ(taken(*watcher), (Seqs{1, 2, 3, 4, 5}));
}

TEST_F(InterceptStageTest, the_next_version_decides_on_what_waits_for_the_old_one) {
    const auto watcher = observer("watcher", kFirst);
    const auto old = interceptor("filter", kFilter, 0, 7);
    publish(1, 1);
    publish(2, 2);
    const auto in_hand = take(*old);  // taken, not begun
    const auto next = std::make_shared<Lane>("filter", kFilter, LaneLimits{});
    bus_.intercept(next, model::EventType::message_create, 0, 70);
    bus_.replace(old, next);
    EXPECT_FALSE(bus_.stage().begin(in_hand, *old));
    bus_.remove(old);
    EXPECT_EQ(decide_all(*next, [](std::uint64_t seq) { return seq == 2; }), (Seqs{2, 1}));
    EXPECT_EQ(taken(*watcher), Seqs{1});
}

TEST_F(InterceptStageTest, what_an_old_version_has_begun_goes_on_when_it_is_given_up) {
    const auto watcher = observer("watcher", kFirst);
    const auto old = interceptor("filter", kFilter);
    publish(1);
    const auto event = take(*old);
    const auto visit = bus_.stage().begin(event, *old);
    ASSERT_TRUE(visit);
    const auto next = std::make_shared<Lane>("filter", kFilter, LaneLimits{});
    bus_.intercept(next, model::EventType::message_create, 0, 2);
    bus_.replace(old, next);
    bus_.remove(old);
    EXPECT_EQ(taken(*watcher), Seqs{1});
    bus_.stage().decide(*event, *visit, Decision::stop);
    EXPECT_TRUE(taken(*watcher).empty());
}

TEST_F(InterceptStageTest, an_interceptor_that_goes_blocks_nothing) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    publish(2);
    bus_.detach(filter);
    bus_.remove(filter);
    EXPECT_EQ(taken(*watcher), (Seqs{1, 2}));
    EXPECT_EQ(delivery_->count(1, kFilter), 1);
    publish(3);
    EXPECT_EQ(taken(*watcher), Seqs{3});
}

TEST_F(InterceptStageTest, an_interception_that_ends_is_passed_over) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter, 0, 4);
    publish(1);
    bus_.end_intercept(filter, 4);
    EXPECT_TRUE(pass_all(*filter).empty());
    EXPECT_EQ(taken(*watcher), Seqs{1});
}

TEST_F(InterceptStageTest, an_observer_that_has_been_replaced_meanwhile_is_not_met) {
    const auto old = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    const auto next = std::make_shared<Lane>("watcher", kFirst, LaneLimits{});
    bus_.subscribe(next, model::kAnyEvent);
    bus_.replace(old, next);
    bus_.remove(old);
    pass_all(*filter);
    EXPECT_TRUE(taken(*old).empty());
    EXPECT_EQ(taken(*next), Seqs{1});
}

TEST_F(InterceptStageTest, for_an_observer_that_has_gone_the_event_is_finished) {
    const auto watcher = observer("watcher", kFirst);
    const auto stays = observer("stays", kSecond);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    bus_.remove(watcher);
    pass_all(*filter);
    EXPECT_EQ(delivery_->count(1, kFirst), 1);
    EXPECT_EQ(delivery_->count(1, kSecond), 0);
    EXPECT_EQ(taken(*stays), Seqs{1});
}

TEST_F(InterceptStageTest, links_stop_reading_when_too_much_waits) {
    const auto filter = interceptor("filter", kFilter);
    for (std::uint64_t seq = 1; seq <= 50; ++seq) {
        publish(seq);
    }
    EXPECT_FALSE(bus_.congested());
    publish(51);
    EXPECT_TRUE(bus_.congested());
    pass_all(*filter);
    EXPECT_FALSE(bus_.congested());
}

TEST_F(InterceptStageTest, closing_leaves_everything_open) {
    const auto watcher = observer("watcher", kFirst);
    const auto filter = interceptor("filter", kFilter);
    publish(1);
    const auto event = take(*filter);
    const auto visit = bus_.stage().begin(event, *filter);
    bus_.stage().close();
    bus_.stage().decide(*event, *visit, Decision::stop);
    publish(2);
    EXPECT_TRUE(taken(*watcher).empty());
    EXPECT_EQ(delivery_->total(), 0U);
}

TEST_F(InterceptStageTest, from_many_threads_the_order_of_each_channel_stays) {
    constexpr std::uint64_t kEvents = 4'000;
    constexpr int kChannels = 7;
    EventBus bus;  // with its own timer
    Publisher publisher(bus);
    const auto watcher = std::make_shared<Lane>("watcher", kFirst, LaneLimits{});
    bus.subscribe(watcher, model::kAnyEvent);
    bus.attach(watcher);
    std::vector<std::shared_ptr<Lane>> filters;
    for (unsigned i = 0; i < 2; ++i) {
        filters.push_back(
            std::make_shared<Lane>("filter " + std::to_string(i), kFilter + i, LaneLimits{}));
        bus.intercept(filters[i], model::EventType::message_create, 0, 1);
        bus.attach(filters[i]);
    }
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    for (const auto& lane : filters) {
        threads.emplace_back([&, lane] {
            while (!over) {
                const auto event = take(*lane);
                const auto visit = event ? bus.stage().begin(event, *lane) : std::nullopt;
                if (visit) {
                    bus.stage().decide(*event, *visit,
                                       event->seq() % 5 == 0 ? Decision::stop : Decision::pass);
                } else {
                    std::this_thread::yield();
                }
            }
        });
    }
    for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
        publisher.begin();
        publisher.publish(rookery::testing::make_event(
                              seq % 3 == 0 ? "typingStart" : "messageCreate",
                              R"({"channel_id":")" + std::to_string(seq % kChannels + 1) + R"("})",
                              seq, delivery_),
                          everyone());
        publisher.flush();
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (bus.stage().pending() > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    over = true;
    for (auto& thread : threads) {
        thread.join();
    }
    std::map<std::uint64_t, std::uint64_t> last;
    std::size_t wrong = 0;
    std::uint64_t expected = 0;
    std::uint64_t got = 0;
    for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
        expected += seq % 3 == 0 || seq % 5 != 0 ? 1 : 0;
    }
    for (const std::uint64_t seq : taken(*watcher)) {
        wrong += seq <= last[seq % kChannels] ? 1 : 0;
        last[seq % kChannels] = seq;
        ++got;
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(got, expected);
}

}  // namespace
}  // namespace rookery::bus
