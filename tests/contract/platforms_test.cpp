// Every operation on every platform through every form: what the platform's table has reaches it
// with its arguments, what it has not is unsupported, and named.

#include "contract/calls.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {
namespace {

/// A call, and what has to come of it.
struct Expected {
    json wish;
    json arguments;       ///< that reach the platform; null: none do
    std::string refusal;  ///< else
};

class Platforms : public ::testing::TestWithParam<const model::PlatformInfo*> {
  protected:
    [[nodiscard]] static const model::PlatformInfo& platform() { return *GetParam(); }

    [[nodiscard]] static Expected call_of(const model::OperationInfo& info,
                                          const OperationCase& one) {
        return {wish_of(info, one, false, platform().name), one.arguments, ""};
    }

    /// All that is right for the operation, without what this platform has no place for; and that
    /// alone with each such thing.
    [[nodiscard]] static std::vector<Expected> served(const model::PlatformOperation& own) {
        std::vector<Expected> out;
        const model::OperationInfo& info = *own.info;
        for (OperationCase one : right_cases(info)) {
            json lost = json::object();
            for (std::size_t i = 0; i < info.params.size(); ++i) {
                const std::string name(info.params[i].name);
                const auto given = one.arguments.find(name);
                if (given != one.arguments.end() && own.params[i].target.empty() &&
                    !own.params[i].dropped) {
                    lost[name] = *given;
                    one.arguments.erase(name);
                }
            }
            out.push_back(call_of(info, one));
            for (const auto& [name, value] : lost.items()) {
                if (value.is_null()) {
                    continue;
                }
                OperationCase more = one;
                more.arguments[name] = value;
                Expected refused = call_of(info, more);
                refused.arguments = nullptr;
                refused.refusal = std::string(info.name) + ": parameter " + name + ": " +
                                  std::string(platform().title) + " has none";
                out.push_back(std::move(refused));
            }
        }
        return out;
    }

    [[nodiscard]] static std::vector<Expected> expected() {
        std::vector<Expected> out;
        for (const auto& info : model::operations()) {
            if (info.name == kCapabilities) {
                continue;
            }
            if (const auto* const own = model::find_operation(platform(), info.name)) {
                const auto calls = served(*own);
                out.insert(out.end(), calls.begin(), calls.end());
                continue;
            }
            Expected refused = call_of(info, right_cases(info).front());
            refused.arguments = nullptr;
            refused.refusal = std::string(info.name) + ": " + std::string(platform().title) +
                              " has no such operation";
            out.push_back(std::move(refused));
        }
        return out;
    }
};

TEST_P(Platforms, have_each_operation_or_say_that_they_have_not) {
    constexpr std::size_t kAtOnce = 50;
    World world;
    world.answer_with([](const SeenCall&) -> Result<json> { return json{{"done", true}}; });
    const auto all = expected();
    for (const Form& form : forms()) {
        for (std::size_t first = 0; first < all.size(); first += kAtOnce) {
            const std::size_t end = std::min(first + kAtOnce, all.size());
            std::vector<json> wishes;
            for (std::size_t i = first; i < end; ++i) {
                wishes.push_back(all[i].wish);
            }
            const json outcomes = outcomes_of(world, form, wishes);
            const auto seen = world.take_calls(form);
            std::size_t reached = 0;
            for (std::size_t i = first; i < end; ++i) {
                const json& outcome = outcomes[i - first];
                const std::string where = form.name + " " + all[i].wish.dump().substr(0, 300);
                if (all[i].arguments.is_null()) {
                    EXPECT_EQ(outcome, (json{{"kind", "unsupported"}, {"message", all[i].refusal}}))
                        << where;
                    continue;
                }
                EXPECT_EQ(outcome, (json{{"ok", {{"done", true}}}})) << where;
                ASSERT_LT(reached, seen.size()) << where;
                EXPECT_EQ(seen[reached].operation, all[i].wish["operation"]) << where;
                EXPECT_EQ(seen[reached].arguments, all[i].arguments) << where;
                EXPECT_EQ(seen[reached].bot, platform().name) << where;
                ++reached;
            }
            EXPECT_EQ(reached, seen.size()) << form.name;
        }
    }
    Tally::of("operations of " + std::string(platform().title)).add(all.size());
}

TEST_P(Platforms, tell_what_they_can_do) {
    World world;
    const model::OperationInfo& info = *model::find_operation(kCapabilities);
    const json wish = wish_of(info, {"", json::object(), "", ""}, false, platform().name);
    for (const Form& form : forms()) {
        const json outcome = outcomes_of(world, form, {wish})[0];
        ASSERT_TRUE(outcome.contains("ok")) << form.name << outcome.dump();
        const json& told = outcome["ok"];
        EXPECT_EQ(told["platform"], platform().name) << form.name;
        for (const auto& operation : model::operations()) {
            EXPECT_EQ(told["operations"].contains(std::string(operation.name)),
                      model::find_operation(platform(), operation.name) != nullptr)
                << form.name << " " << operation.name;
        }
        EXPECT_TRUE(told["features"]["threads"].is_boolean()) << form.name;
        EXPECT_TRUE(world.take_calls(form).empty()) << form.name;
    }
    Tally::of("capabilities").add();
}

INSTANTIATE_TEST_SUITE_P(All, Platforms,
                         ::testing::ValuesIn(model::platforms().begin(), model::platforms().end()),
                         [](const auto& one) { return std::string(one.param->name); });

}  // namespace
}  // namespace rookery::contract
