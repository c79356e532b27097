#include "base/assert.hpp"
#include "hostapi/extension.hpp"
#include "model/bots.hpp"
#include "model/event_names.hpp"
#include "plugin/plugin_host.hpp"
#include "script/script_host.hpp"
#include "traffic.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

// What one event costs in a handler, beside a loop that calls C++ and reads the same fields; and
// what a script takes that does nothing. The events are indexed beforehand: connection, bus and
// index are run.py's business. Usage: bench_extensions FOLDER_OF_PLUGINS FOLDER_OF_SCRIPTS
namespace {

using namespace rookery;
using nlohmann::json;

constexpr int kEvents = 500;  ///< as many as stay in the processor's caches, as fresh ones do
constexpr int kPasses = 40;
constexpr int kRounds = 25;

std::vector<model::EventPtr> make_events() {
    bench::Traffic traffic(bench::Mix::messages);
    const auto type = model::EventNames::intern("messageCreate");
    const auto bot = model::intern_bot("bench", "discord");
    RK_ASSERT(type && bot);
    std::vector<model::EventPtr> events;
    for (int i = 0; i < kEvents; ++i) {
        const auto payload = json::parse(traffic.next())["d"].dump();
        auto event = model::Event::make({*type, *bot, static_cast<std::uint64_t>(i) + 1,
                                         std::chrono::steady_clock::now(), nullptr},
                                        payload);
        RK_ASSERT(event.has_value());
        events.push_back(*std::move(event));
    }
    return events;
}

double thread_cpu_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Median microseconds of this thread for each event.
double measure(const std::vector<model::EventPtr>& events,
               const std::function<void(const model::EventPtr&)>& handle) {
    std::vector<double> rounds;
    for (int round = 0; round < kRounds; ++round) {
        const double before = thread_cpu_us();
        for (int pass = 0; pass < kPasses; ++pass) {
            for (const auto& event : events) {
                handle(event);
            }
        }
        rounds.push_back((thread_cpu_us() - before) / (kPasses * kEvents));
    }
    std::sort(rounds.begin(), rounds.end());
    return rounds[kRounds / 2];
}

/// The floor: a ticket and the fields, by their positions, straight from the model.
class Bare {
  public:
    Bare(const model::Event& sample, int fields) {
        const std::vector<std::string_view> own =
            fields == 0   ? std::vector<std::string_view>{}
            : fields == 1 ? std::vector<std::string_view>{"content"}
            : fields == 3 ? std::vector<std::string_view>{"content", "channelId"}
                          : std::vector<std::string_view>{
                                "content", "id",  "channelId", "createdAt", "type",      "flags",
                                "pinned",  "tts", "guildId",   "editedAt",  "webhookId", "replyTo"};
        const std::vector<std::string_view> of_author =
            fields < 3    ? std::vector<std::string_view>{}
            : fields == 3 ? std::vector<std::string_view>{"username"}
                          : std::vector<std::string_view>{"id",        "username",      "createdAt",
                                                          "avatarUrl", "discriminator", "bot",
                                                          "system",    "globalName"};
        const model::View message = sample.view();
        author_ = position(message, "author");
        for (const auto name : own) {
            own_.push_back(position(message, name));
        }
        if (!of_author.empty()) {
            const model::View author = message.get(author_, scratch_).object;
            for (const auto name : of_author) {
                of_author_.push_back(position(author, name));
            }
        }
    }

    void operator()(const model::EventPtr& event,
                    const std::shared_ptr<hostapi::ExtensionCounters>& counters) {
        hostapi::Ticket ticket(event, 0, counters);
        const model::View message = ticket.event()->view();
        for (const auto field : own_) {
            seen_ += size(message.get(field, scratch_));
        }
        if (!of_author_.empty()) {
            const model::View author = message.get(author_, scratch_).object;
            for (const auto field : of_author_) {
                seen_ += size(author.get(field, scratch_));
            }
        }
        scratch_.clear();
        ticket.finish();
    }
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }

  private:
    static model::FieldIndex position(const model::View& view, std::string_view name) {
        const auto fields = view.fields();
        const auto found = std::find_if(fields.begin(), fields.end(),
                                        [&](const auto& field) { return field.name == name; });
        RK_ASSERT(found != fields.end());
        return static_cast<model::FieldIndex>(found - fields.begin());
    }
    static std::uint64_t size(const model::Value& value) {
        return value.kind == model::Value::Kind::text ? value.text.size()
                                                      : static_cast<std::uint64_t>(value.boolean);
    }

    model::StringScratch scratch_;
    model::FieldIndex author_ = 0;
    std::vector<model::FieldIndex> own_, of_author_;
    std::uint64_t seen_ = 0;
};

/// An extension with what an instance has around it.
class Loaded {
  public:
    Loaded(hostapi::ExtensionHost& host, const std::filesystem::path& path, json settings) {
        hostapi::ExtensionContext context;
        context.spec.name = path.stem();
        context.spec.path = path;
        context.spec.settings = std::move(settings);
        context.spec.limits.time_limit = Millis{0};
        context.log = std::make_shared<spdlog::logger>(
            "bench", std::make_shared<spdlog::sinks::null_sink_mt>());
        context.worker = worker_.get();
        context.scope = &scope_;
        context.counters = counters_;
        context.subscribe = [this](std::string_view) -> Result<hostapi::EffectId> {
            return scope_.add("on", [] {});
        };
        context.call = [](const hostapi::OperationCall&, const hostapi::OperationDone&) {};
        context.failed = [](const std::string& why) {
            std::fprintf(stderr, "failed: %s\n", why.c_str());
            std::exit(1);
        };
        auto staged = host.stage(std::move(context));
        check(staged ? Result<>() : Result<>(staged.error()));
        extension_ = *std::move(staged);
        Result<> started;
        on_worker([&] { started = extension_->start(); });
        check(started);
    }
    ~Loaded() {
        on_worker([&] {
            extension_->stop(bus::Lane::Rest::finish);
            scope_.undo_all();
            extension_.reset();
        });
        worker_->stop();
        worker_->join(Millis{10'000});
    }
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;

    [[nodiscard]] double cost(const std::vector<model::EventPtr>& events) {
        double out = 0;
        on_worker([&] {
            out = measure(events, [&](const model::EventPtr& event) {
                extension_->handle(hostapi::Ticket(event, 0, counters_));
            });
        });
        RK_ASSERT(counters_->handled == std::uint64_t{kEvents} * kPasses * kRounds);
        RK_ASSERT(counters_->errors == 0);
        return out;
    }

    [[nodiscard]] double memory_kib() const {
        return static_cast<double>(counters_->memory.load()) / 1024;
    }

  private:
    static void check(const Result<>& result) {
        if (!result) {
            std::fprintf(stderr, "%s\n", result.error().message().c_str());
            std::exit(1);
        }
    }
    template <class Task>
    void on_worker(const Task& task) {
        RK_ASSERT(worker_->run([&task] { task(); }, Millis{600'000}));
    }

    std::shared_ptr<hostapi::Worker> worker_ = hostapi::Worker::start("bench");
    hostapi::Scope scope_;
    std::shared_ptr<hostapi::ExtensionCounters> counters_ =
        std::make_shared<hostapi::ExtensionCounters>();
    std::unique_ptr<hostapi::Extension> extension_;
};

double resident_kib() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

void idle_scripts(const std::filesystem::path& folder) {
    script::ScriptHost host("0.0.0");
    const double before = resident_kib();
    std::vector<std::unique_ptr<Loaded>> loaded;
    const auto add = [&] {
        loaded.push_back(
            std::make_unique<Loaded>(host, folder / "fields.lua", json{{"fields", 1}}));
    };
    add();
    const double one = resident_kib() - before;
    std::vector<double> starts;
    while (loaded.size() < 100) {
        const auto begun = std::chrono::steady_clock::now();
        add();
        starts.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun)
                .count());
    }
    std::sort(starts.begin(), starts.end());
    std::printf(
        "\nidle scripts: the first %.0f KiB resident, a hundred %.1f MiB, %.0f KiB each, "
        "%.0f in Lua; %.0f us to start one, thread included (median)\n",
        one, (resident_kib() - before) / 1024, (resident_kib() - before) / 100,
        loaded.back()->memory_kib(), starts[starts.size() / 2]);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_extensions FOLDER_OF_PLUGINS FOLDER_OF_SCRIPTS\n");
        return 2;
    }
    const std::filesystem::path plugins = argv[1];
    const std::filesystem::path scripts = argv[2];
    idle_scripts(scripts);  // first, while the heap is small

    const auto events = make_events();
    const auto counters = std::make_shared<hostapi::ExtensionCounters>();
    const auto staging =
        std::filesystem::temp_directory_path() / ("rookery-bench-" + std::to_string(getpid()));
    std::filesystem::create_directories(staging);
    {
        plugin::PluginHost plugin_host(staging);
        script::ScriptHost script_host("0.0.0");
        std::printf(
            "\nmicroseconds for each messageCreate, one thread, index made beforehand; medians of "
            "%d "
            "times %d events\n%8s %10s %10s %8s %10s %8s\n",
            kRounds, kPasses * kEvents, "fields", "bare loop", "plugin", "x bare", "Lua", "x bare");
        for (const int fields : {0, 1, 3, 20}) {
            Bare bare(*events.front(), fields);
            const double floor =
                measure(events, [&](const model::EventPtr& event) { bare(event, counters); });
            const json settings = {{"fields", fields}};
            const double native = Loaded(plugin_host, plugins / "fields.so", settings).cost(events);
            const double lua = Loaded(script_host, scripts / "fields.lua", settings).cost(events);
            std::printf("%8d %10.3f %10.3f %8.1f %10.3f %8.1f\n", fields, floor, native,
                        native / floor, lua, lua / floor);
        }
    }
    std::filesystem::remove_all(staging);
    return 0;
}
