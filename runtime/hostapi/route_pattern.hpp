#pragma once

#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// "/items/:id/parts", "/files/*": literal segments, parameters, and at the end perhaps the rest.
/// Immutable.
class RoutePattern {
  public:
    static constexpr std::size_t kMostSegments = 32;
    static constexpr std::size_t kLongest = 512;

    /// Error invalid, with what is wrong.
    [[nodiscard]] static Result<RoutePattern> parse(std::string_view text);

    using Params = std::vector<std::pair<std::string, std::string>>;
    /// Whether it stands for these segments, each decoded; what its parameters are goes into
    /// `params`. The rest of a path has the name "*", its segments joined by '/'.
    [[nodiscard]] bool match(std::span<const std::string> segments, Params& params) const;

    /// The same for two patterns that stand for the same paths, whatever their parameters' names.
    [[nodiscard]] const std::string& shape() const noexcept { return shape_; }
    /// Of two that stand for a path the one that says more of it goes first: a literal before a
    /// parameter before the rest, from the left.
    [[nodiscard]] bool before(const RoutePattern& other) const noexcept {
        return order_ < other.order_;
    }

  private:
    struct Segment {
        bool literal;
        std::string text;  ///< or the parameter's name
    };

    std::vector<Segment> segments_;
    bool rest_ = false;
    std::string shape_;
    std::string order_;
};

}  // namespace rookery::hostapi
