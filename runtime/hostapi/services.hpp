#pragma once

#include "store/kv.hpp"

namespace rookery::hostapi {

/// What the runtime has for all extensions, wired in by app; each instance gets its own view of it.
/// What is null is not there: calls fail as unsupported. Outlives the instances.
struct Services {
    store::KvStore* kv = nullptr;
};

}  // namespace rookery::hostapi
