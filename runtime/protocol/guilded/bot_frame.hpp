#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// The websocket of the official bot API: JSON frames {"op","t","s","d"}. Nothing is ever sent over
/// it; the heartbeat is a ping frame.
namespace rookery::protocol::guilded {

enum class BotOp : std::uint8_t {
    event = 0,
    welcome = 1,
    resumed = 2,
    invalid_cursor = 8,
    internal_error = 9,
};

/// The outside of one frame. Views point into it.
struct BotFrame {
    std::uint32_t op = 0;   ///< any number: unknown ones are ignored by the caller
    std::string_view type;  ///< `t`: "ChatMessageCreated"; not empty when op is event
    std::string_view id;    ///< `s`, for the replay; not every event has one
    std::string_view data;  ///< JSON text of `d`; empty when `d` is missing

    [[nodiscard]] bool is(BotOp which) const noexcept {
        return op == static_cast<std::uint32_t>(which);
    }
};

/// Error protocol: not an object of that outline, no `op`, or an event without a name or without
/// `d`. The inside of `d` is not validated.
[[nodiscard]] Result<BotFrame> read_bot_frame(std::string_view frame);

/// What op 1 says.
struct Welcome {
    Millis heartbeat{22'500};
    std::string last_id;  ///< where a replay may begin; may be empty
    std::string user_id;
    std::string user_name;
};
/// Takes what is there.
[[nodiscard]] Welcome read_welcome(std::string_view data);

/// `message` of op 8 and 9, or a text that says as much.
[[nodiscard]] std::string read_bot_error(std::string_view data);

/// `s` of op 2, or of the frame around it; may be empty.
[[nodiscard]] std::string read_resumed(const BotFrame& frame);

}  // namespace rookery::protocol::guilded
