#pragma once

#include "base/result.hpp"
#include "hostapi/capabilities.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// What a metric is called; labels are sorted by the book.
struct MetricForm {
    MetricKind kind = MetricKind::counter;
    std::string name;
    MetricLabels labels;
    std::string help;
    std::vector<double> bounds;  ///< of a histogram; none: those for seconds
};

/// The metrics of all extensions, which outlive their instances. Any thread.
class MetricBook {
  public:
    static constexpr std::size_t kMost = 100;  ///< of one extension
    static constexpr std::size_t kMostLabels = 8;
    static constexpr std::size_t kMostBounds = 20;

    /// The number of the extension's metric of that name and labels, made when there is none.
    /// Errors: invalid, exists (the name is of another kind), limit.
    [[nodiscard]] Result<std::uint32_t> declare(const std::string& title, MetricForm form);

    // Errors: not_found; invalid: no finite number, or not for that kind.
    [[nodiscard]] Result<> add(const std::string& title, std::uint32_t metric, double amount);
    [[nodiscard]] Result<> set(const std::string& title, std::uint32_t metric, double value);
    [[nodiscard]] Result<> observe(const std::string& title, std::uint32_t metric, double value);

    /// Prometheus' text form, version 0.0.4: "script_ping_NAME{label="value"} 5".
    [[nodiscard]] std::string text() const;

  private:
    struct Metric {
        MetricForm form;
        double value = 0;                   ///< of a histogram: the sum
        std::vector<std::uint64_t> counts;  ///< of a histogram: by bound, then beyond the last
    };

    [[nodiscard]] Result<Metric*> find(const std::string& title, std::uint32_t metric,
                                       double value);
    static void write(std::string& out, const std::string& name, const Metric& metric);

    mutable std::mutex mutex_;
    std::map<std::string, std::vector<Metric>> extensions_;
};

/// The metrics as one extension instance sees them.
class Metrics {
  public:
    /// Both outlive this.
    Metrics(MetricBook& book, std::string title, const Capabilities& capabilities)
        : book_(book), title_(std::move(title)), capabilities_(capabilities) {}

    /// As MetricBook, and denied.
    [[nodiscard]] Result<std::uint32_t> declare(MetricForm form);
    [[nodiscard]] Result<> add(std::uint32_t metric, double amount) {
        return book_.add(title_, metric, amount);
    }
    [[nodiscard]] Result<> set(std::uint32_t metric, double value) {
        return book_.set(title_, metric, value);
    }
    [[nodiscard]] Result<> observe(std::uint32_t metric, double value) {
        return book_.observe(title_, metric, value);
    }

  private:
    MetricBook& book_;
    const std::string title_;
    const Capabilities& capabilities_;
};

}  // namespace rookery::hostapi
