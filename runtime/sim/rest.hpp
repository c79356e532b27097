#pragma once

#include "sim/rest_route.hpp"

namespace rookery::sim {

/// The HTTP API: authorisation, form checks, rate limits, faults, then the route's handler.
/// Simulator thread.
class Rest {
  public:
    Rest(Core& core, Actions& actions, Interactions& interactions, Gateway& gateway)
        : core_(core),
          actions_(actions),
          interactions_(interactions),
          gateway_(gateway),
          limits_(core.clock) {}

    void handle(const HttpRequest& request, const HttpResponder& respond);

    [[nodiscard]] RestState& state() { return state_; }
    /// While lifted no request is refused for its rate.
    void lift_limits(bool lifted) { lifted_ = lifted; }
    [[nodiscard]] Json counts() const;

  private:
    [[nodiscard]] HttpReply answer(const HttpRequest& request);
    [[nodiscard]] HttpReply call_route(const Route& route, RestCall& call);
    /// An answer when the request must not reach its handler.
    [[nodiscard]] bool refused(const HttpRequest& request, const Route& route, RestCall& call);
    [[nodiscard]] bool bad_body(RestCall& call) const;
    [[nodiscard]] bool injected(HttpReply& reply);
    void count(unsigned status);

    Core& core_;
    Actions& actions_;
    Interactions& interactions_;
    Gateway& gateway_;
    RateLimits limits_;
    RestState state_;
    std::uint64_t requests_ = 0;
    std::map<unsigned, std::uint64_t> by_status_;
    bool lifted_ = false;
};

}  // namespace rookery::sim
