#pragma once

#include "sim/form.hpp"

namespace rookery::sim {

/// Checks the components of a message body and gives every one an id. `body` is the whole message.
void check_components(Json& body, FormErrors& errors);

}  // namespace rookery::sim
