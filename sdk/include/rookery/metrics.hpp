#pragma once

#include <rookery/abi/ext/metrics.h>
#include <rookery/async.hpp>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// One number about the plugin. A cheap value; what it is told about a wrong kind of number is
/// dropped. Instance thread.
class Metric {
  public:
    Metric() = default;
    Metric(const Host& host, const rk_metrics_t& table, std::uint32_t number) noexcept
        : host_(&host), table_(&table), number_(number) {}

    /// To a counter or a gauge.
    void add(double amount = 1) const { tell(&rk_metrics_t::add, amount); }
    /// A gauge.
    void set(double value) const { tell(&rk_metrics_t::set, value); }
    /// In a histogram.
    void observe(double value) const { tell(&rk_metrics_t::observe, value); }

  private:
    using Function = rk_status_t (*)(const rk_host_t*, std::uint32_t, double);
    void tell(Function rk_metrics_t::*function, double value) const {
        if (table_ != nullptr) {
            static_cast<void>((table_->*function)(host_->raw, number_, value));
        }
    }

    const Host* host_ = nullptr;
    const rk_metrics_t* table_ = nullptr;
    std::uint32_t number_ = 0;
};

/// Numbers about the plugin, shown by `rookery metrics` as plugin_NAME_METRIC. Asking for one again
/// gives the same. Needs the capability "metrics".
class Metrics {
  public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    explicit Metrics(const Host& host)
        : host_(&host), table_(&detail::service<rk_metrics_t>(host, RK_METRICS_ID)) {}

    /// Only grows. All throw Error for a name or label that cannot be used.
    [[nodiscard]] Metric counter(std::string_view name, std::string_view help = {},
                                 const Labels& labels = {}) const {
        return declare(RK_METRIC_COUNTER, name, help, labels, {});
    }
    [[nodiscard]] Metric gauge(std::string_view name, std::string_view help = {},
                               const Labels& labels = {}) const {
        return declare(RK_METRIC_GAUGE, name, help, labels, {});
    }
    /// `bounds`: rising; none: for seconds, from 0.005 to 10.
    [[nodiscard]] Metric histogram(std::string_view name, std::string_view help = {},
                                   const Labels& labels = {},
                                   const std::vector<double>& bounds = {}) const {
        return declare(RK_METRIC_HISTOGRAM, name, help, labels, bounds);
    }

  private:
    [[nodiscard]] Metric declare(std::uint32_t kind, std::string_view name, std::string_view help,
                                 const Labels& labels, const std::vector<double>& bounds) const {
        std::vector<rk_label_t> list;
        for (const auto& [key, value] : labels) {
            list.push_back({detail::to_text(key), detail::to_text(value)});
        }
        rk_metric_t metric{};
        metric.size = sizeof(metric);
        metric.kind = kind;
        metric.name = detail::to_text(name);
        metric.help = detail::to_text(help);
        metric.labels = list.data();
        metric.label_count = static_cast<std::uint32_t>(list.size());
        metric.bounds = bounds.data();
        metric.bound_count = static_cast<std::uint32_t>(bounds.size());
        std::uint32_t number = 0;
        detail::Reason reason;
        reason.check(table_->declare(host_->raw, &metric, &number, reason), name);
        return {*host_, *table_, number};
    }

    const Host* host_;
    const rk_metrics_t* table_;
};

}  // namespace rookery
