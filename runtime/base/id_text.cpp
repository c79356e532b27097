#include "base/id_text.hpp"

#include <algorithm>

namespace rookery {

bool is_id(std::string_view text, bool digits) noexcept {
    constexpr std::size_t kMostDigits = 20;
    constexpr std::size_t kMost = 128;
    constexpr std::string_view kNever = "/?#%\\\"<>";
    if (digits) {
        return !text.empty() && text.size() <= kMostDigits &&
               text.find_first_not_of("0123456789") == std::string_view::npos;
    }
    return !text.empty() && text.size() <= kMost && text != "." && text != ".." &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return c > ' ' && c < '\x7f' && kNever.find(c) == std::string_view::npos;
           });
}

}  // namespace rookery
