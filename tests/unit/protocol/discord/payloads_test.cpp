#include "protocol/discord/payloads.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rookery::protocol::discord {
namespace {

using nlohmann::json;

TEST(Payloads, heartbeat_carries_the_number_or_null) {
    EXPECT_EQ(encode_heartbeat(42), R"({"op":1,"d":42})");
    EXPECT_EQ(encode_heartbeat(std::nullopt), R"({"op":1,"d":null})");
}

TEST(Payloads, G01_identify_has_token_intents_properties_and_shard) {
    Identify identify{Secret("token-value"), 513, {1, 4}, 250, R"({"status":"idle"})"};
    const auto text = encode_identify(identify);
    ASSERT_TRUE(text);
    EXPECT_EQ(json::parse(*text), json::parse(R"({"op":2,"d":{"token":"token-value","intents":513,
        "properties":{"os":"linux","browser":"rookery","device":"rookery"},"shard":[1,4],
        "large_threshold":250,"presence":{"status":"idle"}}})"));
}

TEST(Payloads, identify_leaves_out_what_is_not_set) {
    const auto text = encode_identify({Secret("token-value"), 0, {}, {}, ""});
    ASSERT_TRUE(text);
    const auto data = json::parse(*text).at("d");
    EXPECT_FALSE(data.contains("presence"));
    EXPECT_FALSE(data.contains("large_threshold"));
}

TEST(Payloads, G51_identify_over_4096_bytes_is_refused) {
    Identify identify{Secret("token-value"), 0, {}, {}, ""};
    const auto presence = [&](std::size_t size) {
        identify.presence = R"({"x":")" + std::string(size, 'x') + "\"}";
        return encode_identify(identify);
    };
    const auto overhead = presence(0)->size();
    ASSERT_TRUE(presence(kMaxPayload - overhead));
    EXPECT_EQ(presence(kMaxPayload - overhead)->size(), kMaxPayload);
    const auto refused = presence(kMaxPayload - overhead + 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::limit);
}

TEST(Payloads, identify_refuses_bad_settings) {
    EXPECT_FALSE(encode_identify({Secret("token-value"), 0, {}, 49, ""}));
    EXPECT_FALSE(encode_identify({Secret("token-value"), 0, {}, 251, ""}));
    EXPECT_FALSE(encode_identify({Secret("token-value"), 0, {}, {}, "{"}));
    EXPECT_FALSE(encode_identify({Secret("token-value"), 0, {}, {}, "[]"}));
}

TEST(Payloads, resume_has_token_session_and_number) {
    const auto text = encode_resume(Secret("token-value"), "abc", 7);
    ASSERT_TRUE(text);
    EXPECT_EQ(json::parse(*text),
              json::parse(R"({"op":6,"d":{"token":"token-value","session_id":"abc","seq":7}})"));
    EXPECT_FALSE(encode_resume(Secret("token-value"), std::string(5000, 'x'), 7));
}

TEST(Payloads, hello_gives_the_interval) {
    const auto interval = parse_hello(R"({"heartbeat_interval":41250,"_trace":["x"]})");
    ASSERT_TRUE(interval);
    EXPECT_EQ(*interval, Millis(41250));
}

TEST(Payloads, unusable_hello_is_refused) {
    for (const std::string data :
         {"", "null", "{}", R"({"heartbeat_interval":"41250"})", R"({"heartbeat_interval":0})",
          R"({"heartbeat_interval":-1})", R"({"heartbeat_interval":9})",
          R"({"heartbeat_interval":18446744073709551615})", R"({"heartbeat_interval":)"}) {
        EXPECT_FALSE(parse_hello(data)) << data;
    }
}

TEST(Payloads, only_true_makes_an_invalid_session_resumable) {
    EXPECT_TRUE(parse_invalid_session("true"));
    for (const std::string data : {"false", "null", "", "1", "\"true\""}) {
        EXPECT_FALSE(parse_invalid_session(data)) << data;
    }
}

TEST(Payloads, ready_gives_session_and_resume_url) {
    const auto ready = parse_ready(
        R"({"v":10,"user":{"id":"1"},"session_id":"abc","resume_gateway_url":"wss://r.example"})");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->session_id, "abc");
    EXPECT_EQ(ready->resume_url, "wss://r.example");
}

TEST(Payloads, ready_without_resume_url_is_accepted) {
    const auto ready = parse_ready(R"({"session_id":"abc","resume_gateway_url":null})");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->resume_url, "");
}

TEST(Payloads, unusable_ready_is_refused) {
    for (const auto& data :
         {std::string("{}"), std::string(R"({"session_id":""})"),
          std::string(R"({"session_id":7})"), R"({"session_id":")" + std::string(129, 'x') + "\"}",
          R"({"session_id":"a","resume_gateway_url":")" + std::string(257, 'x') + "\"}",
          R"({"x":)" + std::string(100, '[') + std::string(100, ']') + R"(,"session_id":"a"})"}) {
        EXPECT_FALSE(parse_ready(data)) << data;
    }
}

TEST(Payloads, gateway_url_has_exactly_one_slash) {
    for (const std::string base : {"wss://g.example", "wss://g.example/", "wss://g.example//",
                                   "wss://g.example/?v=6&encoding=etf"}) {
        EXPECT_EQ(gateway_url(base, Compression::none), "wss://g.example/?v=10&encoding=json")
            << base;
    }
    EXPECT_EQ(gateway_url("ws://127.0.0.1:80", Compression::zlib),
              "ws://127.0.0.1:80/?v=10&encoding=json&compress=zlib-stream");
    EXPECT_EQ(gateway_url("ws://127.0.0.1:80", Compression::zstd),
              "ws://127.0.0.1:80/?v=10&encoding=json&compress=zstd-stream");
}

}  // namespace
}  // namespace rookery::protocol::discord
