#include "protocol/websocket/frame_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace rookery::protocol::websocket {
namespace {

using namespace std::string_literals;
using Next = FrameReader::Next;

struct Got {
    Opcode opcode;
    std::uint16_t close_code;
    std::string payload;
    bool operator==(const Got&) const = default;
};

void PrintTo(const Got& got, std::ostream* out) {
    *out << static_cast<int>(got.opcode) << '/' << got.close_code << ":" << got.payload.size()
         << " bytes";
}

/// A frame from a server, with every bit of the header to choose.
std::string frame(unsigned first, std::string_view payload) {
    std::string out;
    encode_frame(Opcode::text, payload, std::nullopt, out);
    out[0] = static_cast<char>(first);
    return out;
}
constexpr unsigned kFinal = 0x80;

/// Reads `bytes` in portions of at most `portion`; stops at the first failure.
std::vector<Got> read_all(FrameReader& reader, std::string_view bytes,
                          std::size_t portion = SIZE_MAX) {
    std::vector<Got> all;
    while (true) {
        Message message;
        Next next{};
        while ((next = reader.next(message)) == Next::message) {
            all.push_back({message.opcode, message.close_code, std::string(message.payload)});
        }
        if (next == Next::failed || bytes.empty()) {
            return all;
        }
        const auto room = reader.prepare();
        const auto size = std::min({room.size(), portion, bytes.size()});
        std::memcpy(room.data(), bytes.data(), size);
        reader.commit(size);
        bytes.remove_prefix(size);
    }
}

FrameReader::Limits small_limits() { return {1000, 4, 256}; }

void expect_failure(std::string_view bytes, std::uint16_t close_code, ErrorKind kind) {
    FrameReader reader(Role::client, small_limits());
    read_all(reader, bytes);
    Message message;
    ASSERT_EQ(reader.next(message), Next::failed);
    EXPECT_EQ(reader.failure().close_code, close_code);
    EXPECT_EQ(reader.failure().error.kind(), kind);
    EXPECT_TRUE(read_all(reader, frame(kFinal | 1, "more")).empty());
}
void expect_protocol_failure(std::string_view bytes) {
    expect_failure(bytes, kCloseProtocolError, ErrorKind::protocol);
}

/// Short, 16-bit and 64-bit lengths, empty payloads, fragments with a ping between, a close.
std::string mixed_stream() {
    return frame(kFinal | 1, "hello") + frame(kFinal | 2, std::string(125, 'a')) +
           frame(kFinal | 2, std::string(126, 'b')) + frame(kFinal | 1, "") + frame(1, "frag") +
           frame(kFinal | 9, "ping") + frame(0, "") + frame(kFinal | 0, "mented") +
           frame(kFinal | 2, std::string(70'000, 'c')) + frame(kFinal | 8, "\x0f\xa0 bye");
}
std::vector<Got> mixed_messages() {
    return {{Opcode::text, 0, "hello"},
            {Opcode::binary, 0, std::string(125, 'a')},
            {Opcode::binary, 0, std::string(126, 'b')},
            {Opcode::text, 0, ""},
            {Opcode::ping, 0, "ping"},
            {Opcode::text, 0, "fragmented"},
            {Opcode::binary, 0, std::string(70'000, 'c')},
            {Opcode::close, 4000, " bye"}};
}

TEST(FrameReader, splits_a_stream_into_messages) {
    FrameReader reader(Role::client);
    EXPECT_EQ(read_all(reader, mixed_stream()), mixed_messages());
}

TEST(FrameReader, portions_of_any_size_give_the_same_messages) {
    const auto stream = mixed_stream();
    for (const std::size_t portion : {1u, 2u, 3u, 7u, 64u, 255u, 4096u}) {
        FrameReader reader(Role::client, {1 << 20, 16, 256});
        EXPECT_EQ(read_all(reader, stream, portion), mixed_messages()) << portion;
    }
}

TEST(FrameReader, stream_cut_in_two_at_every_byte_gives_the_same_messages) {
    const auto stream = frame(kFinal | 1, std::string(130, 'x')) + frame(1, "ab") +
                        frame(kFinal | 10, "pong") + frame(kFinal | 0, "cd");
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        FrameReader reader(Role::client);
        auto got = read_all(reader, std::string_view(stream).substr(0, cut));
        const auto rest = read_all(reader, std::string_view(stream).substr(cut));
        got.insert(got.end(), rest.begin(), rest.end());
        EXPECT_EQ(got, (std::vector<Got>{{Opcode::text, 0, std::string(130, 'x')},
                                         {Opcode::pong, 0, "pong"},
                                         {Opcode::text, 0, "abcd"}}))
            << cut;
    }
}

TEST(FrameReader, whole_frames_are_views_into_the_buffer) {
    FrameReader reader(Role::client);
    const auto bytes = frame(kFinal | 1, "one") + frame(kFinal | 1, "two");
    const auto room = reader.prepare();
    std::memcpy(room.data(), bytes.data(), bytes.size());
    reader.commit(bytes.size());
    Message message;
    ASSERT_EQ(reader.next(message), Next::message);
    EXPECT_EQ(message.payload.data(), room.data() + 2);
    ASSERT_EQ(reader.next(message), Next::message);
    EXPECT_EQ(message.payload.data(), room.data() + 7);
}

TEST(FrameReader, server_takes_the_mask_off) {
    std::string stream;
    encode_frame(Opcode::text, "masked payload", MaskKey{1, 2, 3, 4}, stream);
    encode_frame(Opcode::binary, std::string(70'000, 'z'), MaskKey{9, 8, 7, 6}, stream);
    EXPECT_EQ(stream.find("masked"), std::string::npos);
    FrameReader reader(Role::server);
    EXPECT_EQ(read_all(reader, stream, 1000),
              (std::vector<Got>{{Opcode::text, 0, "masked payload"},
                                {Opcode::binary, 0, std::string(70'000, 'z')}}));
}

TEST(FrameReader, G50_ten_megabytes_in_fragments_with_pings_between) {
    const std::string part(4096, 'p');
    std::string stream = frame(1, part);
    for (int i = 0; i < 2500; ++i) {
        stream += frame(kFinal | 9, "?") + frame(0, part);
    }
    stream += frame(kFinal | 0, "end");
    FrameReader reader(Role::client);
    const auto got = read_all(reader, stream);
    ASSERT_EQ(got.size(), 2501u);
    EXPECT_EQ(got.back().payload.size(), 2501 * part.size() + 3);
}

TEST(FrameReader, buffer_shrinks_after_a_large_frame) {
    FrameReader reader(Role::client, {1 << 20, 16, 4096});
    ASSERT_EQ(read_all(reader, frame(kFinal | 2, std::string(500'000, 'x'))).size(), 1u);
    EXPECT_EQ(reader.prepare().size(), 4096u);
}

TEST(FrameReader, large_length_reserves_nothing_before_its_bytes_come) {
    FrameReader reader(Role::client, {std::size_t{1} << 30, 16, 4096});
    read_all(reader, "\x82\x7f\0\0\0\0\x30\0\0\0"s);
    EXPECT_LE(reader.prepare().size(), 4096u);
}

TEST(FrameReader, close_without_code_has_no_status) {
    FrameReader reader(Role::client);
    EXPECT_EQ(read_all(reader, frame(kFinal | 8, "")),
              (std::vector<Got>{{Opcode::close, kCloseNoStatus, ""}}));
}

TEST(FrameReader, close_codes_that_must_not_be_sent_are_refused) {
    for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 2999u, 5000u, 65535u}) {
        const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
        SCOPED_TRACE(code);
        expect_protocol_failure(frame(kFinal | 8, payload));
    }
}

TEST(FrameReader, close_with_one_byte_is_refused) {
    expect_protocol_failure(frame(kFinal | 8, "x"));
}

TEST(FrameReader, close_reason_must_be_utf8) {
    expect_failure(frame(kFinal | 8, "\x03\xe8\xff\xfe"), kCloseBadText, ErrorKind::protocol);
}

TEST(FrameReader, reserved_bits_are_refused) {
    for (const unsigned bit : {0x40u, 0x20u, 0x10u}) {
        expect_protocol_failure(frame(kFinal | bit | 1, "x"));
    }
}

TEST(FrameReader, unknown_opcodes_are_refused) {
    for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
        expect_protocol_failure(frame(kFinal | opcode, "x"));
    }
}

TEST(FrameReader, masked_frame_from_a_server_is_refused) {
    std::string masked;
    encode_frame(Opcode::text, "x", MaskKey{}, masked);
    expect_protocol_failure(masked);
}

TEST(FrameReader, unmasked_frame_from_a_client_is_refused) {
    FrameReader reader(Role::server);
    EXPECT_TRUE(read_all(reader, frame(kFinal | 1, "x")).empty());
    EXPECT_EQ(reader.failure().close_code, kCloseProtocolError);
}

TEST(FrameReader, long_or_fragmented_control_frames_are_refused) {
    expect_protocol_failure(frame(kFinal | 9, std::string(126, 'x')));
    expect_protocol_failure(frame(9, "x"));
}

TEST(FrameReader, continuation_without_a_beginning_is_refused) {
    expect_protocol_failure(frame(kFinal | 0, "x"));
}

TEST(FrameReader, new_message_inside_a_fragmented_one_is_refused) {
    expect_protocol_failure(frame(1, "x") + frame(kFinal | 1, "y"));
}

TEST(FrameReader, lengths_not_in_their_shortest_form_are_refused) {
    expect_protocol_failure("\x81\x7e\0\x7d"s);
    expect_protocol_failure("\x81\x7f\0\0\0\0\0\0\xff\xff"s);
}

TEST(FrameReader, message_above_the_limit_is_refused_by_its_header) {
    expect_failure(frame(kFinal | 1, std::string(1001, 'x')).substr(0, 4), kCloseTooBig,
                   ErrorKind::limit);
    expect_failure("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s, kCloseTooBig, ErrorKind::limit);
}

TEST(FrameReader, message_at_the_limit_passes) {
    FrameReader reader(Role::client, small_limits());
    EXPECT_EQ(read_all(reader, frame(kFinal | 1, std::string(1000, 'x'))).size(), 1u);
}

TEST(FrameReader, fragments_above_the_byte_limit_are_refused) {
    expect_failure(frame(1, std::string(600, 'x')) + frame(0, std::string(401, 'x')), kCloseTooBig,
                   ErrorKind::limit);
}

TEST(FrameReader, too_many_fragments_are_refused) {
    std::string stream = frame(1, "");
    for (int i = 0; i < 4; ++i) {
        stream += frame(0, "");
    }
    expect_failure(stream, kCloseTooBig, ErrorKind::limit);
}

TEST(FrameReader, reset_forgets_a_half_message_and_a_failure) {
    FrameReader reader(Role::client);
    read_all(reader, frame(1, "half") + frame(kFinal | 3, "bad"));
    reader.reset();
    EXPECT_EQ(read_all(reader, frame(kFinal | 1, "new")),
              (std::vector<Got>{{Opcode::text, 0, "new"}}));
}

TEST(FrameReader, random_changes_never_break_it) {
    const auto stream = mixed_stream().substr(0, 700);
    std::mt19937 rng(1);
    for (int round = 0; round < 3000; ++round) {
        auto changed = stream;
        for (auto n = rng() % 4 + 1; n > 0; --n) {
            changed[rng() % changed.size()] = static_cast<char>(rng());
        }
        FrameReader reader(Role::client, {2000, 8, 256});
        for (const auto& got : read_all(reader, changed, rng() % 300 + 1)) {
            EXPECT_LE(got.payload.size(), 2000u);
        }
    }
}

TEST(EncodeFrame, close_reason_is_cut_at_a_character) {
    std::string out;
    encode_close(4000, std::string(122, 'x') + "\xc3\xa9", std::nullopt, out);
    FrameReader reader(Role::client);
    EXPECT_EQ(read_all(reader, out),
              (std::vector<Got>{{Opcode::close, 4000, std::string(122, 'x')}}));
}

}  // namespace
}  // namespace rookery::protocol::websocket
