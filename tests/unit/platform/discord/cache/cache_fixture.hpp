#pragma once

#include "model/view.hpp"
#include "platform/discord/dispatcher.hpp"
#include "support/events.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::discord::testing {

using nlohmann::json;

/// A dispatcher with its cache, fed with dispatches, and one subscriber.
class CacheTest : public ::testing::Test {
  protected:
    static constexpr std::uint64_t kSelf = 1;

    CacheTest() {
        std::filesystem::remove_all(dir_);
        std::filesystem::create_directories(dir_);
        open();
        EXPECT_TRUE(ledger_->begin_session({"session", "", 0, 1}));
    }
    ~CacheTest() override {
        dispatcher_.reset();
        std::filesystem::remove_all(dir_);
    }

    /// As after a start of the process.
    void open() {
        dispatcher_.reset();
        ledger_.reset();
        ledger_ = *store::DeliveryLedger::open(dir_ / "ledger");
        protocol::discord::SessionFsm::Options options;
        options.random = [] { return 0.5; };
        machine_.emplace(std::move(options));
        seq_ = ledger_->last_received();
        dispatcher_.emplace(*rookery::testing::test_bot(), bus_, ledger_,
                            *store::GuildSet::open(dir_ / "guilds"), log::get("test"), options_);
        dispatcher_->begin();
    }

    void subscribe(std::initializer_list<const char*> events) {
        for (const char* const event : events) {
            bus_.subscribe(lane_, *model::EventNames::intern(event));
        }
        bus_.attach(lane_);
        dispatcher_->begin();
    }

    void always(std::initializer_list<Kind> kinds) {
        for (const Kind kind : kinds) {
            options_.kinds[cache::index_of(kind)] = CacheOptions::Keep::always;
        }
        open();
    }

    void ready(const json& guilds = json::array()) {
        json list = json::array();
        for (const auto& guild : guilds) {
            list.push_back({{"id", guild}, {"unavailable", true}});
        }
        const json data = {{"v", 10},
                           {"user", {{"id", std::to_string(kSelf)}, {"username", "self"}}},
                           {"guilds", list},
                           {"session_id", "session"},
                           {"application", {{"id", "2"}}}};
        dispatcher_->ready(data.dump());
        dispatch("READY", data);
    }

    void dispatch(const std::string& type, const json& data) { dispatch_raw(type, data.dump()); }
    void dispatch_raw(const std::string& type, const std::string& data) {
        dispatch_as(++seq_, type, data);
    }
    void dispatch_as(std::uint64_t seq, const std::string& type, const std::string& data) {
        const std::string frame =
            R"({"t":")" + type + R"(","s":)" + std::to_string(seq) + R"(,"op":0,"d":)" + data + "}";
        const auto envelope = protocol::discord::scan_envelope(frame);
        ASSERT_TRUE(envelope);
        ASSERT_TRUE(dispatcher_->dispatch(*envelope, frame, *machine_, SteadyTime{}));
        dispatcher_->flush();
    }

    /// The events since the last call.
    std::vector<model::EventPtr> taken() {
        std::vector<model::EventPtr> events;
        lane_->take(events, 100'000);
        return events;
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        for (const auto& event : taken()) {
            found.emplace_back(event->name());
        }
        return found;
    }
    /// The only event since the last call, as (context, payload).
    std::pair<json, json> only(const std::string& name) {
        const auto events = taken();
        EXPECT_EQ(events.size(), 1U);
        if (events.size() != 1 || events.front()->name() != name) {
            ADD_FAILURE() << "expected one " << name << ", got "
                          << (events.empty() ? "nothing" : std::string(events.front()->name()));
            return {};
        }
        return {context_of(events.front()), json::parse(events.front()->raw())};
    }
    static json context_of(const model::EventPtr& event) {
        return event->raw_context().empty() ? json::object() : json::parse(event->raw_context());
    }
    json old_of(const std::string& name) {
        json context = only(name).first;
        return context.contains("old") ? context["old"] : json();
    }

    /// Whether the schema's mapping of that event looks at what was.
    static bool reads_old(const char* event) {
        const auto* const info =
            rookery::testing::test_bot()->platform->find(*model::EventNames::find(event));
        return info != nullptr && info->reads(model::ContextKey::old);
    }

    json cached(Kind kind, std::uint64_t owner, std::uint64_t id) {
        const std::string text = dispatcher_->cache().entities().read(kind, owner, id);
        return text.empty() ? json() : json::parse(text);
    }
    std::size_t count(Kind kind, std::uint64_t owner) {
        return dispatcher_->cache().entities().store().count(kind, owner);
    }
    const cache::KindStats& stats(Kind kind) {
        return dispatcher_->cache().entities().store().stats(kind);
    }

    static json user(std::uint64_t id, const std::string& name = "") {
        return {{"id", std::to_string(id)},
                {"username", name.empty() ? "user" + std::to_string(id) : name},
                {"discriminator", "0"},
                {"global_name", nullptr},
                {"avatar", nullptr}};
    }
    static json member(std::uint64_t id, json roles = json::array()) {
        return {{"user", user(id)},
                {"nick", nullptr},
                {"roles", std::move(roles)},
                {"joined_at", "2026-01-01T00:00:00.000000+00:00"},
                {"deaf", false},
                {"mute", false},
                {"flags", 0}};
    }
    static json message(std::uint64_t id, std::uint64_t channel = 20, const char* guild = "10") {
        json made = {{"id", std::to_string(id)},
                     {"channel_id", std::to_string(channel)},
                     {"author", user(5)},
                     {"content", "text " + std::to_string(id)},
                     {"timestamp", "2026-01-01T00:00:00.000000+00:00"},
                     {"edited_timestamp", nullptr},
                     {"mentions", json::array()},
                     {"embeds", json::array()},
                     {"type", 0}};
        if (guild != nullptr) {
            made["guild_id"] = guild;
        }
        return made;
    }
    static json guild(std::uint64_t id = 10) {
        return {{"id", std::to_string(id)},
                {"name", "guild"},
                {"owner_id", "4"},
                {"joined_at", "2026-01-01T00:00:00.000000+00:00"},
                {"large", false},
                {"member_count", 3},
                {"roles",
                 {{{"id", std::to_string(id)},
                   {"name", "@everyone"},
                   {"position", 0},
                   {"permissions", "1024"}},
                  {{"id", "31"}, {"name", "admins"}, {"position", 2}, {"permissions", "8"}},
                  {{"id", "32"},
                   {"name", "others"},
                   {"position", 2},
                   {"permissions", "1152921504606846976"}}}},
                {"channels",
                 {{{"id", "20"},
                   {"type", 0},
                   {"name", "general"},
                   {"position", 0},
                   {"parent_id", nullptr}},
                  {{"id", "21"},
                   {"type", 2},
                   {"name", "voice"},
                   {"position", 0},
                   {"parent_id", nullptr}},
                  {{"id", "22"},
                   {"type", 0},
                   {"name", "second"},
                   {"position", 5},
                   {"parent_id", nullptr}}}},
                {"threads",
                 {{{"id", "40"},
                   {"type", 11},
                   {"name", "thread"},
                   {"parent_id", "20"},
                   {"message_count", 2},
                   {"total_message_sent", 3},
                   {"thread_metadata", {{"archived", false}}},
                   {"member", {{"user_id", "1"}, {"flags", 0}}}}}},
                {"members", {member(kSelf), member(4), member(5, {"31"})}},
                {"presences",
                 {{{"user", {{"id", "5"}}}, {"status", "online"}, {"activities", json::array()}}}},
                {"voice_states", {{{"user_id", "4"}, {"channel_id", "21"}, {"session_id", "s"}}}},
                {"emojis",
                 {{{"id", "50"}, {"name", "smile"}, {"roles", json::array()}},
                  {{"id", "51"}, {"name", "frown"}, {"roles", json::array()}}}},
                {"stickers", json::array()},
                {"stage_instances", json::array()},
                {"guild_scheduled_events", {{{"id", "60"}, {"name", "party"}, {"status", 1}}}},
                {"soundboard_sounds", {{{"sound_id", "70"}, {"name", "honk"}, {"volume", 1.0}}}}};
    }

    std::filesystem::path dir_ =
        std::filesystem::temp_directory_path() / ("rk-cache-" + std::to_string(::getpid()));
    CacheOptions options_;
    bus::EventBus bus_;
    std::shared_ptr<bus::Lane> lane_ =
        std::make_shared<bus::Lane>("script x", 5, bus::LaneLimits{});
    std::shared_ptr<store::DeliveryLedger> ledger_;
    std::optional<Dispatcher> dispatcher_;
    std::optional<protocol::discord::SessionFsm> machine_;
    std::uint64_t seq_ = 0;
};

}  // namespace rookery::discord::testing
