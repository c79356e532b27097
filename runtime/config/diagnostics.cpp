#include "config/diagnostics.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <tuple>

namespace rookery::config {
namespace {

template <class Findings>
Findings in_order(Findings findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const auto& left, const auto& right) {
        return std::tie(left.place.line, left.place.column) <
               std::tie(right.place.line, right.place.column);
    });
    return findings;
}

}  // namespace

std::string Diagnostics::headline(const Finding& finding) const {
    if (finding.place.line == 0) {
        return fmt::format("{}: {}", file_.string(), finding.reason);
    }
    return fmt::format("{}:{}:{}: {}", file_.string(), finding.place.line, finding.place.column,
                       finding.reason);
}

std::string Diagnostics::errors() const {
    std::string all;
    for (const auto& finding : in_order(errors_)) {
        if (!all.empty()) {
            all += '\n';
        }
        all += headline(finding);
        if (finding.place.line != 0) {
            const auto line = shown(finding.place);
            const auto number = fmt::format("{:>5}", finding.place.line);
            all += fmt::format("\n{} | {}\n{:>5} | {:>{}}", number, line.line, "", "^",
                               line.caret + 1);
        }
    }
    return all;
}

std::vector<std::string> Diagnostics::warnings() const {
    std::vector<std::string> lines;
    for (const auto& finding : in_order(warnings_)) {
        lines.push_back(headline(finding));
    }
    return lines;
}

}  // namespace rookery::config
