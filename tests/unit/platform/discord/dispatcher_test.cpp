#include "platform/discord/dispatcher.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace rookery::discord {
namespace {

namespace fsm = protocol::discord;
using rookery::testing::test_bot;

class DispatcherTest : public ::testing::Test {
  protected:
    DispatcherTest() {
        std::filesystem::create_directories(dir_);
        ledger_ = *store::DeliveryLedger::open(dir_ / "ledger");
        EXPECT_TRUE(ledger_->begin_session({"session", "", 0, 1}));
        dispatcher_.emplace(*test_bot(), bus_, ledger_, *store::GuildSet::open(dir_ / "guilds"),
                            log::get("test"));
        fsm::SessionFsm::Options options;
        options.random = [] { return 0.5; };
        machine_.emplace(std::move(options));
        subscribe("messageCreate");
    }
    ~DispatcherTest() override { std::filesystem::remove_all(dir_); }

    void subscribe(const char* event) {
        bus_.subscribe(lane_, *model::EventNames::intern(event));
        bus_.attach(lane_);
        dispatcher_->begin();
    }
    Result<> dispatch(std::uint64_t seq, const std::string& type, const std::string& data) {
        const std::string frame =
            R"({"t":")" + type + R"(","s":)" + std::to_string(seq) + R"(,"op":0,"d":)" + data + "}";
        const auto envelope = fsm::scan_envelope(frame);
        auto result = dispatcher_->dispatch(*envelope, frame, *machine_, SteadyTime{});
        dispatcher_->flush();
        return result;
    }
    std::vector<std::string> taken() {
        std::vector<model::EventPtr> events;
        lane_->take(events, 1000);
        std::vector<std::string> names;
        for (const auto& event : events) {
            names.emplace_back(event->name());
            last_ = event;
        }
        return names;
    }

    using Names = std::vector<std::string>;
    std::filesystem::path dir_ =
        std::filesystem::temp_directory_path() / ("rk-dispatcher-" + std::to_string(::getpid()));
    bus::EventBus bus_;
    std::shared_ptr<bus::Lane> lane_ =
        std::make_shared<bus::Lane>("script x", 5, bus::LaneLimits{});
    std::shared_ptr<store::DeliveryLedger> ledger_;
    std::optional<Dispatcher> dispatcher_;
    std::optional<fsm::SessionFsm> machine_;
    model::EventPtr last_;
};

TEST_F(DispatcherTest, publishes_what_is_wanted_and_counts_the_rest) {
    EXPECT_TRUE(dispatch(1, "MESSAGE_CREATE", R"({"id":"7","channel_id":"8"})"));
    EXPECT_TRUE(dispatch(2, "TYPING_START", "{}"));
    EXPECT_EQ(taken(), Names{"messageCreate"});
    EXPECT_EQ(last_->seq(), 1U);
    EXPECT_EQ(dispatcher_->counters().frames, 2U);
    EXPECT_EQ(dispatcher_->counters().published, 1U);
    EXPECT_EQ(ledger_->open_deliveries(), 1U);
    EXPECT_EQ(ledger_->last_received(), 2U);
}

TEST_F(DispatcherTest, an_unwanted_payload_is_not_looked_at) {
    EXPECT_TRUE(dispatch(1, "TYPING_START", R"({"broken" 1})"));
    EXPECT_EQ(machine_->seq(), 1U);
}

TEST_F(DispatcherTest, a_broken_payload_is_asked_for_again_once_and_then_given_up) {
    EXPECT_FALSE(dispatch(4, "MESSAGE_CREATE", R"({"id" "7"})"));
    EXPECT_EQ(machine_->seq(), 0U) << "a resume has to repeat it";
    EXPECT_TRUE(dispatch(4, "MESSAGE_CREATE", R"({"id" "7"})"));
    EXPECT_EQ(machine_->seq(), 4U);
    EXPECT_EQ(dispatcher_->counters().malformed, 1U);
    EXPECT_TRUE(taken().empty());
    EXPECT_EQ(ledger_->open_deliveries(), 0U);
}

TEST_F(DispatcherTest, keys_behind_the_payload_do_no_harm) {
    const std::string frame =
        R"({"t":"MESSAGE_CREATE","s":1,"op":0,"d":{"id":"7","content":"x"},"extra":{"a":1}})";
    const auto envelope = fsm::scan_envelope(frame);
    EXPECT_TRUE(dispatcher_->dispatch(*envelope, frame, *machine_, SteadyTime{}));
    dispatcher_->flush();
    EXPECT_EQ(taken(), Names{"messageCreate"});
    EXPECT_EQ(last_->raw(), R"({"id":"7","content":"x"})");
}

TEST_F(DispatcherTest, raw_events_pass_through_for_whom_asked) {
    subscribe("discord:SOMETHING_NEW");
    EXPECT_TRUE(dispatch(1, "SOMETHING_NEW", R"({"a":1})"));
    EXPECT_EQ(taken(), Names{"discord:SOMETHING_NEW"});
}

TEST_F(DispatcherTest, an_observer_sees_what_nobody_wants_and_leaves_no_trace) {
    const auto observer =
        std::make_shared<bus::Lane>("tail", bus::Lane::kNoSlot, bus::LaneLimits{});
    bus_.subscribe(observer, model::kAnyEvent);
    bus_.attach(observer);
    dispatcher_->begin();
    EXPECT_TRUE(dispatch(1, "TYPING_START", "{}"));
    EXPECT_TRUE(dispatch(2, "MESSAGE_CREATE", R"({"id":"7","channel_id":"8"})"));
    EXPECT_TRUE(dispatch(3, "NEVER_SEEN_BEFORE", "{}"));
    EXPECT_TRUE(dispatch(4, "TYPING_START", R"({"broken" 1})")) << "not asked for again";
    std::vector<model::EventPtr> seen;
    observer->take(seen, 10);
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0]->name(), "typingStart");
    EXPECT_EQ(seen[2]->name(), "discord:NEVER_SEEN_BEFORE");
    EXPECT_EQ(taken(), Names{"messageCreate"});
    EXPECT_EQ(dispatcher_->counters().published, 1U);
    EXPECT_EQ(ledger_->open_deliveries(), 1U) << "the subscriber's";
}

TEST_F(DispatcherTest, a_star_gets_events_that_nobody_knows) {
    subscribe("*");
    EXPECT_TRUE(dispatch(1, "NEVER_SEEN_BEFORE", "{}"));
    EXPECT_EQ(taken(), Names{"discord:NEVER_SEEN_BEFORE"});
}

TEST_F(DispatcherTest, guild_create_is_told_for_a_guild_that_was_joined_only) {
    subscribe("guildCreate");
    subscribe("guildDelete");
    dispatcher_->ready(
        R"({"guilds":[{"id":"10","unavailable":true},{"id":"11","unavailable":true}]})");
    EXPECT_TRUE(dispatch(1, "GUILD_CREATE", R"({"id":"10","name":"known"})"));
    EXPECT_TRUE(dispatch(2, "GUILD_DELETE", R"({"id":"10","unavailable":true})"));
    EXPECT_TRUE(dispatch(3, "GUILD_CREATE", R"({"id":"10","name":"back"})"));
    EXPECT_TRUE(taken().empty());
    EXPECT_TRUE(dispatch(4, "GUILD_CREATE", R"({"id":"12","name":"joined"})"));
    EXPECT_TRUE(dispatch(5, "GUILD_DELETE", R"({"id":"11"})"));
    EXPECT_TRUE(dispatch(6, "GUILD_CREATE", R"({"id":"11","name":"joined again"})"));
    EXPECT_EQ(taken(), (Names{"guildCreate", "guildDelete", "guildCreate"}));
}

TEST_F(DispatcherTest, after_a_restart_only_what_was_open_is_delivered_again) {
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        EXPECT_TRUE(dispatch(seq, "MESSAGE_CREATE", R"({"id":"7"})"));
    }
    EXPECT_EQ(taken().size(), 3U);
    ledger_->deliveries()->finished(1, 5);
    ledger_->deliveries()->finished(3, 5);
    last_.reset();

    dispatcher_.reset();
    ledger_.reset();
    ledger_ = *store::DeliveryLedger::open(dir_ / "ledger");
    ASSERT_EQ(ledger_->resume_seq(), 1U);
    machine_.emplace(
        [] {
            fsm::SessionFsm::Options options;
            options.random = [] { return 0.5; };
            return options;
        }(),
        fsm::Session{"session", "", ledger_->resume_seq(), {0, 1}});
    dispatcher_.emplace(*test_bot(), bus_, ledger_, *store::GuildSet::open(dir_ / "guilds"),
                        log::get("test"));
    dispatcher_->begin();
    for (std::uint64_t seq = 2; seq <= 4; ++seq) {
        EXPECT_TRUE(dispatch(seq, "MESSAGE_CREATE", R"({"id":"7"})"));
    }
    EXPECT_EQ(taken().size(), 2U) << "the open one and the new one";
    EXPECT_EQ(dispatcher_->counters().redelivered, 1U);
}

}  // namespace
}  // namespace rookery::discord
