// Every event of the schema through every form: each reads every field of every shape by its own
// means, and all get what is committed as the event's data.

#include "contract/world.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace rookery::contract {
namespace {

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/tests/fixtures/discord/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The fields of a shape and of all shapes within it, as the driver in Lua goes by them.
void describe(const model::Shape& shape, json& out) {
    if (out.contains(shape.name)) {
        return;
    }
    json& fields = out[std::string(shape.name)] = json::array();
    for (const auto& field : shape.fields) {
        json one = {{"name", field.name}, {"list", field.type == model::FieldType::array}};
        if (field.shape != nullptr) {
            one["shape"] = field.shape->name;
        }
        fields.push_back(std::move(one));
    }
    for (const auto& field : shape.fields) {
        if (field.shape != nullptr) {
            describe(*field.shape, out);
        }
    }
}

std::size_t count_fields(const json& value) {
    std::size_t count = 0;
    if (value.is_structured()) {
        for (const json& child : value) {
            count += count_fields(child) + (value.is_object() ? 1 : 0);
        }
    }
    return count;
}

TEST(Events, every_field_of_every_event_is_read_alike) {
    World world;
    for (const auto& info : model::event_infos()) {
        const std::string name(info.name);
        const std::string payload = fixture(name + ".json");
        ASSERT_FALSE(payload.empty()) << "no fixture for " << name;
        const json expected = json::parse(fixture("expected/" + name + ".json"));
        json command = {{"do", "on"}, {"event", name}, {"tag", name}, {"read", true}};
        command["shape"] = info.shape->name;
        describe(*info.shape, command["shapes"]);
        for (const Form& form : forms()) {
            EXPECT_TRUE(world.run(form, {command}).empty()) << form.name << " " << name;
            const auto reports =
                world.send(form, world.event(name, payload, fixture("context/" + name + ".json")));
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << name;
            const bool exact = form.name == "C";
            EXPECT_EQ(as_told(reports[0]["data"], !exact, form.tables),
                      as_told(expected, !exact, form.tables))
                << form.name << " " << name;
            EXPECT_EQ(reports[0]["event"], name) << form.name;
            EXPECT_EQ(reports[0]["bot"], "test") << form.name;
            EXPECT_EQ(reports[0]["platform"], "discord") << form.name;
            world.run(form, {{{"do", "off"}, {"tag", name}}});
        }
        Tally::of("events").add();
        Tally::of("fields of events").add(count_fields(expected));
    }
}

TEST(Events, an_event_that_nothing_normalised_fits_passes_through) {
    World world;
    const json payload = {
        {"snake_case", 1}, {"list", {{{"a", "ü"}}, true}}, {"deep", {{"x", 0.5}}}};
    for (const Form& form : forms()) {
        world.run(form,
                  {{{"do", "on"}, {"event", "discord:NEW_THING"}, {"tag", "raw"}, {"read", true}}});
        const auto reports = world.send(form, world.event("discord:NEW_THING", payload.dump()));
        ASSERT_EQ(reports.size(), 1U) << form.name;
        EXPECT_EQ(reports[0]["data"], payload) << form.name;
        EXPECT_EQ(reports[0]["event"], "discord:NEW_THING") << form.name;
    }
    Tally::of("events").add();
}

TEST(Events, a_star_hears_of_everything_after_the_others) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {{{"do", "on"}, {"event", "*"}, {"tag", "all"}},
                         {{"do", "on"}, {"event", "guildCreate"}, {"tag", "first"}},
                         {{"do", "on"}, {"event", "guildCreate"}, {"tag", "second"}}});
        const auto reports = world.send(form, world.event("guildCreate", R"({"id":"1"})"));
        std::vector<std::string> heard;
        for (const json& report : reports) {
            heard.push_back(report["heard"]);
        }
        EXPECT_EQ(heard, (std::vector<std::string>{"first", "second", "all"})) << form.name;
        EXPECT_EQ(world.send(form, world.event("roleCreate", "{}")).size(), 1U) << form.name;
    }
    Tally::of("subscriptions").add(2);
}

TEST(Events, a_name_that_does_not_exist_is_refused_with_the_nearest) {
    World world;
    std::set<std::string> words;
    for (const Form& form : forms()) {
        const auto reports =
            world.run(form, {{{"do", "on"}, {"event", "mesageCreate"}, {"tag", "x"}}});
        ASSERT_EQ(reports.size(), 1U) << form.name;
        const json refused = reports[0]["refused"];
        EXPECT_EQ(refused["kind"], "invalid") << form.name;
        EXPECT_NE(refused["message"].get<std::string>().find("messageCreate"), std::string::npos)
            << form.name << refused;
    }
    Tally::of("subscriptions").add();
}

TEST(Events, once_hears_once_and_off_ends_it) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {{{"do", "on"}, {"event", "guildCreate"}, {"tag", "once"}, {"once", true}},
                         {{"do", "on"}, {"event", "guildCreate"}, {"tag", "on"}}});
        const auto hear = [&] {
            std::multiset<std::string> heard;
            for (const json& report :
                 world.send(form, world.event("guildCreate", R"({"id":"1"})"))) {
                heard.insert(report["heard"]);
            }
            return heard;
        };
        EXPECT_EQ(hear(), (std::multiset<std::string>{"on", "once"})) << form.name;
        EXPECT_EQ(hear(), std::multiset<std::string>{"on"}) << form.name;
        world.run(form, {{{"do", "off"}, {"tag", "on"}}});
        EXPECT_EQ(world.send(form, world.event("guildCreate", R"({"id":"1"})")).size(), 0U)
            << form.name;
    }
    Tally::of("subscriptions").add(3);
}

TEST(Events, one_that_is_kept_is_unfinished_until_it_is_let_go) {
    World world;
    for (const Form& form : forms()) {
        const json payload = {{"commands", {{{"do", "linger"}, {"ms", 20}}}}};
        const auto reports = world.send(form, world.event("discord:CONTRACT", payload.dump()));
        const json let_go = {{"fired", "let go"}};
        EXPECT_NE(std::find(reports.begin(), reports.end(), let_go), reports.end()) << form.name;
    }
    Tally::of("events kept").add();
}

TEST(Events, one_is_unfinished_while_a_call_for_it_is_open) {
    World world;
    const json wish = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "1"}, {"content", "x"}}},
                       {"names", {"channelId", "content"}},
                       {"bot", "test"}};
    const json payload = {{"commands", {{{"do", "calls"}, {"calls", {wish}}}}}};
    for (const Form& form : forms()) {
        world.hold_answers();
        const auto event = world.event("discord:CONTRACT", payload.dump());
        world.give(form, event);
        world.wait_for_calls(form, 1);
        EXPECT_FALSE(world.finished(form, event->seq())) << form.name;
        world.let_answers_go();
        const auto reports = world.reports(form, 2);
        EXPECT_EQ(reports.size(), 2U) << form.name;
        EXPECT_EQ(world.take_calls(form).size(), 1U);
    }
    Tally::of("events kept").add();
}

TEST(Events, a_handler_that_fails_costs_its_event_and_nothing_else) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {{{"do", "fail"}}});
        EXPECT_EQ(world.status(form).errors, 1U) << form.name;
        EXPECT_EQ(world.run(form, {{{"do", "state"}}}).size(), 1U) << form.name;
    }
    Tally::of("failures").add();
}

}  // namespace
}  // namespace rookery::contract
