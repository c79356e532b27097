#include "hostapi/metrics.hpp"

#include "base/log.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace rookery::hostapi {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestValue = 128;
constexpr std::size_t kLongestHelp = 200;
/// As Prometheus' own clients have them, for seconds.
constexpr std::array kSeconds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
constexpr std::array<std::string_view, 3> kKinds = {"counter", "gauge", "histogram"};

std::string_view word(MetricKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestName && !(text[0] >= '0' && text[0] <= '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

Result<> check(MetricForm& form) {
    const auto invalid = [&](std::string_view problem) {
        return Error(ErrorKind::invalid,
                     fmt::format("metric {}: {}", log::clipped(form.name, 64), problem));
    };
    if (!is_name(form.name)) {
        return invalid("expected a name of 1 to 64 of a-z A-Z 0-9 _, not a digit first");
    }
    if (form.labels.size() > MetricBook::kMostLabels) {
        return invalid("more than 8 labels");
    }
    std::sort(form.labels.begin(), form.labels.end());
    for (const auto& [name, value] : form.labels) {
        if (!is_name(name) || name.starts_with("__") || name == "le") {
            return invalid("label " + log::clipped(name, 64) + " is no name for one");
        }
        if (value.size() > kLongestValue) {
            return invalid("the value of label " + name + " is longer than 128 bytes");
        }
    }
    if (form.help.size() > kLongestHelp) {
        return invalid("its help is longer than 200 bytes");
    }
    if (form.kind != MetricKind::histogram) {
        return form.bounds.empty() ? Result<>() : invalid("only a histogram has bounds");
    }
    if (form.bounds.empty()) {
        form.bounds.assign(kSeconds.begin(), kSeconds.end());
    }
    const bool rising = std::adjacent_find(form.bounds.begin(), form.bounds.end(),
                                           std::greater_equal<>()) == form.bounds.end();
    const bool finite = std::all_of(form.bounds.begin(), form.bounds.end(),
                                    [](double bound) { return std::isfinite(bound); });
    return rising && finite && form.bounds.size() <= MetricBook::kMostBounds
               ? Result<>()
               : invalid("expected at most 20 bounds that rise");
}

/// "script ping" as the beginning of a metric's name: "script_ping_".
std::string prefix_of(std::string_view title) {
    std::string out(title);
    std::replace_if(
        out.begin(), out.end(),
        [](char c) {
            return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
        },
        '_');
    return out + "_";
}

std::string labels_of(const MetricLabels& labels, std::string_view bound = {}) {
    std::string out;
    for (const auto& [name, value] : labels) {
        out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value));
    }
    if (!bound.empty()) {
        out += fmt::format("{}le=\"{}\"", out.empty() ? "" : ",", bound);
    }
    return out.empty() ? out : "{" + out + "}";
}

}  // namespace

Result<std::uint32_t> MetricBook::declare(const std::string& title, MetricForm form) {
    if (auto checked = check(form); !checked) {
        return checked.error();
    }
    const std::scoped_lock lock(mutex_);
    auto& metrics = extensions_[title];
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        const MetricForm& other = metrics[i].form;
        if (other.name != form.name) {
            continue;
        }
        if (other.kind != form.kind || other.bounds != form.bounds) {
            return Error(ErrorKind::exists, fmt::format("metric {} is a {} of other bounds or kind",
                                                        form.name, word(other.kind)));
        }
        if (other.labels == form.labels) {
            return static_cast<std::uint32_t>(i + 1);
        }
    }
    if (metrics.size() >= kMost) {
        return Error(ErrorKind::limit, "more than 100 metrics, labels counted");
    }
    Metric metric;
    metric.counts.resize(form.kind == MetricKind::histogram ? form.bounds.size() + 1 : 0);
    metric.form = std::move(form);
    metrics.push_back(std::move(metric));
    return static_cast<std::uint32_t>(metrics.size());
}

Result<MetricBook::Metric*> MetricBook::find(const std::string& title, std::uint32_t metric,
                                             double value) {
    const auto found = extensions_.find(title);
    if (found == extensions_.end() || metric < 1 || metric > found->second.size()) {
        return Error(ErrorKind::not_found, "there is no such metric");
    }
    if (!std::isfinite(value)) {
        return Error(ErrorKind::invalid, "expected a finite number");
    }
    return &found->second[metric - 1];
}

Result<> MetricBook::add(const std::string& title, std::uint32_t metric, double amount) {
    const std::scoped_lock lock(mutex_);
    auto found = find(title, metric, amount);
    if (!found) {
        return found.error();
    }
    const MetricKind kind = (*found)->form.kind;
    if (kind == MetricKind::histogram || (kind == MetricKind::counter && amount < 0)) {
        return Error(ErrorKind::invalid, kind == MetricKind::histogram
                                             ? "a histogram takes values by observe"
                                             : "a counter only grows");
    }
    (*found)->value += amount;
    return {};
}

Result<> MetricBook::set(const std::string& title, std::uint32_t metric, double value) {
    const std::scoped_lock lock(mutex_);
    auto found = find(title, metric, value);
    if (!found) {
        return found.error();
    }
    if ((*found)->form.kind != MetricKind::gauge) {
        return Error(ErrorKind::invalid, "only a gauge can be set");
    }
    (*found)->value = value;
    return {};
}

Result<> MetricBook::observe(const std::string& title, std::uint32_t metric, double value) {
    const std::scoped_lock lock(mutex_);
    auto found = find(title, metric, value);
    if (!found) {
        return found.error();
    }
    if ((*found)->form.kind != MetricKind::histogram) {
        return Error(ErrorKind::invalid, "only a histogram observes");
    }
    const auto& bounds = (*found)->form.bounds;
    const auto at = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
    ++(*found)->counts[static_cast<std::size_t>(at)];
    (*found)->value += value;
    return {};
}

void MetricBook::write(std::string& out, const std::string& name, const Metric& metric) {
    const MetricLabels& labels = metric.form.labels;
    if (metric.form.kind != MetricKind::histogram) {
        out += fmt::format("{}{} {}\n", name, labels_of(labels), metric.value);
        return;
    }
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < metric.counts.size(); ++i) {
        count += metric.counts[i];
        const std::string bound = i < metric.form.bounds.size()
                                      ? fmt::format("{}", metric.form.bounds[i])
                                      : std::string("+Inf");
        out += fmt::format("{}_bucket{} {}\n", name, labels_of(labels, bound), count);
    }
    out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, labels_of(labels), metric.value, name,
                       labels_of(labels), count);
}

std::string MetricBook::text() const {
    const std::scoped_lock lock(mutex_);
    std::string out;
    for (const auto& [title, metrics] : extensions_) {
        std::map<std::string, std::vector<const Metric*>> families;
        for (const Metric& metric : metrics) {
            families[metric.form.name].push_back(&metric);
        }
        for (const auto& [name, family] : families) {
            const std::string full = prefix_of(title) + name;
            if (const std::string& help = family.front()->form.help; !help.empty()) {
                out += fmt::format("# HELP {} {}\n", full, escaped(help));
            }
            out += fmt::format("# TYPE {} {}\n", full, word(family.front()->form.kind));
            for (const Metric* const metric : family) {
                write(out, full, *metric);
            }
        }
    }
    return out;
}

Result<std::uint32_t> Metrics::declare(MetricForm form) {
    if (auto allowed = capabilities_.check("metrics"); !allowed) {
        return allowed.error();
    }
    return book_.declare(title_, std::move(form));
}

}  // namespace rookery::hostapi
