#include "spec/world.hpp"

#include "app/bots.hpp"
#include "base/log.hpp"
#include "command/component_id.hpp"
#include "spec/sockets.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>

namespace rookery::spec {
namespace {

namespace fs = std::filesystem;

/// Monday, 2024-01-01 12:00:00 UTC: the same in every run.
constexpr WallTime kStart{std::chrono::seconds{1'704'110'400}};
constexpr std::array kAllGrants = {"kv",     "settings", "metrics", "serve",
                                   "rest:*", "events:*", "http:*"};
constexpr std::string_view kSuffix = "_spec";

/// Regular files alone: a socket is nothing that stays.
/// What is stored goes last: of an effect and of its event being done with, a killed process may
/// leave the first alone, never the second. The log of the database is folded into it now and then:
/// it goes before it.
int place_in_line(const fs::path& file) {
    const auto name = file.filename().string();
    return !name.starts_with("kv.db") ? 0 : name.ends_with("-wal") ? 1 : 2;
}

/// What may come and go meanwhile is nothing that a runtime goes on with.
void copy_files(const fs::path& from, const fs::path& to, std::error_code& problem) {
    fs::create_directories(to, problem);
    std::vector<fs::path> files;
    fs::recursive_directory_iterator walk(from, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
        std::error_code gone;
        if (walk->is_directory(gone)) {
            fs::create_directories(to / walk->path().lexically_relative(from), problem);
        } else if (walk->is_regular_file(gone)) {
            files.push_back(walk->path());
        }
    }
    std::stable_sort(files.begin(), files.end(), [](const auto& left, const auto& right) {
        return place_in_line(left) < place_in_line(right);
    });
    for (const auto& file : files) {
        std::error_code one;
        fs::copy_file(file, to / file.lexically_relative(from), one);
        if (one && one != std::errc::no_such_file_or_directory) {
            problem = one;
        }
    }
}

constexpr Millis kTimeLimit{2'000};  ///< of a handler's run, where the usual one holds

/// A look of ours is one piece of work for each of the two loops.
constexpr std::uint64_t kOwnLooks = 2;

Error fault_of(const std::string& text) { return {ErrorKind::invalid, "world: " + text}; }

}  // namespace

const char* name_of(Fault fault) {
    constexpr std::array kNames = {"", "resume", "duplicate", "429", "delay", "crash"};
    return kNames.at(static_cast<std::size_t>(fault));
}

World::World(WorldPlan plan)
    : plan_(std::move(plan)),
      platform_(plan_.options.value("platform", std::string("discord"))),
      time_(kStart) {}

Result<std::unique_ptr<World>> World::start(WorldPlan plan) {
    std::unique_ptr<World> world(new World(std::move(plan)));
    if (auto prepared = world->prepare(); !prepared) {
        return prepared.error();
    }
    return world;
}

Result<std::vector<fs::path>> World::files_of(WorldPlan plan) {
    World world(std::move(plan));
    for (const auto step : {&World::configure, &World::choose_extensions}) {
        if (auto done = (world.*step)(); !done) {
            return done.error();
        }
    }
    std::vector<fs::path> files;
    for (const auto& script : world.config_.scripts.sections) {
        const auto& dir = world.config_.scripts.dir;
        files.insert(files.end(), {dir / (script.name + ".lua"), dir / script.name, dir / "lib"});
    }
    for (const auto& plugin : world.config_.plugins.sections) {
        files.push_back(world.config_.plugins.dir / (plugin.name + ".so"));
    }
    return files;
}

World::~World() {
    runtime_.reset();
    simulator_.reset();
    std::error_code ignored;
    if (!dir_.empty()) {
        fs::remove_all(dir_, ignored);
    }
}

Result<> World::prepare() {
    std::string pattern = (fs::temp_directory_path() / "rookery-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        return Error(ErrorKind::io,
                     "cannot make a folder in " + fs::temp_directory_path().string());
    }
    dir_ = pattern;
    for (const auto step : {&World::configure, &World::choose_extensions, &World::start_simulator,
                            &World::start_runtime}) {
        if (auto done = (this->*step)(); !done) {
            return done;
        }
    }
    return {};
}

/// What `world { config = ... }` says, and over it what every world has.
Result<> World::configure() {
    const auto text = plan_.options.value("config", std::string());
    const std::string table =
        "\n[simulator]\nenabled = true\n[[bot]]\nname = \"bot\"\nplatform = \"" + platform_ +
        "\"\n" + (platform_ == "discord" ? "compression = \"none\"\n" : "");
    const bool has_bot = text.find("[[bot]]") != std::string::npos;
    const auto parsed =
        config::parse(has_bot ? text : text + table, plan_.spec, app::load_options());
    if (!parsed) {
        return parsed.error().within("world: config");
    }
    config_ = *parsed;
    config_.warnings.clear();
    config_.runtime.drain_timeout = Millis{0};
    config_.server.port = 0;
    config_.simulator.enabled = false;
    config_.scripts.enabled = config_.plugins.enabled = false;
    config_.scripts.dir = config_.plugins.dir = dir_ / "none";
    for (auto& bot : config_.bots) {
        bot.simulated = true;
    }
    platform_ = config_.bots.front().platform;
    return {};
}

Result<> World::add_extension(const std::string& kind, const std::string& name,
                              const nlohmann::json& settings) {
    auto& section = kind == "plugin" ? config_.plugins : config_.scripts;
    fs::path dir = plan_.plugins_dir;
    auto path = fs::path(name);
    // A plugin's own folder has its spec beside its build: that is newer than what is installed.
    if (const auto built = plan_.spec.parent_path() / "build" / "plugins";
        kind == "plugin" && fs::exists(built / path.stem().concat(".so"))) {
        dir = built;
    }
    if (kind == "script") {
        path = fs::weakly_canonical(plan_.spec.parent_path() / path);
        if (path.filename() == "init.lua") {
            path = path.parent_path();
        }
        dir = path.parent_path();
        const auto file = fs::path(path).replace_extension(".lua");
        if (!fs::exists(file) && !fs::exists(path / "init.lua")) {
            return fault_of("there is no script " + file.string());
        }
    } else if (!fs::exists(dir / path.stem().concat(".so"))) {
        return fault_of("there is no plugin " + (dir / path.stem().concat(".so")).string() +
                        "; --plugins DIR says where they are");
    }
    const auto stem = path.stem().string();
    if (section.dir != dir_ / "none" && section.dir != dir) {
        return fault_of("all " + kind + "s of a world have to be in one folder: " +
                        section.dir.string() + " or " + dir.string());
    }
    section.dir = dir;
    auto own = section.of(stem);
    std::erase_if(section.sections, [&](const auto& other) { return other.name == stem; });
    own.enabled = true;
    // How fast the machine is at the moment is nothing that a case is about.
    if (own.time_limit == config::ExtensionSection{}.time_limit) {
        own.time_limit = kTimeLimit;
    }
    if (settings.is_object()) {
        own.settings.update(settings);
    }
    const auto& grants = plan_.options.value("grants", nlohmann::json());
    if (grants.is_array()) {
        for (const auto& grant : grants) {
            own.grant.push_back(grant.get<std::string>());
        }
    } else {
        own.grant.insert(own.grant.end(), kAllGrants.begin(), kAllGrants.end());
    }
    section.sections.push_back(std::move(own));
    return {};
}

Result<> World::choose_extensions() {
    const auto& options = plan_.options;
    const auto settings = options.value("settings", nlohmann::json::object());
    bool any = false;
    for (const char* kind : {"script", "plugin"}) {
        if (const auto one = options.value(kind, std::string()); !one.empty()) {
            any = true;
            if (auto added = add_extension(kind, one, settings); !added) {
                return added;
            }
        }
        const auto several = options.value(std::string(kind) + "s", nlohmann::json::array());
        for (const auto& [key, value] : several.items()) {
            any = true;
            const auto name = value.is_string() ? value.get<std::string>() : key;
            if (auto added = add_extension(kind, name, value.is_object() ? value : settings);
                !added) {
                return added;
            }
        }
        any = any || options.contains(std::string(kind) + "s");
    }
    if (any) {
        return {};
    }
    auto name = plan_.spec.stem().string();
    name.resize(name.size() - std::min(name.size(), kSuffix.size()));
    const auto folder = plan_.spec.parent_path();
    if (fs::exists(folder / (name + ".lua")) || fs::exists(folder / name / "init.lua")) {
        return add_extension("script", name, settings);
    }
    if (fs::exists(folder / "init.lua")) {
        return add_extension("script", folder.string(), settings);
    }
    return add_extension("plugin", name, settings);
}

Result<> World::start_simulator() {
    sim::Options options;
    options.platforms.clear();
    options.tokens.clear();
    for (const auto& bot : config_.bots) {
        auto& tokens = bot.platform == "discord" ? options.tokens : options.tokens_of[bot.platform];
        tokens.push_back(app::simulated_token(bot.name));
        if (std::find(options.platforms.begin(), options.platforms.end(), bot.platform) ==
            options.platforms.end()) {
            options.platforms.push_back(bot.platform);
        }
    }
    options.rate_limits = false;
    options.identify_spacing = Millis{0};
    options.calendar = &time_;
    auto simulator = sim::Simulator::start(std::move(options));
    if (!simulator) {
        return simulator.error().within("simulator");
    }
    simulator_ = *std::move(simulator);
    begin_fault();
    return {};
}

Result<> World::start_runtime() {
    app::RunOptions options;
    options.config = config_;
    options.state = dir_ / ("state" + std::to_string(lives_));
    options.around = {&time_, simulator_.get(), &web_};
    auto runtime = app::Embedded::start(std::move(options));
    if (!runtime) {
        return runtime.error();
    }
    runtime_ = *std::move(runtime);
    return {};
}

Result<> World::check() const {
    const auto failures = runtime_->failures();
    return failures.empty() ? Result<>() : Result<>(Error(ErrorKind::invalid, failures.front()));
}

/// What is under way, with the work that everybody has done so far. The simulator first: what it
/// has sent is then at the runtime, and what that does of it with the workers.
std::string World::busy(std::uint64_t& activity) const {
    activity = simulator_->catch_up();
    auto what = runtime_->busy();
    activity += what.activity;
    for (const auto& sleeper : time_.sleepers()) {
        activity += sleeper->activity();
        if (what.text.empty()) {
            what.text = sleeper->busy();
        }
    }
    return what.text;
}

/// Nobody is busy, twice, with no work in between, and nothing was on its way when that began: then
/// nothing can come any more.
Result<std::optional<nlohmann::json>> World::rest() {
    const auto until = std::chrono::steady_clock::now() + plan_.patience;
    std::chrono::microseconds pause{20};
    while (true) {
        if (auto question = web_.question()) {
            return question;
        }
        std::string what;
        if (delayed_ && events_wait()) {
            what = "an event is delayed";
        } else if (bytes_under_way()) {
            what = "bytes are on their way";
        }
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        what = what.empty() ? busy(before) : what;
        if (what.empty()) {
            what = busy(after);
            if (what.empty() && after == before + kOwnLooks) {
                return web_.question();  // that of somebody who was still busy above
            }
        }
        if (std::chrono::steady_clock::now() > until) {
            return Error(ErrorKind::timeout,
                         "not at rest after " + std::to_string(plan_.patience.count()) +
                             " ms of real time: " + (what.empty() ? "it goes on and on" : what));
        }
        if (!what.empty()) {
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, std::chrono::microseconds{1'000});
        }
    }
}

Result<std::optional<nlohmann::json>> World::advance_to(SteadyTime target) {
    while (true) {
        auto rested = rest();
        if (!rested || *rested) {
            return rested;
        }
        const auto due = time_.next_due();
        if (!due || *due > target) {
            time_.turn_to(target);
            return rest();
        }
        time_.turn_to(*due);
    }
}

Result<nlohmann::json> World::ask(const std::string& target, nlohmann::json body, bool act) {
    if (body.is_object() && !body.contains("platform")) {
        body["platform"] = platform_;
    }
    if (body.is_object() && body.value("kind", std::string()) == "delay_events") {
        delayed_ = true;
    }
    // Which events still wait, these simulators tell.
    const bool tells = platform_ == "discord" || platform_ == "revolt";
    if (act && plan_.fault == Fault::delay && tells) {
        break_something({{"kind", "delay_events"}, {"count", 1}, {"ms", 5}});
    }
    const auto requests = act && plan_.fault == Fault::crash ? requests_so_far() : 0;
    const auto answer = simulator_->ask(target, body.is_object() ? body.dump() : std::string());
    auto json = nlohmann::json::parse(answer.body, nullptr, false);
    if (answer.status >= 300) {
        return Error(answer.status == 404 ? ErrorKind::not_found : ErrorKind::invalid,
                     json.is_object() ? json.value("error", answer.body) : answer.body);
    }
    if (act && plan_.fault == Fault::resume) {
        break_something({{"kind", "reconnect"}, {"kind_elsewhere", "reset"}});
    }
    if (act && plan_.fault == Fault::crash) {
        if (auto crashed = crash_in_the_middle(requests); !crashed) {
            return crashed.error();
        }
    }
    return json;
}

/// What the platform's simulator does not know is not broken there.
void World::break_something(nlohmann::json fault) {
    if (platform_ != "discord" && fault.contains("kind_elsewhere")) {
        fault["kind"] = fault["kind_elsewhere"];
    }
    fault["platform"] = platform_;
    (void)simulator_->ask("/_sim/fault", fault.dump());
}

/// What goes wrong all the time; what hits single acts is in ask().
void World::begin_fault() {
    constexpr unsigned kAlways = 1'000'000'000;
    switch (plan_.fault) {
        case Fault::none:
        case Fault::resume:
        case Fault::crash:
            break;
        case Fault::duplicate:
            break_something({{"kind", "duplicate"}, {"count", kAlways}});
            break;
        case Fault::limited:
            break_something({{"kind", "rest_429"}, {"every", 3}, {"retry_after", 0.01}});
            break;
        case Fault::delay:
            delayed_ = true;
            break_something({{"kind", "rest_slow"}, {"count", kAlways}, {"ms", 3}});
            break;
    }
}

std::uint64_t World::requests_so_far() const {
    const auto log = nlohmann::json::parse(
        simulator_->ask("/_sim/log?kind=rest&limit=100000&platform=" + platform_, "").body, nullptr,
        false);
    return log.is_array() ? log.size() : 0;
}

/// At its first request, its second one, or before any, by turns: what that request was for is then
/// done, and nobody has noted it. From the moment of the copy on the old runtime can do no more.
Result<> World::crash_in_the_middle(std::uint64_t requests) {
    const auto moment = requests + ++acts_ % 3;
    const auto until = std::chrono::steady_clock::now() + plan_.patience;
    while (requests_so_far() < moment && std::chrono::steady_clock::now() < until) {
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        // What asks the web, or waits for time to pass, goes no further by itself either.
        if (web_.question() || (!bytes_under_way() && busy(before).empty() && busy(after).empty() &&
                                after == before + kOwnLooks)) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::microseconds{50});
    }
    return again(Again::crash);
}

/// Whether an event waits in the simulator for its time.
bool World::events_wait() const {
    const auto sessions =
        nlohmann::json::parse(simulator_->ask("/_sim/sessions", "").body, nullptr, false);
    const auto list = sessions.is_object() ? sessions.value("sessions", nlohmann::json::array())
                                           : nlohmann::json::array();
    return std::any_of(list.begin(), list.end(), [](const auto& session) {
        return session.value("sent", std::uint64_t{0}) < session.value("seq", std::uint64_t{0}) ||
               session.value("waiting", std::uint64_t{0}) > 0;
    });
}

/// What a killed process had not done it does not do any more: the platform hears nothing of it.
Result<> World::again(Again how) {
    constexpr unsigned kAlways = 1'000'000'000;
    const auto old = dir_ / ("state" + std::to_string(lives_));
    const auto next = dir_ / ("state" + std::to_string(lives_ + 1));
    std::error_code problem;
    if (how == Again::crash) {
        // What a killed process leaves is what its files hold at that moment.
        copy_files(old, next, problem);
        break_something({{"kind", "rest_error"}, {"count", kAlways}, {"status", 503}});
    }
    runtime_.reset();
    if (how == Again::crash) {
        break_something({{"kind", "rest_error"}, {"count", 0}});
    }
    if (how == Again::restart) {
        fs::rename(old, next, problem);
    }
    if (problem) {
        return Error(ErrorKind::io, "cannot keep the state of the runtime: " + problem.message());
    }
    ++lives_;
    return start_runtime();
}

std::string World::action_of(const std::string& custom_id) const {
    command::ComponentKey key{};
    std::ifstream file(dir_ / ("state" + std::to_string(lives_)) / "components.key",
                       std::ios::binary);
    file.read(reinterpret_cast<char*>(key.data()), static_cast<std::streamsize>(key.size()));
    const auto opened = file ? command::unseal(key, custom_id)
                             : Result<command::OpenedId>(Error(ErrorKind::io, "no key"));
    return opened ? opened->record.action : std::string();
}

Result<std::vector<std::string>> World::reload(const std::string& name) {
    return runtime_->reload(name);
}

}  // namespace rookery::spec
