#include "rest/fairness.hpp"

#include <algorithm>

namespace rookery::rest {
namespace {

constexpr std::array<double, kLanes> kCost = {1.0 / 16, 1.0 / 4, 1.0};

std::size_t at(Lane lane) { return static_cast<std::size_t>(lane); }

}  // namespace

void Fairness::joined(Lane lane, const std::string& owner) {
    LaneState& state = lanes_[at(lane)];
    if (state.share.waiting++ == 0) {
        state.share.tag = std::max(state.share.tag, clock_);
    }
    Share& share = state.owners[owner];
    if (share.waiting++ == 0) {
        share.tag = std::max(share.tag, state.clock);
    }
}

void Fairness::left(Lane lane, const std::string& owner) {
    LaneState& state = lanes_[at(lane)];
    --state.share.waiting;
    const auto found = state.owners.find(owner);
    if (--found->second.waiting == 0 && found->second.tag <= state.clock) {
        state.owners.erase(found);
    }
    if (state.share.waiting == 0) {
        // Nobody is owed anything: a debt of the past would only grow the map.
        state.owners.clear();
    }
}

Fairness::Rank Fairness::rank(Lane lane, const std::string& owner) const {
    const LaneState& state = lanes_[at(lane)];
    const auto found = state.owners.find(owner);
    return {state.share.tag, lane, found == state.owners.end() ? 0 : found->second.tag};
}

void Fairness::served(Lane lane, const std::string& owner) {
    LaneState& state = lanes_[at(lane)];
    clock_ = std::max(clock_, state.share.tag);
    state.share.tag += kCost[at(lane)];
    Share& share = state.owners[owner];
    state.clock = std::max(state.clock, share.tag);
    share.tag += 1;
}

std::size_t Fairness::waiting(const std::string& owner) const {
    std::size_t sum = 0;
    for (const auto& state : lanes_) {
        const auto found = state.owners.find(owner);
        sum += found == state.owners.end() ? 0 : found->second.waiting;
    }
    return sum;
}

}  // namespace rookery::rest
