#include "server/access/key_secret.hpp"

#include "net/crypto.hpp"

#include <openssl/crypto.h>

#include <span>

namespace rookery::server {
namespace {

constexpr std::string_view kMark = "rk_";
constexpr std::string_view kHash = "sha256:";
constexpr std::string_view kHex = "0123456789abcdef";
/// Nothing that is mistaken for something else when it is read aloud.
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kPrefix = 8;
constexpr std::size_t kRandom = 52;  ///< of five bits each

std::string random_letters(std::size_t count) {
    std::string out(count, '\0');
    net::fill_random(std::span(reinterpret_cast<unsigned char*>(out.data()), out.size()));
    for (char& c : out) {
        c = kLetters[static_cast<unsigned char>(c) % kLetters.size()];
    }
    return out;
}

}  // namespace

std::string make_secret() {
    return std::string(kMark) + random_letters(kPrefix) + "_" + random_letters(kRandom);
}

std::string_view prefix_of(std::string_view secret) noexcept {
    const bool form = secret.size() == kMark.size() + kPrefix + 1 + kRandom &&
                      secret.starts_with(kMark) && secret[kMark.size() + kPrefix] == '_';
    return form ? secret.substr(kMark.size(), kPrefix) : std::string_view();
}

Digest digest_of(std::string_view secret) { return net::sha256(secret); }

std::string to_text(const Digest& digest) {
    std::string out(kHash);
    for (const unsigned char byte : digest) {
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

std::optional<Digest> parse_digest(std::string_view text) {
    Digest digest{};
    if (text.size() != kHash.size() + 2 * digest.size() || !text.starts_with(kHash)) {
        return std::nullopt;
    }
    text.remove_prefix(kHash.size());
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto high = kHex.find(text[2 * i]);
        const auto low = kHex.find(text[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return std::nullopt;
        }
        digest[i] = static_cast<unsigned char>(high << 4U | low);
    }
    return digest;
}

bool same(const Digest& left, const Digest& right) noexcept {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace rookery::server
