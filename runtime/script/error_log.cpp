#include "script/error_log.hpp"

#include <algorithm>
#include <array>

namespace rookery::script {

void ErrorLog::error(const std::string& text, const std::string& detail, SteadyTime now) {
    if (seen_.size() >= kMostKinds && !seen_.contains(text)) {
        seen_.clear();
    }
    Seen& seen = seen_[text];
    if (now < seen.quiet_until) {
        ++seen.more;
        return;
    }
    if (!admit(now)) {
        return;
    }
    if (seen.more > 0) {
        log_->error("{}{} (and {} more of the same)", text, detail, seen.more);
    } else {
        log_->error("{}{}", text, detail);
    }
    seen = {now + kQuiet, 0};
}

bool ErrorLog::admit(SteadyTime now) {
    const double passed = std::chrono::duration<double>(now - refilled_).count();
    allowance_ = std::min(kBurst, allowance_ + passed * kRate);
    refilled_ = now;
    if (allowance_ < 1) {
        ++dropped_;
        return false;
    }
    allowance_ -= 1;
    if (dropped_ > 0) {
        log_->warn("{} lines were left out: the script writes too many", dropped_);
        dropped_ = 0;
    }
    return true;
}

void ErrorLog::line(int level, std::string_view text, SteadyTime now) {
    constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                 spdlog::level::err};
    constexpr std::size_t kLongest = 2000;
    if (!admit(now)) {
        return;
    }
    const auto index = static_cast<std::size_t>(std::clamp(level, 1, 4) - 1);
    log_->log(kLevels[index], "{}", log::clipped(text, kLongest));
}

}  // namespace rookery::script
