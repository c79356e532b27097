#include "protocol/revolt/frame.hpp"

#include "model/json_index.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rookery::protocol::revolt {
namespace {

const std::string kMessage = R"({"type":"Message","_id":"01J0","content":"a } \" ]"})";

TEST(ScanFrame, as_the_server_sends_it) {
    const auto frame = scan_frame(kMessage);
    ASSERT_TRUE(frame) << frame.error().message();
    EXPECT_EQ(frame->type, "Message");
    EXPECT_EQ(frame->text, kMessage);
}

TEST(ScanFrame, the_type_may_stand_anywhere) {
    const auto spaced = scan_frame(" {\n\"type\" :\t\"Logout\" } ");
    ASSERT_TRUE(spaced);
    EXPECT_EQ(spaced->type, "Logout");
    const auto last = scan_frame(R"({"v":[{"type":"Inner"}],"type":"Bulk"})");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->type, "Bulk");
}

TEST(ScanFrame, unknown_types_are_types) {
    const auto frame = scan_frame(R"({"type":"SomethingNew2030"})");
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->type, "SomethingNew2030");
}

TEST(ScanFrame, a_frame_cut_at_any_byte_is_refused_here_or_by_the_index) {
    for (std::size_t size = 0; size < kMessage.size(); ++size) {
        const auto cut = std::string_view(kMessage).substr(0, size);
        EXPECT_FALSE(scan_frame(cut) && model::JsonIndex::build(cut)) << size;
    }
}

TEST(ScanFrame, what_has_no_type_is_refused) {
    for (const char* text :
         {"", "null", "[]", "7", "\"type\"", "{}", R"({"type":7})", R"({"type":null})",
          R"({"type":""})", R"({"type":{"type":"x"}})", "<html><body>502</body></html>"}) {
        const auto frame = scan_frame(text);
        ASSERT_FALSE(frame) << text;
        EXPECT_EQ(frame.error().kind(), ErrorKind::protocol) << text;
    }
}

TEST(UnwrapBulk, items_come_in_their_order) {
    const auto items =
        unwrap_bulk(R"({"type":"Bulk","v":[{"type":"A","n":1},{"n":2,"type":"B"},{"type":"A"}]})");
    ASSERT_TRUE(items);
    ASSERT_EQ(items->items.size(), 3u);
    EXPECT_EQ(items->items[0].type, "A");
    EXPECT_EQ(items->items[0].text, R"({"type":"A","n":1})");
    EXPECT_EQ(items->items[1].type, "B");
    EXPECT_EQ(items->malformed, 0u);
}

TEST(UnwrapBulk, a_bulk_inside_is_put_in_its_place) {
    const auto items = unwrap_bulk(
        R"({"type":"Bulk","v":[{"type":"A"},{"type":"Bulk","v":[{"type":"B"},{"type":"C"}]},{"type":"D"}]})");
    ASSERT_TRUE(items);
    std::string order;
    for (const auto& item : items->items) {
        order += item.type;
    }
    EXPECT_EQ(order, "ABCD");
}

std::string nested(unsigned bulks) {
    std::string text = R"({"type":"A"})";
    for (unsigned i = 0; i < bulks; ++i) {
        text = R"({"type":"Bulk","v":[)" + text + "]}";
    }
    return text;
}

TEST(UnwrapBulk, deeper_than_the_limit_is_refused) {
    const auto most = unwrap_bulk(nested(kMaxBulkDepth));
    ASSERT_TRUE(most);
    EXPECT_EQ(most->items.size(), 1u);
    for (const unsigned depth : {kMaxBulkDepth + 1, 1'000u}) {
        const auto over = unwrap_bulk(nested(depth));
        ASSERT_FALSE(over);
        EXPECT_EQ(over.error().kind(), ErrorKind::limit);
    }
}

TEST(UnwrapBulk, items_that_are_no_events_are_counted) {
    const auto items = unwrap_bulk(R"({"type":"Bulk","v":[1,null,{},{"type":9},[],{"type":"A"}]})");
    ASSERT_TRUE(items);
    EXPECT_EQ(items->items.size(), 1u);
    EXPECT_EQ(items->malformed, 5u);
}

TEST(UnwrapBulk, without_a_list_it_is_refused) {
    for (const char* text : {R"({"type":"Bulk"})", R"({"type":"Bulk","v":{}})",
                             R"({"type":"Bulk","v":[{"type":"Bulk","v":1}]})"}) {
        EXPECT_FALSE(unwrap_bulk(text)) << text;
    }
}

std::string error_of(std::string_view text) {
    const auto frame = scan_frame(text);
    return frame ? error_id(*frame) : "no frame";
}

TEST(ErrorId, of_every_form) {
    EXPECT_EQ(error_of(R"({"type":"Error","data":{"type":"InvalidSession","location":"a:1:2"}})"),
              "InvalidSession");
    EXPECT_EQ(error_of(R"({"type":"Error","error":"InvalidSession"})"), "InvalidSession");
    EXPECT_EQ(error_of(R"({"type":"Error","error":{"type":"LabelMe"}})"), "LabelMe");
    EXPECT_EQ(error_of(R"({"type":"InvalidSession","location":"a"})"), "InvalidSession");
    EXPECT_EQ(error_of(R"({"type":"Error"})"), "unknown");
    EXPECT_EQ(error_of(R"({"type":"Error","data":7})"), "unknown");
}

}  // namespace
}  // namespace rookery::protocol::revolt
