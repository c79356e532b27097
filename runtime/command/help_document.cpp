#include "command/duration.hpp"
#include "command/help.hpp"
#include "command/messages.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace rookery::command {
namespace {

using nlohmann::json;

std::string value_words(const Option& option, const json& value, std::string_view locale) {
    for (const OptionChoice& choice : option.choices) {
        if (choice.value == value) {
            const Localized* const own = find_localized(choice.localizations, locale);
            return own != nullptr && !own->name.empty() ? own->name : choice.name;
        }
    }
    if (value.is_boolean()) {
        return say(locale, value.get<bool>() ? Phrase::yes : Phrase::no);
    }
    if (option.type == OptionType::duration) {
        return duration_words(value.get<double>(), locale);
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string number_words(const Option& option, double value, std::string_view locale) {
    const bool whole = value == std::floor(value) && std::abs(value) <= kLargestInteger;
    return value_words(option, whole ? json(static_cast<std::int64_t>(value)) : json(value),
                       locale);
}

std::string range_words(const Option& option, std::string_view locale) {
    const std::string least = option.min ? number_words(option, *option.min, locale) : "";
    const std::string most = option.max ? number_words(option, *option.max, locale) : "";
    if (least.empty() && most.empty()) {
        return {};
    }
    return say(locale,
               least.empty()  ? Phrase::at_most
               : most.empty() ? Phrase::at_least
                              : Phrase::between,
               {{"least", least}, {"most", most}});
}

std::vector<std::string> choice_names(const Option& option, std::string_view locale) {
    std::vector<std::string> names;
    for (const OptionChoice& choice : option.choices) {
        names.push_back(value_words(option, choice.value, locale));
    }
    return names;
}

/// "needed; 1 to 5", "red or blue; otherwise red".
std::string limits_of(const Option& option, std::string_view locale) {
    std::vector<std::string> parts;
    if (option.required) {
        parts.push_back(say(locale, Phrase::required));
    }
    if (!option.choices.empty()) {
        parts.push_back(listed(locale, choice_names(option, locale), kMostOptions));
    } else if (auto range = range_words(option, locale); !range.empty()) {
        parts.push_back(std::move(range));
    }
    if (!option.fallback.is_null()) {
        parts.push_back(say(locale, Phrase::fallback,
                            {{"value", value_words(option, option.fallback, locale)}}));
    }
    std::string out;
    for (const std::string& part : parts) {
        out += (out.empty() ? "" : "; ") + part;
    }
    return out;
}

json option_document(const Option& option, std::string_view locale) {
    json out = {{"name", option.name},
                {"description", localized_description(option, locale)},
                {"type", to_string(option.type)},
                {"required", option.required},
                {"limits", limits_of(option, locale)}};
    if (!option.fallback.is_null()) {
        out["default"] = option.fallback;
    }
    for (const OptionChoice& choice : option.choices) {
        out["choices"].push_back(
            {{"name", value_words(option, choice.value, locale)}, {"value", choice.value}});
    }
    if (option.min) {
        out["min"] = *option.min;
    }
    if (option.max) {
        out["max"] = *option.max;
    }
    return out;
}

json notes_of(const Rules& rules, std::string_view locale) {
    json out = json::array();
    if (rules.owner) {
        out.push_back(say(locale, Phrase::owners_only));
    }
    if (!rules.member_permissions.empty()) {
        out.push_back(say(locale, Phrase::needs,
                          {{"permissions", permission_words(locale, rules.member_permissions)}}));
    }
    if (rules.where != Where::anywhere) {
        out.push_back(
            say(locale, rules.where == Where::guild ? Phrase::guilds_only : Phrase::dms_only));
    }
    if (rules.nsfw) {
        out.push_back(say(locale, Phrase::nsfw_only));
    }
    if (rules.cooldown) {
        const double seconds = static_cast<double>(rules.cooldown->time.count()) / 1'000;
        out.push_back(say(locale, rules.cooldown->uses == 1 ? Phrase::once_in : Phrase::again_after,
                          {{"uses", std::to_string(rules.cooldown->uses)},
                           {"time", duration_words(seconds, locale)}}));
    }
    return out;
}

}  // namespace

json help_document(const Definition& definition, const Node& node, std::string_view locale,
                   std::string_view prefix) {
    json out = {{"name", node.name},
                {"path", node.path},
                {"shown", localized_path(definition, node, locale)},
                {"type", to_string(definition.type)},
                {"description", localized_description(node, locale)},
                {"usage", usage_line(node, prefix)},
                {"aliases", node.aliases},
                {"category", node.rules.category},
                {"hidden", node.rules.hidden},
                {"notes", notes_of(node.rules, locale)},
                {"examples", json::array()},
                {"options", json::array()},
                {"subcommands", json::array()}};
    for (const std::string& example : node.examples) {
        out["examples"].push_back(std::string(prefix) + node.path + " " + example);
    }
    for (const Option& option : node.options) {
        out["options"].push_back(option_document(option, locale));
    }
    for (const Node& sub : node.subcommands) {
        out["subcommands"].push_back(help_document(definition, sub, locale, prefix));
    }
    return out;
}

}  // namespace rookery::command
