#pragma once

#include "hostapi/instance_commands.hpp"
#include "hostapi/interaction_filter.hpp"
#include "support/events.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

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
class CommandsWorld : public ::testing::Test {
  protected:
    template <class Task>
    auto on_worker(Task task) {
        std::promise<decltype(task())> done;
        worker_->post([&] { done.set_value(task()); });
        return done.get_future().get();
    }

    CommandsWorld() {
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
    ~CommandsWorld() override {
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
        desk_ = std::make_unique<CommandDesk>(
            CommandDesk::Parts{&clock_, &operations_, store_.get(),
                               [this](const std::string&, const model::OperationInfo& info,
                                      const json&, const OperationDone& done) {
                                   std::unique_lock lock(mutex_);
                                   const auto found = kept_.find(std::string(info.name));
                                   Result<json> kept = Error(ErrorKind::not_found, "not kept");
                                   if (found != kept_.end()) {
                                       kept = found->second;
                                   }
                                   lock.unlock();
                                   done(std::move(kept));
                               }});
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
    std::map<std::string, json> kept_;  ///< what the bot keeps of it
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

}  // namespace rookery::hostapi
