#include "hostapi/press_desk.hpp"

#include "support/press_world.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

class PressDeskTest : public ::testing::Test, protected testing::PressWorld {
  protected:
    PressDeskTest() { desk_->add(kOwner, "vote"); }

    /// Sends a button with those keys; its custom id.
    std::string button(const std::string& keys = "") {
        const auto sent = call("messages.send", R"({"channelId": "5", "components":
            [{"button": "Yes", "action": "vote", "state": {"n": 1})" +
                                                    (keys.empty() ? "" : ", " + keys) + "}]}");
        EXPECT_TRUE(sent) << (sent ? "" : sent.error().message());
        return custom_id();
    }
    /// What the platform would give an interaction now.
    [[nodiscard]] std::uint64_t id_of_now() const {
        constexpr std::int64_t first = 1'420'070'400'000;
        const std::int64_t now = clock_.wall().time_since_epoch() / Millis{1};
        return static_cast<std::uint64_t>(now - first) << 22U;
    }
    void restart() {
        begin();
        desk_->add(kOwner, "vote");
    }
};

TEST_F(PressDeskTest, a_press_comes_with_all_that_was_said) {
    const auto data = press(pressed(button()));
    ASSERT_TRUE(data);
    EXPECT_EQ(*data, json::parse(R"({"kind": "press", "action": "vote", "component": "button",
        "state": {"n": 1}, "values": [], "userId": "7", "channelId": "5", "guildId": "6",
        "messageId": "400", "locale": "de"})"));
}

TEST_F(PressDeskTest, it_is_for_the_extension_that_made_it_alone) {
    const auto event = pressed(button());
    desk_->add("script other", "vote");
    EXPECT_FALSE(desk_->concerns(*event, "script other"));
    EXPECT_FALSE(desk_->concerns(*event, "plugin poll"));
    EXPECT_TRUE(desk_->concerns(*event, kOwner));
}

TEST_F(PressDeskTest, the_platforms_own_ids_concern_nobody) {
    EXPECT_FALSE(desk_->concerns(*pressed("vote:1"), kOwner));
    look_after(pressed("vote:1"));
    EXPECT_EQ(told(), "");
}

TEST_F(PressDeskTest, a_form_comes_with_its_fields) {
    ASSERT_TRUE(call("interactions.showModal",
                     R"({"title": "T", "action": "vote", "fields":
                         [{"name": "what", "label": "What?"}]})",
                     "test", pressed("x")));
    const std::string id = last().arguments["customId"];
    const auto data = press(pressed(id, "7", 2, 5));
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["component"], "modal");
    EXPECT_EQ((*data)["fields"], json({{"what", "tea"}}));
}

TEST_F(PressDeskTest, the_wrong_person_is_told_so_in_their_language) {
    const std::string id = button(R"("only": ["8", "9"])");
    EXPECT_FALSE(press(pressed(id, "7")));
    EXPECT_EQ(told(), "Das ist nicht für dich.");
    EXPECT_TRUE(press(pressed(id, "9", 2)));
}

TEST_F(PressDeskTest, a_refusal_is_for_one_users_eyes) {
    EXPECT_FALSE(press(pressed(button(R"("only": "8")"))));
    EXPECT_EQ(last().operation, "interactions.reply");
    EXPECT_EQ(last().arguments["ephemeral"], true);
}

TEST_F(PressDeskTest, what_has_expired_is_not_pressed) {
    const std::string id = button(R"("expires": "10m")");
    clock_.advance(Millis{599'000});
    EXPECT_TRUE(press(pressed(id)));
    clock_.advance(Millis{2'000});
    EXPECT_FALSE(press(pressed(id, "7", 2)));
    EXPECT_EQ(told(), "Das ist abgelaufen.");
}

TEST_F(PressDeskTest, a_press_that_was_in_time_counts_whenever_it_is_handled) {
    const std::string text(5'000, 'x');
    const std::string id =
        button(R"("only": ["7", "8"], "expires": "10m", "state": ")" + text + R"(")");
    clock_.advance(Millis{599'000});
    const auto in_time = pressed(id, "7", id_of_now());
    clock_.advance(Millis{2'000});
    const auto late = pressed(id, "7", id_of_now());
    restart();
    EXPECT_FALSE(press(late));
    EXPECT_EQ(told(), "Das ist abgelaufen.");
    EXPECT_TRUE(press(in_time));
    clock_.advance(std::chrono::hours(5));
    EXPECT_TRUE(press(in_time));
    clock_.advance(std::chrono::hours(2));
    EXPECT_FALSE(press(in_time));
}

TEST_F(PressDeskTest, a_press_that_counted_counts_after_the_end_too) {
    const std::string id = button(R"("once": true, "expires": "10m")");
    EXPECT_TRUE(press(pressed(id, "7", 1)));
    clock_.advance(std::chrono::hours(1));
    EXPECT_TRUE(press(pressed(id, "7", 1)));
    EXPECT_FALSE(press(pressed(id, "7", 2)));
    EXPECT_EQ(told(), "Das ist abgelaufen.");
}

TEST_F(PressDeskTest, whoever_watches_hears_of_a_platform_without_components) {
    int heard = 0;
    auto watch = desk_->watch([&] {
        EXPECT_TRUE(desk_->wants_messages(kOwner));
        ++heard;
    });
    desk_->expect_texts();
    desk_->expect_texts();
    EXPECT_EQ(heard, 1);
}

TEST_F(PressDeskTest, an_answer_is_for_the_handler_as_long_as_that_is_not_done) {
    desk_->add(kOwner, "~ask");
    const auto ask = [this](const char* key) {
        EXPECT_TRUE(call("messages.send", R"({"channelId": "5", "components": [{"button": "Yes",
            "action": "~ask", "once": true, "state": {"k": ")" +
                                              std::string(key) + "\"}}]}"));
        return custom_id();
    };
    asks_ = [](std::string_view key) { return key == "800/1"; };
    const auto answer = pressed(ask("800/1"), "7", 1);
    EXPECT_TRUE(press(answer));
    EXPECT_FALSE(press(pressed(ask("801/1"), "7", 2)));
    EXPECT_EQ(told(), "Das ist abgelaufen.");
    // One that was heard is delivered again after a crash in the moment when the handler was done.
    asks_ = [](std::string_view) { return false; };
    EXPECT_FALSE(press(answer));
    EXPECT_EQ(told(), "");
}

TEST_F(PressDeskTest, once_the_first_press_counts_however_often_it_is_delivered) {
    const std::string id = button(R"("once": true)");
    EXPECT_TRUE(press(pressed(id, "7", 1)));
    EXPECT_FALSE(press(pressed(id, "8", 2)));
    EXPECT_EQ(told(), "Das wurde schon benutzt.");
    EXPECT_TRUE(press(pressed(id, "7", 1)));
    restart();
    EXPECT_TRUE(press(pressed(id, "7", 1)));
    EXPECT_FALSE(press(pressed(id, "7", 3)));
}

TEST_F(PressDeskTest, of_all_buttons_of_a_message_the_first_press_counts) {
    ASSERT_TRUE(call("messages.send", R"({"channelId": "5", "components": [
        {"button": "Yes", "action": "vote", "state": 1, "once": "message"},
        {"button": "No", "action": "vote", "state": 2, "once": "message"}]})"));
    const std::string yes = custom_id(0, 0);
    const std::string no = custom_id(0, 1);
    EXPECT_TRUE(press(pressed(no, "7", 1)));
    EXPECT_FALSE(press(pressed(yes, "7", 2)));
    EXPECT_FALSE(press(pressed(no, "7", 3)));
}

TEST_F(PressDeskTest, a_large_state_waits_in_the_store_over_a_restart) {
    const std::string text(5'000, 'x');
    ASSERT_TRUE(call("messages.send", R"({"channelId": "5", "components": [{"button": "Yes",
        "only": "7", "action": "vote", "state": ")" +
                                          text + R"("}]})"));
    const std::string id = custom_id();
    EXPECT_LE(id.size(), 100U);
    restart();
    const auto data = press(pressed(id));
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["state"], text);
    EXPECT_FALSE(press(pressed(id, "8", 2)));
    EXPECT_EQ(told(), "Das ist nicht für dich.");
    clock_.advance(std::chrono::hours(24 * 31));
    EXPECT_FALSE(press(pressed(id, "7", 3)));
    EXPECT_EQ(told(), "Das ist abgelaufen.");
}

TEST_F(PressDeskTest, what_nobody_handles_any_more_is_answered) {
    const std::string id = button();
    desk_->add(kOwner, "vote");
    desk_->remove(kOwner, "vote");
    look_after(pressed(id));
    EXPECT_EQ(told().find("nicht mehr"), std::string::npos);
    desk_->remove(kOwner, "vote");
    EXPECT_FALSE(desk_->concerns(*pressed(id), kOwner));
    look_after(pressed(id));
    EXPECT_EQ(told(), "Das gibt es nicht mehr.");
}

TEST_F(PressDeskTest, a_forged_id_is_answered_and_reaches_nobody) {
    std::string id = button();
    id.back() = id.back() == 'A' ? 'B' : 'A';
    id[20] = id[20] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(desk_->concerns(*pressed(id), kOwner));
    look_after(pressed(id));
    EXPECT_EQ(told(), "Das ist beschädigt und lässt sich nicht benutzen.");
}

// Where there are no components.

class TextPressTest : public PressDeskTest {
  protected:
    std::string poll(const std::string& keys = "") {
        const auto sent = call("messages.send",
                               R"({"channelId": "5", "content": "Well?",
            "components": [{"button": "Yes", "action": "vote", "state": 1)" +
                                   keys + R"(},
            {"button": "No", "action": "vote", "state": 2)" +
                                   keys + "}]}",
                               "plain");
        EXPECT_TRUE(sent) << (sent ? "" : sent.error().message());
        return sent ? (*sent)["id"].get<std::string>() : std::string();
    }
};

TEST_F(TextPressTest, buttons_become_lines_and_a_number_is_a_press) {
    const std::string id = poll();
    EXPECT_EQ(last().arguments["content"], "Well?\n1. Yes\n2. No");
    EXPECT_FALSE(last().arguments.contains("components"));
    const auto data = press(written("2"));
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["component"], "text");
    EXPECT_EQ((*data)["state"], 2);
    EXPECT_EQ((*data)["messageId"], id);
    EXPECT_EQ((*data)["userId"], "7");
}

TEST_F(TextPressTest, other_messages_concern_nobody) {
    poll();
    EXPECT_FALSE(desk_->concerns(*written("3"), kOwner));
    EXPECT_FALSE(desk_->concerns(*written("hello"), kOwner));
    EXPECT_FALSE(desk_->concerns(*written("2", "7", 100), kOwner)) << "older than the menu";
}

TEST_F(TextPressTest, a_menu_survives_a_restart) {
    poll();
    restart();
    EXPECT_TRUE(press(written("yes")));
}

TEST_F(TextPressTest, a_reply_chooses_from_its_menu_and_anything_else_from_the_newest) {
    const std::string first = poll();
    const std::string second = poll();
    EXPECT_EQ((*press(written("1")))["messageId"], second);
    EXPECT_EQ((*press(written("1", "7", 901, first)))["messageId"], first);
}

TEST_F(TextPressTest, what_others_write_is_theirs_unless_they_reply) {
    const std::string id = poll(R"(, "only": "8")");
    sent_.clear();
    EXPECT_FALSE(press(written("1")));
    EXPECT_EQ(told(), "");
    EXPECT_FALSE(press(written("1", "7", 901, id)));
    EXPECT_EQ(told(), "This is not for you.");
    EXPECT_TRUE(press(written("1", "8", 902)));
}

TEST_F(TextPressTest, below_a_menu_that_has_expired_only_whoever_replies_is_told) {
    poll(R"(, "expires": "10m")");
    sent_.clear();
    clock_.advance(Millis{601'000});
    EXPECT_FALSE(press(written("1")));
    EXPECT_EQ(told(), "");
    EXPECT_FALSE(desk_->concerns(*written("1", "7", 901), kOwner)) << "it is no menu any more";
    const std::string id = poll(R"(, "expires": "10m")");
    sent_.clear();
    clock_.advance(Millis{601'000});
    EXPECT_FALSE(press(written("1", "7", 902, id)));
    EXPECT_EQ(told(), "This has expired.");
    EXPECT_FALSE(menus_->find("plain", "5", id));
}

TEST_F(TextPressTest, a_menu_stays_while_some_of_it_can_be_chosen) {
    const auto sent = call("messages.send", R"({"channelId": "5", "components": [
        {"button": "Yes", "action": "vote", "expires": "10m"}, {"button": "No", "action": "vote"}]})",
                           "plain");
    ASSERT_TRUE(sent);
    clock_.advance(Millis{601'000});
    EXPECT_FALSE(press(written("1")));
    EXPECT_TRUE(press(written("2", "7", 901)));
}

TEST_F(TextPressTest, below_a_menu_that_was_used_only_whoever_replies_is_told) {
    const std::string id = poll(R"(, "once": true)");
    EXPECT_TRUE(press(written("1", "7", 900)));
    sent_.clear();
    EXPECT_FALSE(press(written("1", "8", 901)));
    EXPECT_EQ(told(), "");
    EXPECT_FALSE(press(written("1", "8", 902, id)));
    EXPECT_EQ(told(), "This was used already.");
}

TEST_F(TextPressTest, an_edit_without_components_ends_the_menu_and_its_event_comes_again) {
    const std::string id = poll();
    const auto event = written("1");
    ASSERT_TRUE(press(event));
    ASSERT_TRUE(
        call("interactions.update", R"({"content": "Thanks", "components": []})", "plain", event));
    EXPECT_EQ(last().operation, "messages.edit");
    EXPECT_EQ(last().arguments["messageId"], id);
    EXPECT_EQ(last().arguments["content"], "Thanks");
    EXPECT_FALSE(desk_->concerns(*written("1", "7", 950), kOwner));
    restart();
    EXPECT_TRUE(press(event)) << "it had not been finished";
}

TEST_F(TextPressTest, an_edit_of_the_text_keeps_the_menu) {
    const std::string id = poll();
    ASSERT_TRUE(call("messages.edit",
                     R"({"channelId": "5", "messageId": ")" + id + R"(", "content": "Now?"})",
                     "plain"));
    EXPECT_EQ(last().arguments["content"], "Now?\n1. Yes\n2. No");
    EXPECT_TRUE(press(written("1")));
    ASSERT_TRUE(call("messages.edit",
                     R"({"channelId": "5", "messageId": ")" + id + R"(", "components": []})",
                     "plain"));
    EXPECT_EQ(last().arguments["content"], "Now?");
    EXPECT_FALSE(desk_->concerns(*written("1", "7", 950), kOwner));
}

TEST_F(TextPressTest, a_deleted_message_has_no_menu) {
    const std::string id = poll();
    ASSERT_TRUE(
        call("messages.delete", R"({"channelId": "5", "messageId": ")" + id + R"("})", "plain"));
    EXPECT_FALSE(desk_->concerns(*written("1"), kOwner));
}

TEST_F(TextPressTest, a_channel_has_so_many_menus) {
    const std::string first = poll();
    for (std::size_t i = 0; i < MenuBook::kMostInChannel; ++i) {
        poll();
    }
    EXPECT_FALSE(menus_->find("plain", "5", first));
    EXPECT_TRUE(menus_->find("plain", "5", std::to_string(std::stoul(first) + 1)));
}

TEST_F(TextPressTest, a_form_is_asked_field_by_field) {
    const auto opener = written("!feedback", "7", 900);
    ASSERT_TRUE(call("interactions.showModal",
                     R"({"title": "Feedback", "action": "vote", "state": 5, "fields": [
                         {"name": "what", "label": "What?"},
                         {"name": "why", "label": "Why?", "required": false}]})",
                     "plain", opener));
    EXPECT_EQ(last().operation, "messages.reply");
    EXPECT_NE(told().find("What?"), std::string::npos);
    EXPECT_FALSE(desk_->concerns(*opener, kOwner)) << "delivered again it is no answer";
    EXPECT_FALSE(desk_->concerns(*written("tea", "8", 901), kOwner)) << "somebody else";
    const auto first = written("tea", "7", 902);
    EXPECT_FALSE(press(first));
    EXPECT_NE(told().find("Why?"), std::string::npos);
    restart();
    EXPECT_FALSE(press(first)) << "delivered again it is the same answer";
    EXPECT_NE(told().find("Why?"), std::string::npos);
    const auto second = written("-", "7", 903);
    const auto data = press(second);
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["component"], "modal");
    EXPECT_EQ((*data)["state"], 5);
    EXPECT_EQ((*data)["fields"], json({{"what", "tea"}, {"why", ""}}));
    EXPECT_TRUE(press(second));
    EXPECT_FALSE(desk_->concerns(*written("more", "7", 904), kOwner));
}

TEST_F(TextPressTest, every_answer_of_a_form_is_known_when_it_comes_again) {
    const auto opener = written("!feedback", "7", 900);
    ASSERT_TRUE(call("interactions.showModal",
                     R"({"title": "F", "action": "vote", "fields": [
                         {"name": "a", "label": "A?"}, {"name": "b", "label": "B?"},
                         {"name": "c", "label": "C?"}]})",
                     "plain", opener));
    const auto first = written("1", "7", 902);
    const auto second = written("2", "7", 903);
    EXPECT_FALSE(press(first));
    EXPECT_FALSE(press(second));
    restart();
    told();
    EXPECT_FALSE(press(first));
    EXPECT_EQ(told(), "B?") << "what was said to it";
    EXPECT_FALSE(press(second));
    EXPECT_EQ(told(), "C?");
    const auto third = written("3", "7", 904);
    const auto data = press(third);
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["fields"], json({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
    restart();
    EXPECT_FALSE(press(first)) << "complete, and still no press of its own";
    EXPECT_TRUE(press(third));
}

TEST_F(TextPressTest, a_form_whose_handler_runs_again_goes_on_where_it_is) {
    const auto opener = written("!feedback", "7", 900);
    const char* const form = R"({"title": "F", "action": "vote", "fields": [
        {"name": "a", "label": "A?"}, {"name": "b", "label": "B?"}]})";
    ASSERT_TRUE(call("interactions.showModal", form, "plain", opener));
    sent_.clear();
    ASSERT_TRUE(call("interactions.showModal", form, "plain", opener));
    EXPECT_TRUE(sent_.empty()) << "it has been asked";
    EXPECT_FALSE(press(written("1", "7", 902)));
    restart();
    sent_.clear();
    ASSERT_TRUE(call("interactions.showModal", form, "plain", opener));
    EXPECT_TRUE(sent_.empty());
    const auto data = press(written("2", "7", 903));
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["fields"], json({{"a", "1"}, {"b", "2"}}));
    ASSERT_TRUE(call("interactions.showModal", form, "plain", written("!feedback", "7", 910)));
    EXPECT_FALSE(sent_.empty()) << "another event opens another form";
}

TEST_F(TextPressTest, a_form_can_be_cancelled) {
    ASSERT_TRUE(call("interactions.showModal",
                     R"({"title": "F", "action": "vote", "fields":
                         [{"name": "what", "label": "What?"}]})",
                     "plain", written("!feedback")));
    EXPECT_FALSE(press(written("cancel", "7", 902)));
    EXPECT_EQ(told(), "Cancelled.");
    EXPECT_FALSE(desk_->concerns(*written("tea", "7", 903), kOwner));
}

TEST_F(PressDeskTest, each_form_that_is_waited_for_is_sent_once) {
    desk_->add(kOwner, "~ask");
    const auto form = [this](const char* key) {
        EXPECT_TRUE(call("interactions.showModal",
                         R"({"title": "T", "action": "~ask", "state": {"k": ")" + std::string(key) +
                             R"("}, "fields": [{"name": "what", "label": "W"}]})",
                         "test", pressed("x")));
        return last().arguments["customId"].get<std::string>();
    };
    const std::string first = form("800/1");
    const std::string second = form("801/1");
    EXPECT_TRUE(press(pressed(first, "7", 1, 5)));
    EXPECT_TRUE(press(pressed(second, "7", 2, 5)));
    EXPECT_TRUE(press(pressed(first, "7", 1, 5))) << "delivered again";
    EXPECT_FALSE(press(pressed(first, "7", 3, 5)));
}

/// What somebody writes as the answer to a question.
class WrittenTest : public PressDeskTest {
  protected:
    WrittenTest() { desk_->add(kOwner, "~ask"); }
    void restart() {
        PressDeskTest::restart();
        desk_->add(kOwner, "~ask");
    }

    /// Asks user 7, for a message of theirs; the question's id is 501 and so on.
    Result<json> ask(const std::string& key = "800/1", const model::EventPtr& event = nullptr) {
        return call("messages.send", question(key), "plain", event);
    }
    std::future<Result<json>> ask_later() {
        return call_later("messages.send", question("800/1"), "plain");
    }
    static std::string question(const std::string& key) {
        return R"({"channelId": "5", "content": "Who?", "components": [{"writes": true,
            "action": "~ask", "only": "7", "expires": 60, "state": {"k": ")" +
               key + "\"}}]}";
    }
};

TEST_F(WrittenTest, the_next_message_is_the_answer) {
    EXPECT_FALSE(desk_->wants_messages(kOwner));
    ASSERT_TRUE(ask());
    EXPECT_FALSE(last().arguments.contains("components"));
    EXPECT_TRUE(desk_->wants_messages(kOwner));
    EXPECT_FALSE(desk_->wants_messages("script other"));
    EXPECT_FALSE(press(written("me", "8", 900))) << "somebody else";
    const auto data = press(written("!anything", "7", 901));
    ASSERT_TRUE(data);
    EXPECT_EQ(*data, json::parse(R"({"kind": "press", "action": "~ask", "component": "message",
        "state": {"k": "800/1"}, "values": [], "userId": "7", "channelId": "5", "locale": ""})"));
    EXPECT_FALSE(press(written("more", "7", 902))) << "it is answered";
}

TEST_F(WrittenTest, it_is_known_again_after_a_restart) {
    ASSERT_TRUE(ask());
    restart();
    EXPECT_TRUE(desk_->wants_messages(kOwner)) << "before the first event";
    ASSERT_TRUE(press(written("me", "7", 901)));
    restart();
    EXPECT_TRUE(press(written("me", "7", 901)));
    EXPECT_FALSE(press(written("more", "7", 902)));
}

TEST_F(WrittenTest, that_it_is_nothing_else_any_more_is_known_after_a_restart) {
    ASSERT_TRUE(ask());
    const auto answer = written("me", "7", 901);
    desk_->heard(*answer);
    EXPECT_FALSE(desk_->was_heard(*answer)) << "it is no answer yet";
    ASSERT_TRUE(press(answer));
    EXPECT_FALSE(desk_->was_heard(*answer));
    desk_->heard(*answer);
    restart();
    EXPECT_TRUE(desk_->was_heard(*answer));
    EXPECT_FALSE(desk_->was_heard(*written("more", "7", 902)));
}

TEST_F(WrittenTest, the_handler_that_begins_anew_finds_what_was_answered) {
    const auto opener = written("!name", "7", 450);
    ASSERT_TRUE(ask("450/1", opener));
    ASSERT_TRUE(press(written("me", "7", 901)));
    restart();
    ASSERT_TRUE(ask("450/1", opener));
    ASSERT_TRUE(ask("450/2", opener));
    EXPECT_EQ((*press(written("me", "7", 901)))["state"]["k"], "450/1");
    EXPECT_FALSE(press(opener)) << "it has opened both";
    EXPECT_EQ((*press(written("old", "7", 902)))["state"]["k"], "450/2");
}

TEST_F(WrittenTest, what_was_written_before_is_no_answer) {
    ASSERT_TRUE(ask());
    EXPECT_FALSE(press(written("before", "7", 500)));
    EXPECT_TRUE(press(written("after", "7", 502)));
}

TEST_F(WrittenTest, what_comes_while_the_question_is_on_its_way_waits_for_it) {
    hold_back();
    auto sent = ask_later();
    until_asked();
    auto before = press_later(written("before", "7", 500));
    auto after = press_later(written("after", "7", 502));
    deliver();
    EXPECT_FALSE(outcome(std::move(before)));
    EXPECT_TRUE(outcome(std::move(after)));
    EXPECT_TRUE(sent.get());
}

TEST_F(WrittenTest, the_time_begins_with_the_question_and_ends) {
    ASSERT_TRUE(ask());
    clock_.advance(Millis{59'000});
    const auto in_time = written("in time", "7", id_of_now());
    clock_.advance(Millis{2'000});
    EXPECT_FALSE(press(written("late", "7", id_of_now())));
    EXPECT_TRUE(press(in_time)) << "however late it is handled";
}

TEST_F(WrittenTest, the_newest_question_is_answered_first) {
    ASSERT_TRUE(ask("800/1"));
    clock_.advance(Millis{1'000});
    ASSERT_TRUE(ask("801/1"));
    EXPECT_EQ((*press(written("a", "7", 901)))["state"]["k"], "801/1");
    EXPECT_EQ((*press(written("b", "7", 902)))["state"]["k"], "800/1");
}

TEST_F(WrittenTest, an_answer_to_nobody_is_a_message_like_any_other) {
    ASSERT_TRUE(ask());
    asks_ = [](std::string_view) { return false; };
    EXPECT_FALSE(press(written("me", "7", 901)));
    EXPECT_EQ(told(), "Who?");
}

TEST_F(WrittenTest, faults_are_told_with_their_place) {
    const auto fault = [&](const std::string& item) {
        return problem("messages.send", R"({"channelId": "5", "components": [)" + item + "]}",
                       "plain");
    };
    EXPECT_EQ(fault(R"({"writes": 1, "action": "a", "only": "7"})"),
              "messages.send: components[1].writes: expected true");
    EXPECT_EQ(fault(R"({"writes": true, "only": "7"})"),
              "messages.send: components[1].action: expected text");
    EXPECT_EQ(fault(R"({"writes": true, "action": "a", "only": ["7"]})"),
              "messages.send: components[1].only: expected a user's id");
    EXPECT_EQ(fault(R"({"writes": true, "action": "a", "only": "7", "once": true})"),
              "messages.send: components[1]: has no field 'once'");
    EXPECT_EQ(fault(R"({"writes": true, "action": "a", "only": "7"},
                       {"writes": true, "action": "b", "only": "7"})"),
              "messages.send: components[1]: a message has one that is written");
}

}  // namespace
}  // namespace rookery::hostapi
