#include "server/extensions/engine_bridge.hpp"

#include "server/extensions/bridge.hpp"
#include "server/socketio/engine_connection.hpp"

#include <utility>

namespace rookery::server::extensions {

using protocol::socketio::EndReason;

class EngineBridge::Listener final : public EngineListener {
  public:
    Listener(EngineBridge& bridge, EngineId id, hostapi::SocketNumber number)
        : bridge_(bridge), id_(id), number_(number) {}

    void message(std::string_view data, bool binary) override {
        Event visit{number_, {}, {}, nullptr};
        if (binary) {
            visit.arguments.attachments.emplace_back(data);
        } else {
            visit.arguments.json = std::string(data);
        }
        Registry& registry = bridge_.stage_.registry();
        if (!registry.offer(bridge_.channel_.title, std::move(visit))) {
            // Not from within its own call.
            registry.on_stage([key = bridge_.channel_.key, id = id_](Stage& stage) {
                stage.disconnect(key, id);
            });
        }
    }

    void ended(EndReason reason) override {
        if (bridge_.numbers_.erase(number_) > 0) {
            bridge_.stage_.registry().offer(bridge_.channel_.title,
                                            Departure{number_, std::string(to_string(reason))});
        }
    }

  private:
    EngineBridge& bridge_;
    const EngineId id_;
    const hostapi::SocketNumber number_;
};

EngineBridge::EngineBridge(Stage& stage, Registry::Channel channel)
    : stage_(stage),
      channel_(std::move(channel)),
      server_(*stage.mount().turn, *stage.mount().channels, *stage.mount().clock,
              stage.mount().engine(channel_.form.name), *this) {}

EngineBridge::~EngineBridge() {
    server_.close_all(EndReason::forced_close);
    for (const hostapi::SocketNumber number : numbers_) {
        stage_.registry().offer(channel_.title, Departure{number, "server shutting down"});
    }
    numbers_.clear();
}

std::string EngineBridge::prefix() const {
    return channel_.form.name.substr(0, channel_.form.name.size() - 1);
}

void EngineBridge::shut_down() { server_.close_all(EndReason::shutting_down); }

std::string EngineBridge::refusal(const server::Request& /*request*/) {
    return stage_.registry().crowded(channel_.title) ? "Too much to do" : "";
}

std::unique_ptr<EngineListener> EngineBridge::opened(EngineConnection& connection) {
    auto handshake = std::make_shared<hostapi::ServedHandshake>();
    if (const auto& request = connection.request(); request != nullptr) {
        handshake->query = request->query;
        handshake->headers = describe(request->headers, false);
        handshake->peer = request->peer;
        handshake->secure = request->secure;
    }
    Member member;
    member.channel = channel_.key;
    member.id = connection.id();
    // The session's own id is a secret between the two ends.
    member.socket.id = std::to_string(connection.id());
    member.socket.handshake = std::move(handshake);
    const auto number = stage_.registry().add_member(channel_.title, std::move(member));
    numbers_.insert(number);
    return std::make_unique<Listener>(*this, connection.id(), number);
}

void EngineBridge::send(EngineId session, const hostapi::ServedArguments& message) {
    EngineConnection* const connection = server_.find(session);
    if (connection == nullptr) {
        return;
    }
    if (message.attachments.empty()) {
        connection->send_text(message.json);
    } else {
        connection->send_binary(message.attachments.front());
    }
}

void EngineBridge::close(EngineId session) {
    if (EngineConnection* const connection = server_.find(session)) {
        connection->close(EndReason::forced_close);
    }
}

}  // namespace rookery::server::extensions
