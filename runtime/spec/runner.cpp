#include "spec/runner.hpp"

#include "async/at_once.hpp"
#include "base/log_capture.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <utility>

namespace rookery::spec {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = "_spec.lua";
constexpr std::array kFaults = {Fault::none,    Fault::resume, Fault::duplicate,
                                Fault::limited, Fault::delay,  Fault::crash};
constexpr Millis kLimit{10'000};
constexpr Millis kPatience{30'000};  ///< until everything has to be at rest, at the least

/// The log of the case at hand.
class LogBook {
  public:
    static LogBook& instance() {
        static LogBook book;
        return book;
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        lines_.clear();
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::scoped_lock lock(mutex_);
        return lines_;
    }

  private:
    LogBook() {
        log::capture([this](std::string line) {
            const std::scoped_lock lock(mutex_);
            lines_.push_back(std::move(line));
        });
    }
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

std::string shown(const fs::path& path) {
    const auto near = path.lexically_proximate(fs::current_path());
    return near.string().starts_with("..") ? path.string() : near.string();
}

bool skipped(const fs::path& folder) {
    const auto name = folder.filename().string();
    return name.starts_with('.') || name == "build" || name == "node_modules";
}

void look_through(const fs::path& folder, std::set<fs::path>& found) {
    std::error_code problem;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied,
                                          problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
        if (walk->is_directory(problem) && skipped(walk->path())) {
            walk.disable_recursion_pending();
        } else if (walk->path().string().ends_with(kSuffix)) {
            found.insert(fs::weakly_canonical(walk->path()));
        }
    }
}

Outcome run_one(const RunnerOptions& options, const SpecFile& file, const CaseInfo& info,
                std::size_t number, Fault fault) {
    LogBook::instance().clear();
    Outcome outcome;
    outcome.file = file.shown;
    outcome.info = info;
    outcome.fault = fault;
    CaseRun run;
    run.plan.spec = file.path;
    run.plan.plugins_dir = options.plugins_dir;
    run.plan.fault = fault;
    run.limit = kLimit;
    if (const auto limit = info.world.find("limit");
        limit != info.world.end() && limit->is_number()) {
        constexpr double kMostSeconds = 86'400;
        const auto seconds = limit->get<double>();
        run.limit = Millis(seconds > 0 && seconds < kMostSeconds
                               ? static_cast<std::int64_t>(seconds * 1000)
                               : static_cast<std::int64_t>(kMostSeconds * 1000));
    }
    run.plan.patience = std::max(kPatience, 3 * run.limit);
    run.print = [&outcome](std::string text) { outcome.printed.push_back(std::move(text)); };
    run.log = [] { return LogBook::instance().lines(); };
    const auto began = std::chrono::steady_clock::now();
    outcome.failure = run_case(file, number, run);
    run.world.reset();
    outcome.took = std::chrono::steady_clock::now() - began;
    outcome.passed = run.passed;
    outcome.log = LogBook::instance().lines();
    if (outcome.failure && outcome.failure->place.empty()) {
        outcome.failure->place = info.place;
    }
    return outcome;
}

/// False when there is no reading it.
bool read_spec(const fs::path& path, SpecFile& file) {
    file.path = path;
    file.shown = shown(path);
    std::ifstream in(path, std::ios::binary);
    file.text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    return static_cast<bool>(in);
}

void fail_file(const SpecFile& file, Failure failure, Report& report) {
    Outcome outcome;
    outcome.file = file.shown;
    outcome.failure = std::move(failure);
    report.add(std::move(outcome));
}

void run_file(const RunnerOptions& options, const SpecFile& file, Report& report) {
    std::optional<Failure> failure;
    const auto cases = list_cases(file, kLimit, failure);
    if (failure) {
        return fail_file(file, *std::move(failure), report);
    }
    if (cases.empty()) {
        return fail_file(
            file,
            {"the file has no cases: it(\"does ...\", function(sim) ... end)", file.shown, {}, {}},
            report);
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (cases[i].title().find(options.filter) == std::string::npos) {
            continue;
        }
        for (const Fault fault : kFaults) {
            const bool wanted =
                fault == Fault::crash ? options.crashes : fault == Fault::none || options.faults;
            if (wanted) {
                report.add(run_one(options, file, cases[i], i + 1, fault));
            }
        }
    }
}

}  // namespace

Result<std::vector<fs::path>> find_specs(const std::vector<fs::path>& paths) {
    std::set<fs::path> found;
    for (const auto& path : paths) {
        std::error_code problem;
        if (fs::is_directory(path, problem)) {
            look_through(path, found);
        } else if (fs::is_regular_file(path, problem)) {
            // Who names the script means the spec beside it.
            const bool is_spec = path.filename().string().ends_with("_spec.lua");
            const auto spec = path.parent_path() / (path.stem().string() + "_spec.lua");
            if (!is_spec && !fs::is_regular_file(spec, problem)) {
                return Error(ErrorKind::invalid, path.string() + " is no spec, and there is no " +
                                                     spec.filename().string() + " beside it");
            }
            found.insert(fs::weakly_canonical(is_spec ? path : spec));
        } else {
            return Error(ErrorKind::not_found, "there is no file or folder " + path.string());
        }
    }
    return std::vector<fs::path>(found.begin(), found.end());
}

std::vector<fs::path> files_behind(const RunnerOptions& options, const fs::path& spec) {
    SpecFile file;
    std::optional<Failure> failure;
    std::vector<CaseInfo> cases;
    if (read_spec(spec, file)) {
        cases = list_cases(file, kLimit, failure);
    }
    std::vector<fs::path> all = {spec};
    for (const auto& info : cases) {
        WorldPlan plan;
        plan.spec = spec;
        plan.plugins_dir = options.plugins_dir;
        plan.options = info.world;
        const auto files = World::files_of(std::move(plan));
        if (files) {
            all.insert(all.end(), files->begin(), files->end());
        } else {
            failure = Failure{};
        }
    }
    if (failure || cases.empty()) {
        all.push_back(spec.parent_path());
    }
    return all;
}

void run_specs(const RunnerOptions& options, const std::vector<fs::path>& files, Report& report) {
    async::try_again_at_once();
    for (const auto& path : files) {
        SpecFile file;
        const bool read = read_spec(path, file);
        report.file_begins(file.shown);
        if (!read) {
            fail_file(file, {"the file cannot be read", file.shown, {}, {}}, report);
        } else {
            run_file(options, file, report);
        }
        report.file_ends();
    }
}

}  // namespace rookery::spec
