#include "protocol/discord/envelope.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace rookery::protocol::discord {
namespace {

const std::string kData = R"({"content":"a } \" ] { \\","list":[1,{"x":[]}],"n":null})";

void expect_dispatch(const Result<Envelope>& result, std::string_view data = kData) {
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_TRUE(result->is(Op::dispatch));
    EXPECT_EQ(result->seq, 42u);
    EXPECT_EQ(result->type, "MESSAGE_CREATE");
    EXPECT_EQ(result->data, data);
}

ErrorKind error_of(const std::string& frame) {
    const auto result = scan_envelope(frame);
    EXPECT_FALSE(result) << frame;
    return result ? ErrorKind::internal : result.error().kind();
}

TEST(ScanEnvelope, as_the_platform_sends_it) {
    expect_dispatch(scan_envelope(R"({"t":"MESSAGE_CREATE","s":42,"op":0,"d":)" + kData + "}"));
}

TEST(ScanEnvelope, any_order_of_keys_with_and_without_spaces) {
    std::vector<std::string> members{R"("t":"MESSAGE_CREATE")", R"("s":42)", R"("op":0)",
                                     "\"d\":" + kData};
    std::ranges::sort(members);
    do {
        std::string tight;
        std::string loose;
        for (const auto& member : members) {
            tight += (tight.empty() ? "{" : ",") + member;
            auto spaced = member;
            spaced.insert(member.find(':') + 1, " \n");
            spaced.insert(member.find(':'), "\t");
            loose += (loose.empty() ? " { " : " , ") + spaced;
        }
        SCOPED_TRACE(tight);
        expect_dispatch(scan_envelope(tight + "}"));
        expect_dispatch(scan_envelope_fully(tight + "}"));
        expect_dispatch(scan_envelope(loose + " } \r\n"));
    } while (std::ranges::next_permutation(members).found);
}

TEST(ScanEnvelope, unknown_keys_are_skipped) {
    const std::string head =
        R"({"z":[{"op":7}],"t":"MESSAGE_CREATE","_trace":"}{","s":42,"op":0,"d":)";
    expect_dispatch(scan_envelope(head + kData + "}"));
    expect_dispatch(scan_envelope(head + kData + R"(,"y":1})"));
    expect_dispatch(scan_envelope_fully(head + kData + R"(,"y":{"x":{}}})"));
}

TEST(ScanEnvelope, data_of_every_kind) {
    for (const std::string data : {"{}", "[]", "null", "true", "-1.5e3", R"("text \" }")"}) {
        const auto frame = R"({"t":null,"s":null,"op":9,"d":)" + data + "}";
        const auto result = scan_envelope(frame);
        ASSERT_TRUE(result) << data;
        EXPECT_EQ(result->data, data);
    }
}

TEST(ScanEnvelope, data_may_be_missing) {
    const auto result = scan_envelope(R"({"op":11})");
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->is(Op::heartbeat_ack));
    EXPECT_EQ(result->data, "");
    EXPECT_FALSE(result->seq);
}

TEST(ScanEnvelope, G56_unknown_opcode_is_no_error) {
    const auto result = scan_envelope(R"({"t":null,"s":null,"op":99,"d":{}})");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->op, 99u);
}

TEST(ScanEnvelope, largest_sequence_number) {
    const auto result = scan_envelope(R"({"op":0,"s":18446744073709551615,"t":"X"})");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->seq, UINT64_MAX);
    EXPECT_EQ(error_of(R"({"op":0,"s":18446744073709551616,"t":"X"})"), ErrorKind::protocol);
}

TEST(ScanEnvelope, G57_fields_of_a_wrong_type_are_refused) {
    for (const std::string frame :
         {R"({"t":null,"s":1,"op":0,"d":{}})", R"({"t":"","s":1,"op":0,"d":{}})",
          R"({"t":7,"s":1,"op":0,"d":{}})", R"({"t":"X","s":"1","op":0,"d":{}})",
          R"({"t":"X","s":null,"op":0,"d":{}})", R"({"t":"X","s":-1,"op":0,"d":{}})",
          R"({"t":"X","s":1.5,"op":0,"d":{}})", R"({"t":"X","s":1e3,"op":0,"d":{}})",
          R"({"t":"X","s":1,"op":"0","d":{}})", R"({"t":"X","s":1,"op":null,"d":{}})",
          R"({"t":"X","s":1,"op":4294967296,"d":{}})", R"({"t":"X","s":1,"d":{}})",
          R"({"t":"X","op":0,"d":{}})", R"({"s":1,"op":0,"d":{}})"}) {
        EXPECT_EQ(error_of(frame), ErrorKind::protocol) << frame;
    }
}

TEST(ScanEnvelope, G58_what_is_no_json_object_is_refused) {
    for (const std::string frame :
         {"", " ", "null", "[]", "{", "{}", "}", "{\"op\":1", "{\"op\":1}}", "{\"op\":1,}",
          "{\"op\" 1}", "{op:1}", "{\"op\":}", "{\"op\":1,\"d\":{]}", "{\"op\":1,\"d\":[}]}",
          "{\"op\":1,\"d\":\"}", "{\"op\":1,\"d\":{\"x\":1}", "<html>502</html>", "\xff\xfe"}) {
        EXPECT_EQ(error_of(frame), ErrorKind::protocol) << frame;
    }
}

TEST(ScanEnvelope, nesting_is_limited) {
    const auto nested = [](std::size_t depth) {
        return R"({"d":)" + std::string(depth, '[') + std::string(depth, ']') + R"(,"op":1})";
    };
    EXPECT_TRUE(scan_envelope(nested(kMaxDepth)));
    EXPECT_EQ(error_of(nested(kMaxDepth + 1)), ErrorKind::limit);
    EXPECT_EQ(error_of(nested(100'000)), ErrorKind::limit);
}

TEST(ScanEnvelope, truncated_at_every_byte_is_refused) {
    const std::string late = R"({"t":"MESSAGE_CREATE","d":)" + kData + R"(,"s":42,"op":0})";
    for (std::size_t size = 0; size < late.size(); ++size) {
        EXPECT_FALSE(scan_envelope(late.substr(0, size))) << size;
    }
}

/// The tail is trusted, so a cut frame may pass here; what it then calls data is no JSON.
TEST(ScanEnvelope, truncated_data_is_refused_here_or_by_its_parser) {
    const std::string frame = R"({"t":"MESSAGE_CREATE","s":42,"op":0,"d":)" + kData + "}";
    for (std::size_t size = 0; size < frame.size(); ++size) {
        const auto result = scan_envelope(std::string_view(frame).substr(0, size));
        EXPECT_TRUE(!result || !nlohmann::json::accept(result->data)) << size;
    }
}

TEST(ScanEnvelope, what_a_strict_parser_accepts_it_reads_alike) {
    const std::string frame =
        R"({"x":[1,"}"],"t":"MESSAGE_CREATE","d":)" + kData + R"(,"s":42,"op":0})";
    std::mt19937 rng(1);
    const std::string alphabet = "{}[]\",:\\0189tsdop ne";
    for (int round = 0; round < 50'000; ++round) {
        auto changed = frame;
        for (auto n = rng() % 3 + 1; n > 0; --n) {
            changed[rng() % changed.size()] = alphabet[rng() % alphabet.size()];
        }
        const auto mine = scan_envelope_fully(changed);
        const auto parsed = nlohmann::json::parse(changed, nullptr, false);
        if (!mine || parsed.is_discarded()) {
            continue;
        }
        EXPECT_EQ(parsed.at("op"), mine->op) << changed;
        if (mine->seq) {
            EXPECT_EQ(parsed.at("s"), *mine->seq) << changed;
        }
        if (!mine->data.empty()) {
            EXPECT_EQ(parsed.at("d"), nlohmann::json::parse(mine->data, nullptr, false)) << changed;
        }
    }
}

}  // namespace
}  // namespace rookery::protocol::discord
