#pragma once

#include "sim/discord/form.hpp"

namespace rookery::sim::discord {

/// Checks the components of a message body and gives every one an id. `body` is the whole message.
void check_components(Json& body, FormErrors& errors);

}  // namespace rookery::sim::discord
