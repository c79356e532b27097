#pragma once

#include "sim/discord/rest_route.hpp"

namespace rookery::sim::discord {

/// The HTTP API: authorisation, form checks, rate limits, faults, then the route's handler.
/// Simulator thread.
class Rest {
  public:
    Rest(Core& core, Actions& actions, Interactions& interactions, Gateway& gateway)
        : core_(core),
          actions_(actions),
          interactions_(interactions),
          gateway_(gateway),
          limits_(core.clock, core.faults) {}

    void handle(const HttpRequest& request, const HttpResponder& respond);

    /// Does what such a request would do, as anybody; without authorisation, limits and faults.
    [[nodiscard]] HttpReply perform_as(Id actor, const std::string& method, const std::string& path,
                                       const Json& body, const std::string& reason);

    [[nodiscard]] RestState& state() { return state_; }
    /// While lifted no request is refused for its rate.
    void lift_limits(bool lifted) { lifted_ = lifted; }
    /// Of so many requests the first is answered with 429, again and again; 0 = none.
    void limit_every(unsigned requests, double retry_after) {
        every_ = requests;
        since_limited_ = requests;
        core_.faults.retry_after = retry_after;
    }
    [[nodiscard]] Json counts() const;

  private:
    [[nodiscard]] HttpReply answer(const HttpRequest& request);
    [[nodiscard]] HttpReply call_route(const Route& route, RestCall& call);
    /// An answer when the request must not reach its handler.
    [[nodiscard]] bool refused(const HttpRequest& request, const Route& route, RestCall& call);
    [[nodiscard]] bool bad_body(RestCall& call) const;
    [[nodiscard]] bool injected(HttpReply& reply);
    [[nodiscard]] static HttpReply blocked(bool as_json);
    [[nodiscard]] bool banned();
    void spoil(HttpReply& reply);
    void count(const HttpReply& reply);

    Core& core_;
    Actions& actions_;
    Interactions& interactions_;
    Gateway& gateway_;
    RateLimits limits_;
    RestState state_;
    std::uint64_t requests_ = 0;
    std::map<unsigned, std::uint64_t> by_status_;
    std::deque<SteadyTime> invalid_;  // 401, 403 and 429 of the last ten minutes
    std::uint64_t limited_globally_ = 0;
    bool lifted_ = false;
    unsigned every_ = 0;
    unsigned since_limited_ = 0;
};

}  // namespace rookery::sim::discord
