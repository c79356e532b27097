#include "model/markup/markdown_inline.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace rookery::model::markup {
namespace {

constexpr std::size_t kMostId = 64;

struct Delimiter {
    std::string_view text;
    Mark mark;
};
/// Two characters before one.
constexpr std::array<Delimiter, 6> kDelimiters = {{
    {"**", kBold},
    {"__", kUnderline},
    {"~~", kStrike},
    {"||", kSpoiler},
    {"*", kItalic},
    {"_", kItalic},
}};
constexpr std::string_view kSpecial = "\\*_~|`<[@>";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kMostId &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_word(c) || c == '-' || c == '_' || c == '.' || c == '@';
           });
}

class Parser {
  public:
    explicit Parser(std::vector<Inline>& out) : out_(out) {}

    void parse(std::string_view text, std::uint8_t marks) {
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t used = piece(text, at, marks);
            if (used > 0) {
                at += used;
                continue;
            }
            put(text.substr(at, 1), marks);
            ++at;
        }
    }

  private:
    void put(std::string_view text, std::uint8_t marks) {
        if (!out_.empty() && out_.back().kind == Inline::Kind::text && out_.back().marks == marks) {
            out_.back().text += text;
        } else {
            out_.push_back({Inline::Kind::text, marks, std::string(text), {}});
        }
    }

    /// How many bytes at `at` are markup that was understood; 0: none.
    std::size_t piece(std::string_view text, std::size_t at, std::uint8_t marks) {
        switch (text[at]) {
            case '\\':
                if (at + 1 < text.size() &&
                    std::ispunct(static_cast<unsigned char>(text[at + 1])) != 0) {
                    put(text.substr(at + 1, 1), marks);
                    return 2;
                }
                return 0;
            case '`':
                return code(text, at, marks);
            case '<':
                return angle(text, at, marks);
            case '[':
                return link(text, at, marks);
            case '@':
                return everybody(text, at, marks);
            default:
                return marked(text, at, marks);
        }
    }

    std::size_t code(std::string_view text, std::size_t at, std::uint8_t marks) {
        const std::size_t ticks = std::min(text.find_first_not_of('`', at), text.size()) - at;
        const std::string fence(ticks, '`');
        std::size_t end = text.find(fence, at + ticks);
        while (end != std::string_view::npos) {
            const std::size_t run = std::min(text.find_first_not_of('`', end), text.size()) - end;
            if (run == ticks) {
                break;
            }
            end = text.find(fence, end + run);
        }
        if (end == std::string_view::npos) {
            put(text.substr(at, ticks), marks);
            return ticks;
        }
        std::string_view inside = text.substr(at + ticks, end - at - ticks);
        // The blanks that keep backticks of the text apart from the fence.
        if (inside.size() > 2 && inside.front() == ' ' && inside.back() == ' ' &&
            inside.find('`') != std::string_view::npos) {
            inside = inside.substr(1, inside.size() - 2);
        }
        put(inside, marks | kCode);
        return end + ticks - at;
    }

    std::size_t angle(std::string_view text, std::size_t at, std::uint8_t marks) {
        const std::size_t end = text.find('>', at);
        if (end == std::string_view::npos || end - at > 2 * kMostId) {
            return 0;
        }
        const std::string_view inside = text.substr(at + 1, end - at - 1);
        const auto mention = [&](std::string_view prefix, Inline::Kind kind) {
            const auto id = inside.substr(std::min(prefix.size(), inside.size()));
            if (!inside.starts_with(prefix) || !is_id(id)) {
                return false;
            }
            out_.push_back({kind, marks, {}, std::string(id)});
            return true;
        };
        if (mention("@&", Inline::Kind::role) || mention("@!", Inline::Kind::user) ||
            mention("@", Inline::Kind::user) || mention("#", Inline::Kind::channel) ||
            emoji(inside, marks)) {
            return end + 1 - at;
        }
        return 0;
    }

    bool emoji(std::string_view inside, std::uint8_t marks) {
        const std::size_t begin = inside.starts_with("a:") ? 2 : inside.starts_with(':') ? 1 : 0;
        const std::size_t colon = inside.rfind(':');
        if (begin == 0 || colon < begin + 1 || !is_id(inside.substr(colon + 1))) {
            return false;
        }
        const auto name = inside.substr(begin, colon - begin);
        if (name.find_first_of(": ") != std::string_view::npos) {
            return false;
        }
        out_.push_back(
            {Inline::Kind::emoji, marks, std::string(name), std::string(inside.substr(colon + 1))});
        return true;
    }

    std::size_t link(std::string_view text, std::size_t at, std::uint8_t marks) {
        const std::size_t middle = text.find("](", at);
        const std::size_t end =
            middle == std::string_view::npos ? middle : text.find(')', middle + 2);
        if (end == std::string_view::npos || middle == at + 1) {
            return 0;
        }
        const auto label = text.substr(at + 1, middle - at - 1);
        const auto address = text.substr(middle + 2, end - middle - 2);
        const bool plain = label.find('[') == std::string_view::npos &&
                           address.find_first_of(" \t<") == std::string_view::npos;
        if (!plain || !(address.starts_with("http://") || address.starts_with("https://"))) {
            return 0;
        }
        std::string shown;
        for (std::size_t i = 0; i < label.size(); ++i) {
            i += label[i] == '\\' && i + 1 < label.size() ? 1 : 0;
            shown += label[i];
        }
        out_.push_back({Inline::Kind::link, marks, std::move(shown), std::string(address)});
        return end + 1 - at;
    }

    std::size_t everybody(std::string_view text, std::size_t at, std::uint8_t marks) {
        const auto rest = text.substr(at);
        for (const auto& [name, kind] : {std::pair{"@everyone", Inline::Kind::everyone},
                                         std::pair{"@here", Inline::Kind::here}}) {
            const std::string_view word(name);
            if (rest.starts_with(word) && (at == 0 || !is_word(text[at - 1])) &&
                (rest.size() == word.size() || !is_word(rest[word.size()]))) {
                out_.push_back({kind, marks, {}, {}});
                return word.size();
            }
        }
        return 0;
    }

    std::size_t marked(std::string_view text, std::size_t at, std::uint8_t marks) {
        for (const auto& [sign, mark] : kDelimiters) {
            if (!text.substr(at).starts_with(sign) || (marks & mark) != 0) {
                continue;
            }
            if (const auto end = closing(text, at, sign)) {
                const std::size_t begin = at + sign.size();
                parse(text.substr(begin, *end - begin), marks | mark);
                return *end + sign.size() - at;
            }
        }
        return 0;
    }

    /// Where the delimiter that begins at `at` is closed.
    static std::optional<std::size_t> closing(std::string_view text, std::size_t at,
                                              std::string_view sign) {
        const std::size_t begin = at + sign.size();
        const bool single = sign.size() == 1;
        if (begin >= text.size() || (single && is_space(text[begin])) ||
            (sign == "_" && at > 0 && is_word(text[at - 1]))) {
            return std::nullopt;
        }
        for (std::size_t i = begin; i < text.size();) {
            if (text[i] == '\\') {
                i += 2;
                continue;
            }
            if (text[i] == '`') {
                i = std::min(text.find('`', i + 1), text.size() - 1) + 1;
                continue;
            }
            if (text[i] != sign[0]) {
                ++i;
                continue;
            }
            const std::size_t run = std::min(text.find_first_not_of(sign[0], i), text.size()) - i;
            if (i > begin && closes(text, i, run, sign)) {
                // Of three, the outer two close.
                return i + run - sign.size();
            }
            i += run;
        }
        return std::nullopt;
    }

    static bool closes(std::string_view text, std::size_t i, std::size_t run,
                       std::string_view sign) {
        if (sign.size() == 2) {
            return run >= 2;
        }
        if (run == 2 || is_space(text[i - 1])) {
            return false;
        }
        return sign != "_" || i + run >= text.size() || !is_word(text[i + run]);
    }

    std::vector<Inline>& out_;
};

}  // namespace

std::vector<Inline> parse_inline(std::string_view line) {
    std::vector<Inline> out;
    Parser(out).parse(line, 0);
    return out;
}

std::string_view delimiter(Mark mark) noexcept {
    switch (mark) {
        case kStrike:
            return "~~";
        case kSpoiler:
            return "||";
        case kUnderline:
            return "__";
        case kBold:
            return "**";
        case kItalic:
            return "*";
        case kCode:
            break;
    }
    return "`";
}

std::string escape_inline(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (kSpecial.find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

}  // namespace rookery::model::markup
