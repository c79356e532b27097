#pragma once

#include "sim/platform_sim.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace rookery::sim {

/// Breaks something of one platform every now and then, chosen by a seed: equal seeds give equal
/// sequences of faults. Simulator thread.
class Chaos {
  public:
    Chaos(Shared& shared, PlatformSim& platform)
        : shared_(shared), platform_(platform), timer_(shared.io) {}

    /// {seconds: 60, every_ms: 1000, seed: 1, kinds: "resumable" | "all" | "rest" or a list of
    /// names}. "resumable" are those after which no event may be missing; "all" adds those that
    /// end sessions and those of REST. Takes the place of what was running.
    [[nodiscard]] Result<Json> start(const Json& parameters);
    /// {running, done, faults: {name: count}, sessions_ended}
    [[nodiscard]] Json progress() const;

  private:
    void next();
    void end();

    Shared& shared_;
    PlatformSim& platform_;
    boost::asio::steady_timer timer_;
    std::mt19937_64 random_;
    std::vector<const ChaosFault*> chosen_;
    std::map<std::string, unsigned> counts_;
    unsigned done_ = 0;
    unsigned sessions_ended_ = 0;
    Millis every_{1'000};
    SteadyTime until_{};
    bool running_ = false;
};

}  // namespace rookery::sim
