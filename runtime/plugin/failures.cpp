#include "plugin/failures.hpp"

#include "plugin/host_side.hpp"

namespace rookery::plugin {
namespace {

bool is_power_of_ten(std::uint64_t count) {
    while (count % 10 == 0) {
        count /= 10;
    }
    return count == 1;
}

}  // namespace

void Failures::report(std::string_view what, rk_status_t status, const rk_error_t& error) {
    report(what, error_of(status, error));
}

void Failures::report(std::string_view what, const Error& reason) {
    counters_->errors.fetch_add(1, std::memory_order_relaxed);
    std::string text = std::string(what) + " failed: " + reason.message();
    if (seen_.size() >= kMaxKept && !seen_.contains(text)) {
        seen_.clear();
    }
    const std::uint64_t count = ++seen_[text];
    if (count == 1) {
        log_->error("{}", text);
    } else if (is_power_of_ten(count)) {
        log_->error("{} ({} times)", text, count);
    }
}

}  // namespace rookery::plugin
