#include "protocol/socketio/packet.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rookery::protocol::socketio {
namespace {

/// "type/attachments ns id json", or "refused".
std::string parse(std::string_view text) {
    const auto packet = parse_packet(text);
    if (!packet) {
        EXPECT_TRUE(packet.error().kind() == ErrorKind::protocol ||
                    packet.error().kind() == ErrorKind::limit);
        return "refused";
    }
    return std::to_string(static_cast<int>(packet->type)) + "/" +
           std::to_string(packet->attachments) + " " + std::string(packet->ns) + " " +
           (packet->id ? std::to_string(*packet->id) : "-") + " " + std::string(packet->json);
}

TEST(SocketIoPacket, the_parts_are_found) {
    EXPECT_EQ(parse("0"), "0/0 / - ");
    EXPECT_EQ(parse(R"(0{"token":"x"})"), R"(0/0 / - {"token":"x"})");
    EXPECT_EQ(parse(R"(0/api/events,{"a":1})"), R"(0/0 /api/events - {"a":1})");
    EXPECT_EQ(parse("0/nope"), "0/0 /nope - ");
    EXPECT_EQ(parse("0/nope,"), "0/0 /nope - ");
    EXPECT_EQ(parse("0/a?x=1,"), "0/0 /a?x=1 - ");
    EXPECT_EQ(parse(R"(212["hi",1])"), R"(2/0 / 12 ["hi",1])");
    EXPECT_EQ(parse(R"(2/n,007["hi"])"), R"(2/0 /n 7 ["hi"])");
    EXPECT_EQ(parse(R"(51-/n,4["x",{"_placeholder":true,"num":0}])"),
              R"(5/1 /n 4 ["x",{"_placeholder":true,"num":0}])");
    EXPECT_EQ(parse("610-3[]"), "6/10 / 3 []");
    EXPECT_EQ(parse("1"), "1/0 / - ");
    EXPECT_EQ(parse(R"(4{"message":"x"})"), R"(4/0 / - {"message":"x"})")
        << "for the client's role";
}

TEST(SocketIoPacket, what_has_not_this_form_is_refused) {
    for (const auto* text :
         {"", "7", "9", "x", "-", " 2[\"a\"]", "5", "5[]", "5-[]", "50-[]", "511-[]", "5100-[]",
          "51e1-[]", "51.0-[]", "5-1-[]", "51", "6", "60-1[]", "51000000-[]"}) {
        EXPECT_EQ(parse(text), "refused") << text;
    }
    EXPECT_EQ(parse("2" + std::string(17, '1') + "[\"a\"]"), "refused");
    EXPECT_EQ(parse("29007199254740992[\"a\"]"), "refused") << "2^53";
    EXPECT_EQ(parse("29007199254740991[\"a\"]"), "2/0 / 9007199254740991 [\"a\"]");
    EXPECT_EQ(parse("2100000000000000000000[\"a\"]"), "refused");
    EXPECT_EQ(parse("0/" + std::string(127, 'n')), "0/0 /" + std::string(127, 'n') + " - ");
    EXPECT_EQ(parse("0/" + std::string(128, 'n')), "refused");
    EXPECT_EQ(parse("0/a\x1e"
                    "b"),
              "refused")
        << "it would be written back";
}

/// "name json", or "refused".
std::string event(std::string_view json, unsigned attachments = 0) {
    Packet packet;
    packet.type = attachments > 0 ? PacketType::binary_event : PacketType::event;
    packet.attachments = attachments;
    packet.json = json;
    const auto content = read_event(packet);
    return content ? content->name + " " + content->json : "refused";
}

TEST(SocketIoPacket, an_event_is_its_name_and_the_rest) {
    EXPECT_EQ(event(R"(["hi"])"), "hi []");
    EXPECT_EQ(event(R"(["hi",1,{"a":[null,true]}])"), R"(hi [1,{"a":[null,true]}])");
    EXPECT_EQ(event(R"(["a\u0062\n\ud83d\ude00",""])"), "ab\n\xf0\x9f\x98\x80 [\"\"]");
    EXPECT_EQ(event("[1]"), "1 []");
    EXPECT_EQ(event("[-1.50,2]"), "-1.50 [2]");
    EXPECT_EQ(event(R"([""])"), " []");
    EXPECT_EQ(event(R"(["error",1])"), "error [1]");
}

TEST(SocketIoPacket, numbers_escapes_and_text_stay_as_they_came) {
    EXPECT_EQ(event(R"(["x",1e400,12345678901234567890,1.0,-0,0.10])"),
              R"(x [1e400,12345678901234567890,1.0,-0,0.10])");
    EXPECT_EQ(event(R"(["x","\ud800","\u00e9","\/","é€"])"), R"(x ["\ud800","\u00e9","\/","é€"])");
    EXPECT_EQ(event(R"(["x",{"__proto__":1,"a":1,"a":2}])"), R"(x [{"__proto__":1,"a":1,"a":2}])");
}

TEST(SocketIoPacket, white_space_outside_of_strings_goes) {
    EXPECT_EQ(event(" [ \"a b\" ,\t1 , { \"k\\\" \" : [ ] } \r\n] "), R"(a b [1,{"k\" ":[]}])");
    EXPECT_EQ(event("[ \"a\" ]\n"), "a []");
    std::string out = "x";
    append_compact(out, " {\"a\" : \"\\\\\" , \"b\" : 1 } ");
    EXPECT_EQ(out, R"(x{"a":"\\","b":1})");
}

TEST(SocketIoPacket, events_without_a_good_name_are_refused) {
    for (const auto* json :
         {"", "[]", "{}", "null", "\"x\"", "[null]", "[{}]", "[[]]", "[true]", "[\"connect\"]",
          "[\"connect_error\"]", "[\"disconnect\"]", "[\"disconnecting\"]", "[\"newListener\"]",
          "[\"removeListener\"]", "[\"conn\\u0065ct\"]"}) {
        EXPECT_EQ(event(json), "refused") << json;
    }
}

TEST(SocketIoPacket, broken_json_is_refused) {
    for (const auto* json :
         {"[", "[\"a\"", "[\"a\",]", "[\"a\"]]", "[\"a\"] 1", "[\"a\",01]", "[\"a\",+1]",
          "[\"a\",\"\\x\"]", "[\"a\",\"\n\"]", "[\"a\",NaN]", "[\"a\",\"\xff\"]",
          "[\"a\",\"\xed\xa0\x80\"]", "['a']", "[\"a\" 1]", "[\"a\",\"\\ud8\"]"}) {
        EXPECT_EQ(event(json), "refused") << json;
    }
}

std::string nested(std::size_t depth) {
    return "[\"a\"," + std::string(depth, '[') + std::string(depth, ']') + "]";
}

TEST(SocketIoPacket, depth_ends_at_64) {
    EXPECT_EQ(event(nested(63)), "a [" + std::string(63, '[') + std::string(63, ']') + "]");
    EXPECT_EQ(event(nested(64)), "refused");
    EXPECT_EQ(event(nested(100'000)), "refused");
    EXPECT_EQ(event(nested(20'000), 1), "refused");
    EXPECT_EQ(event("[\"a\"," + std::string(100'000, '[')), "refused");
}

TEST(SocketIoPacket, values_end_at_100000) {
    const auto wide = [](std::size_t count, std::string_view value) {
        std::string json = "[\"a\"";
        for (std::size_t i = 0; i < count; ++i) {
            json += ",";
            json += value;
        }
        return json + "]";
    };
    EXPECT_NE(event(wide(kMaxNodes - 2, "1")), "refused") << "the array and the name are two";
    EXPECT_EQ(event(wide(kMaxNodes - 1, "1")), "refused");
    EXPECT_NE(event(wide(kMaxNodes / 2 - 1, R"({"k":1})")), "refused");
    EXPECT_EQ(event(wide(kMaxNodes / 2, R"({"k":1})")), "refused");
}

TEST(SocketIoPacket, placeholders_are_in_range) {
    const auto one = [](std::string_view num, unsigned count = 5) {
        return event(R"(["x",{"_placeholder":true,"num":)" + std::string(num) + "}]", count);
    };
    EXPECT_EQ(one("0"), R"(x [{"_placeholder":true,"num":0}])");
    EXPECT_EQ(one("4"), R"(x [{"_placeholder":true,"num":4}])");
    for (const auto* num : {"5", "-1", "\"0\"", "0.5", "1e0", "1.0", "-0", "null", "[0]", "{}",
                            "99999999999999999999"}) {
        EXPECT_EQ(one(num), "refused") << num;
    }
    EXPECT_EQ(event(R"(["x",{"_placeholder":true}])", 1), "refused");
    EXPECT_EQ(event(R"(["x",{"num":0,"_placeholder":true},{"_placeholder":true,"num":0}])", 1),
              R"(x [{"num":0,"_placeholder":true},{"_placeholder":true,"num":0}])")
        << "one attachment may stand twice";
    EXPECT_EQ(event(R"(["x",{"a":[{"b":{"_placeholder":true,"num":1}}]}])", 1), "refused")
        << "however deep";
    EXPECT_EQ(event(R"(["x",{"_place\u0068older":true,"num":1}])", 1), "refused")
        << "however written";
    EXPECT_EQ(event(R"(["x",{"_placeholder":true,"num":0,"num":7}])", 1), "refused")
        << "the last one counts";
    EXPECT_EQ(event(R"(["x",{"_placeholder":false,"num":7},{"num":9}])", 1),
              R"(x [{"_placeholder":false,"num":7},{"num":9}])");
    EXPECT_EQ(event(R"(["x",{"_placeholder":true,"num":7}])"),
              R"(x [{"_placeholder":true,"num":7}])")
        << "just data in an event without attachments";
}

TEST(SocketIoPacket, an_acknowledgement_is_an_array) {
    const auto ack = [](std::string_view json) {
        Packet packet;
        packet.type = PacketType::ack;
        packet.json = json;
        return read_ack(packet).value_or("refused");
    };
    EXPECT_EQ(ack("[]"), "[]");
    EXPECT_EQ(ack("[ 1, {}]"), "[1,{}]");
    EXPECT_EQ(ack(R"(["connect"])"), R"(["connect"])");
    EXPECT_EQ(ack("{}"), "refused");
    EXPECT_EQ(ack(""), "refused");
}

TEST(SocketIoPacket, auth_is_an_object_or_nothing) {
    const auto auth = [](std::string_view json) {
        Packet packet;
        packet.json = json;
        return read_auth(packet).value_or("refused");
    };
    EXPECT_EQ(auth(""), "{}");
    EXPECT_EQ(auth(R"({ "token": "x" })"), R"({"token":"x"})");
    for (const auto* json : {"[]", "\"x\"", "{", "null", "1"}) {
        EXPECT_EQ(auth(json), "refused") << json;
    }
}

TEST(SocketIoPacket, written_as_the_reference_writes) {
    const auto text = [](const OutMessage& message) { return std::string(message.text.payload()); };
    EXPECT_EQ(text(encode_connect("/", "abc")), R"(40{"sid":"abc"})");
    EXPECT_EQ(text(encode_connect("/api/events", "abc", "p")),
              R"(40/api/events,{"sid":"abc","pid":"p"})");
    EXPECT_EQ(text(encode_connect_error("/nope", "Invalid namespace")),
              R"(44/nope,{"message":"Invalid namespace"})");
    EXPECT_EQ(text(encode_connect_error("/", "no \"x\"", R"({"code":1})")),
              R"(44{"message":"no \"x\"","data":{"code":1}})");
    EXPECT_EQ(text(encode_disconnect("/")), "41");
    EXPECT_EQ(text(encode_disconnect("/n")), "41/n,");
    EXPECT_EQ(text(encode_event("/", "hi", {})), R"(42["hi"])");
    EXPECT_EQ(text(encode_event("/", "hi", {R"([1,"é"])", {}})), R"(42["hi",1,"é"])");
    EXPECT_EQ(text(encode_event("/n", "hi", {R"([1])", {}}, 12)), R"(42/n,12["hi",1])");
    EXPECT_EQ(text(encode_event("/", "news", {R"([{"n":1}])", {}}, std::nullopt, "Q7zSM6A")),
              R"(42["news",{"n":1},"Q7zSM6A"])");
    EXPECT_EQ(text(encode_event("/", "news", {}, std::nullopt, "Q7zSM6A")),
              R"(42["news","Q7zSM6A"])");
    EXPECT_EQ(text(encode_ack("/", 12, {R"(["ok"])", {}})), R"(4312["ok"])");
    EXPECT_EQ(text(encode_ack("/n", 0, {})), "43/n,0[]");
}

TEST(SocketIoPacket, attachments_follow_the_text) {
    const Arguments arguments{R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                              {"one", std::string("\0\x1e", 2)}};
    const auto event = encode_event("/n", "x", arguments, 3);
    EXPECT_EQ(event.text.payload(),
              R"(452-/n,3["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
    ASSERT_EQ(event.attachments.size(), 2U);
    EXPECT_EQ(event.attachments[0].payload(), "one");
    EXPECT_EQ(event.attachments[1].payload(), std::string("\0\x1e", 2));
    EXPECT_TRUE(event.attachments[1].is_binary());
    EXPECT_EQ(encode_ack("/", 3, {R"([{"_placeholder":true,"num":0}])", {"x"}}).text.payload(),
              R"(461-3[{"_placeholder":true,"num":0}])");
}

TEST(SocketIoPacket, what_is_written_can_be_read) {
    const Arguments arguments{R"([{"_placeholder":true,"num":0},"x"])", {"one"}};
    const auto event = encode_event("/api/events", "a\"\n", arguments, 7);
    const auto packet = parse_packet(event.text.payload().substr(1));
    ASSERT_TRUE(packet);
    const auto content = read_event(*packet);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->name, "a\"\n");
    EXPECT_EQ(content->json, arguments.json);
    EXPECT_EQ(packet->ns, "/api/events");
    EXPECT_EQ(packet->id, 7U);
    EXPECT_EQ(packet->attachments, 1U);
}

TEST(SocketIoPacket, chopped_and_changed_packets_do_no_harm) {
    std::mt19937 random(5);
    const std::string good =
        R"(52-/api/events,12["name",{"_placeholder":true,"num":1},[1.5e3,"\ud83d\ude00 x",{"a":null}]])";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = good.substr(0, 1 + random() % good.size());
        for (unsigned changes = random() % 4; changes > 0; --changes) {
            text[random() % text.size()] = static_cast<char>(random());
        }
        const auto packet = parse_packet(text);
        if (!packet) {
            continue;
        }
        if (const auto content = read_event(*packet)) {
            EXPECT_EQ(content->json.front(), '[');
            EXPECT_EQ(content->json.back(), ']');
        }
        (void)read_ack(*packet);
        (void)read_auth(*packet);
    }
}

}  // namespace
}  // namespace rookery::protocol::socketio
