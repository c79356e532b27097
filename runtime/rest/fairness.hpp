#pragma once

#include "model/operations.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace rookery::rest {

using model::Lane;
inline constexpr std::size_t kLanes = 3;

/// Whose turn it is. Lanes share by weight (16 : 4 : 1 while all of them want something), so that
/// the urgent one goes first and none starves; within a lane all owners share alike. Who had
/// nothing to send saves nothing up.
class Fairness {
  public:
    /// Where a request stands: the lower, the sooner.
    struct Rank {
        double lane = 0;
        Lane urgency{};
        double owner = 0;
        auto operator<=>(const Rank&) const = default;
    };

    void joined(Lane lane, const std::string& owner);
    void left(Lane lane, const std::string& owner);
    [[nodiscard]] Rank rank(Lane lane, const std::string& owner) const;
    /// It got its turn; left() follows.
    void served(Lane lane, const std::string& owner);

    /// Requests of the owner that wait, in all lanes.
    [[nodiscard]] std::size_t waiting(const std::string& owner) const;

  private:
    struct Share {
        double tag = 0;
        std::size_t waiting = 0;
    };
    struct LaneState {
        Share share;
        double clock = 0;  ///< of its owners
        std::map<std::string, Share, std::less<>> owners;
    };
    std::array<LaneState, kLanes> lanes_;
    double clock_ = 0;
};

}  // namespace rookery::rest
