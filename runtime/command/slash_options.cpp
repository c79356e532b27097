#include "command/slash_options.hpp"

#include "command/text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rookery::command {
namespace {

using model::JsonNode;
using nlohmann::json;

constexpr int kSubcommand = 1;
constexpr int kGroup = 2;
constexpr std::size_t kLongestId = 100;

std::string text_of(JsonNode node) {
    model::StringScratch scratch;
    return std::string(node.as_string(scratch));
}

/// The subcommand or group that `options` consists of; absent: they are values.
JsonNode subcommand_in(JsonNode options) {
    const JsonNode first = options.first_element();
    const auto type = first["type"].as_integer();
    return type == kSubcommand || type == kGroup ? first : JsonNode();
}

/// The list of values, below group and subcommand.
JsonNode values_in(JsonNode data) {
    JsonNode options = data["options"];
    for (int level = 0; level < 2; ++level) {
        const JsonNode sub = subcommand_in(options);
        if (!sub) {
            break;
        }
        options = sub["options"];
    }
    return options;
}

Problem problem(ProblemKind kind, const Option& option, std::string given = {}) {
    Problem out;
    out.kind = kind;
    out.option = &option;
    out.given = std::move(given);
    return out;
}

std::optional<Reference> reference(const Option& option, JsonNode value, JsonNode resolved) {
    Reference out;
    out.id = text_of(value);
    const bool plain =
        std::all_of(out.id.begin(), out.id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (out.id.empty() || out.id.size() > kLongestId || !plain) {
        return std::nullopt;
    }
    switch (option.type) {
        case OptionType::role:
            out.kind = Reference::Kind::role;
            break;
        case OptionType::channel:
            out.kind = Reference::Kind::channel;
            break;
        case OptionType::mentionable:
            out.kind = resolved["roles"][out.id] ? Reference::Kind::role : Reference::Kind::user;
            break;
        case OptionType::attachment:
            break;
        default:
            out.kind = Reference::Kind::user;
    }
    return out;
}

using Read = std::variant<Value, Problem>;

Read checked(const Option& option, json data) {
    if (auto fault = check_limits(option, data, data.is_string() ? "" : data.dump())) {
        return *std::move(fault);
    }
    Value out;
    out.option = &option;
    out.data = std::move(data);
    return out;
}

Read read_number(const Option& option, JsonNode node) {
    const bool whole = option.type == OptionType::integer;
    const auto number = node.as_number();
    const std::string typed(node.raw());
    if (!node.is_number() || !number || !std::isfinite(*number) ||
        (whole && (*number != std::floor(*number) || std::abs(*number) > kLargestInteger))) {
        return problem(whole ? ProblemKind::not_integer : ProblemKind::not_number, option, typed);
    }
    return checked(option, whole ? json(static_cast<std::int64_t>(*number)) : json(*number));
}

Read read_value(const Option& option, JsonNode node, JsonNode resolved, std::string_view locale) {
    if (is_reference(option.type) || option.type == OptionType::attachment) {
        auto found = reference(option, node, resolved);
        if (!found) {
            return problem(ProblemKind::malformed, option);
        }
        Value out;
        out.option = &option;
        out.data = *std::move(found);
        return out;
    }
    if (!option.choices.empty()) {
        // What it stands for comes; of durations the name.
        Read read =
            parse_value(option, node.is_string() ? text_of(node) : std::string(node.raw()), locale);
        if (auto* const value = std::get_if<Value>(&read)) {
            value->typed.clear();
        }
        return read;
    }
    switch (option.type) {
        case OptionType::boolean:
            return node.is_bool()
                       ? checked(option, *node.as_bool())
                       : Read(problem(ProblemKind::not_boolean, option, std::string(node.raw())));
        case OptionType::integer:
        case OptionType::number:
            return read_number(option, node);
        default:
            break;
    }
    if (!node.is_string()) {
        return problem(ProblemKind::malformed, option);
    }
    return parse_value(option, text_of(node), locale);
}

/// As it came: texts, numbers and booleans.
json plain(JsonNode node) {
    if (node.is_string()) {
        return text_of(node);
    }
    if (node.is_bool()) {
        return *node.as_bool();
    }
    if (const auto whole = node.as_integer()) {
        return *whole;
    }
    const auto number = node.as_number();
    return number ? json(*number) : json();
}

}  // namespace

std::string slash_path(JsonNode data) {
    std::string path = text_of(data["name"]);
    JsonNode options = data["options"];
    for (int level = 0; level < 2 && !path.empty(); ++level) {
        const JsonNode sub = subcommand_in(options);
        if (!sub) {
            break;
        }
        path += " " + text_of(sub["name"]);
        options = sub["options"];
    }
    return path;
}

ParseResult read_slash_options(const Node& node, JsonNode data, std::string_view locale) {
    std::vector<Value> given(node.options.size());
    for (const JsonNode one : values_in(data).elements()) {
        const Option* const option = find_option(node, text_of(one["name"]));
        if (option == nullptr) {
            continue;
        }
        Read read = read_value(*option, one["value"], data["resolved"], locale);
        if (auto* const fault = std::get_if<Problem>(&read)) {
            return ParseFailure{&node, std::move(*fault)};
        }
        given[static_cast<std::size_t>(option - node.options.data())] =
            std::get<Value>(std::move(read));
    }
    Parsed out{&node, {}};
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Option& option = node.options[i];
        if (given[i].option != nullptr) {
            out.values.push_back(std::move(given[i]));
        } else if (option.required) {
            return ParseFailure{&node, problem(ProblemKind::missing, option)};
        } else if (!option.fallback.is_null()) {
            out.values.push_back({&option, option.fallback, {}, 0, true});
        }
    }
    return out;
}

Focused read_focused(const Node& node, JsonNode data) {
    Focused out;
    out.given = json::object();
    for (const JsonNode one : values_in(data).elements()) {
        const std::string name = text_of(one["name"]);
        if (one["focused"].as_bool() == true) {
            out.option = find_option(node, name);
            out.typed =
                one["value"].is_string() ? text_of(one["value"]) : std::string(one["value"].raw());
        } else if (find_option(node, name) != nullptr) {
            out.given[name] = plain(one["value"]);
        }
    }
    return out;
}

}  // namespace rookery::command
