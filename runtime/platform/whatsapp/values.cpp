#include "platform/whatsapp/values.hpp"

#include "rest/json.hpp"

#include <charconv>
#include <cmath>

namespace rookery::whatsapp {

Json parse_json(std::string_view text) { return rest::parse_json(text); }

std::string write_json(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& at(const Json& object, std::string_view key) {
    static const Json kNull;
    if (!object.is_object()) {
        return kNull;
    }
    const auto found = object.find(key);
    return found == object.end() ? kNull : *found;
}

std::string text_at(const Json& object, std::string_view key, std::size_t most) {
    const auto* const text = at(object, key).get_ptr<const std::string*>();
    if (text == nullptr) {
        return {};
    }
    std::size_t size = std::min(text->size(), most);
    while (size < text->size() && size > 0 &&
           (static_cast<unsigned char>((*text)[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return text->substr(0, size);
}

bool flag_at(const Json& object, std::string_view key) {
    const auto* const flag = at(object, key).get_ptr<const bool*>();
    return flag != nullptr && *flag;
}

std::optional<std::int64_t> number_of(const Json& value) {
    if (value.is_number_integer()) {
        return value.get<std::int64_t>();
    }
    if (value.is_number_float()) {
        const double number = value.get<double>();
        constexpr double kMost = 9e15;
        return std::abs(number) < kMost ? std::optional(static_cast<std::int64_t>(number))
                                        : std::nullopt;
    }
    if (const auto* const text = value.get_ptr<const std::string*>()) {
        std::int64_t number = 0;
        const auto* const end = text->data() + text->size();
        const auto [stop, ec] = std::from_chars(text->data(), end, number);
        return ec == std::errc() && stop == end ? std::optional(number) : std::nullopt;
    }
    const auto& low = at(value, "low");
    const auto& high = at(value, "high");
    if (low.is_number_integer() && high.is_number_integer()) {
        // Of 32 bits each, written with a sign.
        return static_cast<std::int64_t>(
            static_cast<std::uint64_t>(high.get<std::int64_t>()) << 32U |
            (static_cast<std::uint64_t>(low.get<std::int64_t>()) & 0xFFFFFFFFU));
    }
    return std::nullopt;
}

std::optional<std::int64_t> number_at(const Json& object, std::string_view key) {
    return number_of(at(object, key));
}

std::uint64_t stable_hash(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return hash ^ (hash >> 29U);
}

bool is_enum(const Json& value, std::int64_t number, std::string_view name) {
    if (const auto* const text = value.get_ptr<const std::string*>()) {
        return *text == name || *text == std::to_string(number);
    }
    return value.is_number_integer() && value.get<std::int64_t>() == number;
}

}  // namespace rookery::whatsapp
