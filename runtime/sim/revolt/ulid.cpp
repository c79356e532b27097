#include "sim/revolt/ulid.hpp"

#include <algorithm>

namespace rookery::sim::revolt {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTimeLetters = 10;

}  // namespace

std::string UlidSource::next(WallTime now) {
    const auto ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<Millis>(now.time_since_epoch()).count());
    if (ms > ms_) {
        ms_ = ms;
        for (auto& part : chance_) {
            part = static_cast<std::uint16_t>(random_());
        }
        chance_.front() &= 0x7fffU;  // room to count up
    } else {
        for (auto part = chance_.rbegin(); part != chance_.rend() && ++*part == 0; ++part) {
        }
    }
    std::string text(26, '0');
    for (std::size_t i = 0; i < kTimeLetters; ++i) {
        text[i] = kLetters[(ms_ >> (5 * (kTimeLetters - 1 - i))) & 31U];
    }
    std::size_t bit = 0;
    for (std::size_t i = kTimeLetters; i < text.size(); ++i) {
        unsigned value = 0;
        for (int k = 0; k < 5; ++k, ++bit) {
            value = value * 2 + ((chance_[bit / 16] >> (15 - bit % 16)) & 1U);
        }
        text[i] = kLetters[value];
    }
    return text;
}

bool is_ulid(std::string_view text) {
    return text.size() == 26 && text.front() <= '7' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return kLetters.find(c) != std::string_view::npos; });
}

std::int64_t ulid_time(std::string_view id) {
    if (!is_ulid(id)) {
        return 0;
    }
    std::int64_t ms = 0;
    for (const char c : id.substr(0, kTimeLetters)) {
        ms = ms * 32 + static_cast<std::int64_t>(kLetters.find(c));
    }
    return ms;
}

}  // namespace rookery::sim::revolt
