// Timers, settings, state and the end of an extension, alike in every form.

#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

TEST(Timers, fire_once_or_again_and_again_until_they_are_cancelled) {
    World world;
    const json once = {{"fired", "once"}};
    for (const Form& form : forms()) {
        // It may have fired by the time that the command counts as handled.
        auto fired = world.run(form, {{{"do", "after"}, {"ms", 1}, {"tag", "once"}}});
        if (fired.empty()) {
            fired = world.reports(form, 1);
        }
        EXPECT_EQ(fired, std::vector<json>{once}) << form.name;
        world.run(form, {{{"do", "every"}, {"ms", 10}, {"tag", "again"}}});
        EXPECT_GE(world.reports(form, 3).size(), 3U) << form.name;
        const auto last = world.run(form, {{{"do", "cancel"}, {"tag", "again"}}});
        EXPECT_EQ(last.back(), (json{{"cancelled", true}})) << form.name;
        EXPECT_EQ(world.run(form, {{{"do", "cancel"}, {"tag", "again"}}}),
                  std::vector<json>{(json{{"cancelled", false}})})
            << form.name;
    }
    Tally::of("timers").add(3);
}

TEST(Timers, one_that_was_cancelled_does_not_fire) {
    World world;
    for (const Form& form : forms()) {
        const auto reports = world.run(form, {{{"do", "after"}, {"ms", 300}, {"tag", "never"}},
                                              {{"do", "after"}, {"ms", 600}, {"tag", "later"}},
                                              {{"do", "cancel"}, {"tag", "never"}}});
        EXPECT_EQ(reports, std::vector<json>{(json{{"cancelled", true}})}) << form.name;
        EXPECT_EQ(world.reports(form, 1), std::vector<json>{(json{{"fired", "later"}})})
            << form.name;
    }
    Tally::of("timers").add();
}

TEST(Settings, are_read_alike) {
    World world;
    const json expected = {{"greeting", "Grüße"},
                           {"count", 42},
                           {"ratio", 0.5},
                           {"on", true},
                           {"nested", {{"list", {"a", "b"}}}}};
    for (const Form& form : forms()) {
        const auto reports = world.run(form, {{{"do", "config"}}});
        ASSERT_EQ(reports.size(), 1U) << form.name;
        EXPECT_EQ(reports[0]["config"], expected) << form.name;
    }
    Tally::of("settings").add();
}

TEST(State, goes_from_one_version_to_the_next) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {{{"do", "keep"}, {"state", "Grüße"}}});
        const auto step = world.reload(form);
        ASSERT_TRUE(step.ok) << form.name << ": " << step.detail;
        EXPECT_NE(step.detail.find("state kept"), std::string::npos) << form.name << step.detail;
        EXPECT_EQ(world.run(form, {{{"do", "state"}}}),
                  std::vector<json>{(json{{"state", "Grüße"}})})
            << form.name;
    }
    Tally::of("state").add();
}

TEST(State, may_be_none) {
    World world;
    for (const Form& form : forms()) {
        const auto step = world.reload(form);
        ASSERT_TRUE(step.ok) << form.name << ": " << step.detail;
        EXPECT_EQ(world.run(form, {{{"do", "state"}}}), std::vector<json>{(json{{"state", ""}})})
            << form.name;
    }
    Tally::of("state").add();
}

TEST(Ends, take_everything_along_that_was_registered) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {{{"do", "on"}, {"event", "guildCreate"}, {"tag", "on"}},
                         {{"do", "on"}, {"event", "*"}, {"tag", "all"}},
                         {{"do", "every"}, {"ms", 10}, {"tag", "again"}}});
        const auto step = world.unload(form);
        EXPECT_TRUE(step.ok) << form.name << ": " << step.detail;
        EXPECT_FALSE(world.wants(form)) << form.name;
    }
    Tally::of("ends").add();
}

TEST(Ends, calls_under_way_do_not_hinder_a_reload_nor_come_back_to_the_wrong_version) {
    World world(Millis{50});
    const json wish = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "1"}, {"content", "x"}}},
                       {"names", {"channelId", "content"}},
                       {"bot", "test"}};
    const json payload = {{"commands", {{{"do", "calls"}, {"calls", {wish}}}}}};
    for (const Form& form : forms()) {
        world.hold_answers();
        world.give(form, world.event("discord:CONTRACT", payload.dump()));
        world.wait_for_calls(form, 1);
        const auto step = world.unload(form);
        EXPECT_TRUE(step.ok) << form.name << ": " << step.detail;
        world.let_answers_go();
        world.reports(form, 0);
        EXPECT_TRUE(world.reload(form).ok) << form.name;
        EXPECT_EQ(world.run(form, {{{"do", "state"}}}), std::vector<json>{(json{{"state", ""}})})
            << form.name;
    }
    Tally::of("ends").add();
}

}  // namespace
}  // namespace rookery::contract
