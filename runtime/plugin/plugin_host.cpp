#include "plugin/plugin_host.hpp"

#include "base/log.hpp"
#include "plugin/plugin.hpp"

#include <algorithm>
#include <system_error>

namespace rookery::plugin {
namespace {

namespace fs = std::filesystem;

bool is_name(std::string_view stem) {
    constexpr std::size_t kMaxName = 64;
    return !stem.empty() && stem.size() <= kMaxName &&
           std::all_of(stem.begin(), stem.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == '-';
           });
}

/// FNV-1a with the size. A file that cannot be read has a fingerprint too: staging it says why.
std::string fingerprint(const fs::path& path) {
    auto bytes = read_whole(path, StagedFile::kMaxBytes);
    if (!bytes) {
        return "unreadable";
    }
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : *bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return std::to_string(bytes->size()) + "-" + std::to_string(hash);
}

}  // namespace

PluginHost::PluginHost(fs::path staging_dir) : staging_dir_(std::move(staging_dir)) {
    std::error_code code;
    for (fs::directory_iterator at(staging_dir_, code), end; !code && at != end;
         at.increment(code)) {
        std::error_code ignored;
        if (at->path().extension() == ".so") {
            fs::remove(at->path(), ignored);
        }
    }
}

Result<std::vector<hostapi::ExtensionSpec>> PluginHost::discover(const fs::path& dir) const {
    std::vector<hostapi::ExtensionSpec> found;
    std::error_code code;
    if (!fs::exists(dir, code) && !code) {
        return found;
    }
    fs::directory_iterator at(dir, code);
    for (const fs::directory_iterator end; !code && at != end; at.increment(code)) {
        const fs::path& path = at->path();
        const std::string stem = path.stem().string();
        if (path.extension() != ".so" || stem.starts_with('.') || stem.starts_with('_')) {
            continue;
        }
        if (!is_name(stem)) {
            log::get("plugins")->warn(
                "{}: passed over: the file name is not 1 to 64 of a-z A-Z 0-9 _ -",
                log::clipped(path.string(), 300));
            continue;
        }
        hostapi::ExtensionSpec spec;
        spec.name = stem;
        spec.path = path;
        spec.fingerprint = fingerprint(path);
        found.push_back(std::move(spec));
    }
    if (code) {
        return Error(ErrorKind::io, "cannot list " + dir.string() + ": " + code.message());
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

Result<> PluginHost::check(const hostapi::ExtensionSpec& spec) const {
    const auto facts = read_plugin(spec.path);
    return facts ? Result<>() : Result<>(facts.error());
}

Result<hostapi::Manifest> PluginHost::manifest(const hostapi::ExtensionSpec& spec) const {
    auto facts = read_plugin(spec.path);
    if (!facts) {
        return facts.error();
    }
    return std::move(facts->manifest);
}

Result<std::unique_ptr<hostapi::Extension>> PluginHost::stage(hostapi::ExtensionContext context) {
    std::error_code code;
    if (fs::create_directories(staging_dir_, code)) {
        fs::permissions(staging_dir_, fs::perms::owner_all, code);
    }
    if (code) {
        return Error(ErrorKind::io,
                     "cannot make the folder " + staging_dir_.string() + ": " + code.message());
    }
    auto file = StagedFile::make(context.spec.path, staging_dir_);
    if (!file) {
        return file.error();
    }
    return std::unique_ptr<hostapi::Extension>(
        std::make_unique<Plugin>(std::move(context), *std::move(file), names_));
}

}  // namespace rookery::plugin
