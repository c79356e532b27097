#include "server/operations/exposition.hpp"

#include <limits>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace rookery::server {
namespace {

prometheus::MetricType type_of(Family::Kind kind) {
    switch (kind) {
        case Family::Kind::counter:
            return prometheus::MetricType::Counter;
        case Family::Kind::gauge:
            return prometheus::MetricType::Gauge;
        case Family::Kind::histogram:
            return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric metric_of(const Sample& sample, Family::Kind kind) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : sample.labels) {
        metric.label.push_back({name, value});
    }
    if (kind == Family::Kind::counter) {
        metric.counter.value = sample.value;
    } else if (kind == Family::Kind::gauge) {
        metric.gauge.value = sample.value;
    } else {
        metric.histogram.sample_count = sample.count;
        metric.histogram.sample_sum = sample.value;
        for (const auto& bucket : sample.buckets) {
            metric.histogram.bucket.push_back({bucket.count, bucket.bound});
        }
        metric.histogram.bucket.push_back({sample.count, std::numeric_limits<double>::infinity()});
    }
    return metric;
}

}  // namespace

std::string exposition(const Families& families) {
    std::vector<prometheus::MetricFamily> out;
    for (const auto& family : families) {
        if (family.samples.empty()) {
            continue;
        }
        prometheus::MetricFamily next{family.name, family.help, type_of(family.kind), {}};
        for (const auto& sample : family.samples) {
            next.metric.push_back(metric_of(sample, family.kind));
        }
        out.push_back(std::move(next));
    }
    return prometheus::TextSerializer().Serialize(out);
}

}  // namespace rookery::server
