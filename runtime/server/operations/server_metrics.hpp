#pragma once

#include "server/access/key_ring.hpp"
#include "server/http/core.hpp"
#include "server/operations/family.hpp"
#include "server/socketio/channel.hpp"
#include "server/socketio/socket_hub.hpp"

#include <cstddef>

// What the server's own parts count, as metrics.
namespace rookery::server {

void add_metrics(Families& families, const KeyRing::Stats& stats);
void add_metrics(Families& families, const HttpStats& stats, std::size_t connections);
void add_metrics(Families& families, const SocketHub::Stats& stats,
                 const ChannelPool::Stats& channels);

}  // namespace rookery::server
