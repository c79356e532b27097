#pragma once

#include "server/extensions/registry.hpp"
#include "server/extensions/stage.hpp"
#include "server/socketio/socket_server.hpp"

#include <string>
#include <unordered_map>

namespace rookery::server::extensions {

[[nodiscard]] hostapi::ServedKeyPtr describe(const KeyPtr& key);
/// Without what may hold the secret of a key (`keyed`: one was asked for).
[[nodiscard]] hostapi::ServedFields describe(const Headers& headers, bool keyed);

/// A namespace that an extension has claimed: who may join, and what comes from there. Server
/// thread.
class Bridge final : public Namespace {
  public:
    Bridge(Stage& stage, Registry::Channel channel);
    ~Bridge() override;

    [[nodiscard]] const Registry::Channel& channel() const noexcept { return channel_; }
    /// Another version, with other conditions for those who come from now on.
    void change(Registry::Channel channel) { channel_ = std::move(channel); }

    void connect(const Handshake& handshake,
                 std::function<void(server::Admission)> decide) override;
    void joined(SocketId socket, bool recovered) override;
    void event(SocketId socket, std::string_view name, server::Arguments arguments,
               Reply reply) override;
    void left(SocketId socket, std::string_view reason) override;

    /// Those whose key has gone are sent away.
    void key_gone(const std::string& id);

  private:
    /// What the socket server keeps with a socket.
    struct Who {
        std::shared_ptr<const hostapi::ServedHandshake> handshake;
        KeyPtr key;
        std::string said;  ///< by the extension
    };

    [[nodiscard]] server::Admission admit(const Who& who) const;
    [[nodiscard]] std::variant<KeyPtr, std::string> find_key(const Handshake& handshake) const;

    Stage& stage_;
    Registry::Channel channel_;
    std::unordered_map<SocketId, hostapi::SocketNumber> numbers_;
};

}  // namespace rookery::server::extensions
