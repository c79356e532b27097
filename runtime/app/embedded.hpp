#pragma once

#include "app/run.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rookery::app {

/// A runtime inside another program, on a thread of its own: without signals, and with an account
/// of what is under way in it, for tests that wait until nothing is. From one thread, not its own.
class Embedded {
  public:
    /// Returns once everything is made; extensions load and bots connect meanwhile. Errors: those
    /// of a start.
    [[nodiscard]] static Result<std::unique_ptr<Embedded>> start(RunOptions options);
    /// Stops in order.
    ~Embedded();
    Embedded(const Embedded&) = delete;
    Embedded& operator=(const Embedded&) = delete;

    struct Busy {
        std::string text;            ///< for people; empty when it only waits
        std::uint64_t activity = 0;  ///< has grown by one with each thing that its thread did
    };
    /// What is under way, after all that its thread had to do has been done; what waits for the
    /// platforms or for moments of the virtual time is not. Extensions' threads are asked through
    /// VirtualTime.
    [[nodiscard]] Busy busy() const;
    /// A bot that will not connect, or an extension that does not run, with the reason; empty: all
    /// is well.
    [[nodiscard]] std::vector<std::string> failures() const;
    /// Of extensions, by name; empty: what changed of all. What was done, or why not.
    [[nodiscard]] Result<std::vector<std::string>> reload(const std::string& name);

  private:
    struct Impl;
    explicit Embedded(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::app
