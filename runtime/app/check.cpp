#include "app/check.hpp"

#include "plugin/plugin_host.hpp"
#include "script/script_host.hpp"

namespace rookery::app {
namespace {

void check(const hostapi::ExtensionHost& host, const config::ExtensionsSection& section,
           std::vector<Checked>& all) {
    const std::string kind(host.kind());
    const auto found = host.discover(section.dir);
    if (!found) {
        all.push_back({kind, "", found.error().message()});
        return;
    }
    for (hostapi::ExtensionSpec spec : *found) {
        spec.limits.memory_limit = section.of(spec.name).memory_limit;
        const auto checked = host.check(spec);
        all.push_back({kind, spec.name, checked ? std::string() : checked.error().message()});
    }
}

}  // namespace

std::vector<Checked> check_extensions(const config::Config& config) {
    std::vector<Checked> all;
    check(plugin::PluginHost({}), config.plugins, all);
    check(script::ScriptHost(ROOKERY_VERSION), config.scripts, all);
    return all;
}

}  // namespace rookery::app
