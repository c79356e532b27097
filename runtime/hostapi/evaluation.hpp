#pragma once

#include "base/result.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace rookery::hostapi {

/// Code that somebody at a terminal wants run in an extension, and where its answer goes. Any
/// thread; the first finish() counts, and whoever lets go of it without one has answered too.
class Evaluation {
  public:
    struct Outcome {
        std::string text;         ///< the values, for people; empty when there are none
        bool incomplete = false;  ///< the code is the beginning of something: nothing was run
    };
    using Print = std::function<void(const std::string& line)>;
    using Done = std::function<void(Result<Outcome> outcome)>;

    Evaluation(std::string code, Print print, Done done)
        : code_(std::move(code)), print_(std::move(print)), done_(std::move(done)) {}
    ~Evaluation() {
        finish(
            Error(ErrorKind::unavailable, "it ended before it had answered: reloaded or unloaded"));
    }
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    /// What the code prints meanwhile.
    void print(const std::string& line) const { print_(line); }
    void finish(Result<Outcome> outcome) {
        if (!finished_.exchange(true)) {
            done_(std::move(outcome));
        }
    }

  private:
    const std::string code_;
    const Print print_;
    const Done done_;
    std::atomic<bool> finished_{false};
};
using EvaluationPtr = std::shared_ptr<Evaluation>;

}  // namespace rookery::hostapi
