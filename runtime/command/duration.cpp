#include "command/duration.hpp"

#include "command/definition.hpp"
#include "command/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace rookery::command {
namespace {

/// A unit, the largest first, and its words: each list between spaces.
struct Unit {
    double seconds;
    std::string_view words;
    std::string_view brief;
    std::string_view english;
    std::string_view german;
    std::string_view germans;
};
constexpr auto kUnits = std::to_array<Unit>({
    {365 * 86'400.0, " y yr yrs year years j jahr jahre jahren ", "", "year", "Jahr", "Jahre"},
    {30 * 86'400.0, " mo mon month months monat monate monaten ", "", "month", "Monat", "Monate"},
    {7 * 86'400.0, " w wk wks week weeks woche wochen ", "w", "week", "Woche", "Wochen"},
    {86'400.0, " d day days t tag tage tagen ", "d", "day", "Tag", "Tage"},
    {3'600.0, " h hr hrs hour hours std stunde stunden ", "h", "hour", "Stunde", "Stunden"},
    {60.0, " m min mins minute minutes minuten ", "m", "minute", "Minute", "Minuten"},
    {1.0, " s sec secs second seconds sek sekunde sekunden ", "s", "second", "Sekunde", "Sekunden"},
    {0.001, " ms millisecond milliseconds millisekunde millisekunden ", "ms", "millisecond",
     "Millisekunde", "Millisekunden"},
});
constexpr std::size_t kLongestText = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void skip_spaces(std::string_view& text) {
    while (!text.empty()) {
        std::string_view rest = text;
        if (!is_space(take_character(rest))) {
            return;
        }
        text = rest;
    }
}

std::optional<double> take_amount(std::string_view& text) {
    std::string digits;
    bool point = false;
    while (!text.empty() && (is_digit(text.front()) ||
                             (!point && !digits.empty() && text.size() > 1 &&
                              (text.front() == '.' || text.front() == ',') && is_digit(text[1])))) {
        point = point || !is_digit(text.front());
        digits += is_digit(text.front()) ? text.front() : '.';
        text.remove_prefix(1);
    }
    double amount = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), amount);
    if (digits.empty() || failure != std::errc() || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return amount;
}

std::string take_word(std::string_view& text) {
    std::string word;
    while (!text.empty() && is_letter(text.front())) {
        word += static_cast<char>(folded(static_cast<char32_t>(text.front())));
        text.remove_prefix(1);
    }
    return word;
}

/// Number in kUnits; its size: no such unit.
std::size_t find_unit(const std::string& word) {
    const std::string wanted = " " + word + " ";
    std::size_t unit = 0;
    while (unit < kUnits.size() && kUnits[unit].words.find(wanted) == std::string_view::npos) {
        ++unit;
    }
    return unit;
}

/// A comma or "and" between two amounts.
void skip_joint(std::string_view& text) {
    skip_spaces(text);
    if (!text.empty() && text.front() == ',') {
        text.remove_prefix(1);
        skip_spaces(text);
        return;
    }
    std::string_view rest = text;
    const std::string word = take_word(rest);
    if (word == "and" || word == "und") {
        text = rest;
        skip_spaces(text);
    }
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
    if (text.size() > kLongestText) {
        return std::nullopt;
    }
    skip_spaces(text);
    double seconds = 0;
    std::size_t next = 0;  // the largest unit that may still come
    bool any = false;
    while (!text.empty()) {
        const auto amount = take_amount(text);
        if (!amount) {
            return std::nullopt;
        }
        skip_spaces(text);
        const std::string word = take_word(text);
        if (word.empty()) {
            if (any || !text.empty()) {
                return std::nullopt;
            }
            seconds = *amount;
        } else {
            const std::size_t unit = find_unit(word);
            if (unit == kUnits.size() || unit < next) {
                return std::nullopt;
            }
            next = unit + 1;
            seconds += *amount * kUnits[unit].seconds;
        }
        any = true;
        skip_spaces(text);
        const std::size_t left = text.size();
        skip_joint(text);
        if (text.empty() && left != 0) {
            return std::nullopt;
        }
    }
    if (!any || !std::isfinite(seconds) || seconds > kLongestDuration) {
        return std::nullopt;
    }
    return seconds;
}

bool is_duration_word(std::string_view word) {
    if (word.empty() || is_digit(word.front()) || word.front() == ',') {
        return !word.empty();
    }
    const std::string letters = take_word(word);
    return letters == "and" || letters == "und" ||
           (!letters.empty() && find_unit(letters) != kUnits.size());
}

std::string duration_words(double seconds, std::string_view locale) {
    const bool german = locale.substr(0, 2) == "de";
    double left = std::max(0.0, std::round(seconds * 1'000) / 1'000);
    std::string out;
    int told = 0;
    for (const Unit& unit : kUnits) {
        // Months and years are not of one length: weeks and days say it exactly.
        if (unit.brief.empty() || (unit.brief == "w" && std::fmod(left, unit.seconds) != 0)) {
            continue;
        }
        const double amount = std::floor(left / unit.seconds + 1e-9);
        if (amount < 1 || (unit.brief == "ms" && told != 0)) {
            continue;
        }
        left -= amount * unit.seconds;
        const bool one = amount == 1;
        out += told != 0 ? ", " : "";
        out += std::to_string(static_cast<std::int64_t>(amount)) + " ";
        out += german ? (one ? unit.german : unit.germans) : unit.english;
        out += german || one ? "" : "s";
        if (++told == 2) {
            break;
        }
    }
    return told != 0 ? out : german ? "0 Sekunden" : "0 seconds";
}

std::string duration_text(double seconds) {
    auto left = std::llround(std::max(0.0, seconds) * 1'000);
    std::string out;
    for (const Unit& unit : kUnits) {
        const auto size = std::llround(unit.seconds * 1'000);
        if (unit.brief.empty() || left < size) {
            continue;
        }
        out += std::to_string(left / size) + std::string(unit.brief);
        left %= size;
    }
    return out.empty() ? "0s" : out;
}

}  // namespace rookery::command
