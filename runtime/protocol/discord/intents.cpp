#include "protocol/discord/intents.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <utility>

namespace rookery::protocol::discord {
namespace {

constexpr std::array kInfos{
    IntentInfo{"GUILDS", 1u << 0, false},
    IntentInfo{"GUILD_MEMBERS", 1u << 1, true},
    IntentInfo{"GUILD_MODERATION", 1u << 2, false},
    IntentInfo{"GUILD_EXPRESSIONS", 1u << 3, false},
    IntentInfo{"GUILD_INTEGRATIONS", 1u << 4, false},
    IntentInfo{"GUILD_WEBHOOKS", 1u << 5, false},
    IntentInfo{"GUILD_INVITES", 1u << 6, false},
    IntentInfo{"GUILD_VOICE_STATES", 1u << 7, false},
    IntentInfo{"GUILD_PRESENCES", 1u << 8, true},
    IntentInfo{"GUILD_MESSAGES", 1u << 9, false},
    IntentInfo{"GUILD_MESSAGE_REACTIONS", 1u << 10, false},
    IntentInfo{"GUILD_MESSAGE_TYPING", 1u << 11, false},
    IntentInfo{"DIRECT_MESSAGES", 1u << 12, false},
    IntentInfo{"DIRECT_MESSAGE_REACTIONS", 1u << 13, false},
    IntentInfo{"DIRECT_MESSAGE_TYPING", 1u << 14, false},
    IntentInfo{"MESSAGE_CONTENT", 1u << 15, true},
    IntentInfo{"GUILD_SCHEDULED_EVENTS", 1u << 16, false},
    IntentInfo{"AUTO_MODERATION_CONFIGURATION", 1u << 20, false},
    IntentInfo{"AUTO_MODERATION_EXECUTION", 1u << 21, false},
    IntentInfo{"GUILD_MESSAGE_POLLS", 1u << 24, false},
    IntentInfo{"DIRECT_MESSAGE_POLLS", 1u << 25, false},
};

constexpr Intents bits_of(bool with_privileged) {
    Intents bits = 0;
    for (const auto& info : kInfos) {
        bits |= with_privileged || !info.privileged ? info.bit : 0;
    }
    return bits;
}
static_assert(bits_of(true) == kAllIntents && bits_of(false) == kUnprivilegedIntents);

struct Alias {
    std::string_view name;
    Intents bit;
};
constexpr std::array kFormerNames{Alias{"GUILD_BANS", 1u << 2},
                                  Alias{"GUILD_EMOJIS_AND_STICKERS", 1u << 3}};

std::string folded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c != '_') {
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

Error unknown(const std::string& name) {
    constexpr std::size_t kLongest = 64;
    const auto wanted = folded(std::string_view(name).substr(0, kLongest));
    const auto nearest = std::ranges::min_element(kInfos, {}, [&](const IntentInfo& info) {
        return edit_distance(wanted, folded(info.name));
    });
    return Error(ErrorKind::invalid, "unknown intent \"" + name.substr(0, kLongest) +
                                         "\", did you mean \"" + std::string(nearest->name) +
                                         "\"?");
}

}  // namespace

std::span<const IntentInfo> intent_infos() noexcept { return kInfos; }

Result<Intents> parse_intents(std::span<const std::string> names) {
    Intents bits = 0;
    for (const auto& name : names) {
        const auto same = [wanted = folded(name)](const auto& entry) {
            return folded(entry.name) == wanted;
        };
        if (const auto info = std::ranges::find_if(kInfos, same); info != kInfos.end()) {
            bits |= info->bit;
        } else if (const auto alias = std::ranges::find_if(kFormerNames, same);
                   alias != kFormerNames.end()) {
            bits |= alias->bit;
        } else {
            return unknown(name);
        }
    }
    return bits;
}

std::vector<std::string_view> intent_names(Intents intents) {
    std::vector<std::string_view> names;
    for (const auto& info : kInfos) {
        if ((intents & info.bit) != 0) {
            names.push_back(info.name);
        }
    }
    return names;
}

}  // namespace rookery::protocol::discord
