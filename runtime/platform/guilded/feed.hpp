#pragma once

#include "gateway/intake.hpp"
#include "platform/guilded/seen.hpp"
#include "platform/guilded/translate.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::guilded {

/// From a link's frames to the intake: names as on the wire, documents of a depth that can be read,
/// and what translate() says of them. io thread.
class Feed {
  public:
    Feed(Flavour flavour, gateway::Intake& intake, Seen& seen)
        : flavour_(flavour), intake_(intake), seen_(seen) {}

    /// Between Intake::begin() and flush(). `identity`: of the frame (its replay id); empty: what
    /// the content says, or none. A payload that cannot be read is counted and dropped.
    void take(std::string_view name, std::string_view payload, std::string_view identity,
              SteadyTime now, bool late = false);

    /// The same for an arrival that is no frame, with the events that it becomes.
    void take(std::string_view name, std::string_view payload, const Translation& translation,
              SteadyTime now);

    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    [[nodiscard]] gateway::Intake& intake() noexcept { return intake_; }
    [[nodiscard]] Seen& seen() noexcept { return seen_; }

  private:
    void hand_over(std::string_view name, std::string_view payload, const Translation& translation,
                   std::string_view identity, SteadyTime now, bool late);

    Flavour flavour_;
    gateway::Intake& intake_;
    Seen& seen_;
    std::uint64_t malformed_ = 0;
};

}  // namespace rookery::guilded
