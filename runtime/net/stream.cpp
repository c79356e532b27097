#include "net/stream.hpp"

#include "async/signal.hpp"
#include "async/with_timeout.hpp"
#include "net/address.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <vector>

namespace rookery::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using async::Task;
using ErrorCode = boost::system::error_code;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

using Addresses = std::vector<tcp::endpoint>;

Error failed(const Url& url, const ErrorCode& ec) {
    if (ec == asio::error::operation_aborted) {
        return {ErrorKind::cancelled, url.origin()};
    }
    return {ErrorKind::unavailable, "connect to " + url.origin() + ": " + ec.message()};
}

/// getaddrinfo cannot be interrupted: on a deadline or a cancellation its answer is abandoned.
Task<Result<Addresses>> resolve(Url url, std::vector<std::string> known) {
    if (!known.empty()) {
        Addresses addresses;
        for (const auto& text : known) {
            ErrorCode bad;
            const auto address = asio::ip::make_address(text, bad);
            if (bad) {
                co_return Error(ErrorKind::invalid, text + " is no address");
            }
            addresses.emplace_back(address, url.port);
        }
        co_return addresses;
    }
    ErrorCode not_numeric;
    const auto literal = asio::ip::make_address(url.host, not_numeric);
    if (!not_numeric) {
        co_return Addresses{{literal, url.port}};
    }
    struct Lookup {
        explicit Lookup(const async::Executor& executor) : resolver(executor), done(executor) {}
        tcp::resolver resolver;
        async::Signal done;
        std::optional<ErrorCode> ec;
        Addresses addresses;
    };
    const auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    lookup->resolver.async_resolve(
        url.host, std::to_string(url.port),
        [lookup](const ErrorCode& ec, const tcp::resolver::results_type& results) {
            lookup->ec = ec;
            lookup->addresses.assign(results.begin(), results.end());
            lookup->done.notify_all();
        });
    while (!lookup->ec) {
        co_await lookup->done.wait();
    }
    if (*lookup->ec) {
        co_return Error(ErrorKind::unavailable,
                        "look up " + url.host + ": " + lookup->ec->message());
    }
    co_return std::move(lookup->addresses);
}

/// Plain text stays on this machine, whatever a name resolves to.
Result<> check_plain(const Url& url, Addresses& addresses, const ConnectOptions& options) {
    if (url.secure() || options.allow_plain) {
        return {};
    }
    std::erase_if(addresses, [](const tcp::endpoint& one) { return !one.address().is_loopback(); });
    if (addresses.empty()) {
        return Error(ErrorKind::denied,
                     url.origin() + ": plain text goes to addresses of this machine only; use " +
                         (url.scheme == "ws" ? "wss" : "https") +
                         ", or set allow_plain if that network is to be trusted");
    }
    return {};
}

/// What a name resolves to is somebody else's choice: it must not lead into this network.
Result<> check_public(const Url& url, Addresses& addresses, const ConnectOptions& options) {
    ErrorCode is_name;
    asio::ip::make_address(url.host, is_name);
    const bool named = url.host == "localhost" || url.host.ends_with(".localhost");
    if (!options.public_only || !is_name || named) {
        return {};
    }
    std::erase_if(addresses, [](const tcp::endpoint& one) { return !is_public(one.address()); });
    if (addresses.empty()) {
        return Error(ErrorKind::denied,
                     url.origin() + ": the name leads to no address of the open internet");
    }
    return {};
}

Task<Result<tcp::socket>> connect_address(Url url, tcp::endpoint address) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const auto [ec] = co_await socket.async_connect(address, kAwait);
    if (ec) {
        co_return failed(url, ec);
    }
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    // Only for calls of ours that must not wait; Asio's own operations do not care.
    socket.non_blocking(true, ignored);
    co_return socket;
}

/// Each address gets its share of the time, so that one that swallows packets does not use it all
/// up.
Task<Result<tcp::socket>> connect_tcp(Url url, Addresses addresses, Millis timeout) {
    const auto share =
        timeout / static_cast<Millis::rep>(std::max<std::size_t>(addresses.size(), 1));
    Error last(ErrorKind::unavailable, url.host + " has no address");
    for (const auto& address : addresses) {
        auto socket = co_await async::with_timeout(connect_address(url, address), share,
                                                   "connect to " + address.address().to_string());
        if (socket) {
            co_return socket;
        }
        last = socket.error();
    }
    co_return last;
}

}  // namespace

struct Stream::Impl {
    explicit Impl(tcp::socket socket_, std::string peer_)
        : peer(std::move(peer_)), plain(std::move(socket_)) {}
    Impl(tcp::socket socket_, asio::ssl::context& context, std::string peer_)
        : peer(std::move(peer_)), tls(std::in_place, std::move(socket_), context) {}

    tcp::socket& socket() { return tls ? tls->next_layer() : *plain; }
    [[nodiscard]] Error broken(const ErrorCode& ec) const;

    std::string peer;  ///< for messages
    bool writing = false;
    std::optional<tcp::socket> plain;
    std::optional<asio::ssl::stream<tcp::socket>> tls;
};

Error Stream::Impl::broken(const ErrorCode& ec) const {
    if (ec == asio::error::operation_aborted) {
        return {ErrorKind::cancelled, peer};
    }
    return {ErrorKind::io, "connection to " + peer + ": " + ec.message()};
}

namespace {

bool is_address(const std::string& host) {
    ErrorCode ec;
    asio::ip::make_address(host, ec);
    return !ec;
}

Error tls_failed(const Url& url, asio::ssl::stream<tcp::socket>& stream, const ErrorCode& ec) {
    if (ec == asio::error::operation_aborted) {
        return {ErrorKind::cancelled, url.origin()};
    }
    const long verdict = SSL_get_verify_result(stream.native_handle());
    if (verdict != X509_V_OK) {
        return {ErrorKind::denied, "TLS with " + url.origin() +
                                       ": the certificate was not accepted: " +
                                       X509_verify_cert_error_string(verdict)};
    }
    return {ErrorKind::protocol, "TLS with " + url.origin() + ": " + ec.message()};
}

Task<Result<>> start_tls(asio::ssl::stream<tcp::socket>& stream, Url url) {
    SSL* const ssl = stream.native_handle();
    // RFC 6066 3: no address in the server name.
    if (!is_address(url.host)) {
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, url.host.data());
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, url.host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), url.host.c_str());
    }
    const auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::client, kAwait);
    if (ec) {
        co_return tls_failed(url, stream, ec);
    }
    co_return Result<>();
}

}  // namespace

Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Task<Result<Stream>> Stream::connect_now(Url url, ConnectOptions options) {
    if (url.secure() && !options.tls) {
        co_return Error(ErrorKind::invalid, url.origin() + ": no TLS context was given");
    }
    std::vector<std::string> known;
    if (const auto found = options.hosts.find(url.host); found != options.hosts.end()) {
        known = found->second;
    }
    auto addresses = co_await resolve(url, std::move(known));
    if (!addresses) {
        co_return addresses.error();
    }
    if (auto allowed = check_plain(url, *addresses, options); !allowed) {
        co_return allowed.error();
    }
    if (auto allowed = check_public(url, *addresses, options); !allowed) {
        co_return allowed.error();
    }
    auto socket = co_await connect_tcp(url, *std::move(addresses), options.timeout);
    if (!socket) {
        co_return socket.error();
    }
    if (!url.secure()) {
        co_return Stream(std::make_unique<Impl>(*std::move(socket), url.origin()));
    }
    auto impl = std::make_unique<Impl>(*std::move(socket), options.tls->native(), url.origin());
    if (auto made = co_await start_tls(*impl->tls, url); !made) {
        co_return made.error();
    }
    co_return Stream(std::move(impl));
}

Task<Result<Stream>> Stream::connect(Url url, ConnectOptions options) {
    const auto what = "connect to " + url.origin();
    const auto timeout = options.timeout;
    co_return co_await async::with_timeout(connect_now(std::move(url), std::move(options)), timeout,
                                           what);
}

Task<Result<std::size_t>> Stream::read_some(std::span<char> buffer) {
    Impl& self = *impl_;
    const auto room = asio::buffer(buffer.data(), buffer.size());
    if (!self.tls) {
        const auto [ec, got] = co_await self.plain->async_read_some(room, kAwait);
        if (ec && ec != asio::error::eof) {
            co_return self.broken(ec);
        }
        co_return got;
    }
    auto [ec, got] = co_await self.tls->async_read_some(room, kAwait);
    // A record holds 16 KiB at most: take what else has arrived without another turn of the loop.
    // Not while a write is under way, as TLS may have to answer (a key update) in the middle of it.
    while (!ec && got < buffer.size() && !self.writing) {
        ErrorCode dry;
        const auto more = self.tls->read_some(room + got, dry);
        got += more;
        if (dry || more == 0) {
            // What is wrong, if anything, shows again in the next read.
            break;
        }
    }
    if (ec && ec != asio::error::eof) {
        co_return self.broken(ec);
    }
    co_return got;
}

Task<Result<>> Stream::write(std::string_view bytes) {
    Impl& self = *impl_;
    const auto data = asio::buffer(bytes.data(), bytes.size());
    ErrorCode ec;
    self.writing = true;
    if (self.tls) {
        std::tie(ec, std::ignore) = co_await asio::async_write(*self.tls, data, kAwait);
    } else {
        std::tie(ec, std::ignore) = co_await asio::async_write(*self.plain, data, kAwait);
    }
    self.writing = false;
    if (ec) {
        co_return self.broken(ec);
    }
    co_return Result<>();
}

bool Stream::is_quiet() {
    char byte = 0;
    ErrorCode ec;
    impl_->socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
    return ec == asio::error::would_block;
}

void Stream::close() noexcept {
    ErrorCode ignored;
    impl_->socket().close(ignored);
}

}  // namespace rookery::net
