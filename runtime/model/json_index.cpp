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

/// Length of the scalar at the front of `text`, which reaches to the next structural character:
/// what follows it may only be space. 0 when there is no scalar of JSON.
[[gnu::noinline]] std::uint32_t scalar_length(std::string_view text) noexcept {
    std::size_t length = text.size();
    while (is_space(text[length - 1])) {
        --length;
    }
    const std::string_view scalar = text.substr(0, length);
    bool good = false;
    switch (scalar.front()) {
        case '"':
            good = length >= 2 && scalar.back() == '"';
            break;
        case 't':
            good = scalar == "true";
            break;
        case 'f':
            good = scalar == "false";
            break;
        case 'n':
            good = scalar == "null";
            break;
        default:
            good = is_number(scalar);
    }
    return good ? static_cast<std::uint32_t>(length) : 0;
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
/// grammar. Positions count on one more entry behind the last: the length of the text.
class Grammar {
  public:
    Grammar(std::string_view text, const std::uint32_t* positions, std::uint32_t count) noexcept
        : text_(text), positions_(positions), count_(count) {}

    /// The number of tokens. `out` has room for one for each position.
    Result<std::uint32_t> run(JsonToken* out) const {
        // All state is local, so that it stays in registers whatever is written to `out`: this loop
        // is most of what an event costs.
        const Walk walk{text_.data(), positions_, count_};
        std::array<Frame, JsonIndex::kMaxDepth> frames;
        Frame frame{0, 0, '\0'};  // the innermost one
        unsigned depth = 0;
        std::uint32_t at = 0;
        std::uint32_t tokens = 0;
        while (true) {
            ++frame.members;
            if (frame.close == '}') {
                const std::uint32_t name = walk.kind(at) == '"' ? walk.length(at) : 0;
                if (name == 0) {
                    return failure(at, "expected a name in quotes");
                }
                out[tokens++] = {walk.positions[at], name};
                if (walk.kind(++at) != ':') {
                    return failure(at, "expected a colon");
                }
                ++at;
            }
            const char first = walk.kind(at);
            if (first == '{' || first == '[') {
                if (depth == JsonIndex::kMaxDepth) {
                    return too_deep(at);
                }
                frames[depth++] = frame;
                frame = {tokens, 0, first == '{' ? '}' : ']'};
                out[tokens++] = {walk.positions[at++], 0};
                if (walk.kind(at) != frame.close) {
                    continue;
                }
            } else {
                const std::uint32_t extent = starts_scalar(first) ? walk.length(at) : 0;
                if (extent == 0) {
                    return failure(at, "expected a value");
                }
                out[tokens++] = {walk.positions[at++], extent};
            }
            while (depth > 0 && walk.kind(at) == frame.close) {
                out[tokens++] = {walk.positions[at++], frame.members};
                out[frame.open].extent = JsonToken::kContainer | tokens;
                frame = frames[--depth];
            }
            if (depth == 0) {
                break;
            }
            if (walk.kind(at) != ',') {
                return failure(at, "expected a comma or the end of the list or object");
            }
            ++at;
        }
        return at == count_ ? Result<std::uint32_t>(tokens) : failure(at, "text after the value");
    }

  private:
    struct Frame {
        std::uint32_t open;
        std::uint32_t members;
        char close;
    };

    /// What the loop reads, in a form that no store can be thought to change.
    struct Walk {
        const char* text;
        const std::uint32_t* positions;
        std::uint32_t count;

        [[nodiscard]] char kind(std::uint32_t at) const noexcept {
            return at < count ? text[positions[at]] : '\0';
        }

        /// Of the scalar at a position; most are strings without space behind them.
        [[nodiscard, gnu::always_inline]] std::uint32_t length(std::uint32_t at) const noexcept {
            const std::uint32_t from = positions[at];
            const std::uint32_t to = positions[at + 1];
            if (text[from] == '"' && text[to - 1] == '"' && to - from >= 2) [[likely]] {
                return to - from;
            }
            return scalar_length({text + from, to - from});
        }
    };

    static bool starts_scalar(char first) noexcept {
        switch (first) {
            case '}':
            case ']':
            case ':':
            case ',':
            case '\0':
                return false;
            default:
                return true;
        }
    }

    [[nodiscard]] std::size_t place(std::uint32_t at) const noexcept {
        return at < count_ ? positions_[at] : text_.size();
    }

    [[nodiscard]] Error failure(std::uint32_t at, std::string_view what) const {
        return not_json(what, place(at));
    }

    [[nodiscard]] Error too_deep(std::uint32_t at) const {
        return {ErrorKind::limit, "JSON nested deeper than " +
                                      std::to_string(JsonIndex::kMaxDepth) + " levels at byte " +
                                      std::to_string(place(at))};
    }

    std::string_view text_;
    const std::uint32_t* positions_;
    std::uint32_t count_;
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
    const std::uint32_t found = workspace.parser->n_structural_indexes;
    JsonToken* const tokens = workspace.make_tokens(found);
    auto count = Grammar(text, workspace.parser->structural_indexes.get(), found).run(tokens);
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
    std::vector<JsonToken> owned;
    owned.reserve(tokens->size() + 1);
    owned.assign(tokens->begin(), tokens->end());
    owned.push_back({0, 0});
    return JsonIndex(text.data(), std::move(owned));
}

}  // namespace rookery::model
