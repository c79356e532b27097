// Custom ids that anybody could send: none is believed without its signature, and none does harm.
#include "command/component_id.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace rookery::command;  // NOLINT(google-build-using-namespace)

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ComponentKey key{4, 2};
    const std::string text(reinterpret_cast<const char*>(data), size);
    check(!unseal(key, text));
    check(!unseal(key, "rk1." + text));
    ComponentRecord record;
    static_cast<void>(take_stored(text, record));
    // What is made of it comes back as it was.
    record = {};
    record.action = text.substr(0, size % 40);
    record.state = nlohmann::json::parse(text, nullptr, false);
    if (record.state.is_discarded()) {
        record.state = text;
    }
    record.only.assign(size % 3, text.substr(0, 20));
    const auto sealed = seal(key, record);
    if (sealed) {
        auto opened = unseal(key, sealed->custom_id);
        check(opened && sealed->custom_id.size() <= kLongestCustomId);
        check(sealed->stored_as.empty() || take_stored(sealed->stored, opened->record));
        check(opened->record.action == record.action && opened->record.only == record.only);
    }
    return 0;
}
