#include "plugin/plugin.hpp"

#include "hostapi/arguments.hpp"
#include "unit/plugin/loaded_plugin.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace rookery::plugin {
namespace {

using ::testing::HasSubstr;
using Rest = bus::Lane::Rest;

class Delivery : public PluginTest {
  protected:
    std::shared_ptr<testing::RecordingDelivery> delivery_ =
        std::make_shared<testing::RecordingDelivery>();
    LoadedPlugin plugin_{host_, fixture_path("wrapper")};

    void SetUp() override { ASSERT_EQ(plugin_.start(), ""); }
    int finished(std::uint64_t seq) { return delivery_->count(seq, 3); }
};

TEST_F(Delivery, an_event_is_finished_when_its_handlers_have_returned) {
    plugin_.message("nothing", 8, delivery_);
    EXPECT_EQ(finished(8), 1);
    EXPECT_EQ(plugin_.in_flight(), 0U);
    EXPECT_EQ(plugin_.counters().handled.load(), 1U);
}

TEST_F(Delivery, an_operation_keeps_its_event_open_until_its_callback_has_run) {
    plugin_.message("reply", 8, delivery_);
    EXPECT_EQ(finished(8), 0);
    EXPECT_EQ(plugin_.in_flight(), 1U);
    plugin_.answer(0, nlohmann::json{{"id", "900"}});
    EXPECT_EQ(finished(8), 1);
    EXPECT_TRUE(plugin_.logged("replied 900"));
}

TEST_F(Delivery, an_operation_without_callback_keeps_its_event_open_too) {
    plugin_.message("send", 8, delivery_);
    EXPECT_EQ(finished(8), 0);
    plugin_.answer(0, nlohmann::json());
    EXPECT_EQ(finished(8), 1);
}

TEST_F(Delivery, a_held_event_stays_open_and_readable) {
    plugin_.message("hold", 8, delivery_);
    EXPECT_EQ(finished(8), 0);
    plugin_.message("release", 9, delivery_);
    EXPECT_TRUE(plugin_.logged("kept hold"));
    EXPECT_EQ(finished(8), 1);
    EXPECT_EQ(finished(9), 1);
}

TEST_F(Delivery, stop_finishes_what_is_open_when_told_so) {
    plugin_.message("hold", 8, delivery_);
    plugin_.message("reply", 9, delivery_);
    plugin_.stop(Rest::finish);
    EXPECT_EQ(finished(8), 1);
    EXPECT_EQ(finished(9), 1);
}

TEST_F(Delivery, stop_leaves_what_is_open_to_be_delivered_again) {
    plugin_.message("hold", 8, delivery_);
    plugin_.message("reply", 9, delivery_);
    plugin_.stop(Rest::leave_open);
    EXPECT_EQ(finished(8), 0);
    EXPECT_EQ(finished(9), 0);
}

class Wrapper : public PluginTest {
  protected:
    LoadedPlugin plugin_{host_,
                         fixture_path("wrapper"),
                         {{"text", "hello"},
                          {"list", {7, 8}},
                          {"flag", true},
                          {"half", 0.5},
                          {"names", {"a", "b", 3}}}};

    void SetUp() override { ASSERT_EQ(plugin_.start(), ""); }
};

TEST_F(Wrapper, reads_its_settings) {
    EXPECT_THAT(plugin_.log(), HasSubstr("config hello 8 true true 2 [7,8]"));
    EXPECT_EQ(plugin_.version(), "2.3.4");
}

TEST_F(Wrapper, knows_where_its_settings_stand) {
    EXPECT_TRUE(plugin_.logged("place bot.toml:7:13 [plugins.wrapper]")) << plugin_.log();
}

TEST_F(Wrapper, a_filter_lets_through_what_fits) {
    plugin_.message("filtered");
    plugin_.message("another");
    EXPECT_EQ(plugin_.count_logged("passed the filter: "), 1U);
}

TEST_F(Wrapper, a_reply_names_the_message_and_the_event) {
    plugin_.message("reply");
    ASSERT_EQ(plugin_.wish_count(), 1U);
    const auto& call = plugin_.wish(0);
    EXPECT_EQ(call.operation, "messages.reply");
    EXPECT_EQ(call.arguments,
              (nlohmann::json{
                  {"channelId", "1001"}, {"messageId", "77"}, {"content", "an \"answer\"\n"}}));
    ASSERT_NE(call.event, nullptr);
    EXPECT_EQ(call.number, 0U);
    plugin_.answer(0, Error(ErrorKind::denied, "no permission"));
    EXPECT_TRUE(plugin_.logged("failed no permission"));
    EXPECT_EQ(plugin_.counters().errors.load(), 0U);
}

TEST_F(Wrapper, calls_of_one_event_are_numbered) {
    plugin_.message("other");
    ASSERT_EQ(plugin_.wish_count(), 6U);
    const std::vector<std::string> wanted{"messages.edit",      "messages.delete",
                                          "reactions.remove",   "members.addRole",
                                          "members.removeRole", "channels.typing"};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(plugin_.wish(i).operation, wanted[i]);
        EXPECT_EQ(plugin_.wish(i).number, i);
        EXPECT_TRUE(
            hostapi::check_arguments(*model::find_operation(wanted[i]), plugin_.wish(i).arguments));
    }
}

TEST_F(Wrapper, what_it_asks_for_fits_the_schema) {
    for (const std::string command : {"reply", "send", "react"}) {
        plugin_.message(command);
    }
    ASSERT_EQ(plugin_.wish_count(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& call = plugin_.wish(i);
        const auto checked =
            hostapi::check_arguments(*model::find_operation(call.operation), call.arguments);
        EXPECT_TRUE(checked) << checked.error().message();
    }
}

TEST_F(Wrapper, a_failed_operation_without_callback_is_logged) {
    plugin_.message("send");
    plugin_.answer(0, Error(ErrorKind::denied, "no permission"));
    EXPECT_TRUE(plugin_.logged("messages.send failed: no permission"));
    EXPECT_EQ(plugin_.counters().errors.load(), 1U);
}

TEST_F(Wrapper, a_timer_fires_once_and_leaves_the_scope) {
    plugin_.message("after");
    EXPECT_TRUE(eventually([&] { return plugin_.logged("after\n"); }));
    plugin_.message("nothing");
    EXPECT_EQ(plugin_.count_logged("after\n"), 1U);
    for (const std::string& effect : plugin_.effects()) {
        EXPECT_EQ(effect.find("after"), std::string::npos) << effect;
    }
}

TEST_F(Wrapper, a_repeating_timer_goes_on_until_it_cancels_itself) {
    plugin_.message("every");
    EXPECT_TRUE(eventually([&] { return plugin_.logged("three ticks"); }));
    for (const std::string& effect : plugin_.effects()) {
        EXPECT_EQ(effect.find("every"), std::string::npos) << effect;
    }
}

TEST_F(Wrapper, a_task_posted_from_another_thread_runs) {
    plugin_.message("post");
    EXPECT_TRUE(eventually([&] { return plugin_.logged("posted"); }));
}

TEST_F(Wrapper, a_handler_that_is_cancelled_is_not_called_again) {
    plugin_.message("nothing");
    EXPECT_EQ(plugin_.count_logged("still subscribed"), 1U);
    plugin_.message("unsubscribe");
    EXPECT_TRUE(plugin_.logged("cancelled true false"));
    EXPECT_EQ(plugin_.count_logged("still subscribed"), 1U);
    EXPECT_EQ(plugin_.unsubscribed(), 1);
}

TEST_F(Wrapper, an_event_without_a_type_is_read_by_key) {
    plugin_.send(testing::make_event("discord:SOME_RAW_EVENT", R"({"some_key":"some value"})"));
    EXPECT_TRUE(plugin_.logged("raw some value discord:SOME_RAW_EVENT raw"));
}

TEST_F(Wrapper, fields_come_from_the_event) {
    plugin_.message("fields");
    EXPECT_TRUE(plugin_.logged("alice 1 test true true")) << plugin_.log();
}

TEST_F(Wrapper, reading_an_event_after_its_time_is_an_error_and_no_crash) {
    plugin_.message("stale");
    EXPECT_TRUE(
        eventually([&] { return plugin_.logged("a timer failed: an event was read after"); }));
}

TEST_F(Wrapper, state_goes_from_version_to_version) {
    auto state = plugin_.save();
    ASSERT_TRUE(state && state->has_value());
    EXPECT_EQ((*state)->data, "state of wrapper");
    EXPECT_EQ((*state)->version, 3U);
    LoadedPlugin next(host_, fixture_path("wrapper"));
    ASSERT_EQ(next.start(), "");
    EXPECT_TRUE(next.load(**state));
    EXPECT_TRUE(next.logged("loaded state of wrapper 3"));
}

TEST_F(Wrapper, unloading_leaves_an_empty_scope_and_no_mapping) {
    plugin_.message("leave a timer");
    plugin_.message("hold");
    EXPECT_GT(plugin_.effects().size(), 3U);
    plugin_.stop(Rest::finish);
    EXPECT_TRUE(plugin_.logged("stop"));
    EXPECT_EQ(mappings(), 0U);
}

class Failing : public PluginTest {};

TEST_F(Failing, an_exception_in_start_refuses_the_plugin) {
    LoadedPlugin plugin(host_, fixture_path("throws"), {{"where", "start"}});
    EXPECT_EQ(plugin.start(), "its create failed: thrown in start");
}

TEST_F(Failing, an_exception_without_a_wrapper_refuses_the_plugin) {
    LoadedPlugin plugin(host_, fixture_path("throws_raw"), {{"throw", true}});
    EXPECT_EQ(plugin.start(), "its create failed: an exception escaped: out of create");
}

TEST_F(Failing, an_exception_in_a_handler_is_logged_with_its_event_and_the_rest_goes_on) {
    LoadedPlugin plugin(host_, fixture_path("throws"), {{"where", "handler"}});
    ASSERT_EQ(plugin.start(), "");
    const auto delivery = std::make_shared<testing::RecordingDelivery>();
    plugin.message("x", 5, delivery);
    EXPECT_TRUE(plugin.logged("handler of messageCreate failed: thrown in handler"));
    EXPECT_TRUE(plugin.logged("the second handler ran"));
    EXPECT_EQ(plugin.counters().errors.load(), 1U);
    EXPECT_EQ(delivery->count(5, 3), 1);
}

TEST_F(Failing, the_same_failure_is_not_logged_each_time) {
    LoadedPlugin plugin(host_, fixture_path("throws"), {{"where", "handler"}});
    ASSERT_EQ(plugin.start(), "");
    for (std::uint64_t i = 0; i < 25; ++i) {
        plugin.message("x", i);
    }
    EXPECT_EQ(plugin.count_logged("thrown in handler"), 2U);
    EXPECT_TRUE(plugin.logged("(10 times)"));
    EXPECT_EQ(plugin.counters().errors.load(), 25U);
}

TEST_F(Failing, exceptions_without_a_wrapper_stop_at_the_host) {
    LoadedPlugin plugin(host_, fixture_path("throws_raw"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_TRUE(
        plugin.logged("handler of messageCreate failed: an exception of an unknown type escaped"));
    plugin.stop(Rest::finish);
    EXPECT_TRUE(plugin.logged("destroy failed: an exception escaped: destroy"));
}

TEST_F(Failing, save_and_load_say_why) {
    LoadedPlugin saves(host_, fixture_path("throws"), {{"where", "save"}});
    ASSERT_EQ(saves.start(), "");
    EXPECT_EQ(saves.save().error().message(), "its save failed: thrown in save");
    LoadedPlugin loads(host_, fixture_path("throws"), {{"where", "load"}});
    ASSERT_EQ(loads.start(), "");
    EXPECT_EQ(loads.load({1, "state"}).error().message(), "its load failed: thrown in load");
}

class Contract : public PluginTest {};

TEST_F(Contract, plugin_in_plain_c_counts_and_keeps_its_count) {
    LoadedPlugin plugin(host_, fixture_path("plain_c"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("hello");
    plugin.message("!count");
    ASSERT_EQ(plugin.wish_count(), 1U);
    EXPECT_EQ(plugin.wish(0).arguments["content"], "2");
    const auto state = plugin.save();
    ASSERT_TRUE(state && *state);
    LoadedPlugin next(host_, fixture_path("plain_c"));
    ASSERT_EQ(next.start(), "");
    ASSERT_TRUE(next.load(**state));
    next.message("!count");
    EXPECT_EQ(next.wish(0).arguments["content"], "3");
    EXPECT_EQ(next.load({1, "2"}).error().message(), "its load failed: not a state of mine");
}

TEST_F(Contract, null_arguments_are_refused) {
    LoadedPlugin plugin(host_, fixture_path("null_arguments"));
    EXPECT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_EQ(plugin.counters().errors.load(), 0U) << plugin.log();
}

TEST_F(Contract, other_threads_are_refused_but_for_log_and_post) {
    LoadedPlugin plugin(host_, fixture_path("wrong_thread"));
    EXPECT_EQ(plugin.start(), "");
    EXPECT_TRUE(plugin.logged("from another thread"));
    EXPECT_TRUE(eventually([&] { return plugin.logged("the posted task ran"); }));
}

TEST_F(Contract, stale_handles_are_refused) {
    LoadedPlugin plugin(host_, fixture_path("stale_handles"));
    EXPECT_EQ(plugin.start(), "");
    for (int i = 0; i < 3; ++i) {
        plugin.message("x");
    }
    EXPECT_EQ(plugin.counters().errors.load(), 0U) << plugin.log();
}

TEST_F(Contract, filters_are_asked_before_the_plugin_is_entered) {
    LoadedPlugin plugin(host_, fixture_path("filters"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("!ping");
    plugin.message("hello");
    EXPECT_EQ(plugin.count_logged("command"), 1U);
    EXPECT_FALSE(plugin.logged("elsewhere"));
    EXPECT_EQ(plugin.counters().handled, 2U);
    EXPECT_EQ(plugin.counters().filtered, 1U);
    EXPECT_EQ(plugin.in_flight(), 0U);
}

TEST_F(Contract, an_interceptor_stops_events_or_lets_them_go_on) {
    using Seqs = std::vector<std::uint64_t>;
    LoadedPlugin plugin(host_, fixture_path("intercepts"));
    ASSERT_EQ(plugin.start(), "");
    EXPECT_EQ(plugin.intercepted(), std::vector<std::string>{"messageCreate 7"});
    plugin.intercept("ham", 1);
    plugin.intercept("spam", 2);
    plugin.intercept("fail", 3);
    EXPECT_EQ(plugin.probe().passed(), (Seqs{1, 3}));
    EXPECT_TRUE(plugin.logged("interceptor of messageCreate failed: on purpose")) << plugin.log();
    plugin.intercept("later", 4);
    EXPECT_EQ(plugin.probe().pending(), 1U);
    plugin.message("observed");
    EXPECT_EQ(plugin.counters().errors, 1U) << plugin.log();
    plugin.stop(bus::Lane::Rest::finish);
    EXPECT_EQ(plugin.probe().passed(), Seqs{4});
}

TEST_F(Contract, an_interceptor_in_cpp_gives_its_verdict) {
    LoadedPlugin plugin(host_, fixture_path("intercepts_cpp"));
    ASSERT_EQ(plugin.start(), "");
    EXPECT_EQ(plugin.intercepted(), std::vector<std::string>{"messageCreate -2"});
    plugin.intercept("ham", 1);
    plugin.intercept("spam", 2);
    plugin.intercept("fail", 3);
    EXPECT_EQ(plugin.probe().passed(), (std::vector<std::uint64_t>{1, 3}));
    EXPECT_TRUE(plugin.logged("on purpose")) << plugin.log();
}

TEST_F(Contract, a_plugin_that_is_being_stopped_registers_nothing) {
    LoadedPlugin plugin(host_, fixture_path("after_stop"));
    ASSERT_EQ(plugin.start(), "");
    plugin.stop(Rest::finish);
    EXPECT_TRUE(plugin.logged("stop: refused")) << plugin.log();
    EXPECT_TRUE(plugin.logged("destroy: refused")) << plugin.log();
    EXPECT_FALSE(plugin.logged("WRONG")) << plugin.log();
}

TEST_F(Contract, an_answer_after_the_end_reaches_nobody) {
    LoadedPlugin plugin(host_, fixture_path("wrapper"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("reply");
    plugin.stop(Rest::finish);
    plugin.answer(0, nlohmann::json{{"id", "1"}});
    EXPECT_FALSE(plugin.logged("replied"));
}

class Blocking : public PluginTest {
  protected:
    void TearDown() override { std::ofstream(dir_ / "go") << "now"; }
};

TEST_F(Blocking, a_create_that_hangs_may_return_after_it_was_given_up) {
    // Never freed: an abandoned worker owns nothing here that could go first.
    auto* const plugin =
        new LoadedPlugin(host_, fixture_path("hangs"), {{"until", (dir_ / "go").string()}});
    auto returned = std::make_shared<std::atomic<bool>>(false);
    auto& worker = plugin->worker();
    EXPECT_FALSE(worker.run(
        [plugin, returned] {
            EXPECT_TRUE(plugin->extension().start());
            returned->store(true);
            plugin->extension().stop(Rest::leave_open);
        },
        Millis{50}));
    EXPECT_EQ(staged_files(), 0U);
    std::ofstream(dir_ / "go") << "now";
    EXPECT_TRUE(eventually([&] { return returned->load(); }));
    delete plugin;
}

TEST_F(Blocking, a_handler_that_sleeps_costs_no_other_plugin_anything) {
    LoadedPlugin sleeper(host_, fixture_path("sleeps"), {{"until", (dir_ / "go").string()}});
    LoadedPlugin other(host_, fixture_path("wrapper"));
    ASSERT_EQ(sleeper.start(), "");
    ASSERT_EQ(other.start(), "");
    const auto event = testing::make_event("messageCreate", R"({"content":"x"})");
    std::atomic<bool> woke{false};
    sleeper.worker().post([&] {
        sleeper.extension().handle(
            hostapi::Ticket(event, 1, std::make_shared<hostapi::ExtensionCounters>()));
        woke = true;
    });
    for (int i = 0; i < 100; ++i) {
        other.message("nothing");
    }
    EXPECT_FALSE(woke.load());
    EXPECT_EQ(other.counters().handled.load(), 100U);
    std::ofstream(dir_ / "go") << "now";
    EXPECT_TRUE(eventually([&] { return woke.load(); }));
}

class Unloading : public PluginTest {};

TEST_F(Unloading, a_library_with_unique_symbols_stays_and_says_why_once) {
#ifdef __clang__
    GTEST_SKIP() << "Clang makes no GNU-unique symbols";
#endif
    LoadedPlugin first(host_, fixture_path("gnu_unique"));
    ASSERT_EQ(first.start(), "");
    first.stop(Rest::finish);
    EXPECT_TRUE(first.logged("stays in memory after unloading: it defines the process-wide symbol"))
        << first.log();
    LoadedPlugin second(host_, fixture_path("gnu_unique"));
    ASSERT_EQ(second.start(), "");
    second.stop(Rest::finish);
    EXPECT_FALSE(second.logged("stays in memory"));
}

TEST_F(Unloading, a_thread_local_with_a_destructor_is_survived) {
    LoadedPlugin plugin(host_, fixture_path("thread_local_dtor"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    plugin.stop(Rest::finish);
    // The thread ends after the library was given up: its destructor must still be there.
    EXPECT_TRUE(plugin.logged("a thread_local with a destructor")) << plugin.log();
}

TEST_F(Unloading, a_thousand_reloads_leave_one_mapping) {
    auto current = std::make_unique<LoadedPlugin>(host_, fixture_path("plain_c"));
    ASSERT_EQ(current->start(), "");
    const std::size_t of_one = mappings();
    for (int i = 0; i < 1'000; ++i) {
        auto next = std::make_unique<LoadedPlugin>(host_, fixture_path("plain_c"));
        ASSERT_EQ(next->start(), "");
        const auto state = current->save();
        ASSERT_TRUE(state && *state);
        ASSERT_TRUE(next->load(**state));
        next->message("x");
        current = std::move(next);
    }
    EXPECT_EQ(mappings(), of_one);
    current->message("!count");
    EXPECT_EQ(current->wish(0).arguments["content"], "1001");
}

}  // namespace
}  // namespace rookery::plugin
