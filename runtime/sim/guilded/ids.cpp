#include "sim/guilded/ids.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace rookery::sim::guilded {
namespace {

constexpr std::uint64_t kServerSalt = 0x51;
constexpr std::uint64_t kPersonSalt = 0x9e;
constexpr std::uint64_t kFirstRole = 25'000'000;
constexpr std::uint64_t kFirstEmote = 90'000'000;
constexpr std::uint64_t kEmotes = 3'000;

/// Spreads the bits of a number (splitmix64).
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

std::string short_id(std::uint64_t number) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string id;
    for (int i = 0; i < 8; ++i) {
        id += kLetters[number % kLetters.size()];
        number /= kLetters.size();
    }
    return id;
}

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::string id_form(community::IdOf kind, std::uint64_t number, const std::string& name) {
    using community::IdOf;
    switch (kind) {
        case IdOf::server:
            return short_id(mixed(number ^ (kServerSalt << 32U)));
        case IdOf::person: {
            std::uint64_t seed = kPersonSalt;
            for (const unsigned char c : name) {
                seed = mixed(seed ^ c);
            }
            return short_id(seed);
        }
        case IdOf::role:
            return std::to_string(kFirstRole + number);
        default:
            return uuid_of(number, static_cast<std::uint64_t>(kind));
    }
}

std::string uuid_of(std::uint64_t number, std::uint64_t salt) {
    const auto high = mixed(number ^ (salt << 48U));
    const auto low = mixed(high ^ number);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-a%03x-%012llx",
                  static_cast<unsigned>(high >> 32U),
                  static_cast<unsigned>((high >> 16U) & 0xFFFFU),
                  static_cast<unsigned>(high & 0xFFFU), static_cast<unsigned>(low >> 52U),
                  static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFU));
    return text.data();
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
            return false;
        }
    }
    return true;
}

std::string time_text(WallTime time) {
    const auto ms = std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
    const std::time_t seconds = ms / 1'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ",
                  static_cast<int>(ms % 1'000));
    return text.data();
}

std::string emote_id(std::string_view emoji) {
    if (is_number(emoji)) {
        return std::string(emoji);
    }
    std::uint64_t seed = 0;
    for (const unsigned char c : emoji) {
        seed = mixed(seed ^ c);
    }
    return std::to_string(kFirstEmote + seed % kEmotes);
}

}  // namespace rookery::sim::guilded
