#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// What is measured, as whoever measures hands it over: values of one moment. Prometheus' library
// stays behind exposition.cpp.
namespace rookery::server {

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Bucket {
    double bound = 0;         ///< at most so much
    std::uint64_t count = 0;  ///< with those of the buckets before
};

struct Sample {
    Labels labels = {};
    double value = 0;  ///< of a histogram: the sum
    /// Of a histogram, rising; what is above the last is in `count`.
    std::vector<Bucket> buckets = {};
    std::uint64_t count = 0;  ///< of a histogram
};

/// One metric with all its labels.
struct Family {
    enum class Kind : std::uint8_t { counter, gauge, histogram };

    std::string name;  ///< "rookery_events_total"
    Kind kind = Kind::gauge;
    std::string help;
    std::vector<Sample> samples = {};
};

using Families = std::vector<Family>;

}  // namespace rookery::server
