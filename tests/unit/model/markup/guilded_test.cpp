#include "model/markup/guilded.hpp"

#include "model/json_index.hpp"
#include "model/markup/markdown_inline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rookery::model::markup {
namespace {

std::string read(const std::string& document, SlateForm form = SlateForm::markup) {
    const auto index = JsonIndex::build(document);
    EXPECT_TRUE(index) << (index ? "" : index.error().message()) << document;
    StringScratch scratch;
    return index ? std::string(slate_text(index->root(), form, scratch)) : std::string();
}

std::string there_and_back(const std::string& text) { return read(slate_document(text)); }

std::string document(const std::string& nodes) {
    return R"({"object":"value","document":{"object":"document","data":{},"nodes":[)" + nodes +
           "]}}";
}

std::string block(const std::string& type, const std::string& nodes,
                  const std::string& data = "{}") {
    return R"({"object":"block","type":")" + type + R"(","data":)" + data + R"(,"nodes":[)" +
           nodes + "]}";
}

std::string text(const std::string& content, const std::string& mark = {}) {
    return R"({"object":"text","leaves":[{"object":"leaf","text":")" + content + R"(","marks":[)" +
           (mark.empty() ? "" : R"({"object":"mark","type":")" + mark + R"(","data":{}})") + "]}]}";
}

TEST(Slate, reads_the_document_of_the_facts) {
    const auto content = document(
        R"({"object":"block","type":"paragraph","data":{},"nodes":[
        {"object":"text","leaves":[{"object":"leaf","text":"hello ","marks":[]},
          {"object":"leaf","text":"world","marks":[{"object":"mark","type":"bold","data":{}}]}]},
        {"object":"inline","type":"mention","data":{"mention":{"type":"person","id":"aB3dE5f7",
          "matcher":"@lena","name":"lena","color":"#ffffff"}},
         "nodes":[{"object":"text","leaves":[{"object":"leaf","text":"@lena","marks":[]}]}]}]})");
    EXPECT_EQ(read(content), "hello **world**<@aB3dE5f7>");
    EXPECT_EQ(read(content, SlateForm::clean), "hello world@lena");
}

TEST(Slate, tells_roles_everyone_channels_and_emoji) {
    const auto inline_node = [](const std::string& type, const std::string& data,
                                const std::string& shown) {
        return R"({"object":"inline","type":")" + type + R"(","data":)" + data + R"(,"nodes":[)" +
               text(shown) + "]}";
    };
    const auto content = document(block(
        "paragraph",
        inline_node("mention", R"({"mention":{"type":"role","id":4711}})", "@crew") + "," +
            inline_node("mention", R"({"mention":{"type":"everyone","id":"everyone"}})",
                        "@everyone") +
            "," + inline_node("mention", R"({"mention":{"type":"here","id":"here"}})", "@here") +
            "," +
            inline_node("channel", R"({"channel":{"id":"00000000-aaaa","name":"general"}})",
                        "#general") +
            "," +
            inline_node("reaction", R"({"reaction":{"id":90001,"customReactionId":90001}})",
                        ":wave:") +
            "," + inline_node("link", R"({"href":"https://example.org/x"})", "here it is")));
    EXPECT_EQ(read(content),
              "<@&4711>@everyone@here<#00000000-aaaa><:wave:90001>[here it "
              "is](https://example.org/x)");
    EXPECT_EQ(read(content, SlateForm::clean), "@crew@everyone@here#general:wave:here it is");
}

TEST(Slate, blocks_become_lines) {
    const auto content = document(
        block("paragraph", text("one")) + "," +
        block("block-quote-container", block("block-quote-line", text("said")) + "," +
                                           block("block-quote-line", text("twice"))) +
        "," +
        block("code-container",
              block("code-line", text("int *x;")) + "," + block("code-line", text("return;")),
              R"({"language":"c"})") +
        "," +
        block("unordered-list",
              block("list-item", text("a")) + "," + block("list-item", text("b"))) +
        "," +
        block("ordered-list", block("list-item", text("x")) + "," + block("list-item", text("y"))));
    EXPECT_EQ(read(content),
              "one\n> said\n> twice\n```c\nint *x;\nreturn;\n```\n- a\n- b\n1. x\n2. y");
    EXPECT_EQ(read(content, SlateForm::clean),
              "one\nsaid\ntwice\nint *x;\nreturn;\n- a\n- b\n1. x\n2. y");
}

TEST(Slate, a_list_within_a_list_is_indented) {
    const auto inner = block("unordered-list", block("list-item", block("paragraph", text("b"))));
    const auto content = document(
        block("unordered-list", block("list-item", block("paragraph", text("a")) + "," + inner)));
    EXPECT_EQ(read(content), "- a\n  - b");
}

TEST(Slate, files_embeds_and_headers_have_no_text) {
    const auto content =
        document(block("replying-to-user-header", "", R"({"createdBy":"aB3dE5f7","postId":"x"})") +
                 "," + block("image", "", R"({"src":"https://cdn.example/a.png"})") + "," +
                 block("webhookMessage", "", R"({"embeds":[{"title":"T"}]})") + "," +
                 block("paragraph", text("text")));
    EXPECT_EQ(read(content), "text");
}

TEST(Slate, markdown_of_a_plain_block_is_kept) {
    EXPECT_EQ(read(document(block("markdown-plain-text", text("**b** \\\\*x\\\\*")))),
              "**b** \\*x\\*");
}

TEST(Slate, text_that_would_be_markup_is_escaped_and_other_text_is_not) {
    EXPECT_EQ(read(document(block("paragraph", text("*no* emphasis")))), "\\*no\\* emphasis");
    EXPECT_EQ(read(document(block("paragraph", text("!echo snake_case 2*3 < 4")))),
              "!echo snake_case 2*3 < 4");
}

TEST(Slate, marks_nest_and_end_where_the_text_ends) {
    const auto content = document(block("paragraph",
                                        R"({"object":"text","leaves":[
           {"text":"a ","marks":[{"type":"bold"}]},
           {"text":"b","marks":[{"type":"bold"},{"type":"italic"}]},
           {"text":" c","marks":[{"type":"strikethrough"}]},
           {"text":" d","marks":[]}]})"));
    EXPECT_EQ(read(content), "**a *b*** ~~c~~ d");
}

TEST(Slate, text_to_document_and_back) {
    const std::vector<std::string> samples = {
        "plain",
        "two\nlines",
        "one\n\nthree",
        "**bold** *italic* ~~gone~~ __under__ ||hidden|| `code`",
        "***both***",
        "**bold *and italic* again**",
        "hello <@aB3dE5f7>, <@&4711> in <#0b9cc9d8-0000-4000-8000-000000000001> <:wave:90001>",
        "@everyone and @here",
        "[shown](https://example.org/a_b)",
        "> quoted\n> more\nafter",
        "- a\n- b\nend",
        "1. a\n2. b",
        "```lua\nlocal x = \"*\"\n```\nafter",
        "`a_b*c`",
        "a\\*b\\*c",
        "snake_case and 2*3*4 = 24",
        "||spoiler with **bold**||",
        "\xc3\xa4\xc3\xb6\xf0\x9f\x98\x80 **\xc3\xbc**",
    };
    for (const auto& sample : samples) {
        EXPECT_EQ(there_and_back(sample), sample) << slate_document(sample);
    }
}

TEST(Slate, a_document_is_stable_over_its_text) {
    const auto first = slate_document("**b** <@aB3dE5f7>\n> *q*\n```c\nx\n```\n- one\n- two");
    EXPECT_EQ(slate_document(read(first)), first);
}

TEST(Slate, blocks_nested_too_deeply_are_told_as_such) {
    std::string content = text("deep");
    for (unsigned depth = 0; depth < kSlateDepth + 4; ++depth) {
        content = block("block-quote-container", content);
    }
    EXPECT_NE(read(document(content)).find(kTooDeep), std::string::npos);
    EXPECT_EQ(read(document(content)).find("deep>"), std::string::npos);
}

TEST(Slate, odd_shapes_give_what_there_is) {
    for (
        const std::string odd :
        {"null", "17", "[]", "{}", R"({"document":null})", R"({"document":{"nodes":{}}})",
         R"({"document":{"nodes":[null,1,"x",[],{}]}})",
         R"({"document":{"nodes":[{"object":"block","nodes":[{"object":"text","leaves":7}]}]}})",
         R"({"document":{"nodes":[{"object":"block","type":7,"nodes":[{"leaves":[{"text":null,"marks":[3]}]}]}]}})"}) {
        EXPECT_EQ(read(odd), "") << odd;
    }
    EXPECT_EQ(read(R"("a text")"), "a text");
    EXPECT_EQ(read(document(R"({"object":"block","type":"paragraph","nodes":[
        {"object":"inline","type":"mention","data":{"mention":{"type":"person","id":"<@>"}},
         "nodes":[{"object":"text","text":"@x"}]}]})")),
              "@x");
}

TEST(Slate, a_huge_document_is_cut) {
    std::string nodes = block("paragraph", text(std::string(40'000, 'x')));
    for (int i = 0; i < 5; ++i) {
        nodes += "," + block("paragraph", text(std::string(40'000, 'x')));
    }
    EXPECT_LE(read(document(nodes)).size(), std::size_t{70'000});
}

TEST(Slate, hostile_delimiters_end_soon) {
    std::string hostile;
    for (int i = 0; i < 2'000; ++i) {
        hostile += "_a *b ~~c ||d `e ";
    }
    hostile.resize(16'000);
    EXPECT_FALSE(slate_document(hostile).empty());
    EXPECT_EQ(read(slate_document(std::string(70'000, '*'))).substr(0, 3), "***");
}

TEST(Slate, extras_are_mentions_and_embeds) {
    const auto content = document(
        block(
            "paragraph",
            R"({"object":"inline","type":"mention","data":{"mention":{"type":"person","id":"aB3dE5f7"}},"nodes":[]},
                 {"object":"inline","type":"mention","data":{"mention":{"type":"person","id":"aB3dE5f7"}},"nodes":[]},
                 {"object":"inline","type":"mention","data":{"mention":{"type":"role","id":12}},"nodes":[]},
                 {"object":"inline","type":"mention","data":{"mention":{"type":"here"}},"nodes":[]},
                 {"object":"inline","type":"channel","data":{"channel":{"id":"c"}},"nodes":[]})") +
        "," + block("webhookMessage", "", R"({"embeds":[{"title":"T"},{"title":"U"}]})"));
    const auto index = JsonIndex::build(content);
    ASSERT_TRUE(index);
    EXPECT_EQ(slate_extras(index->root()),
              R"("mentions":{"users":[{"id":"aB3dE5f7"}],"roles":[{"id":12}],)"
              R"("channels":[{"id":"c"}],"here":true},"embeds":[{"title":"T"},{"title":"U"}])");
}

TEST(GuildedMarkdown, a_role_is_mentioned_like_a_user) {
    StringScratch scratch;
    EXPECT_EQ(from_guilded("hi <@4711> and <@aB3dE5f7> <#x>", scratch),
              "hi <@&4711> and <@aB3dE5f7> <#x>");
    EXPECT_EQ(to_guilded("hi <@&4711> and <@!aB3dE5f7> <@x"), "hi <@4711> and <@aB3dE5f7> <@x");
    EXPECT_EQ(from_guilded("nothing <@", scratch), "nothing <@");
}

}  // namespace
}  // namespace rookery::model::markup
