#pragma once

#include <rookery/json.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// A JSON value that was read. An object keeps its members in their order.
class JsonValue {
  public:
    enum class Kind : unsigned char { null, boolean, integer, number, text, list, object };

    /// Throws std::invalid_argument with the offset of what is wrong.
    [[nodiscard]] static JsonValue parse(std::string_view text) {
        Reader reader{text};
        JsonValue out = reader.value(0);
        reader.space();
        if (reader.at != text.size()) {
            reader.fail("expected the end");
        }
        return out;
    }

    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    double number = 0;
    std::string text{};
    std::vector<std::string> keys{};  ///< of an object, beside its items
    std::vector<JsonValue> items{};
    std::uint32_t id = 0;  ///< for whoever numbers them

    /// The member of that name, or the element of that number; null when there is none.
    [[nodiscard]] const JsonValue* find(std::string_view key) const {
        if (kind == Kind::object) {
            for (std::size_t i = 0; i < keys.size(); ++i) {
                if (keys[i] == key) {
                    return &items[i];
                }
            }
            return nullptr;
        }
        std::size_t index = 0;
        const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
        const bool whole = read.ec == std::errc() && read.ptr == key.data() + key.size();
        return kind == Kind::list && whole && index < items.size() ? &items[index] : nullptr;
    }
    /// "author.username"; the empty path is the value itself.
    [[nodiscard]] const JsonValue* path(std::string_view dotted) const {
        const JsonValue* value = this;
        while (!dotted.empty() && value != nullptr) {
            const std::size_t dot = dotted.find('.');
            value = value->find(dotted.substr(0, dot));
            dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(dot + 1);
        }
        return value;
    }
    /// Empty where there is no such text.
    [[nodiscard]] std::string_view text_at(std::string_view dotted) const {
        const JsonValue* const found = path(dotted);
        return found != nullptr ? std::string_view(found->text) : std::string_view();
    }
    /// `otherwise` where there is no such number.
    [[nodiscard]] double number_at(std::string_view dotted, double otherwise = 0) const {
        const JsonValue* const found = path(dotted);
        if (found != nullptr && found->kind == Kind::integer) {
            return static_cast<double>(found->integer);
        }
        return found != nullptr && found->kind == Kind::number ? found->number : otherwise;
    }
    [[nodiscard]] std::int64_t integer_at(std::string_view dotted,
                                          std::int64_t otherwise = 0) const {
        const JsonValue* const found = path(dotted);
        return found != nullptr && found->kind == Kind::integer ? found->integer : otherwise;
    }
    [[nodiscard]] bool flag_at(std::string_view dotted, bool otherwise = false) const {
        const JsonValue* const found = path(dotted);
        return found != nullptr && found->kind == Kind::boolean ? found->boolean : otherwise;
    }
    /// The texts of a list; empty where there is none.
    [[nodiscard]] std::vector<std::string> texts_at(std::string_view dotted) const {
        std::vector<std::string> out;
        const JsonValue* const found = path(dotted);
        if (found != nullptr && found->kind == Kind::list) {
            for (const JsonValue& item : found->items) {
                if (item.kind == Kind::text) {
                    out.push_back(item.text);
                }
            }
        }
        return out;
    }

    [[nodiscard]] std::string dump() const {
        std::string out;
        write(out);
        return out;
    }
    void write(std::string& out) const {
        switch (kind) {
            case Kind::null:
                out += "null";
                break;
            case Kind::boolean:
                out += boolean ? "true" : "false";
                break;
            case Kind::integer:
                out += std::to_string(integer);
                break;
            case Kind::number:
                detail::append_number(out, number);
                break;
            case Kind::text:
                detail::append_quoted(out, text);
                break;
            case Kind::list:
            case Kind::object:
                out += kind == Kind::list ? '[' : '{';
                for (std::size_t i = 0; i < items.size(); ++i) {
                    out += i == 0 ? "" : ",";
                    if (kind == Kind::object) {
                        detail::append_quoted(out, keys[i]);
                        out += ':';
                    }
                    items[i].write(out);
                }
                out += kind == Kind::list ? ']' : '}';
                break;
        }
    }

  private:
    struct Reader {
        std::string_view text;
        std::size_t at = 0;

        [[noreturn]] void fail(const char* what) const {
            throw std::invalid_argument("JSON, byte " + std::to_string(at) + ": " + what);
        }
        void space() {
            while (at < text.size() && std::string_view(" \t\r\n").find(text[at]) != text.npos) {
                ++at;
            }
        }
        bool take(char c) {
            space();
            if (at < text.size() && text[at] == c) {
                ++at;
                return true;
            }
            return false;
        }
        bool word(std::string_view wanted) {
            if (text.substr(at, wanted.size()) == wanted) {
                at += wanted.size();
                return true;
            }
            return false;
        }

        JsonValue value(int depth) {
            constexpr int kDeepest = 100;
            if (depth > kDeepest) {
                fail("nested too deeply");
            }
            JsonValue out;
            space();
            if (take('{') || take('[')) {
                container(out, text[at - 1] == '{', depth);
            } else if (at < text.size() && text[at] == '"') {
                out.kind = Kind::text;
                out.text = quoted();
            } else if (word("true")) {
                out.kind = Kind::boolean;
                out.boolean = true;
            } else if (word("false")) {
                out.kind = Kind::boolean;
            } else if (!word("null")) {
                numeral(out);
            }
            return out;
        }
        void container(JsonValue& out, bool object, int depth) {
            const char close = object ? '}' : ']';
            out.kind = object ? Kind::object : Kind::list;
            if (take(close)) {
                return;
            }
            do {
                if (object) {
                    space();
                    out.keys.push_back(quoted());
                    if (!take(':')) {
                        fail("expected a colon");
                    }
                }
                out.items.push_back(value(depth + 1));
            } while (take(','));
            if (!take(close)) {
                fail(object ? "expected , or }" : "expected , or ]");
            }
        }
        void numeral(JsonValue& out) {
            const char* const begin = text.data() + at;
            const char* const end = text.data() + text.size();
            const auto whole = std::from_chars(begin, end, out.integer);
            const auto real = std::from_chars(begin, end, out.number);
            if (real.ec != std::errc()) {
                fail("expected a value");
            }
            out.kind =
                whole.ec == std::errc() && whole.ptr == real.ptr ? Kind::integer : Kind::number;
            at += static_cast<std::size_t>(real.ptr - begin);
        }
        std::string quoted() {
            if (at >= text.size() || text[at] != '"') {
                fail("expected a text");
            }
            std::string out;
            for (++at; at < text.size() && text[at] != '"'; ++at) {
                if (text[at] == '\\') {
                    escape(out);
                } else {
                    out += text[at];
                }
            }
            if (at++ >= text.size()) {
                fail("the text has no end");
            }
            return out;
        }
        void escape(std::string& out) {
            constexpr std::string_view kLetters = "\"\\/bfnrt";
            constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
            const char letter = ++at < text.size() ? text[at] : '\0';
            if (const std::size_t found = kLetters.find(letter); found != kLetters.npos) {
                out += kMeaning[found];
            } else if (letter == 'u') {
                std::uint32_t point = unit();
                if (point >= 0xD800 && point < 0xDC00 && text.substr(at + 1, 2) == "\\u") {
                    at += 2;
                    point = 0x10000 + ((point - 0xD800) << 10U) + (unit() - 0xDC00);
                }
                append_point(out, point);
            } else {
                fail("an unknown escape");
            }
        }
        std::uint32_t unit() {
            std::uint32_t out = 0;
            const std::string_view digits = text.substr(at + 1, 4);
            const auto read =
                std::from_chars(digits.data(), digits.data() + digits.size(), out, 16);
            if (digits.size() != 4 || read.ptr != digits.data() + 4) {
                fail("expected four hexadecimal digits");
            }
            at += 4;
            return out;
        }
        static void append_point(std::string& out, std::uint32_t point) {
            if (point < 0x80) {
                out += static_cast<char>(point);
                return;
            }
            const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
            constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
            out += static_cast<char>(kLead[more] | point >> (6U * static_cast<unsigned>(more)));
            for (int i = more - 1; i >= 0; --i) {
                out +=
                    static_cast<char>(0x80U | (point >> (6U * static_cast<unsigned>(i)) & 0x3FU));
            }
        }
    };
};

}  // namespace rookery
