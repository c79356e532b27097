#include "script/modules.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

namespace rookery::script {

namespace {

namespace fs = std::filesystem;

constexpr char kBytecode = '\x1b';
constexpr std::size_t kLongestName = 200;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool is_module_name(std::string_view name) {
    if (name.empty() || name.size() > kLongestName || name.front() == '.' || name.back() == '.') {
        return false;
    }
    return name.find("..") == std::string_view::npos &&
           std::ranges::all_of(name, [](char c) { return c == '.' || is_name_character(c); });
}

bool lies_within(const fs::path& file, const fs::path& folder) {
    std::error_code problem;
    const fs::path real_file = fs::canonical(file, problem);
    const fs::path real_folder = problem ? fs::path() : fs::canonical(folder, problem);
    if (problem) {
        return false;
    }
    const auto [end, _] =
        std::mismatch(real_folder.begin(), real_folder.end(), real_file.begin(), real_file.end());
    return end == real_folder.end();
}

}  // namespace

Result<std::string> read_source(const fs::path& file) {
    std::error_code problem;
    const auto size = fs::file_size(file, problem);
    if (problem) {
        return Error(ErrorKind::io, "cannot read " + file.string() + ": " + problem.message());
    }
    if (size > kMaxSource) {
        return Error(ErrorKind::limit, file.string() + " is larger than 8 MiB");
    }
    std::ifstream stream(file, std::ios::binary);
    std::string text(size, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    if (stream.bad() || !stream.is_open()) {
        return Error(ErrorKind::io, "cannot read " + file.string());
    }
    if (!text.empty() && text.front() == kBytecode) {
        return Error(ErrorKind::invalid, file.string() + " is bytecode: scripts must be Lua text");
    }
    return text;
}

Result<ModuleText> read_module(const ModulePaths& paths, std::string_view name) {
    const std::string shown = "module '" + log::clipped(name, 60) + "'";
    if (!is_module_name(name)) {
        return Error(ErrorKind::invalid,
                     shown + ": a name is letters, digits, _ and -, with dots between folders");
    }
    std::string relative(name);
    std::ranges::replace(relative, '.', '/');
    relative += ".lua";
    std::string tried;
    for (const fs::path& folder : std::array{paths.own, paths.shared}) {
        if (folder.empty()) {
            continue;
        }
        const std::string label = folder.filename().string() + "/" + relative;
        const fs::path file = folder / relative;
        std::error_code problem;
        if (!fs::is_regular_file(file, problem)) {
            tried += (tried.empty() ? "" : " nor ") + label;
            continue;
        }
        if (!lies_within(file, folder)) {
            return Error(ErrorKind::denied, shown + ": " + label + " leads out of its folder");
        }
        auto text = read_source(file);
        if (!text) {
            return text.error();
        }
        return ModuleText{*std::move(text), label};
    }
    return Error(ErrorKind::not_found, shown + " not found: there is no " + tried);
}

}  // namespace rookery::script
