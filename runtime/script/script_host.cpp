#include "script/script_host.hpp"

#include "base/log.hpp"
#include "script/manifest_comment.hpp"
#include "script/script.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

namespace rookery::script {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibrary = "lib";
constexpr std::string_view kMain = "init.lua";
constexpr std::string_view kSpecSuffix = "_spec";
constexpr std::size_t kMostFiles = 1000;

/// FNV-1a, 64 bits: tells versions apart, protects from nothing.
class Fingerprint {
  public:
    void add(std::string_view bytes) {
        for (const char byte : bytes) {
            hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
        }
        hash_ = (hash_ ^ bytes.size()) * 0x100000001b3U;
    }
    [[nodiscard]] std::string text() const {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (int shift = 60; shift >= 0; shift -= 4) {
            text += kDigits[(hash_ >> static_cast<unsigned>(shift)) & 15U];
        }
        return text;
    }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

std::vector<fs::path> lua_files(const fs::path& dir) {
    std::vector<fs::path> files;
    std::error_code problem;
    fs::recursive_directory_iterator walk(dir, fs::directory_options::skip_permission_denied,
                                          problem);
    for (; !problem && walk != fs::recursive_directory_iterator() && files.size() < kMostFiles;
         walk.increment(problem)) {
        if (walk->path().extension() == ".lua") {
            files.push_back(walk->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

void add_file(Fingerprint& fingerprint, const fs::path& file, const fs::path& root) {
    fingerprint.add(file.lexically_relative(root).string());
    const auto text = read_source(file);
    fingerprint.add(text ? *text : text.error().message());
}

std::string fingerprint_of(const fs::path& file, const fs::path& dir) {
    Fingerprint fingerprint;
    if (file.filename() == kMain && file.parent_path() != dir) {
        for (const fs::path& part : lua_files(file.parent_path())) {
            add_file(fingerprint, part, dir);
        }
    } else {
        add_file(fingerprint, file, dir);
    }
    for (const fs::path& part : lua_files(dir / kLibrary)) {
        add_file(fingerprint, part, dir);
    }
    return fingerprint.text();
}

/// The script's main file; empty when the entry is none.
fs::path main_file(const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    std::error_code problem;
    if (name.starts_with('.') || name.starts_with('_')) {
        return {};
    }
    if (entry.is_directory(problem)) {
        const fs::path file = entry.path() / kMain;
        return name != kLibrary && fs::is_regular_file(file, problem) ? file : fs::path();
    }
    const bool script = entry.is_regular_file(problem) && entry.path().extension() == ".lua" &&
                        !entry.path().stem().string().ends_with(kSpecSuffix);
    return script ? entry.path() : fs::path();
}

bool is_folder_script(const hostapi::ExtensionSpec& spec) {
    return spec.path.filename() == kMain && spec.path.parent_path().filename() == spec.name;
}

Result<> check_syntax(const Source& source, std::size_t memory_limit) {
    auto state = LuaState::create(memory_limit);
    if (!state) {
        return state.error();
    }
    return (*state)->protected_call([&](lua_State* lua) {
        const std::string name = "@" + source.chunk;
        if (luaL_loadbufferx(lua, source.text.data(), source.text.size(), name.c_str(), "t") != 0) {
            lua_error(lua);
        }
    });
}

}  // namespace

Result<std::vector<hostapi::ExtensionSpec>> ScriptHost::discover(const fs::path& dir) const {
    std::map<std::string, hostapi::ExtensionSpec> found;
    std::error_code problem;
    if (!fs::exists(dir, problem)) {
        return std::vector<hostapi::ExtensionSpec>();
    }
    fs::directory_iterator walk(dir, problem);
    for (; !problem && walk != fs::directory_iterator(); walk.increment(problem)) {
        const fs::path file = main_file(*walk);
        if (file.empty()) {
            continue;
        }
        hostapi::ExtensionSpec spec;
        spec.name = walk->path().stem().string();
        spec.path = file;
        spec.fingerprint = fingerprint_of(file, dir);
        const auto [place, fresh] = found.emplace(spec.name, spec);
        if (!fresh) {
            log::get("script")->warn("both {0}.lua and {0}/init.lua exist: the file is taken",
                                     spec.name);
            if (!is_folder_script(spec)) {
                place->second = spec;
            }
        }
    }
    if (problem) {
        return Error(ErrorKind::io,
                     "cannot read the folder " + dir.string() + ": " + problem.message());
    }
    std::vector<hostapi::ExtensionSpec> specs;
    for (auto& [name, spec] : found) {
        specs.push_back(std::move(spec));
    }
    return specs;
}

Result<> ScriptHost::check(const hostapi::ExtensionSpec& spec) const {
    const fs::path folder = spec.path.parent_path();
    const auto files =
        is_folder_script(spec) ? lua_files(folder) : std::vector<fs::path>{spec.path};
    for (const fs::path& file : files) {
        auto text = read_source(file);
        if (!text) {
            return text.error();
        }
        Source source;
        source.text = *std::move(text);
        source.chunk = is_folder_script(spec)
                           ? file.lexically_relative(folder.parent_path()).string()
                           : file.filename().string();
        if (auto checked = check_syntax(source, spec.limits.memory_limit); !checked) {
            return checked;
        }
    }
    return {};
}

Result<hostapi::Manifest> ScriptHost::manifest(const hostapi::ExtensionSpec& spec) const {
    auto text = read_source(spec.path);
    if (!text) {
        return text.error();
    }
    const auto comment = find_manifest(*text);
    return comment ? hostapi::parse_manifest(comment->json, spec.path.string(), comment->place)
                   : Result<hostapi::Manifest>(hostapi::Manifest{});
}

Result<std::unique_ptr<hostapi::Extension>> ScriptHost::stage(hostapi::ExtensionContext context) {
    auto text = read_source(context.spec.path);
    if (!text) {
        return text.error();
    }
    const fs::path folder = context.spec.path.parent_path();
    const bool own_folder = is_folder_script(context.spec);
    Source source;
    source.text = *std::move(text);
    source.chunk = own_folder ? context.spec.name + "/" + std::string(kMain)
                              : context.spec.path.filename().string();
    source.modules.own = own_folder ? folder : fs::path();
    source.modules.shared = (own_folder ? folder.parent_path() : folder) / kLibrary;
    source.host_version = version_;
    if (auto checked = check_syntax(source, context.spec.limits.memory_limit); !checked) {
        return checked.error();
    }
    auto script = Script::create(std::move(context), std::move(source));
    if (!script) {
        return script.error();
    }
    return std::unique_ptr<hostapi::Extension>(*std::move(script));
}

}  // namespace rookery::script
