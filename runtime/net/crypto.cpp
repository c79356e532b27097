#include "net/crypto.hpp"

#include "base/assert.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace rookery::net {

namespace {

template <std::size_t N>
std::array<unsigned char, N> digest(std::string_view text, const EVP_MD* kind) {
    std::array<unsigned char, N> out{};
    unsigned length = 0;
    RK_ASSERT(EVP_MD_get_size(kind) == static_cast<int>(N));
    RK_ASSERT(EVP_Digest(text.data(), text.size(), out.data(), &length, kind, nullptr) == 1);
    return out;
}

}  // namespace

void fill_random(std::span<unsigned char> bytes) {
    RK_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

std::array<unsigned char, 20> sha1(std::string_view text) { return digest<20>(text, EVP_sha1()); }

std::array<unsigned char, 32> sha256(std::string_view text) {
    return digest<32>(text, EVP_sha256());
}

std::string base64(std::span<const unsigned char> bytes) {
    // One more for the terminator that OpenSSL writes.
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

}  // namespace rookery::net
