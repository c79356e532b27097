#include "model/compute.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace rookery::model::compute {
namespace {

class Compute : public testing::Test {
  protected:
    std::string time(std::int64_t millis) { return std::string(time_of_millis(millis, scratch_)); }
    std::string iso(std::string_view text) { return std::string(iso_time(text, scratch_)); }
    JsonNode json(std::string text) {
        texts_.push_back(std::make_unique<std::string>(std::move(text)));
        indexes_.push_back(std::make_unique<JsonIndex>(*JsonIndex::build(*texts_.back())));
        return indexes_.back()->root();
    }
    std::string clean(std::string_view content, std::string mentions = "[]",
                      std::string channels = "[]", std::string names = "{}") {
        std::string quoted = "\"" + std::string(content) + "\"";
        return std::string(clean_content(json(quoted), json(std::move(mentions)),
                                         json(std::move(channels)), json(std::move(names)),
                                         scratch_));
    }

    StringScratch scratch_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<std::unique_ptr<JsonIndex>> indexes_;
};

TEST_F(Compute, snowflake_time_has_the_known_value) {
    EXPECT_EQ(time(snowflake_millis(100000000000000003)), "2015-10-03T22:44:17.910Z");
    EXPECT_EQ(time(snowflake_millis(0)), "2015-01-01T00:00:00.000Z");
    EXPECT_EQ(time(snowflake_millis(UINT64_MAX)), "2154-05-15T07:35:11.103Z");
}

TEST_F(Compute, times_reach_from_year_0_to_9999) {
    EXPECT_EQ(time(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(time(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(time(951782400000), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(time(253402300799999), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(time(253402300800000), "");
    EXPECT_EQ(time(-62167219200000), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(time(-62167219200001), "");
    EXPECT_EQ(time(INT64_MIN), "");
    EXPECT_EQ(time(INT64_MAX), "");
}

TEST_F(Compute, iso_times_are_brought_to_one_form) {
    EXPECT_EQ(iso("2017-07-11T17:27:07.299000+00:00"), "2017-07-11T17:27:07.299Z");
    EXPECT_EQ(iso("2017-07-11T17:27:07+00:00"), "2017-07-11T17:27:07.000Z");
    EXPECT_EQ(iso("2017-07-11T17:27:07.5Z"), "2017-07-11T17:27:07.500Z");
    EXPECT_EQ(iso("2017-07-11T17:27:07.123999"), "2017-07-11T17:27:07.123Z");
    EXPECT_EQ(iso("2017-07-11T01:27:07+02:00"), "2017-07-10T23:27:07.000Z");
    EXPECT_EQ(iso("2016-12-31T23:00:00-0130"), "2017-01-01T00:30:00.000Z");
}

TEST_F(Compute, what_is_no_time_gives_none) {
    for (const char* text :
         {"", "now", "2017-07-11", "2017-13-11T17:27:07Z", "2017-02-29T00:00:00Z",
          "2017-07-11T25:00:00Z", "2017-07-11T17:60:07Z", "2017-07-11T17:27:07.Z",
          "2017-07-11T17:27:07+", "2017-07-11T17:27:07Zx", "17-07-11T17:27:07Z",
          "2017-07-11T17:27:07+25:00", "2017-07-11T17:27:0"}) {
        EXPECT_EQ(iso(text), "") << text;
    }
}

TEST_F(Compute, default_avatar_follows_either_name_system) {
    const auto avatar = [&](const char* id, const char* discriminator) {
        return std::string(default_avatar(json(id), json(discriminator), scratch_));
    };
    const std::string base = "https://cdn.discordapp.com/embed/avatars/";
    EXPECT_EQ(avatar("\"100000000000000003\"", "\"0\""),
              base + std::to_string((100000000000000003ULL >> 22U) % 6) + ".png");
    EXPECT_EQ(avatar("\"100000000000000003\"", "\"0000\""),
              avatar("\"100000000000000003\"", "\"0\""));
    EXPECT_EQ(avatar("\"100000000000000003\"", "\"1337\""), base + "2.png");
    EXPECT_EQ(avatar("null", "null"), base + "0.png");
}

TEST_F(Compute, image_urls_tell_animated_ones) {
    constexpr std::array<std::string_view, 1> kId{"id"};
    constexpr std::array<std::string_view, 1> kHash{"hash"};
    const std::array<RawPath, 2> paths{RawPath{kId}, RawPath{kHash}};
    const auto url = [&](const char* text) {
        return std::string(image_url("x/{0}/{1}.{ext}?size=256", paths, json(text), scratch_));
    };
    EXPECT_EQ(url(R"({"id":"1","hash":"ab"})"), "x/1/ab.webp?size=256");
    EXPECT_EQ(url(R"({"id":"1","hash":"a_b"})"), "x/1/a_b.gif?size=256");
    EXPECT_EQ(url(R"({"id":1,"hash":"ab"})"), "x/1/ab.webp?size=256");
    EXPECT_EQ(url(R"({"id":"1","hash":null})"), "");
    EXPECT_EQ(url(R"({"id":"1"})"), "");
    EXPECT_EQ(url(R"({"hash":"ab"})"), "");
}

TEST_F(Compute, colours_have_six_lower_case_digits) {
    EXPECT_EQ(hex_colour(0, scratch_), "#000000");
    EXPECT_EQ(hex_colour(3447003, scratch_), "#3498db");
    EXPECT_EQ(hex_colour(-1, scratch_), "#ffffff");
}

TEST_F(Compute, numbers_outside_the_table_are_unknown) {
    constexpr std::array<NumberName, 2> kNames{NumberName{0, "zero"}, NumberName{5, "five"}};
    EXPECT_EQ(name_of(kNames, 5), "five");
    EXPECT_EQ(name_of(kNames, 1), "unknown");
    EXPECT_EQ(name_of(kNames, std::nullopt), "unknown");
}

TEST_F(Compute, spoilers_are_known_by_their_file_name) {
    EXPECT_TRUE(is_spoiler("https://cdn/attachments/1/2/SPOILER_a.png?ex=1/2"));
    EXPECT_FALSE(is_spoiler("https://cdn/SPOILER_1/a.png?x=/SPOILER_"));
    EXPECT_FALSE(is_spoiler(""));
}

TEST_F(Compute, emoji_are_named_as_reactions_name_them) {
    EXPECT_EQ(emoji_identifier(json("\"7\""), json("\"wave\""), false, scratch_), "wave:7");
    EXPECT_EQ(emoji_identifier(json("\"7\""), json("\"wave\""), true, scratch_), "a:wave:7");
    EXPECT_EQ(emoji_identifier(json("null"), json(R"("\ud83d\udc4d")"), false, scratch_),
              "\U0001F44D");
    EXPECT_EQ(emoji_url(json("\"7\""), true, scratch_), "https://cdn.discordapp.com/emojis/7.gif");
    EXPECT_EQ(emoji_url(json("null"), true, scratch_), "");
}

TEST_F(Compute, mentions_become_names) {
    const std::string mentions =
        R"([{"id":"200000000000000001","username":"al"},{"id":"200000000000000002","username":"bo","global_name":"Bo"},)"
        R"({"id":"200000000000000003","username":"cy","global_name":"Cy","member":{"nick":"C \"y\""}}])";
    EXPECT_EQ(clean("<@200000000000000001> <@!200000000000000002> <@200000000000000003>", mentions),
              "@al @Bo @C \"y\"");
}

TEST_F(Compute, what_the_payload_does_not_name_the_cache_may) {
    const std::string mentions = R"([{"id":"200000000000000001","username":"al"}])";
    const std::string names =
        R"({"200000000000000001":"other","300000000000000001":"mods","500000000000000001":"general",)"
        R"("200000000000000002":"bo","20000000000000000234":"twenty"})";
    EXPECT_EQ(clean("<@200000000000000001> <@!200000000000000002> <@&300000000000000001> "
                    "<#500000000000000001>",
                    mentions, "[]", names),
              "@al @bo @mods #general");
    EXPECT_EQ(clean("<@&300000000000000009> <#500000000000000009>", mentions, "[]", names),
              "<@&300000000000000009> <#500000000000000009>");
    EXPECT_EQ(clean("<@20000000000000000234>", "[]", "[]", names), "<@20000000000000000234>");
}

TEST_F(Compute, time_after_adds_seconds) {
    const auto after = [&](const char* time, std::int64_t seconds) {
        return std::string(time_after(time, seconds, scratch_));
    };
    EXPECT_EQ(after("2024-05-01T10:00:00.250000+00:00", 86'400), "2024-05-02T10:00:00.250Z");
    EXPECT_EQ(after("2024-05-01T10:00:00Z", 0), "");
    EXPECT_EQ(after("2024-05-01T10:00:00Z", -1), "");
    EXPECT_EQ(after("2024-05-01T10:00:00Z", INT64_MAX), "");
    EXPECT_EQ(after("soon", 60), "");
}

TEST_F(Compute, other_markup_becomes_text) {
    EXPECT_EQ(
        clean("</play now:200000000000000001> <:ok:200000000000000001> <a:hm:200000000000000001>"),
        "/play now :ok: :hm:");
    EXPECT_EQ(clean("see <#200000000000000001>", "[]",
                    R"([{"id":"200000000000000001","name":"general"}])"),
              "see #general");
}

TEST_F(Compute, what_cannot_be_named_stays) {
    for (const char* text :
         {"<@200000000000000009>", "<#200000000000000009>", "<@&200000000000000001>", "<@20>",
          "<@12345678901234567890>", "<@200000000000000001", "<", "<@", "<:", "<:>",
          "<::200000000000000001>", "a < b", "<a:x:1>", "</:1>", "<:a<b:200000000000000001>"}) {
        EXPECT_EQ(
            clean(text,
                  R"([{"id":"12345678901234567890","username":"x"},{"id":"20","username":"y"}])"),
            text)
            << text;
    }
}

TEST_F(Compute, content_full_of_markup_ends) {
    std::string content;
    for (int i = 0; i < 20'000; ++i) {
        content += "<@200000000000000001>";
    }
    const std::string cleaned = clean(content, R"([{"id":"200000000000000001","username":"u"}])");
    EXPECT_TRUE(cleaned.starts_with("@u@u@u"));
    EXPECT_TRUE(cleaned.ends_with("<@200000000000000001>"));
}

TEST_F(Compute, channel_mentions_are_found_once_each) {
    const std::string content =
        "<#200000000000000001> <#20> <#200000000000000002><#200000000000000001> "
        "<#12345678901234567890> <#";
    std::string seen;
    std::size_t from = 0;
    for (auto id = next_channel_mention(content, from); !id.empty();
         id = next_channel_mention(content, from)) {
        seen += std::string(id) + ";";
    }
    EXPECT_EQ(seen, "200000000000000001;200000000000000002;");
}

TEST_F(Compute, permission_names_are_in_bit_order) {
    unsigned last = 0;
    for (const auto& permission : permission_names()) {
        EXPECT_GE(permission.bit, last);
        last = permission.bit;
    }
    EXPECT_EQ(permission_names().size(), 52U);
}

}  // namespace
}  // namespace rookery::model::compute
