#pragma once

#include "spec/spec_state.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace rookery::spec {

/// One run of a case, or a file that could not be read (then `info` is empty).
struct Outcome {
    std::string file;
    CaseInfo info;
    Fault fault = Fault::none;
    std::optional<Failure> failure;
    SteadyTime::duration took{};    ///< real time
    SteadyTime::duration passed{};  ///< virtual time
    std::vector<std::string> log;
    std::vector<std::string> printed;
};

/// Gathers what became of the cases and writes it for people as it comes: a line for each file, and
/// all that is known of what failed.
class Report {
  public:
    struct Style {
        bool coloured = false;
        bool verbose = false;  ///< a line for each case, what it printed, and the log
    };
    Report(std::ostream& out, Style style) : out_(out), style_(style) {}

    void file_begins(const std::string& file);
    void add(Outcome outcome);
    void file_ends();
    /// The last line: cases, failures, real time and virtual time.
    void summary(SteadyTime::duration took);

    [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
    [[nodiscard]] const std::vector<Outcome>& outcomes() const noexcept { return outcomes_; }

  private:
    [[nodiscard]] std::string paint(const char* code, const std::string& text) const;
    void show_failure(const Outcome& outcome);

    std::ostream& out_;
    const Style style_;
    std::string file_;
    std::size_t first_of_file_ = 0;
    std::size_t failures_ = 0;
    std::vector<Outcome> outcomes_;
};

/// The outcomes as JUnit's XML: a suite for each file.
[[nodiscard]] std::string to_junit(const std::vector<Outcome>& outcomes);

}  // namespace rookery::spec
