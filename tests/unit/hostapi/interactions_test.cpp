#include "hostapi/interactions.hpp"

#include "support/events.hpp"
#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

class InteractionsTest : public ::testing::Test {
  protected:
    struct Sent {
        Interactions::Send request;
        OperationDone done;
    };

    static json payload(std::uint64_t id, int type) {
        return {{"id", std::to_string(id)},
                {"application_id", "77"},
                {"token", "credential-" + std::to_string(id)},
                {"type", type},
                {"channel_id", "5"},
                {"user", {{"id", "9"}, {"username", "alice"}}},
                {"data", {{"id", "3"}, {"name", "remind"}, {"custom_id", "button"}}}};
    }

    model::EventPtr event(std::uint64_t id, int type = 2, json extra = json::object()) {
        json body = payload(id, type);
        body.merge_patch(extra);
        model::EventHeader header;
        header.type = model::EventType::interaction_create;
        header.bot = rookery::testing::test_bot();
        header.seq = id;
        header.received = clock_.now();
        return *model::Event::make(header, body.dump());
    }
    /// The interaction reaches one extension, which begins with it.
    model::EventPtr arrive(std::uint64_t id, int type = 2, json extra = json::object()) {
        auto made = event(id, type, std::move(extra));
        desk_.arrived(*made, {"script slow"});
        desk_.begun(*made, "script slow", "handler of command remind (slow.lua:3)");
        return made;
    }

    void call(const model::EventPtr& event, const char* verb, json arguments = json::object()) {
        call_as(++calls_, event, verb, std::move(arguments));
    }
    void call_as(std::uint32_t number, const model::EventPtr& event, const char* verb,
                 json arguments = json::object()) {
        OperationCall wish;
        wish.number = number;
        wish.operation = std::string("interactions.") + verb;
        wish.arguments = std::move(arguments);
        wish.event = event;
        wish.extension = "script/slow";
        const auto* info = model::find_operation(wish.operation);
        ASSERT_NE(info, nullptr) << wish.operation;
        desk_.call(*info, std::move(wish), [this](Result<json> result) {
            results_.push_back(result ? result->dump()
                                      : std::string(to_string(result.error().kind())));
            texts_.push_back(result ? "" : result.error().message());
        });
    }
    /// Answers the oldest request that is under way.
    void answer(Result<json> result) {
        ASSERT_FALSE(open_.empty());
        auto done = std::move(open_.front().done);
        open_.pop_front();
        done(std::move(result));
    }
    static Error refused(int code) {
        Refusal refusal;
        refusal.status = 400;
        refusal.code = code;
        return Error(ErrorKind::invalid, "POST /x: 400: no").with(std::move(refusal));
    }
    /// What has been sent so far: "respond", "editOriginal".
    [[nodiscard]] std::vector<std::string> sent() const { return sent_; }

    rookery::testing::FakeClock clock_;
    std::uint32_t calls_ = 0;
    std::deque<Sent> open_;
    std::vector<std::string> sent_;
    std::vector<std::string> results_;
    std::vector<std::string> texts_;
    std::optional<SteadyTime> woken_;
    Interactions desk_{clock_,
                       [this](Interactions::Send request, OperationDone done) {
                           sent_.emplace_back(request.operation.substr(13));
                           open_.push_back({std::move(request), std::move(done)});
                       },
                       [this](SteadyTime when) { woken_ = when; }};
};

using Texts = std::vector<std::string>;

TEST_F(InteractionsTest, a_reply_is_sent_with_the_interactions_credentials) {
    call(arrive(1), "reply", {{"content", "hi"}});
    const Interactions::Send& request = open_.front().request;
    EXPECT_EQ(request.bot, "test");
    EXPECT_EQ(request.extension, "script/slow");
    EXPECT_EQ(request.arguments["interactionId"], "1");
    EXPECT_EQ(request.arguments["token"], "credential-1");
    answer(json{{"resource", {{"message", {{"id", "50"}}}}}});
    const auto message = json::parse(results_.front());
    EXPECT_EQ(message["id"], "50");
    EXPECT_TRUE(message.contains("channelId")) << "in the public shape";
}

TEST_F(InteractionsTest, calls_of_one_interaction_go_out_one_after_the_other) {
    const auto one = arrive(1);
    call(one, "defer");
    call(one, "editReply", {{"content", "done"}});
    call(one, "followUp", {{"content", "more"}});
    EXPECT_EQ(sent(), Texts{"respond"});
    answer(json());
    EXPECT_EQ(sent(), (Texts{"respond", "editOriginal"}));
    answer(json{{"id", "1"}});
    answer(json{{"id", "2"}});
    EXPECT_EQ(sent(), (Texts{"respond", "editOriginal", "createFollowUp"}));
    EXPECT_EQ(results_, (Texts{"null", R"({"id":"1"})", R"({"id":"2"})"}));
}

TEST_F(InteractionsTest, a_call_that_is_made_again_is_answered_as_before) {
    const auto one = arrive(1);
    call_as(1, one, "reply", {{"content", "Really?"}});
    answer(json{{"resource", {{"message", {{"id", "50"}}}}}});
    call_as(2, one, "followUp", {{"content", "more"}});
    answer(json{{"id", "51"}});
    call_as(1, one, "reply", {{"content", "Really?"}});
    call_as(2, one, "followUp", {{"content", "more"}});
    EXPECT_EQ(sent(), (Texts{"respond", "createFollowUp"}));
    ASSERT_EQ(results_.size(), 4U);
    EXPECT_EQ(results_[2], results_[0]);
    EXPECT_EQ(results_[3], results_[1]);
    call_as(3, one, "followUp", {{"content", "new"}});
    call_as(1, arrive(2), "reply", {{"content", "another one"}});
    EXPECT_EQ(open_.size(), 2U);
}

TEST_F(InteractionsTest, a_call_that_is_made_again_waits_for_the_one_under_way) {
    const auto one = arrive(1);
    call_as(1, one, "reply", {{"content", "Really?"}});
    call_as(1, one, "reply", {{"content", "Really?"}});
    answer(json{{"resource", {{"message", {{"id", "50"}}}}}});
    EXPECT_EQ(sent(), Texts{"respond"});
    ASSERT_EQ(results_.size(), 2U);
    EXPECT_EQ(results_[1], results_[0]);
}

TEST_F(InteractionsTest, a_call_that_failed_is_sent_again_and_what_is_read_is_read_again) {
    const auto one = arrive(1);
    call_as(1, one, "reply", {{"content", "hi"}});
    answer(Error(ErrorKind::unavailable, "down"));
    call_as(1, one, "reply", {{"content", "hi"}});
    answer(json());
    call_as(2, one, "fetchReply");
    answer(json{{"id", "1"}});
    call_as(2, one, "fetchReply");
    EXPECT_EQ(sent(), (Texts{"respond", "respond", "getOriginal", "getOriginal"}));
}

TEST_F(InteractionsTest, interactions_do_not_wait_for_one_another) {
    for (std::uint64_t id = 1; id <= 300; ++id) {
        call(arrive(id), "reply", {{"content", "hi"}});
    }
    EXPECT_EQ(open_.size(), 300U);
}

TEST_F(InteractionsTest, it_can_be_answered_by_id_after_its_handler) {
    arrive(1);
    call(nullptr, "reply", {{"interactionId", "1"}, {"content", "later"}});
    EXPECT_EQ(sent(), Texts{"respond"});
}

TEST_F(InteractionsTest, one_that_nobody_knows_cannot_be_answered) {
    call(nullptr, "reply", {{"interactionId", "404"}, {"content", "x"}});
    call(nullptr, "reply", {{"content", "x"}});
    EXPECT_EQ(results_, (Texts{"stale", "invalid"}));
}

TEST_F(InteractionsTest, one_that_came_before_the_runtime_is_known_by_its_event) {
    call(event(7), "reply", {{"content", "again"}});
    EXPECT_EQ(open_.front().request.arguments["token"], "credential-7");
}

TEST_F(InteractionsTest, the_guardian_defers_and_a_late_reply_fills_it_in) {
    const auto one = arrive(1);
    ASSERT_TRUE(woken_);
    EXPECT_EQ(*woken_ - clock_.now(), Millis{2'000});
    clock_.advance(Millis{1'999});
    EXPECT_TRUE(desk_.poll());
    EXPECT_TRUE(open_.empty());
    clock_.advance(Millis{1});
    EXPECT_FALSE(desk_.poll());
    EXPECT_EQ(open_.front().request.arguments["type"], 5);
    answer(json());
    clock_.advance(Millis{8'000});
    call(one, "reply", {{"content", "late"}});
    EXPECT_EQ(sent(), (Texts{"respond", "editOriginal"}));
    const auto counters = desk_.counters();
    EXPECT_EQ(counters.deferred, 1U);
    EXPECT_EQ(counters.late.at("script slow"), 1U);
}

TEST_F(InteractionsTest, a_reply_that_comes_while_the_guardian_defers_waits_for_it) {
    const auto one = arrive(1);
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    call(one, "reply", {{"content", "late"}});
    EXPECT_EQ(sent(), Texts{"respond"});
    answer(json());
    EXPECT_EQ(sent(), (Texts{"respond", "editOriginal"}));
}

TEST_F(InteractionsTest, the_guardian_leaves_what_is_being_answered) {
    const auto one = arrive(1);
    call(one, "reply", {{"content", "hi"}});
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    EXPECT_EQ(sent(), Texts{"respond"});
}

TEST_F(InteractionsTest, the_guardian_leaves_what_everybody_is_done_with) {
    const auto one = arrive(1);
    desk_.finished(*one, "script slow");
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    EXPECT_TRUE(sent().empty());
}

TEST_F(InteractionsTest, the_guardian_defers_what_waits_in_a_queue) {
    desk_.arrived(*event(1), {"script slow"});
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    EXPECT_EQ(sent(), Texts{"respond"});
}

TEST_F(InteractionsTest, whoever_stops_one_has_claimed_it) {
    const auto one = event(1);
    desk_.arrived(*one, {"script guard", "script slow"});
    desk_.begun(*one, "script guard", "interceptor");
    desk_.stopped(*one, "script guard");
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    EXPECT_EQ(sent(), Texts{"respond"});
    const auto counters = desk_.counters();
    EXPECT_EQ(counters.late.count("script guard"), 1U);
    EXPECT_EQ(counters.late.count("script slow"), 0U);
}

TEST_F(InteractionsTest, the_policy_of_the_bot_holds) {
    desk_.set_policy("test", {false, Millis{0}});
    arrive(1);
    EXPECT_FALSE(woken_);
    desk_.set_policy("test", {true, Millis{500}});
    arrive(2);
    ASSERT_TRUE(woken_);
    EXPECT_EQ(*woken_ - clock_.now(), Millis{500});
}

TEST_F(InteractionsTest, an_expired_one_says_so_and_is_not_tried_again) {
    const auto one = arrive(1);
    call(one, "reply", {{"content", "hi"}});
    answer(refused(10062));
    call(one, "reply", {{"content", "hi"}});
    EXPECT_EQ(results_, (Texts{"stale", "stale"}));
    EXPECT_EQ(sent(), Texts{"respond"});
    EXPECT_NE(texts_[0].find("interactions.reply: the interaction has expired"), std::string::npos)
        << texts_[0];
}

TEST_F(InteractionsTest, after_a_quarter_of_an_hour_nothing_is_sent) {
    const auto one = arrive(1);
    call(one, "defer");
    answer(json());
    clock_.advance(Interactions::kTokenLife + Millis{1'000});
    call(one, "editReply", {{"content", "x"}});
    EXPECT_EQ(results_.back(), "stale");
    EXPECT_EQ(sent(), Texts{"respond"});
}

TEST_F(InteractionsTest, an_invalid_token_means_expired) {
    const auto one = arrive(1);
    call(one, "defer");
    answer(json());
    call(one, "followUp", {{"content", "x"}});
    answer(refused(50027));
    EXPECT_EQ(results_.back(), "stale");
}

TEST_F(InteractionsTest, a_deferral_from_before_a_restart_is_filled_in) {
    call(event(1), "reply", {{"content", "again"}});
    answer(refused(40060));
    answer(json{{"flags", 128}});
    answer(json{{"id", "50"}});
    EXPECT_EQ(sent(), (Texts{"respond", "getOriginal", "editOriginal"}));
    EXPECT_EQ(results_, Texts{R"({"id":"50"})"});
}

TEST_F(InteractionsTest, an_answer_from_before_a_restart_is_not_given_twice) {
    call(event(1), "reply", {{"content", "again"}});
    answer(refused(40060));
    answer(json{{"flags", 0}});
    EXPECT_EQ(sent(), (Texts{"respond", "getOriginal"}));
    EXPECT_EQ(results_, Texts{"exists"});
}

TEST_F(InteractionsTest, what_was_said_further_before_a_restart_is_not_said_twice) {
    const auto one = event(1);
    call(one, "reply", {{"content", "a"}});
    answer(refused(40060));
    answer(json{{"id", "40"}, {"flags", 0}});
    const json ours{{"id", "1"}};
    const json there = {{{"id", "53"}, {"content", "b"}, {"interaction", {{"id", "2"}}}},
                        {{"id", "52"}, {"content", "b"}, {"interaction", ours}},
                        {{"id", "51"}, {"content", "by somebody"}},
                        {{"id", "40"}, {"content", "a"}, {"interaction", ours}}};
    call(one, "followUp", {{"content", "b "}});
    EXPECT_EQ(open_.front().request.operation, "messages.list");
    EXPECT_EQ(open_.front().request.arguments,
              json({{"channelId", "5"}, {"after", "1"}, {"limit", 100}}));
    answer(there);
    ASSERT_EQ(results_.size(), 2U);
    EXPECT_EQ(json::parse(results_.back())["id"], "52");
    EXPECT_TRUE(open_.empty());
    // The same once more, and what only looks like the first answer, is something new.
    for (const char* text : {"b", "a"}) {
        call(one, "followUp", {{"content", text}});
        answer(there);
        ASSERT_EQ(open_.size(), 1U);
        EXPECT_EQ(open_.front().request.operation, "interactions.createFollowUp");
        answer(json{{"id", "60"}});
    }
}

TEST_F(InteractionsTest, a_component_that_was_deferred_before_a_restart_is_still_answered) {
    const json shown{{"message", {{"id", "900"}, {"channel_id", "5"}}}};
    call(event(1, 3, shown), "reply", {{"content", "a"}});
    answer(refused(40060));
    answer(json{{"id", "900"}, {"flags", 0}});
    answer(json::array());
    ASSERT_EQ(open_.size(), 1U);
    EXPECT_EQ(open_.front().request.operation, "interactions.createFollowUp");
    answer(json{{"id", "60"}});
    EXPECT_EQ(results_, Texts{R"({"id":"60"})"});

    const auto two = event(2, 3, shown);
    call(two, "deferUpdate");
    answer(refused(40060));
    answer(json{{"id", "900"}, {"flags", 0}});
    EXPECT_EQ(results_.back(), "null") << "it was that";
    call(two, "update", {{"content", "b"}});
    EXPECT_EQ(open_.front().request.operation, "interactions.editOriginal");
}

TEST_F(InteractionsTest, where_nothing_can_be_looked_up_it_is_sent) {
    const auto one = event(1, 3);
    call(one, "deferUpdate");
    answer(refused(40060));
    answer(Error(ErrorKind::unavailable, "no connection"));
    call(one, "followUp", {{"content", "b"}});
    answer(Error(ErrorKind::invalid, "no permission"));
    ASSERT_EQ(open_.size(), 1U);
    EXPECT_EQ(open_.front().request.operation, "interactions.createFollowUp");
}

TEST_F(InteractionsTest, a_request_that_failed_may_be_tried_again) {
    const auto one = arrive(1);
    call(one, "reply", {{"content", "x"}});
    answer(Error(ErrorKind::unavailable, "no connection"));
    call(one, "reply", {{"content", "x"}});
    EXPECT_EQ(sent(), (Texts{"respond", "respond"}));
}

TEST_F(InteractionsTest, of_several_keystrokes_the_newest_is_answered) {
    const json typing = {
        {"data", {{"options", {{{"name", "city"}, {"value", "b"}, {"focused", true}}}}}}};
    const auto first = arrive(1, 4, typing);
    const auto second = arrive(2, 4, typing);
    call(first, "autocomplete", {{"choices", {"Bonn"}}});
    call(second, "autocomplete", {{"choices", {"Berlin"}}});
    EXPECT_EQ(open_.size(), 1U);
    EXPECT_EQ(open_.front().request.arguments["interactionId"], "2");
    EXPECT_EQ(results_, Texts{"null"});
}

TEST_F(InteractionsTest, a_raw_answer_counts_as_one) {
    const auto one = arrive(1);
    call(one, "respond",
         {{"interactionId", "1"}, {"token", "credential-1"}, {"type", 5}, {"data", nullptr}});
    answer(json());
    call(one, "reply", {{"content", "x"}});
    EXPECT_EQ(sent(), (Texts{"respond", "editOriginal"}));
}

TEST_F(InteractionsTest, no_error_shows_the_token) {
    const auto one = arrive(1);
    call(one, "update", {{"content", "x"}});
    call(one, "reply", {{"content", "x"}});
    answer(refused(10062));
    call(one, "reply", {{"content", "x"}});
    for (const std::string& text : texts_) {
        EXPECT_EQ(text.find("credential"), std::string::npos) << text;
    }
}

TEST_F(InteractionsTest, old_ones_are_forgotten) {
    arrive(1);
    clock_.advance(Millis{17 * 60 * 1'000});
    arrive(2);
    EXPECT_EQ(desk_.size(), 1U);
}

TEST_F(InteractionsTest, fields_of_the_wrong_type_do_no_harm) {
    const auto odd = event(3, 2,
                           {{"token", 5},
                            {"application_id", nullptr},
                            {"data", "x"},
                            {"user", json::array()},
                            {"type", "four"}});
    desk_.arrived(*odd, {"script slow"});
    clock_.advance(Millis{2'000});
    (void)desk_.poll();
    EXPECT_EQ(open_.size(), 1U);
}

}  // namespace
}  // namespace rookery::hostapi
