#include "places.hpp"
#include "unit/script/command_box.hpp"

#include <fstream>
#include <sstream>

namespace rookery::script {
namespace {

using hostapi::InvocationKind;
using testing::CommandBox;
using testing::ScriptBox;

std::string file(const std::string& name) {
    std::ifstream stream(std::string(ROOKERY_SOURCE_DIR) + "/scripts/" + name);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// One of the scripts that are shipped, on a platform that takes every wish.
class Example : public ScriptBox {
  public:
    explicit Example(const std::string& name) : ScriptBox(file(name), options(name)) { started(); }

    /// What was sent or answered so far, joined by '|'; reactions as "+emoji".
    std::string said() {
        std::string text;
        for (const auto& call : calls()) {
            text += text.empty() ? "" : "|";
            text += call.operation == "reactions.add" ? "+" + call.arguments.value("emoji", "")
                                                      : call.arguments.value("content", "");
        }
        return text;
    }
    [[nodiscard]] bool eventually_said(const std::string& text) {
        return eventually([&] { return said() == text && finished().size() == handled_; });
    }
    void say(std::string_view text) {
        ++handled_;
        message(text);
    }

  private:
    static Options options(const std::string& name) {
        Options options;
        options.file = name;
        options.limits.time_limit = Millis{10'000};
        options.declare = [](const nlohmann::json&, const std::string&) { return Result<>(); };
        options.platform = [](const hostapi::OperationCall&) {
            return nlohmann::json{{"id", "1000"}, {"author", {{"id", "1"}}}};
        };
        return options;
    }
    std::size_t handled_ = 0;
};

/// One of them with its commands.
class CommandExample : public CommandBox {
  public:
    explicit CommandExample(const std::string& name) : CommandBox(file(name), options_of(name)) {}

    /// Contents of what was sent or answered so far, joined by '|'.
    std::string said() {
        std::string text;
        for (const auto& call : calls()) {
            text += (text.empty() ? "" : "|") + call.arguments.value("content", call.operation);
        }
        return text;
    }
    [[nodiscard]] bool eventually_said(const std::string& text) {
        return eventually([&] { return said() == text; });
    }

  private:
    static Options options_of(const std::string& name) {
        Options options = CommandBox::options();
        options.file = name;
        return options;
    }
};

TEST(Ping, answers_pong) {
    CommandExample box("ping.lua");
    box.use(InvocationKind::command, "ping", "prefix");
    EXPECT_TRUE(box.eventually_asked("interactions.reply {\"content\":\"pong\"}\n"));
}

TEST(Spamfilter, stops_and_deletes_what_is_said_again_and_again) {
    Example box("spamfilter.lua");
    for (int i = 0; i < 4; ++i) {
        box.intercept("buy this");
    }
    box.intercept("something else");
    EXPECT_EQ(box.probe().passed(), (std::vector<std::uint64_t>{1, 2, 3, 5}));
    ASSERT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 1; }));
    EXPECT_EQ(box.calls()[0].operation, "messages.delete");
}

TEST(Quiz, the_first_right_answer_wins) {
    CommandExample box("quiz.lua");
    box.use(InvocationKind::command, "quiz", "prefix");
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.subscriptions() == 1; }));
    EXPECT_EQ(box.said(), "**How many bits has a byte?**");
    box.message("seven?");
    box.message("8");
    EXPECT_TRUE(box.eventually_said("**How many bits has a byte?**|reactions.add|<@7> knows it!"))
        << box.said();
}

TEST(Morning, is_planned_only_with_a_channel) {
    Example silent("morning.lua");
    EXPECT_TRUE(silent.effects().empty());
}

TEST(Feedback, a_button_opens_a_form_whose_text_is_passed_on) {
    CommandExample box("feedback.lua");
    box.use(InvocationKind::autocomplete, "feedback", "slash",
            {{"kind", "autocomplete"}, {"focused", "topic"}, {"typed", "Pr"}});
    EXPECT_EQ(box.argument(0, "choices"), nlohmann::json({"praise", "problem"}));
    box.use(InvocationKind::command, "feedback", "slash", {{"options", {{"topic", "praise"}}}});
    const auto button = box.argument(1, "components")[0];
    EXPECT_EQ(button["action"], "write");
    EXPECT_EQ(box.argument(1, "ephemeral"), true);
    box.press("write", button["state"]);
    EXPECT_EQ(box.argument(2, "title"), "Your feedback");
    EXPECT_EQ(box.argument(2, "action"), "written");
    box.use(InvocationKind::press, "written", "modal",
            {{"state", box.argument(2, "state")}, {"fields", {{"text", "More!"}}}});
    EXPECT_TRUE(ScriptBox::eventually([&] { return box.calls().size() == 6; }));
    EXPECT_EQ(box.calls()[3].operation, "interactions.defer");
    EXPECT_EQ(box.argument(4, "content"), "**praise** from alice: More!");
    EXPECT_EQ(box.argument(5, "content"), "It has been passed on.");
}

TEST(Feedback, quotes_a_message) {
    CommandExample box("feedback.lua");
    box.use(InvocationKind::command, "Quote", "message", {{"target", {{"content", "a\nb"}}}});
    EXPECT_EQ(box.argument(0, "content"), "> a\n> b");
    box.use(InvocationKind::command, "Quote", "message", {{"target", {{"id", "1"}}}});
    EXPECT_EQ(box.argument(1, "content"), "There is nothing to quote.");
}

}  // namespace
}  // namespace rookery::script
