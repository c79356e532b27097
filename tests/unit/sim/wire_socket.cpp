#include "unit/sim/wire_socket.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>

namespace rookery::sim::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

}  // namespace

struct WireSocket::State {
    asio::io_context io;
    websocket::stream<beast::tcp_stream> ws{io};
    beast::flat_buffer buffer;
    websocket::response_type response;
    error_code error;
    bool reading = false;
    bool read = false;
    unsigned pongs = 0;

    void drive(const bool& done, milliseconds patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!done && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_until(deadline);
        }
    }
};

WireSocket::WireSocket(const std::string& url, const std::map<std::string, std::string>& headers)
    : state_(std::make_unique<State>()) {
    auto& s = *state_;
    const auto host = url.find("://") + 3;
    const auto colon = url.find(':', host);
    const auto slash = std::min(url.find('/', host), url.size());
    const auto name = url.substr(host, colon - host);
    s.ws.read_message_max(std::size_t{256} << 20U);
    s.ws.control_callback([&s](websocket::frame_type kind, beast::string_view) {
        s.pongs += kind == websocket::frame_type::pong ? 1 : 0;
    });
    s.ws.set_option(websocket::stream_base::decorator([headers](websocket::request_type& request) {
        for (const auto& [key, value] : headers) {
            request.set(key, value);
        }
    }));
    const auto endpoints =
        asio::ip::tcp::resolver(s.io).resolve(name, url.substr(colon + 1, slash - colon - 1));
    asio::connect(beast::get_lowest_layer(s.ws).socket(), endpoints, s.error);
    bool done = s.error.failed();
    if (!done) {
        s.ws.async_handshake(s.response, name, url.substr(slash), [&](error_code e) {
            s.error = e;
            done = true;
        });
        s.drive(done, kPatience);
    }
}

WireSocket::~WireSocket() {
    error_code ignored;
    beast::get_lowest_layer(state_->ws).socket().close(ignored);
    state_->io.restart();
    state_->io.run_for(milliseconds(100));
}

bool WireSocket::connected() const { return !state_->error; }
unsigned WireSocket::status() const { return state_->response.result_int(); }
bool WireSocket::last_was_binary() const { return state_->ws.got_binary(); }
unsigned WireSocket::pongs() const { return state_->pongs; }

void WireSocket::send(const std::string& text) {
    bool done = false;
    state_->ws.async_write(asio::buffer(text), [&](error_code, std::size_t) { done = true; });
    state_->drive(done, kPatience);
}

void WireSocket::ping() {
    bool done = false;
    state_->ws.async_ping({}, [&](error_code) { done = true; });
    state_->drive(done, kPatience);
}

void WireSocket::close() {
    bool done = false;
    state_->ws.async_close(websocket::close_code::normal, [&](error_code) { done = true; });
    state_->drive(done, kPatience);
}

std::optional<std::string> WireSocket::next(milliseconds patience) {
    auto& s = *state_;
    if (s.error) {
        return std::nullopt;
    }
    if (!s.reading) {
        s.reading = true;
        s.read = false;
        s.ws.async_read(s.buffer, [&s](error_code e, std::size_t) {
            s.error = e;
            s.read = true;
            s.reading = false;
        });
    }
    s.drive(s.read, patience);
    if (!s.read || s.error) {
        return std::nullopt;
    }
    auto text = beast::buffers_to_string(s.buffer.data());
    s.buffer.clear();
    return text;
}

std::optional<std::string> WireSocket::until(const std::string& part, milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
        auto text = next(
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()));
        if (!text || text->find(part) != std::string::npos) {
            return text;
        }
    }
    return std::nullopt;
}

unsigned WireSocket::close_code(milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!state_->error && std::chrono::steady_clock::now() < deadline) {
        (void)next(
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()));
    }
    if (!state_->error) {
        return 0;
    }
    const auto code = static_cast<unsigned>(state_->ws.reason().code);
    return code == 0 ? 1006 : code;
}

}  // namespace rookery::sim::testing
