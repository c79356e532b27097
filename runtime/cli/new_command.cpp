#include "cli/new_command.hpp"

#include "cli/commands.hpp"
#include "cli/templates.hpp"
#include "config/values.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

using Replacement = std::pair<std::string_view, std::string>;

/// "mod-log" as a C++ class: "ModLog".
std::string class_name(std::string_view name) {
    std::string result;
    bool upper = true;
    for (const char letter : name) {
        if (letter == '-' || letter == '_') {
            upper = true;
            continue;
        }
        result += upper && letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A')
                                                          : letter;
        upper = false;
    }
    return result;
}

/// Where CMake finds the SDK of this program: the sdk folder of the source tree that it was built
/// in, or the prefix that it was installed below; empty when it was moved away from both.
fs::path sdk_of_this_program() {
    std::error_code failure;
    const auto program = fs::read_symlink("/proc/self/exe", failure);
    for (auto folder = program.parent_path(); !failure && folder.has_relative_path();
         folder = folder.parent_path()) {
        if (fs::exists(folder / "sdk/cmake/rookeryConfig.cmake", failure)) {
            return folder / "sdk";
        }
        if (fs::exists(folder / "lib/cmake/rookery/rookeryConfig.cmake", failure)) {
            return folder;
        }
    }
    return {};
}

/// "mod-log" as part of a variable's name: "MOD_LOG".
std::string upper_name(std::string_view name) {
    std::string result;
    for (const char letter : name) {
        result += letter == '-'                    ? '_'
                  : letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A')
                                                   : letter;
    }
    return result;
}

std::string filled(std::string_view text, std::span<const Replacement> replacements) {
    std::string result(text);
    for (const auto& [from, to] : replacements) {
        for (auto at = result.find(from); at != std::string::npos;
             at = result.find(from, at + to.size())) {
            result.replace(at, from.size(), to);
        }
    }
    return result;
}

Result<> write(const fs::path& file, const std::string& text) {
    std::error_code failure;
    fs::create_directories(file.parent_path(), failure);
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        return Error(ErrorKind::io, fmt::format("{} cannot be written", file.string()));
    }
    return {};
}

struct Kind {
    const char* name;
    const char* description;
    const char* footer;
    const char*
        next;  ///< what to do with it, printed at the end; {path} is the folder, {dir} where it is
};

constexpr auto kKinds = std::to_array<Kind>({
    {"bot", "Write a folder with a config file, a script and a place for plugins",
     "Example:\n  rookery new bot magpie && cd magpie && rookery run",
     "Next: cd {path} && rookery run"},
    {"plugin", "Write a folder with the source and the build file of a native plugin",
     "Example:\n  rookery new plugin karma --dir src",
     "Next: cd {path} && cmake --workflow --preset default"},
    {"script", "Write a Lua script, and what lua-language-server needs to know the API",
     "Example:\n  rookery new script greet --dir scripts",
     "Next: rookery reload, when {dir} is the scripts folder of a running bot, and say !{name}"},
});

int write_new(const Kind& kind, const std::string& name, const std::string& dir) {
    const auto written = write_template(kind.name, name, dir);
    if (!written) {
        std::cerr << fmt::format("rookery new {}: {}\n", kind.name, written.error().message());
        return written.error().kind() == ErrorKind::invalid ? kExitUsage : kExitFailed;
    }
    for (const auto& file : *written) {
        std::cout << "wrote " << file.string() << '\n';
    }
    std::cout << fmt::format(fmt::runtime(kind.next), fmt::arg("dir", dir), fmt::arg("name", name),
                             fmt::arg("path", (fs::path(dir) / name).lexically_normal().string()))
              << '\n';
    return kExitOk;
}

}  // namespace

Result<std::vector<fs::path>> write_template(std::string_view kind, const std::string& name,
                                             const fs::path& dir) {
    if (!config::is_name(name)) {
        return Error(ErrorKind::invalid,
                     "a name begins with a lower-case letter and has only lower-case letters, "
                     "digits, \"_\" and \"-\", 63 at most");
    }
    const auto replacements =
        std::to_array<Replacement>({{"@NAME@", name},
                                    {"@CLASS@", class_name(name)},
                                    {"@UPPER@", upper_name(name)},
                                    {"@SDK@", sdk_of_this_program().string()}});
    // A script is one file; the others are a folder of their own.
    const auto root = (kind == "script" ? dir : dir / name).lexically_normal();
    std::vector<std::pair<fs::path, std::string>> files;
    for (const auto& file : template_files()) {
        if (file.kind == kind) {
            files.emplace_back(root / filled(file.path, replacements),
                               filled(file.text, replacements));
        }
    }
    for (const auto& [path, text] : files) {
        std::error_code failure;
        if (fs::exists(fs::symlink_status(path, failure))) {
            return Error(ErrorKind::exists,
                         fmt::format("{} is there already; nothing was written", path.string()));
        }
    }
    if (kind != "plugin") {
        // Shared by all scripts of the folder: settings that are there stay, the annotations are
        // those of this program.
        const auto folder = kind == "script" ? root : root / "scripts";
        for (const auto& file : template_files()) {
            std::error_code failure;
            const auto path = folder / file.path;
            const bool generated = file.path.starts_with(".rookery/");
            if (file.kind == "editor" && (generated || !fs::exists(path, failure))) {
                files.emplace_back(path, std::string(file.text));
            }
        }
    }
    std::vector<fs::path> written;
    for (const auto& [path, text] : files) {
        if (auto done = write(path, text); !done) {
            return done.error();
        }
        written.push_back(path);
    }
    return written;
}

void add_new(CLI::App& app, CommandContext& context) {
    auto* command =
        app.add_subcommand("new", "Write the beginnings of a bot, a plugin or a script");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  rookery new bot magpie\n  rookery new plugin karma\n  rookery new script "
        "greet");
    for (const auto& kind : kKinds) {
        auto* child = command->add_subcommand(kind.name, kind.description);
        const auto arguments = std::make_shared<std::pair<std::string, std::string>>("", ".");
        child->add_option("NAME", arguments->first, "What it is called")->required();
        child->add_option("--dir", arguments->second, "Folder to write into")
            ->capture_default_str()
            ->type_name("DIR");
        child->footer(std::string("Existing files are never overwritten.\n") + kind.footer);
        child->callback([arguments, &kind, &context] {
            context.action = [arguments, &kind] {
                return write_new(kind, arguments->first, arguments->second);
            };
        });
    }
}

}  // namespace rookery::cli
