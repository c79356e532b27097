#include "model/markup/markup.hpp"

#include "model/markup/guilded.hpp"
#include "model/markup/revolt.hpp"

#include <algorithm>
#include <array>

namespace rookery::model::markup {
namespace {

constexpr std::size_t kMaxLookups = 200;
constexpr std::size_t kMaxId = 128;

/// One line for each platform whose texts differ from normalised content.
constexpr auto kDialects = std::to_array<Dialect>({
    {"guilded", from_guilded, to_guilded},
    {"revolt", revolt_inbound, revolt_outbound},
});

bool is_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), [](char c) {
        return c > ' ' && c < 127 && c != '<' && c != '>';
    });
}

/// What stands for the `<...>` whose inside is `inside`; empty: it stays.
std::string shown(std::string_view inside, JsonNode names, StringScratch& scratch) {
    if (inside.starts_with(':') || inside.starts_with("a:")) {
        const std::size_t start = inside.find(':') + 1;
        const std::size_t colon = inside.find(':', start);
        return colon == std::string_view::npos || colon == start || !is_id(inside.substr(colon + 1))
                   ? std::string()
                   : ':' + std::string(inside.substr(start, colon + 1 - start));
    }
    const bool channel = inside.starts_with('#');
    if (!channel && !inside.starts_with('@')) {
        return {};
    }
    inside.remove_prefix(inside.starts_with("@&") ? 2 : 1);
    const std::string_view name = is_id(inside) ? names[inside].as_string(scratch) : inside;
    return !is_id(inside) || name.empty() ? std::string()
                                          : (channel ? '#' : '@') + std::string(name);
}

}  // namespace

const Dialect* find_dialect(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(kDialects.begin(), kDialects.end(),
                     [&](const Dialect& dialect) { return dialect.name == name; });
    return found != kDialects.end() ? &*found : nullptr;
}

std::string_view inbound(std::string_view dialect, std::string_view text, StringScratch& scratch) {
    const Dialect* const found = find_dialect(dialect);
    return found != nullptr ? found->inbound(text, scratch) : text;
}

std::string outbound(std::string_view dialect, std::string_view content) {
    const Dialect* const found = find_dialect(dialect);
    return found != nullptr ? found->outbound(content) : std::string(content);
}

std::string_view with_names(std::string_view content, JsonNode names, StringScratch& scratch) {
    std::string out;
    std::size_t copied = 0;
    std::size_t looked = 0;
    for (std::size_t open = content.find('<');
         open != std::string_view::npos && looked++ < kMaxLookups;) {
        const std::size_t close = content.substr(0, open + 2 * kMaxId).find('>', open);
        const std::string text =
            close == std::string_view::npos
                ? std::string()
                : shown(content.substr(open + 1, close - open - 1), names, scratch);
        if (text.empty()) {
            open = content.find('<', open + 1);
            continue;
        }
        out += content.substr(copied, open - copied);
        out += text;
        copied = close + 1;
        open = content.find('<', copied);
    }
    return copied == 0 ? content : scratch.keep(out += content.substr(copied));
}

}  // namespace rookery::model::markup
