#include "base/log.hpp"
#include "command/definition_names.hpp"
#include "command/definition_parts.hpp"
#include "command/duration.hpp"
#include "command/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rookery::command::parts {
namespace {

using nlohmann::json;

constexpr auto kOptionKeys = std::to_array<std::string_view>(
    {"name", "description", "type", "required", "default", "choices", "min", "max", "min_length",
     "max_length", "autocomplete", "channel_types", "rest", "localizations"});
constexpr auto kChoiceKeys = std::to_array<std::string_view>({"name", "value", "localizations"});
constexpr std::size_t kLongestString = 6'000;

bool numeric(OptionType type) { return type == OptionType::integer || type == OptionType::number; }

std::optional<double> read_limit(Table& table, std::string_view key, OptionType type) {
    const json* const given = table.find(key);
    if (given == nullptr) {
        return std::nullopt;
    }
    const std::string place = table.place(key);
    if (type == OptionType::duration) {
        return read_seconds(table, place, *given);
    }
    if (!numeric(type)) {
        table.fault(place,
                    type == OptionType::string
                        ? "is for numbers and durations; texts have " + std::string(key) + "_length"
                        : "is for numbers and durations");
        return std::nullopt;
    }
    const double value = given->is_number() ? given->get<double>() : NAN;
    if (!std::isfinite(value) || std::abs(value) > kLargestInteger ||
        (type == OptionType::integer && value != std::floor(value))) {
        table.fault(place, std::string("expected a ") +
                               (type == OptionType::integer ? "whole number" : "number") +
                               ", got " + kind_of(*given));
        return std::nullopt;
    }
    return value;
}

/// What a choice or a default stands for, in the form that handlers get.
json read_value(Table& table, const std::string& place, const json& given, const Option& option) {
    switch (option.type) {
        case OptionType::string:
            if (given.is_string() && is_utf8(given.get_ref<const std::string&>())) {
                return given;
            }
            table.fault(place, "expected text, got " + kind_of(given));
            return {};
        case OptionType::boolean:
            if (given.is_boolean()) {
                return given;
            }
            table.fault(place, "expected true or false, got " + kind_of(given));
            return {};
        case OptionType::duration: {
            const auto seconds = read_seconds(table, place, given);
            return seconds ? json(*seconds) : json();
        }
        case OptionType::integer:
        case OptionType::number: {
            const bool whole = option.type == OptionType::integer;
            const double value = given.is_number() ? given.get<double>() : NAN;
            if (!(std::abs(value) <= kLargestInteger) || (whole && value != std::floor(value))) {
                table.fault(place, std::string("expected a ") + (whole ? "whole " : "") +
                                       "number, got " + kind_of(given));
                return {};
            }
            return whole ? json(static_cast<std::int64_t>(value)) : json(value);
        }
        default:
            table.fault(place, "is not for options of type " + std::string(to_string(option.type)));
            return {};
    }
}

std::string choice_name(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void read_choices(Table& table, Option& option) {
    const auto given = table.list("choices", kMostOptions);
    std::set<std::string> names;
    for (std::size_t i = 0; i < given.size() && table.good(); ++i) {
        const std::string place = table.place("choices", i);
        const json full = given[i]->is_structured()
                              ? *given[i]
                              : json{{"name", choice_name(*given[i])}, {"value", *given[i]}};
        Table one(full, place, kChoiceKeys, "a choice");
        OptionChoice choice;
        choice.name = one.text("name", kLongestDescription);
        choice.localizations = read_localizations(one, false, false, kLongestDescription);
        const json* const value = one.find("value");
        if (one.good() && (choice.name.empty() || value == nullptr)) {
            one.fault(place, "name and value are needed");
        }
        if (one.good()) {
            choice.value = read_value(one, place + ".value", *value, option);
        }
        if (one.good() && option.type == OptionType::string &&
            characters(choice.value.get_ref<const std::string&>()) > kLongestDescription) {
            one.fault(place + ".value", "expected at most 100 characters");
        }
        if (one.good() && !names.insert(folded(choice.name)).second) {
            one.fault(place + ".name", "\"" + log::clipped(choice.name, 40) + "\" is there twice");
        }
        table.fault(one.result());
        option.choices.push_back(std::move(choice));
    }
    if (!given.empty() && option.autocomplete) {
        table.fault(table.place("choices"), "choices and autocomplete exclude each other");
    }
}

void read_lengths(Table& table, Option& option) {
    for (const auto& [key, place] : {std::pair("min_length", &option.min_length),
                                     std::pair("max_length", &option.max_length)}) {
        if (!table.has(key)) {
            continue;
        }
        if (option.type != OptionType::string) {
            table.fault(table.place(key), "is for texts; numbers and durations have min and max");
            return;
        }
        *place = table.count(key, std::string_view(key) == "max_length" ? 1 : 0, kLongestString, 1);
    }
    if (option.min_length && option.max_length && *option.min_length > *option.max_length) {
        table.fault(table.place("max_length"), "is less than min_length");
    }
}

void check_default(Table& table, Option& option) {
    const json* const given = table.find("default");
    if (given == nullptr || !table.good()) {
        return;
    }
    const std::string place = table.place("default");
    if (option.required) {
        table.fault(place, "a required option has none");
        return;
    }
    option.fallback = read_value(table, place, *given, option);
    const auto below = [&](const std::optional<double>& least) {
        return least && option.fallback.is_number() && option.fallback.get<double>() < *least;
    };
    if (table.good() && (below(option.min) || (option.max && option.fallback.is_number() &&
                                               option.fallback.get<double>() > *option.max))) {
        table.fault(place, "is not between min and max");
    }
    const auto chosen = [&](const OptionChoice& choice) { return choice.value == option.fallback; };
    if (table.good() && !option.choices.empty() &&
        std::none_of(option.choices.begin(), option.choices.end(), chosen)) {
        table.fault(place, "is none of the choices");
    }
}

Result<Option> read_option(const json& given, const std::string& where) {
    Table table(given, where, kOptionKeys, "an option");
    Option option;
    option.name = table.text("name", kLongestName);
    if (table.good() && option.name.empty()) {
        table.fault(where, "name is missing");
    }
    table.fault(check_name(option.name, table.place("name")));
    option.description = table.text("description", kLongestDescription);
    if (option.description.empty()) {
        option.description = option.name;
    }
    option.type = static_cast<OptionType>(table.one_of("type", names::kOptionTypes, 0));
    option.required = table.boolean("required", false);
    option.rest = table.boolean("rest", false);
    option.autocomplete = table.boolean("autocomplete", false);
    option.localizations = read_localizations(table, true, true, kLongestName);
    const bool typed = option.type == OptionType::string || numeric(option.type) ||
                       option.type == OptionType::duration;
    for (const char* key : {"autocomplete", "choices"}) {
        if (!typed && table.has(key)) {
            table.fault(table.place(key), "is for texts, numbers and durations");
        }
    }
    if (option.rest && option.type != OptionType::string) {
        table.fault(table.place("rest"), "is for options of type string");
    }
    read_choices(table, option);
    option.min = read_limit(table, "min", option.type);
    option.max = read_limit(table, "max", option.type);
    if (option.min && option.max && *option.min > *option.max) {
        table.fault(table.place("max"), "is less than min");
    }
    read_lengths(table, option);
    option.channel_types = table.texts("channel_types", names::kChannelTypes.size(), kLongestName);
    if (!option.channel_types.empty() && option.type != OptionType::channel) {
        table.fault(table.place("channel_types"), "is for options of type channel");
    }
    for (std::size_t i = 0; i < option.channel_types.size(); ++i) {
        const std::string& type = option.channel_types[i];
        if (std::find(names::kChannelTypes.begin(), names::kChannelTypes.end(), type) ==
            names::kChannelTypes.end()) {
            table.fault(table.place("channel_types", i), none_of(type, names::kChannelTypes));
        }
    }
    check_default(table, option);
    if (!table.good()) {
        return table.result().error();
    }
    return option;
}

}  // namespace

void read_options(Table& table, Node& node) {
    const auto given = table.list("options", kMostOptions);
    Names words;
    for (std::size_t i = 0; i < given.size() && table.good(); ++i) {
        const std::string place = table.place("options", i);
        auto option = read_option(*given[i], place);
        if (!option) {
            table.fault(Result<>(option.error()));
            return;
        }
        words.add(table, option->name, place + ".name", i);
        for (const Localized& one : option->localizations) {
            if (!one.name.empty()) {
                words.add(table, one.name, place + ".localizations." + one.locale + ".name", i);
            }
        }
        node.options.push_back(*std::move(option));
    }
    // The last that is written: attachments are not.
    std::size_t last = node.options.size();
    while (last > 0 && node.options[last - 1].type == OptionType::attachment) {
        --last;
    }
    for (std::size_t i = 0; i + 1 < last; ++i) {
        if (node.options[i].rest) {
            table.fault(table.place("options", i) + ".rest",
                        "only the last option can take the rest");
            return;
        }
    }
    if (last > 0 && node.options[last - 1].type == OptionType::string) {
        const json& source = *given[last - 1];
        Option& option = node.options[last - 1];
        option.rest = source.contains("rest") ? option.rest : option.choices.empty();
    }
}

}  // namespace rookery::command::parts
