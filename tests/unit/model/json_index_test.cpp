#include "model/json_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace rookery::model {
namespace {

ErrorKind refused(std::string_view text) {
    const auto index = JsonIndex::build(text);
    EXPECT_FALSE(index) << text;
    return index ? ErrorKind::internal : index.error().kind();
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonIndex, finds_members_by_path) {
    const std::string text = R"({"a":{"b":[1,{"c":"deep"}]},"d":true})";
    const auto index = JsonIndex::build(text);
    ASSERT_TRUE(index);
    EXPECT_EQ(index->root()["d"].as_bool(), true);
    EXPECT_EQ(index->root().path("a.b").raw(), R"([1,{"c":"deep"}])");
    EXPECT_EQ(index->root().path("a.b").first_element().next_element()["c"].raw_string(), "deep");
}

TEST(JsonIndex, missing_member_is_absent_all_the_way_down) {
    const std::string text = R"({"a":1,"s":"x"})";
    const auto index = JsonIndex::build(text);
    ASSERT_TRUE(index);
    const JsonNode missing = index->root()["b"]["c"]["d"];
    EXPECT_FALSE(missing);
    EXPECT_TRUE(missing.raw().empty());
    EXPECT_EQ(missing.size(), 0U);
    EXPECT_FALSE(missing.as_integer());
    EXPECT_FALSE(missing.next_element());
    EXPECT_FALSE(index->root()["a"]["x"]);
    EXPECT_FALSE(index->root()["s"].first_element());
    EXPECT_EQ(missing.root().raw(), text);
}

TEST(JsonIndex, default_node_is_absent) {
    const JsonNode node;
    EXPECT_FALSE(node);
    EXPECT_FALSE(node["a"].path("b.c"));
    EXPECT_TRUE(node.raw_string().empty());
    for (const JsonNode element : node.elements()) {
        FAIL() << element.raw();
    }
    for (const JsonMember member : node.members()) {
        FAIL() << member.key;
    }
}

TEST(JsonIndex, first_of_repeated_members_wins) {
    const std::string text = R"({"a":1,"a":2})";
    EXPECT_EQ(JsonIndex::build(text)->root()["a"].as_integer(), 1);
}

TEST(JsonIndex, key_must_match_in_full) {
    const std::string text = R"({"author_id":1,"author":2,"auth":3})";
    const auto index = JsonIndex::build(text);
    EXPECT_EQ(index->root()["author"].as_integer(), 2);
    EXPECT_EQ(index->root()["auth"].as_integer(), 3);
    EXPECT_FALSE(index->root()["aut"]);
}

TEST(JsonIndex, member_named_like_a_value_is_not_found_as_key) {
    const std::string text = R"({"a":"b","c":1})";
    EXPECT_FALSE(JsonIndex::build(text)->root()["b"]);
}

TEST(JsonIndex, walks_elements_and_members_in_order) {
    const std::string text = R"( { "a" : [ 1 , [ 2 ] , { } , "x" ] , "b" : null } )";
    const auto index = JsonIndex::build(text);
    ASSERT_TRUE(index);
    std::string seen;
    for (const JsonMember member : index->root().members()) {
        seen += std::string(member.key) + "=" + std::string(member.value.raw()) + ";";
        for (const JsonNode element : member.value.elements()) {
            seen += std::string(element.raw()) + "|";
        }
    }
    EXPECT_EQ(seen, R"(a=[ 1 , [ 2 ] , { } , "x" ];1|[ 2 ]|{ }|"x"|b=null;)");
    EXPECT_EQ(index->root().size(), 2U);
    EXPECT_EQ(index->root()["a"].size(), 4U);
}

TEST(JsonIndex, empty_containers_have_nothing) {
    const std::string text = R"({"a":[],"o":{}})";
    const auto index = JsonIndex::build(text);
    EXPECT_EQ(index->root()["a"].size(), 0U);
    EXPECT_FALSE(index->root()["a"].first_element());
    EXPECT_EQ(index->root()["o"].size(), 0U);
    EXPECT_FALSE(index->root()["o"]["x"]);
}

TEST(JsonIndex, next_element_ends_with_the_array) {
    const std::string text = R"({"a":[1],"b":[2]})";
    const JsonNode first = JsonIndex::build(text)->root()["a"].first_element();
    const auto index = JsonIndex::build(text);
    EXPECT_FALSE(index->root()["a"].first_element().next_element());
    EXPECT_FALSE(index->root().next_element());
    (void)first;
}

TEST(JsonIndex, numbers_keep_their_kind) {
    const std::string text =
        R"([0,-1,9223372036854775807,9223372036854775808,1.5,1e3,"12345678901234567890"])";
    const auto index = JsonIndex::build(text);
    JsonNode node = index->root().first_element();
    EXPECT_EQ(node.as_integer(), 0);
    node = node.next_element();
    EXPECT_EQ(node.as_integer(), -1);
    EXPECT_FALSE(node.as_id());
    node = node.next_element();
    EXPECT_EQ(node.as_integer(), INT64_MAX);
    node = node.next_element();
    EXPECT_FALSE(node.as_integer());
    EXPECT_EQ(node.as_id(), 9223372036854775808U);
    node = node.next_element();
    EXPECT_FALSE(node.as_integer());
    EXPECT_EQ(node.as_number(), 1.5);
    node = node.next_element();
    EXPECT_FALSE(node.as_integer());
    EXPECT_EQ(node.as_number(), 1000.0);
    node = node.next_element();
    EXPECT_EQ(node.as_id(), 12345678901234567890U);
    EXPECT_FALSE(node.as_number());
}

TEST(JsonIndex, ids_are_digits_only) {
    for (const char* text :
         {R"("")", R"("12a")", R"("-1")", R"("18446744073709551616")", R"(" 1")", "1.0", "true"}) {
        EXPECT_FALSE(JsonIndex::build(text)->root().as_id()) << text;
    }
}

TEST(JsonIndex, takes_scalars_as_documents) {
    for (const char* text : {"1", "-0.5e+10", "true", "false", "null", R"("x")", R"("")", " 12 "}) {
        EXPECT_TRUE(JsonIndex::build(text)) << text;
    }
}

TEST(JsonIndex, refuses_what_is_not_json) {
    for (const char* text : {"",
                             " ",
                             "{",
                             "}",
                             "[",
                             "]",
                             ",",
                             ":",
                             "{]",
                             "[}",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{a:1}",
                             "{1:2}",
                             "{\"a\":1 \"b\":2}",
                             "{\"a\"::1}",
                             "[1]]",
                             "[1] 2",
                             "{} {}",
                             "01",
                             "1.",
                             ".5",
                             "-",
                             "+1",
                             "1e",
                             "1e+",
                             "0x1",
                             "1_0",
                             "tru",
                             "truee",
                             "nul",
                             "nulll",
                             "True",
                             "NaN",
                             "\"a",
                             "a\"",
                             "\"a\"b",
                             "\"a\"\"b\"",
                             "12\"a\"",
                             "[\"a\"b]",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\\"",
                             "\\",
                             "[\\]",
                             "\"a\nb\"",
                             "\"\x01\"",
                             "\xEF\xBB\xBF{}",
                             "\"\xff\"",
                             "\"\xC0\x80\"",
                             "\"\xED\xA0\x80\"",
                             "{\"a\":1}\x01"}) {
        EXPECT_EQ(refused(text), ErrorKind::protocol) << text;
    }
    EXPECT_EQ(refused(std::string_view("1\0", 2)), ErrorKind::protocol);
    EXPECT_EQ(refused(std::string_view("\0", 1)), ErrorKind::protocol);
}

TEST(JsonIndex, error_names_the_place) {
    const auto index = JsonIndex::build(R"({"a":1,,"b":2})");
    ASSERT_FALSE(index);
    EXPECT_EQ(index.error().context(), "not JSON at byte 7: expected a name in quotes");
}

TEST(JsonIndex, depth_has_a_limit) {
    EXPECT_TRUE(JsonIndex::build(nested(JsonIndex::kMaxDepth)));
    EXPECT_EQ(refused(nested(JsonIndex::kMaxDepth + 1)), ErrorKind::limit);
    EXPECT_EQ(refused(nested(100'000)), ErrorKind::limit);
    EXPECT_EQ(refused(std::string(100'000, '[')), ErrorKind::limit);
}

TEST(JsonIndex, length_has_a_limit) {
    EXPECT_EQ(refused(std::string(JsonIndex::kMaxText + 1, ' ')), ErrorKind::limit);
}

TEST(JsonIndex, giant_text_and_small_ones_after_it) {
    std::string text = "[0";
    for (int i = 0; i < 300'000; ++i) {
        text += ",{\"a\":1}";
    }
    text += "]";
    EXPECT_EQ(JsonIndex::build(text)->root().size(), 300'001U);
    EXPECT_EQ(JsonIndex::build("[1]")->root().size(), 1U);
}

TEST(JsonIndex, text_needs_no_bytes_after_it) {
    // A heap buffer of exactly the text's size, at lengths around the block size of the scanner:
    // the address sanitizer sees any read past the end.
    for (std::size_t length = 2; length < 200; ++length) {
        const std::string filler(length - 2, 'x');
        std::vector<char> exact;
        exact.push_back('"');
        exact.insert(exact.end(), filler.begin(), filler.end());
        exact.push_back('"');
        exact.shrink_to_fit();
        const auto index = JsonIndex::build({exact.data(), exact.size()});
        ASSERT_TRUE(index);
        EXPECT_EQ(index->root().raw_string(), filler);
    }
}

TEST(JsonIndex, escaped_quotes_end_no_string) {
    const std::string text = R"({"a\"":"x\\","b":"\\\"y"})";
    const auto index = JsonIndex::build(text);
    ASSERT_TRUE(index);
    EXPECT_EQ(index->root().size(), 2U);
    EXPECT_EQ(index->root()["b"].raw_string(), R"(\\\"y)");
}

TEST(JsonIndex, objects_within_a_list_are_found_however_deep) {
    const std::string_view text = R"({"l":[{"a":{"b":1}},2,[[{"c":"{"}]],"{"],"after":{"d":1}})";
    const auto index = JsonIndex::build(text);
    const JsonNode list = index->root()["l"];
    std::uint32_t at = 0;
    EXPECT_EQ(list.next_object(at).raw(), R"({"a":{"b":1}})");
    EXPECT_EQ(list.next_object(at).raw(), R"({"b":1})");
    EXPECT_EQ(list.next_object(at).raw(), R"({"c":"{"})");
    EXPECT_FALSE(list.next_object(at));
    EXPECT_FALSE(list.next_object(at));
    at = 0;
    EXPECT_FALSE(index->root()["l"].first_element()["a"]["b"].next_object(at));
    EXPECT_FALSE(JsonNode().next_object(at));
}

}  // namespace
}  // namespace rookery::model
