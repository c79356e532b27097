#pragma once

#include "sim/guilded/bot_gateway.hpp"

namespace rookery::sim::guilded {

/// What bots are told of one thing that happened.
void tell_bots(Core& core, BotGateway& gateway, const community::Happening& happening);

}  // namespace rookery::sim::guilded
