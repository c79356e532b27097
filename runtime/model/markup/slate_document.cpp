#include "model/json_text.hpp"
#include "model/markup/guilded.hpp"
#include "model/markup/markdown_inline.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::model::markup {
namespace {

constexpr std::size_t kMostMarkup = std::size_t{16} << 10U;

std::string leaf(std::string_view text, std::uint8_t marks) {
    static constexpr std::array<std::pair<Mark, std::string_view>, kMarkCount> kNames = {{
        {kBold, "bold"},
        {kItalic, "italic"},
        {kUnderline, "underline"},
        {kStrike, "strikethrough"},
        {kSpoiler, "spoiler"},
        {kCode, "inline-code-v2"},
    }};
    std::string out = R"({"object":"leaf","text":)";
    append_json_text(out, text);
    out += R"(,"marks":[)";
    bool first = true;
    for (const auto& [mark, name] : kNames) {
        if ((marks & mark) != 0) {
            out += std::exchange(first, false) ? "" : ",";
            out += R"({"object":"mark","type":")" + std::string(name) + R"(","data":{}})";
        }
    }
    return out + "]}";
}

std::string texts(std::string_view text, std::uint8_t marks) {
    return R"({"object":"text","leaves":[)" + leaf(text, marks) + "]}";
}

std::string block(std::string_view type, const std::string& nodes, std::string_view data = "{}") {
    return R"({"object":"block","type":")" + std::string(type) + R"(","data":)" +
           std::string(data) + R"(,"nodes":[)" + nodes + "]}";
}

std::string inline_node(std::string_view type, const std::string& data, std::string_view shown,
                        std::uint8_t marks) {
    return R"({"object":"inline","type":")" + std::string(type) + R"(","data":{)" + data +
           R"(},"nodes":[)" + texts(shown, marks) + "]}";
}

std::string as_json(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

/// An id as documents have it: a number when it is one.
std::string id_value(const std::string& id) {
    const bool number =
        id.size() <= 15 && id[0] != '0' &&
        std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    return number ? id : as_json(id);
}

std::string mention(std::string_view type, const std::string& id, const std::string& shown,
                    std::uint8_t marks) {
    return inline_node("mention",
                       R"("mention":{"type":")" + std::string(type) + R"(","id":)" + id +
                           R"(,"matcher":)" + as_json(shown) + R"(,"name":)" +
                           as_json(shown.substr(1)) + "}",
                       shown, marks);
}

std::string write_piece(const Inline& piece) {
    switch (piece.kind) {
        case Inline::Kind::text:
            return texts(piece.text, piece.marks);
        case Inline::Kind::user:
            return mention("person", as_json(piece.id), "@" + piece.id, piece.marks);
        case Inline::Kind::role:
            return mention("role", id_value(piece.id), "@" + piece.id, piece.marks);
        case Inline::Kind::everyone:
            return mention("everyone", R"("everyone")", "@everyone", piece.marks);
        case Inline::Kind::here:
            return mention("here", R"("here")", "@here", piece.marks);
        case Inline::Kind::channel:
            return inline_node("channel",
                               R"("channel":{"id":)" + as_json(piece.id) + R"(,"matcher":)" +
                                   as_json("#" + piece.id) + "}",
                               "#" + piece.id, piece.marks);
        case Inline::Kind::emoji:
            return inline_node("reaction",
                               R"("reaction":{"id":)" + id_value(piece.id) +
                                   R"(,"customReactionId":)" + id_value(piece.id) + "}",
                               ":" + piece.text + ":", piece.marks);
        case Inline::Kind::link:
            return inline_node("link", R"("href":)" + as_json(piece.id), piece.text, piece.marks);
    }
    return {};
}

/// Neighbouring texts share a node, as leaves.
std::string inlines(std::string_view line) {
    std::string out;
    std::string leaves;
    const auto end_text = [&] {
        if (!leaves.empty()) {
            out += (out.empty() ? "" : ",") + (R"({"object":"text","leaves":[)" + leaves + "]}");
            leaves.clear();
        }
    };
    for (const Inline& piece : parse_inline(line)) {
        if (piece.kind == Inline::Kind::text) {
            leaves += (leaves.empty() ? "" : ",") + leaf(piece.text, piece.marks);
            continue;
        }
        end_text();
        out += (out.empty() ? "" : ",") + write_piece(piece);
    }
    end_text();
    return out.empty() ? texts("", 0) : out;
}

struct Item {
    bool numbered = false;
    std::string_view text;
};

std::optional<Item> list_item(std::string_view line) {
    if (line.starts_with("- ") || line.starts_with("* ")) {
        return Item{false, line.substr(2)};
    }
    const auto digits = std::find_if_not(line.begin(), line.end(),
                                         [](unsigned char c) { return std::isdigit(c) != 0; }) -
                        line.begin();
    const auto rest = line.substr(static_cast<std::size_t>(digits));
    if (digits > 0 && digits < 5 && rest.starts_with(". ")) {
        return Item{true, rest.substr(2)};
    }
    return std::nullopt;
}

std::string_view unquoted(std::string_view line) {
    return line.substr(line.starts_with("> ") ? 2 : 1);
}
bool is_quote(std::string_view line) { return line.starts_with("> ") || line == ">"; }

/// Reads lines into blocks.
class Writer {
  public:
    explicit Writer(std::string_view text) {
        while (true) {
            const auto end = text.find('\n');
            lines_.push_back(text.substr(0, end));
            if (end == std::string_view::npos) {
                break;
            }
            text.remove_prefix(end + 1);
        }
    }

    std::string take() {
        while (at_ < lines_.size()) {
            const auto line = lines_[at_];
            if (line.starts_with("```") && fence_end()) {
                code();
            } else if (is_quote(line)) {
                quote();
            } else if (const auto item = list_item(line)) {
                list(item->numbered);
            } else {
                add(block("paragraph", inlines(line)));
                ++at_;
            }
        }
        return std::move(out_);
    }

  private:
    void add(const std::string& node) { out_ += (out_.empty() ? "" : ",") + node; }

    /// The line that closes the fence which begins here.
    [[nodiscard]] std::optional<std::size_t> fence_end() const {
        for (std::size_t i = at_ + 1; i < lines_.size(); ++i) {
            if (lines_[i].starts_with("```")) {
                return i;
            }
        }
        return std::nullopt;
    }

    void code() {
        const auto end = *fence_end();
        std::string nodes;
        for (std::size_t i = at_ + 1; i < end; ++i) {
            nodes += (nodes.empty() ? "" : ",") + block("code-line", texts(lines_[i], 0));
        }
        nodes = nodes.empty() ? block("code-line", texts("", 0)) : nodes;
        const auto language = lines_[at_].substr(3);
        add(block("code-container", nodes,
                  R"({"language":)" + as_json(language.empty() ? "unformatted" : language) + "}"));
        at_ = end + 1;
    }

    void quote() {
        std::string nodes;
        for (; at_ < lines_.size() && is_quote(lines_[at_]); ++at_) {
            nodes += (nodes.empty() ? "" : ",") +
                     block("block-quote-line", inlines(unquoted(lines_[at_])));
        }
        add(block("block-quote-container", nodes));
    }

    void list(bool numbered) {
        std::string nodes;
        for (; at_ < lines_.size(); ++at_) {
            const auto item = list_item(lines_[at_]);
            if (!item || item->numbered != numbered) {
                break;
            }
            nodes += (nodes.empty() ? "" : ",") + block("list-item", inlines(item->text));
        }
        add(block(numbered ? "ordered-list" : "unordered-list", nodes));
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    std::string out_;
};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::string slate_document(std::string_view text) {
    const std::string nodes = text.size() > kMostMarkup
                                  ? block("markdown-plain-text", texts(text, 0))
                                  : Writer(text).take();
    return R"({"object":"value","document":{"object":"document","data":{},"nodes":[)" + nodes +
           "]}}";
}

std::string_view from_guilded(std::string_view text, StringScratch& scratch) {
    std::string out;
    std::size_t done = 0;
    for (auto at = text.find("<@"); at != std::string_view::npos; at = text.find("<@", at + 2)) {
        const auto end = text.find('>', at);
        if (end != std::string_view::npos && all_digits(text.substr(at + 2, end - at - 2))) {
            out += text.substr(done, at + 2 - done);
            out += '&';
            done = at + 2;
        }
    }
    if (done == 0) {
        return text;
    }
    out += text.substr(done);
    return scratch.keep(out);
}

std::string to_guilded(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (auto at = text.find("<@"); at != std::string_view::npos; at = text.find("<@", at + 2)) {
        if (at + 2 < text.size() && (text[at + 2] == '&' || text[at + 2] == '!')) {
            out += text.substr(done, at + 2 - done);
            done = at + 3;
        }
    }
    return out.append(text.substr(done));
}

}  // namespace rookery::model::markup
