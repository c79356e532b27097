#include "server/stream/feed.hpp"

#include "support/events.hpp"
#include "support/io_fixture.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace rookery::server {
namespace {

using testing::make_event;

constexpr unsigned kSlot = 3;

class FeedTest : public testing::IoFixture {
  protected:
    FeedTest() {
        options_.slot = kSlot;
        options_.types = {*model::EventNames::find("guildBanAdd")};
        options_.limits.events = 100;
        options_.limits.spill_dir = dir_.path();
        options_.finished = [this] { ++finished_; };
    }

    void publish(std::uint64_t from, std::uint64_t to) {
        bus::Publisher publisher(bus_);
        publisher.begin();
        for (std::uint64_t seq = from; seq <= to; ++seq) {
            const auto event =
                make_event("guildBanAdd", R"({"guild_id":"1","user":{"id":"7"}})", seq, delivery_);
            publisher.publish(event, publisher.interest().of(event->type())->slots);
        }
        publisher.flush();
    }
    void run() {
        io_.restart();
        io_.poll();
    }

    testing::TempDir dir_;
    bus::EventBus bus_;
    Feed::Options options_;
    std::shared_ptr<testing::RecordingDelivery> delivery_ =
        std::make_shared<testing::RecordingDelivery>();
    std::size_t finished_ = 0;
};

TEST_F(FeedTest, WhatAStuckServerHasNoRoomForComesLaterInOrder) {
    std::vector<std::uint64_t> got;
    Feed feed(bus_, io_.get_executor(), options_,
              [&](const model::Event& event) { got.push_back(event.seq()); });
    publish(1, 1000);  // nobody runs the server's thread meanwhile
    run();
    publish(1001, 1100);
    run();
    ASSERT_EQ(got.size(), 1100U);
    for (std::uint64_t seq = 1; seq <= got.size(); ++seq) {
        ASSERT_EQ(got[seq - 1], seq);
    }
    EXPECT_EQ(delivery_->total(), 1100U);
    EXPECT_EQ(finished_, 1100U);
}

TEST_F(FeedTest, WhatCouldNotBeHandedOverStaysOpen) {
    Feed feed(bus_, io_.get_executor(), options_, [](const model::Event& event) {
        if (event.seq() == 2) {
            throw std::runtime_error("no room");
        }
    });
    publish(1, 3);
    run();
    EXPECT_EQ(delivery_->count(1, kSlot), 1);
    EXPECT_EQ(delivery_->count(2, kSlot), 0);
    EXPECT_EQ(delivery_->count(3, kSlot), 1);
    EXPECT_EQ(finished_, 2U);
}

TEST_F(FeedTest, WhatWaitsAtItsEndStaysOpen) {
    std::size_t got = 0;
    {
        Feed feed(bus_, io_.get_executor(), options_, [&](const model::Event&) { ++got; });
        publish(1, 1000);
    }
    run();
    EXPECT_EQ(got, 0U);
    EXPECT_EQ(delivery_->total(), 0U);
}

}  // namespace
}  // namespace rookery::server
