#pragma once

#include <functional>
#include <string>

namespace rookery::log {

/// From now on every line goes to `take` instead of standard error: "info  script ping: loaded",
/// without the moment. Once, before other threads log; `take` is called by one thread at a time.
void capture(std::function<void(std::string line)> take);

}  // namespace rookery::log
