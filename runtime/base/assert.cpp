#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace rookery::detail {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "rookery: internal error: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace rookery::detail
