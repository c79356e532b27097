#include "command/component_form.hpp"
#include "command/form_reading.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace rookery::command {
namespace {

using namespace form_reading;  // NOLINT(google-build-using-namespace)

constexpr int kRow = 1;
constexpr int kTextInput = 4;
constexpr std::size_t kLongestFieldLabel = 45;
constexpr std::size_t kLongestFieldText = 4'000;
constexpr std::array<std::string_view, 8> kFieldKeys{
    "name", "label", "style", "required", "min_length", "max_length", "value", "placeholder"};

/// Keys in snake_case, also where they were given in camelCase.
json with_usual_keys(const json& given) {
    json out = json::object();
    for (const auto& [key, value] : given.items()) {
        out[key == "minLength" ? "min_length" : key == "maxLength" ? "max_length" : key] = value;
    }
    return out;
}

Result<Field> read_field(const json& table, const std::string& place) {
    if (!table.is_object()) {
        return invalid(place, "expected a table with name and label, got " + describe(table));
    }
    const json given = with_usual_keys(table);
    if (auto known = check_keys(given, place, kFieldKeys); !known) {
        return known.error();
    }
    const auto text = [&](const char* key, std::size_t min, std::size_t max) {
        const json& value = at(given, key);
        return value.is_null() && min == 0 ? Result<std::string>(std::string())
                                           : read_text(value, place + "." + key, min, max);
    };
    const auto name = text("name", 1, 100);
    const auto label = text("label", 1, kLongestFieldLabel);
    const auto value = text("value", 0, kLongestFieldText);
    const auto placeholder = text("placeholder", 0, 100);
    for (const auto* each : {&name, &label, &value, &placeholder}) {
        if (!*each) {
            return each->error();
        }
    }
    const json& style = at(given, "style");
    if (!style.is_null() && style != "short" && style != "paragraph") {
        return invalid(place + ".style", "expected short or paragraph, got " + describe(style));
    }
    const auto required = read_flag(at(given, "required"), place + ".required", true);
    const auto min =
        read_count(at(given, "min_length"), place + ".min_length", 0, kLongestFieldText, 0);
    const auto max = read_count(at(given, "max_length"), place + ".max_length", 1,
                                kLongestFieldText, kLongestFieldText);
    if (!required || !min || !max) {
        return !required ? required.error() : !min ? min.error() : max.error();
    }
    if (*min > *max) {
        return invalid(place + ".min_length", "expected at most max_length, " +
                                                  std::to_string(*max) + ", got " +
                                                  std::to_string(*min));
    }
    return Field{*name, *label, style == "paragraph", *required, *min, *max, *value, *placeholder};
}

}  // namespace

Result<std::vector<Field>> read_fields(const json& fields) {
    if (!fields.is_array() || fields.empty() || fields.size() > kMostFields) {
        return invalid("fields",
                       "expected a list of 1 to " + std::to_string(kMostFields) + " fields, got " +
                           (fields.is_array() ? std::to_string(fields.size()) : describe(fields)));
    }
    std::vector<Field> out;
    for (const auto& each : fields) {
        const std::string place = "fields[" + std::to_string(out.size() + 1) + "]";
        auto field = read_field(each, place);
        if (!field) {
            return field.error();
        }
        const bool twice = std::any_of(out.begin(), out.end(), [&](const Field& before) {
            return before.name == field->name;
        });
        if (twice) {
            return invalid(place + ".name", "there is another field named " + field->name);
        }
        out.push_back(*std::move(field));
    }
    return out;
}

json platform_fields(const std::vector<Field>& fields) {
    json out = json::array();
    for (const Field& field : fields) {
        json input{{"type", kTextInput},         {"custom_id", field.name},
                   {"label", field.label},       {"style", field.paragraph ? 2 : 1},
                   {"required", field.required}, {"max_length", field.max_length}};
        if (field.min_length > 0) {
            input["min_length"] = field.min_length;
        }
        if (!field.value.empty()) {
            input["value"] = field.value;
        }
        if (!field.placeholder.empty()) {
            input["placeholder"] = field.placeholder;
        }
        out.push_back({{"type", kRow}, {"components", json::array({std::move(input)})}});
    }
    return out;
}

}  // namespace rookery::command
