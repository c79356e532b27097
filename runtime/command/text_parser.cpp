#include "command/text_parser.hpp"

#include "base/edit_distance.hpp"
#include "command/duration.hpp"
#include "command/text.hpp"
#include "command/words.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::command {
namespace {

using nlohmann::json;

/// A name of an option with so many errors is meant as one.
constexpr std::size_t kSlips = 2;

Problem problem(ProblemKind kind, std::string_view given, std::size_t at,
                const Option* option = nullptr) {
    Problem out;
    out.kind = kind;
    out.option = option;
    out.given = std::string(given);
    out.at = at;
    return out;
}

/// Fills the options of one node from the words behind its name.
class Filling {
  public:
    Filling(const Node& node, Words& words, std::size_t first, std::string_view locale)
        : node_(node), words_(words), next_(first), locale_(locale), given_(node.options.size()) {}

    std::optional<Problem> fill();
    std::optional<Problem> fill_attachments(std::size_t attachments);
    /// Those that were given, and defaults.
    std::optional<Problem> finish(Values& out);

  private:
    [[nodiscard]] std::size_t index_of(const Option& option) const {
        return static_cast<std::size_t>(&option - node_.options.data());
    }
    [[nodiscard]] bool is_given(const Option& option) const {
        return given_[index_of(option)].option != nullptr;
    }
    [[nodiscard]] const Option* next_option(std::size_t from) const;
    [[nodiscard]] std::size_t required_behind(const Option& option) const;
    /// Null: none, or not a word that stands for itself.
    [[nodiscard]] const Word* plain(std::size_t n) {
        const Word* const word = words_.get(n);
        return word != nullptr && word->kind == Word::Kind::plain && !word->quoted ? word : nullptr;
    }
    [[nodiscard]] static bool may_be_name(const Word& word,
                                          const std::variant<Value, Problem>& result) {
        const auto& reference = std::get<Reference>(std::get<Value>(result).data);
        return word.text.starts_with('@') || word.text.starts_with('#') ||
               !is_explicit(word.text, reference);
    }
    [[nodiscard]] bool is_last(const Option& option) const {
        return next_option(index_of(option) + 1) == nullptr;
    }

    std::optional<Problem> named(const Word& word);
    std::optional<Problem> unknown(const Word& word);
    std::optional<Problem> positional(const Word& word);
    std::optional<Problem> left_over(const Word& word);
    /// Takes the words for the option, or says what is wrong and takes none.
    std::optional<Problem> take(const Option& option, const Word& word);
    /// From where the word's value begins.
    std::optional<Problem> take_rest(const Option& option, const Word& word);
    std::optional<Problem> keep(std::variant<Value, Problem> result, std::size_t at);
    [[nodiscard]] bool passes_over(const Option& option, const Word& word);

    const Node& node_;
    Words& words_;
    std::size_t next_;  ///< the word that comes next
    std::string_view locale_;
    Values given_;                   ///< by the options' places
    std::size_t option_ = 0;         ///< the option that comes next
    bool done_ = false;              ///< the rest was taken
    std::optional<Problem> passed_;  ///< why the word that comes next was not for an option
};

const Option* Filling::next_option(std::size_t from) const {
    for (std::size_t i = from; i < node_.options.size(); ++i) {
        const Option& option = node_.options[i];
        if (option.type != OptionType::attachment && !is_given(option)) {
            return &option;
        }
    }
    return nullptr;
}

std::size_t Filling::required_behind(const Option& option) const {
    std::size_t count = 0;
    for (std::size_t i = index_of(option) + 1; i < node_.options.size(); ++i) {
        const Option& one = node_.options[i];
        count += one.required && one.type != OptionType::attachment && !is_given(one) ? 1 : 0;
    }
    return count;
}

std::optional<Problem> Filling::keep(std::variant<Value, Problem> result, std::size_t at) {
    if (auto* const fault = std::get_if<Problem>(&result)) {
        fault->at = at;
        return std::move(*fault);
    }
    Value& value = std::get<Value>(result);
    value.at = at;
    given_[index_of(*value.option)] = std::move(value);
    return std::nullopt;
}

std::optional<Problem> Filling::take_rest(const Option& option, const Word& word) {
    const std::string_view raw = words_.raw_from(word.value);
    done_ = true;
    // All of it in quotation marks: these are not part of it.
    const bool quoted = word.quoted && word.end == word.value + raw.size();
    return keep(parse_value(option, quoted ? std::string_view(word.text) : raw, locale_),
                word.value);
}

std::optional<Problem> Filling::take(const Option& option, const Word& word) {
    if (word.kind == Word::Kind::unclosed && !option.rest) {
        return problem(ProblemKind::unclosed_quote, word.text, word.value, &option);
    }
    const auto from_here = [&](std::size_t end) {
        return words_.text().substr(word.value, end - word.value);
    };
    auto result = parse_value(option, word.text, locale_);
    const bool good = std::holds_alternative<Value>(result);
    if (word.quoted) {
        next_ += good ? 1 : 0;
        return keep(std::move(result), word.value);
    }
    // Names of more than one word where nothing else could take them.
    if (good && is_reference(option.type) && is_last(option) && may_be_name(word, result)) {
        std::size_t end = word.end;
        for (const Word* one = plain(++next_); one != nullptr; one = plain(++next_)) {
            end = one->end;
        }
        return keep(parse_value(option, from_here(end), locale_), word.value);
    }
    // The longest run of words that is a value: "2 hours", "Light blue".
    std::vector<std::size_t> ends;
    const std::size_t most = most_words(option);
    const bool duration = option.type == OptionType::duration && option.choices.empty();
    for (std::size_t i = 1; i < most && plain(next_ + i) != nullptr; ++i) {
        if (duration && !is_duration_word(plain(next_ + i)->text)) {
            break;  // nothing that is one goes on with it
        }
        ends.push_back(plain(next_ + i)->end);
    }
    for (std::size_t i = ends.size(); i-- > 0;) {
        auto longer = parse_value(option, from_here(ends[i]), locale_);
        const auto* const fault = std::get_if<Problem>(&longer);
        if (fault == nullptr || !is_wrong_type(fault->kind)) {
            next_ += fault == nullptr ? i + 2 : 0;
            return keep(std::move(longer), word.value);
        }
    }
    next_ += good ? 1 : 0;
    return keep(std::move(result), word.value);
}

std::optional<Problem> Filling::named(const Word& word) {
    const Option& option = *word.option;
    if (is_given(option)) {
        return problem(ProblemKind::given_twice, option.name, word.begin, &option);
    }
    if (word.kind == Word::Kind::flag) {
        ++next_;
        Value value;
        value.option = &option;
        value.data = json(word.on);
        value.typed = word.text;
        return keep(std::move(value), word.begin);
    }
    const Word* value = &word;
    if (word.end == word.value) {
        value = words_.get(++next_);
        if (value == nullptr || value->option != nullptr || value->kind == Word::Kind::unknown) {
            return problem(ProblemKind::no_value, option.name, word.begin, &option);
        }
    }
    if (option.rest && !value->quoted) {
        return take_rest(option, *value);
    }
    return take(option, *value);
}

std::optional<Problem> Filling::unknown(const Word& word) {
    std::string_view name(word.text);
    name.remove_prefix(name.starts_with("--") ? 2 : std::string_view("—").size());
    name = name.substr(0, name.find('='));
    Problem out = problem(ProblemKind::unknown_option, word.text, word.begin);
    out.expected = json::array();
    bool near = false;
    for (const Option& option : node_.options) {
        out.expected.push_back("--" + option.name);
        near = near || (name.size() <= kLongestName && option.name.size() > kSlips &&
                        edit_distance(name, option.name) <= kSlips);
    }
    const Option* const option = next_option(option_);
    if (!near && option != nullptr && option->rest) {
        return take_rest(*option, word);  // dashes that somebody wants to say
    }
    return out;
}

/// Whether the word is left for the options behind.
bool Filling::passes_over(const Option& option, const Word& word) {
    if (option.required || option.rest) {
        return false;
    }
    const std::size_t needed = required_behind(option);
    if (needed != 0 && words_.plain_from(next_, needed + 1) <= needed) {
        return true;
    }
    if (is_reference(option.type) && !word.quoted && !is_last(option)) {
        const auto reference = parse_reference(word.text, option.type);
        return reference && !is_explicit(word.text, *reference);
    }
    return false;
}

std::optional<Problem> Filling::positional(const Word& word) {
    const Option* const option = next_option(option_);
    if (option == nullptr) {
        return left_over(word);
    }
    option_ = index_of(*option);
    if (option->rest) {
        return take_rest(*option, word);
    }
    if (passes_over(*option, word)) {
        ++option_;
        return std::nullopt;
    }
    auto fault = take(*option, word);
    if (!fault) {
        passed_.reset();
        ++option_;
        return std::nullopt;
    }
    if (option->required || !is_wrong_type(fault->kind)) {
        return fault;
    }
    if (!passed_) {
        passed_ = std::move(fault);
    }
    ++option_;
    return std::nullopt;
}

std::optional<Problem> Filling::left_over(const Word& word) {
    if (passed_) {
        return passed_;
    }
    if (word.kind == Word::Kind::unclosed) {
        return problem(ProblemKind::unclosed_quote, word.text, word.begin);
    }
    return problem(ProblemKind::extra, words_.raw_from(word.begin), word.begin);
}

std::optional<Problem> Filling::fill() {
    while (const Word* const word = done_ ? nullptr : words_.get(next_)) {
        std::optional<Problem> fault;
        switch (word->kind) {
            case Word::Kind::named:
            case Word::Kind::flag:
                fault = named(*word);
                break;
            case Word::Kind::unknown:
                fault = unknown(*word);
                break;
            case Word::Kind::plain:
                fault = positional(*word);
                break;
            case Word::Kind::unclosed:
                fault = word->option != nullptr ? named(*word) : positional(*word);
                break;
        }
        if (fault) {
            return fault;
        }
    }
    return std::nullopt;
}

std::optional<Problem> Filling::fill_attachments(std::size_t attachments) {
    std::size_t index = 0;
    for (const Option& option : node_.options) {
        if (option.type != OptionType::attachment) {
            continue;
        }
        if (index < attachments) {
            Value value;
            value.option = &option;
            value.data = AttachmentIndex{index++};
            given_[index_of(option)] = std::move(value);
        } else if (option.required) {
            return problem(ProblemKind::no_attachment, {}, words_.text().size(), &option);
        }
    }
    return std::nullopt;
}

std::optional<Problem> Filling::finish(Values& out) {
    for (const Option& option : node_.options) {
        Value& value = given_[index_of(option)];
        if (value.option != nullptr) {
            out.push_back(std::move(value));
            continue;
        }
        if (option.required) {
            return problem(ProblemKind::missing, {}, words_.text().size(), &option);
        }
        if (!option.fallback.is_null()) {
            out.push_back({&option, option.fallback, {}, words_.text().size(), true});
        }
    }
    return std::nullopt;
}

std::vector<std::string> names_below(const Node& node, std::string_view locale) {
    std::vector<std::string> names;
    for (const Node& sub : node.subcommands) {
        if (sub.rules.hidden) {
            continue;
        }
        const Localized* const own = find_localized(sub.localizations, locale);
        names.push_back(own != nullptr && !own->name.empty() ? own->name : sub.name);
    }
    return names;
}

}  // namespace

ParseResult parse_text(const Definition& definition, std::string_view text, std::size_t attachments,
                       std::string_view locale) {
    const Node* node = &definition.root;
    if (text.size() > kLongestCommandText) {
        Problem fault = problem(ProblemKind::text_too_long, {}, kLongestCommandText);
        fault.expected = {{"max", kLongestCommandText}};
        return ParseFailure{node, std::move(fault)};
    }
    if (!is_utf8(text)) {
        return ParseFailure{node, problem(ProblemKind::not_utf8, {}, 0)};
    }
    Words words(text, *node);
    std::size_t first = 0;
    for (; !node->leaf; ++first) {
        const Word* const word = words.get(first);
        if (word == nullptr) {
            return Parsed{node, {}};
        }
        const Node* const sub = find_subcommand(*node, word->text);
        if (sub == nullptr) {
            Problem fault = problem(ProblemKind::unknown_subcommand, word->text, word->begin);
            fault.expected = names_below(*node, locale);
            return ParseFailure{node, std::move(fault)};
        }
        node = sub;
    }
    words.restart(first, *node);
    Filling filling(*node, words, first, locale);
    Parsed out{node, {}};
    auto fault = filling.fill();
    if (!fault) {
        fault = filling.fill_attachments(attachments);
    }
    if (!fault) {
        fault = filling.finish(out.values);
    }
    if (fault) {
        return ParseFailure{node, *std::move(fault)};
    }
    return out;
}

}  // namespace rookery::command
