#include "model/event.hpp"
#include "model/ids.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <random>

namespace rookery::model {
namespace {

using Key = std::array<std::uint64_t, 2>;

/// Ids come from strangers: without the key nobody finds two that fall together.
const Key& process_key() {
    static const Key key = [] {
        std::random_device source;
        Key out{};
        for (std::uint64_t& half : out) {
            half = std::uint64_t{source()} << 32U | source();
        }
        return out;
    }();
    return key;
}

/// SipHash-1-3.
class SipHash {
  public:
    explicit SipHash(const Key& key) noexcept
        : v_{key[0] ^ 0x736F6D6570736575, key[1] ^ 0x646F72616E646F6D, key[0] ^ 0x6C7967656E657261,
             key[1] ^ 0x7465646279746573} {}

    [[nodiscard]] std::uint64_t of(std::string_view text) noexcept {
        const std::uint64_t size = text.size();
        for (; text.size() >= 8; text.remove_prefix(8)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), 8);
            take(word);
        }
        std::uint64_t last = 0;
        std::memcpy(&last, text.data(), text.size());
        take(last | size << 56U);
        v_[2] ^= 0xFF;
        for (int i = 0; i < 3; ++i) {
            round();
        }
        return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
    }

  private:
    void take(std::uint64_t word) noexcept {
        v_[3] ^= word;
        round();
        v_[0] ^= word;
    }

    void round() noexcept {
        v_[0] += v_[1];
        v_[1] = std::rotl(v_[1], 13) ^ v_[0];
        v_[0] = std::rotl(v_[0], 32);
        v_[2] += v_[3];
        v_[3] = std::rotl(v_[3], 16) ^ v_[2];
        v_[0] += v_[3];
        v_[3] = std::rotl(v_[3], 21) ^ v_[0];
        v_[2] += v_[1];
        v_[1] = std::rotl(v_[1], 17) ^ v_[2];
        v_[2] = std::rotl(v_[2], 32);
    }

    std::array<std::uint64_t, 4> v_;
};

}  // namespace

bool id_before(std::string_view a, std::string_view b) noexcept {
    const auto is_number = [](std::string_view id) {
        return id.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (is_number(a) != is_number(b)) {
        return is_number(a);
    }
    return is_number(a) && a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::uint64_t id_key(std::string_view id) noexcept {
    if (id.empty()) {
        return 0;
    }
    std::uint64_t number = 0;
    const char* const end = id.data() + id.size();
    const auto [stopped, error] = std::from_chars(id.data(), end, number);
    if (error == std::errc{} && stopped == end && (id.front() != '0' || id.size() == 1)) {
        return number;
    }
    const std::uint64_t hash = SipHash(process_key()).of(id);
    return hash != 0 ? hash : 1;
}

}  // namespace rookery::model
