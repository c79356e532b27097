#include "base/assert.hpp"
#include "base/base64.hpp"
#include "protocol/socketio/engine_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace rookery;
using namespace rookery::protocol::socketio;

namespace {

/// The packets of a body, written again.
std::string rewrite(std::string_view body, bool& whole) {
    PayloadReader reader(body);
    EnginePacket packet;
    std::string out;
    while (true) {
        const auto next = reader.next(packet);
        if (next != PayloadReader::Next::packet) {
            whole = next == PayloadReader::Next::end;
            RK_ASSERT(reader.next(packet) == PayloadReader::Next::end);
            return out;
        }
        RK_ASSERT(packet.binary || packet.data.find(kSeparator) == std::string_view::npos);
        const auto again = packet.binary ? OutPacket::binary(packet.data)
                                         : OutPacket::text(packet.type, packet.data);
        RK_ASSERT(again.payload().ends_with(packet.data));
        append_to_payload(out, again);
    }
}

}  // namespace

/// A polling body. What can be read is written again byte for byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(bytes), size);
    bool whole = false;
    const auto again = rewrite(body, whole);
    RK_ASSERT(whole ? again == body : body.starts_with(again));
    (void)is_utf8(body);
    if (const auto decoded = decode_base64(body)) {
        std::string encoded;
        append_base64(encoded, *decoded);
        RK_ASSERT(encoded == body);
    }
    return 0;
}
