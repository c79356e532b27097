#include "model/json_text.hpp"

#include <algorithm>
#include <cstdint>

namespace rookery::model {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

std::uint32_t hex4(const char* digits) noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        const auto c = static_cast<unsigned char>(digits[i]);
        value = value << 4U | (c <= '9' ? c - '0' : (c | 0x20U) - 'a' + 10);
    }
    return value;
}

bool is_high(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

struct CodePoint {
    std::uint32_t value;
    bool lone;
};

/// Reads the \u escape at `at` and, where it is the first half of a pair, the second one; moves
/// past them. Lone halves give none.
CodePoint read_unicode(std::string_view escaped, std::size_t& at) noexcept {
    const std::uint32_t unit = hex4(escaped.data() + at + 2);
    at += 6;
    if (is_high(unit) && at + 6 <= escaped.size() && escaped[at] == '\\' &&
        escaped[at + 1] == 'u') {
        const std::uint32_t low = hex4(escaped.data() + at + 2);
        if (is_low(low)) {
            at += 6;
            return {0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00), false};
        }
    }
    const bool lone = is_high(unit) || is_low(unit);
    return {lone ? kReplacement : unit, lone};
}

char* write_utf8(char* out, std::uint32_t code) noexcept {
    const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | code >> 6U);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | code >> 12U);
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & 0x3FU));
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
    return out;
}

char simple_escape(char kind) noexcept {
    switch (kind) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return kind;
    }
}

}  // namespace

std::string_view unescape(std::string_view escaped, StringScratch& scratch) {
    if (escaped.find('\\') == std::string_view::npos) {
        return escaped;
    }
    // No escape is shorter than the UTF-8 that it stands for.
    char* const start = scratch.take(escaped.size());
    char* out = start;
    for (std::size_t at = 0; at < escaped.size();) {
        const std::size_t plain = std::min(escaped.find('\\', at), escaped.size()) - at;
        out = std::copy_n(escaped.data() + at, plain, out);
        at += plain;
        if (at == escaped.size()) {
            break;
        }
        if (escaped[at + 1] == 'u') {
            out = write_utf8(out, read_unicode(escaped, at).value);
        } else {
            *out++ = simple_escape(escaped[at + 1]);
            at += 2;
        }
    }
    const auto length = static_cast<std::size_t>(out - start);
    scratch.give_back(escaped.size() - length);
    return {start, length};
}

void append_json_text(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(text, copied, at - copied);
        copied = at + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += kHex[c >> 4U];
                out += kHex[c & 0xFU];
        }
    }
    out.append(text, copied);
    out += '"';
}

void append_json(std::string& out, std::string_view json) {
    const std::size_t start = out.size();
    out += json;
    for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
        if (json[at + 1] != 'u') {
            at += 2;
            continue;
        }
        const std::size_t escape = at;
        if (read_unicode(json, at).lone) {
            out.replace(start + escape, 6, "\\ufffd");
        }
    }
}

}  // namespace rookery::model
