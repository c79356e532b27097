#include "hostapi/instance_commands.hpp"

#include "hostapi/interaction_filter.hpp"
#include "support/events.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

/// Every press is an answer, to the question that its custom id names.
class FakePresses final : public Presses {
  public:
    [[nodiscard]] bool concerns(const model::Event& event, std::string_view) const override {
        return messages || event.type() == model::EventType::interaction_create;
    }
    bool messages = false;  ///< every message is an answer, too
    void add(std::string_view, std::string_view) override {}
    void remove(std::string_view, std::string_view) override {}
    [[nodiscard]] bool wants_messages(std::string_view) const override { return false; }
    [[nodiscard]] std::shared_ptr<void> watch(std::function<void()>) override { return nullptr; }
    void heard(const model::Event&) override {}
    [[nodiscard]] bool was_heard(const model::Event&) const override { return false; }
    void prepare(model::EventPtr event, Asking asking,
                 std::function<void(std::optional<Invocation>)> done) override {
        const std::string key = key_of_interaction(*event).text;
        std::optional<Invocation> out;
        if (asking.asks(key)) {
            out.emplace().data = {{"action", "~ask"}, {"state", {{"k", key}}}};
        }
        done(std::move(out));
    }
};

/// One extension with its commands, on a platform that answers what it is told to.
class InstanceCommandsTest : public ::testing::Test {
  protected:
    template <class Task>
    auto on_worker(Task task) {
        std::promise<decltype(task())> done;
        worker_->post([&] { done.set_value(task()); });
        return done.get_future().get();
    }

    InstanceCommandsTest() {
        operations_.add_bot("test", [this](PlatformCall call, const OperationDone& done) {
            answer(std::string(call.info->name), std::move(call.arguments), done);
        });
        operations_.route("CORE", [this](const model::OperationInfo& info, OperationCall call,
                                         const OperationDone& done) {
            answer(std::string(info.name), std::move(call.arguments), done);
        });
        facts_["users.me"] = {{"id", "900"}, {"username", "bot"}};
        facts_["guilds.get"] = {{"id", "10"}, {"ownerId", "1"}};
        facts_["roles.list"] =
            json::parse(R"([{"id": "10", "name": "@everyone", "permissions": "3072"},
            {"id": "50", "name": "Mods", "permissions": "8192"},
            {"id": "51", "name": "twin", "permissions": "0"},
            {"id": "52", "name": "Twin", "permissions": "0"}])");
        facts_["channels.get"] = {
            {"id", "20"}, {"guildId", "10"}, {"typeName", "text"}, {"nsfw", false}};
        facts_["members.get"] = {{"id", "900"}, {"roles", json::array()}};
        facts_["messages.reply"] = {{"id", "77"}};
        facts_["interactions.reply"] = nullptr;
        bus_.attach(lane_);
        start_desk();
        desk_->set_bot("test", {{"!", "!!"}, true, {"1"}});
        commands_ = make("script a");
        commands_->activate();
    }
    ~InstanceCommandsTest() override {
        on_worker([&] {
            scope_.undo_all();
            return 0;
        });
        worker_->stop();
        EXPECT_TRUE(worker_->join(Millis{5'000}));
    }

    /// The extension is gone.
    void drop() {
        on_worker([&] {
            scope_.undo_all();
            commands_.reset();
            return 0;
        });
    }
    void start_desk() {
        desk_ =
            std::make_unique<CommandDesk>(CommandDesk::Parts{&clock_, &operations_, store_.get()});
        ASSERT_TRUE(desk_->open());
    }
    std::unique_ptr<InstanceCommands> make(const std::string& owner, bool builtin = false) {
        InstanceCommands::Parts parts;
        parts.desk = desk_.get();
        parts.registry = &registry_;
        parts.session = registry_.open(owner, builtin);
        parts.presses = &presses_;
        parts.owner = owner;
        parts.builtin = builtin;
        parts.bus = &bus_;
        parts.lane = lane_;
        parts.worker = worker_;
        parts.scope = &scope_;
        parts.log = log::get("test");
        parts.call = [this](OperationCall call, OperationDone done) {
            operations_.call(std::move(call), [this, done](Result<json> result) {
                worker_->post([done, result] { done(result); });
            });
        };
        return std::make_unique<InstanceCommands>(std::move(parts));
    }

    /// It lives as long as the scope that all of them share.
    InstanceCommands* keep(std::unique_ptr<InstanceCommands> one) {
        others_.push_back(std::move(one));
        return others_.back().get();
    }

    void answer(const std::string& operation, json arguments, const OperationDone& done) {
        Result<json> result = Error(ErrorKind::not_found, "404");
        {
            const std::scoped_lock lock(mutex_);
            if (operation == "messages.reply" || operation == "interactions.reply") {
                told_.push_back(arguments.value("content", ""));
            } else {
                ++asked_[operation];
            }
            if (const auto found = facts_.find(operation); found != facts_.end()) {
                result = found->second;
            }
        }
        done(std::move(result));
    }
    /// Declares it with a handler; the error, if there is one.
    std::string declare(json definition, InstanceCommands* commands = nullptr) {
        InstanceCommands& whose = commands == nullptr ? *commands_ : *commands;
        definition.emplace("description", "d");
        return on_worker([&]() -> std::string {
            const auto declared = whose.declare(definition, "a.lua:1");
            if (!declared) {
                return declared.error().message();
            }
            const auto handler =
                whose.handle(InvocationKind::command, definition.at("name").get<std::string>());
            return handler ? "" : handler.error().message();
        });
    }
    static model::EventPtr message(const std::string& content, const std::string& id = "5",
                                   const std::string& author = "2",
                                   const json& extra = json::object()) {
        json raw = {{"id", id},
                    {"channel_id", "20"},
                    {"guild_id", "10"},
                    {"content", content},
                    {"author", {{"id", author}, {"username", "alice"}}},
                    {"member", {{"roles", json::array()}}},
                    {"mentions", json::array()}};
        raw.update(extra);
        return testing::make_event("messageCreate", raw.dump());
    }
    static model::EventPtr slash(const std::string& name, const json& options = json::array(),
                                 const json& extra = json::object()) {
        json raw = {{"id", "6"},
                    {"application_id", "900"},
                    {"type", 2},
                    {"token", "t"},
                    {"channel_id", "20"},
                    {"guild_id", "10"},
                    {"locale", "de"},
                    {"data", {{"id", "8"}, {"name", name}, {"type", 1}, {"options", options}}},
                    {"member",
                     {{"user", {{"id", "2"}, {"username", "alice"}}},
                      {"roles", json::array()},
                      {"permissions", "2048"}}}};
        raw.merge_patch(extra);
        return testing::make_event("interactionCreate", raw.dump());
    }

    /// What the handler gets; null when nobody is called.
    json use(const model::EventPtr& event, InstanceCommands* commands = nullptr) {
        InstanceCommands& whose = commands == nullptr ? *commands_ : *commands;
        if (!on_worker([&] { return whose.concerns(*event); })) {
            return nullptr;
        }
        std::promise<std::optional<Invocation>> done;
        worker_->post([&] {
            whose.prepare(event, [&](std::optional<Invocation> invocation) {
                done.set_value(std::move(invocation));
            });
        });
        auto future = done.get_future();
        if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
            ADD_FAILURE() << "nobody was called";
            std::abort();
        }
        auto invocation = future.get();
        place_ = invocation ? invocation->place : nullptr;
        until_answered_ = invocation ? invocation->until_answered : nullptr;
        return invocation ? invocation->data : json();
    }
    std::string told() {
        const std::scoped_lock lock(mutex_);
        std::string all;
        for (const std::string& one : std::exchange(told_, {})) {
            all += (all.empty() ? "" : "|") + one;
        }
        return all;
    }
    bool subscribed() { return !bus_.who_wants(model::EventType::message_create).empty(); }

    testing::TempDir dir_;
    std::unique_ptr<store::KvStore> store_ = *store::KvStore::open(dir_ / "kv.db");
    testing::FakeClock clock_;
    std::mutex mutex_;
    std::map<std::string, json> facts_;
    std::map<std::string, int> asked_;
    std::vector<std::string> told_;
    Operations operations_;
    bus::EventBus bus_;
    CommandRegistry registry_;
    FakePresses presses_;
    Scope scope_;
    std::shared_ptr<Worker> worker_ = Worker::start("test");
    std::shared_ptr<bus::Lane> lane_ =
        std::make_shared<bus::Lane>("script a", 0U, bus::LaneLimits{});
    std::unique_ptr<CommandDesk> desk_;
    std::unique_ptr<InstanceCommands> commands_;
    std::vector<std::unique_ptr<InstanceCommands>> others_;
    std::shared_ptr<void> place_;
    std::function<void(std::shared_ptr<void>)> until_answered_;
};

TEST_F(InstanceCommandsTest, one_declaration_is_a_text_and_a_slash_command) {
    ASSERT_EQ(declare({{"name", "echo"},
                       {"options",
                        {{{"name", "n"}, {"type", "integer"}, {"required", true}},
                         {{"name", "what"}, {"type", "string"}}}}}),
              "");
    const json text = use(message("!echo 3 two words"));
    EXPECT_EQ(text["options"], (json{{"n", 3}, {"what", "two words"}}));
    EXPECT_EQ(text["source"], "prefix");
    EXPECT_EQ(text["prefix"], "!");
    EXPECT_EQ(text["messageId"], "5");
    EXPECT_EQ(text["guildId"], "10");
    EXPECT_EQ(text["userId"], "2");
    const json pressed =
        use(slash("echo", {{{"name", "n"}, {"type", 4}, {"value", 3}},
                           {{"name", "what"}, {"type", 3}, {"value", "two words"}}}));
    EXPECT_EQ(pressed["options"], text["options"]);
    EXPECT_EQ(pressed["source"], "slash");
    EXPECT_EQ(pressed["locale"], "de");
    EXPECT_EQ(registry_.wanted("test").size(), 0U);  // the registry's own activation is the host's
}

TEST_F(InstanceCommandsTest, only_what_begins_with_a_prefix_or_the_bots_mention_is_a_command) {
    ASSERT_EQ(declare({{"name", "ping"}, {"aliases", {"P"}}}), "");
    EXPECT_TRUE(subscribed());
    EXPECT_EQ(use(message("!!ping"))["prefix"], "!!");
    EXPECT_EQ(use(message("!p"))["alias"], "p");
    EXPECT_EQ(use(message("!PING\nx")), nullptr);  // more than it takes
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(message("<@900> ping"))["command"], "ping");
    EXPECT_EQ(use(message("<@!900>ping"))["command"], "ping");
    EXPECT_EQ(use(message("<@901> ping")), nullptr);
    EXPECT_EQ(use(message("<@&900> ping")), nullptr);
    for (const char* text : {"ping", "?ping", "! ping", "!", "", "!pong", "<@900>", "<@900> "}) {
        EXPECT_EQ(use(message(text)), nullptr) << text;
    }
    EXPECT_EQ(use(message("!ping", "5", "2", {{"author", {{"id", "3"}, {"bot", true}}}})), nullptr);
    EXPECT_EQ(use(message("!ping", "5", "2", {{"webhook_id", "3"}})), nullptr);
    EXPECT_EQ(told(), "");
}

TEST_F(InstanceCommandsTest, messages_are_heard_only_while_one_can_be_a_command) {
    desk_->set_bot("test", {{}, false, {}});
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    EXPECT_FALSE(subscribed());
    desk_->set_bot("test", {{"?"}, false, {}});
    on_worker([] { return 0; });
    EXPECT_TRUE(subscribed());
    on_worker([&] {
        scope_.undo_all();
        return 0;
    });
    EXPECT_FALSE(subscribed());
}

TEST_F(InstanceCommandsTest, bad_input_is_told_and_counts_for_nothing) {
    ASSERT_EQ(declare({{"name", "roll"},
                       {"options",
                        {{{"name", "n"}, {"type", "integer"}, {"required", true}, {"max", 6}}}},
                       {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
              "");
    EXPECT_EQ(use(message("!roll")), nullptr);
    EXPECT_EQ(use(message("!roll 7")), nullptr);
    EXPECT_EQ(use(message("!roll x")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(message("!roll 6"))["options"]["n"], 6);
}

TEST_F(InstanceCommandsTest, where_it_may_be_used) {
    ASSERT_EQ(declare({{"name", "g"}, {"where", "guild"}}), "");
    ASSERT_EQ(declare({{"name", "d"}, {"where", "dm"}}), "");
    ASSERT_EQ(declare({{"name", "n"}, {"nsfw", true}}), "");
    const json dm = {{"guild_id", nullptr}, {"member", nullptr}};
    EXPECT_EQ(use(message("!g", "5", "2", dm)), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!g")).is_null());
    EXPECT_EQ(use(message("!d")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!d", "5", "2", dm)).contains("guildId"));
    EXPECT_EQ(use(message("!n")), nullptr);
    EXPECT_NE(told(), "");
    facts_["channels.get"]["nsfw"] = true;
    desk_->facts()->forget("test");
    EXPECT_FALSE(use(message("!n")).is_null());
    EXPECT_FALSE(
        use(slash("n", json::array(), {{"channel", {{"id", "20"}, {"nsfw", true}}}})).is_null());
}

TEST_F(InstanceCommandsTest, for_owners_alone) {
    ASSERT_EQ(declare({{"name", "stop"}, {"owner", true}}), "");
    EXPECT_EQ(use(message("!stop")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!stop", "5", "1")).is_null());
    desk_->set_bot("test", {{"!"}, true, {}});
    facts_["application.get"] =
        json::parse(R"({"owner": {"id": "3"}, "team": {"members": [{"user": {"id": "4"}}]}})");
    EXPECT_FALSE(use(message("!stop", "5", "3")).is_null());
    EXPECT_FALSE(use(message("!stop", "5", "4")).is_null());
    EXPECT_EQ(use(message("!stop", "5", "1")), nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(InstanceCommandsTest, what_the_member_must_have) {
    ASSERT_EQ(declare({{"name", "purge"}, {"member_permissions", {"manageMessages"}}}), "");
    EXPECT_EQ(use(message("!purge")), nullptr);
    EXPECT_NE(told().find("Manage Messages"), std::string::npos);
    EXPECT_FALSE(use(message("!purge", "5", "2", {{"member", {{"roles", {"50"}}}}})).is_null());
    EXPECT_FALSE(use(message("!purge", "5", "1")).is_null());  // the guild's owner
    EXPECT_EQ(use(slash("purge")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(
        use(slash("purge", json::array(), {{"member", {{"permissions", "8192"}}}})).is_null());
    EXPECT_EQ(asked_["roles.list"], 1);  // of three messages
}

TEST_F(InstanceCommandsTest, what_the_bot_must_have) {
    ASSERT_EQ(declare({{"name", "purge"}, {"bot_permissions", {"manageMessages"}}}), "");
    EXPECT_EQ(use(message("!purge")), nullptr);
    EXPECT_NE(told(), "");
    facts_["members.get"]["roles"] = {"50"};
    desk_->facts()->forget("test");
    EXPECT_FALSE(use(message("!purge")).is_null());
    EXPECT_FALSE(use(slash("purge", json::array(), {{"app_permissions", "8192"}})).is_null());
    EXPECT_EQ(use(slash("purge", json::array(), {{"app_permissions", "2048"}})), nullptr);
}

TEST_F(InstanceCommandsTest, a_cooldown_refuses_and_an_event_that_comes_again_passes) {
    ASSERT_EQ(
        declare({{"name", "daily"}, {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
        "");
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    EXPECT_EQ(use(message("!daily", "2")), nullptr);
    EXPECT_NE(told().find("1 hour"), std::string::npos);
    EXPECT_FALSE(use(message("!daily", "3", "7")).is_null());  // somebody else
    clock_.advance(Millis{3'600'000});
    EXPECT_FALSE(use(message("!daily", "2")).is_null());
}

TEST_F(InstanceCommandsTest, a_long_cooldown_outlives_the_process) {
    const json definition = {{"name", "daily"},
                             {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}};
    ASSERT_EQ(declare(definition), "");
    EXPECT_FALSE(use(message("!daily", "1")).is_null());
    drop();
    start_desk();
    desk_->set_bot("test", {{"!"}, true, {}});
    commands_ = make("script a");
    commands_->activate();
    ASSERT_EQ(declare(definition), "");
    EXPECT_EQ(use(message("!daily", "2")), nullptr);
    EXPECT_FALSE(use(message("!daily", "1")).is_null());  // what was delivered, and is again
}

TEST_F(InstanceCommandsTest, what_waited_is_judged_by_when_it_was_written) {
    ASSERT_EQ(
        declare({{"name", "hi"}, {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "10s"}}}}),
        "");
    const auto written = [&](int seconds_ago) {
        const std::int64_t since_2015 =
            clock_.wall().time_since_epoch() / Millis{1} - 1'420'070'400'000 - seconds_ago * 1'000;
        return message("!hi", std::to_string(since_2015 << 22U));
    };
    // After a kill -9 nothing is known of them, and they come at once.
    EXPECT_FALSE(use(written(100)).is_null());
    EXPECT_FALSE(use(written(85)).is_null());
    EXPECT_EQ(use(written(80)), nullptr);
    EXPECT_NE(told().find("5 seconds"), std::string::npos);
    EXPECT_FALSE(use(written(100)).is_null());
    EXPECT_FALSE(use(written(0)).is_null());
}

TEST_F(InstanceCommandsTest, so_many_at_once) {
    ASSERT_EQ(declare({{"name", "slow"}, {"concurrency", {{"per", "guild"}, {"limit", 1}}}}), "");
    EXPECT_FALSE(use(message("!slow", "1")).is_null());
    const auto running = place_;
    EXPECT_NE(running, nullptr);
    EXPECT_EQ(use(message("!slow", "2")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_FALSE(use(message("!slow", "1")).is_null());
    commands_->close();  // whoever ran is gone
    drop();
    commands_ = make("script a");
    commands_->activate();
    ASSERT_EQ(declare({{"name", "slow"}, {"concurrency", {{"per", "guild"}, {"limit", 1}}}}), "");
    EXPECT_FALSE(use(message("!slow", "3")).is_null());
}

TEST_F(InstanceCommandsTest, a_guild_has_its_own_prefix_and_what_it_does_not_want) {
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    std::promise<Result<json>> changed;
    desk_->configure("test", "10", {{"prefix", "?"}},
                     [&](Result<json> result) { changed.set_value(std::move(result)); });
    EXPECT_EQ(*changed.get_future().get(), (json{{"prefix", {"?"}}, {"disabled", json::array()}}));
    EXPECT_EQ(use(message("!ping")), nullptr);
    EXPECT_EQ(use(message("?ping"))["prefix"], "?");
    EXPECT_EQ(use(message("!ping", "5", "2", {{"guild_id", "11"}}))["prefix"], "!");
    EXPECT_EQ(use(message("<@900> ping"))["command"], "ping");
    std::promise<Result<json>> disabled;
    desk_->configure("test", "10", {{"disable", "ping"}},
                     [&](Result<json> result) { disabled.set_value(std::move(result)); });
    EXPECT_TRUE(disabled.get_future().get().has_value());
    EXPECT_EQ(use(slash("ping")), nullptr);
    EXPECT_NE(told(), "");
    drop();
    start_desk();
    EXPECT_TRUE(desk_->rules()->of("test", "10")->is_disabled("ping"));
}

TEST_F(InstanceCommandsTest, what_two_set_at_once_is_what_is_stored) {
    constexpr int kEach = 200;
    std::atomic<int> stored{0};
    const auto set = [&](const std::string& what) {
        for (int i = 0; i < kEach; ++i) {
            desk_->configure("test", "10", {{i % 2 == 0 ? "disable" : "enable", what}},
                             [&](const Result<json>& result) { stored += result ? 1 : 0; });
        }
        desk_->configure("test", "10", {{"disable", what + " last"}},
                         [&](const Result<json>& result) { stored += result ? 1 : 0; });
    };
    std::thread one([&] { set("a"); });
    std::thread two([&] { set("b"); });
    one.join();
    two.join();
    const auto shown = command::to_json(*desk_->rules()->of("test", "10"));
    drop();
    start_desk();  // reads behind what is being written
    EXPECT_EQ(stored.load(), 2 * kEach + 2);
    EXPECT_EQ(command::to_json(*desk_->rules()->of("test", "10")), shown);
}

TEST_F(InstanceCommandsTest, what_cannot_be_stored_does_not_hold) {
    std::vector<std::string> errors;
    const auto set = [&](const std::string& guild, const json& wish) {
        desk_->configure("test", guild, wish, [&](const Result<json>& result) {
            errors.push_back(result ? "" : result.error().message());
        });
    };
    const std::string guild(store::kLongestKvKey, '1');
    set(guild, {{"prefix", "?"}});
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0], "");
    EXPECT_EQ(desk_->rules()->of("test", guild), nullptr);
}

TEST_F(InstanceCommandsTest, whom_a_text_names) {
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", {{{"name", "m"}, {"type", "member"}, {"required", true}}}}}),
              "");
    facts_["members.search"] = json::parse(R"([
        {"id": "30", "displayName": "Bob B", "user": {"id": "30", "username": "bob"}},
        {"id": "31", "displayName": "Carol", "user": {"id": "31", "username": "carol"}},
        {"id": "32", "displayName": "carol", "user": {"id": "32", "username": "carol2"}}])");
    EXPECT_EQ(use(message("!who BOB"))["options"]["m"]["id"], "30");
    EXPECT_EQ(use(message("!who carol")), nullptr);
    const std::string several = told();
    EXPECT_NE(several.find("More than one"), std::string::npos) << several;
    EXPECT_EQ(use(message("!who dave")), nullptr);
    EXPECT_NE(told(), "");
    facts_.erase("members.get");
    EXPECT_EQ(use(message("!who <@44>")), nullptr);  // has left
    EXPECT_NE(told(), "");
    EXPECT_EQ(use(slash("who", {{{"name", "m"}, {"type", 6}, {"value", "44"}}},
                        {{"data", {{"resolved", {{"users", {{"44", {{"id", "44"}}}}}}}}}})),
              nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(InstanceCommandsTest, roles_by_name_in_any_case_and_told_when_two_share_it) {
    ASSERT_EQ(declare({{"name", "role"},
                       {"options", {{{"name", "r"}, {"type", "role"}, {"required", true}}}}}),
              "");
    EXPECT_EQ(use(message("!role mods"))["options"]["r"]["id"], "50");
    EXPECT_EQ(use(message("!role <@&50>"))["options"]["r"]["name"], "Mods");
    EXPECT_EQ(use(message("!role twin")), nullptr);
    EXPECT_NE(told(), "");
}

TEST_F(InstanceCommandsTest, what_comes_with_a_slash_command_is_in_the_public_shape) {
    ASSERT_EQ(declare({{"name", "see"},
                       {"options",
                        {{{"name", "u"}, {"type", "user"}},
                         {{"name", "m"}, {"type", "member"}},
                         {{"name", "c"}, {"type", "channel"}},
                         {{"name", "f"}, {"type", "attachment"}},
                         {{"name", "x"}, {"type", "mentionable"}}}}}),
              "");
    const json resolved = json::parse(R"({
        "users": {"30": {"id": "30", "username": "bob"}},
        "members": {"30": {"roles": ["50"], "nick": "B"}},
        "roles": {"50": {"id": "50", "name": "Mods", "permissions": "8192"}},
        "channels": {"20": {"id": "20", "name": "general", "type": 0}},
        "attachments": {"9": {"id": "9", "filename": "a.png", "size": 3, "url": "https://x/a.png"}}})");
    const json got = use(slash("see",
                               {{{"name", "u"}, {"type", 6}, {"value", "30"}},
                                {{"name", "m"}, {"type", 6}, {"value", "30"}},
                                {{"name", "c"}, {"type", 7}, {"value", "20"}},
                                {{"name", "f"}, {"type", 11}, {"value", "9"}},
                                {{"name", "x"}, {"type", 9}, {"value", "50"}}},
                               {{"data", {{"resolved", resolved}}}}))["options"];
    EXPECT_EQ(got["u"]["username"], "bob");
    EXPECT_EQ(got["m"]["displayName"], "B");
    EXPECT_EQ(got["m"]["user"]["username"], "bob");
    EXPECT_EQ(got["c"]["name"], "general");
    EXPECT_EQ(got["f"]["name"], "a.png");
    EXPECT_EQ(got["x"]["type"], "role");
    EXPECT_EQ(got["x"]["name"], "Mods");
}

TEST_F(InstanceCommandsTest, the_first_of_two_extensions_keeps_name_and_aliases) {
    ASSERT_EQ(declare({{"name", "remind"}, {"aliases", {"r"}}}), "");
    InstanceCommands* const other = keep(make("script b"));
    other->activate();
    EXPECT_EQ(declare({{"name", "remind"}}, other),
              "command remind has been declared already by script a (a.lua:1)");
    EXPECT_EQ(declare({{"name", "roll"}, {"aliases", {"R"}}}, other),
              "command roll: the name r has been declared already by script a (a.lua:1)");
    EXPECT_EQ(declare({{"name", "remind"}, {"guilds", {"10"}}}, other), "");
    EXPECT_EQ(use(message("!remind")), nullptr);  // the guild's own goes first
    EXPECT_FALSE(use(message("!remind"), other).is_null());
}

TEST_F(InstanceCommandsTest, a_built_in_gives_way) {
    InstanceCommands* const builtin = keep(make("script commands", true));
    builtin->activate();
    ASSERT_EQ(declare({{"name", "help"}}, builtin), "");
    EXPECT_FALSE(use(message("!help"), builtin).is_null());
    ASSERT_EQ(declare({{"name", "help"}}), "");
    EXPECT_EQ(use(message("!help"), builtin), nullptr);
    EXPECT_FALSE(use(message("!help")).is_null());
}

TEST_F(InstanceCommandsTest, a_hundred_and_one_slash_commands) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(declare({{"name", "c" + std::to_string(i)}}), "");
    }
    EXPECT_EQ(declare({{"name", "one-more"}}),
              "command one-more: the platform takes 100 of that type, which all extensions share; "
              "with slash = false it is there in the prefix form alone");
    EXPECT_EQ(use(message("!one-more")), nullptr);
    EXPECT_EQ(declare({{"name", "one-more"}, {"slash", false}}), "");
    EXPECT_FALSE(use(message("!one-more")).is_null());
}

TEST_F(InstanceCommandsTest, a_bare_group_tells_what_is_below_it) {
    ASSERT_EQ(on_worker([&]() -> std::string {
                  const auto declared =
                      commands_->declare(json::parse(R"({"name": "todo", "description": "Lists",
                      "subcommands": [{"name": "add", "description": "One more"}]})"),
                                         "");
                  return declared ? "" : declared.error().message();
              }),
              "");
    on_worker([&] {
        static_cast<void>(commands_->handle(InvocationKind::command, "todo add"));
        return 0;
    });
    EXPECT_EQ(use(message("!todo")), nullptr);
    EXPECT_NE(told().find("One more"), std::string::npos);
    EXPECT_EQ(use(message("!todo add"))["command"], "todo add");
    EXPECT_EQ(use(slash("todo", {{{"name", "add"}, {"type", 1}}}))["command"], "todo add");
}

TEST_F(InstanceCommandsTest, what_is_being_typed_is_not_counted) {
    ASSERT_EQ(
        declare({{"name", "tea"},
                 {"options", {{{"name", "kind"}, {"type", "string"}, {"autocomplete", true}}}},
                 {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
        "");
    on_worker([&] {
        static_cast<void>(commands_->handle(InvocationKind::autocomplete, "tea"));
        return 0;
    });
    const json options = {{{"name", "kind"}, {"type", 3}, {"value", "gr"}, {"focused", true}}};
    for (int i = 0; i < 3; ++i) {
        const json typed = use(slash("tea", options, {{"type", 4}}));
        EXPECT_EQ(typed["kind"], "autocomplete");
        EXPECT_EQ(typed["focused"], "kind");
        EXPECT_EQ(typed["typed"], "gr");
    }
    EXPECT_EQ(told(), "");
}

TEST_F(InstanceCommandsTest, whoever_may_not_use_it_gets_no_choices) {
    const json options = {
        {{"name", "kind"}, {"type", "string"}, {"description", "d"}, {"autocomplete", true}}};
    const auto offer = [&](json definition) {
        definition["options"] = options;
        EXPECT_EQ(declare(definition), "");
        on_worker([&] {
            static_cast<void>(commands_->handle(InvocationKind::autocomplete,
                                                definition["name"].get<std::string>()));
            return 0;
        });
    };
    const auto type = [&](const char* name, const json& extra = json::object()) {
        json all = {{"type", 4}};
        all.merge_patch(extra);
        return use(slash(
            name, {{{"name", "kind"}, {"type", 3}, {"value", "gr"}, {"focused", true}}}, all));
    };
    facts_["interactions.autocomplete"] = nullptr;
    offer({{"name", "stop"}, {"owner", true}});
    offer({{"name", "purge"}, {"member_permissions", {"manageMessages"}}});
    offer({{"name", "talk"}, {"where", "dm"}});
    offer({{"name", "off"}});
    std::promise<void> disabled;
    desk_->configure("test", "10", {{"disable", "off"}},
                     [&](const Result<json>&) { disabled.set_value(); });
    disabled.get_future().wait();
    int refused = 0;
    for (const char* name : {"stop", "purge", "talk", "off"}) {
        EXPECT_EQ(type(name), nullptr) << name;
        EXPECT_EQ(asked_["interactions.autocomplete"], ++refused) << name;
    }
    EXPECT_EQ(told(), "");
    EXPECT_FALSE(type("purge", {{"member", {{"permissions", "8192"}}}}).is_null());
    EXPECT_FALSE(type("stop", {{"member", {{"user", {{"id", "1"}}}}}}).is_null());
}

TEST_F(InstanceCommandsTest, whoever_has_to_wait_has_nothing_looked_up) {
    const json options = {{{"name", "m"}, {"type", "member"}, {"required", true}}};
    facts_["members.search"] = json::parse(
        R"([{"id": "30", "displayName": "Bob", "user": {"id": "30", "username": "bob"}}])");
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", options},
                       {"cooldown", {{"per", "user"}, {"uses", 1}, {"time", "1h"}}}}),
              "");
    ASSERT_EQ(declare({{"name", "slow"},
                       {"options", options},
                       {"concurrency", {{"per", "guild"}, {"limit", 1}}}}),
              "");
    EXPECT_FALSE(use(message("!who bob", "1")).is_null());
    EXPECT_FALSE(use(message("!slow bob", "2")).is_null());
    const auto running = place_;
    EXPECT_EQ(asked_["members.search"], 1);
    EXPECT_EQ(use(message("!who dave", "3")), nullptr);
    EXPECT_NE(told().find("1 hour"), std::string::npos);
    EXPECT_EQ(use(message("!slow dave", "4")), nullptr);
    EXPECT_NE(told(), "");
    EXPECT_EQ(asked_["members.search"], 1);
}

TEST_F(InstanceCommandsTest, that_there_is_no_such_thing_is_known_for_a_while) {
    ASSERT_EQ(declare({{"name", "who"},
                       {"options", {{{"name", "m"}, {"type", "member"}, {"required", true}}}}}),
              "");
    facts_.erase("members.get");
    for (const char* id : {"1", "2", "3"}) {
        EXPECT_EQ(use(message("!who <@44>", id)), nullptr);
    }
    EXPECT_EQ(asked_["members.get"], 1);
    facts_["members.get"] = {{"id", "44"}};
    clock_.advance(FactCache::kKeptRefusal);
    EXPECT_EQ(use(message("!who <@44>", "4"))["options"]["m"]["id"], "44");
}

TEST_F(InstanceCommandsTest, an_answer_is_kept_until_the_handler_that_has_asked_is_done) {
    ASSERT_EQ(declare({{"name", "ask"}}), "");
    const auto answer = [](const std::string& key) {
        return slash("", json::array(), {{"id", "7"}, {"type", 3}, {"data", {{"custom_id", key}}}});
    };
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    EXPECT_TRUE(use(answer("5/1")).is_null()) << "nobody asks yet";
    EXPECT_FALSE(use(message("!ask", "5")).is_null());
    auto asker = std::exchange(place_, nullptr);
    EXPECT_TRUE(use(answer("6/1")).is_null()) << "not of this one";
    EXPECT_FALSE(use(answer("5/2")).is_null());
    ASSERT_TRUE(until_answered_);
    auto open = std::make_shared<int>();
    std::weak_ptr<int> kept = open;
    until_answered_(std::move(open));
    on_worker([] { return 0; });
    EXPECT_FALSE(kept.expired());
    asker.reset();
    on_worker([] { return 0; });
    EXPECT_TRUE(kept.expired());
    EXPECT_TRUE(use(answer("5/3")).is_null()) << "it is done";
}

TEST_F(InstanceCommandsTest, whoever_uses_a_command_answers_nothing) {
    ASSERT_EQ(declare({{"name", "ask"}}), "");
    auto* const other = keep(make("script b"));
    other->activate();
    ASSERT_EQ(declare({{"name", "ping"}}, other), "");
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    presses_.messages = true;
    const auto concerned = [&](const char* text) {
        return on_worker([&] { return commands_->concerns(*message(text)); });
    };
    EXPECT_TRUE(concerned("hello"));
    EXPECT_TRUE(concerned("!pong"));
    EXPECT_FALSE(concerned("!ping")) << "it is the other's";
    EXPECT_FALSE(concerned("<@900> ping"));
}

TEST_F(InstanceCommandsTest, messages_are_heard_from_the_first_question_that_they_answer) {
    desk_->set_bot("test", {{}, false, {}});
    on_worker([&] { return commands_->handle(InvocationKind::press, "~ask").has_value(); });
    EXPECT_FALSE(subscribed());
    on_worker([&] {
        commands_->expect_messages();
        return 0;
    });
    EXPECT_TRUE(subscribed());
}

TEST_F(InstanceCommandsTest, what_is_under_way_when_it_stops_comes_to_nobody) {
    ASSERT_EQ(declare({{"name", "ping"}}), "");
    const auto event = message("!ping");
    EXPECT_FALSE(on_worker([&] {
        bool called = false;
        commands_->stop();
        commands_->prepare(event, [&](const std::optional<Invocation>&) { called = true; });
        return called;
    }));
}

}  // namespace
}  // namespace rookery::hostapi
