#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

/// Nothing when a pointer is null where it must not be, or the kind is unknown.
std::optional<hostapi::MetricForm> read(const rk_metric_t& from) {
    const auto name = text_of(from.name);
    const auto help = text_of(from.help);
    if (!name || !help || (from.labels == nullptr && from.label_count != 0) ||
        (from.bounds == nullptr && from.bound_count != 0) || from.kind < RK_METRIC_COUNTER ||
        from.kind > RK_METRIC_HISTOGRAM) {
        return std::nullopt;
    }
    hostapi::MetricForm form;
    form.kind = static_cast<hostapi::MetricKind>(from.kind - RK_METRIC_COUNTER);
    form.name = *name;
    form.help = *help;
    for (std::uint32_t i = 0; i < from.label_count; ++i) {
        const auto label = text_of(from.labels[i].name);
        const auto value = text_of(from.labels[i].value);
        if (!label || !value) {
            return std::nullopt;
        }
        form.labels.emplace_back(*label, *value);
    }
    if (from.bound_count != 0) {
        form.bounds.assign(from.bounds, from.bounds + from.bound_count);
    }
    return form;
}

rk_status_t declare(const rk_host_t* host, const rk_metric_t* metric, std::uint32_t* out,
                    rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(metric) || out == nullptr) {
            return fail(error, RK_E_INVALID, "declare: a struct is null or too small");
        }
        if (metric->label_count > hostapi::MetricBook::kMostLabels ||
            metric->bound_count > hostapi::MetricBook::kMostBounds) {
            return fail(error, RK_E_INVALID, "declare: more than 8 labels or 20 bounds");
        }
        auto form = read(*metric);
        if (!form) {
            return fail(error, RK_E_INVALID,
                        "declare: an unknown kind, or a null pointer with a length");
        }
        hostapi::Metrics* const metrics = plugin.context().metrics;
        if (metrics == nullptr) {
            return fail(error, RK_E_UNSUPPORTED, "this host counts nothing");
        }
        const auto made = metrics->declare(*std::move(form));
        if (!made) {
            return fail(error, made.error());
        }
        *out = *made;
        return RK_OK;
    });
}

using Change = Result<> (hostapi::Metrics::*)(std::uint32_t, double);

rk_status_t change(const rk_host_t* host, std::uint32_t metric, double value,
                   Change function) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        hostapi::Metrics* const metrics = plugin.context().metrics;
        if (metrics == nullptr) {
            return RK_E_UNSUPPORTED;
        }
        const auto changed = (metrics->*function)(metric, value);
        return changed ? RK_OK : status_of(changed.error().kind());
    });
}

rk_status_t add(const rk_host_t* host, std::uint32_t metric, double amount) noexcept {
    return change(host, metric, amount, &hostapi::Metrics::add);
}
rk_status_t set(const rk_host_t* host, std::uint32_t metric, double value) noexcept {
    return change(host, metric, value, &hostapi::Metrics::set);
}
rk_status_t observe(const rk_host_t* host, std::uint32_t metric, double value) noexcept {
    return change(host, metric, value, &hostapi::Metrics::observe);
}

}  // namespace

const rk_metrics kMetrics{sizeof(rk_metrics), 0, &declare, &add, &set, &observe};

}  // namespace rookery::plugin::c_tables
