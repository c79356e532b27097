#include "base/assert.hpp"
#include "protocol/discord/inflater.hpp"
#include "protocol/websocket/frame_codec.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

using namespace rookery;
using namespace rookery::protocol;

namespace {

constexpr std::size_t kMaxMessage = 70'000;

void read_all(websocket::FrameReader& reader, std::string_view bytes, std::size_t portion) {
    const auto inflater = discord::make_inflater(
        discord::Compression::zlib, discord::Inflater::Limits{kMaxMessage, kMaxMessage});
    while (true) {
        websocket::Message message;
        websocket::FrameReader::Next next{};
        while ((next = reader.next(message)) == websocket::FrameReader::Next::message) {
            RK_ASSERT(message.payload.size() <= kMaxMessage);
            if (message.opcode == websocket::Opcode::binary) {
                (void)inflater->feed(message.payload);
            }
        }
        if (next == websocket::FrameReader::Next::failed || bytes.empty()) {
            return;
        }
        const auto room = reader.prepare();
        const auto size = std::min({room.size(), portion, bytes.size()});
        std::memcpy(room.data(), bytes.data(), size);
        reader.commit(size);
        bytes.remove_prefix(size);
    }
}

}  // namespace

/// First byte: role and portion; then what the peer sends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto role = (bytes[0] & 1) != 0 ? websocket::Role::server : websocket::Role::client;
    websocket::FrameReader reader(role, {kMaxMessage, 8, 256});
    read_all(reader, {reinterpret_cast<const char*>(bytes) + 1, size - 1}, bytes[0] / 2u + 1);
    return 0;
}
