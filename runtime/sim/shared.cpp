#include "sim/shared.hpp"

#include "base/log.hpp"
#include "sim/tls_identity.hpp"

#include <atomic>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

Result<tcp::acceptor> bound(asio::io_context& io, const std::string& address, std::uint16_t port) {
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error || !parsed.is_loopback()) {
        return Error(ErrorKind::invalid,
                     "the simulator listens on loopback addresses only, not on '" +
                         log::clipped(address) + "'");
    }
    tcp::acceptor acceptor(io);
    const tcp::endpoint endpoint(parsed, port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Error(ErrorKind::io, "cannot listen on " + address + ":" + std::to_string(port) +
                                        ": " + error.message());
    }
    return acceptor;
}

}  // namespace

Result<> write_private(const std::filesystem::path& path, const std::string& text) {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::ofstream file(path, std::ios::trunc);
    ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
    file << text;
    file.close();
    if (!file) {
        return Error(ErrorKind::io, "cannot write " + path.string());
    }
    return {};
}

Shared::~Shared() {
    std::error_code ignored;
    if (!ca_file.empty()) {
        std::filesystem::remove(ca_file, ignored);
    }
}

Result<> Shared::prepare() {
    if (!options.tls) {
        return {};
    }
    const auto identity = make_tls_identity();
    if (!identity) {
        return identity.error();
    }
    auto context = server_context(*identity);
    if (!context) {
        return context.error();
    }
    tls = std::move(*context);
    static std::atomic<unsigned> made{0};
    const auto name =
        "rookery-simulator-" + std::to_string(::getpid()) + "-" + std::to_string(++made) + ".pem";
    const auto path = options.state_dir.empty() ? std::filesystem::temp_directory_path() / name
                                                : options.state_dir / "simulator-ca.pem";
    ca_file = path.string();
    return write_private(path, identity->certificate_pem);
}

Result<std::string> Shared::listen(std::uint16_t port, Use use) {
    auto acceptor = bound(io, options.bind, port);
    if (!acceptor) {
        return acceptor.error();
    }
    const auto endpoint = acceptor->local_endpoint();
    const auto host = endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]"
                                                 : endpoint.address().to_string();
    accept(acceptors_.emplace_back(std::move(*acceptor)), std::move(use));
    return host + ":" + std::to_string(endpoint.port());
}

void Shared::accept(tcp::acceptor& acceptor, Use use) {
    acceptor.async_accept([this, &acceptor, use = std::move(use)](boost::system::error_code error,
                                                                  tcp::socket socket) mutable {
        if (!error) {
            use(std::move(socket));
        }
        if (acceptor.is_open()) {
            accept(acceptor, std::move(use));
        }
    });
}

std::vector<std::string> Shared::tokens(const std::string& platform) const {
    const auto found = options.tokens_of.find(platform);
    const bool named = found != options.tokens_of.end() && !found->second.empty();
    return named ? found->second : std::vector<std::string>{kDemoToken};
}

}  // namespace rookery::sim
