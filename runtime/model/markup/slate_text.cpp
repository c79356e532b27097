#include "model/markup/guilded.hpp"
#include "model/markup/markdown_inline.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::model::markup {
namespace {

constexpr std::size_t kMostText = std::size_t{64} << 10U;

constexpr std::array<std::pair<std::string_view, Mark>, 7> kMarks = {{
    {"bold", kBold},
    {"italic", kItalic},
    {"underline", kUnderline},
    {"strikethrough", kStrike},
    {"spoiler", kSpoiler},
    {"inline-code-v2", kCode},
    {"inline-code", kCode},
}};
/// From the outside in.
constexpr std::array<Mark, kMarkCount> kOrder = {kStrike, kSpoiler, kUnderline,
                                                 kBold,   kItalic,  kCode};

enum class Block : std::uint8_t {
    text,      ///< its inlines are a line
    markdown,  ///< the same, and its text is markdown already
    quote,     ///< "> " in front of its lines
    code,      ///< fenced
    code_line,
    bullets,
    numbers,
    item,
    nothing,  ///< files, embeds, headers
};

Block kind_of(std::string_view type) {
    static constexpr std::array<std::pair<std::string_view, Block>, 14> kTypes = {{
        {"markdown-plain-text", Block::markdown},
        {"block-quote-container", Block::quote},
        {"code-container", Block::code},
        {"code-line", Block::code_line},
        {"unordered-list", Block::bullets},
        {"ordered-list", Block::numbers},
        {"list-item", Block::item},
        {"webhookMessage", Block::nothing},
        {"image", Block::nothing},
        {"video", Block::nothing},
        {"fileUpload", Block::nothing},
        {"systemMessage", Block::nothing},
        {"replying-to-user-header", Block::nothing},
        {"divider", Block::nothing},
    }};
    for (const auto& [name, kind] : kTypes) {
        if (type == name) {
            return kind;
        }
    }
    return Block::text;
}

std::uint8_t marks_of(JsonNode leaf) {
    unsigned marks = 0;
    for (const JsonNode mark : leaf["marks"].elements()) {
        for (const auto& [name, bit] : kMarks) {
            marks |= mark["type"].raw_string() == name ? static_cast<unsigned>(bit) : 0U;
        }
    }
    return static_cast<std::uint8_t>(marks);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/// Walks a document and writes its text.
class Reader {
  public:
    explicit Reader(SlateForm form) : form_(form) {}

    std::string take(JsonNode document) {
        blocks(document["nodes"], 0);
        while (!out_.empty() && out_.back() == '\n') {
            out_.pop_back();
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool marked() const { return form_ == SlateForm::markup && !in_code_; }

    // ---- lines

    void begin_line() {
        if (!fresh_) {
            return;
        }
        out_ += prefix_;
        fresh_ = false;
    }
    void end_line() {
        begin_line();
        out_ += '\n';
        fresh_ = true;
    }
    /// Text as it is; each of its lines has the prefix.
    void write(std::string_view text) {
        for (const char c : text) {
            if (out_.size() >= kMostText) {
                return;
            }
            if (c == '\n') {
                end_line();
            } else {
                begin_line();
                out_ += c;
            }
        }
    }

    // ---- blocks

    void blocks(JsonNode nodes, unsigned depth) {
        for (const JsonNode node : nodes.elements()) {
            if (out_.size() >= kMostText) {
                return;
            }
            block(node, depth);
        }
    }

    void block(JsonNode node, unsigned depth) {
        if (depth >= kSlateDepth) {
            too_deep();
            return;
        }
        if (node["object"].raw_string() != "block") {
            line(node, false);  // a text or an inline where a block should be
            end_line();
            return;
        }
        const Block kind = kind_of(node["type"].raw_string());
        switch (kind) {
            case Block::nothing:
                return;
            case Block::code:
                code(node);
                return;
            case Block::bullets:
            case Block::numbers:
                list(node, kind == Block::numbers, depth);
                return;
            case Block::quote:
            case Block::item: {
                const std::string_view more = kind == Block::quote ? "> " : "";
                const std::string before = prefix_;
                prefix_ += form_ == SlateForm::markup ? more : "";
                contents(node, depth, false);
                prefix_ = before;
                return;
            }
            default:
                contents(node, depth, kind == Block::markdown);
        }
    }

    /// Blocks within, or a line of inlines.
    void contents(JsonNode node, unsigned depth, bool markdown) {
        bool inside = false;
        for (const JsonNode child : node["nodes"].elements()) {
            if (child["object"].raw_string() == "block") {
                if (std::exchange(inside, false)) {
                    close_line();
                }
                block(child, depth + 1);
            } else {
                if (!std::exchange(inside, true)) {
                    set_escapes(node, markdown);
                }
                line(child, markdown);
            }
        }
        if (inside) {
            close_line();
        }
    }

    void close_line() {
        set_marks(0);
        write(std::exchange(blanks_, {}));
        end_line();
    }

    void too_deep() {
        if (!std::exchange(told_, true)) {
            write(kTooDeep);
            end_line();
        }
    }

    void code(JsonNode node) {
        StringScratch scratch;
        const bool fence = form_ == SlateForm::markup;
        if (fence) {
            auto language = node["data"]["language"].as_string(scratch);
            language = language.find_first_of(" `\n") == std::string_view::npos ? language : "";
            write("```");
            write(language == "unformatted" ? "" : language);
            end_line();
        }
        in_code_ = true;
        contents(node, 0, true);
        in_code_ = false;
        if (fence) {
            write("```");
            end_line();
        }
    }

    void list(JsonNode node, bool numbered, unsigned depth) {
        unsigned number = 0;
        for (const JsonNode item : node["nodes"].elements()) {
            const std::string before = prefix_;
            const std::string sign = numbered ? std::to_string(++number) + ". " : "- ";
            write(sign);
            // What follows the item's first line stands below its text.
            prefix_ += std::string(sign.size(), ' ');
            block(item, depth + 1);
            if (!fresh_) {
                end_line();
            }
            prefix_ = before;
        }
    }

    // ---- inlines

    /// Texts of this block are escaped when they would be read as markup otherwise.
    void set_escapes(JsonNode node, bool markdown) {
        escape_ = false;
        if (!marked() || markdown) {
            return;
        }
        StringScratch scratch;
        std::string plain;
        for (const JsonNode child : node["nodes"].elements()) {
            for (const JsonNode leaf : child["leaves"].elements()) {
                plain += leaf["text"].as_string(scratch);
            }
        }
        escape_ = reads_as_markup(plain);
    }

    static bool reads_as_markup(std::string_view plain) {
        if (plain.find_first_of("\\*_~|`<[@") == std::string_view::npos || plain.size() > 4'096) {
            return false;
        }
        const auto pieces = parse_inline(plain);
        return !(pieces.size() == 1 && pieces[0].kind == Inline::Kind::text &&
                 pieces[0].marks == 0 && pieces[0].text == plain);
    }

    void line(JsonNode node, bool markdown) {
        if (node["object"].raw_string() == "inline") {
            inline_node(node);
            return;
        }
        const JsonNode leaves = node["leaves"];
        if (leaves.is_array()) {
            for (const JsonNode leaf : leaves.elements()) {
                text(leaf, markdown);
            }
        } else {
            text(node, markdown);
        }
    }

    void text(JsonNode leaf, bool markdown) {
        StringScratch scratch;
        const auto text = leaf["text"].as_string(scratch);
        if (!marked()) {
            write(text);
            return;
        }
        put(text, marks_of(leaf), markdown);
    }

    void put(std::string_view text, std::uint8_t marks, bool as_it_is) {
        const auto begin = std::find_if_not(text.begin(), text.end(), is_blank) - text.begin();
        const auto core = text.substr(static_cast<std::size_t>(begin));
        if (core.empty()) {
            blanks_ += text;  // marks of blanks do not show
            return;
        }
        const auto end = core.find_last_not_of(" \t\n") + 1;
        set_marks(marks, text.substr(0, static_cast<std::size_t>(begin)));
        const auto shown = core.substr(0, end);
        if (as_it_is || !escape_ || (marks & kCode) != 0) {
            write(shown);
        } else {
            write(escape_inline(shown));
        }
        blanks_ = core.substr(end);
    }

    /// Closes and opens delimiters; `lead` stands between those and what waited.
    void set_marks(std::uint8_t wanted, std::string_view lead = {}) {
        std::uint8_t open = 0;
        for (const Mark mark : stack_) {
            open |= mark;
        }
        while ((open & ~wanted) != 0) {
            write(delimiter(stack_.back()));
            open &= static_cast<std::uint8_t>(~stack_.back());
            stack_.pop_back();
        }
        if (wanted != 0 || !lead.empty() || !blanks_.empty()) {
            write(std::exchange(blanks_, {}));
            write(lead);
        }
        for (const Mark mark : kOrder) {
            if ((wanted & mark) != 0 && (open & mark) == 0) {
                write(delimiter(mark));
                stack_.push_back(mark);
            }
        }
    }

    void inline_node(JsonNode node) {
        StringScratch scratch;
        const auto type = node["type"].raw_string();
        const JsonNode data = node["data"];
        const std::string shown = text_of(node["nodes"]);
        std::string markup;
        if (type == "mention") {
            markup = mention(data["mention"], shown);
        } else if (type == "reaction") {
            markup = emoji(data["reaction"], shown);
        } else if (type == "channel") {
            const auto id = id_of(data["channel"]["id"]);
            markup = id.empty() ? shown : "<#" + id + ">";
        } else if (type == "link") {
            const auto address = data["href"].as_string(scratch);
            const bool bare = address.empty() || shown == address || shown.empty();
            markup = bare ? std::string(address.empty() ? shown : address)
                          : "[" + escape_inline(shown) + "](" + std::string(address) + ")";
        } else {
            markup = shown;
        }
        if (!marked()) {
            write(shown.empty() ? name_of(data) : shown);
            return;
        }
        set_marks(marks_within(node["nodes"]));
        write(markup);
    }

    static std::uint8_t marks_within(JsonNode nodes) {
        return marks_of(nodes.first_element()["leaves"].first_element()) &
               static_cast<std::uint8_t>(~kCode);
    }

    static std::string text_of(JsonNode nodes) {
        StringScratch scratch;
        std::string out;
        for (const JsonNode node : nodes.elements()) {
            out += node["text"].as_string(scratch);
            for (const JsonNode leaf : node["leaves"].elements()) {
                out += leaf["text"].as_string(scratch);
            }
        }
        return out;
    }

    /// What an inline without text is called.
    static std::string name_of(JsonNode data) {
        StringScratch scratch;
        for (const std::string_view kind : {"mention", "channel"}) {
            for (const std::string_view key : {"matcher", "name"}) {
                if (const auto name = data[kind][key].as_string(scratch); !name.empty()) {
                    return std::string(name);
                }
            }
        }
        return {};
    }

    static std::string id_of(JsonNode id) {
        StringScratch scratch;
        std::string text(id.is_digits() ? id.raw() : id.as_string(scratch));
        const bool odd = text.size() > 64 || text.find_first_of("<> \n:") != std::string::npos;
        return odd ? std::string() : text;
    }

    static std::string mention(JsonNode data, const std::string& shown) {
        const auto type = data["type"].raw_string();
        if (type == "everyone" || type == "here") {
            return "@" + std::string(type);
        }
        const auto id = id_of(data["id"]);
        if (id.empty()) {
            return shown;
        }
        return (type == "role" ? "<@&" : "<@") + id + ">";
    }

    static std::string emoji(JsonNode data, const std::string& shown) {
        StringScratch scratch;
        std::string id = id_of(data["customReactionId"]);
        id = id.empty() ? id_of(data["id"]) : id;
        std::string name(data["customReaction"]["name"].as_string(scratch));
        if (name.empty() && shown.size() > 2 && shown.front() == ':' && shown.back() == ':') {
            name = shown.substr(1, shown.size() - 2);
        }
        const bool odd = name.empty() || name.find_first_of("<>: \n") != std::string::npos;
        return id.empty() || odd ? shown : "<:" + name + ":" + id + ">";
    }

    SlateForm form_;
    std::string out_;
    std::string prefix_;  ///< of every line
    std::string blanks_;  ///< wait for what follows
    std::vector<Mark> stack_;
    bool fresh_ = true;  ///< at the begin of a line
    bool in_code_ = false;
    bool escape_ = false;
    bool told_ = false;
};

/// Adds one id to the list of its kind.
void add_mention(std::string& list, JsonNode id) {
    if (!id.is_string() && !id.is_digits()) {
        return;
    }
    const std::string one = "{\"id\":" + std::string(id.raw()) + "}";
    if (list.find(one) == std::string::npos && list.size() < kMostText) {
        list += (list.empty() ? "" : ",") + one;
    }
}

}  // namespace

std::string_view slate_text(JsonNode content, SlateForm form, StringScratch& scratch) {
    if (content.is_string()) {
        return content.as_string(scratch);
    }
    const JsonNode inner = content["document"];
    return scratch.keep(Reader(form).take(inner ? inner : content));
}

std::string slate_extras(JsonNode content) {
    std::string users;
    std::string roles;
    std::string channels;
    std::string embeds;
    std::string all;
    std::uint32_t at = 0;
    for (JsonNode node = content.next_object(at); node; node = content.next_object(at)) {
        const auto type = node["type"].raw_string();
        const JsonNode data = node["data"];
        if (type == "mention") {
            const JsonNode mention = data["mention"];
            const auto kind = mention["type"].raw_string();
            if (kind == "person" || kind == "role") {
                add_mention(kind == "role" ? roles : users, mention["id"]);
            } else if (kind == "everyone" || kind == "here") {
                const std::string flag = ",\"" + std::string(kind) + "\":true";
                all += all.find(flag) == std::string::npos ? flag : "";
            }
        } else if (type == "channel") {
            add_mention(channels, data["channel"]["id"]);
        } else if (type == "webhookMessage") {
            for (const JsonNode embed : data["embeds"].elements()) {
                embeds += embeds.empty() ? "" : ",";
                embeds += embed.raw();
            }
        }
    }
    std::string out;
    if (!users.empty() || !roles.empty() || !channels.empty() || !all.empty()) {
        out = "\"mentions\":{\"users\":[" + users + "],\"roles\":[" + roles + "],\"channels\":[" +
              channels + "]" + all + "}";
    }
    if (!embeds.empty()) {
        out += (out.empty() ? "\"embeds\":[" : ",\"embeds\":[") + embeds + "]";
    }
    return out;
}

}  // namespace rookery::model::markup
