#include "hostapi/value_rule.hpp"

#include "base/id_text.hpp"
#include "base/log.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostRules = 200;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestDoc = 1'000;
constexpr std::size_t kLongestShown = 60;

struct TypeName {
    ValueType type;
    std::string_view name;
    std::string_view expected;
};
constexpr std::array kTypes{
    TypeName{ValueType::string, "string", "a string"},
    TypeName{ValueType::integer, "integer", "a whole number"},
    TypeName{ValueType::number, "number", "a number"},
    TypeName{ValueType::boolean, "boolean", "true or false"},
    TypeName{ValueType::choice, "choice", "one of its choices"},
    TypeName{ValueType::id, "id", "an id, as a string"},
    TypeName{ValueType::list, "list", "a list"},
    TypeName{ValueType::table, "table", "a table"},
    TypeName{ValueType::any, "any", "a value"},
};

const TypeName& name_of(ValueType type) {
    return *std::find_if(kTypes.begin(), kTypes.end(),
                         [type](const auto& one) { return one.type == type; });
}

std::string shown(const json& value) {
    return log::clipped(value.dump(-1, ' ', false, json::error_handler_t::replace), kLongestShown);
}

Error invalid(std::string text) { return {ErrorKind::invalid, std::move(text)}; }

/// A number is not written as 3.0 where 3 is meant, nor the other way round: both are 3.
bool is_whole(const json& value) {
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool is_id_text(const json& value) {
    const auto* text = value.get_ptr<const std::string*>();
    return text != nullptr && is_id(*text);
}

bool has_type(ValueType type, const json& value) {
    switch (type) {
        case ValueType::string:
        case ValueType::choice:
            return value.is_string();
        case ValueType::integer:
            return is_whole(value);
        case ValueType::number:
            return value.is_number();
        case ValueType::boolean:
            return value.is_boolean();
        case ValueType::id:
            return is_id_text(value);
        case ValueType::list:
            return value.is_array();
        case ValueType::table:
            // An empty Lua table arrives as a list.
            return value.is_object() || (value.is_array() && value.empty());
        case ValueType::any:
            return !value.is_null();
    }
    return false;
}

/// What the bounds count, and how it is called.
std::pair<double, std::string_view> measure(const ValueRule& rule, const json& value) {
    switch (rule.type) {
        case ValueType::string:
            return {static_cast<double>(value.get_ref<const std::string&>().size()), " bytes long"};
        case ValueType::list:
            return {static_cast<double>(value.size()), " items long"};
        case ValueType::integer:
        case ValueType::number:
            return {value.get<double>(), ""};
        default:
            return {0, ""};
    }
}

bool takes_bounds(ValueType type) {
    return type == ValueType::string || type == ValueType::list || type == ValueType::integer ||
           type == ValueType::number;
}

Result<> check_bounds(const ValueRule& rule, const json& value) {
    if (!takes_bounds(rule.type)) {
        return {};
    }
    const auto [size, unit] = measure(rule, value);
    const double least = rule.least.value_or(-std::numeric_limits<double>::infinity());
    const double most = rule.most.value_or(std::numeric_limits<double>::infinity());
    if (size >= least && size <= most) {
        return {};
    }
    const std::string bounds = rule.least && rule.most
                                   ? fmt::format("between {} and {}", *rule.least, *rule.most)
                               : rule.least ? fmt::format("at least {}", *rule.least)
                                            : fmt::format("at most {}", *rule.most);
    return invalid(fmt::format("{} must be {}{}, got {}", rule.name, bounds, unit, size));
}

Result<> check_choice(const ValueRule& rule, const json& value) {
    const auto& text = value.get_ref<const std::string&>();
    if (std::find(rule.choices.begin(), rule.choices.end(), text) != rule.choices.end()) {
        return {};
    }
    return invalid(fmt::format("{} must be one of {}, got {}", rule.name,
                               fmt::join(rule.choices, ", "), shown(value)));
}

Result<ValueType> read_type(std::string_view key, const json& value) {
    const auto* const found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) {
        return value.is_string() && one.name == value.get_ref<const std::string&>();
    });
    if (found != kTypes.end()) {
        return found->type;
    }
    std::vector<std::string_view> names;
    for (const auto& one : kTypes) {
        names.push_back(one.name);
    }
    return invalid(
        fmt::format("\"{}\" must be one of {}, got {}", key, fmt::join(names, ", "), shown(value)));
}

Result<> read_choices(const json& value, ValueRule& rule) {
    const bool good =
        value.is_array() && !value.empty() &&
        std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_string(); });
    if (!good) {
        return invalid("\"choices\" must be a list of strings, got " + shown(value));
    }
    rule.choices = value.get<std::vector<std::string>>();
    return {};
}

Result<> read_member(const std::string& key, const json& value, ValueRule& rule) {
    if (key == "type" || key == "of") {
        auto type = read_type(key, value);
        if (!type) {
            return type.error();
        }
        (key == "type" ? rule.type : rule.items) = *type;
    } else if (key == "min" || key == "max") {
        if (!value.is_number()) {
            return invalid("\"" + key + "\" must be a number, got " + shown(value));
        }
        (key == "min" ? rule.least : rule.most) = value.get<double>();
    } else if (key == "choices") {
        return read_choices(value, rule);
    } else if (key == "default") {
        rule.fallback = value;
    } else if (key == "required") {
        if (!value.is_boolean()) {
            return invalid("\"required\" must be true or false, got " + shown(value));
        }
        rule.required = value.get<bool>();
    } else if (key == "doc") {
        if (!value.is_string() || value.get_ref<const std::string&>().size() > kLongestDoc) {
            return invalid("\"doc\" must be a string of at most 1000 bytes");
        }
        rule.doc = value.get<std::string>();
    } else {
        return invalid("there is no \"" + log::clipped(key, kLongestShown) +
                       "\": expected type, default, min, max, choices, of, required or doc");
    }
    return {};
}

bool is_rule_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

}  // namespace

Result<ValueRule> read_value_rule(std::string_view name, const json& form) {
    ValueRule rule;
    rule.name = log::clipped(name, kLongestName);
    if (!is_rule_name(name)) {
        return invalid("\"" + rule.name + "\": expected a name of 1 to 64 of a-z A-Z 0-9 _ -");
    }
    if (!form.is_object() || !form.contains("type")) {
        return invalid(rule.name + ": expected an object with \"type\", got " + shown(form));
    }
    for (const auto& [key, value] : form.items()) {
        if (auto read = read_member(key, value, rule); !read) {
            return read.error().within(rule.name);
        }
    }
    if ((rule.type == ValueType::choice) == rule.choices.empty()) {
        return invalid(rule.name + ": \"choices\" go with the type choice");
    }
    if ((rule.least || rule.most) && !takes_bounds(rule.type)) {
        return invalid(rule.name + ": a " + std::string(name_of(rule.type).name) +
                       " has no \"min\" and \"max\"");
    }
    if (rule.least && rule.most && *rule.least > *rule.most) {
        return invalid(fmt::format("{}: no value is between \"min\" {} and \"max\" {}", rule.name,
                                   *rule.least, *rule.most));
    }
    if (!rule.fallback.is_null()) {
        if (auto checked = check_value(rule, rule.fallback); !checked) {
            return checked.error().within("the default");
        }
    }
    return rule;
}

Result<std::vector<ValueRule>> read_value_rules(const json& forms) {
    // An empty Lua table arrives as a list.
    if (!forms.is_object() && !(forms.is_array() && forms.empty())) {
        return invalid("expected an object of settings, got " + shown(forms));
    }
    if (forms.size() > kMostRules) {
        return Error(ErrorKind::limit, fmt::format("more than {} settings", kMostRules));
    }
    std::vector<ValueRule> rules;
    for (const auto& [name, form] : forms.items()) {
        auto rule = read_value_rule(name, form);
        if (!rule) {
            return rule.error();
        }
        rules.push_back(*std::move(rule));
    }
    return rules;
}

Result<> check_value(const ValueRule& rule, const json& value) {
    if (!has_type(rule.type, value)) {
        return invalid(fmt::format("{} must be {}, got {}", rule.name,
                                   rule.type == ValueType::choice
                                       ? fmt::format("one of {}", fmt::join(rule.choices, ", "))
                                       : std::string(name_of(rule.type).expected),
                                   shown(value)));
    }
    if (rule.type == ValueType::choice) {
        return check_choice(rule, value);
    }
    if (rule.type == ValueType::list) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (!has_type(rule.items, value[i])) {
                return invalid(fmt::format("{}[{}] must be {}, got {}", rule.name, i + 1,
                                           name_of(rule.items).expected, shown(value[i])));
            }
        }
    }
    return check_bounds(rule, value);
}

const ValueRule* find_rule(const std::vector<ValueRule>& rules, std::string_view name) {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [name](const ValueRule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<ValueRule>& rules) {
    std::string names;
    for (const ValueRule& rule : rules) {
        names += (names.empty() ? "" : ", ") + rule.name;
    }
    return names;
}

}  // namespace rookery::hostapi
