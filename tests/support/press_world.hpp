#pragma once

#include "hostapi/component_stage.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/press_desk.hpp"
#include "support/events.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::testing {

/// What presses need, with two bots: "test" on a platform with components, and "plain" on one
/// without. Platforms answer at once, and everything they are asked is kept.
class PressWorld {
  public:
    using json = nlohmann::json;
    static constexpr const char* kOwner = "script poll";

    struct Sent {
        std::string operation;
        json arguments;
        std::string nonce;
    };

    PressWorld() {
        add_bot("test", "discord");
        add_bot("plain", "revolt");
        operations_.route("CORE", [this](const model::OperationInfo& info,
                                         hostapi::OperationCall call, hostapi::OperationDone done) {
            keep({std::string(info.name), std::move(call.arguments), {}});
            done(json{{"id", "500"}, {"channelId", "5"}});
        });
        begin();
    }

    /// As after a restart: only the store is left.
    void begin() {
        desk_.reset();
        stage_.reset();
        menus_.reset();
        store_.reset();
        store_ = *store::KvStore::open(
            dir_ / "kv.db", [this] { return clock_.wall().time_since_epoch() / Millis{1}; });
        menus_ = std::make_unique<hostapi::MenuBook>(*store_, clock_);
        EXPECT_TRUE(menus_->load());
        stage_ = std::make_unique<hostapi::ComponentStage>(
            hostapi::ComponentStage::Parts{*store_, operations_, *menus_, clock_, key_});
        desk_ = std::make_unique<hostapi::PressDesk>(
            hostapi::PressDesk::Parts{*store_, operations_, *menus_, clock_, key_});
        operations_.set_stage(*stage_);
    }

    Result<json> call(const std::string& operation, const std::string& arguments,
                      const std::string& bot = "test", model::EventPtr event = nullptr) {
        auto future = call_later(operation, arguments, bot, std::move(event));
        return wait(future) ? future.get() : Result<json>(Error(ErrorKind::timeout, "no answer"));
    }
    std::future<Result<json>> call_later(const std::string& operation, const std::string& arguments,
                                         const std::string& bot, model::EventPtr event = nullptr) {
        hostapi::OperationCall wish;
        wish.operation = operation;
        wish.arguments = json::parse(arguments);
        wish.bot = bot;
        wish.event = std::move(event);
        wish.extension = "script/poll";
        auto answer = std::make_shared<std::promise<Result<json>>>();
        auto future = answer->get_future();
        operations_.call(std::move(wish),
                         [answer](Result<json> result) { answer->set_value(std::move(result)); });
        return future;
    }
    std::string problem(const std::string& operation, const std::string& arguments,
                        const std::string& bot = "test") {
        const auto result = call(operation, arguments, bot);
        return result ? "no error" : result.error().message();
    }

    /// The custom id of the first component that was sent.
    [[nodiscard]] std::string custom_id(std::size_t row = 0, std::size_t place = 0) const {
        return last().arguments["components"][row]["components"][place]["custom_id"];
    }
    [[nodiscard]] const Sent& last() const { return sent_.back(); }

    /// A component is used, or with `type` 5 a form is sent.
    static model::EventPtr pressed(const std::string& custom_id, const std::string& user = "7",
                                   std::uint64_t id = 1, int type = 3) {
        const json payload{
            {"id", std::to_string(id)},
            {"application_id", "77"},
            {"token", "t"},
            {"type", type},
            {"channel_id", "5"},
            {"guild_id", "6"},
            {"locale", "de"},
            {"user", {{"id", user}, {"username", "alice"}}},
            {"message", {{"id", "400"}, {"channel_id", "5"}}},
            {"data",
             {{"component_type", 2},
              {"custom_id", custom_id},
              {"components",
               {{{"type", 1},
                 {"components", {{{"type", 4}, {"custom_id", "what"}, {"value", "tea"}}}}}}}}}};
        return make_event("interactionCreate", payload.dump(), id);
    }
    /// Somebody writes something where there are no components.
    static model::EventPtr written(const std::string& text, const std::string& user = "7",
                                   std::uint64_t id = 900, const std::string& answers = {}) {
        json payload{{"id", std::to_string(id)},
                     {"channel_id", "5"},
                     {"content", text},
                     {"author", {{"id", user}, {"username", "alice"}}}};
        if (!answers.empty()) {
            payload["message_reference"] = {{"message_id", answers}};
        }
        model::EventHeader header;
        header.type = model::EventType::message_create;
        header.bot = *model::intern_bot("plain", "discord");
        header.seq = id;
        return *model::Event::make(header, payload.dump());
    }

    /// What the press comes to: what the handler gets, or nothing.
    std::optional<json> press(const model::EventPtr& event, const char* owner = kOwner) {
        return desk_->concerns(*event, owner) ? outcome(press_later(event, owner)) : std::nullopt;
    }
    using Pressed = std::future<std::optional<hostapi::Invocation>>;
    std::optional<json> outcome(Pressed pressed) {
        if (!wait(pressed)) {
            return std::nullopt;
        }
        auto invocation = pressed.get();
        return invocation ? std::optional(std::move(invocation->data)) : std::nullopt;
    }
    Pressed press_later(const model::EventPtr& event, const char* owner = kOwner) {
        hostapi::Presses::Asking asking;
        asking.owner = owner;
        asking.handler = [](std::string_view) { return std::uint64_t{1}; };
        asking.asks = asks_;
        asking.worker = worker_;
        auto answer = std::make_shared<std::promise<std::optional<hostapi::Invocation>>>();
        auto future = answer->get_future();
        desk_->prepare(event, std::move(asking),
                       [answer](std::optional<hostapi::Invocation> invocation) {
                           answer->set_value(std::move(invocation));
                       });
        return future;
    }
    /// The platform's next answer waits for deliver().
    void hold_back() { delay_ = true; }
    /// Until the platform has been asked.
    void until_asked() {
        auto reached = reached_.get_future();
        ASSERT_TRUE(wait(reached));
        delay_ = false;
    }
    void deliver() {
        for (const auto& answer : late_) {
            answer();
        }
    }
    /// What whoever pressed was told since the last time; empty: nothing.
    std::string told() {
        std::string text;
        for (const Sent& one : sent_) {
            if (one.arguments.contains("content") && one.arguments["content"].is_string()) {
                text = one.arguments["content"];
            }
        }
        sent_.clear();
        return text;
    }
    void look_after(const model::EventPtr& event) {
        std::promise<void> over;
        auto future = over.get_future();
        desk_->look_after(event, [&] { over.set_value(); });
        EXPECT_TRUE(wait(future));
    }

    FakeClock clock_;
    std::function<bool(std::string_view)> asks_;  ///< as Asking::asks
    std::vector<Sent> sent_;
    std::unique_ptr<hostapi::MenuBook> menus_;
    std::unique_ptr<hostapi::PressDesk> desk_;

  private:
    template <class Future>
    static bool wait(Future& future) {
        const bool there = future.wait_for(Millis{10'000}) == std::future_status::ready;
        EXPECT_TRUE(there) << "nothing came";
        return there;
    }
    void keep(Sent sent) { sent_.push_back(std::move(sent)); }
    void add_bot(const std::string& name, const char* platform) {
        operations_.add_bot(
            name,
            [this](hostapi::PlatformCall call, const hostapi::OperationDone& done) {
                keep({std::string(call.info->name), std::move(call.arguments),
                      std::move(call.nonce_key)});
                auto answer = [done, id = std::to_string(++messages_)] {
                    done(json{{"id", id}, {"channelId", "5"}});
                };
                if (!delay_) {
                    return answer();
                }
                late_.push_back(std::move(answer));
                reached_.set_value();
            },
            model::find_platform(platform));
    }

    TempDir dir_;
    command::ComponentKey key_{1, 2, 3};
    std::uint64_t messages_ = 500;
    std::atomic<bool> delay_ = false;
    std::vector<std::function<void()>> late_;  ///< answers that wait for deliver()
    std::promise<void> reached_;
    std::unique_ptr<store::KvStore> store_;
    hostapi::Operations operations_;
    std::unique_ptr<hostapi::ComponentStage> stage_;
    std::shared_ptr<hostapi::Worker> worker_ = hostapi::Worker::start("presses");
};

}  // namespace rookery::testing
