#include "config/sections.hpp"

#include <algorithm>

namespace rookery::config {

ExtensionSection ExtensionsSection::of(const std::string& name) const {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const auto& section) { return section.name == name; });
    ExtensionSection section;
    section.name = name;
    section.enabled = enabled;
    if (found != sections.end()) {
        section = *found;
    }
    section.rest_limit = section.rest_limit.value_or(rest_limit);
    section.rest_guild_limit = section.rest_guild_limit.value_or(rest_guild_limit);
    return section;
}

}  // namespace rookery::config
