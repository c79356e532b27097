#include "support.hpp"

#include <array>
#include <string>
#include <string_view>

namespace rookery::model {
namespace {

/// One field of a source of its own over a JSON text, as JSON.
class Source {
  public:
    explicit Source(Op op, FieldType type = FieldType::text) : type_(type) { source_.op = op; }

    Source& text(std::string_view text) {
        source_.text = text;
        return *this;
    }
    Source& texts(std::span<const TextName> texts) {
        source_.texts = texts;
        return *this;
    }
    Source& names(std::span<const NumberName> names) {
        source_.names = names;
        return *this;
    }
    Source& nullable() {
        nullable_ = true;
        return *this;
    }

    [[nodiscard]] std::string over(const std::string& json, const std::string& names = "{}") {
        const std::array<std::string_view, 1> key{"x"};
        const std::array<std::string_view, 1> other{"names"};
        const std::array<RawPath, 2> paths{RawPath{key}, RawPath{other}};
        source_.paths = paths;
        const FieldInfo info{"field", type_, type_, nullable_, false, nullptr, ""};
        const Shape shape{"Shape", std::span(&info, 1)};
        const Mapping mapping{0, &shape, std::span(&source_, 1)};
        const std::string whole = "{\"x\":" + json + ",\"names\":" + names + "}";
        const auto index = JsonIndex::build(whole);
        EXPECT_TRUE(index);
        const std::string out = to_json(View(index->root(), mapping));
        return out.substr(9, out.size() - 10);
    }

  private:
    FieldType type_;
    bool nullable_ = false;
    FieldSource source_;
};

TEST(Sources, a_ulid_says_when_it_was_made) {
    Source source(Op::ulid_time, FieldType::time);
    EXPECT_EQ(source.over(R"("01ARZ3NDEKTSV4RRFFQ69G5FAV")"), R"("2016-07-30T23:54:10.259Z")");
    EXPECT_EQ(source.over(R"("81ARZ3NDEKTSV4RRFFQ69G5FAV")"), R"("")");
    EXPECT_EQ(source.over(R"("01ARZ3NDEKTSV4RRFFQ69G5FAU")"), R"("")");
    EXPECT_EQ(source.over(R"("01ARZ3NDEK")"), R"("")");
    EXPECT_EQ(source.over("17"), R"("")");
}

TEST(Sources, a_time_may_be_a_number_of_milliseconds_or_halves_of_one) {
    EXPECT_EQ(Source(Op::iso_time, FieldType::time).over("1700000000123"),
              R"("2023-11-14T22:13:20.123Z")");
    Source seconds(Op::epoch_seconds, FieldType::time);
    EXPECT_EQ(seconds.over(R"("1700000000")"), R"("2023-11-14T22:13:20.000Z")");
    EXPECT_EQ(seconds.over(R"({"low":1700000000,"high":0,"unsigned":true})"),
              R"("2023-11-14T22:13:20.000Z")");
    EXPECT_EQ(seconds.over(R"({"low":"1"})"), R"("")");
    EXPECT_EQ(seconds.over(R"("soon")"), R"("")");
}

TEST(Sources, tables_take_texts_and_numbers) {
    constexpr std::array<TextName, 2> kStatus{TextName{"Busy", "dnd"}, TextName{"2", "two"}};
    EXPECT_EQ(Source(Op::text_of).texts(kStatus).text("offline").over(R"("Busy")"), R"("dnd")");
    EXPECT_EQ(Source(Op::text_of).texts(kStatus).text("offline").over("2"), R"("two")");
    EXPECT_EQ(Source(Op::text_of).texts(kStatus).text("offline").over("{}"), R"("offline")");
    EXPECT_EQ(Source(Op::text_of).texts(kStatus).nullable().over(R"("New")"), "null");
    constexpr std::array<TextName, 1> kType{TextName{"Voice", "2"}};
    Source type(Op::number_of, FieldType::integer);
    EXPECT_EQ(type.texts(kType).over(R"("Voice")"), "2");
    EXPECT_EQ(type.over("7"), "7");
    EXPECT_EQ(type.over(R"("Other")"), "0");
    EXPECT_EQ(type.text("5").over(R"("Other")"), "5");
}

TEST(Sources, questions_have_answers_for_any_value) {
    const auto ask = [](Op op, std::string_view text, const std::string& json) {
        return Source(op, FieldType::boolean).text(text).over(json);
    };
    EXPECT_EQ(ask(Op::equals, "bot", R"("bot")"), "true");
    EXPECT_EQ(ask(Op::equals, "1", "1"), "true");
    EXPECT_EQ(ask(Op::equals, "bot", "null"), "false");
    EXPECT_EQ(ask(Op::has_bit, "2", "3"), "true");
    EXPECT_EQ(ask(Op::has_bit, "2", R"("5")"), "false");
    EXPECT_EQ(ask(Op::has_bit, "2", "[]"), "false");
    for (const char* empty : {"null", "[]", "{}", "\"\"", "1"}) {
        EXPECT_EQ(ask(Op::not_empty, "", empty), "false") << empty;
    }
    for (const char* full : {"[0]", R"({"a":1})", "\"a\""}) {
        EXPECT_EQ(ask(Op::not_empty, "", full), "true") << full;
    }
}

TEST(Sources, sizes_colours_and_bits) {
    Source size(Op::size, FieldType::integer);
    EXPECT_EQ(size.over("[1,2,3]"), "3");
    EXPECT_EQ(size.over(R"({"a":1})"), "1");
    EXPECT_EQ(size.over("7"), "0");
    Source colour(Op::colour_of, FieldType::integer);
    EXPECT_EQ(colour.over(R"("#ff8000")"), "16744448");
    EXPECT_EQ(colour.over(R"("#f80")"), "16746496");
    EXPECT_EQ(colour.over(R"_("linear-gradient(#ff0000, #00ff00)")_"), "16711680");
    EXPECT_EQ(colour.over("255"), "255");
    EXPECT_EQ(colour.over(R"("red")"), "0");
    constexpr std::array<NumberName, 2> kBits{NumberName{22, "11"}, NumberName{0, "4"}};
    EXPECT_EQ(Source(Op::bit_text).names(kBits).over("4194305"), R"("2064")");
    EXPECT_EQ(Source(Op::bit_text).names(kBits).over(R"("x")"), R"("")");
}

TEST(Sources, ids_are_told_apart_and_shortened) {
    EXPECT_EQ(Source(Op::if_ulid).nullable().over(R"("01ARZ3NDEKTSV4RRFFQ69G5FAV")"),
              R"("01ARZ3NDEKTSV4RRFFQ69G5FAV")");
    EXPECT_EQ(Source(Op::if_ulid).nullable().over(R"("👍")"), "null");
    EXPECT_EQ(Source(Op::unless_ulid).nullable().over(R"("👍")"), R"("👍")");
    Source jid(Op::bare_jid);
    EXPECT_EQ(jid.over(R"("4915112345678:12@s.whatsapp.net")"),
              R"("4915112345678@s.whatsapp.net")");
    EXPECT_EQ(jid.over(R"("4915112345678_1:12@s.whatsapp.net")"),
              R"("4915112345678@s.whatsapp.net")");
    EXPECT_EQ(jid.over(R"("120363-1@g.us")"), R"("120363-1@g.us")");
    EXPECT_EQ(jid.over(R"("nobody")"), R"("nobody")");
}

TEST(Sources, a_clean_text_has_names) {
    const std::string names = R"({"01H":"lena","r1":"mods","c-1":"general"})";
    EXPECT_EQ(Source(Op::clean_text)
                  .text("none")
                  .over(R"("<@01H> <@&r1> <#c-1> <:wave:9> <@nobody> a<b <")", names),
              R"("@lena @mods #general :wave: <@nobody> a<b <")");
    EXPECT_EQ(Source(Op::markup).text("none").over(R"("**a** <@01H>")"), R"("**a** <@01H>")");
    EXPECT_EQ(Source(Op::slate).over("5"), R"("")");
}

TEST(Sources, entries_know_their_key) {
    const std::array<std::string_view, 1> list{"reactions"};
    const RawPath at{list};
    const RawPath key{{}, Origin::key};
    const RawPath own{};
    const std::array<FieldInfo, 2> item{
        FieldInfo{"name", FieldType::text, FieldType::text, true, false, nullptr, ""},
        FieldInfo{"count", FieldType::integer, FieldType::integer, false, false, nullptr, ""}};
    const Shape item_shape{"Item", item};
    const std::array<FieldSource, 2> item_sources{
        FieldSource{.op = Op::copy, .paths = std::span(&key, 1)},
        FieldSource{.op = Op::size, .paths = std::span(&own, 1)}};
    const Mapping item_mapping{0, &item_shape, item_sources};
    const FieldInfo field{"items", FieldType::array, FieldType::object, false, false, &item_shape,
                          ""};
    const Shape shape{"Shape", std::span(&field, 1)};
    const FieldSource source{
        .op = Op::entries, .paths = std::span(&at, 1), .mapping = &item_mapping};
    const Mapping mapping{0, &shape, std::span(&source, 1)};
    const auto shown = [&](const std::string& json) {
        const auto index = JsonIndex::build(json);
        EXPECT_TRUE(index);
        return to_json(View(index->root(), mapping));
    };
    EXPECT_EQ(shown(R"({"reactions":{"a":["1","2"], "b" : [] ,"c":null}})"),
              R"({"items":[{"name":"a","count":2},{"name":"b","count":0}]})");
    EXPECT_EQ(shown(R"({"reactions":["x",["1"]]})"),
              R"({"items":[{"name":null,"count":0},{"name":null,"count":1}]})");
    EXPECT_EQ(shown(R"({"reactions":{}})"), R"({"items":[]})");
    EXPECT_EQ(shown(R"({"reactions":7})"), R"({"items":[]})");
}

TEST(Sources, a_key_of_digits_is_a_place_in_a_list) {
    const auto index = JsonIndex::build(R"({"list":["a",{"b":1},"c"],"0":"x"})");
    ASSERT_TRUE(index);
    const JsonNode root = index->root();
    EXPECT_EQ(root["list"].at("2").raw_string(), "c");
    EXPECT_EQ(root["list"].at("1").at("b").as_integer(), 1);
    EXPECT_FALSE(root["list"].at("3"));
    EXPECT_FALSE(root["list"].at("x"));
    EXPECT_EQ(root.at("0").raw_string(), "x");
}

}  // namespace
}  // namespace rookery::model
