#include "sim/community/routes.hpp"

namespace rookery::sim::community {
namespace {

std::string_view next_part(std::string_view& rest) {
    rest.remove_prefix(rest.empty() ? 0 : 1);
    const auto part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    return part;
}

}  // namespace

std::optional<PathValues> match_path(std::string_view pattern, std::string_view path) {
    PathValues values;
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = next_part(pattern);
        const auto given = next_part(path);
        if (wanted.starts_with('{')) {
            if (given.empty()) {
                return std::nullopt;
            }
            values.emplace(std::string(wanted.substr(1, wanted.size() - 2)),
                           percent_decoded(given));
        } else if (wanted != given) {
            return std::nullopt;
        }
    }
    return pattern.empty() && path.empty() ? std::optional(std::move(values)) : std::nullopt;
}

}  // namespace rookery::sim::community
