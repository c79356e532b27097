#pragma once

#include "server/extensions/registry.hpp"
#include "server/extensions/stage.hpp"
#include "server/socketio/engine_server.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace rookery::server::extensions {

/// The bare sessions of Engine.IO at a path that an extension has claimed. Server thread.
class EngineBridge final : public EngineUser {
  public:
    EngineBridge(Stage& stage, Registry::Channel channel);
    ~EngineBridge() override;

    [[nodiscard]] const Registry::Channel& channel() const noexcept { return channel_; }
    /// "/engine.io": where it is to be mounted.
    [[nodiscard]] std::string prefix() const;
    [[nodiscard]] Handler& handler() noexcept { return server_; }

    void send(EngineId session, const hostapi::ServedArguments& message);
    void close(EngineId session);
    /// Every session ends, and is told that the server does.
    void shut_down();

  private:
    class Listener;

    [[nodiscard]] std::string refusal(const server::Request& request) override;
    [[nodiscard]] std::unique_ptr<EngineListener> opened(EngineConnection& connection) override;

    Stage& stage_;
    const Registry::Channel channel_;
    std::set<hostapi::SocketNumber> numbers_;
    EngineServer server_;  ///< last: its sessions end before the rest
};

}  // namespace rookery::server::extensions
