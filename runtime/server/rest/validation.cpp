#include "server/rest/validation.hpp"

#include "base/id_text.hpp"
#include "server/rest/answer.hpp"
#include "server/rest/moment.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

constexpr std::size_t kMostIssues = 50;
constexpr unsigned kMaxDepth = 64;

std::string number_text(double value) {
    const json shown = std::trunc(value) == value && std::abs(value) < 1e15
                           ? json(static_cast<std::int64_t>(value))
                           : json(value);
    return shown.dump();
}

const char* kind_of(const json& value) {
    if (value.is_object()) {
        return "object";
    }
    return value.type_name();
}

/// As browsers count them.
std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        units += (byte & 0xC0U) != 0x80U ? 1U : 0U;
        units += byte >= 0xF0U ? 1U : 0U;
    }
    return units;
}

bool is_digits(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_url(std::string_view text) {
    const auto colon = text.find(':');
    return text.size() <= 4096 && colon != std::string_view::npos && colon > 0 &&
           colon + 1 < text.size() &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '-' || c == '.';
           });
}

std::string snake(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c + ('a' - 'A'));
        } else {
            out += c;
        }
    }
    return out;
}

/// Walks one value and its field; what is wrong goes into `issues`.
class Checker {
  public:
    explicit Checker(Checked& out) : issues_(out.issues), digits_(out.digits) {}

    /// What goes on; nullopt when something is wrong.
    std::optional<json> check(const Field& field, const json& value, const std::string& path,
                              bool in_snake) {
        if (value.is_null() && field.nullable) {
            return json();
        }
        switch (field.type) {
            case FieldType::object:
            case FieldType::objects:
                return nested(field, value, path, in_snake || field.snake);
            case FieldType::ids:
            case FieldType::texts:
            case FieldType::integers:
            case FieldType::any_list:
                return list(field, value, path);
            case FieldType::integer:
            case FieldType::number:
                return number(field, value, path);
            case FieldType::boolean:
                return value.is_boolean() ? std::optional(value) : expected("boolean", value, path);
            case FieldType::choice:
                return choice(field, value, path);
            case FieldType::time:
                return time(value, path);
            case FieldType::bits:
                return bits(value, path);
            case FieldType::any_object:
                return value.is_object() ? std::optional(value) : expected("object", value, path);
            case FieldType::any:
                return value;
            default:
                return text(field, value, path);
        }
    }

    /// The object's known keys.
    json object(std::span<const Field> fields, const json& value, const std::string& path,
                bool in_snake) {
        json out = json::object();
        for (const Field& field : fields) {
            const std::string at =
                path.empty() ? std::string(field.name) : path + '.' + std::string(field.name);
            const auto found = value.find(field.name);
            if (found == value.end() || (found->is_null() && !field.nullable)) {
                if (field.required) {
                    add(at, "Required", true);
                }
                continue;
            }
            if (auto kept = check(field, *found, at, in_snake)) {
                out[in_snake ? snake(field.name) : std::string(field.name)] = std::move(*kept);
            }
        }
        return out;
    }

    std::nullopt_t add(const std::string& path, std::string message, bool missing = false) {
        if (issues_.size() < kMostIssues) {
            issues_.push_back({path, std::move(message), missing});
        }
        return std::nullopt;
    }

  private:
    std::nullopt_t expected(const char* what, const json& value, const std::string& path) {
        return add(path, std::string("Expected ") + what + ", received " + kind_of(value), true);
    }

    std::optional<json> text(const Field& field, const json& value, const std::string& path) {
        const auto* got = value.get_ptr<const std::string*>();
        if (got == nullptr) {
            return expected("string", value, path);
        }
        if (field.type == FieldType::id) {
            return is_id(*got, digits_) ? std::optional(value)
                                        : add(path, std::string(id_expected(digits_)));
        }
        if (field.type == FieldType::url) {
            return is_url(*got) ? std::optional(value) : add(path, "Invalid url");
        }
        if (field.type == FieldType::image) {
            return is_image_uri(*got)
                       ? std::optional(value)
                       : add(path,
                             "Expected a data URI (data:image/png;base64,...); paths and "
                             "addresses are not read");
        }
        const std::size_t units = utf16_units(*got);
        if (static_cast<double>(units) < field.min) {
            return add(path,
                       "String must contain at least " + number_text(field.min) + " character(s)",
                       units == 0);
        }
        if (field.max != 0 && static_cast<double>(units) > field.max) {
            return add(path,
                       "String must contain at most " + number_text(field.max) + " character(s)");
        }
        return value;
    }

    std::optional<json> number(const Field& field, const json& value, const std::string& path) {
        if (!value.is_number()) {
            return expected("number", value, path);
        }
        const double got = value.get<double>();
        if (field.type == FieldType::integer && !value.is_number_integer() &&
            (std::trunc(got) != got || std::abs(got) > 1e15)) {
            return add(path, "Expected integer, received float");
        }
        const bool limited = field.min != 0 || field.max != 0;
        if (limited && got < field.min) {
            return add(path, "Number must be greater than or equal to " + number_text(field.min),
                       got == 0);
        }
        if (limited && got > field.max) {
            return add(path, "Number must be less than or equal to " + number_text(field.max));
        }
        return field.type == FieldType::integer ? json(value.get<std::int64_t>()) : value;
    }

    std::optional<json> bits(const json& value, const std::string& path) {
        if (value.is_number_integer() && value >= 0) {
            return json(std::to_string(value.get<std::uint64_t>()));
        }
        const auto* got = value.get_ptr<const std::string*>();
        if (got == nullptr) {
            return expected("string", value, path);
        }
        return is_digits(*got, 40)
                   ? std::optional(value)
                   : add(path, "Expected a bit set (a string of digits)", got->empty());
    }

    std::optional<json> time(const json& value, const std::string& path) {
        if (value.is_number()) {
            const double millis = value.get<double>();
            if (millis >= 0 && millis < 1e15) {
                return json(iso_time(static_cast<std::int64_t>(millis)));
            }
            return add(path, "Invalid date");
        }
        const auto* got = value.get_ptr<const std::string*>();
        if (got == nullptr) {
            return expected("string", value, path);
        }
        return looks_like_time(*got) ? std::optional(value) : add(path, "Invalid date");
    }

    std::optional<json> choice(const Field& field, const json& value, const std::string& path) {
        std::string names;
        for (const auto& each : field.names) {
            const bool same = value.is_string() ? value.get_ref<const std::string&>() == each.name
                                                : value.is_number_integer() && field.numeric &&
                                                      value.get<std::int64_t>() == each.number;
            if (same) {
                return field.numeric ? json(each.number) : json(each.name);
            }
            names += (names.empty() ? "'" : " | '") + std::string(each.name) + '\'';
        }
        const std::string got =
            value.is_string() ? '\'' + value.get<std::string>() + '\'' : kind_of(value);
        return add(path, "Invalid enum value. Expected " + names + ", received " + clipped(got));
    }

    bool within(const Field& field, const json& value, const std::string& path) {
        const auto size = static_cast<double>(value.size());
        if (size < field.min) {
            add(path, "Array must contain at least " + number_text(field.min) + " element(s)",
                value.empty());
            return false;
        }
        if (field.max != 0 && size > field.max) {
            add(path, "Array must contain at most " + number_text(field.max) + " element(s)");
            return false;
        }
        return true;
    }

    std::optional<json> list(const Field& field, const json& value, const std::string& path) {
        if (!value.is_array()) {
            return expected("array", value, path);
        }
        if (!within(field, value, path)) {
            return std::nullopt;
        }
        const Field item{.name = field.name,
                         .type = field.type == FieldType::ids        ? FieldType::id
                                 : field.type == FieldType::texts    ? FieldType::text
                                 : field.type == FieldType::integers ? FieldType::integer
                                                                     : FieldType::any,
                         .max = static_cast<double>(field.each)};
        json out = json::array();
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (auto kept = check(item, value[i], path + '.' + std::to_string(i), false)) {
                out.push_back(std::move(*kept));
            }
        }
        return out;
    }

    std::optional<json> nested(const Field& field, const json& value, const std::string& path,
                               bool in_snake) {
        if (field.type == FieldType::object) {
            return value.is_object() ? std::optional(object(field.fields, value, path, in_snake))
                                     : expected("object", value, path);
        }
        if (!value.is_array()) {
            return expected("array", value, path);
        }
        if (!within(field, value, path)) {
            return std::nullopt;
        }
        json out = json::array();
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string at = path + '.' + std::to_string(i);
            if (!value[i].is_object()) {
                expected("object", value[i], at);
            } else {
                out.push_back(object(field.fields, value[i], at, in_snake));
            }
        }
        return out;
    }

    std::vector<Issue>& issues_;
    bool digits_;
};

void keep(const Field& field, json value, Checked& out) {
    if (field.target == "-") {
        out.aside[std::string(field.name)] = std::move(value);
    } else {
        out.arguments[std::string(field.target.empty() ? field.name : field.target)] =
            std::move(value);
    }
}

std::optional<json> number_in(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return json(value);
}

/// A number that does not fit is brought within the limits; what is none counts as not given.
std::optional<json> put_right(const Field& field, std::string_view text) {
    auto value = number_in(text);
    if (!value || value->get<std::int64_t>() == 0) {
        return std::nullopt;
    }
    return json(std::clamp(value->get<std::int64_t>(), static_cast<std::int64_t>(field.min),
                           static_cast<std::int64_t>(field.max)));
}

json from_query(const Field& field, std::string_view text) {
    if (field.type == FieldType::integer || field.type == FieldType::number) {
        if (auto value = number_in(text)) {
            return *value;
        }
    }
    if (field.type == FieldType::boolean && (text == "true" || text == "false")) {
        return text == "true";
    }
    return std::string(text);
}

}  // namespace

std::string_view id_expected(bool digits) noexcept {
    return digits ? "Expected an id (a string of digits)" : "Expected an id";
}

bool is_image_uri(std::string_view text) noexcept {
    constexpr std::string_view kBegin = "data:image/";
    if (!text.starts_with(kBegin)) {
        return false;
    }
    const auto comma = text.find(',');
    return comma != std::string_view::npos && comma <= 64 && comma + 1 < text.size() &&
           text.substr(0, comma).ends_with(";base64");
}

void check_body(std::span<const Field> fields, const json& value, Checked& out) {
    Checker checker(out);
    for (const Field& field : fields) {
        const std::string name(field.name);
        const auto found = value.find(name);
        if (found == value.end() || (found->is_null() && !field.nullable)) {
            if (field.required) {
                checker.add(name, "Required", true);
            } else if (!field.fallback.empty()) {
                keep(field, json::parse(field.fallback), out);
            }
            continue;
        }
        if (auto kept = checker.check(field, *found, name, false)) {
            keep(field, std::move(*kept), out);
        }
    }
}

void check_any_of(const Route& route, Checked& out) {
    if (route.any_of.empty() || !out.issues.empty()) {
        return;
    }
    for (const std::string_view name : route.any_of) {
        const auto found = out.arguments.find(name);
        if (found != out.arguments.end() && !found->is_null() && *found != "" &&
            !(found->is_array() && found->empty())) {
            return;
        }
    }
    out.issues.push_back({"", std::string(route.any_of_text)});
}

void check_query(std::span<const Field> fields, const Request& request, Checked& out) {
    Checker checker(out);
    for (const Field& field : fields) {
        const std::string name(field.name);
        const auto text = request.parameter(field.name);
        std::optional<json> value;
        if (field.lenient) {
            value = text ? put_right(field, *text) : std::nullopt;
        } else if (text && !text->empty()) {
            value = checker.check(field, from_query(field, *text), name, false);
            if (!value) {
                continue;
            }
        } else if (field.required) {
            checker.add(name, "Required", true);
            continue;
        }
        if (!value && !field.fallback.empty()) {
            value = json::parse(field.fallback);
        }
        if (value) {
            keep(field, std::move(*value), out);
        }
    }
}

Response refuse(const Route* route, std::string_view text, const std::vector<Issue>& issues) {
    json details = json::array();
    bool missing = false;
    for (const Issue& issue : issues) {
        missing = missing || issue.missing;
        details.push_back({{"path", issue.path}, {"message", issue.message}});
    }
    const bool named = route != nullptr && missing && !route->missing_code.empty();
    nlohmann::ordered_json body{
        {"success", false},
        {"error", named                                              ? route->missing_text
                  : route != nullptr && !route->invalid_text.empty() ? route->invalid_text
                                                                     : text},
        {"code", named ? route->missing_code : std::string_view("VALIDATION_ERROR")},
        {"details", details}};
    if (route != nullptr && route->issues) {
        body["issues"] = details;
    }
    return json_response(400, body);
}

namespace {

/// Where a byte lies, from 1.
std::pair<std::size_t, std::size_t> place_of(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const auto begin = before.rfind('\n');
    return {line, before.size() - (begin == std::string_view::npos ? 0 : begin + 1) + 1};
}

bool is_json_type(std::string_view type) {
    const std::string_view bare = type.substr(0, type.find_first_of("; \t"));
    std::string lower(bare);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower == "application/json" || lower.ends_with("+json");
}

Response bad_json(const Request& request, const json::parse_error& error) {
    const std::size_t byte = error.byte == 0 ? 0 : error.byte - 1;
    const auto [line, column] = place_of(request.body, byte);
    const std::string place = "line " + std::to_string(line) + ", column " +
                              std::to_string(column) + " (byte " + std::to_string(byte) + ")";
    nlohmann::ordered_json body{
        {"success", false},       {"error", "The body is not JSON: " + place},
        {"code", "INVALID_JSON"}, {"line", line},
        {"column", column},       {"byte", byte}};
    return json_response(400, body);
}

}  // namespace

std::variant<json, Response> read_body(const Request& request, bool any_type) {
    if (request.body.empty()) {
        return json::object();
    }
    if (!is_json_type(request.headers.find("Content-Type").value_or(""))) {
        if (any_type) {
            return json::object();
        }
        return failure(415, "UNSUPPORTED_MEDIA_TYPE", "expected a body of type application/json");
    }
    bool deep = false;
    const auto shallow = [&deep](int depth, json::parse_event_t, const json&) {
        deep = deep || depth > static_cast<int>(kMaxDepth);
        return !deep;
    };
    json value;
    try {
        value = json::parse(request.body, shallow);
    } catch (const json::parse_error& error) {
        return bad_json(request, error);
    } catch (const json::exception&) {
        return failure(400, "INVALID_JSON", "The body holds a number that is out of range");
    }
    if (deep) {
        return failure(400, "INVALID_JSON", "The body is nested deeper than 64 levels");
    }
    if (!value.is_object()) {
        const std::string message = std::string("Expected object, received ") + kind_of(value);
        return refuse(nullptr, "Invalid request body", {{"", message}});
    }
    return value;
}

}  // namespace rookery::server::rest
