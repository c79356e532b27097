#include "app/plugin_file.hpp"

#include "plugin/library.hpp"

namespace rookery::app {

Result<PluginFile> read_plugin_file(const std::filesystem::path& path) {
    auto facts = plugin::read_plugin(path);
    if (!facts) {
        return facts.error();
    }
    PluginFile out;
    out.abi = std::to_string(facts->abi_major) + "." + std::to_string(facts->abi_minor);
    out.exported = std::move(facts->exported);
    out.needed = std::move(facts->needed);
    out.unique_symbol = std::move(facts->unique_symbol).value_or("");
    out.manifest = std::move(facts->manifest_text);
    out.bytes = facts->bytes;
    return out;
}

}  // namespace rookery::app
