#include "base/log.hpp"
#include "command/definition.hpp"
#include "command/definition_names.hpp"
#include "command/definition_parts.hpp"
#include "command/definition_table.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace rookery::command {
namespace {

using nlohmann::json;
using namespace parts;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kMostGuilds = 1'000;
constexpr std::size_t kMostExamples = 10;
constexpr std::size_t kLongestExample = 200;

constexpr auto kNodeKeys = std::to_array<std::string_view>(
    {"name", "description", "aliases", "options", "subcommands", "member_permissions",
     "bot_permissions", "owner", "where", "nsfw", "cooldown", "concurrency", "category", "hidden",
     "examples", "localizations",
     // Of the command itself:
     "type", "slash", "prefix", "guilds", "bots"});
constexpr std::size_t kSubcommandKeys = kNodeKeys.size() - 5;

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
