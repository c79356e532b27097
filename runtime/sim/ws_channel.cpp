#include "sim/ws_channel.hpp"

#include "sim/buffered_stream.hpp"
#include "sim/ws_upgrade.hpp"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <algorithm>
#include <deque>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;
using ErrorCode = boost::system::error_code;

constexpr unsigned kNoFrame = 1006;  // what a client sees of an end without a close frame
constexpr auto kHandshakeTime = std::chrono::seconds(10);

template <class Stream>
class Channel final : public WsChannel, public std::enable_shared_from_this<Channel<Stream>> {
  public:
    template <class... Args>
    explicit Channel(std::shared_ptr<asio::ssl::context> tls, Args&&... args)
        : tls_(std::move(tls)), ws_(std::forward<Args>(args)...) {}

    /// The upgrade has been read by somebody else.
    void upgrade(UpgradeRequest request) { request_ = std::move(request); }

    void start(Events events) override {
        events_ = std::move(events);
        if (events_.ping) {
            ws_.control_callback(
                [weak = this->weak_from_this()](websocket::frame_type kind, beast::string_view) {
                    const auto self = weak.lock();
                    if (self && kind == websocket::frame_type::ping && self->events_.ping) {
                        self->events_.ping();
                    }
                });
        }
        ws_.next_layer().on_drained([weak = this->weak_from_this()] {
            const auto self = weak.lock();
            if (self && !self->over_ && self->events_.writable) {
                self->events_.writable();
            }
            if (self) {
                self->drop_if_wanted();
            }
        });
        if (websocket::is_upgrade(request_)) {
            events_.status = nullptr;
            asio::post(ws_.get_executor(),
                       [self = this->shared_from_this()] { self->accept({}, 0); });
            return;
        }
        beast::get_lowest_layer(ws_).expires_after(kHandshakeTime);
        if constexpr (std::is_same_v<Stream, Secure>) {
            ws_.next_layer().next_layer().async_handshake(
                asio::ssl::stream_base::server,
                beast::bind_front_handler(&Channel::read_request, this->shared_from_this()));
        } else {
            read_request({});
        }
    }

    void send(std::string payload, bool binary) override {
        if (!open_ || over_ || closing_ || dropping_) {
            return;
        }
        outbox_.push_back({std::move(payload), binary});
        outbox_bytes_ += outbox_.back().payload.size();
        if (outbox_.size() == 1) {
            write_next();
        }
    }

    [[nodiscard]] std::size_t backlog() const override {
        return outbox_bytes_ + ws_.next_layer().backlog();
    }

    void send_raw(std::string_view bytes) override {
        if (open_ && !over_ && !closing_) {
            ws_.next_layer().async_write_some(asio::buffer(bytes.data(), bytes.size()),
                                              [](ErrorCode, std::size_t) {});
        }
    }

    void close(unsigned code, std::string_view reason) override {
        if (over_ || std::exchange(closing_, true)) {
            return;
        }
        if (code == kNoFrame || !open_) {
            return hang_up();
        }
        close_ = websocket::close_reason(static_cast<websocket::close_code>(code), reason);
        if (outbox_.empty()) {
            send_close();
        }
    }

    void reset() override {
        auto& socket = beast::get_lowest_layer(ws_).socket();
        ErrorCode ignored;
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
    }

    void drop() override {
        dropping_ = true;
        drop_if_wanted();
    }

    void fragment(std::size_t bytes) override {
        ws_.auto_fragment(true);
        ws_.write_buffer_bytes(std::max<std::size_t>(bytes, 8));
    }

    void freeze(bool frozen) override {
        frozen_ = frozen;
        ws_.next_layer().freeze(frozen);
        if (!frozen && held_) {
            held_ = false;
            asio::post(ws_.get_executor(), [self = this->shared_from_this()] { self->deliver(); });
        }
    }

    [[nodiscard]] bool frozen() const override { return frozen_; }
    void mute_pongs(bool muted) override { ws_.next_layer().mute_pongs(muted); }

  private:
    struct Outgoing {
        std::string payload;
        bool binary;
    };

    void hang_up() {
        // One turn hands what waits to the kernel, the next one ends TCP.
        asio::post(ws_.get_executor(), [self = this->shared_from_this()] {
            asio::post(self->ws_.get_executor(), [self] {
                ErrorCode ignored;
                auto& socket = beast::get_lowest_layer(self->ws_).socket();
                socket.shutdown(asio::socket_base::shutdown_both, ignored);
                socket.close(ignored);
            });
        });
    }

    void read_request(ErrorCode error) {
        if (error) {
            return finish();
        }
        // The upgrade is read here and not by the websocket, because its target is wanted.
        http::async_read(ws_.next_layer().next_layer(), buffer_, request_,
                         beast::bind_front_handler(&Channel::accept, this->shared_from_this()));
    }

    void accept(ErrorCode error, std::size_t) {
        if (error || !websocket::is_upgrade(request_)) {
            return finish();
        }
        if (const auto status = events_.status ? events_.status() : 101; status != 101) {
            return refuse(status);
        }
        beast::get_lowest_layer(ws_).expires_never();
        websocket::stream_base::timeout timeouts{};
        timeouts.handshake_timeout = kHandshakeTime;
        timeouts.idle_timeout = websocket::stream_base::none();
        timeouts.keep_alive_pings = false;
        ws_.set_option(timeouts);
        ws_.read_message_max(events_.max_message);
        ws_.auto_fragment(false);
        ws_.async_accept(request_, [self = this->shared_from_this()](ErrorCode failed) {
            if (failed) {
                return self->finish();
            }
            self->buffer_.clear();
            self->open_ = true;
            const auto target = self->request_.target();
            self->events_.opened({target.data(), target.size()});
            self->read_next();
        });
    }

    void refuse(unsigned status) {
        refusal_ = {static_cast<http::status>(status), 11};
        refusal_.set(http::field::content_type, "text/html");
        refusal_.body() = "<html><body><h1>cloudflare</h1></body></html>";
        refusal_.prepare_payload();
        http::async_write(
            ws_.next_layer().next_layer(), refusal_,
            [self = this->shared_from_this()](ErrorCode, std::size_t) { self->finish(); });
    }

    void read_next() {
        if (over_) {
            return;
        }
        ws_.async_read(buffer_, [self = this->shared_from_this()](ErrorCode error, std::size_t) {
            if (error) {
                return self->finish();
            }
            if (self->frozen_) {
                self->held_ = true;
                return;
            }
            self->deliver();
        });
    }

    void deliver() {
        if (over_) {
            return;
        }
        const std::string text = beast::buffers_to_string(buffer_.data());
        buffer_.clear();
        if (events_.binary && ws_.got_binary()) {
            events_.binary(text);
        } else {
            events_.message(text);
        }
        read_next();
    }

    void write_next() {
        ws_.binary(outbox_.front().binary);
        ws_.async_write(asio::buffer(outbox_.front().payload),
                        [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                            self->wrote(error);
                        });
    }

    void wrote(ErrorCode error) {
        outbox_bytes_ -= outbox_.front().payload.size();
        outbox_.pop_front();
        if (error) {
            outbox_.clear();
            outbox_bytes_ = 0;
            return;  // the pending read ends the connection
        }
        if (!outbox_.empty()) {
            return write_next();
        }
        if (closing_) {
            return send_close();
        }
        if (events_.writable) {
            events_.writable();
        }
        drop_if_wanted();
    }

    void drop_if_wanted() {
        if (dropping_ && !over_ && backlog() == 0) {
            ErrorCode ignored;
            auto& socket = beast::get_lowest_layer(ws_).socket();
            socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
            socket.close(ignored);
        }
    }

    void send_close() {
        ws_.async_close(close_, [self = this->shared_from_this()](ErrorCode) { self->finish(); });
    }

    void finish() {
        if (std::exchange(over_, true)) {
            return;
        }
        const auto code = static_cast<unsigned>(ws_.reason().code);
        ErrorCode ignored;
        if (!closing_) {
            beast::get_lowest_layer(ws_).socket().close(ignored);
        }
        // The callbacks hold their owner: letting go of them ends the cycle.
        const auto events = std::exchange(events_, {});
        if (events.closed) {
            events.closed(code == 0 ? 1006 : code);
        }
    }

    std::shared_ptr<asio::ssl::context> tls_;  // outlives the stream made from it
    websocket::stream<BufferedStream<Stream>> ws_;
    Events events_;
    beast::flat_buffer buffer_;
    http::request<http::empty_body> request_;
    http::response<http::string_body> refusal_;
    std::deque<Outgoing> outbox_;
    std::size_t outbox_bytes_ = 0;
    websocket::close_reason close_;
    bool open_ = false;  ///< no frame may be written before the upgrade is through
    bool closing_ = false;
    bool dropping_ = false;
    bool over_ = false;
    bool frozen_ = false;
    bool held_ = false;
};

}  // namespace

std::shared_ptr<WsChannel> make_ws_channel(asio::ip::tcp::socket socket,
                                           std::shared_ptr<asio::ssl::context> tls) {
    ErrorCode ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (tls) {
        auto& context = *tls;
        return std::make_shared<Channel<Secure>>(std::move(tls), std::move(socket), context);
    }
    return std::make_shared<Channel<Plain>>(nullptr, std::move(socket));
}

std::shared_ptr<WsChannel> take_upgrade(Plain stream, std::shared_ptr<asio::ssl::context>,
                                        UpgradeRequest request) {
    auto channel = std::make_shared<Channel<Plain>>(nullptr, std::move(stream));
    channel->upgrade(std::move(request));
    return channel;
}

std::shared_ptr<WsChannel> take_upgrade(Secure stream, std::shared_ptr<asio::ssl::context> tls,
                                        UpgradeRequest request) {
    auto channel = std::make_shared<Channel<Secure>>(std::move(tls), std::move(stream));
    channel->upgrade(std::move(request));
    return channel;
}

}  // namespace rookery::sim
