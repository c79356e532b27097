#include "app/run.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/terminal.hpp"
#include "spec/runner.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <thread>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

struct TestArguments {
    std::vector<std::string> paths;
    std::string config = "rookery.toml";
    std::string plugins;
    std::string filter;
    std::string junit;
    bool faults = false;
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

/// Of everything that may make a difference: the folders of the specs, and the plugins.
std::map<std::string, fs::file_time_type> times_of(const spec::RunnerOptions& options) {
    std::map<std::string, fs::file_time_type> times;
    auto folders = options.paths;
    folders.push_back(options.plugins_dir);
    for (const auto& path : folders) {
        std::error_code problem;
        const auto folder = fs::is_directory(path, problem) ? path : path.parent_path();
        fs::recursive_directory_iterator walk(folder.empty() ? fs::path(".") : folder, problem);
        for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
            const auto kind = walk->path().extension();
            if (kind == ".lua" || kind == ".so" || kind == ".toml" || kind == ".json") {
                std::error_code ignored;
                times[walk->path().string()] = walk->last_write_time(ignored);
            }
        }
    }
    return times;
}

/// Those that a change concerns: the spec itself, or what lies in its folder; of a library all.
std::vector<fs::path> concerned(const std::vector<fs::path>& specs,
                                const std::map<std::string, fs::file_time_type>& before,
                                const std::map<std::string, fs::file_time_type>& now) {
    std::vector<fs::path> out;
    for (const auto& spec : specs) {
        bool hit = false;
        for (const auto& [file, time] : now) {
            const auto old = before.find(file);
            if (old != before.end() && old->second == time) {
                continue;
            }
            const auto path = fs::weakly_canonical(file);
            const auto name = path.filename().string();
            const auto stem = spec.stem().string();
            const bool other_spec = name.ends_with("_spec.lua") && path != spec;
            hit = hit || (!other_spec && (path.parent_path() != spec.parent_path() ||
                                          stem.starts_with(path.stem().string())));
        }
        if (hit) {
            out.push_back(spec);
        }
    }
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

int test(const TestArguments& arguments) {
    spec::RunnerOptions options;
    options.filter = arguments.filter;
    options.faults = arguments.faults;
    if (!choose_paths(arguments, options)) {
        return kExitUsage;
    }
    auto files = spec::find_specs(options.paths);
    if (!files || files->empty()) {
        std::cerr << "rookery test: "
                  << (files ? nothing_in(options.paths) : files.error().message()) << "\n";
        return kExitUsage;
    }
    auto before = times_of(options);
    const int code = run_once(arguments, options, *files);
    while (arguments.watch) {
        std::this_thread::sleep_for(Millis{300});
        const auto now = times_of(options);
        if (now == before) {
            continue;
        }
        files = spec::find_specs(options.paths);
        const auto some = files ? concerned(*files, before, now) : std::vector<fs::path>();
        before = now;
        if (!some.empty()) {
            std::cout << "\n";
            (void)run_once(arguments, options, some);
        }
    }
    return code;
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
