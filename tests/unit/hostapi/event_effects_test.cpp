#include "hostapi/event_effects.hpp"

#include "hostapi/extension.hpp"
#include "model/repeats.hpp"
#include "support/events.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <future>

namespace rookery::hostapi {
namespace {

constexpr const char* kMessage = R"({"id":"900","channel_id":"500","content":"hello"})";

/// Says of every event up to 10 that an earlier process has had it.
class Resumed final : public model::Delivery, public model::Repeats {
  public:
    explicit Resumed(bool joint = false) : joint_(joint) {}
    void finished(std::uint64_t /*seq*/, unsigned /*slot*/) noexcept override {}
    bool repeated(std::uint64_t seq) const noexcept override { return seq <= 10; }
    bool joint() const noexcept override { return joint_; }

  private:
    bool joint_;
};

Ticket ticket_of(model::EventPtr event) {
    return {std::move(event), 0, std::make_shared<ExtensionCounters>()};
}

class EventEffectsTest : public ::testing::Test {
  protected:
    EventEffectsTest() { store_ = *store::KvStore::open(dir_ / "kv.db"); }

    std::int64_t add(const store::KvEffect& effect) {
        std::promise<std::int64_t> sum;
        store_->add(
            space_, "n", 1, [&](const Result<std::int64_t>& result) { sum.set_value(*result); },
            effect);
        return sum.get_future().get();
    }

    testing::TempDir dir_;
    std::unique_ptr<store::KvStore> store_;
    store::KvSpace space_{"script x"};
};

TEST_F(EventEffectsTest, numbers_are_the_same_when_a_handler_begins_anew) {
    const auto event = testing::make_event("messageCreate", kMessage);
    EventEffects first(*event, 0, false);
    const auto a = first.next("add a");
    const auto a2 = first.next("add a");
    const auto b = first.next("add b");
    EventEffects second(*testing::make_event("messageCreate", kMessage, 7), 0, true);
    EXPECT_EQ(second.next("add b").number, b.number);
    EXPECT_EQ(second.next("add a").number, a.number);
    EXPECT_EQ(second.next("add a").number, a2.number);
    EXPECT_EQ(second.next("add a").event, a.event);
    EXPECT_NE(a.number, a2.number);
    EXPECT_NE(a.number, b.number);
}

TEST_F(EventEffectsTest, events_and_interceptions_are_apart) {
    const auto event = testing::make_event("messageCreate", kMessage);
    const auto other = testing::make_event("messageCreate", R"({"id":"901","channel_id":"5"})");
    const std::string name = EventEffects(*event, 0, false).next("x").event;
    EXPECT_NE(EventEffects(*other, 0, false).next("x").event, name);
    EXPECT_NE(EventEffects(*event, 1, false).next("x").event, name);
    EXPECT_EQ(EventEffects(*event, 0, false).next("x").event, name);
}

TEST_F(EventEffectsTest, what_an_earlier_process_had_is_a_repetition) {
    const auto delivery = std::make_shared<Resumed>();
    const auto repeats = [&](std::uint64_t seq) {
        Ticket ticket = ticket_of(testing::make_event("messageCreate", kMessage, seq, delivery));
        return ticket.effects()->repeat();
    };
    EXPECT_TRUE(repeats(10));
    EXPECT_FALSE(repeats(11));
}

TEST_F(EventEffectsTest, a_ticket_that_is_finished_forgets_and_one_that_is_dropped_does_not) {
    const auto event = testing::make_event("messageCreate", kMessage);
    const auto run = [&](bool finish) {
        Ticket ticket = ticket_of(event);
        ticket.set_repeated();
        ticket.effects()->goes_to(*store_, space_);
        const std::int64_t sum = add(ticket.effects()->next("add n"));
        if (finish) {
            ticket.finish();
        }
        return sum;
    };
    EXPECT_EQ(run(false), 1);
    EXPECT_EQ(run(true), 1);
    EXPECT_EQ(add({"other", 1, false, {}}), 2);  // what is forgotten goes with the next call
    EXPECT_EQ(run(true), 3);
}

TEST_F(EventEffectsTest, an_event_that_came_with_others_is_remembered_when_it_is_finished) {
    const auto event =
        testing::make_event("messageCreate", kMessage, 1, std::make_shared<Resumed>(true));
    Ticket ticket = ticket_of(event);
    ticket.effects()->goes_to(*store_, space_);
    EXPECT_EQ(add(ticket.effects()->next("add n")), 1);
    ticket.finish();
    EXPECT_EQ(add({"other", 1, false, {}}), 2);
    Ticket again = ticket_of(event);
    EXPECT_EQ(add(again.effects()->next("add n")), 1);
}

TEST_F(EventEffectsTest, a_ticket_that_is_over_has_none) {
    Ticket ticket = ticket_of(testing::make_event("messageCreate", kMessage));
    EXPECT_NE(ticket.effects(), nullptr);
    ticket.finish();
    EXPECT_EQ(ticket.effects(), nullptr);
}

}  // namespace
}  // namespace rookery::hostapi
