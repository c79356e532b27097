#include "model/operations.hpp"

#include "model/event_names.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace rookery::model {
namespace {

TEST(Operations, are_found_by_name) {
    const OperationInfo* const send = find_operation("messages.send");
    ASSERT_NE(send, nullptr);
    EXPECT_EQ(send->noun, "messages");
    EXPECT_EQ(send->verb, "send");
    EXPECT_TRUE(send->effect);
    EXPECT_EQ(send->discord_method, "POST");
    EXPECT_EQ(find_operation("messages.shout"), nullptr);
    EXPECT_EQ(find_operation(""), nullptr);
}

TEST(Operations, are_sorted_and_unique) {
    const auto all = operations();
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_LT(all[i - 1].name, all[i].name);
    }
}

TEST(Operations, every_hole_of_the_path_has_its_parameter) {
    for (const OperationInfo& info : operations()) {
        std::string path(info.discord_path);
        for (const OperationParam& param : info.params) {
            if (param.target.starts_with("path:")) {
                EXPECT_TRUE(param.required) << info.name << "." << param.name;
                const std::string hole = "{" + std::string(param.target.substr(5)) + "}";
                const std::size_t at = path.find(hole);
                ASSERT_NE(at, std::string::npos) << info.name << "." << param.name;
                path.erase(at, hole.size());
            }
        }
        if (const auto at = path.find("{application_id}"); at != std::string::npos) {
            path.erase(at, std::string_view("{application_id}").size());  // the runtime fills it
        }
        EXPECT_EQ(path.find('{'), std::string::npos) << info.name;
    }
}

/// What of a path no parameter fills.
std::string unfilled(const PlatformOperation& operation, bool& adapter) {
    std::string path(operation.path);
    for (const PlatformParam& param : operation.params) {
        adapter = adapter || param.target == "adapter";
        const std::string hole = param.target.starts_with("path:")
                                     ? "{" + std::string(param.target.substr(5)) + "}"
                                     : "";
        if (const auto at = path.find(hole); !hole.empty() && at != std::string::npos) {
            path.erase(at, hole.size());
        }
    }
    return path.find('{') == std::string::npos ? "" : path;
}

TEST(Operations, of_every_platform_have_a_place_for_what_is_required) {
    for (const PlatformInfo* const platform : platforms()) {
        std::string_view before;
        for (const PlatformOperation& operation : platform->operations) {
            const OperationInfo& info = *operation.info;
            const std::string where = std::string(platform->name) + " " + std::string(info.name);
            EXPECT_LT(before, info.name) << where;
            before = info.name;
            EXPECT_EQ(find_operation(*platform, info.name), &operation) << where;
            ASSERT_EQ(operation.params.size(), info.params.size()) << where;
            for (std::size_t i = 0; i < info.params.size(); ++i) {
                const PlatformParam& param = operation.params[i];
                EXPECT_TRUE(!info.params[i].required || !param.target.empty() || param.dropped)
                    << where << "." << info.params[i].name;
            }
            bool adapter = platform->name == "discord";  // its adapter knows the application
            const std::string left = unfilled(operation, adapter);
            EXPECT_TRUE(left.empty() || adapter) << where << " " << left;
            EXPECT_TRUE(operation.body.empty() ||
                        nlohmann::json::parse(operation.body, nullptr, false).is_object())
                << where;
        }
    }
    EXPECT_EQ(find_operation(*find_platform("whatsapp"), "threads.create"), nullptr);
}

TEST(Operations, messages_ping_nobody_but_users_by_default) {
    for (const char* name : {"messages.send", "messages.reply", "messages.edit"}) {
        const auto body = nlohmann::json::parse(find_operation(name)->discord_body);
        EXPECT_EQ(body["allowed_mentions"]["parse"], nlohmann::json::array({"users"})) << name;
    }
}

}  // namespace
}  // namespace rookery::model
