#include "command/definition.hpp"

#include "command/definition_names.hpp"
#include "command/text.hpp"

#include <algorithm>

namespace rookery::command {
namespace {

std::string_view language_of(std::string_view locale) { return locale.substr(0, locale.find('-')); }

bool same(std::string_view text, std::string_view folded_word) {
    return folded(text) == folded_word;
}

}  // namespace

std::string_view to_string(CommandType type) noexcept {
    return names::kCommandTypes[static_cast<std::size_t>(type)];
}
std::string_view to_string(OptionType type) noexcept {
    return names::kOptionTypes[static_cast<std::size_t>(type)];
}
std::string_view to_string(Where where) noexcept {
    return names::kWheres[static_cast<std::size_t>(where)];
}
std::string_view to_string(Per per) noexcept { return names::kPers[static_cast<std::size_t>(per)]; }

const Localized* find_localized(const Localizations& all, std::string_view locale) noexcept {
    const Localized* best = nullptr;
    const std::string_view language = language_of(locale);
    for (const Localized& one : all) {
        if (one.locale == locale) {
            return &one;
        }
        if (one.locale == language) {
            best = &one;
        } else if (best == nullptr && locale == language && language_of(one.locale) == language) {
            best = &one;
        }
    }
    return best;
}

const Node* find_node(const Definition& definition, std::string_view path) noexcept {
    const Node* node = &definition.root;
    if (path == node->path) {
        return node;
    }
    while (node != nullptr) {
        const Node* next = nullptr;
        for (const Node& sub : node->subcommands) {
            if (path == sub.path) {
                return &sub;
            }
            if (path.starts_with(sub.path) && path[sub.path.size()] == ' ') {
                next = &sub;
            }
        }
        node = next;
    }
    return nullptr;
}

const Node* find_subcommand(const Node& node, std::string_view word) {
    const std::string wanted = folded(word);
    for (const Node& sub : node.subcommands) {
        const auto named = [&](const auto& text) { return same(text, wanted); };
        if (named(sub.name) || std::any_of(sub.aliases.begin(), sub.aliases.end(), named)) {
            return &sub;
        }
    }
    // Second, so that a translation never hides a name.
    for (const Node& sub : node.subcommands) {
        for (const Localized& one : sub.localizations) {
            if (!one.name.empty() && same(one.name, wanted)) {
                return &sub;
            }
        }
    }
    return nullptr;
}

const Option* find_option(const Node& node, std::string_view name) noexcept {
    for (const Option& option : node.options) {
        if (option.name == name) {
            return &option;
        }
    }
    return nullptr;
}

}  // namespace rookery::command
