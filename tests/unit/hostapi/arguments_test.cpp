#include "hostapi/arguments.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

std::string check(const char* operation, const json& arguments) {
    const auto checked = check_arguments(*model::find_operation(operation), arguments,
                                         model::find_platform("discord"));
    return checked ? "" : checked.error().message();
}

TEST(CheckArguments, says_what_was_expected_and_what_came) {
    EXPECT_EQ(
        check("members.get", {{"guildId", 5}, {"userId", "1"}}),
        "members.get: parameter guildId: expected an id (a string of digits), got an integer");
    EXPECT_EQ(check("members.get", {{"guildId", "1"}}), "members.get: parameter userId is missing");
    EXPECT_EQ(check("members.get", {{"guildId", "1"}, {"userId", "1"}, {"x", 1}}),
              "members.get: there is no parameter x");
    EXPECT_EQ(check("channels.create", {{"guildId", "1"}, {"name", "n"}, {"type", "shop"}}),
              "channels.create: parameter type: expected one of text, voice, category, "
              "announcement, announcementThread, publicThread, privateThread, stage, directory, "
              "forum, media, got text");
}

TEST(CheckArguments, holds_lists_texts_and_numbers_against_their_limits) {
    EXPECT_EQ(check("messages.bulkDelete", {{"channelId", "1"}, {"messageIds", {"1"}}}),
              "messages.bulkDelete: parameter messageIds: expected 2 to 100 of them, got 1");
    EXPECT_EQ(check("bans.create",
                    {{"guildId", "1"}, {"userId", "1"}, {"deleteMessageSeconds", 604'801}}),
              "bans.create: parameter deleteMessageSeconds: expected 0 to 604800, got 604801");
    EXPECT_EQ(check("bans.create",
                    {{"guildId", "1"}, {"userId", "1"}, {"reason", std::string(513, 'x')}}),
              "bans.create: parameter reason: expected 0 to 512 characters, got 513");
    EXPECT_EQ(check("soundboard.edit", {{"guildId", "1"}, {"soundId", "1"}, {"volume", 1.5}}),
              "soundboard.edit: parameter volume: expected 0 to 1, got 1.5");
}

TEST(CheckArguments, null_is_a_value_where_it_means_something) {
    EXPECT_EQ(check("members.setNick", {{"guildId", "1"}, {"userId", "1"}, {"nick", nullptr}}), "");
    EXPECT_EQ(check("members.setRoles", {{"guildId", "1"}, {"userId", "1"}, {"roles", nullptr}}),
              "members.setRoles: parameter roles is missing");
}

TEST(CheckArguments, knows_lists_from_other_tables) {
    const json base = {{"guildId", "1"}, {"userId", "1"}};
    auto with = [&](json roles) {
        json out = base;
        out["roles"] = std::move(roles);
        return check("members.setRoles", out);
    };
    EXPECT_EQ(with({"1", "2"}), "");
    EXPECT_EQ(with(json::object()), "");
    EXPECT_NE(with({1, 2}), "");
    EXPECT_NE(with({{"a", "1"}}), "");
    EXPECT_NE(with(json(std::vector<std::string>(10'001, "1"))), "");
}

TEST(CheckArguments, a_file_has_one_source) {
    const auto with = [](const json& files) {
        return check("messages.send", {{"channelId", "1"}, {"files", files}});
    };
    EXPECT_EQ(with({{{"path", "x"}}}), "");
    EXPECT_EQ(with({{"path", "x"}}), "");
    EXPECT_NE(with({{{"path", "x"}, {"data", "y"}}}), "");
    EXPECT_NE(with({{{"name", "x"}}}), "");
    EXPECT_NE(with({{{"path", 5}}}), "");
    EXPECT_NE(with("x"), "");
}

TEST(CheckArguments, bits_and_times_have_two_forms) {
    EXPECT_EQ(check("roles.create", {{"guildId", "1"}, {"permissions", "8"}}), "");
    EXPECT_EQ(check("roles.create", {{"guildId", "1"}, {"permissions", 8}}), "");
    EXPECT_NE(check("roles.create", {{"guildId", "1"}, {"permissions", -8}}), "");
    EXPECT_NE(check("roles.create", {{"guildId", "1"}, {"permissions", "0x8"}}), "");
    EXPECT_EQ(check("pins.list", {{"channelId", "1"}, {"before", "2026-01-01T00:00:00Z"}}), "");
    EXPECT_NE(check("pins.list", {{"channelId", "1"}, {"before", -1}}), "");
}

/// Whatever an extension gives for whatever parameter, the check ends with an answer.
TEST(CheckArguments, survives_every_type_for_every_parameter) {
    const json values[] = {nullptr,        true,          -1,       1.5,  "text", "", json::array(),
                           json::object(), {{"path", 1}}, {1, "x"}, 1e300};
    for (const auto& info : model::operations()) {
        for (const auto& param : info.params) {
            for (const auto& value : values) {
                static_cast<void>(
                    check_arguments(info, {{std::string(param.name), value}}).has_value());
            }
        }
    }
}

}  // namespace
}  // namespace rookery::hostapi
