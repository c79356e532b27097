#include "server/server.hpp"

#include "base/log.hpp"
#include "server/access/key_ring.hpp"
#include "server/http/http_server.hpp"
#include "server/operations/operations_handler.hpp"
#include "server/operations/server_metrics.hpp"
#include "server/rest/rest_api.hpp"
#include "server/stream/stream.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;

constexpr Millis kTick{1'000};

HttpOptions http_options(const config::ServerSection& section) {
    HttpOptions options;
    options.address = section.address;
    options.port = section.port;
    options.certificate = section.tls_certificate;
    options.key = section.tls_key;
    options.cors = section.cors;
    options.trusted_proxies = section.trusted_proxies;
    if (section.holobridge && section.trusted_proxies.empty()) {
        // Its clients may stand behind a proxy that nobody had to declare.
        options.trusted_proxies = {"0.0.0.0/0", "::/0"};
    }
    if (section.holobridge && section.cors.empty()) {
        options.cors = {"*"};  // its pages came from anywhere
    }
    options.access_log = section.access_log;
    options.limits.connections = section.most_connections;
    return options;
}

}  // namespace

struct Server::Impl {
    Impl(config::ServerSection given, Runtime& port, const std::filesystem::path& state_dir)
        : section(std::move(given)), runtime(port), keys(clock, state_dir), state(state_dir) {}

    void run();
    void tick();
    void collect(Families& families) const;
    [[nodiscard]] Result<> apply(const config::ServerSection& next);

    config::ServerSection section;  ///< server thread, once it runs
    Runtime& runtime;
    asio::io_context io{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
        io.get_executor()};
    MailboxPtr mailbox = std::make_shared<Mailbox>(io);
    SystemClock clock;
    HttpServer http{io, mailbox};
    KeyRing keys;
    asio::steady_timer ticker{io};
    OperationsHandler operations{io, clock, keys, runtime,
                                 [this](Families& families) { collect(families); }};
    // What is mounted goes here, below what it uses, and is made and mounted in start().
    Turn turn{io};
    ChannelPool channels{io};
    SocketHub sockets{turn, channels, clock, section.socketio};
    const std::filesystem::path state;
    std::unique_ptr<Stream> stream;
    rest::RestApi api{runtime, keys, clock};

    Desk* desk = nullptr;

    mutable std::mutex url_mutex;
    std::string url;
    std::thread thread;
};

void Server::Impl::run() {
    while (true) {
        try {
            io.run();
            return;
        } catch (const std::exception& error) {
            log::get("server")->critical("internal error: {}", error.what());
        }
    }
}

Result<> Server::Impl::apply(const config::ServerSection& next) {
    if (auto applied = http.apply(http_options(next)); !applied) {
        return applied.error();
    }
    keys.apply(next);
    api.set_options({next.bot, next.holobridge, next.body_limit});
    section = next;
    const std::lock_guard lock(url_mutex);
    if (url != http.url()) {
        url = http.url();
        log::get("server")->info("listening on {}", url);
    }
    return {};
}

void Server::Impl::collect(Families& families) const {
    add_metrics(families, keys.stats());
    add_metrics(families, http.stats(), http.connections());
    add_metrics(families, sockets.stats(), channels.stats());
}

void Server::Impl::tick() {
    keys.tick();
    if (stream != nullptr) {
        stream->tick();
    }
    ticker.expires_after(kTick);
    ticker.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            tick();
        }
    });
}

Server::Server(config::ServerSection section, Runtime& runtime,
               const std::filesystem::path& state_dir)
    : impl_(std::make_unique<Impl>(std::move(section), runtime, state_dir)) {}

Server::~Server() { stop(); }

Result<> Server::start() {
    if (auto applied = impl_->apply(impl_->section); !applied) {
        return applied.error();
    }
    impl_->http.mount("/api", impl_->api);
    for (const char* path : {"/health", "/healthz", "/readyz", "/metrics"}) {
        impl_->http.mount(path, impl_->operations);
    }
    impl_->tick();
    impl_->http.mount("/socket.io", impl_->sockets.handler());
    auto stream =
        Stream::open({impl_->sockets, impl_->keys, impl_->runtime, impl_->io.get_executor(),
                      impl_->clock, impl_->runtime.ledger_slot(), impl_->state},
                     impl_->section);
    if (!stream) {
        return stream.error();
    }
    impl_->stream = *std::move(stream);
    if (impl_->desk != nullptr) {
        impl_->http.mount("/api/plugins", impl_->desk->routes());
        impl_->desk->attach(
            {impl_->io.get_executor(), &impl_->keys, &impl_->sockets, &impl_->turn,
             &impl_->channels, &impl_->clock,
             [impl = impl_.get()](const std::string& path) {
                 return engine_options(impl->section.socketio, path);
             },
             [impl = impl_.get()](const std::string& prefix, Handler& handler) {
                 impl->http.mount(prefix, handler);
             },
             [impl = impl_.get()](const std::string& prefix) { impl->http.unmount(prefix); }},
            [mailbox = impl_->mailbox](std::function<void()> task) { mailbox->post(task); });
    }
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
    return {};
}

Result<> Server::reload(config::ServerSection section) {
    const auto promise = std::make_shared<std::promise<Result<>>>();
    auto applied = promise->get_future();
    impl_->mailbox->post([impl = impl_.get(), section = std::move(section), own = promise] {
        own->set_value(impl->apply(section));
    });
    // After stop() nobody takes the work any more, nor does it wait here.
    constexpr std::chrono::seconds kPatience{10};
    if (applied.wait_for(kPatience) != std::future_status::ready) {
        return Error(ErrorKind::unavailable, "the server does not answer");
    }
    return applied.get();
}

void Server::keys_changed() {
    impl_->mailbox->post([impl = impl_.get()] { impl->keys.reread(); });
}

void Server::write_key_uses(std::function<void()> done) {
    impl_->mailbox->post([impl = impl_.get(), done = std::move(done)] {
        impl->keys.flush();
        done();
    });
}

void Server::metrics(std::function<void(std::string)> done) {
    impl_->mailbox->post(
        [impl = impl_.get(), done = std::move(done)] { impl->operations.metrics(done); });
}

void Server::drain(Millis patience, std::function<void()> done) {
    impl_->mailbox->post([impl = impl_.get(), patience, done = std::move(done)] {
        if (impl->stream != nullptr) {
            impl->stream->end_feed();  // before those who would have got the events are sent away
        }
        impl->sockets.shut_down();
        if (impl->desk != nullptr) {
            impl->desk->shut_down();
        }
        impl->http.drain(patience, done);
    });
}

void Server::stop() {
    impl_->mailbox->close();
    if (impl_->thread.joinable()) {
        asio::post(impl_->io, [impl = impl_.get()] {
            impl->stream = nullptr;
            if (impl->desk != nullptr) {
                impl->desk->detach();
            }
            impl->http.close();
            impl->ticker.cancel();
            impl->io.stop();
        });
        impl_->thread.join();
        // What was cancelled comes to its end; what is left has no thread any more.
        impl_->io.restart();
        impl_->io.poll();
    }
}

std::string Server::url() const {
    const std::lock_guard lock(impl_->url_mutex);
    return impl_->url;
}

const MailboxPtr& Server::mailbox() const noexcept { return impl_->mailbox; }

SocketHub& Server::sockets() noexcept { return impl_->sockets; }
Turn& Server::turn() noexcept { return impl_->turn; }
ChannelPool& Server::channels() noexcept { return impl_->channels; }
void Server::serve(Desk& desk) noexcept { impl_->desk = &desk; }

void Server::mount(const std::string& prefix, Handler& handler) {
    impl_->http.mount(prefix, handler);
}

void Server::unmount(const std::string& prefix) { impl_->http.unmount(prefix); }

}  // namespace rookery::server
