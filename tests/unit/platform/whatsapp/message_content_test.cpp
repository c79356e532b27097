#include "platform/whatsapp/message_content.hpp"

#include <gtest/gtest.h>

namespace rookery::whatsapp {
namespace {

Json read(const char* json) { return parse_json(json); }

TEST(WhatsAppContent, text_is_in_whatsapps_marks_with_its_mentions) {
    EXPECT_EQ(write_text(read(R"({"content":"**hi** <@1@s.whatsapp.net>"})")),
              read(R"({"text":"*hi* @1","mentions":["1@s.whatsapp.net"]})"));
    EXPECT_EQ(write_text(read("{}")), read(R"({"text":""})"));
    EXPECT_EQ(write_text(read(R"({"content":null,"embeds":5})")), read(R"({"text":""})"));
}

TEST(WhatsAppContent, embeds_and_a_masquerade_become_text) {
    EXPECT_EQ(
        write_text(read(
            R"({"content":"x","masquerade":{"name":"Ann"},"embeds":[{"title":"T","url":"https://u",
              "description":"D","fields":[{"name":"F","value":"V"}],"footer":{"text":"foot"}}]})"))
            ["text"],
        "*Ann*: x\n*T*\nhttps://u\nD\n*F*\nV\nfoot");
}

TEST(WhatsAppContent, polls_are_read_in_each_form) {
    const auto wanted = read(R"({"poll":{"name":"Q","values":["a","b"],"selectableCount":1}})");
    for (
        const auto* poll :
        {R"({"question":{"text":"Q"},"answers":[{"poll_media":{"text":"a"}},{"poll_media":{"text":"b"}}]})",
         R"({"question":"Q","answers":["a",{"text":"b"}]})",
         R"({"name":"Q","values":["a","b"]})"}) {
        const auto written = write_poll(read(poll));
        ASSERT_TRUE(written) << poll;
        EXPECT_EQ(*written, wanted);
    }
    EXPECT_EQ(
        (*write_poll(read(
            R"({"name":"Q","values":["a","b"],"allow_multiselect":true})")))["poll"]
                                                                            ["selectableCount"],
        0);
    for (const auto* poll :
         {"{}", "5", R"({"name":"Q","values":["a"]})", R"({"values":["a","b"]})"}) {
        EXPECT_FALSE(write_poll(read(poll))) << poll;
    }
}

TEST(WhatsAppContent, what_is_answered_is_named_with_its_author) {
    Json content{{"text", "x"}};
    quote(content, {"1@s.whatsapp.net", "Q", false, {}});
    EXPECT_EQ(content["contextInfo"]["stanzaId"], "Q");
    EXPECT_EQ(content["contextInfo"]["participant"], "1@s.whatsapp.net");
    quote(content, {"1@g.us", "Q", false, "2@lid"});
    EXPECT_EQ(content["contextInfo"]["participant"], "2@lid");
}

TEST(WhatsAppContent, custom_emoji_are_refused) {
    EXPECT_EQ(*read_emoji(read(R"({"emoji":"👍"})")), "👍");
    const auto custom = read_emoji(read(R"({"emoji":"wave:123"})"));
    ASSERT_FALSE(custom);
    EXPECT_EQ(custom.error().kind(), ErrorKind::unsupported);
}

}  // namespace
}  // namespace rookery::whatsapp
