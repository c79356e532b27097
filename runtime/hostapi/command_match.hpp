#pragma once

#include "hostapi/command_desk.hpp"
#include "hostapi/commands.hpp"
#include "model/event.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// Which command an event is for.
struct CommandMatch {
    BookEntryPtr entry;
    bool interaction = false;
    bool autocomplete = false;  ///< something is being typed
    // Of a text:
    std::string prefix;    ///< as it was written
    std::string mention;   ///< the prefix is a mention of this id, to be compared with the bot's
    std::string word;      ///< the command's name as it was written
    std::size_t rest = 0;  ///< where in the content its options begin
};

/// The id in a text that begins with a mention ("<@123>", "<@!123>"), and the mention's length.
struct MentionAtStart {
    std::string_view id;
    std::size_t size = 0;
};
[[nodiscard]] std::optional<MentionAtStart> mention_at_start(std::string_view text) noexcept;

/// The application command that an interaction is for. Nothing: none that is known here.
[[nodiscard]] std::optional<CommandMatch> match_interaction(const model::Event& event,
                                                            const CommandIndex& index);
/// The command that a message is. `own_id`: of the bot's account; empty while it is not known.
[[nodiscard]] std::optional<CommandMatch> match_text(const model::Event& event,
                                                     const CommandIndex& index,
                                                     const CommandRules& rules,
                                                     std::string_view own_id);

}  // namespace rookery::hostapi
