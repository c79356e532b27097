#include "app/control_server.hpp"

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

#include <deque>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>

namespace rookery::app {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

constexpr std::size_t kLongestLine = std::size_t{64} << 10U;
constexpr std::size_t kMostClients = 16;
constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

/// One connection. Shared between its coroutine and the replies that are still being worked on.
struct Client : std::enable_shared_from_this<Client> {
    explicit Client(Local::socket connected)
        : socket(std::move(connected)),
          changed(socket.get_executor(), asio::steady_timer::time_point::max()) {}

    /// Any thread.
    void send(const nlohmann::json& line, bool last) {
        auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        asio::post(socket.get_executor(),
                   [self = shared_from_this(), text = std::move(text), last]() mutable {
                       self->lines.push_back(std::move(text));
                       self->answered = self->answered || last;
                       self->changed.cancel();
                   });
    }

    Local::socket socket;
    asio::steady_timer changed;
    std::deque<std::string> lines;
    bool answered = false;
};

class Reply final : public ControlReply {
  public:
    explicit Reply(std::shared_ptr<Client> client) : client_(std::move(client)) {}
    ~Reply() override {
        if (!done_) {
            client_->send({{"ok", false}, {"error", "the request was dropped"}}, true);
        }
    }
    void progress(const std::string& text) override { client_->send({{"progress", text}}, false); }
    void finish(const std::string& text, nlohmann::json data) override {
        done_ = true;
        client_->send({{"ok", true}, {"text", text}, {"data", std::move(data)}}, true);
    }
    void fail(const std::string& text) override {
        done_ = true;
        client_->send({{"ok", false}, {"error", text}}, true);
    }

  private:
    std::shared_ptr<Client> client_;
    bool done_ = false;
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

    async::Task<> serve(std::shared_ptr<Client> client) {
        std::string buffer;
        boost::system::error_code error;
        while (true) {
            const std::size_t length = co_await asio::async_read_until(
                client->socket, asio::dynamic_buffer(buffer, kLongestLine), '\n',
                asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                break;
            }
            const std::string line = buffer.substr(0, length);
            buffer.erase(0, length);
            client->answered = false;
            request(line, client);
            while (!(client->answered && client->lines.empty())) {
                while (!client->lines.empty()) {
                    const std::string out = std::move(client->lines.front());
                    client->lines.pop_front();
                    co_await asio::async_write(client->socket, asio::buffer(out),
                                               asio::redirect_error(asio::use_awaitable, error));
                    if (error) {
                        co_return;
                    }
                }
                if (!client->answered) {
                    co_await client->changed.async_wait(
                        asio::redirect_error(asio::use_awaitable, error));
                    if ((co_await asio::this_coro::cancellation_state).cancelled() !=
                        asio::cancellation_type::none) {
                        co_return;
                    }
                }
            }
        }
    }

    async::Task<> accept() {
        boost::system::error_code error;
        while (true) {
            Local::socket socket =
                co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                co_return;
            }
            if (tasks.size() > kMostClients) {
                continue;
            }
            auto client = std::make_shared<Client>(std::move(socket));
            tasks.spawn("client", [this, client] { return serve(client); });
        }
    }

    async::Executor executor;
    std::filesystem::path path;
    Handle handle;
    Local::acceptor acceptor;
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
    impl_->tasks.cancel();
    co_await impl_->tasks.join();
    std::error_code gone;
    std::filesystem::remove(impl_->path, gone);
}

}  // namespace rookery::app
