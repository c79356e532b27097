#pragma once

#include <rookery/json_value.hpp>

namespace rookery::testing {

using rookery::JsonValue;

}  // namespace rookery::testing
