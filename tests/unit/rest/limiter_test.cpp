#include "rest/limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rookery::rest {
namespace {

using Ticket = Limiter::Ticket;
using Tickets = std::vector<Ticket>;

class LimiterTest : public ::testing::Test {
  protected:
    Ticket add(const std::string& key, const std::string& major = "1",
               Millis max_wait = Millis(60'000)) {
        return limiter_.add({.key = key, .major = major, .sub_kind = {}}, now_ + max_wait);
    }
    Tickets send() { return limiter_.poll(now_).send; }
    std::size_t send_and_answer() {
        const auto sent = send();
        for (const Ticket ticket : sent) {
            answer(ticket, {.status = 200,
                            .bucket = {},
                            .remaining = {},
                            .reset_after = {},
                            .retry_after = {}});
        }
        return sent.size();
    }
    bool answer(Ticket ticket, LimitInfo info) { return limiter_.answered(ticket, info, now_); }
    /// An answer of a limit with a name.
    bool answer(Ticket ticket, const std::string& bucket, unsigned remaining, Millis reset_after) {
        return answer(ticket, {.status = 200,
                               .bucket = bucket,
                               .remaining = remaining,
                               .reset_after = reset_after,
                               .retry_after = {}});
    }
    static LimitInfo limited(LimitScope scope, Millis retry_after, unsigned remaining = 0) {
        return {.status = 429,
                .scope = scope,
                .bucket = {},
                .remaining = remaining,
                .reset_after = {},
                .retry_after = retry_after};
    }

    Limiter limiter_;
    SteadyTime now_{Millis(1'000'000)};
};

TEST_F(LimiterTest, one_request_of_a_queue_is_under_way_at_a_time_in_order) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_EQ(send(), Tickets{});
    EXPECT_FALSE(answer(
        a, {.status = 200, .bucket = {}, .remaining = {}, .reset_after = {}, .retry_after = {}}));
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, major_ids_run_in_parallel) {
    const auto a = add("POST /m", "1");
    const auto b = add("POST /m", "2");
    EXPECT_EQ(send(), (Tickets{a, b}));
}

TEST_F(LimiterTest, an_answer_without_headers_stalls_nothing) {
    const auto a = add("DELETE /x");
    const auto b = add("DELETE /x");
    EXPECT_EQ(send(), Tickets{a});
    answer(a, {.status = 204, .bucket = {}, .remaining = {}, .reset_after = {}, .retry_after = {}});
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, a_spent_limit_waits_for_its_reset) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    answer(a, "hash", 0, Millis(1'500));
    const auto due = limiter_.poll(now_);
    EXPECT_TRUE(due.send.empty());
    EXPECT_EQ(due.next, now_ + Millis(1'500));
    now_ += Millis(1'499);
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1);
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, a_reset_that_moves_is_taken_from_each_answer) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    const auto c = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    answer(a, "hash", 1, Millis(1'000));
    EXPECT_EQ(send(), Tickets{b});
    now_ += Millis(500);
    answer(b, "hash", 0, Millis(1'000));
    now_ += Millis(999);
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1);
    EXPECT_EQ(send(), Tickets{c});
}

TEST_F(LimiterTest, routes_that_share_a_limit_are_held_together_once_that_is_known) {
    const auto a = add("POST /m");
    const auto b = add("PATCH /m");
    EXPECT_EQ(send(), (Tickets{a, b}));
    answer(a, "shared", 5, Millis(1'000));
    answer(b, "shared", 0, Millis(1'000));
    const auto c = add("POST /m");
    add("PATCH /m");
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1'000);
    EXPECT_EQ(send(), Tickets{c});
}

TEST_F(LimiterTest, waiters_follow_a_limit_that_changes_its_name) {
    const auto a = add("DELETE /m");
    const auto b = add("DELETE /m");
    const auto c = add("DELETE /m");
    EXPECT_EQ(send(), Tickets{a});
    answer(a, "first", 3, Millis(1'000));
    EXPECT_EQ(send(), Tickets{b});
    answer(b, "second", 0, Millis(2'000));
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(2'000);
    EXPECT_EQ(send(), Tickets{c});
}

TEST_F(LimiterTest, a_limited_request_waits_and_keeps_its_place) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, limited(LimitScope::bucket, Millis(700))));
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(700);
    EXPECT_EQ(send(), Tickets{a});
    answer(a, "hash", 4, Millis(1'000));
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, a_hidden_limit_holds_only_the_like) {
    const auto rename = limiter_.add({"PATCH /c", "1", "rename"}, now_ + Millis(3'600'000));
    EXPECT_EQ(send(), Tickets{rename});
    EXPECT_TRUE(answer(rename, limited(LimitScope::hidden, Millis(600'000), 3)));
    const auto other = limiter_.add({"PATCH /c", "1", ""}, now_ + Millis(60'000));
    EXPECT_EQ(send(), Tickets{other});
    answer(other, "hash", 2, Millis(1'000));
    now_ += Millis(600'000);
    EXPECT_EQ(send(), Tickets{rename});
}

TEST_F(LimiterTest, a_global_limit_stops_all_but_the_exempt) {
    const auto a = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, limited(LimitScope::global, Millis(2'000))));
    add("GET /g");
    const auto exempt = limiter_.add({.key = "POST /interactions",
                                      .major = "1",
                                      .sub_kind = {},
                                      .authenticated = false,
                                      .global_exempt = true},
                                     now_ + Millis(10'000));
    EXPECT_EQ(send(), Tickets{exempt});
    now_ += Millis(2'000);
    EXPECT_EQ(send().size(), 2U);
}

TEST_F(LimiterTest, a_network_block_stops_everything_for_a_minute_and_longer_each_time) {
    const auto a = limiter_.add(
        {.key = "POST /interactions", .major = "1", .sub_kind = {}, .global_exempt = true},
        now_ + Millis(3'600'000));
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, {.status = 429,
                           .scope = LimitScope::network,
                           .bucket = {},
                           .remaining = {},
                           .reset_after = {},
                           .retry_after = {}}));
    now_ += Millis(59'999);
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1);
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, {.status = 429,
                           .scope = LimitScope::network,
                           .bucket = {},
                           .remaining = {},
                           .reset_after = {},
                           .retry_after = {}}));
    now_ += Millis(119'999);
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1);
    EXPECT_EQ(send(), Tickets{a});
}

TEST_F(LimiterTest, sixty_routes_at_once_stay_below_fifty_a_second) {
    for (int i = 0; i < 60; ++i) {
        add("GET /" + std::to_string(i));
    }
    EXPECT_EQ(send_and_answer(), 45U);
    now_ += Millis(999);
    EXPECT_EQ(send_and_answer(), 0U);
    now_ += Millis(1);
    EXPECT_EQ(send_and_answer(), 15U);
}

TEST_F(LimiterTest, the_global_window_slides) {
    for (int i = 0; i < 30; ++i) {
        add("GET /" + std::to_string(i));
    }
    EXPECT_EQ(send_and_answer(), 30U);
    now_ += Millis(600);
    for (int i = 30; i < 80; ++i) {
        add("GET /" + std::to_string(i));
    }
    EXPECT_EQ(send_and_answer(), 15U);
    now_ += Millis(400);
    EXPECT_EQ(send_and_answer(), 30U);
    now_ += Millis(599);
    EXPECT_EQ(send_and_answer(), 0U);
    now_ += Millis(1);
    EXPECT_EQ(send_and_answer(), 5U);
}

/// The server may have counted it as late as that.
TEST_F(LimiterTest, a_request_keeps_its_place_until_a_second_after_its_answer) {
    limiter_ = Limiter({.global_per_second = 1, .invalid_limit = 10});
    const auto a = add("GET /a");
    const auto b = add("GET /b");
    EXPECT_EQ(send(), Tickets{a});
    now_ += Millis(5'000);
    EXPECT_EQ(send(), Tickets{});
    answer(a, {.status = 200, .bucket = {}, .remaining = {}, .reset_after = {}, .retry_after = {}});
    EXPECT_EQ(limiter_.poll(now_).next, now_ + Millis(1'000));
    now_ += Millis(999);
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(1);
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, what_cannot_be_sent_in_time_is_refused_at_once) {
    const auto a = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    answer(a, "hash", 0, Millis(600'000));
    const auto b = add("POST /m", "1", Millis(60'000));
    const auto due = limiter_.poll(now_);
    ASSERT_EQ(due.refused.size(), 1U);
    EXPECT_EQ(due.refused[0].ticket, b);
    EXPECT_EQ(due.refused[0].error.kind(), ErrorKind::timeout);
    EXPECT_EQ(limiter_.waiting(), 0U);
}

TEST_F(LimiterTest, what_waits_behind_a_slow_request_is_refused_at_its_deadline) {
    const auto a = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    add("POST /m", "1", Millis(5'000));
    EXPECT_EQ(limiter_.poll(now_).next, now_ + Millis(5'000));
    now_ += Millis(5'000);
    EXPECT_EQ(limiter_.poll(now_).refused.size(), 1U);
}

TEST_F(LimiterTest, a_removed_request_is_never_sent) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    const auto c = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    limiter_.remove(b);
    limiter_.remove(a);
    limiter_.remove(99);
    EXPECT_EQ(send(), Tickets{c});
}

TEST_F(LimiterTest, a_repeated_request_goes_first_and_its_queue_waits_with_it) {
    const auto a = add("POST /m");
    const auto b = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    limiter_.again(a, now_ + Millis(300));
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(300);
    EXPECT_EQ(send(), Tickets{a});
    limiter_.remove(a);
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, a_refused_token_ends_authenticated_requests_only) {
    add("GET /a");
    const auto webhook = limiter_.add(
        {.key = "POST /webhooks", .major = "1", .sub_kind = {}, .authenticated = false},
        now_ + Millis(1'000));
    limiter_.refuse_authenticated();
    const auto due = limiter_.poll(now_);
    EXPECT_EQ(due.send, Tickets{webhook});
    ASSERT_EQ(due.refused.size(), 1U);
    EXPECT_EQ(due.refused[0].error.kind(), ErrorKind::denied);
}

TEST_F(LimiterTest, too_many_refused_requests_stop_the_rest_until_the_window_has_passed) {
    limiter_ = Limiter({.global_per_second = 1'000, .invalid_limit = 10});
    for (int i = 0; i < 10; ++i) {
        const auto ticket = add("GET /" + std::to_string(i));
        EXPECT_EQ(send(), Tickets{ticket});
        answer(
            ticket,
            {.status = 403, .bucket = {}, .remaining = {}, .reset_after = {}, .retry_after = {}});
    }
    add("GET /x");
    const auto due = limiter_.poll(now_);
    ASSERT_EQ(due.refused.size(), 1U);
    EXPECT_EQ(due.refused[0].error.kind(), ErrorKind::limit);
    now_ += Millis(600'000);
    const auto later = add("GET /x");
    EXPECT_EQ(send(), Tickets{later});
}

TEST_F(LimiterTest, a_shared_limit_is_no_refused_request) {
    limiter_ = Limiter({.global_per_second = 45, .invalid_limit = 1});
    const auto a = add("PUT /r");
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, limited(LimitScope::shared, Millis(100))));
    now_ += Millis(100);
    EXPECT_EQ(send(), Tickets{a});
}

/// A request of its own queue.
Route wish(Lane lane, const std::string& owner, int number) {
    return {.key = "GET /" + owner + std::to_string(number),
            .major = {},
            .sub_kind = {},
            .lane = lane,
            .owner = owner};
}

TEST_F(LimiterTest, the_urgent_lane_goes_first_and_none_starves) {
    limiter_ = Limiter({.global_per_second = 21, .invalid_limit = 10});
    std::map<Ticket, Lane> lanes;
    for (int i = 0; i < 100; ++i) {
        for (const Lane lane : {Lane::background, Lane::user, Lane::interaction}) {
            lanes[limiter_.add(wish(lane, "x" + std::to_string(int(lane)), i),
                               now_ + Millis(60'000))] = lane;
        }
    }
    std::map<Lane, int> sent;
    const auto first = send();
    EXPECT_EQ(lanes[first.front()], Lane::interaction);
    for (const Ticket ticket : first) {
        ++sent[lanes[ticket]];
    }
    EXPECT_EQ(sent[Lane::interaction], 16);
    EXPECT_EQ(sent[Lane::user], 4);
    EXPECT_EQ(sent[Lane::background], 1);
}

TEST_F(LimiterTest, owners_share_alike_however_much_one_asks) {
    limiter_ = Limiter({.global_per_second = 10, .invalid_limit = 10});
    std::map<Ticket, std::string> owners;
    for (int i = 0; i < 200; ++i) {
        owners[limiter_.add(wish(Lane::user, "loud", i), now_ + Millis(60'000))] = "loud";
    }
    for (int i = 0; i < 10; ++i) {
        owners[limiter_.add(wish(Lane::user, "quiet", i), now_ + Millis(60'000))] = "quiet";
    }
    int quiet = 0;
    for (const Ticket ticket : send()) {
        quiet += owners[ticket] == "quiet" ? 1 : 0;
    }
    EXPECT_EQ(quiet, 5);
}

TEST_F(LimiterTest, in_one_queue_owners_take_turns_and_each_keeps_its_order) {
    std::vector<Ticket> loud;
    for (int i = 0; i < 3; ++i) {
        loud.push_back(
            limiter_.add({.key = "POST /m", .major = "1", .sub_kind = {}, .owner = "loud"},
                         now_ + Millis(9'000)));
    }
    const auto quiet = limiter_.add(
        {.key = "POST /m", .major = "1", .sub_kind = {}, .owner = "quiet"}, now_ + Millis(9'000));
    Tickets order;
    for (int i = 0; i < 4; ++i) {
        const auto due = send();
        ASSERT_EQ(due.size(), 1U);
        order.push_back(due[0]);
        answer(due[0], "hash", 5, Millis(1'000));
    }
    EXPECT_EQ(order, (Tickets{loud[0], quiet, loud[1], loud[2]}));
}

TEST_F(LimiterTest, a_queue_that_is_full_takes_no_more) {
    limiter_ = Limiter({.max_waiting = 5, .max_waiting_of_owner = 2});
    const Route mine = wish(Lane::user, "a", 0);
    const Route other = wish(Lane::user, "b", 0);
    static_cast<void>(limiter_.add(mine, now_ + Millis(1)));
    EXPECT_FALSE(limiter_.no_room(mine));
    static_cast<void>(limiter_.add(mine, now_ + Millis(1)));
    ASSERT_TRUE(limiter_.no_room(mine));
    EXPECT_EQ(limiter_.no_room(mine)->kind(), ErrorKind::limit);
    EXPECT_FALSE(limiter_.no_room(other));
}

TEST_F(LimiterTest, requests_of_a_queue_keep_their_distance) {
    Route route{.key = "PUT /reactions", .major = "1", .sub_kind = {}, .spacing = Millis(250)};
    const auto a = limiter_.add(route, now_ + Millis(9'000));
    const auto b = limiter_.add(route, now_ + Millis(9'000));
    EXPECT_EQ(send(), Tickets{a});
    now_ += Millis(100);
    answer(a, "hash", 1, Millis(100));
    EXPECT_EQ(send(), Tickets{});
    now_ += Millis(150);
    EXPECT_EQ(send(), Tickets{b});
}

TEST_F(LimiterTest, after_a_global_pause_it_goes_on_at_half_the_rate) {
    const auto a = add("POST /m");
    EXPECT_EQ(send(), Tickets{a});
    EXPECT_TRUE(answer(a, limited(LimitScope::global, Millis(5'000))));
    for (int i = 0; i < 60; ++i) {
        add("GET /" + std::to_string(i));
    }
    now_ += Millis(5'000);
    EXPECT_EQ(send().size(), 22U);
}

TEST_F(LimiterTest, bots_of_one_address_share_what_is_held_against_it) {
    const auto standing = std::make_shared<Standing>();
    Limiter one({.invalid_limit = 2, .standing = standing});
    Limiter other({.invalid_limit = 2, .standing = standing});
    for (int i = 0; i < 2; ++i) {
        const auto ticket = one.add(wish(Lane::user, "a", i), now_ + Millis(1'000));
        EXPECT_EQ(one.poll(now_).send, Tickets{ticket});
        EXPECT_FALSE(one.answered(
            ticket,
            {.status = 403, .bucket = {}, .remaining = {}, .reset_after = {}, .retry_after = {}},
            now_));
    }
    static_cast<void>(other.add(wish(Lane::user, "b", 0), now_ + Millis(1'000)));
    const auto due = other.poll(now_);
    ASSERT_EQ(due.refused.size(), 1U);
    EXPECT_EQ(due.refused[0].error.kind(), ErrorKind::limit);
}

TEST_F(LimiterTest, idle_queues_are_forgotten) {
    for (int i = 0; i < 100; ++i) {
        const auto ticket = add("POST /m", std::to_string(i));
        static_cast<void>(send());
        answer(ticket, "hash", 0, Millis(1'000));
        now_ += Millis(100);
    }
    now_ += Millis(1'000);
    static_cast<void>(send());
    EXPECT_EQ(limiter_.queues(), 0U);
}

}  // namespace
}  // namespace rookery::rest
