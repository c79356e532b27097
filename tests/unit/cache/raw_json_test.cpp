#include "cache/raw_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <string>

namespace rookery::cache {
namespace {

using nlohmann::json;

std::string merged(const std::string& old, const std::string& change, Keys except = {}) {
    std::string out;
    const auto a = model::JsonIndex::build(old);
    const auto b = model::JsonIndex::build(change);
    merge_objects(out, a->root(), b->root(), except);
    return out;
}

TEST(RawJson, present_replaces_null_included_and_absent_keeps) {
    EXPECT_EQ(merged(R"({"a":1,"b":{"c":[2]},"d":"x"})", R"({"b":null,"e":true,"d":"y"})"),
              R"({"a":1,"b":null,"d":"y","e":true})");
    EXPECT_EQ(merged("{}", "{}"), "{}");
    EXPECT_EQ(merged(R"({"a":1})", "{}"), R"({"a":1})");
    EXPECT_EQ(merged("{}", R"({"a":1})"), R"({"a":1})");
}

TEST(RawJson, named_members_are_left_out_of_both) {
    constexpr std::array<std::string_view, 1> kUser = {"user"};
    EXPECT_EQ(merged(R"({"user":1,"b":2})", R"({"b":3,"user":4})", kUser), R"({"b":3})");
}

json random_value(std::mt19937& random, int depth) {
    switch (random() % (depth > 0 ? 8 : 6)) {
        case 0:
            return nullptr;
        case 1:
            return random() % 2 == 0;
        case 2:
            return static_cast<int>(random() % 1000) - 500;
        case 3:
            return "text \"with\" \\ and \n" + std::to_string(random() % 9);
        case 4:
            return 0.5 * static_cast<double>(random() % 100);
        case 5:
            return "ünï";
        case 6: {
            json list = json::array();
            for (std::size_t more = random() % 4; more > 0; --more) {
                list.push_back(random_value(random, depth - 1));
            }
            return list;
        }
        default: {
            json object = json::object();
            for (std::size_t more = random() % 5; more > 0; --more) {
                object["k" + std::to_string(random() % 6)] = random_value(random, depth - 1);
            }
            return object;
        }
    }
}

json random_object(std::mt19937& random) {
    json object = json::object();
    for (std::size_t more = random() % 9; more > 0; --more) {
        object["key" + std::to_string(random() % 10)] = random_value(random, 3);
    }
    return object;
}

TEST(RawJson, merges_as_an_update_of_a_document_does) {
    std::mt19937 random(11);  // NOLINT: the same at each run
    for (int round = 0; round < 3'000; ++round) {
        const json old = random_object(random);
        const json change = random_object(random);
        json expected = old;
        expected.update(change);
        const int indent = round % 3 == 0 ? 2 : -1;
        ASSERT_EQ(json::parse(merged(old.dump(indent), change.dump())), expected);

        const std::string before = old.dump();
        const std::string after = change.dump(2);
        const auto a = model::JsonIndex::build(before);
        const auto b = model::JsonIndex::build(after);
        ASSERT_EQ(changes(a->root(), b->root()), expected != old) << old << change;
        ASSERT_EQ(same_value(a->root(), b->root()), old == change);
    }
}

TEST(RawJson, the_order_of_members_says_nothing_that_of_elements_does) {
    const auto same = [](const std::string& left, const std::string& right) {
        return same_value(model::JsonIndex::build(left)->root(),
                          model::JsonIndex::build(right)->root());
    };
    EXPECT_TRUE(same(R"({"a":1,"b":[ {"c":2,"d":3} ]})", R"({"b":[{"d":3,"c":2}],"a":1})"));
    EXPECT_FALSE(same("[1,2]", "[2,1]"));
    EXPECT_FALSE(same("[1]", "[1,2]"));
    EXPECT_FALSE(same(R"({"a":1})", R"({"b":1})"));
}

TEST(RawJson, writes_objects_member_by_member) {
    std::string out;
    ObjectWriter object(out);
    object.id("id", 18'446'744'073'709'551'615U);
    object.number("n", -4);
    object.boolean("b", true);
    object.text("t", "a\"b");
    object.raw("r", "[1]");
    object.close();
    EXPECT_EQ(out, R"({"id":"18446744073709551615","n":-4,"b":true,"t":"a\"b","r":[1]})");
}

}  // namespace
}  // namespace rookery::cache
