#pragma once

#include <nlohmann/json.hpp>
#include <rookery/abi/ext/views.h>

namespace rookery::plugin {

/// A JSON value as the C interface tells it; a text is borrowed, objects and lists come without
/// content.
void set_json_value(const nlohmann::json& value, rk_value_t& out);

}  // namespace rookery::plugin
