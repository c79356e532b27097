// Any bytes as the payload of any event, and what follows a NUL as its context: refused, or read
// and written without harm.
#include "model/event.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rookery::model;

void walk(const View& view, StringScratch& scratch) {
    for (std::size_t i = 0; i < view.fields().size(); ++i) {
        const Value value = view.get(static_cast<FieldIndex>(i), scratch);
        if (value.kind == Value::Kind::object && value.object.node()) {
            walk(value.object, scratch);
        } else if (value.kind == Value::Kind::array) {
            (void)value.array.get(value.array.size(), scratch);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    EventHeader header;
    header.bot = *intern_bot("fuzz", "discord");
    header.type = EventType(data[0] % (kEventCount + 1));
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t end = std::min(input.find('\0'), input.size());
    const auto event =
        Event::make(header, input.substr(0, end), input.substr(std::min(end + 1, input.size())));
    if (!event) {
        return 0;
    }
    StringScratch scratch;
    walk((*event)->view(), scratch);
    std::string out;
    (*event)->view().write_json(out);
    if (!JsonIndex::build(out)) {
        std::abort();
    }
    return 0;
}
