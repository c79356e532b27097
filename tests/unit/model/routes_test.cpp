#include "model/routes.hpp"

#include "model/operations.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rookery::model {
namespace {

TEST(Routes, are_all_there_and_found_by_their_own_template) {
    EXPECT_EQ(discord_routes().size(), 232U);
    std::set<std::string_view> names;
    for (const auto& route : discord_routes()) {
        EXPECT_TRUE(names.insert(route.name).second) << route.name;
        EXPECT_EQ(find_discord_route(route.method, route.path), &route) << route.path;
    }
}

TEST(Routes, what_is_literal_goes_before_what_is_not) {
    EXPECT_EQ(find_discord_route("GET", "/users/@me")->name, "getMyUser");
    EXPECT_EQ(find_discord_route("GET", "/users/5")->name, "getUser");
    EXPECT_EQ(find_discord_route("GET", "/guilds/5/members/search?query=x")->name,
              "searchGuildMembers");
    EXPECT_EQ(find_discord_route("GET", "/guilds/templates/abc")->name, "getGuildTemplate");
}

TEST(Routes, what_is_unknown_is_none) {
    for (const char* path : {"", "/", "/users", "/users/", "/users/1/2/3", "/new-thing", "//1"}) {
        EXPECT_EQ(find_discord_route("GET", path), nullptr) << path;
    }
    EXPECT_EQ(find_discord_route("BREW", "/users/@me"), nullptr);
}

TEST(Routes, every_operation_uses_one) {
    for (const auto& info : operations()) {
        if (info.discord_path.starts_with('/')) {
            EXPECT_NE(find_discord_route(info.discord_method, info.discord_path), nullptr)
                << info.name;
        }
    }
}

}  // namespace
}  // namespace rookery::model
