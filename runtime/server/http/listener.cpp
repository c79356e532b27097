#include "server/http/listener.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::milliseconds kShortestPause{20};
constexpr unsigned kMostDoublings = 6;

int spare_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool no_descriptors(const ErrorCode& error) {
    return error == asio::error::no_descriptors ||
           error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

std::string text_of(const tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
}

Listener::Listener(asio::io_context& context)
    : acceptor_(context), pause_(context), reserve_(spare_descriptor()) {}

Listener::~Listener() {
    if (reserve_ >= 0) {
        ::close(reserve_);
    }
}

Result<std::shared_ptr<Listener>> Listener::open(asio::io_context& context,
                                                 const std::string& address, std::uint16_t port) {
    ErrorCode error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error) {
        return Error(ErrorKind::invalid, "expected an address to listen on, got " + address);
    }
    auto listener = std::make_shared<Listener>(context);
    tcp::endpoint endpoint(parsed, port);
    auto& acceptor = listener->acceptor_;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(tcp::acceptor::max_listen_connections, error);
    }
    if (!error) {
        listener->endpoint_ = acceptor.local_endpoint(error);
    }
    if (error) {
        return Error(
            error == asio::error::access_denied ? ErrorKind::denied : ErrorKind::unavailable,
            "listen on " + text_of(endpoint) + ": " + error.message());
    }
    return listener;
}

void Listener::start(Take take) {
    take_ = std::move(take);
    accept();
}

void Listener::close() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

// One at a time, each through the loop: connections that are there get their turn in between.
void Listener::accept() {
    acceptor_.async_accept([self = shared_from_this()](const ErrorCode& error, tcp::socket socket) {
        if (!self->acceptor_.is_open()) {
            return;
        }
        if (error) {
            self->on_error(error);
            return;
        }
        self->failures_ = 0;
        self->take_(std::move(socket));
        self->accept();
    });
}

void Listener::on_error(const ErrorCode& error) {
    if (!no_descriptors(error)) {
        // A client that was gone before it was taken, mostly.
        log::get("http")->debug("accept: {}", error.message());
    } else {
        if (failures_ == 0) {
            log::get("http")->error("accept: {}: clients are turned away", error.message());
        }
        if (reserve_ >= 0) {
            ::close(reserve_);
            ErrorCode ignored;
            acceptor_.non_blocking(true, ignored);
            { const tcp::socket refused = acceptor_.accept(ignored); }
            reserve_ = spare_descriptor();
        }
    }
    pause_.expires_after(kShortestPause * (1U << std::min(failures_++, kMostDoublings)));
    pause_.async_wait([self = shared_from_this()](const ErrorCode& failed) {
        if (!failed && self->acceptor_.is_open()) {
            self->accept();
        }
    });
}

}  // namespace rookery::server
