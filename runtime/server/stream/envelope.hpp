#pragma once

#include "model/event.hpp"
#include "server/socketio/socket_server.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::server {

/// The argument of `discord`:
/// `{"event":...,"guildId":...,"data":...,"seq":...,"bot":...,"platform":...}`, keys in that order;
/// `"late":true` behind them for what was fetched after a gap.
[[nodiscard]] Arguments write_envelope(const model::Event& event, std::uint64_t seq);

/// The argument of `interaction:create`; nullopt for what it is not sent for: commands, and
/// everything outside guilds.
[[nodiscard]] std::optional<Arguments> write_interaction(const model::Event& event);

/// An event on its way: each form is written when it is first asked for.
class Outgoing {
  public:
    /// `again`: an earlier process has served it under that number.
    Outgoing(const model::Event& event, std::uint64_t seq, bool again = false)
        : event_(event), seq_(seq), again_(again) {}

    [[nodiscard]] const model::Event& event() const noexcept { return event_; }
    [[nodiscard]] bool again() const noexcept { return again_; }
    void place(std::uint64_t seq, bool again) noexcept {
        seq_ = seq;
        again_ = again;
    }
    /// As write_envelope() and write_interaction(); the number must be right by then.
    [[nodiscard]] const Arguments& envelope();
    [[nodiscard]] const std::optional<Arguments>& interaction();

  private:
    const model::Event& event_;
    std::uint64_t seq_;
    bool again_;
    std::optional<Arguments> envelope_;
    std::optional<std::optional<Arguments>> interaction_;
};

/// Events whose data holds a credential in its field `token`.
[[nodiscard]] bool has_token(std::string_view event) noexcept;

/// The same arguments with an empty text as the token.
[[nodiscard]] Arguments without_token(const Arguments& with);

}  // namespace rookery::server
