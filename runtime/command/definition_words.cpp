#include "base/log.hpp"
#include "command/definition_parts.hpp"
#include "command/duration.hpp"
#include "command/text.hpp"

#include <array>
#include <span>

namespace rookery::command::parts {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLocales = 50;
constexpr auto kTextKeys = std::to_array<std::string_view>({"name", "description"});

bool is_name_character(char32_t c) {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '\'';
    }
    const bool symbol = (c >= 0xA1 && c <= 0xBF && c != 0xAA && c != 0xB5 && c != 0xBA) ||
                        c == 0xD7 || c == 0xF7 || (c >= 0x2010 && c <= 0x2BFF) ||
                        (c >= 0x3001 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
                        (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xFE00 && c <= 0xFE0F) ||
                        (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xFFFD;
    return !symbol && !is_space(c) && !is_invisible(c) && folded(c) == c;
}

}  // namespace

Result<> check_name(std::string_view name, const std::string& place) {
    for (std::string_view rest = name; !rest.empty();) {
        if (!is_name_character(take_character(rest))) {
            return Error(ErrorKind::invalid,
                         place + ": expected lower-case letters, digits, - and _, got \"" +
                             log::clipped(name, 40) + "\"");
        }
    }
    return {};
}

Result<> check_alias(std::string_view name, const std::string& place) {
    for (std::string_view rest = name; !rest.empty();) {
        const char32_t c = take_character(rest);
        if (is_space(c) || is_invisible(c)) {
            return Error(ErrorKind::invalid,
                         place + ": expected one word, got \"" + log::clipped(name, 40) + "\"");
        }
    }
    return {};
}

Localizations read_localizations(Table& table, bool descriptions, bool strict,
                                 std::size_t longest_name) {
    Localizations out;
    const json* const given = table.find("localizations");
    if (given == nullptr || (given->is_array() && given->empty())) {  // Lua: {} may be either
        return out;
    }
    const std::string at = table.place("localizations");
    if (!given->is_object() || given->size() > kMostLocales) {
        table.fault(at, "expected a table of texts by locale, got " + kind_of(*given));
        return out;
    }
    for (const auto& [locale, value] : given->items()) {
        const std::string place = at + "." + log::clipped(locale, 20);
        if (locale.size() < 2 || locale.size() > 10 || !(locale[0] >= 'a' && locale[0] <= 'z')) {
            table.fault(place, "expected a locale such as \"de\" or \"pt-BR\"");
            return out;
        }
        // A text alone is the name.
        const json full = value.is_string() ? json{{"name", value}} : value;
        Table one(full, place,
                  std::span<const std::string_view>(kTextKeys).first(descriptions ? 2 : 1),
                  "texts in a language");
        Localized texts{locale, one.text("name", longest_name),
                        one.text("description", kLongestDescription)};
        if (strict) {
            one.fault(check_name(texts.name, place + ".name"));
        }
        table.fault(one.result());
        out.push_back(std::move(texts));
    }
    return out;
}

std::optional<double> read_seconds(Table& table, const std::string& place, const json& given) {
    std::optional<double> seconds;
    if (given.is_number() && given.get<double>() >= 0 && given.get<double>() <= kLongestDuration) {
        seconds = given.get<double>();
    } else if (given.is_string()) {
        seconds = parse_duration(given.get_ref<const std::string&>());
    }
    if (!seconds) {
        table.fault(place, "expected a duration such as \"1h30m\", got " + kind_of(given));
    }
    return seconds;
}

void Names::add(Table& table, const std::string& word, const std::string& place,
                std::size_t owner) {
    const auto [found, fresh] = words_.emplace(folded(word), owner);
    if (!fresh && found->second != owner) {
        table.fault(place, "\"" + log::clipped(word, 40) + "\" is there twice");
    }
}

}  // namespace rookery::command::parts
