#include "command/help.hpp"

#include "command/text.hpp"

namespace rookery::command {
namespace {

std::string option_usage(const Option& option) {
    const std::string name = option.name + (option.rest ? "…" : "");
    return option.required ? "<" + name + ">" : "[" + name + "]";
}

std::string usage_start(const Node& node, std::string_view prefix) {
    return std::string(prefix) + node.path;
}

}  // namespace

std::string localized_path(const Definition& definition, const Node& node,
                           std::string_view locale) {
    std::string out;
    const Node* at = &definition.root;
    while (at != nullptr) {
        const Localized* const texts = find_localized(at->localizations, locale);
        out += out.empty() ? "" : " ";
        out += texts != nullptr && !texts->name.empty() ? texts->name : at->name;
        const Node* next = nullptr;
        for (const Node& sub : at->subcommands) {
            const bool above =
                node.path.starts_with(sub.path) &&
                (node.path.size() == sub.path.size() || node.path[sub.path.size()] == ' ');
            next = above ? &sub : next;
        }
        at = next;
    }
    return out;
}

const std::string& localized_description(const Node& node, std::string_view locale) {
    const Localized* const texts = find_localized(node.localizations, locale);
    return texts != nullptr && !texts->description.empty() ? texts->description : node.description;
}

const std::string& localized_name(const Option& option, std::string_view locale) {
    const Localized* const texts = find_localized(option.localizations, locale);
    return texts != nullptr && !texts->name.empty() ? texts->name : option.name;
}

const std::string& localized_description(const Option& option, std::string_view locale) {
    const Localized* const texts = find_localized(option.localizations, locale);
    return texts != nullptr && !texts->description.empty() ? texts->description
                                                           : option.description;
}

std::string usage_line(const Node& node, std::string_view prefix) {
    std::string out = usage_start(node, prefix);
    for (const Option& option : node.options) {
        out += " " + option_usage(option);
    }
    std::string names;
    for (const Node& sub : node.subcommands) {
        names += (names.empty() ? "" : "|") + sub.name;
    }
    return node.leaf ? out : out + " <" + names + ">";
}

Marked usage_place(const Node& node, std::string_view prefix, const Option& option) {
    std::size_t at = characters(usage_start(node, prefix));
    for (const Option& one : node.options) {
        const std::size_t size = characters(option_usage(one));
        if (&one == &option) {
            return {at + 1, size};
        }
        at += 1 + size;
    }
    return {};
}

}  // namespace rookery::command
