#include "script/manifest_comment.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::script {
namespace {

/// "JSON at LINE:COLUMN"
std::string found(std::string_view source) {
    const auto comment = find_manifest(source);
    return comment ? std::string(comment->json) + " at " + std::to_string(comment->place.line) +
                         ":" + std::to_string(comment->place.column)
                   : "none";
}

TEST(ManifestComment, is_found_where_a_script_begins) {
    EXPECT_EQ(found("--[[rookery {\"a\":1} ]]\nprint(1)"), "{\"a\":1} at 1:13");
    EXPECT_EQ(found("--[[rookery{}]]"), "{} at 1:12");
    EXPECT_EQ(found("#!/usr/bin/lua\n\n-- A script.\n--[[\nrookery\n  {} ]]"), "{} at 6:3");
    EXPECT_EQ(found("--[[ Licence ]] --[[rookery {} ]]"), "{} at 1:29");
    EXPECT_EQ(found("--[==[rookery {\"a\":[[1]]} ]==]"), "{\"a\":[[1]]} at 1:15");
}

TEST(ManifestComment, is_nothing_else) {
    for (const char* source :
         {"", "print(1)", "-- rookery {}", "local x\n--[[rookery {} ]]", "--[[rookery {}",
          "--[[rookeryish {} ]]", "--[[rookery]]", "--[[", "--[=", "#", "--"}) {
        EXPECT_EQ(found(source), "none") << source;
    }
}

}  // namespace
}  // namespace rookery::script
