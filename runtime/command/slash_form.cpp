#include "command/slash_form.hpp"

#include "command/definition_names.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr int kSubcommand = 1;
constexpr int kGroup = 2;
constexpr std::size_t kLongestDurationText = 100;

/// The locales that the platform knows. A text for a language alone stands for all of that
/// language.
constexpr auto kLocales = std::to_array<std::string_view>(
    {"id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr",    "hr",    "it", "lt",
     "hu", "nl", "no", "pl",    "pt-BR", "ro",    "fi",     "sv-SE", "vi",    "tr", "cs",
     "el", "bg", "ru", "uk",    "hi",    "th",    "zh-CN",  "ja",    "zh-TW", "ko"});

int type_number(OptionType type) {
    switch (type) {
        case OptionType::string:
        case OptionType::duration:
            return 3;
        case OptionType::integer:
            return 4;
        case OptionType::boolean:
            return 5;
        case OptionType::user:
        case OptionType::member:
            return 6;
        case OptionType::channel:
            return 7;
        case OptionType::role:
            return 8;
        case OptionType::mentionable:
            return 9;
        case OptionType::number:
            return 10;
        case OptionType::attachment:
            return 11;
    }
    return 3;
}

/// `member`: which of the texts. Empty when there are none.
json by_locale(const Localizations& all, std::string Localized::*member) {
    json out = json::object();
    for (const std::string_view locale : kLocales) {
        const Localized* const found = find_localized(all, locale);
        if (found != nullptr && !(found->*member).empty()) {
            out[std::string(locale)] = found->*member;
        }
    }
    return out;
}

void put_localized(json& out, const Localizations& all) {
    if (auto names = by_locale(all, &Localized::name); !names.empty()) {
        out["name_localizations"] = std::move(names);
    }
    if (auto texts = by_locale(all, &Localized::description); !texts.empty()) {
        out["description_localizations"] = std::move(texts);
    }
}

/// A whole number as one: 5, not 5.0.
json number(double value, OptionType type) {
    return type == OptionType::integer ? json(std::llround(value)) : json(value);
}

json option_form(const Option& option) {
    json out = {{"name", option.name},
                {"description", option.description},
                {"type", type_number(option.type)}};
    put_localized(out, option.localizations);
    if (option.required) {
        out["required"] = true;
    }
    if (option.autocomplete) {
        out["autocomplete"] = true;
    }
    const bool texts = type_number(option.type) == 3;
    for (const OptionChoice& choice : option.choices) {
        json one = {{"name", choice.name}, {"value", choice.value}};
        if (option.type == OptionType::duration) {
            one["value"] = choice.name;
        }
        if (auto names = by_locale(choice.localizations, &Localized::name); !names.empty()) {
            one["name_localizations"] = std::move(names);
        }
        out["choices"].push_back(std::move(one));
    }
    if (!texts && option.min) {
        out["min_value"] = number(*option.min, option.type);
    }
    if (!texts && option.max) {
        out["max_value"] = number(*option.max, option.type);
    }
    if (option.type == OptionType::duration) {
        out["max_length"] = kLongestDurationText;
    } else if (texts) {
        if (option.min_length) {
            out["min_length"] = *option.min_length;
        }
        if (option.max_length) {
            out["max_length"] = *option.max_length;
        }
    }
    for (const std::string& type : option.channel_types) {
        const auto known =
            std::find(names::kChannelTypes.begin(), names::kChannelTypes.end(), type);
        out["channel_types"].push_back(
            names::kChannelNumbers[static_cast<std::size_t>(known - names::kChannelTypes.begin())]);
    }
    return out;
}

json options_form(const Node& node) {
    json out = json::array();
    for (const Node& sub : node.subcommands) {
        json one = {{"name", sub.name},
                    {"description", sub.description},
                    {"type", sub.leaf ? kSubcommand : kGroup}};
        put_localized(one, sub.localizations);
        if (auto options = options_form(sub); !options.empty()) {
            one["options"] = std::move(options);
        }
        out.push_back(std::move(one));
    }
    for (const bool required : {true, false}) {
        for (const Option& option : node.options) {
            if (option.required == required) {
                out.push_back(option_form(option));
            }
        }
    }
    return out;
}

}  // namespace

json slash_form(const Definition& definition) {
    const Node& root = definition.root;
    json out = {{"name", root.name}, {"type", static_cast<int>(definition.type) + 1}};
    put_localized(out, root.localizations);
    if (definition.type == CommandType::slash) {
        out["description"] = root.description;
        if (auto options = options_form(root); !options.empty()) {
            out["options"] = std::move(options);
        }
    } else {
        out.erase("description_localizations");
    }
    if (root.rules.member_bits != 0) {
        out["default_member_permissions"] = std::to_string(root.rules.member_bits);
    }
    if (root.rules.where != Where::anywhere) {
        out["contexts"] = root.rules.where == Where::guild ? json::array({0}) : json::array({1});
    }
    if (root.rules.nsfw) {
        out["nsfw"] = true;
    }
    if (!definition.guilds.empty()) {
        out["guilds"] = definition.guilds;
    }
    if (!definition.bots.empty()) {
        out["bots"] = definition.bots;
    }
    return out;
}

}  // namespace rookery::command
