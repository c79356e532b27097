#pragma once

#include "base/clock.hpp"

namespace rookery::testing {

/// A clock that moves only when told. Starts at a fixed instant, so that tests are repeatable.
class FakeClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime now() const override { return SteadyTime{} + offset_; }
    [[nodiscard]] WallTime wall() const override {
        return WallTime{} + Millis{1'700'000'000'000} + offset_;
    }
    void advance(Millis by) { offset_ += by; }

  private:
    Millis offset_{1'000'000};
};

}  // namespace rookery::testing
