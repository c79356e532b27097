#include "sim/discord/snowflake.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace rookery::sim::discord {

std::string iso_time(WallTime time) {
    const auto ms = time.time_since_epoch() / Millis{1};
    const std::time_t seconds = ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto used = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + used, text.size() - used, ".%03d000+00:00",
                  static_cast<int>(ms % 1000));
    return text.data();
}

}  // namespace rookery::sim::discord
