#pragma once

#include "sim/recorder.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim {

/// Counts which markers (RUN#1, RUN#2, ...) were handled, how often, and whether those of one
/// channel came in order.
class MarkerAccount {
  public:
    explicit MarkerAccount(std::string run) : needle_(std::move(run) + "#") {}

    /// `place` is the channel that marker number `sent() + 1` went to.
    void sent_to(std::uint32_t place);
    /// Counts every marker in `text`, in the order in which they stand there.
    void read(std::string_view text);
    /// How many markers stand in `text`; counts nothing.
    [[nodiscard]] std::size_t count(std::string_view text) const;

    [[nodiscard]] std::uint64_t sent() const { return marks_.size(); }
    [[nodiscard]] std::uint64_t handled() const { return handled_; }
    /// {sent, handled, lost, doubled, out_of_order, unknown, lost_examples, doubled_examples}
    [[nodiscard]] Json to_json() const;

  private:
    struct Mark {
        std::uint32_t place;
        std::uint32_t times = 0;
    };
    template <class Each>
    void each_marker(std::string_view text, Each each) const;
    void handle(std::uint64_t number);

    std::string needle_;
    std::vector<Mark> marks_;
    std::vector<std::uint64_t> last_of_place_;
    std::uint64_t handled_ = 0;
    std::uint64_t doubled_ = 0;
    std::uint64_t out_of_order_ = 0;
    std::uint64_t unknown_ = 0;
};

}  // namespace rookery::sim
