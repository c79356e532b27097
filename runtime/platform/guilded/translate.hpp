#pragma once

#include "gateway/intake.hpp"
#include "platform/guilded/seen.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::guilded {

enum class Flavour : std::uint8_t { bot, user };

/// What the schema cannot say of an arrival: which events it becomes where that depends on its
/// content, what is known beside it, and what tells it from others.
struct Translation {
    struct Part {
        model::EventType type{};
        std::string payload{};  ///< empty: the arrival's own
        std::string context{};
    };
    std::string identity;     ///< as gateway::Arrival::identity
    std::vector<Part> parts;  ///< empty: what the schema names first
};

/// `name` is that on the wire (protocol::guilded::user_event_name, bot_event_name). `wanted`:
/// somebody gets what it becomes; else it is only remembered. Any JSON object, any shape. io
/// thread.
[[nodiscard]] Translation translate(Flavour flavour, std::string_view name,
                                    std::string_view payload, bool wanted, Seen& seen);

/// The event `guildAvailable` of one server or team, as the API lists it.
[[nodiscard]] Translation::Part guild_available(std::string_view guild);

}  // namespace rookery::guilded
