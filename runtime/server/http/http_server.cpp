#include "server/http/http_server.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"
#include "server/http/connection.hpp"
#include "server/http/core.hpp"
#include "server/http/listener.hpp"
#include "server/http/proxies.hpp"
#include "server/http/target.hpp"
#include "server/http/tls_server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::seconds kTellEvery{10};
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
    "Connection: close\r\n\r\n";

std::vector<std::string> segments_of(const std::string& prefix) {
    auto target = parse_target(prefix);
    RK_ASSERT(target.has_value());
    return std::move(target->segments);
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
    Impl(asio::io_context& context_, MailboxPtr mailbox)
        : context(context_),
          core(std::make_shared<HttpCore>(std::move(mailbox))),
          patience(context) {
        core->look_through = [this](const std::string& peer, const Headers& headers) {
            return proxies.look_through(peer, headers);
        };
    }

    void take(tcp::socket socket);
    void turn_away(tcp::socket& socket) const;

    asio::io_context& context;
    HttpCorePtr core;
    std::shared_ptr<Listener> listener;
    std::shared_ptr<asio::ssl::context> tls;
    Proxies proxies;
    HttpOptions options;
    asio::steady_timer patience;
    SteadyTime tell_again{};  ///< that there is no room
};

void HttpServer::Impl::take(tcp::socket socket) {
    ErrorCode error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) {
        return;
    }
    socket.set_option(tcp::no_delay(true), error);
    const auto address = plain_address(endpoint.address());
    std::string peer = address.to_string();
    const auto there = core->by_address.find(peer);
    const bool full = core->connections.size() >= core->limits.connections;
    if (full || (there != core->by_address.end() && !proxies.trusts(address) &&
                 there->second >= core->limits.connections_per_address)) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= tell_again) {
            tell_again = now + kTellEvery;
            log::get("http")->warn("too many connections{}: clients are turned away",
                                   full ? "" : " from " + peer);
        }
        turn_away(socket);
        return;
    }
    auto connection =
        tls == nullptr
            ? std::make_shared<Connection>(core, std::move(socket), nullptr, peer)
            : std::make_shared<Connection>(
                  core, std::make_unique<Upgraded::Tls>(std::move(socket), *tls), tls, peer);
    core->add(connection, std::move(peer));
    connection->start();
}

void HttpServer::Impl::turn_away(tcp::socket& socket) const {
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    if (tls == nullptr) {
        socket.write_some(asio::buffer(kFull), ignored);
    }
    socket.close(ignored);
}

HttpServer::HttpServer(asio::io_context& context, MailboxPtr mailbox)
    : impl_(std::make_shared<Impl>(context, std::move(mailbox))) {}

HttpServer::~HttpServer() { close(); }

Result<> HttpServer::apply(HttpOptions options) {
    auto proxies = Proxies::parse(options.trusted_proxies);
    if (!proxies) {
        return proxies.error().within("trusted_proxies");
    }
    std::shared_ptr<asio::ssl::context> tls;
    if (!options.certificate.empty()) {
        auto loaded = load_tls(options.certificate, options.key);
        if (!loaded) {
            return loaded.error();
        }
        tls = *std::move(loaded);
    }
    if (impl_->listener == nullptr || options.address != impl_->options.address ||
        options.port != impl_->options.port) {
        auto listener = Listener::open(impl_->context, options.address, options.port);
        if (!listener) {
            return listener.error();
        }
        if (impl_->listener != nullptr) {
            impl_->listener->close();
        }
        impl_->listener = *std::move(listener);
        impl_->listener->start([weak = impl_->weak_from_this()](tcp::socket socket) {
            if (const auto impl = weak.lock()) {
                impl->take(std::move(socket));
            }
        });
    }
    impl_->tls = std::move(tls);
    impl_->proxies = *std::move(proxies);
    impl_->core->cors = Cors(options.cors);
    impl_->core->limits = options.limits;
    impl_->core->access_log = options.access_log;
    impl_->options = std::move(options);
    return {};
}

void HttpServer::mount(const std::string& prefix, Handler& handler) {
    auto mount = std::make_shared<Mount>(Mount{segments_of(prefix), &handler});
    auto& mounts = impl_->core->mounts;
    RK_ASSERT(std::none_of(mounts.begin(), mounts.end(), [&](const MountPtr& other) {
        return other->segments == mount->segments;
    }));
    const auto place = std::find_if(mounts.begin(), mounts.end(), [&](const MountPtr& other) {
        return other->segments.size() < mount->segments.size();
    });
    mounts.insert(place, std::move(mount));
}

void HttpServer::unmount(const std::string& prefix) {
    const auto segments = segments_of(prefix);
    std::erase_if(impl_->core->mounts, [&](const MountPtr& mount) {
        const bool is_it = mount->segments == segments;
        if (is_it) {
            mount->handler = nullptr;
        }
        return is_it;
    });
}

std::string HttpServer::url() const {
    return impl_->listener == nullptr ? std::string()
                                      : (impl_->tls == nullptr ? "http://" : "https://") +
                                            text_of(impl_->listener->endpoint());
}

std::size_t HttpServer::connections() const noexcept { return impl_->core->connections.size(); }

const HttpStats& HttpServer::stats() const noexcept { return impl_->core->stats; }

void HttpServer::drain(Millis patience, std::function<void()> done) {
    if (impl_->listener != nullptr) {
        impl_->listener->close();
        impl_->listener = nullptr;
    }
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, entry] : impl_->core->connections) {
        all.push_back(entry.connection);
    }
    for (const auto& connection : all) {
        connection->drain();
    }
    if (impl_->core->connections.empty()) {
        done();
        return;
    }
    impl_->core->on_empty = [impl = impl_.get(), done = std::move(done)] {
        impl->patience.cancel();
        done();
    };
    impl_->patience.expires_after(patience);
    impl_->patience.async_wait([this](const ErrorCode& error) {
        if (!error) {
            log::get("http")->warn("{} connections are ended in the middle of a request",
                                   connections());
            close();
        }
    });
}

void HttpServer::close() {
    if (impl_->listener != nullptr) {
        impl_->listener->close();
        impl_->listener = nullptr;
    }
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, entry] : impl_->core->connections) {
        all.push_back(entry.connection);
    }
    for (const auto& connection : all) {
        connection->close();
    }
}

}  // namespace rookery::server
