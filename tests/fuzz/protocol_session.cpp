#include "base/assert.hpp"
#include "support/socketio_peer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace rookery;
using namespace rookery::protocol;
using State = socketio::EngineSession::State;

namespace {

/// One client's requests, in any order: each is a byte for what, one for how long, and that much.
class Client {
  public:
    explicit Client(std::string_view script) : rest_(script) {}

    void run() {
        test::SocketIoPeer peer(take() % 2 == 0 ? test::SocketIoPeer::Transport::polling
                                                : test::SocketIoPeer::Transport::websocket,
                                options());
        while (!rest_.empty()) {
            act(peer);
            hold(peer);
        }
        peer.session.close(socketio::EndReason::shutting_down, peer.now);
        RK_ASSERT(peer.session.is_over() && peer.connection.joined() == 0);
        peer.pass(Millis(60'000));
        RK_ASSERT(peer.session.state() == State::closed);
        RK_ASSERT(peer.session.next_deadline() == SteadyTime::max());
    }

  private:
    static socketio::EngineOptions options() {
        socketio::EngineOptions options;
        options.buffer_bytes = 500;
        options.buffer_packets = 20;
        options.max_payload = 300;
        return options;
    }

    unsigned take() {
        const unsigned value = rest_.empty() ? 0 : static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        return value;
    }
    std::string_view take_text() {
        const auto size = take();
        const auto text = rest_.substr(0, size);
        rest_.remove_prefix(text.size());
        return text;
    }

    void act(test::SocketIoPeer& peer) {
        auto& session = peer.session;
        switch (take() % 16) {
            case 0:
                (void)peer.poll();
                break;
            case 1:
                session.poll_gone(peer.now);
                break;
            case 2:
                (void)peer.post(take_text());
                break;
            case 3:
                (void)session.post_begins("text/plain", peer.now);
                break;
            case 4:
                session.post_refused();
                break;
            case 5:
                session.post_gone(peer.now);
                break;
            case 6:
                if (!session.reserve_socket(peer.now)) {
                    session.socket_opened(peer.now);
                }
                break;
            case 7:
                peer.text("2probe");
                break;
            case 8:
                peer.text("5");
                break;
            case 9:
                peer.text(take_text());
                break;
            case 10:
                peer.binary(take_text());
                break;
            case 11:
                peer.message(websocket::Opcode::ping, take_text().substr(0, 125));
                break;
            case 12:
                session.socket_gone(peer.now);
                break;
            case 13:
                peer.reads = !peer.reads;
                session.wrote(session.ready() > 0 ? session.ready(0).size() - session.offset() - 1
                                                  : 0);
                break;
            case 14:
                peer.pass(Millis(take() * 200));
                break;
            default:
                (void)session.send(socketio::OutPacket::text(socketio::EngineType::message, "2[]"),
                                   take() % 2 == 0 ? socketio::EngineSession::Overflow::drop
                                                   : socketio::EngineSession::Overflow::disconnect);
        }
    }

    /// What holds at any time.
    static void hold(const test::SocketIoPeer& peer) {
        const auto& session = peer.session;
        RK_ASSERT(session.is_over() == peer.reason.has_value());
        RK_ASSERT(!session.is_over() || peer.connection.joined() == 0);
        RK_ASSERT(!session.is_over() || session.ready() == 0);
        RK_ASSERT(!session.poll_waits() || !session.is_over());
        RK_ASSERT(session.queued_bytes() <= 500 + 1'500);
        RK_ASSERT(session.queued_packets() <= 20 + 12);
        RK_ASSERT(session.ready() > 0 || session.is_over() || session.offset() == 0);
    }

    std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    Client({reinterpret_cast<const char*>(bytes), size}).run();
    return 0;
}
