#include "command/words.hpp"

#include "command/text.hpp"

#include <algorithm>
#include <array>

namespace rookery::command {
namespace {

struct Quote {
    char32_t open;
    char32_t close;
    char32_t other;  ///< closes as well
    bool apostrophe;
};
constexpr auto kQuotes = std::to_array<Quote>({{U'"', U'"', U'"', false},
                                               {U'\'', U'\'', U'\'', true},
                                               {U'“', U'”', U'“', false},
                                               {U'„', U'“', U'”', false},
                                               {U'”', U'”', U'”', false},
                                               {U'«', U'»', U'»', false},
                                               {U'»', U'«', U'«', false},
                                               {U'‹', U'›', U'›', false},
                                               {U'‘', U'’', U'’', true},
                                               {U'「', U'」', U'」', false}});
constexpr std::string_view kFence = "```";
/// No name of an option is longer, in bytes.
constexpr std::size_t kLongestNameBytes = 4 * kLongestName;

const Quote* quote_at(std::string_view text) {
    if (text.empty()) {
        return nullptr;
    }
    const char32_t first = take_character(text);
    const auto* const found = std::find_if(kQuotes.begin(), kQuotes.end(),
                                           [&](const Quote& quote) { return quote.open == first; });
    return found == kQuotes.end() ? nullptr : found;
}

bool is_quote(char32_t character) {
    return std::any_of(kQuotes.begin(), kQuotes.end(), [&](const Quote& quote) {
        return quote.open == character || quote.close == character || quote.other == character;
    });
}

bool spells(std::string_view name, std::string_view folded_word) {
    return !name.empty() && folded(name) == folded_word;
}

}  // namespace

const Word* Words::get(std::size_t n) {
    while (words_.size() <= n) {
        skip_spaces();
        if (!plain_only_ && text_.substr(at_).starts_with("--") && at_space(at_ + 2)) {
            plain_only_ = true;
            at_ += 2;
            skip_spaces();
        }
        if (at_ >= text_.size()) {
            return nullptr;
        }
        words_.push_back(read());
    }
    return &words_[n];
}

std::size_t Words::plain_from(std::size_t n, std::size_t limit) {
    std::size_t count = 0;
    for (const Word* word = get(n); word != nullptr && count < limit; word = get(++n)) {
        count += word->kind == Word::Kind::plain || word->kind == Word::Kind::unclosed ? 1 : 0;
    }
    return count;
}

std::string_view Words::raw_from(std::size_t begin) const {
    std::string_view out = text_.substr(std::min(begin, text_.size()));
    std::size_t size = 0;  // up to the last character that is no space
    for (std::string_view left = out; !left.empty();) {
        if (!is_space(take_character(left))) {
            size = out.size() - left.size();
        }
    }
    return out.substr(0, size);
}

void Words::restart(std::size_t n, const Node& node) {
    node_ = &node;
    if (n < words_.size()) {
        at_ = words_[n].begin;
        words_.resize(n);
        plain_only_ = false;
    }
}

bool Words::at_space(std::size_t at) const {
    std::string_view left = text_.substr(at);
    return left.empty() || is_space(take_character(left));
}

void Words::skip_spaces() {
    for (std::string_view left = text_.substr(at_); !left.empty();) {
        if (!is_space(take_character(left))) {
            return;
        }
        at_ = text_.size() - left.size();
    }
}

const Option* Words::option_named(std::string_view name) const {
    if (name.empty() || name.size() > kLongestNameBytes) {
        return nullptr;
    }
    const std::string wanted = folded(name);
    for (const Option& option : node_->options) {
        if (option.type == OptionType::attachment) {
            continue;
        }
        if (spells(option.name, wanted) ||
            std::any_of(option.localizations.begin(), option.localizations.end(),
                        [&](const Localized& one) { return spells(one.name, wanted); })) {
            return &option;
        }
    }
    return nullptr;
}

Word Words::read() {
    Word word;
    word.begin = at_;
    word.value = at_;
    if (!plain_only_) {
        const std::string_view left = text_.substr(at_);
        // Telephones write a long dash for two short ones.
        const std::size_t dashes = left.starts_with("--")  ? 2
                                   : left.starts_with("—") ? std::string_view("—").size()
                                                           : 0;
        if (dashes != 0) {
            if (read_dashed(word, dashes)) {
                return word;
            }
        } else if (read_named(word)) {
            return word;
        }
    }
    read_text(word);
    return word;
}

/// `name:value`, or `name:` and nothing behind it.
bool Words::read_named(Word& word) {
    std::size_t end = at_;
    while (end < text_.size() && end - at_ <= kLongestNameBytes && text_[end] != ':' &&
           static_cast<unsigned char>(text_[end]) > ' ') {
        ++end;
    }
    if (end >= text_.size() || text_[end] != ':' || end - at_ > kLongestNameBytes) {
        return false;
    }
    const Option* const option = option_named(text_.substr(at_, end - at_));
    if (option == nullptr) {
        return false;
    }
    word.kind = Word::Kind::named;
    word.option = option;
    at_ = end + 1;
    word.value = at_;
    word.end = at_;
    if (!at_space(at_)) {
        read_text(word);
    }
    return true;
}

/// `--name`, `--no-name`, `--name=value`; false: nothing but dashes.
bool Words::read_dashed(Word& word, std::size_t dashes) {
    const std::size_t start = at_ + dashes;
    std::string_view left = text_.substr(start);
    while (!left.empty()) {
        std::string_view behind = left;
        const char32_t character = take_character(behind);
        if (character == U'=' || is_space(character)) {
            break;
        }
        left = behind;
    }
    const std::size_t end = text_.size() - left.size();
    const std::string_view name = text_.substr(start, end - start);
    if (name.empty()) {
        return false;
    }
    const bool assigned = !left.empty() && left.front() == '=';
    const Option* option = option_named(name);
    word.on = true;
    if (option == nullptr && !assigned && name.starts_with("no-")) {
        option = option_named(name.substr(3));
        option = option != nullptr && option->type == OptionType::boolean ? option : nullptr;
        word.on = false;
    }
    if (option == nullptr) {
        read_text(word);
        word.kind = Word::Kind::unknown;
        word.text = std::string(text_.substr(word.begin, word.end - word.begin));
        return true;
    }
    word.option = option;
    word.kind =
        option->type == OptionType::boolean && !assigned ? Word::Kind::flag : Word::Kind::named;
    at_ = end + (assigned ? 1 : 0);
    word.value = at_;
    word.end = at_;
    if (assigned && !at_space(at_)) {
        read_text(word);
    }
    return true;
}

/// A word from here on; its kind becomes unclosed where a mark is not closed.
void Words::read_text(Word& word) {
    if (read_block(word)) {
        return;
    }
    if (const Quote* const quote = quote_at(text_.substr(at_)); quote != nullptr) {
        std::string_view left = text_.substr(at_);
        (void)take_character(left);
        const std::size_t start = at_;
        at_ = text_.size() - left.size();
        if (read_quoted(word, quote->close, quote->apostrophe) ||
            (quote->other != quote->close && read_quoted(word, quote->other, false))) {
            return;
        }
        if (!quote->apostrophe) {
            word.kind = Word::Kind::unclosed;
            word.text = std::string(text_.substr(start, at_ - start));
            at_ = text_.size();
            word.end = at_;
            return;
        }
        at_ = start;
    }
    const std::size_t start = at_;
    std::string_view left = text_.substr(start);
    while (!left.empty()) {
        std::string_view behind = left;
        const char32_t character = take_character(behind);
        if (is_space(character)) {
            break;
        }
        if (character == U'\\' && !behind.empty()) {
            std::string_view after = behind;
            const char32_t next = take_character(after);
            if (next == U'\\' || is_space(next) || is_quote(next)) {
                append_character(word.text, next);
                left = after;
                continue;
            }
        }
        word.text += left.substr(0, left.size() - behind.size());
        left = behind;
    }
    at_ = text_.size() - left.size();
    word.end = at_;
}

/// From behind the opening mark. False: nothing closes it, and nothing has changed.
bool Words::read_quoted(Word& word, char32_t close, bool apostrophe) {
    if (std::find(never_.begin(), never_.end(), close) != never_.end()) {
        return false;
    }
    std::string text;
    for (std::string_view left = text_.substr(at_); !left.empty();) {
        std::string_view behind = left;
        char32_t character = take_character(behind);
        const bool space_follows = [&] {
            std::string_view rest = behind;
            return rest.empty() || is_space(take_character(rest));
        }();
        if (character == close && (!apostrophe || space_follows)) {
            word.text += text;
            word.quoted = true;
            at_ = text_.size() - behind.size();
            word.end = at_;
            return true;
        }
        if (character == U'\\' && !behind.empty()) {
            std::string_view after = behind;
            const char32_t next = take_character(after);
            if (next == U'\\' || is_quote(next)) {
                character = next;
                append_character(text, next);
                left = after;
                continue;
            }
        }
        text += left.substr(0, left.size() - behind.size());
        left = behind;
    }
    never_.push_back(close);
    return false;
}

bool Words::read_block(Word& word) {
    const std::string_view left = text_.substr(at_);
    if (!left.starts_with(kFence)) {
        return false;
    }
    const std::size_t close = left.find(kFence, kFence.size());
    if (close == std::string_view::npos) {
        return false;
    }
    word.text = std::string(left.substr(0, close + kFence.size()));
    at_ += close + kFence.size();
    word.end = at_;
    return true;
}

}  // namespace rookery::command
