#pragma once

#include "sim/platform_sim.hpp"

#include <boost/asio/steady_timer.hpp>

#include <random>
#include <string>

namespace rookery::sim {

/// Lets a community live by itself through the acts that all platforms know: people write, answer,
/// react and type. Repeats for equal seeds. Simulator thread.
class Chatter {
  public:
    Chatter(Shared& shared, PlatformSim& platform)
        : platform_(platform), random_(shared.options.seed), timer_(shared.io) {}

    /// About `lines_per_second` messages a second; 0 = nothing.
    void start(double lines_per_second);

  private:
    void next();
    void do_something();

    PlatformSim& platform_;
    std::mt19937_64 random_;
    boost::asio::steady_timer timer_;
    std::string last_channel_;
    double rate_ = 0;
};

}  // namespace rookery::sim
