// Keys and values, settings of guilds and numbers, alike in every form.

#include "contract/world.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

/// A command, and what every form must report of it.
struct Step {
    json command;
    json expected;
};

const json kTrue = {{"ok", true}};
const json kFalse = {{"ok", false}};
const json kNone = {{"none", true}};

json refusal(const std::string& kind, const std::string& message) {
    return {{"kind", kind}, {"message", message}};
}

/// Names before the fault differ: of the function, of the place in the script.
void drop_place(json& report, const json& expected) {
    const std::string said = report.value("message", "");
    const std::string wanted = expected.value("message", "");
    if (!wanted.empty() && said.ends_with(": " + wanted)) {
        report["message"] = wanted;
    }
}

void expect_steps(World& world, const std::vector<Step>& steps, const std::string& tally) {
    for (const Form& form : forms()) {
        for (const auto& [command, expected] : steps) {
            auto reports = world.run(form, {command});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << command.dump().substr(0, 300);
            drop_place(reports[0], expected);
            EXPECT_EQ(reports[0], as_told(expected, false, form.tables))
                << form.name << " " << command.dump().substr(0, 300);
        }
    }
    Tally::of(tally).add(steps.size());
}

json get(const std::string& key) { return {{"do", "kv_get"}, {"key", key}}; }
json set(const std::string& key, const std::string& value) {
    return {{"do", "kv_set"}, {"key", key}, {"value", value}};
}

TEST(Kv, keeps_removes_and_counts) {
    World world;
    expect_steps(world,
                 {{get("a"), kNone},
                  {set("a", "Grüße"), kTrue},
                  {get("a"), {{"ok", "Grüße"}}},
                  {set("a", ""), kTrue},
                  {get("a"), {{"ok", ""}}},
                  {{{"do", "kv_delete"}, {"key", "a"}}, kTrue},
                  {{{"do", "kv_delete"}, {"key", "a"}}, kFalse},
                  {get("a"), kNone},
                  {{{"do", "kv_incr"}, {"key", "n"}, {"amount", 1}}, {{"ok", 1}}},
                  {{{"do", "kv_incr"}, {"key", "n"}, {"amount", 41}}, {{"ok", 42}}},
                  {{{"do", "kv_incr"}, {"key", "n"}, {"amount", -50}}, {{"ok", -8}}},
                  {set("text", "x"), kTrue},
                  {{{"do", "kv_incr"}, {"key", "text"}, {"amount", 1}},
                   refusal("invalid", "the key holds something else than a whole number")}},
                 "keys and values");
}

TEST(Kv, changes_only_what_is_as_expected) {
    World world;
    const auto cas = [](const char* key, const char* old, const char* value) {
        json out = {{"do", "kv_cas"}, {"key", key}, {"value", value}};
        if (old != nullptr) {
            out["old"] = old;
        }
        return out;
    };
    expect_steps(world,
                 {{cas("a", "1", "2"), kFalse},
                  {cas("a", nullptr, "1"), kTrue},
                  {cas("a", nullptr, "2"), kFalse},
                  {cas("a", "x", "2"), kFalse},
                  {get("a"), {{"ok", "1"}}},
                  {cas("a", "1", "2"), kTrue},
                  {get("a"), {{"ok", "2"}}}},
                 "keys and values");
}

TEST(Kv, carries_out_several_changes_or_none) {
    World world;
    const auto batch = [](json expect, json write) {
        return json{{"do", "kv_batch"}, {"expect", std::move(expect)}, {"write", std::move(write)}};
    };
    const json item_a = {{"key", "a"}, {"value", "1"}};
    const json item_b = {{"key", "b"}, {"value", "2"}};
    const std::string longest(513, 'k');
    expect_steps(
        world,
        {{batch(json::array({json{{"key", "a"}}}), json::array({item_a, item_b})), kTrue},
         {get("b"), {{"ok", "2"}}},
         {batch(json::array({json{{"key", "a"}}}), json::array({{{"key", "b"}, {"value", "3"}}})),
          kFalse},
         {batch(json::array({item_a, {{"key", "b"}, {"value", "3"}}}),
                json::array({json{{"key", "a"}}})),
          kFalse},
         {get("a"), {{"ok", "1"}}},
         {batch(json::array({item_a, item_b}),
                json::array({json{{"key", "a"}}, {{"key", "b"}, {"value", "3"}}})),
          kTrue},
         {get("a"), kNone},
         {get("b"), {{"ok", "3"}}},
         {batch(json::array(), json::array({item_a, {{"key", longest}, {"value", "x"}}})),
          refusal("limit", "the key is longer than 512 bytes")},
         {get("a"), kNone}},
        "keys and values");
}

TEST(Kv, lists_by_prefix_page_by_page) {
    World world;
    const auto list = [](const char* prefix, const char* after, int limit) {
        return json{{"do", "kv_list"}, {"prefix", prefix}, {"after", after}, {"limit", limit}};
    };
    const auto page = [](json items, bool more) {
        return json{{"ok", std::move(items)}, {"more", more}};
    };
    const auto item = [](const char* key) { return json::array({key, "x"}); };
    expect_steps(
        world,
        {{list("p/", "", 10), page(json::array(), false)},
         {set("p/b", "x"), kTrue},
         {set("p/a", "x"), kTrue},
         {set("p/c", "x"), kTrue},
         {set("q", "x"), kTrue},
         {list("p/", "", 10), page(json::array({item("p/a"), item("p/b"), item("p/c")}), false)},
         {list("p/", "", 2), page(json::array({item("p/a"), item("p/b")}), true)},
         {list("p/", "p/b", 2), page(json::array({item("p/c")}), false)},
         {list("", "p/c", 10), page(json::array({item("q")}), false)},
         {list("z", "", 10), page(json::array(), false)}},
        "keys and values");
}

TEST(Kv, forgets_what_has_expired) {
    World world;
    json with_end = set("a", "x");
    with_end["ms"] = 1500;
    for (const Form& form : forms()) {
        EXPECT_EQ(world.run(form, {with_end}), std::vector<json>{kTrue}) << form.name;
        world.let_time_pass(Millis{1499});
        EXPECT_EQ(world.run(form, {get("a")}), std::vector<json>{(json{{"ok", "x"}})}) << form.name;
        world.let_time_pass(Millis{1});
        EXPECT_EQ(world.run(form, {get("a")}), std::vector<json>{kNone}) << form.name;
    }
    Tally::of("keys and values").add();
}

TEST(Kv, refuses_keys_and_values_beyond_the_limits_with_the_same_words) {
    World world;
    const std::string longest(512, 'k');
    json large = set("a", "0123456789abcdef");
    large["repeat"] = (1 << 16) + 1;
    json large_list = {{"do", "kv_list"}, {"prefix", longest + "k"}, {"after", ""}, {"limit", 1}};
    expect_steps(world,
                 {{large, refusal("limit", "the value is larger than 1 MiB")},
                  {get("a"), kNone},
                  {set("", "x"), refusal("invalid", "the key is empty")},
                  {get(""), refusal("invalid", "the key is empty")},
                  {set(longest, "x"), kTrue},
                  {get(longest), {{"ok", "x"}}},
                  {set(longest + "k", "x"), refusal("limit", "the key is longer than 512 bytes")},
                  {get(longest + "k"), refusal("limit", "the key is longer than 512 bytes")},
                  {{{"do", "kv_incr"}, {"key", longest + "k"}, {"amount", 1}},
                   refusal("limit", "the key is longer than 512 bytes")},
                  {large_list, refusal("limit", "the prefix is longer than 512 bytes")}},
                 "keys and values, wrong");
}

TEST(Kv, is_each_ones_own_and_outlives_a_reload) {
    World world;
    for (const Form& form : forms()) {
        EXPECT_EQ(world.run(form, {get("a")}), std::vector<json>{kNone}) << form.name;
        EXPECT_EQ(world.run(form, {set("a", form.name)}), std::vector<json>{kTrue});
        ASSERT_TRUE(world.reload(form).ok) << form.name;
        EXPECT_EQ(world.run(form, {get("a")}), std::vector<json>{(json{{"ok", form.name}})});
    }
    Tally::of("keys and values").add();
}

json declaration() {
    return {{"limit", {{"type", "integer"}, {"default", 3}, {"min", 1}, {"max", 10}}},
            {"greeting", {{"type", "string"}, {"default", "Grüße"}, {"max", 8}}},
            {"on", {{"type", "boolean"}, {"default", false}}},
            {"mode", {{"type", "choice"}, {"choices", {"soft", "hard"}}, {"default", "soft"}}},
            {"log", {{"type", "id"}}},
            {"ratio", {{"type", "number"}, {"default", 0.5}}}};
}
json declare(json settings) {
    return {{"do", "settings_declare"}, {"settings", std::move(settings)}};
}
json read(const std::string& guild, const std::string& key) {
    return {{"do", "settings_get"}, {"guild", guild}, {"key", key}};
}
json change(const std::string& guild, const std::string& key, json value) {
    return {{"do", "settings_set"}, {"guild", guild}, {"key", key}, {"value", std::move(value)}};
}
json reset(const std::string& guild, const std::string& key) {
    return {{"do", "settings_reset"}, {"guild", guild}, {"key", key}};
}

TEST(GuildSettings, have_defaults_until_they_are_set) {
    World world;
    const json all = {{"limit", 7},     {"greeting", "hello"}, {"on", true},
                      {"mode", "hard"}, {"log", "123"},        {"ratio", 0.25}};
    expect_steps(world,
                 {{declare(declaration()), kTrue},
                  {read("100", "limit"), {{"ok", 3}}},
                  {read("100", "greeting"), {{"ok", "Grüße"}}},
                  {read("100", "on"), {{"ok", false}}},
                  {read("100", "mode"), {{"ok", "soft"}}},
                  {read("100", "log"), kNone},
                  {read("100", "ratio"), {{"ok", 0.5}}},
                  {read("", "limit"), {{"ok", 3}}},
                  {change("100", "limit", 7), kTrue},
                  {change("100", "greeting", "hello"), kTrue},
                  {change("100", "on", true), kTrue},
                  {change("100", "mode", "hard"), kTrue},
                  {change("100", "log", "123"), kTrue},
                  {change("100", "ratio", 0.25), kTrue},
                  {read("100", "limit"), {{"ok", 7}}},
                  {{{"do", "settings_all"}, {"guild", "100"}}, {{"ok", all}}},
                  {read("101", "limit"), {{"ok", 3}}},
                  {reset("100", "limit"), kTrue},
                  {read("100", "limit"), {{"ok", 3}}},
                  {read("100", "greeting"), {{"ok", "hello"}}},
                  {reset("100", ""), kTrue},
                  {read("100", "greeting"), {{"ok", "Grüße"}}}},
                 "settings of guilds");
}

/// Every form says the same, after what names its own function.
void expect_same_words(const std::vector<Step>& steps, const std::string& tally) {
    World world;
    for (const auto& [command, marker] : steps) {
        std::string words;
        for (const Form& form : forms()) {
            EXPECT_EQ(world.run(form, {declare(declaration())}), std::vector<json>{kTrue});
            const auto reports = world.run(form, {command});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << command;
            std::string message = reports[0].value("message", "");
            message = message.substr(std::min(message.find(std::string(marker)), message.size()));
            EXPECT_FALSE(message.empty()) << form.name << " " << command << reports[0];
            EXPECT_EQ(message, words.empty() ? message : words) << form.name << " " << command;
            words = message;
        }
    }
    Tally::of(tally).add(steps.size());
}

TEST(GuildSettings, that_do_not_fit_are_refused_with_the_same_words) {
    expect_same_words({{change("100", "limit", 11), "limit"},
                       {change("100", "limit", "many"), "limit"},
                       {change("100", "greeting", "far too long"), "greeting"},
                       {change("100", "greeting", 5), "greeting"},
                       {change("100", "on", "yes"), "on "},
                       {change("100", "mode", "hrad"), "mode"},
                       {change("100", "log", "#general"), "log"},
                       {change("100", "ratio", true), "ratio"},
                       {change("100", "limt", 5), "there is no"},
                       {change("", "limit", 5), "a setting belongs"},
                       {change("#general", "limit", 5), "guild must be"},
                       {read("#general", "limit"), "guild must be"},
                       {read("100", "limt"), "there is no"},
                       {reset("100", "limt"), "there is no"}},
                      "settings of guilds, wrong");
}

TEST(GuildSettings, are_declared_right_or_refused_with_the_same_words) {
    const auto one = [](json rule) { return declare({{"limit", std::move(rule)}}); };
    expect_same_words({{one({{"type", "integr"}}), "limit"},
                       {one({{"type", "integer"}, {"default", "x"}}), "limit"},
                       {one({{"type", "choice"}}), "limit"},
                       {one({{"type", "integer"}, {"dafault", 3}}), "limit"},
                       {one(5), "limit"}},
                      "settings of guilds, wrong");
}

json count(const std::string& kind, const std::string& name, int amount,
           const std::string& label = "") {
    json out = {{"do", "metric"}, {"kind", kind}, {"name", name}, {"amount", amount}};
    if (!label.empty()) {
        out["label"] = label;
    }
    return out;
}

TEST(Metrics, count_alike) {
    World world;
    std::string expected;
    for (const Form& form : forms()) {
        world.run(form, {count("counter", "used", 2), count("counter", "used", 3),
                         count("counter", "by", 1, "a"), count("counter", "by", 4, "b"),
                         count("gauge", "now", 7), count("gauge", "now", -2),
                         count("histogram", "took", 1), count("histogram", "took", 5),
                         count("histogram", "took", 50)});
        const std::string text = world.metrics(form);
        expected = expected.empty() ? text : expected;
        EXPECT_EQ(text, expected) << form.name;
    }
    for (const char* line : {"used 5\n", "by{of=\"b\"} 4\n", "now -2\n", "took_count 3\n",
                             "took_bucket{le=\"10\"} 2\n"}) {
        EXPECT_NE(expected.find(line), std::string::npos) << line << expected;
    }
    Tally::of("metrics").add(9);
}

TEST(Metrics, that_cannot_be_are_refused_with_the_same_words) {
    World world;
    for (const Form& form : forms()) {
        world.run(form, {count("counter", "used", 1)});
        for (int i = 1; i < 100; ++i) {
            EXPECT_EQ(world.run(form, {count("gauge", "now", i, std::to_string(i))}),
                      std::vector<json>{kTrue});
        }
    }
    const std::vector<std::pair<json, std::string>> wrong = {
        {count("counter", "2fast", 1), "metric "},
        {count("counter", "", 1), "metric "},
        {count("gauge", "used", 1), "metric "},
        {count("gauge", "now", 1, "another"), "more than "},
        {count("counter", "fresh", 1), "more than "},
        {count("counter", "fresh", 1, std::string(129, 'x')), "metric "},
    };
    for (const auto& [command, marker] : wrong) {
        std::string words;
        for (const Form& form : forms()) {
            const auto reports = world.run(form, {command});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << command;
            std::string message = reports[0].value("message", "");
            message = message.substr(std::min(message.find(marker), message.size()));
            EXPECT_FALSE(message.empty()) << form.name << " " << command << reports[0];
            EXPECT_EQ(message, words.empty() ? message : words) << form.name << " " << command;
            words = message;
        }
    }
    Tally::of("metrics, wrong").add(wrong.size());
}

json ask(const json& more = json::object()) {
    json out = {{"do", "http"}, {"method", "POST"}, {"url", "https://api.example.com/v1"}};
    out.update(more);
    return out;
}

TEST(Http, is_refused_without_a_grant_with_the_same_words) {
    World world;
    std::string words;
    for (const Form& form : forms()) {
        const auto reports = world.run(form, {ask()});
        ASSERT_EQ(reports.size(), 1U) << form.name;
        EXPECT_EQ(reports[0].value("kind", ""), "denied") << form.name << reports[0];
        const std::string message = reports[0].value("message", "");
        EXPECT_NE(message.find("grant = [\"http:api.example.com"), std::string::npos) << message;
        EXPECT_EQ(message, words.empty() ? message : words) << form.name;
        words = message;
    }
    Tally::of("http, wrong").add();
}

TEST(Http, asks_alike_and_is_told_alike) {
    World world;
    world.grant({"http:api.example.com"});
    json answer;
    for (const Form& form : forms()) {
        ASSERT_TRUE(world.reload(form).ok);
        const auto reports = world.run(
            form,
            {ask({{"header", "X-Mine"}, {"body", "Grüße"}, {"ms", 2500}, {"max_bytes", 1000}})});
        ASSERT_EQ(reports.size(), 1U) << form.name;
        answer = answer.is_null() ? reports[0] : answer;
        EXPECT_EQ(reports[0], answer) << form.name;
    }
    const json asked = json::parse(answer["ok"].value("body", "{}"));
    EXPECT_EQ(answer["ok"].value("status", 0), 200);
    EXPECT_EQ(asked.value("body", ""), "Grüße");
    EXPECT_EQ(asked.value("timeout", 0), 2500);
    EXPECT_EQ(asked.value("max_bytes", 0), 1000);
    EXPECT_EQ(asked["headers"].value("X-Mine", ""), "yes");
    Tally::of("http").add();
}

TEST(Http, refuses_what_is_beyond_the_limits_with_the_same_words) {
    const std::vector<std::pair<json, std::string>> wrong = {
        {ask({{"header", "Host"}}), "the header"},
        {ask({{"url", "https://broken.test/"}}), "nobody is there"}};
    World world;
    world.grant({"http:api.example.com"});
    for (const Form& form : forms()) {
        ASSERT_TRUE(world.reload(form).ok);
    }
    for (const auto& [command, marker] : wrong) {
        std::string words;
        for (const Form& form : forms()) {
            const auto reports = world.run(form, {command});
            ASSERT_EQ(reports.size(), 1U) << form.name << " " << command;
            std::string message = reports[0].value("message", "");
            message = message.substr(std::min(message.find(marker), message.size()));
            EXPECT_FALSE(message.empty()) << form.name << " " << command << reports[0];
            EXPECT_EQ(message, words.empty() ? message : words) << form.name << " " << command;
            words = message;
        }
    }
    Tally::of("http, wrong").add(wrong.size());
}

}  // namespace
}  // namespace rookery::contract
