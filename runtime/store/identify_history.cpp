#include "store/identify_history.hpp"

#include "base/log.hpp"
#include "store/files.hpp"

#include <charconv>
#include <string>

namespace rookery::store {

namespace {

constexpr std::size_t kMaxFile = std::size_t{8} << 20U;

}  // namespace

Result<std::vector<WallTime>> IdentifyHistory::load() const {
    const auto text = read_file(path_, kMaxFile);
    if (!text) {
        return text.error();
    }
    std::vector<WallTime> times;
    std::size_t skipped = 0;
    std::string_view rest = *text ? std::string_view(**text) : std::string_view();
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        std::int64_t millis = 0;
        const auto [end, ec] = std::from_chars(line.data(), line.data() + line.size(), millis);
        // Beyond the year 5000 there is an error, not a time; and the clock's nanoseconds would
        // overflow.
        if (ec != std::errc() || end != line.data() + line.size() || millis < 0 ||
            millis > 9'000'000'000'000) {
            ++skipped;
            continue;
        }
        times.emplace_back(Millis(millis));
    }
    if (skipped > 0) {
        log::get("store")->warn("{}: {} lines were no times", path_.string(), skipped);
    }
    return times;
}

Result<> IdentifyHistory::save(std::span<const WallTime> times) const {
    std::string text;
    for (const auto time : times) {
        text +=
            std::to_string(std::chrono::duration_cast<Millis>(time.time_since_epoch()).count()) +
            "\n";
    }
    return replace_file(path_, text);
}

}  // namespace rookery::store
