#include "command/text.hpp"

#include <array>

namespace rookery::command {
namespace {

constexpr char32_t kBad = 0xFFFD;

struct Range {
    char32_t from;
    char32_t to;
    std::int32_t step;  ///< to the small letter; kEven, kOdd: pairs, the small one behind
};
constexpr std::int32_t kEven = 1'000'000;
constexpr std::int32_t kOdd = 1'000'001;
constexpr auto kCase = std::to_array<Range>({
    {'A', 'Z', 32},          {0xC0, 0xD6, 32},        {0xD8, 0xDE, 32},
    {0x100, 0x12F, kEven},   {0x130, 0x130, -199},    {0x132, 0x137, kEven},
    {0x139, 0x148, kOdd},    {0x14A, 0x177, kEven},   {0x178, 0x178, -121},
    {0x179, 0x17E, kOdd},    {0x1CD, 0x1DC, kOdd},    {0x218, 0x21F, kEven},
    {0x386, 0x386, 38},      {0x388, 0x38A, 37},      {0x38C, 0x38C, 64},
    {0x38E, 0x38F, 63},      {0x391, 0x3A1, 32},      {0x3A3, 0x3AB, 32},
    {0x3C2, 0x3C2, 1},       {0x400, 0x40F, 80},      {0x410, 0x42F, 32},
    {0x460, 0x481, kEven},   {0x48A, 0x4BF, kEven},   {0x4C0, 0x4C0, 15},
    {0x4C1, 0x4CE, kOdd},    {0x4D0, 0x52F, kEven},   {0x531, 0x556, 48},
    {0x1E00, 0x1E95, kEven}, {0x1E9E, 0x1E9E, -7615}, {0x1EA0, 0x1EFF, kEven},
    {0xFF21, 0xFF3A, 32},
});

struct Span {
    char32_t from;
    char32_t to;
};
constexpr auto kSpaces = std::to_array<Span>({{0x09, 0x0D},
                                              {0x20, 0x20},
                                              {0x85, 0x85},
                                              {0xA0, 0xA0},
                                              {0x1680, 0x1680},
                                              {0x2000, 0x200A},
                                              {0x2028, 0x2029},
                                              {0x202F, 0x202F},
                                              {0x205F, 0x205F},
                                              {0x3000, 0x3000}});
constexpr auto kInvisible = std::to_array<Span>({{0x00, 0x08},
                                                 {0x0E, 0x1F},
                                                 {0x7F, 0x84},
                                                 {0x86, 0x9F},
                                                 {0xAD, 0xAD},
                                                 {0x34F, 0x34F},
                                                 {0x61C, 0x61C},
                                                 {0x115F, 0x1160},
                                                 {0x17B4, 0x17B5},
                                                 {0x180B, 0x180F},
                                                 {0x200B, 0x200B},
                                                 {0x200E, 0x200F},
                                                 {0x202A, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0x3164, 0x3164},
                                                 {0xFEFF, 0xFEFF},
                                                 {0xFFA0, 0xFFA0},
                                                 {0xFFF0, 0xFFFB},
                                                 {0xE0000, 0xE0FFF}});

template <std::size_t Size>
bool within(const std::array<Span, Size>& spans, char32_t character) noexcept {
    for (const Span& span : spans) {
        if (character <= span.to) {
            return character >= span.from;
        }
    }
    return false;
}

bool continues(std::string_view text, std::size_t at) noexcept {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// Bytes of the first character; 0: no UTF-8.
std::size_t decode(std::string_view text, char32_t& out) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        out = first;
        return 1;
    }
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    char32_t value = first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!continues(text, i)) {
            return 0;
        }
        value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kLeast[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    out = value;
    return size;
}

std::size_t encode(char32_t character, char* out) noexcept {
    const auto put = [&](std::size_t at, char32_t bits) { out[at] = static_cast<char>(bits); };
    if (character < 0x80) {
        put(0, character);
        return 1;
    }
    if (character < 0x800) {
        put(0, 0xC0 | (character >> 6U));
        put(1, 0x80 | (character & 0x3FU));
        return 2;
    }
    if (character < 0x10000) {
        put(0, 0xE0 | (character >> 12U));
        put(1, 0x80 | ((character >> 6U) & 0x3FU));
        put(2, 0x80 | (character & 0x3FU));
        return 3;
    }
    put(0, 0xF0 | (character >> 18U));
    put(1, 0x80 | ((character >> 12U) & 0x3FU));
    put(2, 0x80 | ((character >> 6U) & 0x3FU));
    put(3, 0x80 | (character & 0x3FU));
    return 4;
}

}  // namespace

char32_t take_character(std::string_view& text) noexcept {
    char32_t character = kBad;
    const std::size_t size = decode(text, character);
    text.remove_prefix(size == 0 ? 1 : size);
    return character;
}

void append_character(std::string& out, char32_t character) {
    char bytes[4];
    out.append(bytes, encode(character, bytes));
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        char32_t character = 0;
        const std::size_t size = decode(text, character);
        if (size == 0) {
            return false;
        }
        text.remove_prefix(size);
    }
    return true;
}

std::size_t characters(std::string_view text) noexcept {
    std::size_t count = 0;
    while (!text.empty()) {
        (void)take_character(text);
        ++count;
    }
    return count;
}

bool is_space(char32_t character) noexcept { return within(kSpaces, character); }
bool is_invisible(char32_t character) noexcept { return within(kInvisible, character); }

char32_t folded(char32_t character) noexcept {
    for (const Range& range : kCase) {
        if (character > range.to) {
            continue;
        }
        if (character < range.from) {
            return character;
        }
        if (range.step == kEven || range.step == kOdd) {
            const bool large = (character % 2 == 0) == (range.step == kEven);
            return large ? character + 1 : character;
        }
        return static_cast<char32_t>(static_cast<std::int32_t>(character) + range.step);
    }
    return character;
}

std::string folded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        append_character(out, folded(take_character(text)));
    }
    return out;
}

std::optional<std::string_view> folded(std::string_view text, char* buffer,
                                       std::size_t size) noexcept {
    std::size_t used = 0;
    while (!text.empty()) {
        if (size - used < 4) {
            return std::nullopt;
        }
        const auto first = static_cast<unsigned char>(text.front());
        if (first < 0x80) {
            buffer[used++] = static_cast<char>(folded(static_cast<char32_t>(first)));
            text.remove_prefix(1);
        } else {
            used += encode(folded(take_character(text)), buffer + used);
        }
    }
    return std::string_view(buffer, used);
}

std::string shown(std::string_view text, std::size_t most) {
    constexpr std::string_view kMarkup = "\\*_~`|>[]()#";
    std::string out;
    std::size_t count = 0;
    bool space = false;
    while (!text.empty()) {
        const char32_t character = take_character(text);
        if (is_space(character)) {
            space = !out.empty();
            continue;
        }
        if (is_invisible(character)) {
            continue;
        }
        if (count + (space ? 1 : 0) >= most) {
            out += "…";
            break;
        }
        if (space) {
            out += ' ';
            ++count;
            space = false;
        }
        if (character < 0x80 && kMarkup.find(static_cast<char>(character)) != kMarkup.npos) {
            out += '\\';
        }
        append_character(out, character);
        // A character of no width: platforms that look for mentions find none.
        out += character == '@' || character == '<' ? "\u200b" : "";
        ++count;
    }
    return out;
}

}  // namespace rookery::command
