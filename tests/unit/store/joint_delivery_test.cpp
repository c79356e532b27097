#include "store/joint_delivery.hpp"

#include "store/delivery_ledger.hpp"
#include "support/events.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace rookery::store {
namespace {

model::SlotMask slots(std::initializer_list<unsigned> list) {
    model::SlotMask mask;
    for (const unsigned slot : list) {
        mask.set(slot);
    }
    return mask;
}

TEST(JointDelivery, a_subscriber_has_finished_when_it_has_finished_every_event_that_it_gets) {
    const auto whole = std::make_shared<testing::RecordingDelivery>();
    JointDelivery joint(whole, 9);
    const auto first = joint.part(slots({1, 2}));
    const auto second = joint.part(slots({2}));
    const auto third = joint.part(slots({2, 200}));
    first->finished(9, 1);
    EXPECT_EQ(whole->count(9, 1), 1) << "it gets nothing else";
    third->finished(9, 2);
    first->finished(9, 2);
    EXPECT_EQ(whole->count(9, 2), 0);
    second->finished(9, 2);
    EXPECT_EQ(whole->count(9, 2), 1);
    third->finished(9, 200);
    EXPECT_EQ(whole->count(9, 200), 1);
}

TEST(JointDelivery, reporting_twice_counts_once_and_strangers_do_not_count) {
    const auto whole = std::make_shared<testing::RecordingDelivery>();
    JointDelivery joint(whole, 9);
    const auto first = joint.part(slots({1}));
    const auto second = joint.part(slots({1}));
    first->finished(9, 1);
    first->finished(9, 1);
    first->finished(9, 7);
    first->finished(9, 100'000);
    EXPECT_EQ(whole->total(), 0U);
    second->finished(9, 1);
    EXPECT_EQ(whole->count(9, 1), 1);
    EXPECT_EQ(whole->total(), 1U);
}

TEST(JointDelivery, without_a_ledger_there_is_nothing_to_report_to) {
    JointDelivery joint(nullptr, 9);
    EXPECT_EQ(joint.part(slots({1})), nullptr);
}

TEST(JointDelivery, a_kill_between_two_events_of_a_number_leaves_it_open) {
    const auto dir =
        std::filesystem::temp_directory_path() / ("rk-joint-" + std::to_string(::getpid()));
    std::filesystem::create_directories(dir);
    {
        auto ledger = *DeliveryLedger::open(dir / "ledger");
        ASSERT_TRUE(ledger->begin_session({"session", "", 0, 1}));
        EXPECT_EQ(ledger->received(1, slots({4, 5})), slots({4, 5}));
        JointDelivery joint(ledger->deliveries(), 1);
        const auto first = joint.part(slots({4, 5}));
        const auto second = joint.part(slots({5}));
        first->finished(1, 4);
        first->finished(1, 5);
    }
    {
        auto ledger = *DeliveryLedger::open(dir / "ledger");
        EXPECT_EQ(ledger->resume_seq(), 0U);
        EXPECT_EQ(ledger->received(1, slots({4, 5})), slots({5})) << "both events, to 5 alone";
        JointDelivery joint(ledger->deliveries(), 1);
        const auto first = joint.part(slots({5}));
        const auto second = joint.part(slots({5}));
        second->finished(1, 5);
        EXPECT_EQ(ledger->open_deliveries(), 1U);
        first->finished(1, 5);
        EXPECT_EQ(ledger->open_deliveries(), 0U);
    }
    std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace rookery::store
