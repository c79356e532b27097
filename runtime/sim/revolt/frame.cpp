#include "sim/revolt/frame.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace rookery::sim::revolt {
namespace {

// Commands are small: a frame that nests deeper than this bound lets is none of them.
constexpr std::size_t kMostBytes = 4'096;
constexpr std::array<std::string_view, 6> kTimes = {"edited",     "joined_at",    "timeout",
                                                    "started_at", "created_time", "effective_time"};

std::optional<std::int64_t> ms_of(const std::string& text) {
    std::tm parts{};
    int ms = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon,
                    &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &ms) != 7) {
        return std::nullopt;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return std::int64_t{::timegm(&parts)} * 1000 + ms;
}

void times_to_numbers(Json& json) {
    for (auto it = json.begin(); it != json.end(); ++it) {
        if (it->is_structured()) {
            times_to_numbers(*it);
        } else if (json.is_object() && it->is_string() &&
                   std::find(kTimes.begin(), kTimes.end(), it.key()) != kTimes.end()) {
            if (const auto ms = ms_of(it->get_ref<const std::string&>())) {
                *it = *ms;
            }
        }
    }
}

}  // namespace

std::string frame_of(const Json& event, Format format) {
    if (format == Format::json) {
        return event.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    auto numbers = event;
    times_to_numbers(numbers);
    const auto bytes = Json::to_msgpack(numbers);
    return {bytes.begin(), bytes.end()};
}

std::optional<Json> read_frame(std::string_view bytes, Format format) {
    if (bytes.size() > kMostBytes) {
        return std::nullopt;
    }
    auto json = format == Format::json
                    ? Json::parse(bytes.begin(), bytes.end(), nullptr, false)
                    : Json::from_msgpack(bytes.begin(), bytes.end(), true, false);
    return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

}  // namespace rookery::sim::revolt
