#pragma once

#include "model/event_names.hpp"
#include "model/json_index.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::discord {

/// An event that a dispatch brings beside the one of its own name.
struct Raised {
    std::string_view event;  ///< "emojiCreate"
    std::string payload;     ///< JSON; empty: the dispatch's own
    std::string old;         ///< JSON; empty: not known
};

/// One dispatch on its way through the cache: what is known of it, and what comes of it.
struct Turn {
    std::string_view name;  ///< "GUILD_CREATE"
    model::JsonNode data;   ///< its payload
    /// Union of the context keys that the events which somebody wants read.
    std::uint32_t reads = 0;
    bool loading = false;  ///< GUILD_CREATE: a guild that READY announced comes for the first time
    bool known_guild = true;    ///< the bot is in the guild of the event
    bool noop_updates = false;  ///< updates that change nothing are told too

    bool raise = true;  ///< whether the event of the dispatch's own name is told
    std::string old;    ///< JSON of what it changes, as it was; empty: not known
    std::optional<std::int64_t> reaction_count;
    std::optional<bool> reaction_me;
    std::vector<Raised> derived;
    /// Which of them it was is not known any more: a subscriber gets the first that it wants.
    bool either = false;

    [[nodiscard]] bool reads_key(model::ContextKey key) const noexcept {
        return (reads >> static_cast<unsigned>(key) & 1U) != 0;
    }
    [[nodiscard]] bool reads_old() const noexcept { return reads_key(model::ContextKey::old); }
};

}  // namespace rookery::discord
