#include "gateway/intake.hpp"

#include "support/events.hpp"
#include "support/temp_dir.hpp"

#include <array>
#include <csignal>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace rookery::gateway {
namespace {

namespace fs = std::filesystem;
using rookery::testing::test_bot;

const bus::LaneLimits kRoomy{2'000'000, std::size_t{4} << 30U, bus::FullPolicy::drop_oldest, {}};
constexpr std::string_view kMessage = "MESSAGE_CREATE";

/// One run of the runtime: its state folder is the test's.
class Process {
  public:
    explicit Process(const fs::path& dir)
        : state_(*store::StateDir::open(dir)),
          intake(*Intake::open(*test_bot(), bus, state_, log::get("test"))) {}

    void subscribe(const char* event) {
        bus.subscribe(lane, *model::EventNames::intern(event));
        bus.attach(lane);
    }
    Result<> take(Arrival arrival) {
        intake->begin();
        auto taken = intake->take(arrival, SteadyTime{});
        intake->flush();
        return taken;
    }
    Result<> message(const std::string& id) {
        const std::string identity = "message:" + id;
        const std::string payload = R"({"id":")" + id + R"(","content":"x"})";
        return take({kMessage, payload, identity});
    }
    /// Ids of what the subscriber has got, which stays open.
    std::vector<std::string> got() {
        std::vector<std::string> ids;
        std::vector<model::EventPtr> taken;
        lane->take(taken, 2'000'000);
        for (const auto& event : taken) {
            ids.emplace_back(event->root()["id"].raw_string());
            events.push_back(event);
        }
        return ids;
    }
    void finish(std::size_t index) {
        events.at(index)->delivery()->finished(events.at(index)->seq(), lane->slot());
    }

  private:
    store::StateDir state_;

  public:
    bus::EventBus bus;
    std::shared_ptr<bus::Lane> lane = std::make_shared<bus::Lane>("script x", 5, kRoomy);
    std::unique_ptr<Intake> intake;
    std::vector<model::EventPtr> events;
};

class IntakeTest : public ::testing::Test {
  protected:
    IntakeTest() { start(); }

    /// Ends the run as a kill would: nothing is finished by it.
    void start(const char* event = "messageCreate") {
        run_.reset();
        run_.emplace(dir_.path());
        run_->subscribe(event);
        run_->intake->replay(SteadyTime{});
    }
    fs::path file(const char* suffix) const { return dir_ / (test_bot()->name + "." + suffix); }
    void keep(const char* suffix) {
        fs::copy_file(file(suffix), dir_ / "kept", fs::copy_options::overwrite_existing);
    }
    void put_back(const char* suffix) {
        fs::copy_file(dir_ / "kept", file(suffix), fs::copy_options::overwrite_existing);
    }

    using Ids = std::vector<std::string>;
    testing::TempDir dir_;
    std::optional<Process> run_;
};

TEST_F(IntakeTest, publishes_what_is_wanted_and_numbers_it) {
    EXPECT_TRUE(run_->message("a"));
    EXPECT_TRUE(run_->take({"TYPING_START", "{}"}));
    EXPECT_TRUE(run_->message("b"));
    EXPECT_EQ(run_->got(), (Ids{"a", "b"}));
    EXPECT_EQ(run_->events[1]->seq(), 2U);
    EXPECT_EQ(run_->intake->seq(), 2U);
    EXPECT_EQ(run_->intake->counters().arrivals, 3U);
    EXPECT_EQ(run_->intake->counters().published, 2U);
    EXPECT_EQ(run_->intake->open_deliveries(), 2U);
}

TEST_F(IntakeTest, takes_one_identity_once) {
    EXPECT_FALSE(run_->intake->seen("message:a"));
    EXPECT_TRUE(run_->message("a"));
    EXPECT_TRUE(run_->message("a"));
    EXPECT_TRUE(run_->intake->seen("message:a"));
    EXPECT_EQ(run_->got(), Ids{"a"});
    EXPECT_EQ(run_->intake->counters().repeated, 1U);
}

TEST_F(IntakeTest, what_has_no_identity_may_come_again) {
    EXPECT_TRUE(run_->take({kMessage, R"({"id":"a"})"}));
    EXPECT_TRUE(run_->take({kMessage, R"({"id":"a"})"}));
    EXPECT_EQ(run_->got(), (Ids{"a", "a"}));
}

TEST_F(IntakeTest, an_identity_is_known_after_a_restart) {
    EXPECT_TRUE(run_->message("a"));
    EXPECT_TRUE(run_->take({"TYPING_START", "{}", "unwanted:1"}));
    start();
    EXPECT_TRUE(run_->intake->seen("message:a"));
    EXPECT_TRUE(run_->intake->seen("unwanted:1"));
    run_->got();
    EXPECT_TRUE(run_->message("a"));
    EXPECT_TRUE(run_->got().empty());
}

TEST_F(IntakeTest, what_was_open_is_delivered_again_and_nothing_else) {
    for (const char* id : {"a", "b", "c"}) {
        EXPECT_TRUE(run_->message(id));
    }
    run_->got();
    run_->finish(1);
    start();
    EXPECT_EQ(run_->got(), (Ids{"a", "c"}));
    EXPECT_EQ(run_->events[1]->seq(), 3U);
    EXPECT_EQ(run_->intake->counters().redelivered, 2U);
    EXPECT_TRUE(run_->message("d"));
    EXPECT_EQ(run_->got(), Ids{"d"});
    EXPECT_EQ(run_->intake->seq(), 4U);
    run_->finish(0);
    run_->finish(1);
    run_->finish(2);
    start();
    EXPECT_TRUE(run_->got().empty());
    EXPECT_EQ(run_->intake->counters().unclaimed, 0U);
}

TEST_F(IntakeTest, killed_between_journal_and_ledger_it_is_taken_as_new) {
    EXPECT_TRUE(run_->message("a"));
    keep("ledger");
    EXPECT_TRUE(run_->message("b"));
    run_.reset();
    put_back("ledger");
    start();
    EXPECT_EQ(run_->got(), (Ids{"a", "b"}));
    EXPECT_EQ(run_->intake->counters().redelivered, 1U) << "the other one is new";
    EXPECT_EQ(run_->intake->open_deliveries(), 2U);
    EXPECT_TRUE(run_->message("b")) << "is known";
    EXPECT_TRUE(run_->got().empty());
}

TEST_F(IntakeTest, killed_before_the_journal_nothing_has_happened) {
    EXPECT_TRUE(run_->message("a"));
    run_->got();
    run_->finish(0);
    keep("journal");
    run_.reset();
    put_back("journal");
    start();
    EXPECT_TRUE(run_->got().empty());
    EXPECT_TRUE(run_->message("b"));
    EXPECT_EQ(run_->got(), Ids{"b"});
}

TEST_F(IntakeTest, a_lost_ledger_repeats_nothing) {
    EXPECT_TRUE(run_->message("a"));
    run_.reset();
    fs::remove(file("ledger"));
    start();
    EXPECT_TRUE(run_->got().empty());
    EXPECT_TRUE(run_->message("b"));
    EXPECT_EQ(run_->got(), Ids{"b"});
    EXPECT_EQ(run_->events[0]->seq(), 2U);
}

TEST_F(IntakeTest, a_lost_journal_is_told) {
    EXPECT_TRUE(run_->message("a"));
    run_.reset();
    fs::remove(file("journal"));
    start();
    EXPECT_TRUE(run_->got().empty());
    EXPECT_EQ(run_->intake->counters().unclaimed, 1U);
    EXPECT_EQ(run_->intake->open_deliveries(), 0U);
    EXPECT_TRUE(run_->message("b"));
    EXPECT_GT(run_->intake->seq(), 1U);
}

TEST_F(IntakeTest, what_the_subscriber_does_not_want_any_more_is_unclaimed) {
    EXPECT_TRUE(run_->message("a"));
    start("typingStart");
    EXPECT_TRUE(run_->got().empty());
    EXPECT_EQ(run_->intake->counters().unclaimed, 1U);
    EXPECT_EQ(run_->intake->open_deliveries(), 0U);
}

TEST_F(IntakeTest, an_arrival_may_become_several_events_finished_together) {
    run_->subscribe("messageDelete");
    const std::array<Becoming, 2> events{
        Becoming{*model::EventNames::find("messageCreate"), {}, R"({"old":{"id":"0"}})"},
        Becoming{*model::EventNames::find("messageDelete"), R"({"id":"old"})", {}}};
    EXPECT_TRUE(run_->take({kMessage, R"({"id":"new"})", "m", events, true}));
    EXPECT_EQ(run_->got(), (Ids{"new", "old"}));
    EXPECT_EQ(run_->events[0]->raw_context(), R"({"old":{"id":"0"}})");
    EXPECT_EQ(run_->intake->counters().late, 2U);
    EXPECT_TRUE(run_->events[0]->late());
    run_->finish(0);
    EXPECT_EQ(run_->intake->open_deliveries(), 1U);
    run_->finish(1);
    EXPECT_EQ(run_->intake->open_deliveries(), 0U);
}

TEST_F(IntakeTest, several_events_of_an_arrival_come_again_together) {
    run_->subscribe("messageDelete");
    const std::array<Becoming, 2> events{
        Becoming{*model::EventNames::find("messageCreate"), {}, {}},
        Becoming{*model::EventNames::find("messageDelete"), R"({"id":"old"})", {}}};
    EXPECT_TRUE(run_->take({kMessage, R"({"id":"new"})", "m", events}));
    run_.reset();
    run_.emplace(dir_.path());
    run_->subscribe("messageCreate");
    run_->subscribe("messageDelete");
    run_->intake->replay(SteadyTime{});
    EXPECT_EQ(run_->got(), (Ids{"new", "old"}));
}

TEST_F(IntakeTest, a_payload_that_is_no_json_is_refused_and_not_remembered) {
    EXPECT_EQ(run_->take({kMessage, "<html>", "m"}).error().kind(), ErrorKind::protocol);
    EXPECT_FALSE(run_->intake->seen("m"));
    EXPECT_EQ(run_->intake->seq(), 0U);
    EXPECT_EQ(run_->intake->counters().malformed, 1U);
    EXPECT_TRUE(run_->take({"TYPING_START", "<html>", "t"})) << "nobody looks at it";
}

TEST_F(IntakeTest, an_unknown_name_passes_through_for_whom_asked) {
    run_->subscribe("discord:SomethingNew");
    EXPECT_TRUE(run_->take({"SomethingNew", R"({"id":"a"})"}));
    EXPECT_EQ(run_->got(), Ids{"a"});
    EXPECT_EQ(run_->events[0]->name(), "discord:SomethingNew");
    start("discord:SomethingNew");
    EXPECT_EQ(run_->got(), Ids{"a"});
}

TEST_F(IntakeTest, says_who_wants_what) {
    run_->intake->begin();
    EXPECT_TRUE(run_->intake->want(kMessage).any);
    EXPECT_FALSE(run_->intake->want("TYPING_START").any);
    EXPECT_FALSE(run_->intake->want("SomethingNew").any);
    EXPECT_TRUE(run_->intake->want(*model::EventNames::find("messageCreate")).any);
}

TEST_F(IntakeTest, cursors_outlive_the_process) {
    run_->intake->set_cursor("channel:1", "01J");
    run_->intake->set_cursor("channel:1", "01K");
    start();
    EXPECT_EQ(run_->intake->cursor("channel:1"), "01K");
    EXPECT_EQ(run_->intake->cursor("channel:2"), "");
}

TEST_F(IntakeTest, what_the_ring_overruns_is_counted) {
    const std::string large(std::size_t{1} << 20U, 'x');
    for (int number = 0; number < 40; ++number) {
        EXPECT_TRUE(run_->take({kMessage, R"({"id":"a","content":")" + large + R"("})"}));
    }
    EXPECT_GT(run_->intake->counters().overwritten, 5U);
    EXPECT_EQ(run_->intake->open_deliveries(), 40U);
    start();
    EXPECT_EQ(run_->intake->counters().redelivered + run_->intake->counters().unclaimed, 40U);
    EXPECT_GT(run_->intake->counters().unclaimed, 5U);
}

TEST_F(IntakeTest, describes_itself) {
    EXPECT_TRUE(run_->message("a"));
    BotStatus status;
    describe(*run_->intake, status);
    EXPECT_EQ(status.seq, 1U);
    EXPECT_EQ(status.published, 1U);
    EXPECT_EQ(status.open, 1U);
    EXPECT_EQ(status.shards.at(0).seq, 1U);
    EXPECT_EQ(event_counts(*run_->intake).size(), model::kEventCount + 1);
}

/// Killed in the middle of its work: what it had finished does not come again, what it had not
/// does, in order, and nothing is missing in between.
TEST_F(IntakeTest, survives_sigkill_under_load) {
    run_.reset();
    for (int round = 0; round < 4; ++round) {
        struct Told {
            std::uint64_t taken;
            std::uint64_t finished;
        } told{};
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            Process run(dir_.path());
            run.subscribe("messageCreate");
            run.intake->replay(SteadyTime{});
            run.got();
            for (std::size_t index = 0; index < run.events.size(); ++index) {
                run.finish(index);
            }
            for (std::uint64_t count = 1;; ++count) {
                (void)run.message(std::to_string(round) + ":" + std::to_string(count));
                run.got();
                told.taken = count;
                (void)!::write(pipe[1], &told, sizeof told);
                if (count % 2 == 0) {  // the one before stays open
                    run.finish(run.events.size() - 1);
                    told.finished = count;
                    (void)!::write(pipe[1], &told, sizeof told);
                }
                run.events.clear();
            }
        }
        ::close(pipe[1]);
        for (int count = 0; count < 500 + round * 7; ++count) {
            ASSERT_EQ(::read(pipe[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
        }
        ::kill(child, SIGKILL);
        while (::read(pipe[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) {
        }
        ::close(pipe[0]);
        ::waitpid(child, nullptr, 0);
        start();
        Ids expected;
        for (std::uint64_t count = 1; count <= told.taken; ++count) {
            if (count % 2 == 1 || count > told.finished + 1) {
                expected.push_back(std::to_string(round) + ":" + std::to_string(count));
            }
        }
        Ids again = run_->got();
        ASSERT_GE(again.size() + 1, expected.size());
        again.resize(std::min(again.size(), expected.size()));
        expected.resize(again.size());
        EXPECT_EQ(again, expected);
        EXPECT_EQ(run_->intake->counters().unclaimed, 0U);
        run_.reset();
    }
}

TEST_F(IntakeTest, a_million_events_each_once) {
    for (int number = 0; number < 1'000'000; ++number) {
        const std::string identity = "m:" + std::to_string(number % 900'000);
        ASSERT_TRUE(run_->take({kMessage, R"({"id":"1"})", identity}));
        if (number % 1'000 == 999) {
            run_->got();
            for (std::size_t index = 0; index < run_->events.size(); ++index) {
                run_->finish(index);
            }
            run_->events.clear();
        }
    }
    EXPECT_EQ(run_->intake->counters().published, 1'000'000U);
    EXPECT_EQ(run_->intake->counters().overwritten, 0U);
    EXPECT_EQ(run_->intake->open_deliveries(), 0U);
}

}  // namespace
}  // namespace rookery::gateway
