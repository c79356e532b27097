#pragma once

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::testing {

/// A strict reader of Prometheus' text form 0.0.4: what a scraper would refuse, or take for
/// something else, is a fault.
class ExpositionReader {
  public:
    /// The first fault with its line; nullopt when there is none.
    std::optional<std::string> read(const std::string& text) {
        if (text.empty() || text.back() != '\n') {
            return "the last line does not end";
        }
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            const std::string line = text.substr(at, end - at);
            const std::string fault = line.starts_with('#') ? comment(line) : sample(line);
            if (!fault.empty()) {
                return fault + ": " + line;
            }
            at = end + 1;
        }
        const std::string fault = end_family();
        return fault.empty() ? std::nullopt : std::optional(fault + ": " + family_);
    }

    /// By the text before the value: "name{label=\"value\"}".
    [[nodiscard]] const std::map<std::string, double>& values() const noexcept { return values_; }
    [[nodiscard]] const std::map<std::string, std::string>& types() const noexcept {
        return types_;
    }

  private:
    std::string comment(const std::string& line) {
        static const std::regex kForm("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
        std::smatch part;
        if (!std::regex_match(line, part, kForm)) {
            return "neither HELP nor TYPE";
        }
        if (part[1] == "HELP") {
            return helps_.emplace(part[2], part[3]).second ? "" : "a second HELP";
        }
        std::string fault = end_family();
        family_ = part[2];
        static const std::set<std::string> kTypes = {"counter", "gauge", "histogram"};
        if (fault.empty() && kTypes.count(part[3]) == 0) {
            fault = "no such type";
        }
        if (fault.empty() && !types_.emplace(part[2], part[3]).second) {
            fault = "a second TYPE, or a family in two places";
        }
        if (fault.empty() && part[3] == "counter" && !family_.ends_with("_total")) {
            fault = "a counter's name ends in _total";
        }
        return fault.empty() && helps_.count(family_) == 0 ? "no HELP before its TYPE" : fault;
    }

    std::string sample(const std::string& line) {
        static const std::regex kForm(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)"
            "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\""
            "(,[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\")*\\})?"
            " ([^ ]+)");
        std::smatch part;
        if (!std::regex_match(line, part, kForm)) {
            return "no sample";
        }
        const std::string name = part[1];
        const std::string labels = part[2];
        char* end = nullptr;
        const std::string number = part[6];
        const double value = std::strtod(number.c_str(), &end);
        if (*end != '\0' || std::isnan(value)) {
            return "no number";
        }
        if (!values_.emplace(name + labels, value).second) {
            return "the same sample twice";
        }
        const std::string& type = types_[family_];
        if (type != "histogram") {
            return name != family_                  ? "a sample outside of its family"
                   : type == "counter" && value < 0 ? "a counter below 0"
                                                    : "";
        }
        return histogram(name, labels, value);
    }

    std::string histogram(const std::string& name, const std::string& labels, double value) {
        static const std::regex kBound(",?le=\"([^\"]+)\"");
        if (name == family_ + "_sum" || name == family_ + "_count") {
            if (name.ends_with("_count")) {
                counts_[labels.empty() ? "{}" : labels] = value;
            }
            return "";
        }
        std::smatch bound;
        if (name != family_ + "_bucket" || !std::regex_search(labels, bound, kBound)) {
            return "no part of a histogram";
        }
        std::string rest = std::regex_replace(labels, kBound, "");
        auto& of = buckets_[rest];
        const std::string at = bound[1];
        const double limit = at == "+Inf" ? std::numeric_limits<double>::infinity()
                                          : std::strtod(at.c_str(), nullptr);
        if (!of.empty() && (limit <= of.back().first || value < of.back().second)) {
            return "buckets that do not rise";
        }
        of.emplace_back(limit, value);
        return "";
    }

    std::string end_family() {
        for (const auto& [labels, of] : buckets_) {
            if (!std::isinf(of.back().first)) {
                return "a histogram without +Inf";
            }
            const auto count = counts_.find(labels);
            if (count == counts_.end() || count->second != of.back().second) {
                return "the count is not that of +Inf";
            }
        }
        buckets_.clear();
        counts_.clear();
        return "";
    }

    std::map<std::string, std::string> types_;
    std::map<std::string, std::string> helps_;
    std::map<std::string, double> values_;
    std::map<std::string, std::vector<std::pair<double, double>>> buckets_;  ///< by other labels
    std::map<std::string, double> counts_;
    std::string family_;
};

}  // namespace rookery::testing
