// Presses, and what handlers ask and wait for, alike in every form.

#include "contract/invocations.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rookery::contract {
namespace {

std::string slash() { return interaction(2, {{"id", "8"}, {"name", "remind"}, {"type", 1}}); }

/// Another process asks the platform again for what it has done already.
World::Answer once_each() {
    const auto known = std::make_shared<std::set<std::string>>();
    return [known](const SeenCall& call) -> Result<json> {
        if (call.operation == "interactions.reply" && !known->insert(call.nonce_key).second) {
            return Error(ErrorKind::exists, "it has been answered already");
        }
        return answer_facts(call);
    };
}

/// One driver whose command `remind` asks.
class Asking {
  public:
    Asking(World& world, const Form& form, const std::string& act)
        : world_(world), form_(form), event_(world.event("interactionCreate", slash())) {
        world_.answer_with(once_each());
        world_.ask_from_start(act);
        reload();
        static_cast<void>(world_.take_calls(form_));
        world_.give(form_, event_);
        EXPECT_EQ(world_.reports(form_, 1).size(), 1U) << form_.name << " " << act;
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        world_.ask_from_start("");
        reload();
    }

    void reload() {
        const auto step = world_.reload(form_);
        EXPECT_TRUE(step.ok) << form_.name << ": " << step.detail;
    }
    /// What the user sees; has that many components.
    Said asked(std::size_t components) {
        auto all = said(world_, form_, 1);
        EXPECT_EQ(all.size(), 1U) << form_.name;
        Said out = all.empty() ? Said{"", {{"content", ""}}, {}} : all[0];
        EXPECT_EQ(out.custom_ids.size(), components) << form_.name << out.arguments.dump();
        out.custom_ids.resize(components);
        return out;
    }
    /// The same of what is asked next.
    Said next_question(std::size_t components) {
        for (;;) {
            auto all = said(world_, form_, 1);
            if (all.empty() || all.back().custom_ids.size() == components) {
                return all.empty() ? Said{{}, {}, std::vector<std::string>(components)}
                                   : all.back();
            }
        }
    }
    void happens(const std::string& payload, const char* event = "interactionCreate") {
        world_.give(form_, world_.event(event, payload));
    }
    /// What the driver reports of that.
    json told_of(const std::string& payload, const char* event = "interactionCreate") {
        happens(payload, event);
        const auto reports = world_.reports(form_, 1);
        EXPECT_EQ(reports.size(), 1U) << form_.name;
        return reports.empty() ? json::object() : reports[0];
    }
    /// The version that follows has begun anew.
    void expect_handed_over() {
        EXPECT_FALSE(world_.finished(form_, event_->seq())) << form_.name;
        reload();
        const auto reports = world_.reports(form_, 1);
        EXPECT_TRUE(reports.size() == 1 && reports[0].contains("invoked"))
            << form_.name << json(reports).dump();
    }
    void expect_finished() { world_.wait_until_finished(form_, event_->seq()); }

  private:
    World& world_;
    const Form& form_;
    model::EventPtr event_;
};

/// The id that the platform got for the button.
std::string custom_id(World& world, const Form& form) {
    const json button = {{"button", "Yes"}, {"action", "vote"}, {"state", {{"n", 1}}}};
    const json send = {{"operation", "messages.send"},
                       {"arguments", {{"channelId", "20"}, {"components", {button}}}},
                       {"names", {"channelId", "components"}},
                       {"bot", "test"}};
    world.run(form, {{{"do", "calls"}, {"calls", {send}}}});
    const auto sent = said(world, form, 1);
    return sent.empty() || sent[0].custom_ids.empty() ? "" : sent[0].custom_ids[0];
}

TEST(Presses, carry_their_state_back) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(definition(), "remind")}), std::vector{kTrue});
        const std::string id = custom_id(world, form);
        ASSERT_FALSE(id.empty()) << form.name;
        const auto reports = world.send(form, world.event("interactionCreate", press(id)));
        ASSERT_EQ(reports.size(), 1U) << form.name;
        const json got = told(reports[0]);
        EXPECT_EQ(got["action"], "vote") << form.name;
        EXPECT_EQ(got["component"], "button") << form.name;
        EXPECT_EQ(got["state"], json({{"n", 1}})) << form.name;
        EXPECT_EQ(got["userId"], "2") << form.name;
        world.run(form, {kWithdraw});
    }
    Tally::of("presses").add();
}

TEST(Presses, with_a_forged_id_reach_no_handler) {
    CommandWorld world;
    world.answer_with(&answer_facts);
    for (const Form& form : forms()) {
        ASSERT_EQ(world.run(form, {declare(definition(), "remind")}), std::vector{kTrue});
        std::string forged = custom_id(world, form);
        forged.back() = forged.back() == 'A' ? 'B' : 'A';
        EXPECT_EQ(world.send(form, world.event("interactionCreate", press(forged))).size(), 0U)
            << form.name;
        world.run(form, {kWithdraw});
    }
    Tally::of("presses").add();
}

TEST(Presses, of_a_form_bring_what_was_filled_in) {
    CommandWorld world;
    for (const Form& form : forms()) {
        Asking asking(world, form, "form");
        const Said shown = asking.asked(2);
        EXPECT_EQ(shown.operation, "interactions.showModal") << form.name;
        const json line = {{"type", 4}, {"custom_id", shown.custom_ids[1]}, {"value", "Hello"}};
        const json row = {{"type", 1}, {"components", json::array({line})}};
        const json got = told(asking.told_of(interaction(
            5, {{"custom_id", shown.custom_ids[0]}, {"components", json::array({row})}})));
        EXPECT_EQ(got["component"], "modal") << form.name;
        EXPECT_EQ(got["state"], json({{"n", 2}})) << form.name;
        EXPECT_EQ(got["fields"], json({{"text", "Hello"}})) << form.name;
    }
    Tally::of("presses").add();
}

TEST(Questions, are_answered_once) {
    CommandWorld world;
    for (const Form& form : forms()) {
        for (const bool sure : {true, false}) {
            Asking asking(world, form, "confirm");
            const Said asked = asking.asked(2);
            EXPECT_EQ(asked.arguments["content"], "Really?") << form.name;
            EXPECT_EQ(asking.told_of(press(asked.custom_ids[sure ? 0 : 1])),
                      (json{{"answer", sure}}))
                << form.name;
            asking.expect_finished();
        }
    }
    Tally::of("questions").add(2);
}

TEST(Questions, one_chooses) {
    CommandWorld world;
    for (const Form& form : forms()) {
        Asking asking(world, form, "choose");
        const Said asked = asking.asked(1);
        EXPECT_EQ(asking.told_of(press(asked.custom_ids[0], {"b"})), (json{{"answer", "b"}}))
            << form.name;
        asking.expect_finished();
    }
    Tally::of("questions").add();
}

TEST(Questions, that_wait_are_handed_over_and_answered_once) {
    CommandWorld world;
    for (const Form& form : forms()) {
        Asking asking(world, form, "confirm");
        const Said asked = asking.asked(2);
        asking.expect_handed_over();
        EXPECT_EQ(asking.told_of(press(asked.custom_ids[0])), (json{{"answer", true}}))
            << form.name;
        asking.expect_finished();
    }
    Tally::of("questions").add();
}

/// Those whose handlers can go on behind a question: in C a plugin keeps its place itself.
std::vector<Form> coroutines() { return {forms().begin() + 1, forms().end()}; }

TEST(Questions, somebody_writes_an_answer) {
    CommandWorld world;
    for (const Form& form : coroutines()) {
        Asking asking(world, form, "ask");
        asking.asked(0);
        EXPECT_EQ(asking.told_of(message("Bo"), "messageCreate"), (json{{"answer", "Bo"}}))
            << form.name;
        asking.expect_finished();
    }
    Tally::of("questions").add();
}

TEST(Questions, what_was_answered_before_a_reload_is_answered) {
    CommandWorld world;
    for (const Form& form : coroutines()) {
        Asking asking(world, form, "twice");
        const Said first = asking.asked(2);
        asking.happens(press(first.custom_ids[0]));
        const Said second = asking.next_question(1);
        asking.expect_handed_over();
        EXPECT_EQ(asking.told_of(press(second.custom_ids[0], {"b"})),
                  (json{{"answer", {true, "b"}}}))
            << form.name;
        asking.expect_finished();
    }
    Tally::of("questions").add();
}

}  // namespace
}  // namespace rookery::contract
