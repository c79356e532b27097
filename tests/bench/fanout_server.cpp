// The runtime's own HTTP server and Socket.IO, with a source of events: what bench_fanout_load and
// fanout.py measure. fanout_peer.js is the same on npm's socket.io.
//
//     bench_fanout_server        prints "listening PORT", ends with its standard input
//
// A client says in which room it wants to be: {"room":"r1"}. Events: `go` [{count, rooms, window,
// rate}] broadcasts `count` events over the rooms r0, r1, ..., `window` of them at most ahead of
// what `credit` [n] says has arrived, or, with a rate, so many a second. `echo` comes back.

#include "server/http/http_server.hpp"
#include "server/socketio/socket_hub.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <utility>

namespace {

namespace asio = boost::asio;
using namespace rookery;
using server::Admission;
using server::Arguments;
using server::SocketId;

class Source final : public server::Namespace {
  public:
    Source(asio::io_context& io, server::SocketServer& sockets)
        : sockets_(sockets), timer_(io), pad_(960, 'x') {}

    void connect(const server::Handshake& handshake,
                 std::function<void(Admission)> decide) override {
        const auto auth = nlohmann::json::parse(handshake.auth);
        auto admission = Admission::accept({}, {auth.value("room", "r0")});
        admission.recovery = auth.value("recovery", false);
        decide(std::move(admission));
    }
    void joined(SocketId, bool) override {}
    void left(SocketId, std::string_view) override {}

    void event(SocketId socket, std::string_view name, Arguments arguments, Reply reply) override {
        if (name == "echo") {
            if (reply) {
                reply(arguments);
            }
            sockets_.emit(socket, "echo", arguments);
            return;
        }
        const auto json = nlohmann::json::parse(arguments.json).at(0);
        if (name == "go") {
            sent_ = 0;
            credit_ = 0;
            count_ = json.at("count").get<std::uint64_t>();
            rooms_ = json.at("rooms").get<std::uint64_t>();
            window_ = json.at("window").get<std::uint64_t>();
            rate_ = json.at("rate").get<std::uint64_t>();
            if (rate_ > 0) {
                next_ = std::chrono::steady_clock::now();
                tick();
                return;
            }
        } else if (name == "credit") {
            credit_ = json.get<std::uint64_t>();
        }
        while (rate_ == 0 && sent_ < count_ && sent_ < credit_ + window_) {
            broadcast();
        }
    }

  private:
    void broadcast() {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        Arguments arguments;
        arguments.json =
            "[{\"t\":" +
            std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()) +
            ",\"n\":" + std::to_string(sent_) + ",\"pad\":\"" + pad_ + "\"}]";
        const std::string room = "r" + std::to_string(sent_ % rooms_);
        sockets_.broadcast("/", std::span(&room, 1), "news", arguments);
        ++sent_;
    }

    void tick() {
        timer_.expires_at(next_);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error && sent_ < count_) {
                broadcast();
                next_ += std::chrono::nanoseconds(1'000'000'000 / rate_);
                tick();
            }
        });
    }

    server::SocketServer& sockets_;
    asio::steady_timer timer_;
    std::string pad_;
    SteadyTime next_;
    std::uint64_t sent_ = 0;
    std::uint64_t credit_ = 0;
    std::uint64_t count_ = 0;
    std::uint64_t rooms_ = 1;
    std::uint64_t window_ = 1;
    std::uint64_t rate_ = 0;
};

}  // namespace

int main() {
    asio::io_context io{1};
    auto mailbox = std::make_shared<server::Mailbox>(io);
    server::HttpServer http(io, mailbox);
    const SystemClock clock;
    server::Turn turn(io);
    server::ChannelPool channels(io);
    config::SocketIoSection section;
    section.most_clients_per_address = section.most_clients;
    section.recovery = true;
    server::SocketHub sockets(turn, channels, clock, section);
    Source source(io, sockets);
    server::HttpOptions options;
    options.access_log = false;
    options.limits.connections = options.limits.connections_per_address = 12'000;
    if (!sockets.open("/", source, {.recovery = true}) || !http.apply(options)) {
        return 1;
    }
    http.mount("/socket.io", sockets.handler());
    const auto url = http.url();
    std::printf("listening %s\n", url.substr(url.rfind(':') + 1).c_str());
    std::fflush(stdout);

    asio::posix::stream_descriptor input(io, ::dup(STDIN_FILENO));
    char byte = 0;
    input.async_read_some(asio::buffer(&byte, 1),
                          [&](boost::system::error_code, std::size_t) { io.stop(); });
    io.run();
    http.close();
    return 0;
}
