#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rookery::script {

/// Keeps a script from flooding the log: of equal errors one in kQuiet is written, the others are
/// counted; of its lines and errors together, kBurst at once and kRate a second.
class ErrorLog {
  public:
    static constexpr Millis kQuiet{10'000};
    static constexpr double kBurst = 200;
    static constexpr double kRate = 50;

    explicit ErrorLog(log::Logger log) : log_(std::move(log)) {}

    /// `text` tells errors apart; `detail` follows it in the log.
    void error(const std::string& text, const std::string& detail, SteadyTime now);
    void line(int level, std::string_view text, SteadyTime now);

  private:
    [[nodiscard]] bool admit(SteadyTime now);

    static constexpr std::size_t kMostKinds = 64;
    struct Seen {
        SteadyTime quiet_until{};
        std::uint64_t more = 0;
    };

    log::Logger log_;
    std::map<std::string, Seen, std::less<>> seen_;
    double allowance_ = kBurst;
    SteadyTime refilled_{};
    std::uint64_t dropped_ = 0;
};

}  // namespace rookery::script
