#pragma once

#include "base/log.hpp"
#include "hostapi/extension.hpp"

#include <rookery/abi/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::plugin {

/// Counts and logs what a plugin's callbacks report. The same failure again is logged at its 10th,
/// 100th, ... time only. Instance thread.
class Failures {
  public:
    Failures(log::Logger log, std::shared_ptr<hostapi::ExtensionCounters> counters)
        : log_(std::move(log)), counters_(std::move(counters)) {}

    /// `what` is the callback: "handler of messageCreate".
    void report(std::string_view what, rk_status_t status, const rk_error_t& error);
    void report(std::string_view what, const Error& reason);

  private:
    static constexpr std::size_t kMaxKept = 256;

    log::Logger log_;
    std::shared_ptr<hostapi::ExtensionCounters> counters_;
    std::unordered_map<std::string, std::uint64_t> seen_;
};

}  // namespace rookery::plugin
