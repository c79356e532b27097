#include "hostapi/command_sync.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <fstream>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

class CommandSyncTest : public ::testing::Test {
  protected:
    struct Sent {
        std::string operation;
        json arguments;
        OperationDone done;
    };

    static json slash(const std::string& name) { return {{"name", name}, {"description", "d"}}; }

    void SetUp() override { start(); }
    /// A new process that finds what the one before has stored.
    void start() {
        sync_ = std::make_unique<CommandSync>(
            "demo", dir_ / "commands.json", registry_,
            [this](std::string operation, json arguments, OperationDone done) {
                log_.push_back(operation + (arguments.contains("commands")
                                                ? " " + names(arguments["commands"])
                                                : ""));
                open_.push_back({std::move(operation), std::move(arguments), std::move(done)});
            },
            [this](Millis delay, std::function<void()> task) {
                delays_.push_back(delay);
                later_ = std::move(task);
            });
    }
    static std::string names(const json& commands) {
        std::string out;
        for (const json& one : commands) {
            out += (out.empty() ? "" : ",") + one["name"].get<std::string>();
        }
        return "[" + out + "]";
    }
    CommandRegistry::Session declare(const std::string& owner, const Texts& names,
                                     const std::string& guild = "") {
        const auto session = registry_.open(owner);
        for (const std::string& name : names) {
            json command = slash(name);
            if (!guild.empty()) {
                command["guilds"] = {guild};
            }
            EXPECT_TRUE(registry_.declare(session, command, "x.lua:1"));
        }
        registry_.activate(session);
        return session;
    }
    void answer(Result<json> result) {
        ASSERT_FALSE(open_.empty());
        const auto done = std::move(open_.front().done);
        open_.pop_front();
        done(std::move(result));
    }
    /// Answers everything as the platform would.
    void serve(const std::string& application = "77") {
        while (!open_.empty()) {
            json made = json::array();
            if (open_.front().operation == "application.get") {
                answer(json{{"id", application}});
                continue;
            }
            for (json one : open_.front().arguments["commands"]) {
                one["id"] = "9" + std::to_string(made.size());
                made.push_back(std::move(one));
            }
            answer(std::move(made));
        }
    }
    Texts taken() { return std::exchange(log_, {}); }

    testing::TempDir dir_;
    CommandRegistry registry_;
    std::deque<Sent> open_;
    Texts log_;
    std::vector<Millis> delays_;
    std::function<void()> later_;
    std::unique_ptr<CommandSync> sync_;
};

TEST_F(CommandSyncTest, a_bot_without_commands_is_never_asked_about) {
    sync_->run();
    sync_->run(true);
    EXPECT_EQ(taken(), Texts{});
}

TEST_F(CommandSyncTest, each_scope_is_one_request) {
    declare("script a", {"remind", "forget"});
    declare("script b", {"ban"}, "10");
    sync_->run();
    serve();
    EXPECT_EQ(taken(), (Texts{"application.get", "commands.overwrite [forget,remind]",
                              "commands.overwriteGuild [ban]"}));
    EXPECT_TRUE(sync_->settled());
    const auto list = sync_->list();
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].name, "forget");
    EXPECT_EQ(list[0].id, "90");
    EXPECT_EQ(list[0].state, "there");
    EXPECT_EQ(list[2].guild, "10");
}

TEST_F(CommandSyncTest, what_has_not_changed_is_not_sent) {
    declare("script a", {"remind"});
    sync_->run();
    serve();
    (void)taken();
    for (int i = 0; i < 50; ++i) {
        declare("script a", {"remind"});
        sync_->run();
    }
    EXPECT_EQ(taken(), Texts{});
}

TEST_F(CommandSyncTest, a_change_is_one_request_for_its_scope) {
    declare("script a", {"remind"});
    declare("script b", {"ban"}, "10");
    sync_->run();
    serve();
    (void)taken();
    declare("script a", {"remind", "forget"});
    sync_->run();
    serve();
    EXPECT_EQ(taken(), Texts{"commands.overwrite [forget,remind]"});
}

TEST_F(CommandSyncTest, nothing_is_sent_after_a_restart_without_a_change) {
    declare("script a", {"remind"});
    sync_->run();
    serve();
    (void)taken();
    start();
    sync_->run();
    serve();
    EXPECT_EQ(taken(), Texts{"application.get"});
    EXPECT_EQ(sync_->list().front().id, "90");
}

TEST_F(CommandSyncTest, another_application_gets_everything) {
    declare("script a", {"remind"});
    sync_->run();
    serve();
    (void)taken();
    start();
    sync_->run();
    serve("78");
    EXPECT_EQ(taken(), (Texts{"application.get", "commands.overwrite [remind]"}));
}

TEST_F(CommandSyncTest, the_commands_of_an_extension_that_went_go_with_it) {
    const auto session = declare("script a", {"remind"});
    sync_->run();
    serve();
    (void)taken();
    registry_.close(session);
    sync_->run();
    serve();
    EXPECT_EQ(taken(), Texts{"commands.overwrite []"});
    sync_->run(true);
    EXPECT_EQ(taken(), Texts{});
}

TEST_F(CommandSyncTest, the_commands_of_an_extension_that_does_not_start_stay) {
    const auto session = declare("script a", {"remind"});
    declare("script b", {"ban"});
    sync_->run();
    serve();
    (void)taken();
    registry_.failed("script a");
    registry_.close(session);
    sync_->run();
    EXPECT_EQ(taken(), Texts{});
    registry_.forget("script a");
    sync_->run();
    serve();
    EXPECT_EQ(taken(), Texts{"commands.overwrite [ban]"});
}

TEST_F(CommandSyncTest, forcing_sends_every_scope_again) {
    declare("script a", {"remind"});
    declare("script b", {"ban"}, "10");
    sync_->run();
    serve();
    (void)taken();
    sync_->run(true);
    serve();
    EXPECT_EQ(taken(), (Texts{"commands.overwrite [remind]", "commands.overwriteGuild [ban]"}));
}

TEST_F(CommandSyncTest, a_change_while_a_request_is_under_way_follows_it) {
    declare("script a", {"remind"});
    sync_->run();
    answer(json{{"id", "77"}});
    declare("script a", {"remind", "forget"});
    sync_->run();
    serve();
    EXPECT_EQ(taken(), (Texts{"application.get", "commands.overwrite [remind]",
                              "commands.overwrite [forget,remind]"}));
}

TEST_F(CommandSyncTest, a_failure_that_may_pass_is_tried_again_later_each_time) {
    declare("script a", {"remind"});
    sync_->run();
    answer(json{{"id", "77"}});
    answer(Error(ErrorKind::unavailable, "503"));
    EXPECT_FALSE(sync_->settled());
    EXPECT_EQ(sync_->list().front().state, "not there: 503");
    later_();
    answer(Error(ErrorKind::timeout, "slow"));
    later_();
    serve();
    EXPECT_EQ(delays_, (std::vector<Millis>{Millis{5'000}, Millis{10'000}}));
    EXPECT_TRUE(sync_->settled());
    EXPECT_EQ(sync_->list().front().state, "there");
}

TEST_F(CommandSyncTest, what_the_platform_refuses_is_sent_again_only_when_it_changes) {
    declare("script a", {"good", "remind"});
    declare("script b", {"ban"}, "10");
    sync_->run();
    answer(json{{"id", "77"}});
    answer(Error(ErrorKind::invalid, "PUT /x: 400: [1].name: BAD too odd"));
    serve();
    EXPECT_EQ(sync_->list().front().state,
              "not there: PUT /x: 400: [1].name: BAD too odd (command remind of script a, "
              "x.lua:1)");
    EXPECT_EQ(sync_->list().back().state, "there");
    (void)taken();
    sync_->run();
    EXPECT_EQ(taken(), Texts{});
    declare("script a", {"good"});
    sync_->run();
    serve();
    EXPECT_EQ(taken(), Texts{"commands.overwrite [good]"});
    EXPECT_EQ(sync_->list().front().state, "there");
}

TEST_F(CommandSyncTest, a_guild_that_cannot_be_reached_is_let_go) {
    const auto session = declare("script b", {"ban"}, "10");
    sync_->run();
    serve();
    registry_.close(session);
    sync_->run();
    answer(Error(ErrorKind::denied, "403"));
    (void)taken();
    sync_->run();
    EXPECT_EQ(taken(), Texts{});
}

TEST_F(CommandSyncTest, a_stored_file_that_cannot_be_read_is_set_aside) {
    std::ofstream(dir_ / "commands.json") << "{ what";
    start();
    declare("script a", {"remind"});
    sync_->run();
    serve();
    EXPECT_EQ(taken(), (Texts{"application.get", "commands.overwrite [remind]"}));
    EXPECT_TRUE(std::filesystem::exists(dir_ / "commands.json.bad"));
}

TEST_F(CommandSyncTest, odd_things_in_the_stored_file_do_no_harm) {
    std::ofstream(dir_ / "commands.json")
        << R"({"application":"77","scopes":{"":{"commands":"x"},"1":5,"2":{"commands":[],"ids":[1],"owners":{"a":5}}}})";
    start();
    declare("script a", {"remind"});
    sync_->run();
    serve();
    EXPECT_EQ(taken(), (Texts{"application.get", "commands.overwrite [remind]"}));
}

TEST_F(CommandSyncTest, an_answer_that_comes_after_its_end_is_ignored) {
    declare("script a", {"remind"});
    sync_->run();
    sync_.reset();
    answer(json{{"id", "77"}});
    EXPECT_TRUE(open_.empty());
}

}  // namespace
}  // namespace rookery::hostapi
