#include "unit/sim/discord/sim_fixture.hpp"

#include <thread>

namespace rookery::sim::testing {
namespace {

/// A person's gesture on one side, the bot's answer on the other.
class GesturesTest : public SimTest {
  protected:
    void SetUp() override {
        Options options;
        options.rate_limits = false;
        start(std::move(options));
        client_.emplace(gateway());
        ASSERT_FALSE(client_->login().is_null());
        application_ = rest("GET", "/applications/@me").body["id"].get<std::string>();
    }
    void TearDown() override {
        if (person_.joinable()) {
            person_.join();
        }
    }

    void register_commands(const Json& commands) {
        const auto done = rest("PUT", "/applications/" + application_ + "/commands", commands);
        ASSERT_EQ(done.status, 200) << done.text;
    }
    /// The person's side runs beside; the interaction that reaches the bot.
    Json gesture(const Json& what) {
        person_ = std::thread([this, what] {
            const auto control = *ControlClient::at(addresses().control_url);
            const auto answer = control.post("/_sim/interact", what, Millis{20'000});
            seen_ = answer ? *answer : Json{{"error", answer.error().message()}};
        });
        return client_->until("INTERACTION_CREATE")["d"];
    }
    WireReply answer(const Json& interaction, const Json& with) {
        return rest("POST",
                    "/interactions/" + interaction["id"].get<std::string>() + "/" +
                        interaction["token"].get<std::string>() + "/callback",
                    with);
    }
    Json seen() {
        person_.join();
        return seen_;
    }
    std::string webhook(const Json& interaction) {
        return "/webhooks/" + application_ + "/" + interaction["token"].get<std::string>();
    }
    /// Why a gesture cannot be made.
    std::string refused(const Json& what) {
        const auto answer = control_->post("/_sim/interact", what);
        return answer ? "" : answer.error().message();
    }

    static Json remind() {
        const auto option = [](const char* name, int type, bool required) {
            return Json{
                {"name", name}, {"description", name}, {"type", type}, {"required", required}};
        };
        return Json::array(
            {{{"name", "remind"},
              {"description", "reminds"},
              {"options", Json::array({option("minutes", 4, true), option("who", 6, true),
                                       option("what", 3, false)})}}});
    }

    std::optional<WireGateway> client_;
    std::string application_;
    std::thread person_;
    Json seen_;
};

TEST_F(GesturesTest, slash_words_become_options_by_type) {
    register_commands(remind());
    const auto sent = gesture({{"kind", "slash"},
                               {"channel", "general"},
                               {"user", "alice"},
                               {"text", "/remind 15 @bob a cup of tea"}});
    const auto& options = sent["data"]["options"];
    ASSERT_EQ(options.size(), 3) << sent.dump();
    EXPECT_EQ(options[0]["value"], 15);
    EXPECT_EQ(options[2]["value"], "a cup of tea");
    const auto bob = options[1]["value"].get<std::string>();
    EXPECT_EQ(sent["data"]["resolved"]["users"][bob]["username"], "bob");
    EXPECT_EQ(answer(sent, {{"type", 4}, {"data", {{"content", "done"}}}}).status, 204);
    EXPECT_EQ(seen()["content"], "done");
}

TEST_F(GesturesTest, deferred_answer_is_waited_for) {
    register_commands(remind());
    const auto sent =
        gesture({{"channel", "general"}, {"text", "/remind minutes:1 who:bob what:tea"}});
    EXPECT_EQ(answer(sent, {{"type", 5}}).status, 204);
    EXPECT_EQ(rest("PATCH", webhook(sent) + "/messages/@original", {{"content", "late"}}).status,
              200);
    const auto result = seen();
    EXPECT_EQ(result["content"], "late");
    EXPECT_EQ(result["deferred"], true);
}

TEST_F(GesturesTest, what_a_client_would_not_send_is_refused) {
    register_commands(remind());
    const Json at = {{"channel", "general"}, {"user", "alice"}};
    const auto why = [&](const char* text) {
        auto what = at;
        what["text"] = text;
        return refused(what);
    };
    EXPECT_NE(why("/nothing").find("remind"), std::string::npos);
    EXPECT_NE(why("/remind soon bob").find("integer"), std::string::npos);
    EXPECT_NE(why("/remind 5").find("required"), std::string::npos);
    EXPECT_NE(why("/remind 5 nobody").find("nobody"), std::string::npos);
}

TEST_F(GesturesTest, completion_carries_the_focused_option) {
    register_commands(remind());
    const auto sent =
        gesture({{"kind", "complete"}, {"channel", "general"}, {"text", "/remind 1"}});
    EXPECT_EQ(sent["type"], 4);
    EXPECT_EQ(sent["data"]["options"][0]["focused"], true);
    EXPECT_EQ(sent["data"]["options"][0]["value"], "1");
    EXPECT_EQ(answer(sent, {{"type", 4}, {"data", {{"content", "no"}}}}).status, 400);
    const Json choices = Json::array({{{"name", "ten"}, {"value", 10}}});
    EXPECT_EQ(answer(sent, {{"type", 8}, {"data", {{"choices", choices}}}}).status, 204);
    EXPECT_EQ(seen()["choices"], choices);
}

TEST_F(GesturesTest, button_edits_its_message) {
    const Json button = {{"type", 2}, {"style", 1}, {"label", "go"}, {"custom_id", "go"}};
    const auto message =
        rest("POST", "/channels/" + channel() + "/messages",
             {{"content", "press"},
              {"components", Json::array({{{"type", 1}, {"components", {button}}}})}});
    ASSERT_EQ(message.status, 200) << message.text;
    const auto sent = gesture(
        {{"kind", "click"}, {"message", message.body["id"]}, {"custom_id", "go"}, {"user", "bob"}});
    EXPECT_EQ(sent["data"]["custom_id"], "go");
    EXPECT_EQ(sent["message"]["id"], message.body["id"]);
    EXPECT_EQ(answer(sent, {{"type", 7}, {"data", {{"content", "pressed"}}}}).status, 204);
    EXPECT_EQ(seen()["content"], "pressed");
    EXPECT_NE(refused({{"kind", "click"}, {"message", "last"}, {"custom_id", "other"}}), "");
}

TEST_F(GesturesTest, button_is_found_by_what_it_says) {
    const Json button = {{"type", 2}, {"style", 1}, {"label", "Pizza"}, {"custom_id", "vote-1"}};
    const auto message =
        rest("POST", "/channels/" + channel() + "/messages",
             {{"content", "choose"},
              {"components", Json::array({{{"type", 1}, {"components", {button}}}})}});
    ASSERT_EQ(message.status, 200) << message.text;
    const auto sent =
        gesture({{"kind", "click"}, {"message", "last"}, {"custom_id", "Pizza"}, {"user", "bob"}});
    EXPECT_EQ(sent["data"]["custom_id"], "vote-1");
    EXPECT_NE(refused({{"kind", "click"}, {"message", "last"}, {"custom_id", "Soup"}}), "");
}

TEST_F(GesturesTest, form_comes_back_with_its_fields) {
    register_commands(Json::array({{{"name", "ask"}, {"description", "asks"}}}));
    const auto sent = gesture({{"channel", "general"}, {"user", "bob"}, {"text", "/ask"}});
    const Json input = {{"type", 4}, {"style", 1}, {"label", "Answer"}, {"custom_id", "a"}};
    const Json form = {{"custom_id", "form"},
                       {"title", "A question"},
                       {"components", Json::array({{{"type", 1}, {"components", {input}}}})}};
    EXPECT_EQ(answer(sent, {{"type", 9}, {"data", form}}).status, 204);
    EXPECT_EQ(seen()["modal"]["title"], "A question");
    const auto submitted =
        gesture({{"kind", "submit"}, {"user", "bob"}, {"fields", {{"a", "yes"}}}});
    EXPECT_EQ(submitted["type"], 5);
    EXPECT_EQ(submitted["data"]["components"][0]["components"][0]["value"], "yes");
    EXPECT_EQ(answer(submitted, {{"type", 4}, {"data", {{"content", "thanks"}}}}).status, 204);
    EXPECT_EQ(seen()["content"], "thanks");
}

/// A message with a button, and somebody's click on it that has reached the bot.
class ClickTest : public GesturesTest {
  protected:
    void SetUp() override {
        GesturesTest::SetUp();
        const auto message = rest("POST", "/channels/" + channel() + "/messages",
                                  {{"content", "Sure?"}, {"components", row(false)}});
        ASSERT_EQ(message.status, 200) << message.text;
        message_ = message.body["id"];
        sent_ = gesture({{"kind", "click"},
                         {"message", "last"},
                         {"custom_id", "Yes"},
                         {"user", "bob"},
                         {"timeout_ms", 60'000}});
    }
    static Json row(bool disabled) {
        return Json::array({{{"type", 1},
                             {"components",
                              {{{"type", 2},
                                {"style", 1},
                                {"label", "Yes"},
                                {"custom_id", disabled ? "old" : "yes"},
                                {"disabled", disabled}}}}}});
    }
    void takes_note(const Json& with) { EXPECT_EQ(answer(sent_, with).status, 204); }

    std::string message_;
    Json sent_;
};

TEST_F(ClickTest, later_edit_is_what_became_of_it) {
    takes_note({{"type", 6}});
    EXPECT_EQ(rest("PATCH", webhook(sent_) + "/messages/@original", {{"content", "Done"}}).status,
              200);
    EXPECT_EQ(seen()["content"], "Done");
}

TEST_F(ClickTest, edit_of_the_message_by_its_id_is_seen) {
    takes_note({{"type", 6}});
    EXPECT_EQ(
        rest("PATCH", "/channels/" + channel() + "/messages/" + message_, {{"content", "Done"}})
            .status,
        200);
    EXPECT_EQ(seen()["content"], "Done");
}

TEST_F(ClickTest, buttons_that_go_are_no_end) {
    takes_note({{"type", 7}, {"data", {{"components", Json::array()}}}});
    EXPECT_EQ(rest("POST", "/channels/" + channel() + "/messages", {{"content", "gone"}}).status,
              200);
    EXPECT_EQ(seen()["content"], "gone");
}

TEST_F(ClickTest, buttons_that_are_disabled_are_no_end) {
    takes_note({{"type", 7}, {"data", {{"components", row(true)}}}});
    EXPECT_EQ(rest("POST", webhook(sent_), {{"content", "psst"}, {"flags", 64}}).status, 200);
    EXPECT_EQ(seen()["content"], "psst");
}

TEST_F(ClickTest, removal_of_the_message_is_told) {
    takes_note({{"type", 6}});
    EXPECT_EQ(rest("DELETE", "/channels/" + channel() + "/messages/" + message_).status, 204);
    EXPECT_EQ(seen()["removed"], true);
}

TEST_F(ClickTest, what_came_before_the_first_answer_counts) {
    EXPECT_EQ(rest("POST", "/channels/" + channel() + "/messages", {{"content", "early"}}).status,
              200);
    takes_note({{"type", 6}});
    EXPECT_EQ(seen()["content"], "early");
}

TEST_F(GesturesTest, click_that_changes_nothing_ends_with_its_time) {
    const Json button = {{"type", 2}, {"style", 1}, {"label", "go"}, {"custom_id", "go"}};
    ASSERT_EQ(rest("POST", "/channels/" + channel() + "/messages",
                   {{"content", "as it is"},
                    {"components", Json::array({{{"type", 1}, {"components", {button}}}})}})
                  .status,
              200);
    const auto sent = gesture(
        {{"kind", "click"}, {"message", "last"}, {"custom_id", "go"}, {"timeout_ms", 5'000}});
    EXPECT_EQ(answer(sent, {{"type", 6}}).status, 204);
    const auto result = seen();
    EXPECT_EQ(result["answered"], true);
    EXPECT_EQ(result["content"], "as it is");
}

TEST_F(GesturesTest, form_is_found_by_its_title_and_filled_by_what_is_written) {
    register_commands(Json::array({{{"name", "ask"}, {"description", "asks"}}}));
    const auto opened = gesture({{"channel", "general"}, {"user", "bob"}, {"text", "/ask"}});
    const Json input = {
        {"type", 4}, {"style", 1}, {"label", "Why?"}, {"custom_id", "a"}, {"max_length", 5}};
    const Json form = {{"custom_id", "long-id-of-a-form"},
                       {"title", "A question"},
                       {"components", Json::array({{{"type", 1}, {"components", {input}}}})}};
    EXPECT_EQ(answer(opened, {{"type", 9}, {"data", form}}).status, 204);
    seen();
    const auto why = [&](const char* name, const Json& fields) {
        return refused(
            {{"kind", "submit"}, {"user", "bob"}, {"custom_id", name}, {"fields", fields}});
    };
    EXPECT_NE(why("other", {{"a", "x"}}).find("'A question'"), std::string::npos);
    EXPECT_NE(why("last", {{"b", "x"}}).find("a (\"Why?\")"), std::string::npos);
    EXPECT_NE(why("last", Json::object()).find("required"), std::string::npos);
    EXPECT_NE(why("last", {{"a", "too long"}}).find("got 8"), std::string::npos);
    const auto sent = gesture({{"kind", "submit"},
                               {"user", "bob"},
                               {"custom_id", "A question"},
                               {"fields", {{"Why?", "yes"}}}});
    EXPECT_EQ(sent["data"]["custom_id"], "long-id-of-a-form");
    EXPECT_EQ(sent["data"]["components"][0]["components"][0]["value"], "yes");
    EXPECT_EQ(answer(sent, {{"type", 4}, {"data", {{"content", "thanks"}}}}).status, 204);
    EXPECT_EQ(seen()["content"], "thanks");
    EXPECT_NE(why("last", Json::object()).find("no form"), std::string::npos);
}

TEST_F(GesturesTest, ephemeral_answer_is_no_message_of_the_channel) {
    register_commands(remind());
    const auto sent = gesture({{"channel", "general"}, {"text", "/remind 1 bob"}});
    const Json secret = {{"type", 4}, {"data", {{"content", "psst"}, {"flags", 64}}}};
    EXPECT_EQ(answer(sent, secret).status, 204);
    const auto message = seen()["message"]["id"].get<std::string>();
    EXPECT_EQ(rest("GET", "/channels/" + channel() + "/messages/" + message).body["code"], 10'008);
    EXPECT_EQ(rest("GET", webhook(sent) + "/messages/@original").body["content"], "psst");
}

TEST_F(GesturesTest, unknown_token_of_an_interaction_is_told_from_a_webhook) {
    EXPECT_EQ(rest("POST", "/webhooks/" + application_ + "/none", {{"content", "x"}}).body["code"],
              50'027);
    EXPECT_EQ(rest("POST", "/webhooks/1/none", {{"content", "x"}}).body["code"], 10'015);
}

}  // namespace
}  // namespace rookery::sim::testing
