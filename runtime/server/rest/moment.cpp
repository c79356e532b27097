#include "server/rest/moment.hpp"

#include "hostapi/civil.hpp"

#include <array>
#include <cstdio>

namespace rookery::server::rest {

std::string iso_time(std::int64_t millis) {
    constexpr std::int64_t kDay = 86'400'000;
    const hostapi::Day day = hostapi::day_of(millis / kDay);
    const std::int64_t within = millis % kDay;
    std::array<char, 40> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ",
                      static_cast<long long>(day.year), day.month, day.day,
                      static_cast<int>(within / 3'600'000), static_cast<int>(within / 60'000 % 60),
                      static_cast<int>(within / 1000 % 60), static_cast<int>(within % 1000));
    return {text.data(), static_cast<std::size_t>(size)};
}

bool looks_like_time(std::string_view text) noexcept {
    constexpr std::string_view kForm = "0000-00-00T00:00";
    if (text.size() < kForm.size() || text.size() > 40) {
        return false;
    }
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace rookery::server::rest
