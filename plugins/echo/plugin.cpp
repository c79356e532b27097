// Serves: a route, a namespace of Socket.IO, and bare sessions of Engine.IO, which all say what
// they are told.
#include <rookery/plugin.hpp>
#include <rookery/server.hpp>

#include <optional>
#include <string>

namespace {

class Socketio final : public rookery::SocketChannel {
    std::optional<rookery::SocketArguments> event(std::uint64_t /*socket*/,
                                                  std::string_view /*name*/,
                                                  rookery::SocketArguments arguments,
                                                  bool /*binary*/) override {
        return arguments;
    }
};

class Engineio final : public rookery::SocketChannel {
  public:
    explicit Engineio(const rookery::Server& server) : server_(server) {}

  private:
    std::optional<rookery::SocketArguments> event(std::uint64_t socket, std::string_view /*name*/,
                                                  rookery::SocketArguments message,
                                                  bool /*binary*/) override {
        server_.emit(socket, {}, message);
        return std::nullopt;
    }

    const rookery::Server server_;
};

class Echo final : public rookery::Plugin {
    void start() override {
        const rookery::Server serving(host());
        serving.route(
            "POST", "/:times",
            [](const rookery::ServerRequest& request) -> rookery::Task<rookery::ServerAnswer> {
                rookery::ServerAnswer answer{200, {}, "text/plain; charset=utf-8", {}};
                for (std::size_t i = 0; i < request.param("times").size(); ++i) {
                    answer.body += request.body;
                }
                co_await rookery::sleep(std::chrono::milliseconds(1));
                co_return answer;
            },
            {.open = true});
        serving.route("GET", "/whoami", [](const rookery::ServerRequest& request) {
            return rookery::ServerAnswer{
                200, "\"" + request.key.value().id + "\"", "application/json", {}};
        });
        serving.route("GET", "/fails",
                      [](const rookery::ServerRequest&) -> rookery::ServerAnswer {
                          throw rookery::Error(RK_E_INVALID, "on purpose");
                      },
                      {.open = true});
        serving.open("/plugin-echo", socketio_, {.auth = rookery::ChannelAuth::none});
        serving.engine("/plugin-echo.io/", engineio_.emplace(serving));
    }

    Socketio socketio_;
    std::optional<Engineio> engineio_;
};

}  // namespace

ROOKERY_PLUGIN(Echo, "echo", "0.1.0")
