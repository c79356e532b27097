#include "net/ws_client.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "net/crypto.hpp"
#include "net/http_reader.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace rookery::net {

using async::Task;
using protocol::websocket::FrameReader;
using protocol::websocket::MaskKey;
using protocol::websocket::Role;

namespace {

constexpr std::size_t kMaxUpgradeHead = std::size_t{16} << 10U;

/// RFC 6455 4.2.2: what proves that the server understood the upgrade.
std::string accept_of(const std::string& key) {
    return base64(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

bool contains_word(std::optional<std::string_view> value, std::string_view word) {
    std::string lower(value.value_or(""));
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower.find(word) != std::string::npos;
}

Result<> check_upgrade(const HttpResponse& answer, const std::string& key) {
    const auto refuse = [](std::string why) {
        return Error(ErrorKind::protocol, "no websocket: " + std::move(why));
    };
    if (answer.status != 101) {
        Refusal refusal;
        refusal.status = static_cast<unsigned>(answer.status);
        return refuse("the server answered with status " + std::to_string(answer.status))
            .with(std::move(refusal));
    }
    if (!contains_word(answer.headers.find("Upgrade"), "websocket") ||
        !contains_word(answer.headers.find("Connection"), "upgrade")) {
        return refuse("the answer lacks the upgrade headers");
    }
    if (answer.headers.find("Sec-WebSocket-Accept").value_or("") != accept_of(key)) {
        return refuse("Sec-WebSocket-Accept is wrong");
    }
    if (answer.headers.find("Sec-WebSocket-Extensions") ||
        answer.headers.find("Sec-WebSocket-Protocol")) {
        return refuse("the server chose an extension or a protocol that nobody offered");
    }
    return {};
}

/// Masking keys need not be secret on a connection without an intermediary's cache, but must not be
/// predictable to scripts in a browser; one call to the generator serves many frames.
class MaskSource {
  public:
    MaskKey next() {
        if (used_ + sizeof(MaskKey) > pool_.size()) {
            fill_random(pool_);
            used_ = 0;
        }
        MaskKey key{};
        std::memcpy(key.data(), pool_.data() + used_, key.size());
        used_ += key.size();
        return key;
    }

  private:
    std::array<unsigned char, 256> pool_{};
    std::size_t used_ = sizeof(pool_);
};

}  // namespace

struct WsClient::Impl {
    Impl(async::Executor executor, WsOptions options_)
        : options(std::move(options_)),
          reader(Role::client, {.max_message = options.max_message}),
          queued(executor),
          tasks(std::move(executor), "websocket") {}

    Task<Result<>> upgrade(Url url);
    Task<> write_queue();
    Result<> queue(std::string_view payload, WsOpcode opcode);
    void end(const Error& why);
    void cut() noexcept;

    WsOptions options;
    std::optional<Stream> stream;
    FrameReader reader;
    MaskSource masks;
    std::string outgoing;  ///< frames that the writer has not taken up yet
    bool writing = false;
    bool open = false;     ///< frames may be queued
    bool leaving = false;  ///< the writer ends when the queue is empty
    std::optional<Error> ended;
    std::uint64_t bytes_received = 0;
    bool unread =
        false;  ///< bytes came with the answer to the upgrade, and nobody has looked at them
    async::Signal queued;
    async::TaskGroup tasks;  ///< the writer
};

Task<Result<>> WsClient::Impl::upgrade(Url url) {
    auto connected = co_await Stream::connect(url, options.connect);
    if (!connected) {
        co_return connected.error();
    }
    std::array<unsigned char, 16> nonce{};
    fill_random(nonce);
    const auto key = base64(nonce);
    HttpRequest request{.method = "GET", .url = url, .headers = options.headers, .body = {}};
    request.headers.add("Upgrade", "websocket");
    request.headers.add("Connection", "Upgrade");
    request.headers.add("Sec-WebSocket-Key", key);
    request.headers.add("Sec-WebSocket-Version", "13");
    const auto bytes = write_request(request);
    if (!bytes) {
        co_return bytes.error();
    }
    if (auto written = co_await connected->write(*bytes); !written) {
        co_return written.error();
    }
    bool any_byte = false;
    const auto answer = co_await read_answer(*connected, {kMaxUpgradeHead, 0, true}, any_byte);
    if (!answer) {
        co_return answer.error();
    }
    if (auto good = check_upgrade(answer->response, key); !good) {
        co_return good.error();
    }
    stream = *std::move(connected);
    // The first frames may have come in one packet with the answer.
    unread = !answer->rest.empty();
    bytes_received += answer->rest.size();
    for (std::string_view rest = answer->rest; !rest.empty();) {
        const auto room = reader.prepare();
        const auto part = rest.substr(0, room.size());
        std::memcpy(room.data(), part.data(), part.size());
        reader.commit(part.size());
        rest.remove_prefix(part.size());
    }
    co_return Result<>();
}

/// Writes what has been queued, all of it in one piece, until the end of the connection.
Task<> WsClient::Impl::write_queue() {
    std::string batch;
    while (true) {
        while (outgoing.empty() && !leaving) {
            co_await queued.wait();
        }
        if (outgoing.empty()) {
            co_return;
        }
        batch.clear();
        batch.swap(outgoing);
        writing = true;
        auto written = co_await async::with_timeout(stream->write(batch), options.write_timeout,
                                                    "write to the websocket");
        writing = false;
        if (!written) {
            end(written.error());
            co_return;
        }
    }
}

Result<> WsClient::Impl::queue(std::string_view payload, WsOpcode opcode) {
    if (!open) {
        return Error(ErrorKind::unavailable, "the websocket is not open");
    }
    if (outgoing.size() + payload.size() > options.max_queued) {
        return Error(ErrorKind::limit,
                     "the websocket's peer does not read: " + std::to_string(outgoing.size()) +
                         " bytes wait to be sent");
    }
    protocol::websocket::encode_frame(opcode, payload, masks.next(), outgoing);
    queued.notify_all();
    return {};
}

void WsClient::Impl::end(const Error& why) {
    if (!ended) {
        ended = why;
    }
    cut();
}

void WsClient::Impl::cut() noexcept {
    open = false;
    leaving = true;
    outgoing.clear();
    if (stream) {
        stream->close();
    }
    queued.notify_all();
}

WsClient::WsClient(async::Executor executor, WsOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

WsClient::~WsClient() { impl_->cut(); }

Task<Result<>> WsClient::connect(Url url) {
    RK_ASSERT(!impl_->stream);
    if (impl_->ended) {
        co_return *impl_->ended;
    }
    const auto what = "connect to " + url.origin();
    auto made = co_await async::with_timeout(impl_->upgrade(std::move(url)),
                                             impl_->options.connect.timeout, what);
    if (!made) {
        co_return made.error().kind() == ErrorKind::timeout ? made : made.error().within(what);
    }
    if (impl_->ended) {
        // abort() while it was connecting.
        impl_->cut();
        co_return *impl_->ended;
    }
    impl_->open = true;
    impl_->tasks.spawn("writer", [impl = impl_] { return impl->write_queue(); });
    co_return Result<>();
}

Task<Result<>> WsClient::receive() {
    Impl& self = *impl_;
    if (!self.ended && !self.stream) {
        co_return Error(ErrorKind::unavailable, "the websocket is not connected");
    }
    if (!self.ended && !std::exchange(self.unread, false)) {
        const auto got = co_await self.stream->read_some(self.reader.prepare());
        if (!got) {
            self.end(got.error());
        } else if (*got == 0) {
            self.end(Error(ErrorKind::io, "the peer ended the connection without a close frame"));
        } else {
            self.reader.commit(*got);
            self.bytes_received += *got;
        }
    }
    if (self.ended) {
        co_return *self.ended;
    }
    co_return Result<>();
}

bool WsClient::next(WsMessage& message) {
    Impl& self = *impl_;
    while (!self.ended) {
        switch (self.reader.next(message)) {
            case FrameReader::Next::need_more:
                return false;
            case FrameReader::Next::failed: {
                const auto& failure = self.reader.failure();
                close(failure.close_code, failure.error.context());
                self.ended = failure.error;
                return false;
            }
            case FrameReader::Next::message:
                break;
        }
        switch (message.opcode) {
            case WsOpcode::ping: {
                // A peer that pings without reading gets no pong; the limit of the queue holds for
                // it too.
                const std::string payload(message.payload);
                const auto queued = self.queue(payload, WsOpcode::pong);
                static_cast<void>(queued.has_value());
                break;
            }
            case WsOpcode::pong:
                break;
            default:
                return true;
        }
    }
    return false;
}

Result<> WsClient::send(std::string_view payload, WsOpcode opcode) {
    return impl_->queue(payload, opcode);
}

void WsClient::close(std::uint16_t code, std::string_view reason) {
    Impl& self = *impl_;
    if (!self.open) {
        return;
    }
    self.open = false;
    protocol::websocket::encode_close(code, reason, self.masks.next(), self.outgoing);
    self.queued.notify_all();
}

void WsClient::abort() noexcept {
    impl_->end(Error(ErrorKind::unavailable, "the websocket was cut"));
}

Task<> WsClient::shutdown(Millis limit) {
    Impl& self = *impl_;
    self.open = false;
    self.leaving = true;
    self.queued.notify_all();
    const auto done = co_await async::with_timeout(
        [](async::TaskGroup& tasks) -> Task<Result<>> {
            co_await tasks.join();
            co_return Result<>();
        }(self.tasks),
        limit, "shut down the websocket");
    if (!done) {
        self.tasks.cancel();
    }
    self.end(Error(ErrorKind::unavailable, "the websocket was shut down"));
    co_await self.tasks.join();
}

bool WsClient::is_open() const noexcept { return impl_->open; }

std::uint64_t WsClient::bytes_received() const noexcept { return impl_->bytes_received; }

}  // namespace rookery::net
