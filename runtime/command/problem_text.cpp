#include "base/edit_distance.hpp"
#include "command/duration.hpp"
#include "command/help.hpp"
#include "command/messages.hpp"
#include "command/text.hpp"
#include "command/type_words.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestCompared = 40;
constexpr std::size_t kLongestExcerpt = 40;

std::vector<std::string> texts_of(const json& list) {
    std::vector<std::string> out;
    for (const json& one : list.is_array() ? list : json::array()) {
        out.push_back(shown(one.is_string() ? one.get<std::string>() : one.dump()));
    }
    return out;
}

/// What of `known` is meant by `given`; empty: nothing comes near.
std::string nearest(std::string_view given, const std::vector<std::string>& known) {
    std::string best;
    if (given.empty() || given.size() > kLongestCompared) {
        return best;
    }
    std::size_t least = 1 + std::max(std::min<std::size_t>(2, given.size() / 2), given.size() / 3);
    const std::string wanted = folded(given);
    for (const std::string& one : known) {
        const std::size_t distance =
            one.size() > 2 * kLongestCompared ? least : edit_distance(wanted, folded(one));
        if (distance < least) {
            least = distance;
            best = one;
        }
    }
    return best;
}

std::string limit_text(const Option* option, const json& limit, std::string_view locale) {
    if (!limit.is_number()) {
        return {};
    }
    if (option != nullptr && option->type == OptionType::duration) {
        return duration_words(limit.get<double>(), locale);
    }
    const double value = limit.get<double>();
    return value == std::floor(value) && std::abs(value) <= kLargestInteger
               ? std::to_string(static_cast<std::int64_t>(value))
               : limit.dump();
}

Phrase range_phrase(const Problem& problem) {
    if (problem.expected.contains("min") && problem.expected.contains("max")) {
        return Phrase::out_of_range;
    }
    return problem.expected.contains("min") ? Phrase::too_small : Phrase::too_large;
}

Phrase not_found_phrase(const Option* option) {
    switch (option == nullptr ? OptionType::user : option->type) {
        case OptionType::role:
            return Phrase::not_found_role;
        case OptionType::channel:
            return Phrase::not_found_channel;
        case OptionType::mentionable:
            return Phrase::not_found_mentionable;
        case OptionType::attachment:
            return Phrase::not_found_attachment;
        default:
            return Phrase::not_found_user;
    }
}

/// `near`: whether something comes near to what was given.
Phrase phrase_of(const Problem& problem, bool near) {
    switch (problem.kind) {
        case ProblemKind::missing:
            return Phrase::missing;
        case ProblemKind::extra:
            return Phrase::extra;
        case ProblemKind::unknown_subcommand:
            return near ? Phrase::unknown_subcommand_near : Phrase::unknown_subcommand;
        case ProblemKind::missing_subcommand:
            return Phrase::missing_subcommand;
        case ProblemKind::unknown_option:
            return near ? Phrase::unknown_option_near : Phrase::unknown_option;
        case ProblemKind::given_twice:
            return Phrase::given_twice;
        case ProblemKind::no_value:
            return Phrase::no_value;
        case ProblemKind::not_integer:
            return Phrase::not_integer;
        case ProblemKind::not_number:
            return Phrase::not_number;
        case ProblemKind::not_boolean:
            return Phrase::not_boolean;
        case ProblemKind::not_duration:
            return Phrase::not_duration;
        case ProblemKind::not_user:
            return Phrase::not_user;
        case ProblemKind::not_role:
            return Phrase::not_role;
        case ProblemKind::not_channel:
            return Phrase::not_channel;
        case ProblemKind::not_mentionable:
            return Phrase::not_mentionable;
        case ProblemKind::too_small:
        case ProblemKind::too_large:
            return range_phrase(problem);
        case ProblemKind::too_short:
            return Phrase::too_short;
        case ProblemKind::too_long:
            return Phrase::too_long;
        case ProblemKind::no_choice:
            return near ? Phrase::no_choice_near : Phrase::no_choice;
        case ProblemKind::no_attachment:
            return Phrase::no_attachment;
        case ProblemKind::unclosed_quote:
            return Phrase::unclosed_quote;
        case ProblemKind::text_too_long:
            return Phrase::text_too_long;
        case ProblemKind::not_utf8:
            return Phrase::not_utf8;
        case ProblemKind::not_found:
            return not_found_phrase(problem.option);
        case ProblemKind::ambiguous:
            return Phrase::ambiguous;
        case ProblemKind::channel_type:
            return Phrase::channel_type;
        case ProblemKind::malformed:
            return Phrase::malformed;
    }
    return Phrase::failed;
}

/// A text for a block of code: nothing in it ends the block. `foreign`: nor does it mention
/// anybody.
std::string in_code(std::string_view text, bool foreign) {
    std::string out;
    while (!text.empty()) {
        const char32_t c = take_character(text);
        if (is_invisible(c)) {
            continue;
        }
        append_character(out, is_space(c) ? U' ' : c == U'`' ? U'\'' : c);
        out += foreign && (c == U'@' || c == U'<') ? "\u200b" : "";
    }
    return out;
}

/// How many places it takes.
std::size_t width(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        count += is_invisible(take_character(text)) ? 0 : 1;
    }
    return count;
}

std::string marked_block(const std::string& line, std::size_t at, std::size_t size) {
    std::string out = "```\n" + line + "\n";
    if (size != 0) {
        out += std::string(at, ' ') + std::string(size, '^') + "\n";
    }
    return out + "```";
}

/// Some text before and behind the place, and a mark below it.
std::string excerpt(std::string_view typed, std::size_t at) {
    std::string_view before = typed.substr(0, std::min(at, typed.size()));
    std::string_view behind = typed.substr(before.size());
    std::size_t skip = characters(before);
    skip = skip > kLongestExcerpt / 2 ? skip - kLongestExcerpt / 2 : 0;
    const bool cut = skip != 0;
    for (; skip != 0; --skip) {
        (void)take_character(before);
    }
    std::string_view rest = behind;
    for (std::size_t i = 0; i < kLongestExcerpt && !rest.empty(); ++i) {
        (void)take_character(rest);
    }
    const std::string left = (cut ? "…" : "") + in_code(before, true);
    return marked_block(left + in_code(behind.substr(0, behind.size() - rest.size()), true) +
                            (rest.empty() ? "" : "…"),
                        width(left), 1);
}

}  // namespace

std::string problem_text(const Problem& problem, const Node& node, std::string_view locale,
                         std::string_view usage_prefix, std::string_view typed) {
    const std::vector<std::string> choices = texts_of(problem.expected);
    const std::string near = nearest(problem.given, choices);
    const Option* const option = problem.option;
    const auto limit = [&](const char* key) {
        return problem.expected.is_object() && problem.expected.contains(key)
                   ? limit_text(option, problem.expected[key], locale)
                   : std::string();
    };
    const std::string least = limit("min");
    const std::string most = limit("max");
    std::string given = shown(problem.given);
    if (problem.kind == ProblemKind::too_long) {
        given = std::to_string(characters(problem.given));
    }
    std::string about = option == nullptr ? "" : localized_description(*option, locale);
    if (option != nullptr && about == option->name) {
        about = type_words(locale, option->type);  // nobody has described it
    }
    while (about.ends_with('.')) {
        about.pop_back();
    }
    std::string out =
        say(locale, phrase_of(problem, !near.empty()),
            {{"option", option == nullptr ? std::string_view() : std::string_view(option->name)},
             {"given", given},
             {"choices", listed(locale, choices)},
             {"near", near},
             {"least", least},
             {"most", most},
             {"about", about}});
    if (problem.kind == ProblemKind::unclosed_quote) {
        return out + "\n" + excerpt(typed, problem.at);
    }
    if (problem.kind == ProblemKind::text_too_long || problem.kind == ProblemKind::not_utf8) {
        return out;
    }
    const Marked mark = option == nullptr ? Marked{} : usage_place(node, usage_prefix, *option);
    return out + "\n" +
           marked_block(in_code(usage_line(node, usage_prefix), false), mark.at, mark.size);
}

}  // namespace rookery::command
