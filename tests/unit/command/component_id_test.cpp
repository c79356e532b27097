#include "command/component_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr ComponentKey kKey{1, 2, 3};

ComponentRecord vote() {
    ComponentRecord record;
    record.owner = owner_tag("script/poll");
    record.action = "vote";
    record.state = {{"n", 2}};
    return record;
}

SealedId sealed(const ComponentRecord& record) {
    auto id = seal(kKey, record);
    EXPECT_TRUE(id) << (id ? "" : id.error().message());
    return id ? *std::move(id) : SealedId{};
}

OpenedId opened(const std::string& id) {
    auto result = unseal(kKey, id);
    EXPECT_TRUE(result);
    return result ? *std::move(result) : OpenedId{};
}

std::string problem(const ComponentRecord& record) {
    const auto id = seal(kKey, record);
    return id ? "no error" : id.error().message();
}

TEST(ComponentIdTest, what_is_sealed_comes_back) {
    ComponentRecord record = vote();
    record.only = {"123456789012345678", "01ARZ3NDEKTSV4RRFFQ69G5FAV"};
    record.once = Once::message;
    record.expires = 1'900'000'000;
    record.place = 7;
    record.state = nullptr;
    const auto back = opened(sealed(record).custom_id).record;
    EXPECT_EQ(back.owner, record.owner);
    EXPECT_EQ(back.action, "vote");
    EXPECT_EQ(back.only, record.only);
    EXPECT_EQ(back.once, Once::message);
    EXPECT_EQ(back.expires, 1'900'000'000);
    EXPECT_EQ(back.place, 7);
    EXPECT_TRUE(back.state.is_null());
}

TEST(ComponentIdTest, states_of_every_kind_come_back) {
    for (const json& state : {json(0), json(-1.5), json("text"), json(true), json::array({1, "a"}),
                              json{{"a", {{"b", nullptr}}}}, json(std::uint64_t(1) << 63U)}) {
        ComponentRecord record = vote();
        record.state = state;
        EXPECT_EQ(opened(sealed(record).custom_id).record.state, state) << state.dump();
    }
}

TEST(ComponentIdTest, states_of_every_size_fit_or_are_stored) {
    bool stored_seen = false;
    for (std::size_t size = 0; size < 300; ++size) {
        ComponentRecord record = vote();
        record.only = {"123456789012345678"};
        record.state = std::string(size, 'x');
        const auto id = sealed(record);
        ASSERT_LE(id.custom_id.size(), kLongestCustomId);
        auto back = opened(id.custom_id);
        ASSERT_EQ(back.stored_as, id.stored_as);
        if (!id.stored_as.empty()) {
            stored_seen = true;
            EXPECT_TRUE(back.record.only.empty());
            ASSERT_TRUE(take_stored(id.stored, back.record));
        }
        ASSERT_EQ(back.record.state, record.state) << size;
        ASSERT_EQ(back.record.only, record.only);
    }
    EXPECT_TRUE(stored_seen);
}

TEST(ComponentIdTest, a_state_has_an_end) {
    ComponentRecord record = vote();
    record.state = std::string(kLargestState, 'x');
    EXPECT_NE(problem(record).find("state: expected at most 65536 bytes"), std::string::npos);
    record.state = nullptr;
    for (int i = 0; i < 40; ++i) {
        record.state = json::array({record.state});
    }
    EXPECT_EQ(problem(record), "state: expected at most 32 tables within one another");
    record.state = "\xff";
    EXPECT_EQ(problem(record), "state: expected texts in UTF-8");
}

TEST(ComponentIdTest, the_longest_action_with_all_else_fits) {
    ComponentRecord record = vote();
    record.action = std::string(kLongestAction, 'a');
    record.expires = 1'900'000'000;
    record.only = {std::string(100, 'u')};
    record.state = std::string(1'000, 's');
    EXPECT_LE(sealed(record).custom_id.size(), kLongestCustomId);
}

TEST(ComponentIdTest, a_change_of_any_character_is_noticed) {
    ComponentRecord record = vote();
    record.only = {"123456789012345678"};
    const std::string id = sealed(record).custom_id;
    for (std::size_t i = 0; i < id.size(); ++i) {
        for (const char other : std::string("Aa0-_zZ9.=+\xff")) {
            std::string changed = id;
            changed[i] = other;
            EXPECT_TRUE(changed == id || !unseal(kKey, changed)) << i << other;
        }
        EXPECT_FALSE(unseal(kKey, id.substr(0, i)));
    }
    EXPECT_FALSE(unseal(kKey, id + "A"));
    EXPECT_FALSE(unseal(kKey, std::string(5'000, 'A')));
}

TEST(ComponentIdTest, another_runtimes_key_makes_nothing_that_is_believed) {
    EXPECT_FALSE(unseal(ComponentKey{9}, sealed(vote()).custom_id));
}

TEST(ComponentIdTest, equal_components_of_a_message_have_different_ids) {
    std::set<std::string> ids;
    for (std::uint8_t place = 0; place < 25; ++place) {
        ComponentRecord record = vote();
        record.place = place;
        ids.insert(sealed(record).custom_id);
    }
    EXPECT_EQ(ids.size(), 25U);
}

TEST(ComponentIdTest, actions_are_short_texts) {
    for (const auto& bad : {std::string(), std::string(33, 'a'), std::string("a\n"),
                            std::string("a\0", 2), std::string("\xff\xfe")}) {
        ComponentRecord record = vote();
        record.action = bad;
        EXPECT_NE(problem(record).find("action: expected"), std::string::npos) << bad;
    }
    EXPECT_TRUE(check_action("größe"));
    EXPECT_TRUE(check_action("~ask"));
    EXPECT_TRUE(check_action("say \"x\""));
}

TEST(ComponentIdTest, what_is_marked_as_used_is_the_component_however_it_was_sent) {
    ComponentRecord record = vote();
    record.once = Once::component;
    ComponentRecord later = record;
    later.expires = 5;
    later.place = 3;
    EXPECT_EQ(used_mark(record, "m1"), used_mark(later, "m1"));
    EXPECT_NE(used_mark(record, "m1"), used_mark(record, "m2"));
    ComponentRecord other = record;
    other.state = {{"n", 3}};
    EXPECT_NE(used_mark(record, "m1"), used_mark(other, "m1"));
    record.once = other.once = Once::message;
    EXPECT_EQ(used_mark(record, "m1"), used_mark(other, "m1"));
}

TEST(ComponentIdTest, damaged_stores_are_refused) {
    ComponentRecord record = vote();
    EXPECT_FALSE(take_stored("", record));
    EXPECT_FALSE(take_stored("\x01", record));
    std::string bytes;
    json::to_msgpack({{"only", {1}}, {"state", 1}}, bytes);
    EXPECT_FALSE(take_stored(bytes, record));
}

}  // namespace
}  // namespace rookery::command
