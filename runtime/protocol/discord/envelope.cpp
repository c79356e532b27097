#include "protocol/discord/envelope.hpp"

#include <cstring>
#include <string>

namespace rookery::protocol::discord {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error malformed(const char* what) {
    return Error(ErrorKind::protocol, std::string("gateway payload: ") + what);
}

/// A position in the frame. Each read_ or skip_ function advances past what it names, or leaves an
/// error text in `problem` and returns false.
struct Cursor {
    const char* at;
    const char* end;
    const char* problem = nullptr;
    bool too_deep = false;

    bool fail(const char* text) {
        problem = text;
        return false;
    }
    void skip_space() {
        while (at != end && is_space(*at)) {
            ++at;
        }
    }
    [[nodiscard]] char peek() const { return at != end ? *at : '\0'; }
    bool take(char c) {
        if (peek() != c || at == end) {
            return false;
        }
        ++at;
        return true;
    }
    bool take(std::string_view word) {
        if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word)) {
            return false;
        }
        at += word.size();
        return true;
    }

    /// The text between the quotes, escapes left as they are.
    bool read_string(std::string_view& out) {
        if (!take('"')) {
            return fail("expected a string");
        }
        const char* start = at;
        while (at != end) {
            if (*at == '"') {
                out = {start, static_cast<std::size_t>(at - start)};
                ++at;
                return true;
            }
            at += *at == '\\' && end - at > 1 ? 2 : 1;
        }
        return fail("unterminated string");
    }

    bool read_number(std::uint64_t& out, std::uint64_t most) {
        const char* start = at;
        std::uint64_t value = 0;
        for (; at != end && is_digit(*at); ++at) {
            const auto digit = static_cast<std::uint64_t>(*at - '0');
            if (value > (most - digit) / 10) {
                return fail("number out of range");
            }
            value = value * 10 + digit;
        }
        if (at == start || peek() == '.' || peek() == 'e' || peek() == 'E') {
            return fail("`op` and `s` must be whole numbers");
        }
        out = value;
        return true;
    }

    bool skip_scalar() {
        const char* start = at;
        while (at != end && *at != ',' && *at != '}' && *at != ']' && !is_space(*at)) {
            ++at;
        }
        return at != start || fail("expected a value");
    }

    /// One value of any kind; inside it only strings and brackets are looked at.
    bool skip_value() {
        std::string_view ignored;
        if (peek() == '"') {
            return read_string(ignored);
        }
        if (peek() != '{' && peek() != '[') {
            return skip_scalar();
        }
        unsigned depth = 0;
        std::uint64_t arrays = 0;  // bit per open level: 1 is '['
        static_assert(kMaxDepth <= 64);
        while (at != end) {
            const char c = *at;
            if (c == '"') {
                if (!read_string(ignored)) {
                    return false;
                }
                continue;
            }
            ++at;
            if (c == '{' || c == '[') {
                if (depth++ == kMaxDepth) {
                    too_deep = true;
                    return fail("nested too deeply");
                }
                arrays = arrays << 1 | (c == '[' ? 1u : 0u);
            } else if (c == '}' || c == ']') {
                if ((arrays & 1) != (c == ']' ? 1u : 0u)) {
                    return fail("brackets do not match");
                }
                arrays >>= 1;
                if (--depth == 0) {
                    return true;
                }
            }
        }
        return fail("cut short");
    }
};

class Scan {
  public:
    Scan(std::string_view frame, bool trust_tail)
        : cursor_{frame.data(), frame.data() + frame.size()}, trust_tail_(trust_tail) {}

    Result<Envelope> run() {
        if (!members()) {
            return cursor_.too_deep ? Error(ErrorKind::limit, "gateway payload: nested too deeply")
                                    : malformed(cursor_.problem);
        }
        if (!has_op_) {
            return malformed("`op` is missing");
        }
        if (out_.is(Op::dispatch) && (!out_.seq || out_.type.empty())) {
            return malformed("dispatch without `s` or `t`");
        }
        return out_;
    }

  private:
    bool members() {
        cursor_.skip_space();
        if (!cursor_.take('{')) {
            return cursor_.fail("not a JSON object");
        }
        do {
            std::string_view key;
            cursor_.skip_space();
            if (!cursor_.read_string(key)) {
                return false;
            }
            cursor_.skip_space();
            if (!cursor_.take(':')) {
                return cursor_.fail("expected a colon");
            }
            cursor_.skip_space();
            if (key == "d" && data_is_rest()) {
                return true;
            }
            if (!value(key)) {
                return false;
            }
            cursor_.skip_space();
        } while (cursor_.take(','));
        if (!cursor_.take('}')) {
            return cursor_.fail("cut short, or expected a comma");
        }
        cursor_.skip_space();
        return cursor_.at == cursor_.end || cursor_.fail("text after the payload");
    }

    bool value(std::string_view key) {
        std::uint64_t number = 0;
        if (key == "op") {
            has_op_ = true;
            const bool good = cursor_.read_number(number, UINT32_MAX);
            out_.op = static_cast<std::uint32_t>(number);
            return good;
        }
        if (key == "s") {
            has_seq_ = true;
            out_.seq.reset();
            if (cursor_.take("null")) {
                return true;
            }
            const bool good = cursor_.read_number(number, UINT64_MAX);
            out_.seq = number;
            return good;
        }
        if (key == "t") {
            has_type_ = true;
            out_.type = {};
            return cursor_.take("null") || cursor_.read_string(out_.type);
        }
        const char* start = cursor_.at;
        if (!cursor_.skip_value()) {
            return false;
        }
        if (key == "d") {
            out_.data = {start, static_cast<std::size_t>(cursor_.at - start)};
        }
        return true;
    }

    /// Everything else is known and what is left ends as `d` alone would: then `d` need not be
    /// walked.
    bool data_is_rest() {
        const char open = cursor_.peek();
        if (!trust_tail_ || !has_op_ || !has_seq_ || !has_type_ || (open != '{' && open != '[')) {
            return false;
        }
        const char* last = cursor_.end;
        const auto step_back = [&] {
            while (last != cursor_.at && is_space(last[-1])) {
                --last;
            }
            return last != cursor_.at ? *--last : '\0';
        };
        if (step_back() != '}' || step_back() != (open == '{' ? '}' : ']')) {
            return false;
        }
        out_.data = {cursor_.at, static_cast<std::size_t>(last + 1 - cursor_.at)};
        return out_.data.size() > 1;
    }

    Cursor cursor_;
    bool trust_tail_;
    bool has_op_ = false;
    bool has_seq_ = false;
    bool has_type_ = false;
    Envelope out_;
};

}  // namespace

Result<Envelope> scan_envelope(std::string_view frame) { return Scan(frame, true).run(); }

Result<Envelope> scan_envelope_fully(std::string_view frame) { return Scan(frame, false).run(); }

}  // namespace rookery::protocol::discord
