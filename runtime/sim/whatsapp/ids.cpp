#include "sim/whatsapp/core.hpp"

#include <array>
#include <cstdio>

namespace rookery::sim::whatsapp {
namespace {

constexpr std::uint64_t kFirstGroup = 120'363'000'000'000'000;
constexpr std::uint64_t kFirstPhone = 4'915'100'000'000;
constexpr std::uint64_t kFirstLid = 200'000'000'000'000;

std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

std::uint64_t phone_of(const std::string& name) {
    std::uint64_t seed = 7;
    for (const unsigned char c : name) {
        seed = mixed(seed ^ c);
    }
    return kFirstPhone + seed % 10'000'000;
}

}  // namespace

std::string id_form(community::IdOf kind, std::uint64_t number, const std::string& name) {
    using community::IdOf;
    switch (kind) {
        case IdOf::person:
        case IdOf::direct:
            return std::to_string(phone_of(name)) + "@s.whatsapp.net";
        case IdOf::role:
            return number == 0 ? "" : "role" + std::to_string(number);
        case IdOf::message: {
            std::array<char, 24> text{};
            std::snprintf(text.data(), text.size(), "3EB0%016llX",
                          static_cast<unsigned long long>(mixed(number)));
            return text.data();
        }
        default:
            return std::to_string(kFirstGroup + number) + "@g.us";
    }
}

std::string bare_jid(const std::string& jid) {
    const auto at = jid.find('@');
    const auto colon = jid.find(':');
    return colon < at && at != std::string::npos ? jid.substr(0, colon) + jid.substr(at) : jid;
}

std::string lid_of(const std::string& jid) {
    std::uint64_t seed = 0;
    for (const unsigned char c : bare_jid(jid)) {
        seed = mixed(seed ^ c);
    }
    return std::to_string(kFirstLid + seed % 1'000'000'000) + "@lid";
}

bool is_group(std::string_view jid) { return jid.ends_with("@g.us"); }

}  // namespace rookery::sim::whatsapp
