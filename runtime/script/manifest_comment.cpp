#include "script/manifest_comment.hpp"

#include <algorithm>
#include <string>

namespace rookery::script {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kWord = "rookery";

/// Behind the text's `[==[`, how many signs it has; nothing when it does not begin with one.
std::optional<std::size_t> long_bracket(std::string_view text) {
    const std::size_t signs = text.starts_with('[') ? text.find_first_not_of('=', 1) - 1 : 0;
    return text.starts_with('[') && signs + 1 < text.size() && text[signs + 1] == '['
               ? std::optional(signs)
               : std::nullopt;
}

hostapi::ManifestPlace place_of(std::string_view source, std::size_t offset) {
    const std::string_view before = source.substr(0, offset);
    const std::size_t line = before.rfind('\n');
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            line == std::string_view::npos ? offset + 1 : offset - line};
}

}  // namespace

std::optional<ManifestComment> find_manifest(std::string_view source) {
    std::size_t at = source.starts_with('#') ? source.find('\n') : 0;
    while (true) {
        at = at == std::string_view::npos ? at : source.find_first_not_of(kSpaces, at);
        if (at == std::string_view::npos || !source.substr(at).starts_with("--")) {
            return std::nullopt;
        }
        at += 2;
        const auto signs = long_bracket(source.substr(at));
        if (!signs) {
            at = source.find('\n', at);
            continue;
        }
        const std::size_t begin = at + *signs + 2;
        const std::size_t end = source.find("]" + std::string(*signs, '=') + "]", begin);
        if (end == std::string_view::npos) {
            return std::nullopt;  // the compiler will say so
        }
        const std::string_view inside = source.substr(begin, end - begin);
        const std::size_t word = inside.find_first_not_of(kSpaces);
        if (word != std::string_view::npos && inside.substr(word).starts_with(kWord)) {
            const std::size_t rest = word + kWord.size();
            const std::size_t json = inside.find_first_not_of(kSpaces, rest);
            if (json != std::string_view::npos && (json > rest || inside[json] == '{')) {
                const std::size_t last = inside.find_last_not_of(kSpaces);
                return ManifestComment{inside.substr(json, last + 1 - json),
                                       place_of(source, begin + json)};
            }
        }
        at = end + *signs + 2;
    }
}

}  // namespace rookery::script
