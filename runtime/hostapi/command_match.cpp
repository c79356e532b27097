#include "hostapi/command_match.hpp"

#include "command/text.hpp"
#include "hostapi/interaction_plan.hpp"
#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

namespace fields = model::fields;
using command::CommandType;

constexpr std::size_t kLongestWord = 256;  // bytes; no command's name is longer
constexpr std::size_t kLongestId = 64;

std::size_t spaces_at(std::string_view text) {
    std::string_view rest = text;
    while (!rest.empty()) {
        std::string_view next = rest;
        if (!command::is_space(command::take_character(next))) {
            break;
        }
        rest = next;
    }
    return text.size() - rest.size();
}

/// Up to the first space; empty when it is too long for a name.
std::string_view word_at(std::string_view text) {
    std::string_view rest = text;
    while (!rest.empty() && text.size() - rest.size() <= kLongestWord) {
        std::string_view next = rest;
        if (command::is_space(command::take_character(next))) {
            break;
        }
        rest = next;
    }
    const std::size_t size = text.size() - rest.size();
    return size > kLongestWord ? std::string_view() : text.substr(0, size);
}

/// How much of the content is the prefix; 0: none of it. The longest counts.
std::size_t prefix_of(std::string_view content, const std::vector<std::string>* prefixes) {
    if (prefixes == nullptr) {
        return 0;
    }
    std::size_t size = 0;
    for (const std::string& prefix : *prefixes) {
        if (prefix.size() > size && content.starts_with(prefix)) {
            size = prefix.size();
        }
    }
    return size;
}

}  // namespace

std::optional<MentionAtStart> mention_at_start(std::string_view text) noexcept {
    if (!text.starts_with("<@")) {
        return std::nullopt;
    }
    const std::size_t begin = text.size() > 2 && text[2] == '!' ? 3 : 2;
    const std::size_t end = text.substr(0, kLongestId).find('>');
    if (end == std::string_view::npos || end == begin || text[begin] == '&') {
        return std::nullopt;
    }
    return MentionAtStart{text.substr(begin, end - begin), end + 1};
}

std::optional<CommandMatch> match_interaction(const model::Event& event,
                                              const CommandIndex& index) {
    const model::View view = event.view();
    model::StringScratch scratch;
    const auto type = interaction_type(view.get(fields::interaction::type, scratch).integer);
    if (type != InteractionType::command && type != InteractionType::autocomplete) {
        return std::nullopt;
    }
    const auto name = view.get(fields::interaction::command_name, scratch).text;
    const auto number = view.get(fields::interaction::command_type, scratch).integer;
    const CommandType kind = number == 2   ? CommandType::user
                             : number == 3 ? CommandType::message
                                           : CommandType::slash;
    CommandMatch match;
    match.entry = index.find(kind, event.bot_name(), event.guild_text(), name);
    match.interaction = true;
    match.autocomplete = type == InteractionType::autocomplete;
    match.word = name;
    return match.entry == nullptr ? std::nullopt : std::optional(std::move(match));
}

std::optional<CommandMatch> match_text(const model::Event& event, const CommandIndex& index,
                                       const CommandRules& rules, std::string_view own_id) {
    const BotCommandRules* const bot = rules.of(event.bot_name());
    if (bot == nullptr) {
        return std::nullopt;
    }
    model::StringScratch scratch;
    const std::string_view content = event.view().get(fields::message::content, scratch).text;
    if (content.empty()) {
        return std::nullopt;
    }
    std::string_view mention;
    std::size_t prefix = prefix_of(content, rules.prefixes(event.bot_name(), event.guild_text()));
    std::size_t at = prefix;
    if (prefix == 0 && bot->mention) {
        const auto mentioned = mention_at_start(content);
        if (!mentioned || (!own_id.empty() && mentioned->id != own_id)) {
            return std::nullopt;
        }
        mention = mentioned->id;
        prefix = mentioned->size + spaces_at(content.substr(mentioned->size));
        at = prefix;
    }
    if (at == 0) {
        return std::nullopt;
    }
    const std::string_view word = word_at(content.substr(at));
    if (word.empty()) {
        return std::nullopt;
    }
    CommandMatch match;
    match.entry = index.find_text(event.bot_name(), event.guild_text(), word);
    if (match.entry == nullptr) {
        return std::nullopt;
    }
    match.prefix = content.substr(0, prefix);
    match.mention = mention;
    match.word = word;
    match.rest = at + word.size();
    return match;
}

}  // namespace rookery::hostapi
