#include "base/language_tag.hpp"
#include "config/keys.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace rookery::config {
namespace {

constexpr std::size_t kMostPrefixes = 10;
constexpr std::size_t kLongestPrefix = 20;  // bytes

/// Spaces may stand within and at the end: "hey bot ".
bool read_prefix(Reader& reader, const toml::node& node, std::string& out) {
    std::string text;
    if (!reader.text(node, text)) {
        return false;
    }
    const bool odd =
        std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; });
    if (odd || text.size() > kLongestPrefix || text.starts_with(' ')) {
        reader.error(node, fmt::format("a prefix has at most {} bytes, on one line, and does not "
                                       "begin with a space",
                                       kLongestPrefix));
        return false;
    }
    out = std::move(text);
    return true;
}

constexpr auto kCommands = std::to_array<Key<CommandsSection>>({
    {"prefix", "string or list", "\"!\"",
     "What a text begins with that is a command, or several such; \"\": no text is one. Guilds "
     "can set their own.",
     [](Reader& r, const toml::node& node, CommandsSection& s) {
         read_prefixes(r, node, s.prefixes);
     }},
    {"mention_prefix", "boolean", "true",
     "A text that begins with a mention of the bot is a command, too.",
     [](Reader& r, const toml::node& node, CommandsSection& s) {
         r.boolean(node, s.mention_prefix);
     }},
    {"help", "boolean", "true",
     "The commands `help` and `commands` are there, as far as no extension has its own of that "
     "name.",
     [](Reader& r, const toml::node& node, CommandsSection& s) { r.boolean(node, s.help); }},
    {"language", "string", "\"en-US\"",
     "The language of answers to commands that are texts, such as \"de\", where neither the guild "
     "nor its platform says another.",
     [](Reader& r, const toml::node& node, CommandsSection& s) {
         std::string text;
         if (!r.text(node, text)) {
             return;
         }
         auto tag = language_tag(text);
         if (!tag) {
             r.error(node, R"(a language is a text such as "de" or "en-US")");
             return;
         }
         s.language = *std::move(tag);
     }},
});

}  // namespace

bool read_prefixes(Reader& reader, const toml::node& node, Prefixes& out) {
    Prefixes prefixes;
    const auto* list = node.as_array();
    if (list == nullptr && !node.is_string()) {
        reader.mismatch(node, R"(a text such as "!", or a list of such texts)");
        return false;
    }
    if (list != nullptr && list->size() > kMostPrefixes) {
        reader.error(node, fmt::format("there can be {} prefixes", kMostPrefixes));
        return false;
    }
    const std::size_t count = list == nullptr ? 1 : list->size();
    for (std::size_t i = 0; i < count; ++i) {
        std::string prefix;
        if (!read_prefix(reader, list == nullptr ? node : *list->get(i), prefix)) {
            return false;
        }
        if (!prefix.empty() &&
            std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end()) {
            prefixes.push_back(std::move(prefix));
        }
    }
    out = std::move(prefixes);
    return true;
}

std::span<const Key<CommandsSection>> commands_keys() { return kCommands; }

}  // namespace rookery::config
