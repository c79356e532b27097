#pragma once

#include "protocol/discord/intents.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::protocol::discord {

/// What a gateway close asks for. Ordered by severity: the worse one wins when two causes meet.
enum class CloseAction : std::uint8_t {
    resume,        ///< at once
    resume_later,  ///< after a backoff
    resume_once,   ///< one attempt; if it is refused or cut, a new session
    new_session,   ///< forget the session, then identify
    fatal,         ///< stop: only new settings can help
};

/// The close-code table. No code (TCP end, or a close frame without one) means resume; so does any
/// unknown code, since a wrong resume costs nothing and a wrong identify costs budget.
[[nodiscard]] CloseAction close_action(std::optional<std::uint16_t> code) noexcept;

/// One line for the user about a fatal code: what was refused, and what to do.
/// `intents` serves 4014 (which privileged intents, needed by whom) and 4013.
[[nodiscard]] std::string fatal_text(std::uint16_t code, const IntentRequest& intents);

}  // namespace rookery::protocol::discord
