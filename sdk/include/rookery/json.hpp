#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rookery {

/// Writes one JSON object: JsonObject().add("content", text).add("tts", false).text().
class JsonObject {
  public:
    JsonObject& add(std::string_view key, std::string_view value) {
        begin(key);
        quote(value);
        return *this;
    }
    JsonObject& add(std::string_view key, const char* value) {
        return add(key, std::string_view(value));
    }
    template <class Number, class = std::enable_if_t<std::is_integral_v<Number>>>
    JsonObject& add(std::string_view key, Number value) {
        begin(key);
        if constexpr (std::is_same_v<Number, bool>) {
            text_ += value ? "true" : "false";
        } else {
            text_ += std::to_string(value);
        }
        return *this;
    }
    /// `json` is put in as it is: it must be one JSON value.
    JsonObject& add_json(std::string_view key, std::string_view json) {
        begin(key);
        text_ += json;
        return *this;
    }

    [[nodiscard]] std::string text() const { return text_ + '}'; }

  private:
    void begin(std::string_view key) {
        if (text_.size() > 1) {
            text_ += ',';
        }
        quote(key);
        text_ += ':';
    }

    void quote(std::string_view value) {
        constexpr std::string_view kHex = "0123456789abcdef";
        text_ += '"';
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                text_ += '\\';
                text_ += c;
            } else if (byte < 0x20) {
                text_ += "\\u00";
                text_ += kHex[byte >> 4U];
                text_ += kHex[byte & 15U];
            } else {
                text_ += c;
            }
        }
        text_ += '"';
    }

    std::string text_ = "{";
};

}  // namespace rookery
