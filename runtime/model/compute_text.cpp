#include "model/compute.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::model::compute {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int hex_digit(char c) noexcept {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// The first #rgb or #rrggbb in a text.
std::optional<std::int64_t> colour_in(std::string_view text) noexcept {
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(hash + 1);
    std::int64_t colour = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 6 && hex_digit(text[digits]) >= 0; ++digits) {
        colour = colour << 4U | hex_digit(text[digits]);
    }
    if (digits >= 3 && digits < 6) {
        const std::int64_t rgb = colour >> (4 * (digits - 3));
        return (rgb >> 8U & 0xF) * 0x110000 + (rgb >> 4U & 0xF) * 0x1100 + (rgb & 0xF) * 0x11;
    }
    return digits == 6 ? std::optional(colour) : std::nullopt;
}

}  // namespace

bool is_ulid(std::string_view text) noexcept {
    return text.size() == 26 && text.front() <= '7' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return kCrockford.find(c) != std::string_view::npos; });
}

std::optional<std::int64_t> ulid_millis(std::string_view id) noexcept {
    if (!is_ulid(id)) {
        return std::nullopt;
    }
    std::int64_t millis = 0;
    for (const char c : id.substr(0, 10)) {
        millis = millis << 5U | static_cast<std::int64_t>(kCrockford.find(c));
    }
    return millis;
}

std::optional<std::int64_t> loose_integer(JsonNode node) noexcept {
    if (node.is_object()) {
        const auto low = node["low"].as_integer();
        const auto high = node["high"].as_integer();
        return low && high ? std::optional(static_cast<std::int64_t>(
                                 static_cast<std::uint64_t>(*high) << 32U |
                                 (static_cast<std::uint64_t>(*low) & 0xFFFFFFFFU)))
                           : std::nullopt;
    }
    const auto digits = node.is_string() ? node.as_id() : std::nullopt;
    if (digits) {
        return *digits <= static_cast<std::uint64_t>(INT64_MAX)
                   ? std::optional(static_cast<std::int64_t>(*digits))
                   : std::nullopt;
    }
    return node.as_integer();
}

std::optional<std::int64_t> colour_of(JsonNode node) noexcept {
    return node.is_string() ? colour_in(node.raw_string()) : node.as_integer();
}

std::optional<std::string_view> text_of(std::span<const TextName> texts, JsonNode node,
                                        StringScratch& scratch) {
    const std::string_view key = node.is_string() ? node.as_string(scratch) : node.raw();
    for (const TextName& entry : texts) {
        if (entry.from == key && !node.is_null()) {
            return entry.to;
        }
    }
    return std::nullopt;
}

std::string_view bare_jid(std::string_view jid, StringScratch& scratch) {
    const std::size_t at = jid.find('@');
    const std::size_t device = jid.substr(0, at).find_first_of(":_");
    if (at == std::string_view::npos || device == std::string_view::npos) {
        return jid;
    }
    const std::string_view host = jid.substr(at);
    char* const out = scratch.take(device + host.size());
    std::copy(host.begin(), host.end(), std::copy_n(jid.begin(), device, out));
    return {out, device + host.size()};
}

std::string_view bit_text(std::span<const NumberName> bits, std::int64_t number,
                          StringScratch& scratch) {
    std::uint64_t out = 0;
    for (const NumberName& bit : bits) {
        unsigned to = 0;
        std::from_chars(bit.name.data(), bit.name.data() + bit.name.size(), to);
        if (to < 64 && (static_cast<std::uint64_t>(number) >> bit.number & 1U) != 0) {
            out |= std::uint64_t{1} << to;
        }
    }
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), out).ptr;
    return scratch.keep({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace rookery::model::compute
