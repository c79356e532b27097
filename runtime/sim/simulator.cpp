#include "sim/simulator.hpp"

#include "base/log.hpp"
#include "sim/discord/chatter.hpp"
#include "sim/discord/control.hpp"
#include "sim/tls_identity.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace discord;
using TlsContext = std::shared_ptr<asio::ssl::context>;

Result<tcp::acceptor> listen(asio::io_context& io, const std::string& address, std::uint16_t port) {
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

std::string url(const char* scheme, bool tls, const tcp::acceptor& acceptor) {
    const auto endpoint = acceptor.local_endpoint();
    const auto host = endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]"
                                                 : endpoint.address().to_string();
    return std::string(scheme) + (tls ? "s" : "") + "://" + host + ":" +
           std::to_string(endpoint.port());
}

/// Writes a file that only its owner may read: it holds the token.
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

}  // namespace

struct Simulator::Impl {
    explicit Impl(Options chosen)
        : core(chosen),
          actions(core),
          interactions(core, actions),
          gateway(core, actions),
          rest(core, actions, interactions, gateway),
          runs(core, actions, rest),
          control(core, actions, interactions, gateway, rest, runs),
          chatter(core, actions) {}

    ~Impl() {
        core.io.stop();
        if (thread.joinable()) {
            thread.join();
        }
        std::error_code ignored;
        if (!core.options.state_dir.empty()) {
            std::filesystem::remove(core.options.state_dir / kSimulatorFile, ignored);
        }
        if (!core.addresses.ca_file.empty()) {
            std::filesystem::remove(core.addresses.ca_file, ignored);
        }
    }

    Result<> prepare();
    Result<> prepare_tls();
    Result<> write_state();
    void accept(tcp::acceptor& acceptor, std::function<void(tcp::socket)> use);

    Core core;
    Actions actions;
    Interactions interactions;
    Gateway gateway;
    Rest rest;
    LoadRuns runs;
    Control control;
    Chatter chatter;
    HttpHandler rest_handler = [this](HttpRequest request, HttpResponder respond) {
        rest.handle(request, respond);
    };
    HttpHandler control_handler = [this](HttpRequest request, HttpResponder respond) {
        control.handle(request, respond);
    };
    TlsContext tls;
    std::vector<tcp::acceptor> acceptors;
    std::thread thread;
};

Result<> Simulator::Impl::prepare_tls() {
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
    const auto path = core.options.state_dir.empty() ? std::filesystem::temp_directory_path() / name
                                                     : core.options.state_dir / "simulator-ca.pem";
    core.addresses.ca_file = path.string();
    return write_private(path, identity->certificate_pem);
}

Result<> Simulator::Impl::prepare() {
    auto& options = core.options;
    if (options.guilds > 10'000 || options.members > 1'000'000 ||
        options.heartbeat_interval < Millis{10}) {
        return Error(ErrorKind::invalid,
                     "the simulator takes at most 10000 guilds with a million members each, and a "
                     "heartbeat interval of at least 10 ms");
    }
    if (options.shards == 0 || options.max_concurrency == 0) {
        return Error(ErrorKind::invalid, "the simulator needs at least one shard and one key");
    }
    if (options.tls) {
        if (auto done = prepare_tls(); !done) {
            return done;
        }
    }
    for (const auto port :
         {options.api_port, options.gateway_port, options.resume_port, options.control_port}) {
        auto acceptor = listen(core.io, options.bind, port);
        if (!acceptor) {
            return acceptor.error();
        }
        acceptors.push_back(std::move(*acceptor));
    }
    auto& addresses = core.addresses;
    addresses.api_url = url("http", options.tls, acceptors[0]) + "/api/v10";
    addresses.gateway_url = url("ws", options.tls, acceptors[1]);
    addresses.resume_url = url("ws", options.tls, acceptors[2]);
    addresses.control_url = url("http", false, acceptors[3]);
    accept(acceptors[0], [this](tcp::socket s) { serve_http(std::move(s), tls, rest_handler); });
    accept(acceptors[1], [this](tcp::socket s) { gateway.accept(std::move(s), tls, false); });
    accept(acceptors[2], [this](tcp::socket s) { gateway.accept(std::move(s), tls, true); });
    accept(acceptors[3], [this](tcp::socket s) { serve_http(std::move(s), {}, control_handler); });
    chatter.start(options.chatter);
    return write_state();
}

Result<> Simulator::Impl::write_state() {
    if (core.options.state_dir.empty()) {
        return {};
    }
    const Json json = {
        {"control", core.addresses.control_url},     {"api_url", core.addresses.api_url},
        {"gateway_url", core.addresses.gateway_url}, {"token", core.options.tokens.front()},
        {"ca_file", core.addresses.ca_file},         {"pid", ::getpid()}};
    return write_private(core.options.state_dir / kSimulatorFile, json.dump(2) + "\n");
}

void Simulator::Impl::accept(tcp::acceptor& acceptor, std::function<void(tcp::socket)> use) {
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

Result<std::unique_ptr<Simulator>> Simulator::start(Options options) {
    if (options.tokens.empty()) {
        options.tokens = Options{}.tokens;
    }
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto ready = impl->prepare(); !ready) {
        return ready.error();
    }
    impl->thread = std::thread([core = &impl->core] { core->io.run(); });
    return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

const Addresses& Simulator::addresses() const noexcept { return impl_->core.addresses; }
const Options& Simulator::options() const noexcept { return impl_->core.options; }

}  // namespace rookery::sim
