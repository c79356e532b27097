#include "model/markup/whatsapp.hpp"

#include "model/markup/markdown_inline.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace rookery::model::markup {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kPersonHost = "@s.whatsapp.net";

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One of WhatsApp's marks that a piece of text stands between, and what stands for it.
struct Pair {
    char mark;
    std::string_view markdown;
};
// Italic is written with the underscore both ways: beside the stars of bold, `*` could not be told
// from them.
constexpr std::array<Pair, 3> kPairs{{{'*', "**"}, {'_', "_"}, {'~', "~~"}}};

class Reader {
  public:
    Reader(std::string& out, std::span<const WhatsAppMention> mentioned)
        : out_(out), mentioned_(mentioned) {}

    /// One line, or a part of it between marks. `inside`: bits of the marks around it, by kPairs.
    void line(std::string_view text, unsigned inside) {
        std::array<bool, kPairs.size()> unpaired{};
        for (std::size_t at = 0; at < text.size();) {
            at += piece(text, at, inside, unpaired);
        }
    }

  private:
    using Unpaired = std::array<bool, kPairs.size()>;

    /// How many bytes were taken.
    std::size_t piece(std::string_view text, std::size_t at, unsigned inside, Unpaired& unpaired) {
        if (text[at] == '`') {
            const std::size_t end = text.find('`', at + 1);
            if (end != std::string_view::npos && end > at + 1) {
                out_ += text.substr(at, end + 1 - at);
                return end + 1 - at;
            }
        } else if (text[at] == '@') {
            if (const std::size_t used = mention(text, at); used > 0) {
                return used;
            }
        }
        for (std::size_t i = 0; i < kPairs.size(); ++i) {
            if (text[at] != kPairs[i].mark || (inside & (1U << i)) != 0 || unpaired[i] ||
                !opens(text, at)) {
                continue;
            }
            const std::size_t end = find_end(text, at, kPairs[i].mark);
            if (end == std::string_view::npos) {
                // Nor will a later one of this line find an end.
                unpaired[i] = true;
                break;
            }
            out_ += kPairs[i].markdown;
            line(text.substr(at + 1, end - at - 1), inside | (1U << i));
            out_ += kPairs[i].markdown;
            return end + 1 - at;
        }
        out_ += text[at];
        return 1;
    }

    static bool opens(std::string_view text, std::size_t at) {
        return (at == 0 || !is_word(text[at - 1])) && at + 2 < text.size() && text[at + 1] != ' ' &&
               text[at + 1] != text[at];
    }

    static std::size_t find_end(std::string_view text, std::size_t at, char mark) {
        for (std::size_t end = text.find(mark, at + 2); end != std::string_view::npos;
             end = text.find(mark, end + 1)) {
            if (text[end - 1] != ' ' && (end + 1 == text.size() || !is_word(text[end + 1]))) {
                return end;
            }
        }
        return std::string_view::npos;
    }

    std::size_t mention(std::string_view text, std::size_t at) {
        const auto rest = text.substr(at + 1);
        const auto* const end = std::find_if_not(rest.begin(), rest.end(), is_digit);
        const auto number = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        const auto found = std::find_if(
            mentioned_.begin(), mentioned_.end(),
            [&](const WhatsAppMention& one) { return !number.empty() && one.shown == number; });
        if (found == mentioned_.end()) {
            return 0;
        }
        out_ += "<@" + found->id + '>';
        return 1 + number.size();
    }

    std::string& out_;
    std::span<const WhatsAppMention> mentioned_;
};

/// Calls `line` for what lies outside of fences, line by line, and `fence` for the inside of each.
template <class Line, class Fence>
void for_each_part(std::string_view text, const Line& line, const Fence& fence) {
    while (true) {
        const std::size_t open = text.find(kFence);
        const std::size_t close =
            open == std::string_view::npos ? open : text.find(kFence, open + kFence.size());
        auto before = text.substr(0, close == std::string_view::npos ? close : open);
        while (true) {
            const std::size_t end = before.find('\n');
            line(before.substr(0, end), end != std::string_view::npos);
            if (end == std::string_view::npos) {
                break;
            }
            before.remove_prefix(end + 1);
        }
        if (close == std::string_view::npos) {
            return;
        }
        fence(text.substr(open + kFence.size(), close - open - kFence.size()));
        text.remove_prefix(close + kFence.size());
    }
}

/// The block without the language that may stand in its first line.
std::string_view without_language(std::string_view block) {
    const std::size_t end = block.find('\n');
    if (end == std::string_view::npos || end > 20) {
        return block;
    }
    const auto first = block.substr(0, end);
    return std::all_of(first.begin(), first.end(),
                       [](char c) { return c > ' ' && c < 127 && c != '`'; })
               ? block.substr(end + 1)
               : block;
}

class Writer {
  public:
    explicit Writer(WhatsAppText& out) : out_(out) {}

    void line(std::string_view text) {
        if (text.starts_with(">>> ")) {
            text.remove_prefix(2);
        } else if (text.starts_with("-# ")) {
            text.remove_prefix(3);
        }
        const std::size_t level = std::min(text.find_first_not_of('#'), text.size());
        const bool heading =
            level > 0 && level <= 3 && level + 1 < text.size() && text[level] == ' ';
        if (heading) {
            text.remove_prefix(level + 1);
        }
        for (const auto& piece : parse_inline(text)) {
            marks(static_cast<std::uint8_t>(piece.marks | (heading ? kBold : 0)));
            put(piece);
        }
        marks(0);
    }

  private:
    static constexpr std::array<std::pair<Mark, char>, 3> kMarks{
        {{kBold, '*'}, {kItalic, '_'}, {kStrike, '~'}}};

    /// Closes what ends here, and what was opened within it, and opens what begins.
    void marks(std::uint8_t wanted) {
        const auto keeps = [&](const auto& one) { return (wanted & one.first) != 0; };
        const auto first_gone = std::find_if_not(open_.begin(), open_.end(), keeps);
        for (auto one = open_.end(); one != first_gone;) {
            out_.text += (--one)->second;
        }
        open_.erase(first_gone, open_.end());
        for (const auto& one : kMarks) {
            if (keeps(one) && std::find(open_.begin(), open_.end(), one) == open_.end()) {
                out_.text += one.second;
                open_.push_back(one);
            }
        }
    }

    void put(const Inline& piece) {
        switch (piece.kind) {
            case Inline::Kind::text:
                if ((piece.marks & kCode) != 0) {
                    out_.text += '`' + piece.text + '`';
                } else {
                    out_.text += piece.text;
                }
                break;
            case Inline::Kind::user:
                mention(piece.id);
                break;
            case Inline::Kind::role:
                out_.text += '@' + piece.id;
                break;
            case Inline::Kind::channel:
                out_.text += '#' + piece.id;
                break;
            case Inline::Kind::everyone:
            case Inline::Kind::here:
                out_.everyone = true;
                out_.text += piece.kind == Inline::Kind::here ? "@here" : "@everyone";
                break;
            case Inline::Kind::emoji:
                out_.text += ':' + piece.text + ':';
                break;
            case Inline::Kind::link:
                out_.text += piece.text;
                if (piece.text != piece.id) {
                    out_.text += (piece.text.empty() ? "" : " (") + piece.id +
                                 (piece.text.empty() ? "" : ")");
                }
                break;
        }
    }

    void mention(const std::string& id) {
        const std::size_t user = id.find_first_of(":@");
        out_.text += '@' + id.substr(0, user);
        // A bare number is a telephone's.
        const auto jid = id.find('@') == std::string::npos ? id + std::string(kPersonHost) : id;
        if (std::find(out_.mentions.begin(), out_.mentions.end(), jid) == out_.mentions.end()) {
            out_.mentions.push_back(jid);
        }
    }

    WhatsAppText& out_;
    std::vector<std::pair<Mark, char>> open_;
};

}  // namespace

std::string from_whatsapp(std::string_view text, std::span<const WhatsAppMention> mentioned) {
    std::string out;
    out.reserve(text.size());
    Reader reader(out, mentioned);
    for_each_part(
        text,
        [&](std::string_view line, bool more) {
            reader.line(line, 0);
            out += more ? "\n" : "";
        },
        [&](std::string_view block) {
            out += kFence;
            out += block;
            out += kFence;
        });
    return out;
}

WhatsAppText to_whatsapp(std::string_view content) {
    WhatsAppText out;
    Writer writer(out);
    for_each_part(
        content,
        [&](std::string_view line, bool more) {
            writer.line(line);
            out.text += more ? "\n" : "";
        },
        [&](std::string_view block) {
            out.text += kFence;
            out.text += without_language(block);
            out.text += kFence;
        });
    return out;
}

}  // namespace rookery::model::markup
