#include "hostapi/command_form.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostOptions = 25;
constexpr std::size_t kMostText = 8'000;
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kLongestText = 100;
constexpr std::size_t kMostGuilds = 1'000;

constexpr int kSlash = 1;
constexpr int kSubcommand = 1;
constexpr int kGroup = 2;

using TypeName = std::pair<std::string_view, int>;
constexpr std::array kCommandTypes{TypeName("slash", 1), TypeName("chat_input", 1),
                                   TypeName("user", 2), TypeName("message", 3),
                                   TypeName("entry_point", 4)};
constexpr std::array kOptionTypes{
    TypeName("subcommand", 1), TypeName("group", 2),      TypeName("string", 3),
    TypeName("integer", 4),    TypeName("boolean", 5),    TypeName("user", 6),
    TypeName("channel", 7),    TypeName("role", 8),       TypeName("mentionable", 9),
    TypeName("number", 10),    TypeName("attachment", 11)};

enum class Kind { name, text, type, localised, boolean, list, number, permissions, options, any };
struct Key {
    std::string_view name;
    Kind kind;
};
constexpr std::array kCommandKeys{Key{"name", Kind::name},
                                  Key{"name_localizations", Kind::localised},
                                  Key{"description", Kind::text},
                                  Key{"description_localizations", Kind::localised},
                                  Key{"type", Kind::type},
                                  Key{"options", Kind::options},
                                  Key{"default_member_permissions", Kind::permissions},
                                  Key{"contexts", Kind::list},
                                  Key{"integration_types", Kind::list},
                                  Key{"nsfw", Kind::boolean},
                                  Key{"handler", Kind::number}};
constexpr std::array kOptionKeys{
    Key{"name", Kind::name},           Key{"name_localizations", Kind::localised},
    Key{"description", Kind::text},    Key{"description_localizations", Kind::localised},
    Key{"type", Kind::type},           Key{"required", Kind::boolean},
    Key{"choices", Kind::options},     Key{"options", Kind::options},
    Key{"channel_types", Kind::list},  Key{"file_types", Kind::list},
    Key{"min_value", Kind::number},    Key{"max_value", Kind::number},
    Key{"min_length", Kind::number},   Key{"max_length", Kind::number},
    Key{"autocomplete", Kind::boolean}};
constexpr std::array kChoiceKeys{
    Key{"name", Kind::text}, Key{"name_localizations", Kind::localised}, Key{"value", Kind::any}};

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string snake(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        out += upper ? std::string("_") + static_cast<char>(c - 'A' + 'a') : std::string(1, c);
    }
    return out;
}

bool is_empty(const json& value) {
    return value.is_null() || (value.is_structured() && value.empty()) ||
           (value.is_boolean() && !value.get<bool>());
}

/// Reads one declaration; remembers how much text it has.
class Form {
  public:
    Result<json> command(const json& given);

  private:
    using Read = Result<json>;

    static Error error(const std::string& where, const std::string& what) {
        return {ErrorKind::invalid, where + ": " + what};
    }
    static std::string below(const std::string& where, std::string_view key) {
        return (where.empty() ? "" : where + ".") + std::string(key);
    }

    /// The object with its keys in the platform's spelling, each checked by its kind.
    Read object(const json& given, const std::string& where, std::span<const Key> keys,
                std::span<const TypeName> types);
    Read value(const json& given, const std::string& where, const Key& key,
               std::span<const TypeName> types);
    Read text(const json& given, const std::string& where, std::size_t longest);
    Read localised(const json& given, const std::string& where);
    static Read type(const json& given, const std::string& where, std::span<const TypeName> types);
    Result<> name(const std::string& name, const std::string& where) const;
    Result<> options(json& options, const std::string& where, unsigned level);
    Result<> option(json& option, const std::string& where, unsigned level);
    Result<> choices(json& option, const std::string& where);

    std::size_t text_ = 0;
};

Form::Read Form::text(const json& given, const std::string& where, std::size_t longest) {
    if (!given.is_string()) {
        return error(where, std::string("expected text, got ") + given.type_name());
    }
    const std::size_t size = code_points(given.get_ref<const std::string&>());
    if (size < 1 || size > longest) {
        return error(where, "expected 1 to " + std::to_string(longest) + " characters, got " +
                                std::to_string(size));
    }
    text_ += size;
    return given;
}

Form::Read Form::localised(const json& given, const std::string& where) {
    if (is_empty(given)) {
        return json();
    }
    if (!given.is_object()) {
        return error(where, "expected a table of texts by locale");
    }
    std::size_t longest = 0;
    for (const auto& [locale, one] : given.items()) {
        if (!one.is_string() || one.get_ref<const std::string&>().empty()) {
            return error(below(where, locale), "expected text");
        }
        longest = std::max(longest, code_points(one.get_ref<const std::string&>()));
    }
    text_ += longest;
    return given;
}

Form::Read Form::type(const json& given, const std::string& where,
                      std::span<const TypeName> types) {
    if (given.is_number_integer() && given.get<std::int64_t>() >= 1 &&
        given.get<std::int64_t>() <= 100) {
        return given;
    }
    std::string known;
    for (const auto& [name, number] : types) {
        if (given.is_string() && given.get_ref<const std::string&>() == name) {
            return json(number);
        }
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return error(where, "expected one of " + known);
}

Form::Read Form::value(const json& given, const std::string& where, const Key& key,
                       std::span<const TypeName> types) {
    switch (key.kind) {
        case Kind::name:
            return text(given, where, kLongestName);
        case Kind::text:
            return given == "" ? Read(json()) : text(given, where, kLongestText);
        case Kind::type:
            return type(given, where, types);
        case Kind::localised:
            return localised(given, where);
        case Kind::boolean:
            return given.is_boolean() ? Read(given) : error(where, "expected true or false");
        case Kind::list:
        case Kind::options:
            return given.is_array() ? Read(given) : error(where, "expected a list");
        case Kind::number:
            return given.is_number() ? Read(given) : error(where, "expected a number");
        case Kind::permissions: {
            const auto* digits = given.get_ptr<const std::string*>();
            const bool good = digits != nullptr && !digits->empty() && digits->size() <= 20 &&
                              digits->find_first_not_of("0123456789") == std::string::npos;
            return good ? Read(given)
                        : error(where, "expected the permissions' bits as a text of digits");
        }
        case Kind::any:
            return given;
    }
    return given;
}

Form::Read Form::object(const json& given, const std::string& where, std::span<const Key> keys,
                        std::span<const TypeName> types) {
    if (!given.is_object()) {
        return error(where.empty() ? "command" : where, "expected a table");
    }
    json out = json::object();
    for (const auto& [spelt, one] : given.items()) {
        const std::string wire = snake(spelt);
        const auto known = std::find_if(keys.begin(), keys.end(),
                                        [&](const Key& key) { return key.name == wire; });
        if (known == keys.end()) {
            return error(below(where, log::clipped(spelt, 40)), "there is no such key");
        }
        if (one.is_null()) {
            continue;
        }
        auto read = value(one, below(where, spelt), *known, types);
        if (!read) {
            return read;
        }
        if (!is_empty(*read)) {
            out[wire] = *std::move(read);
        }
    }
    return out;
}

/// What of the platform's rule can be told without tables of all scripts; it checks the rest.
Result<> Form::name(const std::string& name, const std::string& where) const {
    for (const char c : name) {
        const bool ascii = static_cast<unsigned char>(c) < 0x80;
        const bool good =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '\'';
        if (ascii && !good) {
            return error(where, "expected lower-case letters, digits, - and _, got \"" +
                                    log::clipped(name, 40) + "\"");
        }
    }
    return {};
}

Result<> Form::choices(json& option, const std::string& where) {
    const auto list = option.find("choices");
    if (list == option.end()) {
        return {};
    }
    if (option.contains("autocomplete")) {
        return error(where, "choices and autocomplete exclude each other");
    }
    if (list->size() > kMostOptions) {
        return error(where + ".choices",
                     "at most 25 are possible, got " + std::to_string(list->size()));
    }
    const bool texts = option["type"] == 3;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = where + ".choices[" + std::to_string(i + 1) + "]";
        json& choice = (*list)[i];
        if (!choice.is_structured()) {
            choice = {{"name", choice.is_string() ? choice : json(choice.dump())},
                      {"value", choice}};
        }
        auto read = object(choice, at, kChoiceKeys, {});
        if (!read) {
            return read.error();
        }
        if (!read->contains("name") || !read->contains("value")) {
            return error(at, "name and value are needed");
        }
        const json& value = (*read)["value"];
        if (texts ? !value.is_string() : !value.is_number()) {
            return error(at + ".value", texts ? "expected text" : "expected a number");
        }
        text_ += texts ? code_points(value.get_ref<const std::string&>()) : 0;
        choice = *std::move(read);
    }
    return {};
}

Result<> Form::option(json& option, const std::string& where, unsigned level) {
    auto read = object(option, where, kOptionKeys, kOptionTypes);
    if (!read) {
        return read.error();
    }
    option = *std::move(read);
    for (const char* needed : {"name", "description", "type"}) {
        if (!option.contains(needed)) {
            return error(where, std::string(needed) + " is missing");
        }
    }
    if (auto good = name(option["name"].get<std::string>(), where + ".name"); !good) {
        return good;
    }
    if (auto good = choices(option, where); !good) {
        return good;
    }
    const int type = option["type"].get<int>();
    const bool holds = type == kSubcommand || type == kGroup;
    if (holds && level >= (type == kGroup ? 1U : 2U)) {
        return error(where,
                     "a command holds groups or subcommands, a group holds subcommands, "
                     "and nothing goes deeper");
    }
    const auto inner = option.find("options");
    if (inner == option.end()) {
        return {};
    }
    if (!holds) {
        return error(where + ".options", "only subcommands and groups have options");
    }
    return options(*inner, where + ".options", type == kGroup ? 1 : 2);
}

/// `level` 0: of the command, 1: of a group, 2: of a subcommand.
Result<> Form::options(json& options, const std::string& where, unsigned level) {
    if (options.size() > kMostOptions) {
        return error(where, "at most 25 are possible, got " + std::to_string(options.size()));
    }
    std::set<std::string> names;
    bool optional = false;
    std::size_t holders = 0;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const std::string at = where + "[" + std::to_string(i + 1) + "]";
        json& one = options[i];
        if (auto good = option(one, at, level); !good) {
            return good;
        }
        if (!names.insert(one["name"].get<std::string>()).second) {
            return error(at + ".name", "\"" + one["name"].get<std::string>() + "\" is there twice");
        }
        const int type = one["type"].get<int>();
        holders += type == kSubcommand || type == kGroup ? 1 : 0;
        const bool required = one.contains("required");
        if (required && optional) {
            return error(at, "required options come before the others");
        }
        optional = optional || !required;
    }
    if (holders != 0 && holders != options.size()) {
        return error(where, "subcommands and other options exclude each other");
    }
    if (level == 1 && holders != options.size()) {
        return error(where, "a group holds subcommands only");
    }
    return {};
}

Form::Read Form::command(const json& given) {
    auto read = object(given, {}, kCommandKeys, kCommandTypes);
    if (!read) {
        return read;
    }
    json body = *std::move(read);
    if (!body.contains("name")) {
        return error("name", "is missing");
    }
    const int type = body.value("type", kSlash);
    body["type"] = type;
    if (type == kSlash) {
        if (auto good = name(body["name"].get<std::string>(), "name"); !good) {
            return good.error();
        }
        if (!body.contains("description")) {
            return error("description", "is missing");
        }
    } else {
        for (const char* none : {"description", "options"}) {
            if (body.contains(none) && type != 4) {
                return error(none, "only slash commands have it");
            }
        }
    }
    if (const auto list = body.find("options"); list != body.end()) {
        if (auto good = options(*list, "options", 0); !good) {
            return good.error();
        }
    }
    if (text_ > kMostText) {
        return error("command", "names, descriptions and choices make " + std::to_string(text_) +
                                    " characters; at most 8000 are possible");
    }
    return body;
}

/// `key` of the declaration itself, which is not the platform's; taken out of it.
Result<std::vector<std::string>> take_list(json& given, const char* key) {
    std::vector<std::string> out;
    const auto found = given.find(key);
    if (found == given.end()) {
        return out;
    }
    const json list = found->is_array() ? *found : json::array({*found});
    given.erase(found);
    for (const auto& one : list) {
        if (!one.is_string() || one.get_ref<const std::string&>().empty() ||
            out.size() >= kMostGuilds) {
            return Error(ErrorKind::invalid,
                         std::string(key) + ": expected a list of at most 1000 texts");
        }
        out.push_back(one.get<std::string>());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

Result<CommandForm> read_command(const json& given) {
    if (!given.is_object()) {
        return Error(ErrorKind::invalid, "expected a table that describes the command");
    }
    json rest = given;
    CommandForm form;
    for (const auto& [key, list] : {std::pair("guilds", &form.guilds), {"bots", &form.bots}}) {
        auto taken = take_list(rest, key);
        if (!taken) {
            return taken.error();
        }
        *list = *std::move(taken);
    }
    for (const std::string& guild : form.guilds) {
        if (guild.size() > 20 || guild.find_first_not_of("0123456789") != std::string::npos) {
            return Error(ErrorKind::invalid,
                         "guilds: expected ids, got \"" + log::clipped(guild, 40) + "\"");
        }
    }
    auto body = Form().command(rest);
    if (!body) {
        return body.error();
    }
    form.body = *std::move(body);
    form.type = form.body["type"].get<int>();
    form.name = form.body["name"].get<std::string>();
    return form;
}

std::string fingerprint(const json& body) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : body.dump(-1, ' ', false, json::error_handler_t::replace)) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    char text[17];
    (void)std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

}  // namespace rookery::hostapi
