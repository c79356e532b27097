#include "config/sections.hpp"

#include <algorithm>

namespace rookery::config {

ExtensionSection ExtensionsSection::of(const std::string& name) const {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const auto& section) { return section.name == name; });
    if (found != sections.end()) {
        return *found;
    }
    ExtensionSection section;
    section.name = name;
    section.enabled = enabled;
    return section;
}

}  // namespace rookery::config
