#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

// How the parts of components and forms are read, with the place in every fault.
namespace rookery::command::form_reading {

using nlohmann::json;

inline Error invalid(const std::string& place, const std::string& what) {
    return {ErrorKind::invalid, place + ": " + what};
}

inline std::string describe(const json& value) {
    if (value.is_null()) {
        return "nothing";
    }
    return value.is_string()                       ? "text"
           : value.is_object() || value.is_array() ? "a table"
                                                   : value.type_name();
}

/// Length as the platforms count it: code points.
inline std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

inline const json& at(const json& object, const char* key) {
    static const json nothing;
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

inline Result<std::string> read_text(const json& value, const std::string& place, std::size_t min,
                                     std::size_t max) {
    const auto* const text = value.get_ptr<const std::string*>();
    const std::string expected =
        "expected " + std::to_string(min) + " to " + std::to_string(max) + " characters, got ";
    if (text == nullptr) {
        return invalid(place, expected + describe(value));
    }
    const std::size_t length = length_of(*text);
    if (length < min || length > max) {
        return invalid(place, expected + std::to_string(length));
    }
    return *text;
}

inline Result<bool> read_flag(const json& value, const std::string& place, bool otherwise) {
    if (value.is_null()) {
        return otherwise;
    }
    if (!value.is_boolean()) {
        return invalid(place, "expected true or false, got " + describe(value));
    }
    return value.get<bool>();
}

inline Result<std::size_t> read_count(const json& value, const std::string& place, std::size_t min,
                                      std::size_t max, std::size_t otherwise) {
    if (value.is_null()) {
        return otherwise;
    }
    const bool whole = value.is_number() && value.get<double>() >= static_cast<double>(min) &&
                       value.get<double>() <= static_cast<double>(max);
    if (!whole) {
        return invalid(place, "expected a number from " + std::to_string(min) + " to " +
                                  std::to_string(max) + ", got " +
                                  (value.is_number() ? value.dump() : describe(value)));
    }
    return static_cast<std::size_t>(value.get<double>());
}

template <std::size_t N>
Result<int> read_name(const json& value, const std::string& place,
                      const std::array<std::pair<std::string_view, int>, N>& names) {
    const auto* const text = value.get_ptr<const std::string*>();
    std::string all;
    for (const auto& [name, number] : names) {
        if (text != nullptr && *text == name) {
            return number;
        }
        all += (all.empty() ? "" : ", ") + std::string(name);
    }
    return invalid(place, "expected one of " + all + ", got " +
                              (text != nullptr && text->size() <= 40 ? *text : describe(value)));
}

template <std::size_t N>
Result<> check_keys(const json& given, const std::string& place,
                    const std::array<std::string_view, N>& known) {
    for (const auto& [key, value] : given.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            return invalid(place, "there is no key " + (key.size() <= 40 ? key : "of that name"));
        }
    }
    return {};
}

}  // namespace rookery::command::form_reading
