#pragma once

#include "sim/discord/gateway.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace rookery::sim::discord {

/// Breaks something every now and then, chosen by a seed: equal seeds give equal sequences of
/// faults. Simulator thread.
class Chaos {
  public:
    Chaos(Core& core, Gateway& gateway) : core_(core), gateway_(gateway), timer_(core.io) {}

    /// {seconds: 60, every_ms: 1000, seed: 1, kinds: "resumable" | "all" | "rest" or a list of
    /// names}. "resumable" are those after which no event may be missing; "all" adds those that
    /// end sessions and those of REST. Takes the place of what was running.
    [[nodiscard]] Result<Json> start(const Json& parameters);
    /// {running, done, faults: {name: count}, sessions_ended}
    [[nodiscard]] Json progress() const;

  private:
    struct Fault;
    static const std::vector<Fault>& catalogue();
    void next();
    void end();

    Core& core_;
    Gateway& gateway_;
    boost::asio::steady_timer timer_;
    std::mt19937_64 random_;
    std::vector<const Fault*> chosen_;
    std::map<std::string, unsigned> counts_;
    unsigned done_ = 0;
    unsigned sessions_ended_ = 0;
    Millis every_{1'000};
    SteadyTime until_{};
    bool running_ = false;
};

}  // namespace rookery::sim::discord
