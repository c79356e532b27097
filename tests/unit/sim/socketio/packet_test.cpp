#include "sim/socketio/packet.hpp"

#include <gtest/gtest.h>

namespace rookery::sim::socketio {
namespace {

std::optional<Packet> read(std::string_view text) {
    std::string why;
    return decoded(text, why);
}

TEST(SocketIoPacket, an_event_is_read_with_its_namespace_and_number) {
    const auto packet = read(R"(2/api/events,7["subscribe",["a"]])");
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->type, PacketType::event);
    EXPECT_EQ(packet->nsp, "/api/events");
    EXPECT_EQ(packet->id, 7U);
    EXPECT_EQ(packet->data[0], "subscribe");
}

TEST(SocketIoPacket, what_is_written_can_be_read) {
    const Packet packet{PacketType::binary_event, "/x", 12, Json::array({"n", 1}), 2};
    EXPECT_EQ(encoded(packet), R"(52-/x,12["n",1])");
    EXPECT_EQ(read(encoded(packet))->attachments, 2U);
}

TEST(SocketIoPacket, broken_ones_are_refused) {
    for (const auto* text :
         {"", "7", "2", "2[]", "2{}", "2[null]", R"(2["connect"])", "20123456789012345678[\"a\"]",
          "5[\"a\"]", "50-[\"a\"]", "511-[\"a\"]", "3[]", "31{}", "4{}", "0[]", "2[\"a\""}) {
        EXPECT_FALSE(read(text)) << text;
    }
}

TEST(SocketIoPacket, numbers_and_error_are_names) {
    EXPECT_TRUE(read("2[1]"));
    EXPECT_TRUE(read(R"(2["error"])"));
}

}  // namespace
}  // namespace rookery::sim::socketio
