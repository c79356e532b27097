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

Millis CronTimer::sleep(Millis now, Millis longest) const noexcept {
    const Millis left = next_ ? std::chrono::seconds{*next_} - now : longest;
    return std::clamp(left, Millis{0}, longest);
}

bool CronTimer::due(Millis now) {
    if (!next_ || seconds_of(now) < *next_) {
        return false;
    }
    next_ = cron_.next(seconds_of(now));
    return true;
}

}  // namespace rookery::hostapi
