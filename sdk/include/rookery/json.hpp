#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rookery {

namespace detail {

/// Appends `value` as a JSON text.
inline void append_quoted(std::string& out, std::string_view value) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

inline void append_number(std::string& out, double value) {
    char digits[40];
    const auto written = std::to_chars(digits, digits + sizeof(digits), value);
    const bool finite = value - value == 0;
    out.append(finite ? std::string_view(digits, static_cast<std::size_t>(written.ptr - digits))
                      : std::string_view("null"));
}

}  // namespace detail

/// Writes one JSON object: JsonObject().add("content", text).add("tts", false).text().
class JsonObject {
  public:
    JsonObject& add(std::string_view key, std::string_view value) {
        begin(key);
        detail::append_quoted(text_, value);
        return *this;
    }
    JsonObject& add(std::string_view key, const char* value) {
        return add(key, std::string_view(value));
    }
    template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
    JsonObject& add(std::string_view key, Number value) {
        begin(key);
        if constexpr (std::is_same_v<Number, bool>) {
            text_ += value ? "true" : "false";
        } else if constexpr (std::is_floating_point_v<Number>) {
            detail::append_number(text_, value);
        } else {
            text_ += std::to_string(value);
        }
        return *this;
    }
    JsonObject& add(std::string_view key, const JsonObject& value) {
        return add_json(key, value.text());
    }
    inline JsonObject& add(std::string_view key, const class JsonList& value);
    /// `json` is put in as it is: it must be one JSON value.
    JsonObject& add_json(std::string_view key, std::string_view json) {
        begin(key);
        text_ += json;
        return *this;
    }

    /// All members of another one.
    JsonObject& merge(const JsonObject& other) {
        if (text_.size() > 1 && other.text_.size() > 1) {
            text_ += ',';
        }
        text_ += std::string_view(other.text_).substr(1);
        return *this;
    }

    [[nodiscard]] std::string text() const { return text_ + '}'; }

  private:
    void begin(std::string_view key) {
        if (text_.size() > 1) {
            text_ += ',';
        }
        detail::append_quoted(text_, key);
        text_ += ':';
    }

    std::string text_ = "{";
};

/// Writes one JSON list: JsonList().add("a").add(JsonObject().add("name", "b")).text().
class JsonList {
  public:
    JsonList& add(std::string_view value) {
        begin();
        detail::append_quoted(text_, value);
        return *this;
    }
    JsonList& add(std::int64_t value) { return add_json(std::to_string(value)); }
    JsonList& add(const JsonObject& value) { return add_json(value.text()); }
    JsonList& add_json(std::string_view json) {
        begin();
        text_ += json;
        return *this;
    }

    [[nodiscard]] std::string text() const { return text_ + ']'; }

  private:
    void begin() {
        if (text_.size() > 1) {
            text_ += ',';
        }
    }

    std::string text_ = "[";
};

inline JsonObject& JsonObject::add(std::string_view key, const JsonList& value) {
    return add_json(key, value.text());
}

/// A list of objects or texts: list_of(JsonObject().add("title", "a")).
template <class... Items>
[[nodiscard]] JsonList list_of(const Items&... items) {
    JsonList out;
    (out.add(items), ...);
    return out;
}

}  // namespace rookery
