#include "base/log.hpp"
#include "command/definition.hpp"
#include "command/definition_names.hpp"
#include "command/definition_table.hpp"
#include "command/duration.hpp"
#include "command/permissions.hpp"
#include "command/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::size_t kMostGuilds = 1'000;
constexpr std::size_t kMostExamples = 10;
constexpr std::size_t kMostPermissions = 64;
constexpr std::size_t kMostLocales = 50;
constexpr std::size_t kLongestString = 6'000;
constexpr std::size_t kLongestExample = 200;
constexpr std::size_t kLongestCategory = 50;
constexpr std::size_t kMostUses = 1'000;

constexpr auto kNodeKeys = std::to_array<std::string_view>(
    {"name", "description", "aliases", "options", "subcommands", "member_permissions",
     "bot_permissions", "owner", "where", "nsfw", "cooldown", "concurrency", "category", "hidden",
     "examples", "localizations",
     // Of the command itself:
     "type", "slash", "prefix", "guilds", "bots"});
constexpr std::size_t kSubcommandKeys = kNodeKeys.size() - 5;
constexpr auto kOptionKeys = std::to_array<std::string_view>(
    {"name", "description", "type", "required", "default", "choices", "min", "max", "min_length",
     "max_length", "autocomplete", "channel_types", "rest", "localizations"});
constexpr auto kChoiceKeys = std::to_array<std::string_view>({"name", "value", "localizations"});
constexpr auto kCooldownKeys = std::to_array<std::string_view>({"per", "uses", "time"});
constexpr auto kConcurrencyKeys = std::to_array<std::string_view>({"per", "limit"});
constexpr auto kTextKeys = std::to_array<std::string_view>({"name", "description"});

bool numeric(OptionType type) { return type == OptionType::integer || type == OptionType::number; }

/// What of the platform's rule for names can be told without tables of all scripts.
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

/// Of the prefix form: anything that can be written as one word.
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

/// `descriptions` false: names alone. `strict`: names are those of slash commands.
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

/// A number of seconds, or a text of a duration; nothing is a fault.
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

/// Who has each word at one level; a word that two have is a fault.
class Names {
  public:
    void add(Table& table, const std::string& word, const std::string& place, std::size_t owner) {
        const auto [found, fresh] = words_.emplace(folded(word), owner);
        if (!fresh && found->second != owner) {
            table.fault(place, "\"" + log::clipped(word, 40) + "\" is there twice");
        }
    }

  private:
    std::map<std::string, std::size_t> words_;
};

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

Permissions read_permissions(Table& table, std::string_view key, std::vector<std::string>& names) {
    Permissions bits = 0;
    names = table.texts(key, kMostPermissions, kLongestDescription);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = find_permission(names[i]);
        if (!found) {
            const std::vector<std::string> all = permission_names();
            const std::vector<std::string_view> known(all.begin(), all.end());
            table.fault(table.place(key, i), "there is no permission \"" +
                                                 log::clipped(names[i], 40) + "\"" +
                                                 hint(names[i], known));
            return 0;
        }
        bits |= *found;
    }
    names = names_of(bits);
    return bits;
}

void read_cooldown(Table& table, Node& node) {
    const json* const given = table.find("cooldown");
    if (given == nullptr) {
        return;
    }
    node.rules.cooldown.reset();
    if (given->is_boolean() && !given->get<bool>()) {
        return;
    }
    // A duration alone: once in that time.
    const json full = given->is_object() ? *given : json{{"time", *given}};
    Table one(full, table.place("cooldown"), kCooldownKeys, "a cooldown");
    Cooldown cooldown;
    cooldown.per = static_cast<Per>(one.one_of("per", names::kPers, 0));
    cooldown.uses = static_cast<unsigned>(one.count("uses", 1, kMostUses, 1));
    const json* const time = one.find("time");
    if (one.good() && time == nullptr) {
        one.fault(table.place("cooldown"), "time is missing");
    } else if (one.good()) {
        const auto seconds = read_seconds(one, one.place("time"), *time);
        if (seconds && *seconds <= 0) {
            one.fault(one.place("time"), "expected more than nothing");
        }
        cooldown.time = std::chrono::milliseconds(std::llround(seconds.value_or(0) * 1'000));
    }
    table.fault(one.result());
    node.rules.cooldown = cooldown;
    node.rules.cooldown_of = node.path;
}

void read_concurrency(Table& table, Node& node) {
    const json* const given = table.find("concurrency");
    if (given == nullptr) {
        return;
    }
    node.rules.concurrency.reset();
    if (given->is_boolean() && !given->get<bool>()) {
        return;
    }
    Table one(*given, table.place("concurrency"), kConcurrencyKeys, "how many may run at once");
    Concurrency concurrency;
    concurrency.per = static_cast<Per>(one.one_of("per", names::kPers, 0));
    concurrency.limit = static_cast<unsigned>(one.count("limit", 1, kMostUses, 1));
    table.fault(one.result());
    node.rules.concurrency = concurrency;
    node.rules.concurrency_of = node.path;
}

void read_rules(Table& table, Node& node) {
    Rules& rules = node.rules;
    if (table.has("member_permissions")) {
        rules.member_bits = read_permissions(table, "member_permissions", rules.member_permissions);
    }
    if (table.has("bot_permissions")) {
        rules.bot_bits = read_permissions(table, "bot_permissions", rules.bot_permissions);
    }
    rules.owner = table.boolean("owner", rules.owner);
    rules.nsfw = table.boolean("nsfw", rules.nsfw);
    rules.hidden = table.boolean("hidden", rules.hidden);
    rules.where = static_cast<Where>(
        table.one_of("where", names::kWheres, static_cast<std::size_t>(rules.where)));
    if (table.has("category")) {
        rules.category = table.text("category", kLongestCategory);
    }
    read_cooldown(table, node);
    read_concurrency(table, node);
}

/// `depth`: 0 the command, 1 a subcommand or group, 2 a subcommand of a group. `above`: whose rules
/// hold.
Result<Node> read_node(Table& table, unsigned depth, const Node* above, CommandType type) {
    const bool strict = type == CommandType::slash;
    Node node;
    node.name = table.text("name", kLongestName);
    if (table.good() && node.name.empty()) {
        table.fault(table.place("name"), "is missing");
    }
    if (strict) {
        table.fault(check_name(node.name, table.place("name")));
    }
    node.path = above == nullptr ? node.name : above->path + " " + node.name;
    if (above != nullptr) {
        node.rules = above->rules;
    }
    node.description = table.text("description", kLongestDescription);
    if (table.good() && strict && node.description.empty()) {
        table.fault(table.place("description"), "is missing");
    }
    node.localizations = read_localizations(table, strict, strict, kLongestName);
    node.aliases = table.texts("aliases", kMostAliases, kLongestName);
    for (std::size_t i = 0; i < node.aliases.size(); ++i) {
        table.fault(check_alias(node.aliases[i], table.place("aliases", i)));
    }
    node.examples = table.texts("examples", kMostExamples, kLongestExample);
    read_rules(table, node);
    if (!strict) {
        for (const char* none : {"description", "options", "subcommands", "aliases", "examples"}) {
            if (table.has(none)) {
                table.fault(table.place(none), "only slash commands have it");
            }
        }
    }
    read_options(table, node);
    const auto subcommands = table.list("subcommands", kMostOptions);
    if (!subcommands.empty() && !node.options.empty()) {
        table.fault(table.place("subcommands"), "subcommands and options exclude each other");
    }
    if (!subcommands.empty() && depth == 2) {
        table.fault(table.place("subcommands"),
                    "a command has groups or subcommands, a group has subcommands, and nothing "
                    "goes deeper");
    }
    Names words;
    for (std::size_t i = 0; i < subcommands.size() && table.good(); ++i) {
        const std::string place = table.place("subcommands", i);
        Table below(*subcommands[i], place,
                    std::span<const std::string_view>(kNodeKeys).first(kSubcommandKeys),
                    "a subcommand");
        auto sub = read_node(below, depth + 1, &node, type);
        if (!sub) {
            table.fault(Result<>(sub.error()));
            break;
        }
        words.add(table, sub->name, place + ".name", i);
        for (std::size_t k = 0; k < sub->aliases.size(); ++k) {
            words.add(table, sub->aliases[k], below.place("aliases", k), i);
        }
        for (const Localized& one : sub->localizations) {
            if (!one.name.empty()) {
                words.add(table, one.name, place + ".localizations." + one.locale + ".name", i);
            }
        }
        node.subcommands.push_back(*std::move(sub));
    }
    node.leaf = node.subcommands.empty();
    if (!table.good()) {
        return table.result().error();
    }
    return node;
}

void check_guilds(Table& table, const std::vector<std::string>& guilds) {
    for (std::size_t i = 0; i < guilds.size(); ++i) {
        for (const char c : guilds[i]) {
            if (c < '!' || c > '~') {
                table.fault(table.place("guilds", i),
                            "expected an id, got \"" + log::clipped(guilds[i], 40) + "\"");
                return;
            }
        }
    }
}

}  // namespace

Result<DefinitionPtr> read_definition(const json& given) {
    Table table(given, {}, kNodeKeys, "the command");
    auto definition = std::make_shared<Definition>();
    definition->type = static_cast<CommandType>(table.one_of("type", names::kCommandTypes, 0));
    const bool slash = definition->type == CommandType::slash;
    definition->slash = table.boolean("slash", true);
    definition->prefix = table.boolean("prefix", slash);
    if (!slash && (definition->prefix || !definition->slash)) {
        table.fault(table.place(definition->prefix ? "prefix" : "slash"),
                    "only slash commands have another form");
    }
    if (slash && !definition->slash && !definition->prefix) {
        table.fault(table.place("prefix"), "without slash and prefix nobody can use it");
    }
    for (const auto& [key, list] :
         {std::pair("guilds", &definition->guilds), std::pair("bots", &definition->bots)}) {
        *list = table.texts(key, kMostGuilds, 100);
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    check_guilds(table, definition->guilds);
    auto root = read_node(table, 0, nullptr, definition->type);
    if (!root) {
        return root.error();
    }
    definition->root = *std::move(root);
    return DefinitionPtr(std::move(definition));
}

}  // namespace rookery::command
