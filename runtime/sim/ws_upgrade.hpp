#pragma once

#include "sim/ws_channel.hpp"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace rookery::sim {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

/// The websocket that a connection becomes whose upgrade request has been read already. `status`
/// of its events is not asked. Simulator thread.
[[nodiscard]] std::shared_ptr<WsChannel> take_upgrade(boost::beast::tcp_stream stream,
                                                      std::shared_ptr<boost::asio::ssl::context>,
                                                      UpgradeRequest request);
[[nodiscard]] std::shared_ptr<WsChannel> take_upgrade(
    boost::beast::ssl_stream<boost::beast::tcp_stream> stream,
    std::shared_ptr<boost::asio::ssl::context> tls, UpgradeRequest request);

}  // namespace rookery::sim
