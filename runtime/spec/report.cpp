#include "spec/report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <utility>

namespace rookery::spec {
namespace {

constexpr const char* kGreen = "32";
constexpr const char* kRed = "31";
constexpr const char* kDim = "2";
constexpr const char* kBold = "1";

double seconds(SteadyTime::duration time) { return std::chrono::duration<double>(time).count(); }

std::string indented(const std::string& text, const std::string& by) {
    std::string out = by;
    for (const char c : text) {
        out += c;
        if (c == '\n') {
            out += by;
        }
    }
    return out;
}

/// "3d 2h", "2h 5m", "40s": the two largest units.
std::string long_time(SteadyTime::duration time) {
    auto left = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    std::string out;
    unsigned parts = 0;
    for (const auto& [unit, size] : {std::pair{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}) {
        if (left >= size && parts < 2) {
            out += (out.empty() ? "" : " ") + std::to_string(left / size) + unit;
            left %= size;
            ++parts;
        }
    }
    return out.empty() ? "0s" : out;
}

std::string title_of(const Outcome& outcome) {
    const std::string fault = name_of(outcome.fault);
    return outcome.info.title() + (fault.empty() ? "" : " [" + fault + "]");
}

/// What XML can hold: no control characters, and its own signs escaped.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if (byte >= 0x20 || c == '\n' || c == '\t') {
            out += c;
        } else {
            out += "?";
        }
    }
    return out;
}

std::string text_of(const Failure& failure) {
    std::string text = (failure.place.empty() ? "" : failure.place + ": ") + failure.message;
    if (failure.trace.size() > 1) {
        for (std::size_t i = 1; i < failure.trace.size(); ++i) {
            text += "\n  called from " + failure.trace[i];
        }
    }
    if (!failure.transcript.empty()) {
        text += "\n" + failure.transcript;
    }
    return text;
}

}  // namespace

std::string Report::paint(const char* code, const std::string& text) const {
    return style_.coloured ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

void Report::file_begins(const std::string& file) {
    file_ = file;
    first_of_file_ = outcomes_.size();
    if (style_.verbose) {
        out_ << paint(kBold, file) << std::endl;
    }
}

void Report::show_failure(const Outcome& outcome) {
    const auto title = outcome.info.name.empty() ? outcome.file : title_of(outcome);
    out_ << paint(kRed, "✗ ") << paint(kBold, title) << "\n"
         << indented(text_of(*outcome.failure), "    ") << "\n";
    for (const auto& line : outcome.log) {
        if (line.starts_with("warn") || line.starts_with("error") || line.starts_with("critical")) {
            out_ << paint(kDim, "    log: " + line) << "\n";
        }
    }
    out_ << std::flush;
}

void Report::add(Outcome outcome) {
    if (style_.verbose) {
        for (const auto& line : outcome.printed) {
            out_ << "    " << line << "\n";
        }
        for (const auto& line : outcome.log) {
            out_ << paint(kDim, "    log: " + line) << "\n";
        }
    }
    if (outcome.failure) {
        ++failures_;
        show_failure(outcome);
    } else if (style_.verbose) {
        out_ << paint(kGreen, "  ✓ ") << title_of(outcome) << " "
             << paint(kDim, fmt::format("({:.0f} ms)", seconds(outcome.took) * 1000)) << std::endl;
    }
    outcomes_.push_back(std::move(outcome));
}

void Report::file_ends() {
    std::size_t failed = 0;
    double took = 0;
    for (std::size_t i = first_of_file_; i < outcomes_.size(); ++i) {
        failed += outcomes_[i].failure ? 1 : 0;
        took += seconds(outcomes_[i].took);
    }
    const auto count = outcomes_.size() - first_of_file_;
    if (count == 0) {
        return;  // the filter let none of them through
    }
    out_ << (failed == 0 ? paint(kGreen, "✓ ") : paint(kRed, "✗ ")) << file_ << " "
         << paint(kDim, fmt::format("{} of {} passed, {:.1f} s", count - failed, count, took))
         << std::endl;
}

void Report::summary(SteadyTime::duration took) {
    std::set<std::string> cases;
    std::size_t faulty = 0;
    SteadyTime::duration passed{};
    for (const auto& outcome : outcomes_) {
        cases.insert(outcome.file + "\n" + outcome.info.place + "\n" + outcome.info.title());
        faulty += outcome.fault != Fault::none ? 1 : 0;
        passed += outcome.passed;
    }
    auto line = fmt::format("{} case{}", cases.size(), cases.size() == 1 ? "" : "s");
    if (faulty != 0) {
        line += fmt::format(", {} more runs with faults", faulty);
    }
    line += failures_ == 0 ? ", all passed" : fmt::format(", {} failed", failures_);
    line += fmt::format("; {:.1f} s, in which {} passed for the extensions", seconds(took),
                        long_time(passed));
    out_ << paint(failures_ == 0 ? kGreen : kRed, line) << std::endl;
}

std::string to_junit(const std::vector<Outcome>& outcomes) {
    std::map<std::string, std::vector<const Outcome*>> suites;
    for (const auto& outcome : outcomes) {
        suites[outcome.file].push_back(&outcome);
    }
    std::string body;
    std::size_t all_failed = 0;
    double all_time = 0;
    for (const auto& [file, members] : suites) {
        std::string cases;
        std::size_t failed = 0;
        double time = 0;
        for (const auto* outcome : members) {
            time += seconds(outcome->took);
            const auto name = outcome->info.name.empty() ? file : title_of(*outcome);
            cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                 escaped(file), escaped(name), seconds(outcome->took));
            if (!outcome->failure) {
                cases += "/>\n";
                continue;
            }
            ++failed;
            const auto& message = outcome->failure->message;
            cases += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n",
                                 escaped(message.substr(0, message.find('\n'))),
                                 escaped(text_of(*outcome->failure)));
            std::string log;
            for (const auto& line : outcome->log) {
                log += line + "\n";
            }
            cases +=
                fmt::format("      <system-out>{}</system-out>\n    </testcase>\n", escaped(log));
        }
        body += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
            "time=\"{:.3f}\">\n{}  </testsuite>\n",
            escaped(file), members.size(), failed, time, cases);
        all_failed += failed;
        all_time += time;
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" failures=\"{}\" "
        "time=\"{:.3f}\">\n{}</testsuites>\n",
        outcomes.size(), all_failed, all_time, body);
}

}  // namespace rookery::spec
