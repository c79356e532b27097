// Definitions of commands as the driver in C++ has them: from the JSON of the contract.
#pragma once

#include <rookery/plugin.hpp>

#include <array>
#include <string>
#include <vector>

namespace rookery::contract {

inline std::string text_in(const View& view, std::string_view name) {
    return std::string(view.get(name).text().value_or(""));
}
inline std::vector<std::string> texts_in(const View& view, std::string_view name) {
    std::vector<std::string> out;
    for (const Value& each : view.get(name).array()) {
        out.emplace_back(each.text().value_or(""));
    }
    return out;
}
inline bool flag_in(const View& view, std::string_view name) {
    return view.get(name).boolean().value_or(false);
}
inline Literal literal_in(const View& view, std::string_view name) {
    const Value value = view.get(name);
    if (const auto text = value.text()) {
        return Literal(*text);
    }
    if (const auto integer = value.integer()) {
        return Literal(*integer);
    }
    if (const auto number = value.number()) {
        return Literal(*number);
    }
    const auto boolean = value.boolean();
    return boolean ? Literal(*boolean) : Literal();
}
template <class Enum, std::size_t kCount>
Enum choice_in(const View& view, std::string_view name,
               const std::array<std::string_view, kCount>& names) {
    const std::string text = text_in(view, name);
    for (std::size_t i = 0; i < kCount; ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return Enum{};
}

inline OptionSpec option_of(const View& from) {
    constexpr std::array<std::string_view, 11> kTypes{
        "string", "integer", "number",      "boolean",    "user",    "member",
        "role",   "channel", "mentionable", "attachment", "duration"};
    OptionSpec out;
    out.name = text_in(from, "name");
    out.description = text_in(from, "description");
    out.type = choice_in<Type>(from, "type", kTypes);
    out.required = flag_in(from, "required");
    out.default_value = literal_in(from, "default");
    out.min = literal_in(from, "min");
    out.max = literal_in(from, "max");
    out.autocomplete = flag_in(from, "autocomplete");
    for (const Value& each : from.get("choices").array()) {
        const auto text = each.text();
        if (text) {
            out.choices.emplace_back(*text);
        } else {
            out.choices.emplace_back(text_in(*each.object(), "name"),
                                     literal_in(*each.object(), "value"));
        }
    }
    return out;
}

inline CommandSpec command_of(const View& from) {
    constexpr std::array<std::string_view, 5> kPer{"user", "member", "channel", "guild",
                                                   "everyone"};
    CommandSpec out;
    out.name = text_in(from, "name");
    out.description = text_in(from, "description");
    out.aliases = texts_in(from, "aliases");
    out.member_permissions = texts_in(from, "member_permissions");
    for (const Value& each : from.get("options").array()) {
        out.options.push_back(option_of(*each.object()));
    }
    for (const Value& each : from.get("subcommands").array()) {
        out.subcommands.push_back(command_of(*each.object()));
    }
    if (const auto cooldown = from.get("cooldown").object()) {
        out.cooldown.per = choice_in<Per>(*cooldown, "per", kPer);
        out.cooldown.uses = static_cast<std::uint32_t>(cooldown->get("uses").integer().value_or(1));
        out.cooldown.time = std::chrono::seconds(cooldown->get("time").integer().value_or(0));
    }
    return out;
}

}  // namespace rookery::contract
