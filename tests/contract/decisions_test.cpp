// Interceptors and times of day, alike in every form.

#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

using Heard = std::vector<std::pair<std::string, json>>;

json intercept(const std::string& verdict, int priority, json where = json::object()) {
    json out = {{"do", "intercept"}, {"tag", "i"}, {"verdict", verdict}, {"priority", priority}};
    out["names"] = json::array();
    for (const auto& [name, value] : where.items()) {
        out["names"].push_back(name);
    }
    if (!where.empty()) {
        out["where"] = std::move(where);
    }
    return out;
}

const json kListen = {{"do", "on"}, {"event", "messageCreate"}, {"tag", "l"}};
const json kEnd = {{"do", "off"}, {"tag", "i"}};
const json kAsked = {{"asked", "i"}};
const json kHeard = {{"heard", "l"}, {"event", "messageCreate"}};

model::EventPtr message(World& world, const std::string& channel = "500") {
    const json payload = {{"id", "900"}, {"channel_id", channel}, {"content", "x"}};
    return world.event("messageCreate", payload.dump());
}

std::size_t heard_in(const Heard& all) {
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& one) { return one.second == kHeard; }));
}

TEST(Interceptors, stop_pass_or_fail_and_everybody_else_gets_it_or_not) {
    World world;
    for (const Form& form : forms()) {
        EXPECT_TRUE(world.run(form, {kListen}).empty()) << form.name;
    }
    for (const Form& form : forms()) {
        for (const char* verdict : {"pass", "fail", "stop"}) {
            const bool stops = std::string(verdict) == "stop";
            EXPECT_TRUE(world.run(form, {intercept(verdict, 0)}).empty()) << form.name << verdict;
            const Heard heard = world.send_to_all(message(world));
            ASSERT_FALSE(heard.empty()) << form.name << verdict;
            EXPECT_EQ(heard.front(), std::pair(form.name, kAsked)) << verdict;
            EXPECT_EQ(heard_in(heard), stops ? 0U : forms().size()) << form.name << verdict;
            EXPECT_TRUE(world.run(form, {kEnd}).empty()) << form.name;
            EXPECT_EQ(heard_in(world.send_to_all(message(world))), forms().size())
                << form.name << " after its end";
        }
    }
    Tally::of("interceptors").add(3);
}

TEST(Interceptors, are_asked_by_priority_whoever_they_are) {
    World world;
    std::vector<int> priorities = {-1, 0, 1};
    do {
        std::map<int, std::string, std::greater<>> turns;
        for (const Form& form : forms()) {
            turns[priorities[form.slot - 1]] = form.name;
            EXPECT_TRUE(world.run(form, {intercept("pass", priorities[form.slot - 1])}).empty());
        }
        Heard expected;
        for (const auto& [priority, name] : turns) {
            expected.emplace_back(name, kAsked);
        }
        EXPECT_EQ(world.send_to_all(message(world)), expected) << json(priorities);
        for (const Form& form : forms()) {
            world.run(form, {kEnd});
        }
    } while (std::next_permutation(priorities.begin(), priorities.end()));
    Tally::of("interceptors").add(6);
}

TEST(Interceptors, that_stop_are_the_last_to_be_asked) {
    World world;
    for (const Form& stopping : forms()) {
        for (const Form& form : forms()) {
            const bool stops = form.name == stopping.name;
            world.run(form, {intercept(stops ? "stop" : "pass", stops ? 10 : 5)});
        }
        const Heard expected = {{stopping.name, kAsked}};
        EXPECT_EQ(world.send_to_all(message(world)), expected);
        for (const Form& form : forms()) {
            world.run(form, {kEnd});
        }
    }
    Tally::of("interceptors").add();
}

TEST(Interceptors, are_asked_about_what_their_filter_lets_through) {
    World world;
    for (const Form& form : forms()) {
        EXPECT_TRUE(world.run(form, {kListen}).empty()) << form.name;
    }
    for (const Form& form : forms()) {
        world.run(form, {intercept("stop", 0, {{"channel", "500"}})});
        EXPECT_EQ(heard_in(world.send_to_all(message(world, "500"))), 0U) << form.name;
        EXPECT_EQ(heard_in(world.send_to_all(message(world, "501"))), forms().size()) << form.name;
        world.run(form, {kEnd});
    }
    Tally::of("interceptors").add(2);
}

/// What a driver was refused with, from where that begins to be the same in all of them.
std::string refused_words(World& world, const Form& form, const json& command,
                          const std::string& marker) {
    const auto reports = world.run(form, {command});
    EXPECT_EQ(reports.size(), 1U) << form.name << " " << command;
    const json refused =
        reports.empty() ? json::object() : reports[0].value("refused", json::object());
    const std::string message = refused.value("message", "");
    EXPECT_NE(message.find(marker), std::string::npos) << form.name << " " << command << refused;
    return message.substr(std::min(message.rfind(marker), message.size()));
}

void expect_refused(const std::vector<std::pair<json, std::string>>& wrong,
                    const std::string& tally) {
    World world;
    for (const auto& [command, marker] : wrong) {
        const std::string words = refused_words(world, forms().front(), command, marker);
        for (const Form& form : forms()) {
            EXPECT_EQ(refused_words(world, form, command, marker), words) << form.name;
        }
    }
    Tally::of(tally).add(wrong.size());
}

TEST(Interceptors, with_a_filter_that_means_nothing_are_refused_with_the_same_words) {
    expect_refused({{intercept("pass", 0, {{"chanel", "500"}}), "filter: "},
                    {intercept("pass", 0, {{"channel", "#general"}}), "filter: "},
                    {intercept("pass", 0, {{"author.usrname", "x"}}), "filter: "}},
                   "interceptors, wrong");
}

json cron(const std::string& when, const std::string& zone) {
    return {{"do", "cron"}, {"tag", "c"}, {"when", when}, {"zone", zone}};
}

TEST(Cron, is_registered_and_cancelled) {
    World world;
    for (const Form& form : forms()) {
        for (const auto& [when, zone] :
             std::vector<std::pair<std::string, std::string>>{{"0 9 * * 1-5", "Europe/Berlin"},
                                                              {"*/15 0,12 1 jan-mar sun", "UTC"},
                                                              {"@daily", "America/St_Johns"}}) {
            EXPECT_EQ(world.run(form, {cron(when, zone)}), std::vector<json>{})
                << form.name << " " << when;
            EXPECT_EQ(world.run(form, {{{"do", "cancel"}, {"tag", "c"}}}),
                      std::vector<json>{(json{{"cancelled", true}})})
                << form.name << " " << when;
        }
    }
    Tally::of("cron").add(3);
}

TEST(Cron, that_means_nothing_is_refused_with_the_same_words) {
    expect_refused({{cron("whenever", "UTC"), "expected"},
                    {cron("", "UTC"), "expected"},
                    {cron("60 * * * *", "UTC"), "minute"},
                    {cron("* 24 * * *", "UTC"), "hour"},
                    {cron("* * 0 * *", "UTC"), "day"},
                    {cron("* * * 13 *", "UTC"), "month"},
                    {cron("* * * * noday", "UTC"), "weekday"},
                    {cron("5-1 * * * *", "UTC"), "minute"},
                    {cron("*/0 * * * *", "UTC"), "minute"},
                    {cron("0 0 30 2 *", "UTC"), "this will never happen"},
                    {cron("@never", "UTC"), "expected"},
                    {cron("@daily", "Europe/Berlinn"), "there is no time zone"},
                    {cron("@daily", "../../etc/passwd"), "zone"}},
                   "cron, wrong");
}

}  // namespace
}  // namespace rookery::contract
