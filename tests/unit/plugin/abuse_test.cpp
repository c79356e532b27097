// Plugins that do what they must not, and what the debug host says of it.

#include "plugin/debug_host.hpp"
#include "unit/plugin/loaded_plugin.hpp"

#include <cstdlib>

namespace rookery::plugin {
namespace {

/// With the debug host on, whatever the build.
class DebugHostTest : public PluginTest {
  protected:
    DebugHostTest() { ::setenv("ROOKERY_DEBUG_HOST", "1", 1); }
    ~DebugHostTest() override { ::unsetenv("ROOKERY_DEBUG_HOST"); }
};

using Abuse = PluginTest;

TEST_F(Abuse, every_function_refuses_to_be_called_with_nothing) {
    LoadedPlugin plugin(host_, fixture_path("every_function"));
    EXPECT_EQ(plugin.start(), "");
}

TEST_F(Abuse, texts_that_are_no_texts_are_refused_or_found_nowhere) {
    LoadedPlugin plugin(host_, fixture_path("bad_texts"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
    for (std::size_t i = 0; i < plugin.wish_count(); ++i) {
        plugin.answer(i, Error(ErrorKind::not_found, "there is no such thing"));
    }
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
}

TEST_F(Abuse, forged_handles_name_nothing) {
    LoadedPlugin plugin(host_, fixture_path("forged_handles"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
}

TEST_F(Abuse, what_is_given_back_twice_comes_back_once) {
    LoadedPlugin plugin(host_, fixture_path("gives_back_twice"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
    plugin.stop(bus::Lane::Rest::finish);
    EXPECT_TRUE(plugin.logged("given back: 2")) << plugin.log();
}

TEST_F(DebugHostTest, names_what_lent_a_text_that_was_kept) {
    LoadedPlugin plugin(host_, fixture_path("keeps_texts"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("first", 1);
    plugin.answer(0, Error(ErrorKind::denied, "no"));
    EXPECT_FALSE(plugin.logged("mistake")) << plugin.log();
    plugin.message("second", 2);
    for (const char* function :
         {"views.get_named", "views.write_json", "the end of an operation"}) {
        EXPECT_TRUE(plugin.logged(std::string("mistake in the plugin: ") + function +
                                  ": a text that it had lent was used after its time"))
            << function << plugin.log();
    }
    EXPECT_EQ(plugin.counters().errors, 0U) << plugin.log();
}

TEST_F(DebugHostTest, names_the_function_that_was_called_on_another_thread) {
    LoadedPlugin plugin(host_, fixture_path("wrong_thread"));
    ASSERT_EQ(plugin.start(), "");
    for (const char* function : {"events.subscribe", "timers.start", "views.get"}) {
        EXPECT_TRUE(plugin.logged(std::string(function) + ": not on the instance thread"))
            << function << plugin.log();
    }
}

TEST_F(DebugHostTest, tells_of_an_event_that_was_given_back_twice) {
    LoadedPlugin plugin(host_, fixture_path("gives_back_twice"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("x");
    EXPECT_EQ(plugin.count_logged("events.release: of an event that the plugin does not hold"), 2U)
        << plugin.log();
}

TEST_F(DebugHostTest, says_nothing_of_plugins_that_are_right) {
    LoadedPlugin plugin(host_, fixture_path("plain_c"));
    ASSERT_EQ(plugin.start(), "");
    plugin.message("hello", 1);
    plugin.message("hello", 2);
    plugin.stop(bus::Lane::Rest::finish);
    EXPECT_FALSE(plugin.logged("mistake")) << plugin.log();
}

TEST_F(DebugHostTest, is_off_without_being_asked_for) {
    ::setenv("ROOKERY_DEBUG_HOST", "0", 1);
    EXPECT_FALSE(DebugHost::wanted());
    ::setenv("ROOKERY_DEBUG_HOST", "1", 1);
    EXPECT_TRUE(DebugHost::wanted());
}

}  // namespace
}  // namespace rookery::plugin
