#include "app/control_server.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "async/with_timeout.hpp"
#include "base/log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <deque>
#include <mutex>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::app {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

constexpr std::size_t kLongestLine = std::size_t{64} << 10U;
constexpr std::size_t kMostClients = 16;
constexpr std::size_t kMostRequests = 16;  // of one client, that wait for the one before
constexpr std::size_t kMostWaiting = std::size_t{1} << 20U;  // bytes, before items are dropped
constexpr Millis kFarewell{500};
constexpr Millis kStep{5};
constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

/// One connection. Shared between its coroutines and the replies that are still being worked on.
struct Client : std::enable_shared_from_this<Client> {
    explicit Client(Local::socket connected)
        : socket(std::move(connected)),
          changed(socket.get_executor(), asio::steady_timer::time_point::max()) {}

    /// Any thread. False when `droppable` and the client is too far behind.
    bool send(std::string line, bool last, bool droppable = false) {
        const std::scoped_lock lock(mutex);
        if (droppable && waiting.size() + line.size() > kMostWaiting) {
            return false;
        }
        waiting += log::redacted(line);
        waiting += '\n';
        answered = answered || last;
        if (!std::exchange(posted, true)) {
            asio::post(socket.get_executor(),
                       [self = shared_from_this()] { self->changed.cancel(); });
        }
        return true;
    }
    bool send(const nlohmann::json& line, bool last) {
        return send(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), last);
    }
    /// What is to be written next, and whether an answer ends in it.
    std::pair<std::string, bool> take() {
        const std::scoped_lock lock(mutex);
        posted = false;
        return {std::exchange(waiting, {}), std::exchange(answered, false)};
    }

    // io thread.
    void left() {
        gone = true;
        if (const auto then = std::exchange(on_gone, nullptr)) {
            then();
        }
        changed.cancel();
    }

    Local::socket socket;
    asio::steady_timer changed;
    std::deque<std::string> requests;
    bool busy = false;  ///< a request is being worked on
    bool gone = false;  ///< sends no more requests, and perhaps reads no answers
    std::function<void()> on_gone;

    std::mutex mutex;
    std::string waiting;
    bool answered = false;
    bool posted = false;
};

class Reply final : public ControlReply {
  public:
    explicit Reply(std::shared_ptr<Client> client) : client_(std::move(client)) {}
    ~Reply() override {
        if (!done_) {
            client_->send(nlohmann::json{{"ok", false}, {"error", "the request was dropped"}},
                          true);
        }
    }
    void progress(const std::string& text) override {
        client_->send(nlohmann::json{{"progress", text}}, false);
    }
    bool item(const std::string& object) override {
        return client_->send("{\"item\":" + object + "}", false, true);
    }
    void on_gone(std::function<void()> then) override {
        if (client_->gone) {
            then();
        } else {
            client_->on_gone = std::move(then);
        }
    }
    void finish(const std::string& text, nlohmann::json data) override {
        end(nlohmann::json{{"ok", true}, {"text", text}, {"data", std::move(data)}});
    }
    void fail(const std::string& text) override {
        end(nlohmann::json{{"ok", false}, {"error", text}});
    }

  private:
    void end(const nlohmann::json& line) {
        if (!done_.exchange(true)) {
            client_->send(line, true);
        }
    }

    std::shared_ptr<Client> client_;
    std::atomic<bool> done_{false};
};

}  // namespace

struct ControlServer::Impl {
    Impl(async::Executor on, std::filesystem::path at, Handle then)
        : executor(std::move(on)),
          path(std::move(at)),
          handle(std::move(then)),
          acceptor(executor),
          tasks(executor, "control") {}

    void request(const std::string& line, const std::shared_ptr<Client>& client) {
        auto reply = std::make_shared<Reply>(client);
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object() || !json.contains("cmd") || !json["cmd"].is_string()) {
            reply->fail("expected one JSON object with \"cmd\" on a line");
            return;
        }
        handle(json, std::move(reply));
    }

    /// Reads while an answer is being worked on, so that a client that has gone is known at once.
    static async::Task<> read(std::shared_ptr<Client> client) {
        std::string buffer;
        boost::system::error_code error;
        while (true) {
            const std::size_t length = co_await asio::async_read_until(
                client->socket, asio::dynamic_buffer(buffer, kLongestLine), '\n',
                asio::redirect_error(asio::use_awaitable, error));
            if (error || client->requests.size() >= kMostRequests) {
                client->left();
                co_return;
            }
            client->requests.push_back(buffer.substr(0, length));
            buffer.erase(0, length);
            client->changed.cancel();
        }
    }

    async::Task<> serve(std::shared_ptr<Client> client) {
        boost::system::error_code error;
        while (true) {
            const auto [text, answered] = client->take();
            if (!text.empty()) {
                co_await asio::async_write(client->socket, asio::buffer(text),
                                           asio::redirect_error(asio::use_awaitable, error));
                if (error) {
                    break;
                }
            }
            if (answered) {
                client->busy = false;
                client->on_gone = nullptr;
            }
            if (!client->busy && !client->requests.empty()) {
                const std::string line = std::move(client->requests.front());
                client->requests.pop_front();
                client->busy = true;
                request(line, client);
            } else if (!client->busy && client->gone) {
                break;
            } else if (text.empty()) {
                co_await client->changed.async_wait(
                    asio::redirect_error(asio::use_awaitable, error));
                if ((co_await asio::this_coro::cancellation_state).cancelled() !=
                    asio::cancellation_type::none) {
                    break;
                }
            }
        }
        client->left();
        client->socket.close(error);
    }

    /// Whoever can open the socket's file, only the owner of this process (and root) may speak.
    static bool may_speak(Local::socket& socket) {
        ucred peer{};
        socklen_t size = sizeof(peer);
        return ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
               (peer.uid == ::geteuid() || peer.uid == 0);
    }

    async::Task<> accept() {
        boost::system::error_code error;
        while (true) {
            Local::socket socket =
                co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                co_return;
            }
            if (tasks.size() > 2 * kMostClients) {
                continue;
            }
            if (!may_speak(socket)) {
                log::get("core")->warn("control socket: another user was refused");
                static constexpr std::string_view kNo =
                    "{\"ok\":false,\"error\":\"only the user who runs the runtime may use its "
                    "control socket\"}\n";
                socket.send(asio::buffer(kNo), 0, error);
                continue;
            }
            auto client = std::make_shared<Client>(std::move(socket));
            std::erase_if(clients, [](const auto& known) { return known.expired(); });
            clients.push_back(client);
            tasks.spawn("client reads", [client] { return read(client); });
            tasks.spawn("client", [this, client] { return serve(client); });
        }
    }

    async::Executor executor;
    std::filesystem::path path;
    Handle handle;
    Local::acceptor acceptor;
    std::vector<std::weak_ptr<Client>> clients;
    async::TaskGroup tasks;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::~ControlServer() = default;

Result<std::unique_ptr<ControlServer>> ControlServer::listen(async::Executor executor,
                                                             const std::filesystem::path& path,
                                                             Handle handle) {
    if (path.native().size() > kLongestPath) {
        return Error(ErrorKind::limit,
                     "control socket " + path.string() + ": the path is longer than the system's " +
                         std::to_string(kLongestPath) + " bytes; choose a shorter state directory");
    }
    auto impl = std::make_unique<Impl>(std::move(executor), path, std::move(handle));
    std::error_code ignored;
    std::filesystem::remove(path,
                            ignored);  // of a process that was killed: the state directory is ours
    boost::system::error_code error;
    const Local::endpoint endpoint(path.string());
    impl->acceptor.open(endpoint.protocol(), error);
    if (!error) {
        impl->acceptor.bind(endpoint, error);
    }
    if (!error) {
        ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
        impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Error(ErrorKind::io, "control socket " + path.string() + ": " + error.message());
    }
    Impl* self = impl.get();
    self->tasks.spawn("accept", [self] { return self->accept(); });
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

async::Task<> ControlServer::stop() {
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
    for (const auto& weak : impl_->clients) {
        if (const auto client = weak.lock()) {
            client->socket.shutdown(Local::socket::shutdown_receive, ignored);
        }
    }
    // What has been answered is still written.
    for (Millis waited{0}; impl_->tasks.size() > 0 && waited < kFarewell; waited += kStep) {
        co_await async::sleep_for(kStep);
    }
    impl_->tasks.cancel();
    co_await impl_->tasks.join();
    std::error_code gone;
    std::filesystem::remove(impl_->path, gone);
}

}  // namespace rookery::app
