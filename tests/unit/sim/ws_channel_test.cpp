#include "sim/ws_channel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Client = beast::websocket::stream<tcp::socket>;

/// A channel on a loop of its own thread, and the two ends of its connection.
class WsChannelTest : public testing::Test {
  public:
    WsChannelTest() : io_(std::make_unique<asio::io_context>()), work_(io_->get_executor()) {
        tcp::acceptor acceptor(*io_, {asio::ip::address_v4::loopback(), 0});
        client_.next_layer().connect(acceptor.local_endpoint());
        channel_ = make_ws_channel(acceptor.accept(), nullptr);
    }
    ~WsChannelTest() override { end(); }

    void run() {
        thread_ = std::thread([this] { io_->run(); });
    }
    void on_loop(std::function<void()> what) { asio::post(*io_, std::move(what)); }
    void end() {
        if (thread_.joinable()) {
            io_->stop();
            thread_.join();
        }
    }
    void shake_hands() { client_.handshake("localhost", "/"); }

  protected:
    std::unique_ptr<asio::io_context> io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::io_context client_io_;
    Client client_{client_io_};
    std::shared_ptr<WsChannel> channel_;
    std::thread thread_;
};

TEST_F(WsChannelTest, what_is_sent_while_the_upgrade_is_under_way_is_none_of_its_frames) {
    bool open = false;
    std::function<void()> again = [&] {
        if (!open) {
            channel_->send("early", false);
            channel_->send_raw("early");
            on_loop(again);
        }
    };
    channel_->start({.status = {},
                     .opened =
                         [&](std::string_view) {
                             open = true;
                             channel_->send("first", false);
                         },
                     .message = [](std::string_view) {},
                     .writable = {},
                     .closed = {}});
    on_loop(again);
    run();
    shake_hands();
    beast::flat_buffer buffer;
    client_.read(buffer);
    EXPECT_EQ(beast::buffers_to_string(buffer.data()), "first");
}

TEST_F(WsChannelTest, one_that_waits_for_its_last_bytes_to_leave_goes_with_the_loop) {
    std::promise<void> much;
    channel_->start({.status = {},
                     .opened =
                         [&](std::string_view) {
                             // More than the kernel takes, of a client that does not read.
                             channel_->send(std::string(std::size_t{32} << 20U, 'x'), false);
                             much.set_value();
                         },
                     .message = [](std::string_view) {},
                     .writable = {},
                     .closed = {}});
    run();
    shake_hands();
    much.get_future().get();
    constexpr std::string_view kClose("\x88\x80\x00\x00\x00\x00", 6);  // masked, without a code
    asio::write(client_.next_layer(), asio::buffer(kClose));
    std::promise<void> later;
    std::function<void(int)> turn = [&](int left) {
        left == 0 ? later.set_value() : on_loop([&turn, left] { turn(left - 1); });
    };
    // The close frame is there when what is written behind it has been taken from the socket.
    client_.next_layer().wait(tcp::socket::wait_read);
    on_loop([&turn] { turn(1000); });
    later.get_future().get();
    end();
    const std::weak_ptr<WsChannel> channel = channel_;
    channel_.reset();
    work_.reset();
    io_.reset();
    EXPECT_TRUE(channel.expired());
}

}  // namespace
}  // namespace rookery::sim
