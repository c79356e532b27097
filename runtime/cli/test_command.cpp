#include "app/run.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/file_watch.hpp"
#include "cli/terminal.hpp"
#include "spec/runner.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

constexpr Millis kForEver{-1};

struct TestArguments {
    std::vector<std::string> paths;
    std::string config = "rookery.toml";
    std::string plugins;
    std::string filter;
    std::string junit;
    bool faults = false;
    bool crashes = false;
    bool verbose = false;
    bool watch = false;
};

fs::path beside_the_program() {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path() / "plugins";
}

/// Where the config file says that extensions are, else ./scripts and ./plugins. False when the
/// file cannot be used.
bool choose_paths(const TestArguments& arguments, spec::RunnerOptions& options) {
    std::error_code problem;
    fs::path scripts = "scripts";
    fs::path plugins = "plugins";
    const bool configured = fs::exists(arguments.config, problem);
    if (configured) {
        const auto config = load_or_explain(arguments.config);
        if (!config) {
            return false;
        }
        scripts = config->scripts.dir;
        plugins = config->plugins.dir;
    }
    // In Rookery's own tree there is no config file, and the plugins are beside the program.
    const bool beside = !configured && fs::exists(beside_the_program(), problem);
    options.plugins_dir = !arguments.plugins.empty() ? fs::path(arguments.plugins)
                          : beside                   ? beside_the_program()
                                                     : plugins;
    options.plugins_dir = fs::absolute(options.plugins_dir);
    for (const auto& path : arguments.paths) {
        options.paths.emplace_back(path);
    }
    for (const auto& path : {scripts, plugins}) {
        if (arguments.paths.empty() && fs::is_directory(path, problem)) {
            options.paths.push_back(path);
        }
    }
    return true;
}

std::string nothing_in(const std::vector<fs::path>& paths) {
    std::string out = "there is no *_spec.lua";
    for (std::size_t i = 0; i < paths.size(); ++i) {
        out += (i == 0 ? " in " : ", ") + paths[i].string();
    }
    return out + (paths.empty() ? " to be found: this folder has neither rookery.toml nor scripts/ "
                                  "nor plugins/; name a file or a folder"
                                : "");
}

bool write_junit(const std::string& file, const spec::Report& report) {
    std::ofstream out(file, std::ios::trunc);
    out << spec::to_junit(report.outcomes());
    out.close();
    if (!out) {
        std::cerr << "rookery test: cannot write " << file << "\n";
    }
    return static_cast<bool>(out);
}

/// The folders of the specs, those of what they run, and the plugins.
std::vector<fs::path> folders_of(const spec::RunnerOptions& options,
                                 const std::vector<fs::path>& specs) {
    std::set<fs::path> folders = {options.plugins_dir};
    for (const auto& path : options.paths) {
        std::error_code problem;
        folders.insert(fs::absolute(fs::is_directory(path, problem) ? path : path.parent_path()));
    }
    for (const auto& spec : specs) {
        folders.insert(spec.parent_path());
        for (const auto& file : spec::files_behind(options, spec)) {
            folders.insert(file.parent_path());
        }
    }
    return {folders.begin(), folders.end()};
}

bool within(const fs::path& file, const fs::path& place) {
    const auto rest = file.lexically_relative(place);
    return !rest.empty() && *rest.begin() != "..";
}

/// The specs that a change concerns.
std::vector<fs::path> concerned(const spec::RunnerOptions& options,
                                const std::vector<fs::path>& specs,
                                const FileWatch::Changes& changes) {
    std::vector<fs::path> out;
    std::copy_if(specs.begin(), specs.end(), std::back_inserter(out), [&](const fs::path& spec) {
        const auto behind = spec::files_behind(options, spec);
        return changes.unknown ||
               std::any_of(behind.begin(), behind.end(), [&](const fs::path& place) {
                   return std::any_of(changes.files.begin(), changes.files.end(),
                                      [&](const fs::path& file) {
                                          return within(file, fs::weakly_canonical(place));
                                      });
               });
    });
    return out;
}

int run_once(const TestArguments& arguments, const spec::RunnerOptions& options,
             const std::vector<fs::path>& files) {
    spec::Report report(std::cout, {colours_wanted(), arguments.verbose});
    const auto began = std::chrono::steady_clock::now();
    spec::run_specs(options, files, report);
    if (!report.outcomes().empty()) {
        report.summary(std::chrono::steady_clock::now() - began);
    }
    const bool written = arguments.junit.empty() || write_junit(arguments.junit, report);
    if (report.outcomes().empty()) {
        std::cerr << "rookery test: no case has \"" << arguments.filter << "\" in its name\n";
        return kExitUsage;
    }
    return report.failures() == 0 && written ? kExitOk : kExitFailed;
}

/// Stays until it is ended by a signal, or cannot watch.
int watch(const TestArguments& arguments, const spec::RunnerOptions& options,
          std::vector<fs::path> files) {
    // Before the first run: what is written meanwhile counts.
    auto watching = FileWatch::over(folders_of(options, files));
    (void)run_once(arguments, options, files);
    while (watching) {
        const auto changes = watching->wait(kForEver);
        if (!changes) {
            watching = changes.error();
            break;
        }
        if (auto found = spec::find_specs(options.paths)) {
            files = *std::move(found);
        }
        const auto some = concerned(options, files, *changes);
        if (!some.empty()) {
            std::cout << "\n";
            (void)run_once(arguments, options, some);
        }
    }
    std::cerr << "rookery test: " << watching.error().message() << "\n";
    return kExitFailed;
}

int test(const TestArguments& arguments) {
    spec::RunnerOptions options;
    options.filter = arguments.filter;
    options.faults = arguments.faults;
    options.crashes = arguments.crashes;
    if (!choose_paths(arguments, options)) {
        return kExitUsage;
    }
    auto files = spec::find_specs(options.paths);
    if (!files || files->empty()) {
        std::cerr << "rookery test: "
                  << (files ? nothing_in(options.paths) : files.error().message()) << "\n";
        return kExitUsage;
    }
    if (arguments.watch) {
        return watch(arguments, options, *files);
    }
    return run_once(arguments, options, *files);
}

}  // namespace

void add_test(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand("test", "Run the specs of scripts and plugins");
    const auto arguments = std::make_shared<TestArguments>();
    command
        ->add_option("paths", arguments->paths,
                     "Files or folders with *_spec.lua (default: the config's scripts, plugins)")
        ->type_name("PATH");
    command->add_option("-c,--config", arguments->config, "The TOML file that says where they are")
        ->capture_default_str()
        ->type_name("FILE");
    command->add_option("--plugins", arguments->plugins, "Where the plugins' libraries are")
        ->type_name("DIR");
    command->add_option("--filter", arguments->filter, "Only cases with that in their name")
        ->type_name("TEXT");
    command->add_option("--junit", arguments->junit, "Write the results as JUnit XML")
        ->type_name("FILE");
    command->add_flag("--faults", arguments->faults,
                      "Each case again with resumes, duplicates, rate limits and delays");
    command->add_flag("--crashes", arguments->crashes,
                      "Each case again, killed in the middle of what each act brings about");
    command->add_flag("--watch", arguments->watch, "Run again what a change concerns");
    command->add_flag("--verbose", arguments->verbose,
                      "A line for each case, what it prints, and the log");
    command->footer(
        "Exit code: 0 when all passed, 1 when something failed, 2 for wrong arguments.\n"
        "Examples:\n"
        "  rookery test\n"
        "  rookery test scripts/reminders_spec.lua --watch\n"
        "  rookery test --faults --junit results.xml");
    command->callback(
        [arguments, &context] { context.action = [arguments] { return test(*arguments); }; });
}

}  // namespace rookery::cli
