#include "protocol/discord/close_codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace rookery::protocol::discord {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CloseCodes, no_code_means_resume) {
    EXPECT_EQ(close_action(std::nullopt), CloseAction::resume);
}

TEST(CloseCodes, every_code_of_the_range_has_an_action) {
    const std::set<unsigned> fatal{4004, 4010, 4011, 4012, 4013, 4014};
    const std::set<unsigned> fresh{4003, 4007, 4009};
    for (unsigned code = 4000; code < 5000; ++code) {
        const auto expected = fatal.contains(code)   ? CloseAction::fatal
                              : fresh.contains(code) ? CloseAction::new_session
                              : code == 4008         ? CloseAction::resume_later
                                                     : CloseAction::resume;
        EXPECT_EQ(close_action(static_cast<std::uint16_t>(code)), expected) << code;
    }
}

TEST(CloseCodes, transport_codes_keep_the_session) {
    EXPECT_EQ(close_action(1000), CloseAction::resume_once);
    EXPECT_EQ(close_action(1001), CloseAction::resume);
    EXPECT_EQ(close_action(1006), CloseAction::resume);
    EXPECT_EQ(close_action(1011), CloseAction::resume_later);
}

TEST(CloseCodes, every_fatal_code_has_its_own_line) {
    std::set<std::string> texts;
    for (const unsigned code : {4004u, 4010u, 4011u, 4012u, 4013u, 4014u}) {
        const auto text = fatal_text(static_cast<std::uint16_t>(code), {});
        EXPECT_THAT(text, HasSubstr("close " + std::to_string(code)));
        EXPECT_THAT(text, Not(HasSubstr("\n")));
        texts.insert(text);
    }
    EXPECT_EQ(texts.size(), 6u);
}

TEST(CloseCodes, refused_intents_list_only_the_privileged_ones) {
    const IntentRequest request{
        1u << 9 | 1u << 15,
        {{"MESSAGE_CONTENT", {"script ping"}}, {"GUILD_MESSAGES", {"script other"}}}};
    const auto text = fatal_text(4014, request);
    EXPECT_THAT(text, HasSubstr("MESSAGE_CONTENT (needed by script ping)"));
    EXPECT_THAT(text, Not(HasSubstr("GUILD_MESSAGES")));
}

}  // namespace
}  // namespace rookery::protocol::discord
