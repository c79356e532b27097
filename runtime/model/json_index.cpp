#include "model/json_index.hpp"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

namespace rookery::model {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_number(std::string_view text) noexcept {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && is_digit(text[at])) {
            ++at;
        }
        return at != from;
    };
    if (at < text.size() && text[at] == '-') {
        ++at;
    }
    if (at < text.size() && text[at] == '0') {
        ++at;
    } else if (!digits()) {
        return false;
    }
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits()) {
            return false;
        }
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
            ++at;
        }
        if (!digits()) {
            return false;
        }
    }
    return at == text.size();
}

bool is_scalar(std::string_view text) noexcept {
    switch (text.front()) {
        case '"':
            return text.size() >= 2 && text.back() == '"';
        case 't':
            return text == "true";
        case 'f':
            return text == "false";
        case 'n':
            return text == "null";
        default:
            return is_number(text);
    }
}

/// Position of the first backslash that starts no escape of JSON; npos when all do. Outside of
/// strings there can be none: the grammar refuses them.
std::size_t bad_escape(std::string_view text) noexcept {
    const auto is_hex = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
        if (at + 1 >= text.size()) {
            return at;
        }
        const char kind = text[at + 1];
        if (kind == 'u') {
            if (at + 6 > text.size()) {
                return at;
            }
            for (std::size_t digit = at + 2; digit < at + 6; ++digit) {
                if (!is_hex(text[digit])) {
                    return at;
                }
            }
            at += 6;
        } else if (std::memchr("\"\\/bfnrt", kind, 8) != nullptr) {
            at += 2;
        } else {
            return at;
        }
    }
    return std::string_view::npos;
}

Error not_json(std::string_view what, std::size_t position) {
    return {ErrorKind::protocol,
            "not JSON at byte " + std::to_string(position) + ": " + std::string(what)};
}

/// Turns the positions that simdjson's first stage found into tokens, and holds them against the
/// grammar.
class Grammar {
  public:
    Grammar(std::string_view text, std::span<const std::uint32_t> structurals,
            JsonToken* out) noexcept
        : text_(text), structurals_(structurals), out_(out) {}

    /// The number of tokens.
    Result<std::uint32_t> run() {
        if (!value()) {
            return failure();
        }
        while (depth_ > 0) {
            if (!step()) {
                return failure();
            }
        }
        if (at_ != structurals_.size()) {
            return not_json("text after the value", structurals_[at_]);
        }
        return count_;
    }

  private:
    struct Frame {
        std::uint32_t open;
        std::uint32_t members;
        bool object;
    };

    [[nodiscard]] char here() const noexcept {
        return at_ < structurals_.size() ? text_[structurals_[at_]] : '\0';
    }

    bool fail(std::string_view what) noexcept {
        what_ = what;
        return false;
    }

    [[nodiscard]] Error failure() const {
        const std::size_t position = at_ < structurals_.size() ? structurals_[at_] : text_.size();
        if (what_.empty()) {
            return {ErrorKind::limit, "JSON nested deeper than " +
                                          std::to_string(JsonIndex::kMaxDepth) +
                                          " levels at byte " + std::to_string(position)};
        }
        return not_json(what_, position);
    }

    bool scalar() noexcept {
        const std::uint32_t position = structurals_[at_];
        std::size_t end = at_ + 1 < structurals_.size() ? structurals_[at_ + 1] : text_.size();
        while (is_space(text_[end - 1])) {
            --end;
        }
        if (!is_scalar(text_.substr(position, end - position))) {
            return fail("neither a value nor a name");
        }
        out_[count_++] = {position, static_cast<std::uint32_t>(end - position)};
        ++at_;
        return true;
    }

    bool open(bool object) noexcept {
        if (depth_ == JsonIndex::kMaxDepth) {
            return fail({});
        }
        frames_[depth_++] = {count_, 0, object};
        out_[count_++] = {structurals_[at_++], 0};
        return here() == (object ? '}' : ']') ? close() : member();
    }

    bool close() noexcept {
        const Frame& frame = frames_[--depth_];
        out_[count_++] = {structurals_[at_++], frame.members};
        out_[frame.open].extent = JsonToken::kContainer | count_;
        return true;
    }

    bool value() noexcept {
        switch (here()) {
            case '{':
                return open(true);
            case '[':
                return open(false);
            case '\0':
            case '}':
            case ']':
            case ':':
            case ',':
                return fail("expected a value");
            default:
                return scalar();
        }
    }

    bool member() noexcept {
        Frame& frame = frames_[depth_ - 1];
        ++frame.members;
        if (frame.object) {
            if (here() != '"') {
                return fail("expected a name in quotes");
            }
            if (!scalar()) {
                return false;
            }
            if (here() != ':') {
                return fail("expected a colon");
            }
            ++at_;
        }
        return value();
    }

    bool step() noexcept {
        const char found = here();
        if (found == ',') {
            ++at_;
            return member();
        }
        if (found == (frames_[depth_ - 1].object ? '}' : ']')) {
            return close();
        }
        return fail("expected a comma or the end of the list or object");
    }

    std::string_view text_;
    std::span<const std::uint32_t> structurals_;
    JsonToken* out_;
    std::uint32_t at_ = 0;
    std::uint32_t count_ = 0;
    unsigned depth_ = 0;
    std::array<Frame, JsonIndex::kMaxDepth> frames_;
    std::string_view what_;
};

/// What one thread indexes with. Kept between texts, except after giant ones.
struct Workspace {
    static constexpr std::size_t kKept = std::size_t{1} << 20U;

    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    std::size_t capacity = 0;
    std::unique_ptr<JsonToken[]> tokens;
    std::size_t token_capacity = 0;

    bool make_room(std::size_t size) {
        if (size <= capacity && (capacity <= kKept || size > kKept)) {
            return true;
        }
        const std::size_t wanted = std::max<std::size_t>(size, 16384);
        parser.reset();
        capacity = 0;
        tokens.reset();
        token_capacity = 0;
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(
                wanted, JsonIndex::kMaxDepth, parser) != simdjson::SUCCESS) {
            return false;
        }
        capacity = wanted;
        return true;
    }

    JsonToken* make_tokens(std::size_t count) {
        if (count > token_capacity) {
            token_capacity = std::max(count, token_capacity * 2);
            tokens.reset(new JsonToken[token_capacity]);
        }
        return tokens.get();
    }
};

}  // namespace

Result<std::span<const JsonToken>> JsonIndex::scan(std::string_view text) {
    thread_local Workspace workspace;
    if (text.size() > kMaxText) {
        return Error(ErrorKind::limit,
                     "JSON of " + std::to_string(text.size()) + " bytes is too long");
    }
    if (text.empty()) {
        return not_json("empty", 0);
    }
    if (!workspace.make_room(text.size())) {
        return Error(ErrorKind::limit,
                     "no memory to index " + std::to_string(text.size()) + " bytes");
    }
    // The first stage copies the last partial block, so the text needs no padding.
    const auto failed = workspace.parser->stage1(reinterpret_cast<const std::uint8_t*>(text.data()),
                                                 text.size(), simdjson::stage1_mode::regular);
    if (failed != simdjson::SUCCESS) {
        return Error(ErrorKind::protocol,
                     std::string("not JSON: ") + simdjson::error_message(failed));
    }
    if (const auto bad = bad_escape(text); bad != std::string_view::npos) {
        return not_json("wrong escape", bad);
    }
    const std::span<const std::uint32_t> structurals(workspace.parser->structural_indexes.get(),
                                                     workspace.parser->n_structural_indexes);
    JsonToken* const tokens = workspace.make_tokens(structurals.size());
    auto count = Grammar(text, structurals, tokens).run();
    if (!count) {
        return count.error();
    }
    return std::span<const JsonToken>(tokens, *count);
}

Result<JsonIndex> JsonIndex::build(std::string_view text) {
    auto tokens = scan(text);
    if (!tokens) {
        return tokens.error();
    }
    return JsonIndex(text.data(), std::vector<JsonToken>(tokens->begin(), tokens->end()));
}

}  // namespace rookery::model
