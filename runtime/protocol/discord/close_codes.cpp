#include "protocol/discord/close_codes.hpp"

#include <algorithm>
#include <array>

namespace rookery::protocol::discord {
namespace {

struct Row {
    std::uint16_t code;
    CloseAction action;
};

/// Gateway close event codes; what is not here is decided by range.
constexpr std::array kTable{
    Row{1000, CloseAction::resume_once}, Row{1001, CloseAction::resume},
    Row{1005, CloseAction::resume},      Row{1006, CloseAction::resume},
    Row{4003, CloseAction::new_session}, Row{4004, CloseAction::fatal},
    Row{4007, CloseAction::new_session}, Row{4008, CloseAction::resume_later},
    Row{4009, CloseAction::new_session}, Row{4010, CloseAction::fatal},
    Row{4011, CloseAction::fatal},       Row{4012, CloseAction::fatal},
    Row{4013, CloseAction::fatal},       Row{4014, CloseAction::fatal},
};

std::string with_needs(const IntentRequest& intents, Intents which) {
    std::string text;
    for (const auto name : intent_names(intents.bits & which)) {
        text += (text.empty() ? "" : ", ") + std::string(name);
        const auto needs = intents.needed_by.find(std::string(name));
        if (needs == intents.needed_by.end() || needs->second.empty()) {
            continue;
        }
        const char* separator = " (needed by ";
        for (const auto& extension : needs->second) {
            text += separator + extension;
            separator = ", ";
        }
        text += ')';
    }
    return text.empty() ? "none" : text;
}

}  // namespace

CloseAction close_action(std::optional<std::uint16_t> code) noexcept {
    if (!code) {
        return CloseAction::resume;
    }
    const auto row = std::ranges::find(kTable, *code, &Row::code);
    if (row != kTable.end()) {
        return row->action;
    }
    return *code < 4000 ? CloseAction::resume_later : CloseAction::resume;
}

std::string fatal_text(std::uint16_t code, const IntentRequest& intents) {
    switch (code) {
        case 4004:
            return "the token was refused (close 4004): copy the bot's token from the developer "
                   "portal again, or reset it there if it has leaked";
        case 4010:
            return "the shard was refused (close 4010): its id or the shard count is not valid for "
                   "this bot";
        case 4011:
            return "sharding is required (close 4011): the bot is in too many guilds for one "
                   "connection";
        case 4012:
            return "the gateway version was refused (close 4012): this version of Rookery is too "
                   "old for the platform";
        case 4013:
            return "the intents were refused (close 4013): the number " +
                   std::to_string(intents.bits) + " has a bit that the platform does not know";
        case 4014:
            return "privileged intents were refused (close 4014): asked for " +
                   with_needs(intents, kAllIntents & ~kUnprivilegedIntents) +
                   "; switch them on in the developer portal (Bot, Privileged Gateway Intents) or "
                   "stop what needs them";
        default:
            return "the gateway refused the bot (close " + std::to_string(code) + ")";
    }
}

}  // namespace rookery::protocol::discord
