#include "standing.hpp"

#include <rookery/json.hpp>
#include <rookery/json_value.hpp>

using rookery::JsonObject;
using rookery::JsonValue;

std::string Standing::json() const {
    return JsonObject()
        .add("points", points)
        .add("at", at)
        .add("message", message)
        .add("rose", rose)
        .add("name", name)
        .text();
}

Standing Standing::read(std::string_view json) {
    const JsonValue value = JsonValue::parse(json);
    Standing out;
    out.points = value.integer_at("points");
    out.at = value.integer_at("at");
    out.message = value.text_at("message");
    out.rose = value.flag_at("rose");
    out.name = value.text_at("name");
    return out;
}

namespace {

std::int64_t to_next(std::int64_t level) { return 5 * level * level + 50 * level + 100; }

}  // namespace

std::int64_t level_of(std::int64_t points) {
    std::int64_t level = 0;
    while (points >= to_next(level)) {
        points -= to_next(level++);
    }
    return level;
}

std::int64_t points_of(std::string_view message) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : message) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return 15 + static_cast<std::int64_t>(hash % 11);
}

std::string prefix_of(std::string_view guild) { return "points/" + std::string(guild) + "/"; }
