#include "plugin/c_tables/guard.hpp"

#include <algorithm>

namespace rookery::plugin::c_tables {

std::string name_of(const Place& place) {
    std::string_view table = place.file_name();
    table.remove_prefix(std::min(table.rfind('/') + 1, table.size()));
    table = table.substr(0, table.find('.'));
    // "rk_status_t rookery::plugin::c_tables::{anonymous}::get(const rk_host_t*, ...)"
    std::string_view function = place.function_name();
    function = function.substr(0, function.find('('));
    function.remove_prefix(std::min(function.rfind(':') + 1, function.size()));
    return std::string(table) + "." + std::string(function);
}

void tell_misuse(const HostSide& side, const Place& place, std::string_view rule) noexcept {
    if (side.debug() == nullptr) {
        return;
    }
    try {
        broken_rule(side, name_of(place), rule);
    } catch (...) {
        // A mistake that cannot be told for lack of memory is refused all the same.
    }
}

}  // namespace rookery::plugin::c_tables
