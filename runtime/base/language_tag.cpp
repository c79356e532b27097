#include "base/language_tag.hpp"

#include <algorithm>

namespace rookery {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::optional<std::string> language_tag(std::string_view text) {
    constexpr std::size_t kLongest = 20;
    std::string out;
    for (std::size_t part = 0, at = 0; at <= text.size(); ++part) {
        const std::size_t end = std::min(text.find_first_of("-_", at), text.size());
        const std::string_view one = text.substr(at, end - at);
        const bool letters = std::all_of(one.begin(), one.end(), is_letter);
        const bool known =
            std::all_of(one.begin(), one.end(), [](char c) { return is_letter(c) || is_digit(c); });
        const bool good = part == 0 ? letters && (one.size() == 2 || one.size() == 3)
                                    : known && one.size() >= 2 && one.size() <= 8;
        if (!good || text.size() > kLongest) {
            return std::nullopt;
        }
        out += part == 0 ? "" : "-";
        for (std::size_t i = 0; i < one.size(); ++i) {
            // A country in capitals, a script with one.
            const bool capital = part > 0 && (one.size() == 2 || (one.size() == 4 && i == 0));
            out += capital ? upper(one[i]) : lower(one[i]);
        }
        at = end + 1;
    }
    return out;
}

}  // namespace rookery
