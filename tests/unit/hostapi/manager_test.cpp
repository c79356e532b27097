#include "hostapi/manager.hpp"

#include "hostapi/hands_over.hpp"
#include "support/events.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace rookery::hostapi {
namespace {

using rookery::testing::make_event;
using rookery::testing::RecordingDelivery;

/// What the test wants the next version of the extension to do.
struct Behaviour {
    std::string stage_error, start_error, save_error, load_error;
    std::shared_future<void> start_gate, handle_gate;
    bool wait_forever = false;  ///< handlers never finish
    bool die = false;           ///< the first event kills it
    bool intercept = false;     ///< stops odd numbers
    bool asks = false;          ///< handlers wait for somebody's answer
    int calls = 0;              ///< operations that it asks for at its start
};

struct World {
    std::mutex mutex;
    Behaviour next;
    std::vector<std::pair<int, std::uint64_t>> handled;  ///< (version, seq)
    std::vector<std::uint64_t> intercepted;
    std::string loaded;
    std::vector<std::pair<int, std::uint64_t>> taken_up;
    std::atomic<int> wakes{0};  ///< so many times an answer comes while the state is saved
    std::atomic<int> versions{0};
    std::atomic<int> alive{0};

    std::vector<std::uint64_t> seqs() {
        const std::scoped_lock lock(mutex);
        std::vector<std::uint64_t> out;
        for (const auto& [version, seq] : handled) {
            out.push_back(seq);
        }
        return out;
    }
};

class FakeExtension final : public Extension, public HandsOver {
  public:
    FakeExtension(World& world, ExtensionContext context, int version)
        : world_(world), context_(std::move(context)), version_(version), behaviour_(world.next) {
        ++world_.alive;
    }
    ~FakeExtension() override { --world_.alive; }

    Result<> start() override {
        if (behaviour_.start_gate.valid()) {
            behaviour_.start_gate.wait();
        }
        if (auto subscribed = context_.subscribe("messageCreate"); !subscribed) {
            return subscribed.error();
        }
        if (behaviour_.intercept) {
            if (auto made = context_.intercept("messageCreate", 0); !made) {
                return made.error();
            }
        }
        for (int i = 0; i < behaviour_.calls; ++i) {
            OperationCall call;
            call.operation = "messages.send";
            call.arguments = {{"channelId", "1"}, {"content", "hi"}};
            context_.call(std::move(call), [](const Result<nlohmann::json>&) {});
        }
        if (!behaviour_.start_error.empty()) {
            return Error(ErrorKind::invalid, behaviour_.start_error);
        }
        return {};
    }
    void intercept(Ticket ticket, std::uint64_t /*tag*/) override {
        const std::uint64_t seq = ticket.event()->seq();
        {
            const std::scoped_lock lock(world_.mutex);
            world_.intercepted.push_back(seq);
        }
        if (seq % 2 == 1) {
            EXPECT_TRUE(ticket.stop());
        }
        ticket.finish();
    }
    void handle(Ticket ticket) override {
        if (behaviour_.handle_gate.valid()) {
            behaviour_.handle_gate.wait();
        }
        {
            const std::scoped_lock lock(world_.mutex);
            world_.handled.emplace_back(version_, ticket.event()->seq());
        }
        if (behaviour_.asks) {
            asking_.push_back(std::move(ticket));
            return;
        }
        if (behaviour_.wait_forever) {
            tickets_.push_back(std::move(ticket));
            return;
        }
        ticket.finish();
        if (behaviour_.die) {
            context_.worker->hold();
            context_.failed("it died");
        }
    }
    Result<std::optional<SavedState>> save() override {
        if (!behaviour_.save_error.empty()) {
            return Error(ErrorKind::invalid, behaviour_.save_error);
        }
        if (world_.wakes > 0) {
            --world_.wakes;
            going_on_ = 2;
        }
        return std::optional(SavedState{1, "state of " + std::to_string(version_)});
    }
    Result<> load(const SavedState& state) override {
        if (!behaviour_.load_error.empty()) {
            return Error(ErrorKind::invalid, behaviour_.load_error);
        }
        const std::scoped_lock lock(world_.mutex);
        world_.loaded = state.data;
        return {};
    }
    std::size_t in_flight() const override {
        if (going_on_ > 0 && --going_on_ == 0) {
            asking_.front().finish();
            asking_.clear();
        }
        return tickets_.size() + (going_on_ > 0 ? 1 : 0);
    }
    std::vector<model::EventPtr> give_up() override {
        std::vector<model::EventPtr> events;
        for (const Ticket& ticket : asking_) {
            events.push_back(ticket.event());
        }
        asking_.clear();
        return events;
    }
    void take_up(Ticket ticket) override {
        const std::scoped_lock lock(world_.mutex);
        world_.taken_up.emplace_back(version_, ticket.event()->seq());
        ticket.finish();
    }
    std::string busy_with() const override { return "handler of x waits"; }
    void stop(bus::Lane::Rest rest) override {
        for (Ticket& ticket : tickets_) {
            if (rest == bus::Lane::Rest::finish) {
                ticket.finish();
            }
        }
        tickets_.clear();
    }
    std::string version() const override { return std::to_string(version_); }

  private:
    World& world_;
    ExtensionContext context_;
    int version_;
    Behaviour behaviour_;
    std::vector<Ticket> tickets_;
    mutable std::vector<Ticket> asking_;
    mutable int going_on_ = 0;
};

class FakeHost final : public ExtensionHost {
  public:
    explicit FakeHost(World& world) : world_(world) {}
    std::string_view kind() const noexcept override { return "fake"; }
    Result<std::vector<ExtensionSpec>> discover(const std::filesystem::path&) const override {
        return std::vector<ExtensionSpec>{};
    }
    Result<std::unique_ptr<Extension>> stage(ExtensionContext context) override {
        if (!world_.next.stage_error.empty()) {
            return Error(ErrorKind::invalid, world_.next.stage_error);
        }
        return std::unique_ptr<Extension>(
            new FakeExtension(world_, std::move(context), ++world_.versions));
    }

  private:
    World& world_;
};

class ManagerTest : public ::testing::Test {
  protected:
    ManagerTest() {
        Manager::Options options;
        options.start_deadline = Millis{1'000};
        options.reload_deadline = Millis{1'000};
        options.stop_deadline = Millis{500};
        options.most_restarts = 2;
        options.slot_for = [](const std::string& title) -> Result<unsigned> {
            return title.ends_with("/intercept") ? 4U : 3U;
        };
        manager_ = std::make_unique<Manager>(bus_, operations_, options);
    }
    ~ManagerTest() override {
        on_manager([this] { manager_->stop_all(Millis{0}); });
    }

    void on_manager(const std::function<void()>& task) {
        std::promise<void> done;
        manager_->post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }
    static ExtensionSpec spec(const std::string& fingerprint) {
        ExtensionSpec made;
        made.name = "x";
        made.fingerprint = fingerprint;
        return made;
    }
    StepResult apply(const std::string& fingerprint) {
        std::vector<StepResult> steps;
        on_manager([&] { steps = manager_->apply(host_, {spec(fingerprint)}); });
        return steps.empty() ? StepResult{"", "nothing", "", true} : steps.front();
    }
    void publish(std::uint64_t first, std::uint64_t last) {
        publisher_.begin();
        model::SlotMask everyone;
        everyone.set();
        for (; first <= last; ++first) {
            publisher_.publish(make_event("messageCreate", R"({"id":"1"})", first, delivery_),
                               everyone);
        }
        publisher_.flush();
    }
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (!condition() && std::chrono::steady_clock::now() < until) {
            std::this_thread::yield();
        }
        return condition();
    }
    bool handles(const std::vector<std::uint64_t>& seqs) {
        return eventually([&] { return world_.seqs() == seqs; });
    }
    ExtensionStatus status() { return manager_->list().at(0); }

    World world_;
    FakeHost host_{world_};
    bus::EventBus bus_;
    Operations operations_;
    bus::Publisher publisher_{bus_};
    std::shared_ptr<RecordingDelivery> delivery_ = std::make_shared<RecordingDelivery>();
    std::unique_ptr<Manager> manager_;
};

TEST_F(ManagerTest, one_that_intercepts_and_observes_gets_what_it_lets_through) {
    world_.next.intercept = true;
    EXPECT_EQ(apply("1").action, "loaded");
    publish(1, 6);
    EXPECT_TRUE(handles({2, 4, 6}));
    EXPECT_EQ(world_.intercepted, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
    EXPECT_TRUE(eventually([&] { return delivery_->count(6, 3) == 1; }));
    EXPECT_EQ(delivery_->count(1, 3), 1);
    EXPECT_EQ(delivery_->count(1, 4), 1);
    EXPECT_EQ(status().intercept.stopped, 3U);
    EXPECT_EQ(apply("2").action, "reloaded");
    publish(7, 8);
    EXPECT_TRUE(handles({2, 4, 6, 8}));
    world_.next.intercept = false;
    EXPECT_EQ(apply("3").action, "reloaded");
    publish(9, 9);
    EXPECT_TRUE(handles({2, 4, 6, 8, 9}));
    EXPECT_EQ(status().doubled, 0U);
}

TEST_F(ManagerTest, operations_over_the_budget_wait) {
    std::atomic<int> sent{0};
    operations_.add_bot("b", [&](const PlatformCall&, const OperationDone& done) {
        ++sent;
        done(nlohmann::json());
    });
    world_.next.calls = 3;
    ExtensionSpec made = spec("1");
    made.limits.rest = {2, Millis{3'600'000}};
    on_manager([&] { (void)manager_->apply(host_, {made}); });
    EXPECT_EQ(sent, 2);
    EXPECT_EQ(status().rest_calls, 3U);
    EXPECT_EQ(status().rest_waiting, 1U);
}

TEST_F(ManagerTest, loads_and_hands_events_and_finishes_them) {
    EXPECT_EQ(apply("1").action, "loaded");
    publish(1, 3);
    EXPECT_TRUE(handles({1, 2, 3}));
    EXPECT_TRUE(eventually([&] { return delivery_->count(3, 3) == 1; }));
    EXPECT_EQ(status().version, "1");
}

TEST_F(ManagerTest, an_unchanged_fingerprint_is_left_alone) {
    apply("1");
    EXPECT_EQ(apply("1").action, "nothing");
    EXPECT_EQ(world_.versions, 1);
}

TEST_F(ManagerTest, a_reload_hands_over_state_and_waiting_events_in_order) {
    std::promise<void> gate;
    world_.next.handle_gate = gate.get_future().share();
    apply("1");
    publish(1, 4);  // the first one hangs at the gate, the others are in hand or wait
    world_.next = {};
    auto reloaded = std::async(std::launch::async, [&] { return apply("2"); });
    EXPECT_TRUE(eventually([&] { return world_.versions == 2; }));
    publish(5, 8);
    gate.set_value();
    const StepResult step = reloaded.get();
    EXPECT_EQ(step.action, "reloaded");
    EXPECT_NE(step.detail.find("lost 0, doubled 0, state kept"), std::string::npos) << step.detail;
    EXPECT_TRUE(handles({1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(world_.loaded, "state of 1");
    EXPECT_TRUE(eventually([&] { return world_.alive == 1; }));
}

TEST_F(ManagerTest, what_waits_for_an_answer_is_taken_up_by_the_next_version) {
    world_.next.asks = true;
    apply("1");
    publish(1, 1);
    EXPECT_TRUE(handles({1}));
    world_.next = {};
    const StepResult step = apply("2");
    EXPECT_EQ(step.action, "reloaded");
    EXPECT_NE(step.detail.find("doubled 0, handed over 1, "), std::string::npos) << step.detail;
    EXPECT_TRUE(eventually([&] { return delivery_->count(1, 3) == 1; }));
    EXPECT_EQ(world_.taken_up, (std::vector<std::pair<int, std::uint64_t>>{{2, 1}}));
    EXPECT_EQ(world_.seqs(), (std::vector<std::uint64_t>{1}));
}

TEST_F(ManagerTest, an_answer_that_comes_while_the_state_is_saved_is_waited_for) {
    world_.next.asks = true;
    apply("1");
    publish(1, 1);
    EXPECT_TRUE(handles({1}));
    world_.next = {};
    world_.wakes = 1;
    const StepResult step = apply("2");
    EXPECT_EQ(step.action, "reloaded") << step.detail;
    EXPECT_EQ(step.detail.find("handed over"), std::string::npos) << step.detail;
    EXPECT_EQ(delivery_->count(1, 3), 1);
    EXPECT_TRUE(world_.taken_up.empty());
    EXPECT_EQ(world_.versions, 3);  // the first attempt was given up
}

class ManagerRollbackTest : public ManagerTest,
                            public ::testing::WithParamInterface<const char*> {};

TEST_P(ManagerRollbackTest, the_old_version_goes_on_answering) {
    const std::string step = GetParam();
    apply("1");
    publish(1, 1);
    EXPECT_TRUE(handles({1}));
    world_.next.stage_error = step == "stage" ? "broken" : "";
    world_.next.start_error = step == "start" ? "broken" : "";
    world_.next.load_error = step == "load" ? "broken" : "";
    const StepResult result = apply("2");
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(result.action, "kept the old version");
    EXPECT_NE(result.detail.find("broken"), std::string::npos) << result.detail;
    publish(2, 5);
    EXPECT_TRUE(handles({1, 2, 3, 4, 5}));
    for (const auto& [version, seq] : world_.handled) {
        EXPECT_EQ(version, 1) << seq;
    }
    EXPECT_EQ(world_.alive, 1);
    // The same broken file is not tried again.
    EXPECT_EQ(apply("2").action, "nothing");
}

INSTANTIATE_TEST_SUITE_P(Steps, ManagerRollbackTest, ::testing::Values("stage", "start", "load"));

TEST_F(ManagerTest, an_old_version_that_does_not_let_go_refuses_the_reload) {
    world_.next.wait_forever = true;
    apply("1");
    publish(1, 1);
    EXPECT_TRUE(handles({1}));
    world_.next = {};
    const StepResult result = apply("2");
    EXPECT_FALSE(result.ok);
    EXPECT_NE(result.detail.find("1 events in hand"), std::string::npos) << result.detail;
    EXPECT_NE(result.detail.find("1000 ms: handler of x waits"), std::string::npos);
    publish(2, 2);
    EXPECT_TRUE(handles({1, 2}));
}

TEST_F(ManagerTest, a_start_that_hangs_is_abandoned_and_the_old_version_answers) {
    apply("1");
    std::promise<void> gate;
    world_.next.start_gate = gate.get_future().share();
    const StepResult result = apply("2");
    EXPECT_NE(result.detail.find("its start did not return within 1000 ms"), std::string::npos)
        << result.detail;
    publish(1, 1);
    EXPECT_TRUE(handles({1}));
    gate.set_value();
    EXPECT_TRUE(eventually([&] { return world_.alive == 1; }));
}

TEST_F(ManagerTest, what_is_gone_is_unloaded_after_its_events) {
    apply("1");
    publish(1, 3);
    on_manager([&] { manager_->apply(host_, {}); });
    EXPECT_EQ(world_.seqs(), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(world_.alive, 0);
    EXPECT_TRUE(manager_->list().empty());
    EXPECT_EQ(bus_.interest()->of(*model::EventNames::intern("messageCreate")), nullptr);
}

TEST_F(ManagerTest, a_dead_instance_is_replaced_and_what_waits_is_handled) {
    world_.next.die = true;
    apply("1");
    world_.next = {};
    publish(1, 5);
    EXPECT_TRUE(eventually([&] { return world_.seqs().size() >= 5 && world_.versions == 2; }));
    EXPECT_TRUE(eventually([&] { return status().state == "active" && world_.alive == 1; }));
}

TEST_F(ManagerTest, one_that_dies_again_and_again_is_quarantined_until_reloaded) {
    world_.next.die = true;
    apply("1");
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        publish(seq, seq);
        EXPECT_TRUE(eventually([&] { return world_.seqs().size() >= seq; }));
    }
    EXPECT_TRUE(eventually([&] { return status().state == "quarantined"; }));
    world_.next = {};
    EXPECT_EQ(apply("1").action, "loaded");
    publish(9, 9);
    EXPECT_TRUE(eventually([&] { return world_.seqs().back() == 9; }));
}

TEST_F(ManagerTest, stopping_leaves_unfinished_events_open) {
    world_.next.wait_forever = true;
    apply("1");
    publish(1, 2);
    EXPECT_TRUE(handles({1, 2}));
    on_manager([&] { EXPECT_TRUE(manager_->stop_all(Millis{20})); });
    EXPECT_EQ(delivery_->total(), 0U);
    EXPECT_EQ(world_.alive, 0);
}

TEST_F(ManagerTest, a_failed_load_is_listed_with_its_reason_and_tried_again_when_asked) {
    world_.next.start_error = "no channel configured";
    EXPECT_EQ(apply("1").action, "failed");
    EXPECT_EQ(status().state, "failed");
    EXPECT_EQ(status().detail, "no channel configured");
    world_.next = {};
    EXPECT_EQ(apply("1").action, "loaded");
}

}  // namespace
}  // namespace rookery::hostapi
