#include "protocol/socketio/engine_packet.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rookery::protocol::socketio {
namespace {

using namespace std::string_literals;

/// The packets of a body as "type:data", "b:data" for binary; "failed" at the end when it is that.
std::vector<std::string> read(std::string_view body) {
    PayloadReader reader(body);
    EnginePacket packet;
    std::vector<std::string> all;
    for (;;) {
        const auto next = reader.next(packet);
        if (next != PayloadReader::Next::packet) {
            if (next == PayloadReader::Next::failed) {
                all.emplace_back("failed");
            }
            EXPECT_EQ(reader.next(packet), PayloadReader::Next::end);
            return all;
        }
        all.push_back((packet.binary ? "b"s : std::to_string(static_cast<int>(packet.type))) + ":" +
                      std::string(packet.data));
    }
}
using List = std::vector<std::string>;

TEST(EnginePacket, a_body_is_split_at_separators) {
    EXPECT_EQ(read("4hello\x1e"
                   "2\x1e"
                   "4\xe2\x82\xac"),
              (List{"4:hello", "2:", "4:\xe2\x82\xac"}));
    EXPECT_EQ(read("4"), (List{"4:"}));
}

TEST(EnginePacket, base64_is_a_binary_message) {
    EXPECT_EQ(read("4a\x1e"
                   "bAQIDBA=="),
              (List{"4:a", "b:\x01\x02\x03\x04"}));
    EXPECT_EQ(read("b"), (List{"b:"}));
}

TEST(EnginePacket, what_is_no_packet_ends_the_body) {
    EXPECT_EQ(read(""), (List{"failed"}));
    EXPECT_EQ(read("4a\x1e"), (List{"4:a", "failed"}));
    EXPECT_EQ(read("\x1e"
                   "4a"),
              (List{"failed"}));
    EXPECT_EQ(read("4a\x1e\x1e"
                   "4b"),
              (List{"4:a", "failed"}));
    EXPECT_EQ(read("7"), (List{"failed"}));
    EXPECT_EQ(read("x"), (List{"failed"}));
    EXPECT_EQ(read("bA"), (List{"failed"}));
    EXPECT_EQ(read("b????\x1e"
                   "4a"),
              (List{"failed"}));
}

TEST(EnginePacket, a_body_of_nothing_but_packets_takes_one_pass) {
    std::string body = "4";
    for (int i = 0; i < 500'000; ++i) {
        body +=
            "\x1e"
            "4";
    }
    EXPECT_EQ(read(body).size(), 500'001U);
}

TEST(EnginePacket, open_is_what_the_reference_writes) {
    EXPECT_EQ(encode_open({"lv_VI97HAXpY6yYWAAAC", true, Millis(25'000), Millis(20'000), 1'000'000})
                  .payload(),
              R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,)"
              R"("pingTimeout":20000,"maxPayload":1000000})");
    EXPECT_EQ(encode_open({"x", false, Millis(1), Millis(2), 3}).payload(),
              R"(0{"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":2,"maxPayload":3})");
}

TEST(EnginePacket, a_polling_body_joins_text_and_base64) {
    std::string body;
    std::size_t size = 0;
    for (const auto& packet :
         {OutPacket::text(EngineType::message, "hi"), OutPacket::binary("\x01\x02\x03\x04"),
          OutPacket::text(EngineType::ping)}) {
        append_to_payload(body, packet);
        size += payload_size(packet);
    }
    EXPECT_EQ(body,
              "4hi\x1e"
              "bAQIDBA==\x1e"
              "2");
    EXPECT_EQ(size, body.size() + 1);  // the first has no separator
}

TEST(OutPacket, holds_the_frame_and_the_payload_of_the_same_bytes) {
    for (const std::size_t size : {0U, 1U, 124U, 125U, 126U, 65'534U, 65'535U, 65'536U, 100'000U}) {
        const std::string data(size, 'x');
        const auto packet = OutPacket::text(EngineType::message, data);
        EXPECT_EQ(packet.payload(), "4" + data);
        const std::size_t header = size + 1 < 126 ? 2 : size + 1 <= 0xFFFF ? 4 : 10;
        ASSERT_EQ(packet.size(), size + 1 + header);
        EXPECT_EQ(packet.frame()[0], '\x81');
        EXPECT_EQ(packet.frame().substr(header), packet.payload());
    }
    const auto binary = OutPacket::binary("\x1e");
    EXPECT_EQ(binary.frame(), "\x82\x01\x1e"s);
    EXPECT_TRUE(binary.is_binary());
    EXPECT_FALSE(binary.has_separator());
    EXPECT_EQ(OutPacket::pong_frame("p").frame(), "\x8a\x01p"s);
    EXPECT_TRUE(OutPacket::text(EngineType::message,
                                "a\x1e"
                                "b")
                    .has_separator());
}

TEST(OutPacket, parts_become_one_text) {
    const std::string_view parts[] = {"2[\"a\"", ",", "1]"};
    EXPECT_EQ(OutPacket::text(EngineType::message, parts).payload(), "42[\"a\",1]");
}

}  // namespace
}  // namespace rookery::protocol::socketio
