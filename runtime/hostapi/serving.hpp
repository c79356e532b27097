#pragma once

#include "hostapi/capabilities.hpp"
#include "hostapi/scope.hpp"
#include "hostapi/server_port.hpp"

#include <memory>
#include <string>

namespace rookery::hostapi {

/// The server as one extension instance sees it: what it claims is checked and owned by its scope.
/// Worker thread.
class Serving {
  public:
    static constexpr Millis kLongestTimeout{300'000};
    static constexpr std::size_t kLargestBody = std::size_t{16} << 20U;  ///< either way
    static constexpr std::size_t kLongestEvent = 200;                    ///< bytes of its name
    static constexpr std::size_t kLargestEvent = std::size_t{1} << 20U;  ///< of its arguments
    static constexpr std::size_t kLongestRoom = 200;

    /// `capabilities` and `scope` outlive this.
    Serving(std::shared_ptr<ServerSession> session, const Capabilities& capabilities, Scope& scope)
        : session_(std::move(session)), capabilities_(capabilities), scope_(scope) {}

    /// Errors besides those of ServerSession: invalid, denied.
    [[nodiscard]] Result<EffectId> route(RouteForm form, RouteHandler handler);
    struct Channel {
        EffectId effect = 0;
        ClaimId claim = 0;
    };
    [[nodiscard]] Result<Channel> open(ChannelForm form, ChannelHandlers handlers);

    // As ServerSession, and invalid for names and sizes.
    [[nodiscard]] Result<> emit(SocketNumber socket, std::string event, ServedArguments arguments);
    [[nodiscard]] Result<> broadcast(ClaimId channel, ServerSession::Audience audience,
                                     std::string event, ServedArguments arguments);
    /// An error here comes instead of `done`.
    [[nodiscard]] Result<> call(SocketNumber socket, std::string event, ServedArguments arguments,
                                Millis timeout, std::function<void(Result<ServedArguments>)> done);
    [[nodiscard]] Result<> join(SocketNumber socket, std::string room);
    [[nodiscard]] Result<> leave(SocketNumber socket, const std::string& room) {
        return session_->leave(socket, room);
    }
    [[nodiscard]] Result<> disconnect(SocketNumber socket) { return session_->disconnect(socket); }

    /// The extension's state is lost: what comes waits for the next version. Nothing of this one
    /// begins any more.
    void hold() { session_->hold(); }

    /// Error invalid when it cannot be sent.
    [[nodiscard]] static Result<> check(const ServedAnswer& answer);

  private:
    const std::shared_ptr<ServerSession> session_;
    const Capabilities& capabilities_;
    Scope& scope_;
};

}  // namespace rookery::hostapi
