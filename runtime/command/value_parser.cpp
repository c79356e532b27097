#include "command/value_parser.hpp"

#include "command/duration.hpp"
#include "command/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestId = 100;
constexpr std::size_t kLongestReference = 200;  ///< bytes of a name
constexpr std::size_t kLongestNumber = 400;     ///< digits and the like
constexpr std::size_t kWordsOfDuration = 8;
constexpr std::size_t kDigitsOfId = 15;
constexpr std::size_t kLettersOfUlid = 26;

constexpr auto kYes = std::to_array<std::string_view>(
    {"yes", "y",    "on",  "true", "1",  "enable", "enabled", "ja",  "j", "an",
     "ein", "wahr", "oui", "si",   "sí", "sim",    "да",      "tak", "✅", "👍"});
constexpr auto kNo =
    std::to_array<std::string_view>({"no", "n", "off", "false", "0", "disable", "disabled", "nein",
                                     "aus", "falsch", "non", "não", "нет", "nie", "❌", "👎"});

using Parsed = std::variant<Value, Problem>;

Problem problem(ProblemKind kind, const Option& option, std::string_view text) {
    Problem out;
    out.kind = kind;
    out.option = &option;
    out.given = std::string(text);
    return out;
}

Problem out_of_range(ProblemKind kind, const Option& option, std::string_view text,
                     std::optional<double> min, std::optional<double> max) {
    Problem out = problem(kind, option, text);
    out.expected = json::object();
    if (min) {
        out.expected["min"] = *min;
    }
    if (max) {
        out.expected["max"] = *max;
    }
    return out;
}

Parsed value(const Option& option, json data, std::string_view text) {
    if (auto fault = check_limits(option, data, text)) {
        return *std::move(fault);
    }
    Value out;
    out.option = &option;
    out.data = std::move(data);
    out.typed = std::string(text);
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// An optional sign, digits, and (of a number) a point or comma and digits.
bool looks_numeric(std::string_view text, bool whole) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    std::size_t digits = 0;
    bool point = whole;
    for (const char c : text) {
        if (is_digit(c)) {
            ++digits;
        } else if (!point && (c == '.' || c == ',')) {
            point = true;
        } else {
            return false;
        }
    }
    return digits != 0;
}

Parsed parse_number(const Option& option, std::string_view text) {
    const bool whole = option.type == OptionType::integer;
    if (!looks_numeric(text, whole)) {
        return problem(whole ? ProblemKind::not_integer : ProblemKind::not_number, option, text);
    }
    std::string digits(text.substr(text.front() == '+' ? 1 : 0, kLongestNumber));
    std::replace(digits.begin(), digits.end(), ',', '.');
    double number = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const double limit = whole ? kLargestInteger : 1e300;
    if (text.size() > kLongestNumber || failure != std::errc() || std::abs(number) > limit) {
        const bool negative = text.front() == '-';
        return out_of_range(negative ? ProblemKind::too_small : ProblemKind::too_large, option,
                            text, option.min.value_or(-kLargestInteger),
                            option.max.value_or(kLargestInteger));
    }
    return value(option, whole ? json(static_cast<std::int64_t>(number)) : json(number), text);
}

Parsed parse_boolean(const Option& option, std::string_view text) {
    const std::string word = text.size() > 20 ? std::string() : folded(text);
    for (const auto& [words, on] : {std::pair(std::span<const std::string_view>(kYes), true),
                                    std::pair(std::span<const std::string_view>(kNo), false)}) {
        if (std::find(words.begin(), words.end(), word) != words.end()) {
            return value(option, on, text);
        }
    }
    return problem(ProblemKind::not_boolean, option, text);
}

/// One space for each run of them, in one case: how choices are compared.
std::string comparable(std::string_view text) {
    std::string out;
    bool space = false;
    while (!text.empty()) {
        const char32_t character = take_character(text);
        if (is_space(character)) {
            space = !out.empty();
            continue;
        }
        out += space ? " " : "";
        space = false;
        append_character(out, folded(character));
    }
    return out;
}

/// What the text says as a number of the option's type.
std::optional<double> number_of(const Option& option, std::string_view text) {
    if (option.type == OptionType::duration) {
        return parse_duration(text);
    }
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// By name or value, then by the name in the locale, then in any.
const OptionChoice* find_choice(const Option& option, std::string_view text,
                                std::string_view locale) {
    if (text.size() > 4 * kLongestDescription) {
        return nullptr;
    }
    const std::string wanted = comparable(text);
    const auto number = number_of(option, text);
    for (const OptionChoice& choice : option.choices) {
        const auto* written = choice.value.get_ptr<const std::string*>();
        if (comparable(choice.name) == wanted ||
            (written != nullptr ? comparable(*written) == wanted
                                : number && choice.value == *number)) {
            return &choice;
        }
    }
    const OptionChoice* other = nullptr;
    for (const OptionChoice& choice : option.choices) {
        const Localized* const own = find_localized(choice.localizations, locale);
        if (own != nullptr && comparable(own->name) == wanted) {
            return &choice;
        }
        for (const Localized& one : choice.localizations) {
            other = other == nullptr && comparable(one.name) == wanted ? &choice : other;
        }
    }
    return other;
}

Parsed parse_choice(const Option& option, std::string_view text, std::string_view locale) {
    if (const OptionChoice* const choice = find_choice(option, text, locale)) {
        return value(option, choice->value, text);
    }
    Problem out = problem(ProblemKind::no_choice, option, text);
    out.expected = json::array();
    for (const OptionChoice& choice : option.choices) {
        const Localized* const own = find_localized(choice.localizations, locale);
        out.expected.push_back(own != nullptr && !own->name.empty() ? own->name : choice.name);
    }
    return out;
}

ProblemKind not_of(OptionType type) {
    switch (type) {
        case OptionType::role:
            return ProblemKind::not_role;
        case OptionType::channel:
            return ProblemKind::not_channel;
        case OptionType::mentionable:
            return ProblemKind::not_mentionable;
        default:
            return ProblemKind::not_user;
    }
}

bool fits(Reference::Kind kind, OptionType type) {
    switch (type) {
        case OptionType::role:
            return kind == Reference::Kind::role;
        case OptionType::channel:
            return kind == Reference::Kind::channel;
        case OptionType::mentionable:
            return kind == Reference::Kind::user || kind == Reference::Kind::role;
        default:
            return kind == Reference::Kind::user;
    }
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

/// Digits as most platforms have them, a ULID, or the address of a person.
bool is_surely_id(std::string_view text) {
    if (!is_id(text)) {
        return false;
    }
    const bool ulid = text.size() == kLettersOfUlid &&
                      std::all_of(text.begin(), text.end(),
                                  [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
    const std::size_t at = text.find('@');
    return ulid || (text.size() >= kDigitsOfId && all_digits(text)) ||
           (at != std::string_view::npos && at != 0 && all_digits(text.substr(0, at)));
}

}  // namespace

bool is_wrong_type(ProblemKind kind) noexcept {
    switch (kind) {
        case ProblemKind::not_integer:
        case ProblemKind::not_number:
        case ProblemKind::not_boolean:
        case ProblemKind::not_duration:
        case ProblemKind::not_user:
        case ProblemKind::not_role:
        case ProblemKind::not_channel:
        case ProblemKind::not_mentionable:
        case ProblemKind::no_choice:
            return true;
        default:
            return false;
    }
}

bool is_reference(OptionType type) noexcept {
    return type == OptionType::user || type == OptionType::member || type == OptionType::role ||
           type == OptionType::channel || type == OptionType::mentionable;
}

std::size_t most_words(const Option& option) noexcept {
    if (option.choices.empty()) {
        return option.type == OptionType::duration ? kWordsOfDuration : 1;
    }
    std::size_t most = 1;
    const auto count = [&](std::string_view text) {
        std::size_t words = 1;
        while (!text.empty()) {
            words += is_space(take_character(text)) ? 1 : 0;
        }
        most = std::max(most, words);
    };
    for (const OptionChoice& choice : option.choices) {
        count(choice.name);
        for (const Localized& one : choice.localizations) {
            count(one.name);
        }
        if (choice.value.is_string()) {
            count(choice.value.get_ref<const std::string&>());
        }
    }
    return most;
}

std::optional<Reference> parse_reference(std::string_view text, OptionType type) {
    if (text.empty() || text.size() > kLongestReference) {
        return std::nullopt;
    }
    Reference out;
    if (text.size() > 3 && text.front() == '<' && text.back() == '>' &&
        (text[1] == '@' || text[1] == '#')) {
        std::string_view id = text.substr(2, text.size() - 3);
        out.kind = text[1] == '#' ? Reference::Kind::channel : Reference::Kind::user;
        if (text[1] == '@' && (id.front() == '!' || id.front() == '&')) {
            out.kind = id.front() == '&' ? Reference::Kind::role : Reference::Kind::user;
            id.remove_prefix(1);
        }
        if (!is_id(id) || !fits(out.kind, type)) {
            return std::nullopt;
        }
        out.id = std::string(id);
        return out;
    }
    const char mark = type == OptionType::channel ? '#' : '@';
    std::string_view name = text;
    if (name.size() > 1 && name.front() == mark) {
        name.remove_prefix(1);
    }
    out.name = std::string(name);
    if (is_id(name)) {
        out.id = std::string(name);
    }
    return out;
}

bool is_explicit(std::string_view text, const Reference& reference) noexcept {
    return reference.kind != Reference::Kind::any || is_surely_id(text) ||
           (text.size() > 1 && (text.front() == '@' || text.front() == '#'));
}

std::optional<Problem> check_limits(const Option& option, const json& value,
                                    std::string_view typed) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
        const std::size_t size = characters(*text);
        const bool small = option.min_length && size < *option.min_length;
        if (small || (option.max_length && size > *option.max_length)) {
            Problem out =
                problem(small ? ProblemKind::too_short : ProblemKind::too_long, option, *text);
            out.expected = json::object();
            if (option.min_length) {
                out.expected["min"] = *option.min_length;
            }
            if (option.max_length) {
                out.expected["max"] = *option.max_length;
            }
            return out;
        }
        return std::nullopt;
    }
    if (!value.is_number()) {
        return std::nullopt;
    }
    const double number = value.get<double>();
    if (option.min && number < *option.min) {
        return out_of_range(ProblemKind::too_small, option, typed, option.min, option.max);
    }
    if (option.max && number > *option.max) {
        return out_of_range(ProblemKind::too_large, option, typed, option.min, option.max);
    }
    return std::nullopt;
}

std::optional<Problem> check_channel(const Option& option, std::string_view type_name,
                                     std::string_view typed) {
    const auto& types = option.channel_types;
    if (types.empty() || std::find(types.begin(), types.end(), type_name) != types.end()) {
        return std::nullopt;
    }
    Problem out = problem(ProblemKind::channel_type, option, typed);
    out.expected = types;
    return out;
}

Parsed parse_value(const Option& option, std::string_view text, std::string_view locale) {
    if (!option.choices.empty()) {
        return parse_choice(option, text, locale);
    }
    switch (option.type) {
        case OptionType::string:
            return value(option, std::string(text), text);
        case OptionType::integer:
        case OptionType::number:
            return parse_number(option, text);
        case OptionType::boolean:
            return parse_boolean(option, text);
        case OptionType::duration: {
            const auto seconds = parse_duration(text);
            return seconds ? value(option, *seconds, text)
                           : Parsed(problem(ProblemKind::not_duration, option, text));
        }
        case OptionType::attachment:
            return problem(ProblemKind::no_attachment, option, text);
        default:
            break;
    }
    auto reference = parse_reference(text, option.type);
    if (!reference) {
        return problem(not_of(option.type), option, text);
    }
    Value out;
    out.option = &option;
    out.data = *std::move(reference);
    out.typed = std::string(text);
    return out;
}

}  // namespace rookery::command
