#include "server/rest/router.hpp"

#include "server/rest/flows.hpp"

#include <gtest/gtest.h>

namespace rookery::server::rest {
namespace {

Router all_routes() {
    Router router;
    for (const Route& route : routes()) {
        router.add(route);
    }
    return router;
}

std::string_view found(std::string_view method, std::vector<std::string> segments) {
    static const Router router = all_routes();
    const auto match = router.find(method, segments);
    return match ? match->route->path : "none";
}

TEST(Router, a_path_is_found_with_its_parameters) {
    const std::vector<std::string> path{"api", "guilds", "1", "members", "2"};
    const auto match = all_routes().find("GET", path);
    ASSERT_TRUE(match);
    EXPECT_EQ(match->route->path, "/api/guilds/:guildId/members/:userId");
    ASSERT_EQ(match->parameters.size(), 2U);
    EXPECT_EQ(match->parameters[0].first, "guildId");
    EXPECT_EQ(match->parameters[0].second, "1");
    EXPECT_EQ(match->parameters[1].second, "2");
}

TEST(Router, words_compare_without_case_and_a_slash_at_the_end_does_not_count) {
    EXPECT_EQ(found("GET", {"API", "Guilds", ""}), "/api/guilds");
}

TEST(Router, a_word_goes_before_a_parameter) {
    EXPECT_EQ(found("GET", {"api", "guilds", "1", "members", "search"}),
              "/api/guilds/:guildId/members/search");
    EXPECT_EQ(found("GET", {"api", "channels", "1", "messages", "pinned"}),
              "/api/channels/:channelId/messages/pinned");
}

TEST(Router, a_word_that_leads_nowhere_is_a_parameter_after_all) {
    EXPECT_EQ(found("GET", {"api", "channels", "guilds", "messages"}),
              "/api/channels/:channelId/messages");
    EXPECT_EQ(found("POST", {"api", "channels", "guilds", "1", "channels"}),
              "/api/channels/guilds/:guildId/channels");
}

TEST(Router, what_is_documented_elsewhere_is_served_there_too) {
    EXPECT_EQ(found("DELETE", {"api", "guilds", "1", "bans", "2"}),
              "/api/guilds/:guildId/bans/:userId");
    EXPECT_EQ(found("POST", {"api", "guilds", "1", "channels"}), "/api/guilds/:guildId/channels");
}

TEST(Router, another_method_or_an_empty_segment_is_no_route) {
    EXPECT_EQ(found("PUT", {"api", "guilds"}), "none");
    EXPECT_EQ(found("GET", {"api", "guilds", "", "roles"}), "none");
    EXPECT_EQ(found("GET", {"api"}), "none");
}

TEST(Routes, every_flow_is_there) {
    for (const Route& route : routes()) {
        EXPECT_TRUE(route.flow.empty() || find_flow(route.flow) != nullptr) << route.flow;
    }
}

TEST(Routes, every_operation_has_a_scope_that_keys_can_hold) {
    for (const auto& operation : model::operations()) {
        const std::string_view scope = scope_of(operation);
        EXPECT_TRUE(scope == "admin" || scope.starts_with("read:") || scope.starts_with("write:"))
            << operation.name;
    }
}

}  // namespace
}  // namespace rookery::server::rest
