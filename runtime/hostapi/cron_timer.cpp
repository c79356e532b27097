#include "hostapi/cron_timer.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::hostapi {

namespace {

std::int64_t seconds_of(Millis moment) {
    return std::chrono::floor<std::chrono::seconds>(moment).count();
}

}  // namespace

Result<CronTimer> CronTimer::start(Cron cron, Millis now) {
    const auto next = cron.next(seconds_of(now));
    if (!next) {
        return Error(ErrorKind::invalid, "cron: this will never happen");
    }
    return CronTimer(std::move(cron), *next);
}

Millis CronTimer::sleep(Millis now) const noexcept {
    const Millis left = next_ ? std::chrono::seconds{*next_} - now : kLongestSleep;
    return std::clamp(left, Millis{0}, kLongestSleep);
}

bool CronTimer::due(Millis now) {
    if (!next_ || seconds_of(now) < *next_) {
        return false;
    }
    next_ = cron_.next(seconds_of(now));
    return true;
}

Millis CronTimer::now() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace rookery::hostapi
