#include "rest/standing.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace rookery::rest {
namespace {

constexpr Millis kWindow{600'000};
constexpr std::size_t kStep = 500;  ///< a warning each
constexpr Millis kPause{60'000};
constexpr Millis kLongestPause{3'600'000};

}  // namespace

void Standing::refused(SteadyTime now, std::string_view what, unsigned status) {
    refused_.push_back(now);
    const auto count = refused_lately(now);
    if (count % kStep == 0) {
        log::get("rest")->warn("{} requests were refused in ten minutes, the latest: {} ({})",
                               count, what, status);
    }
}

std::size_t Standing::refused_lately(SteadyTime now) {
    while (!refused_.empty() && refused_.front() + kWindow <= now) {
        refused_.pop_front();
    }
    return refused_.size();
}

void Standing::blocked(SteadyTime now, Millis wait) {
    pause_ = std::clamp(pause_ * 2, kPause, kLongestPause);
    open_at_ = std::max(open_at_, now + std::max(pause_, wait));
    log::get("rest")->error(
        "the service blocks this address: nothing is sent for {} s",
        std::chrono::duration_cast<std::chrono::seconds>(open_at_ - now).count());
}

}  // namespace rookery::rest
