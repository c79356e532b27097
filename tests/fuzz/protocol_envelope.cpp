#include "base/assert.hpp"
#include "protocol/discord/envelope.hpp"

#include <cstddef>
#include <cstdint>

using namespace rookery;
using namespace rookery::protocol::discord;

/// The two scans must agree on all but `data`, whose end the quick one may only put later.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view frame(reinterpret_cast<const char*>(bytes), size);
    const auto quick = scan_envelope(frame);
    const auto full = scan_envelope_fully(frame);
    if (!quick) {
        RK_ASSERT(!full);
    } else if (full && quick->data.size() == full->data.size()) {
        RK_ASSERT(quick->op == full->op && quick->seq == full->seq && quick->type == full->type &&
                  quick->data == full->data);
    }
    return 0;
}
