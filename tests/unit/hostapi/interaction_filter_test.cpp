#include "hostapi/interaction_filter.hpp"

#include "support/events.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kExactly = std::numeric_limits<std::size_t>::max();

std::size_t match(InteractionType type, const char* key, const InteractionKey& about) {
    const auto filter = InteractionFilter::make(type, key);
    return filter ? filter->match(about) : 0;
}
InteractionKey key_of(int type, const json& data) {
    const json payload = {{"id", "1"}, {"type", type}, {"data", data}};
    return key_of_interaction(*rookery::testing::make_event("interactionCreate", payload.dump()));
}

TEST(InteractionFilter, a_command_is_known_with_its_group_and_subcommand) {
    const json add = {{"name", "add"}, {"type", 1}, {"options", {{{"name", "x"}, {"type", 3}}}}};
    EXPECT_EQ(key_of(2, {{"name", "todo"}}).text, "todo");
    EXPECT_EQ(key_of(2, {{"name", "todo"}, {"options", {add}}}).text, "todo add");
    EXPECT_EQ(key_of(4, {{"name", "todo"},
                         {"options", {{{"name", "item"}, {"type", 2}, {"options", {add}}}}}})
                  .text,
              "todo item add");
    EXPECT_EQ(key_of(2, {{"name", "todo"}, {"options", {{{"name", "x"}, {"type", 3}}}}}).text,
              "todo");
}

TEST(InteractionFilter, a_component_and_a_form_are_known_by_their_custom_id) {
    EXPECT_EQ(key_of(3, {{"custom_id", "vote:1"}}).text, "vote:1");
    EXPECT_EQ(key_of(5, {{"custom_id", "form"}}).text, "form");
    EXPECT_EQ(key_of(3, {{"custom_id", 5}}).text, "");
    EXPECT_EQ(key_of(9, json::array()).type, InteractionType::other);
}

TEST(InteractionFilter, the_more_exact_matches_better) {
    const InteractionKey add{InteractionType::command, "todo add"};
    EXPECT_EQ(match(InteractionType::command, "todo add", add), kExactly);
    EXPECT_GT(match(InteractionType::command, "todo", add), 0U);
    EXPECT_EQ(match(InteractionType::command, "to", add), 0U);
    EXPECT_EQ(match(InteractionType::command, "todo add more", add), 0U);
    EXPECT_EQ(match(InteractionType::component, "todo add", add), 0U);
}

TEST(InteractionFilter, a_star_stands_for_the_rest_of_a_custom_id) {
    const InteractionKey vote{InteractionType::component, "vote:12"};
    EXPECT_EQ(match(InteractionType::component, "vote:12", vote), kExactly);
    EXPECT_GT(match(InteractionType::component, "vote:1*", vote),
              match(InteractionType::component, "vote:*", vote));
    EXPECT_GT(match(InteractionType::component, "*", vote), 0U);
    EXPECT_EQ(match(InteractionType::component, "vote:", vote), 0U);
}

TEST(InteractionFilter, an_empty_or_endless_key_is_refused) {
    EXPECT_FALSE(InteractionFilter::make(InteractionType::component, ""));
    EXPECT_FALSE(InteractionFilter::make(InteractionType::command, std::string(200, 'x')));
}

}  // namespace
}  // namespace rookery::hostapi
