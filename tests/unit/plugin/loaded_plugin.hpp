#pragma once

#include "hostapi/extension.hpp"
#include "plugin/plugin_host.hpp"
#include "support/events.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_served.hpp"
#include "support/fake_web.hpp"
#include "support/intercept_probe.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ringbuffer_sink.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rookery::plugin {

inline std::filesystem::path fixture_path(const std::string& name) {
    return std::filesystem::path(ROOKERY_FIXTURE_PLUGINS) / (name + ".so");
}

/// Waits, bounded, until `condition` holds.
template <class Condition>
bool eventually(const Condition& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(Millis{1});
    }
    return true;
}

/// One plugin with everything that an instance has around it: a worker, a scope, and a context that
/// records what the plugin wants.
class LoadedPlugin {
  public:
    struct Wish {
        hostapi::OperationCall call;
        hostapi::OperationDone done;
    };

    LoadedPlugin(PluginHost& host, const std::filesystem::path& path,
                 nlohmann::json settings = nlohmann::json::object(), std::string name = {})
        : sink_(std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1000)),
          worker_(hostapi::Worker::start("plugin")),
          scope_(std::make_unique<hostapi::Scope>()),
          counters_(std::make_shared<hostapi::ExtensionCounters>()) {
        auto store = store::KvStore::open(folder_ / "kv.db");
        EXPECT_TRUE(store) << (store ? "" : store.error().message());
        store_ = *std::move(store);
        kv_.emplace(*store_, store::KvSpace{"plugin test", std::size_t{4} << 20U}, capabilities_,
                    worker_);
        hostapi::ExtensionContext context;
        context.spec.name = name.empty() ? path.stem().string() : std::move(name);
        context.spec.path = path;
        context.spec.settings = std::move(settings);
        context.spec.places = {{"list.1", "bot.toml:7:13"}};
        context.log = std::make_shared<spdlog::logger>("plugin", sink_);
        context.log->set_level(spdlog::level::debug);
        context.worker = worker_.get();
        context.scope = scope_.get();
        context.counters = counters_;
        context.kv = &*kv_;
        web_.emplace(std::make_unique<testing::FakeWeb>(), capabilities_, worker_);
        context.web = &*web_;
        settings_.emplace(*store_, hostapi::GuildBooks::space_of("plugin test"),
                          *hostapi::GuildBooks(*store_).of("plugin test"), capabilities_, worker_);
        context.settings = &*settings_;
        metrics_.emplace(metric_book_, "plugin test", capabilities_);
        context.metrics = &*metrics_;
        serving_.emplace(served_, capabilities_, *scope_);
        context.server = &*serving_;
        context.subscribe = [this](std::string_view event) -> Result<hostapi::EffectId> {
            subscribed_.emplace_back(event);
            return scope_->add("on " + std::string(event), [this] { ++unsubscribed_; });
        };
        context.intercept =
            [this](std::string_view event,
                   std::int32_t priority) -> Result<hostapi::ExtensionContext::Interception> {
            intercepted_.push_back(std::string(event) + " " + std::to_string(priority));
            return hostapi::ExtensionContext::Interception{
                scope_->add("intercept " + std::string(event), [] {}), intercepted_.size()};
        };
        context.commands = &commands_;
        context.call = [this](hostapi::OperationCall call, hostapi::OperationDone done) {
            const std::scoped_lock lock(mutex_);
            wishes_.push_back({std::move(call), std::move(done)});
        };
        context.declare = [this](const nlohmann::json& command,
                                 const std::string&) -> Result<hostapi::EffectId> {
            if (!command.is_object() || !command.contains("name")) {
                return Error(ErrorKind::invalid, "name: is missing");
            }
            declared_.push_back(command["name"].get<std::string>());
            return scope_->add("command", [] {});
        };
        context.begun = [this](const model::Event&, std::string_view handler) {
            begun_.emplace_back(handler);
        };
        auto staged = host.stage(std::move(context));
        if (!staged) {
            started_ = staged.error();
            return;
        }
        extension_ = *std::move(staged);
    }

    ~LoadedPlugin() {
        if (!worker_) {
            return;
        }
        stop(bus::Lane::Rest::finish);
        worker_->stop();
        EXPECT_TRUE(worker_->join(Millis{20'000}));
    }

    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;

    /// Runs on the worker and waits.
    template <class Task>
    void on_worker(Task task) {
        ASSERT_TRUE(worker_->run([&task] { task(); }, Millis{60'000}));
    }

    /// Empty when it started, else why not.
    std::string start() {
        if (extension_ != nullptr) {
            on_worker([this] { started_ = extension_->start(); });
        }
        return started_ ? "" : started_.error().message();
    }

    void send(const model::EventPtr& event, unsigned slot = 3) {
        on_worker([&] { extension_->handle(hostapi::Ticket(event, slot, counters_)); });
    }
    /// A messageCreate with that content.
    void message(const std::string& content, std::uint64_t seq = 1,
                 const model::DeliveryPtr& delivery = {}) {
        const nlohmann::json payload = {{"id", "77"},
                                        {"channel_id", "1001"},
                                        {"content", content},
                                        {"author", {{"id", "5"}, {"username", "alice"}}},
                                        {"mentions", {{{"id", "6"}, {"username", "bob"}}}}};
        send(testing::make_event("messageCreate", payload.dump(), seq, delivery));
    }

    /// Puts a messageCreate before the plugin's first interception.
    void intercept(const std::string& content, std::uint64_t seq = 1) {
        const nlohmann::json payload = {{"channel_id", "1001"}, {"content", content}};
        const auto event = testing::make_event("messageCreate", payload.dump(), seq);
        probe_.offer(event, [&](const hostapi::Ticket::Interception& at) {
            on_worker([&] { extension_->intercept(hostapi::Ticket(event, at, counters_), 1); });
        });
    }
    /// What the plugin declares and handles; worker thread.
    [[nodiscard]] testing::FakeCommands& commands() { return commands_; }
    testing::InterceptProbe& probe() { return probe_; }
    [[nodiscard]] const std::vector<std::string>& intercepted() const { return intercepted_; }

    Result<std::optional<hostapi::SavedState>> save() {
        Result<std::optional<hostapi::SavedState>> out(std::nullopt);
        on_worker([&] { out = extension_->save(); });
        return out;
    }
    Result<> load(const hostapi::SavedState& state) {
        Result<> out;
        on_worker([&] { out = extension_->load(state); });
        return out;
    }

    /// Ends the plugin and unloads it; the scope must be empty then.
    void stop(bus::Lane::Rest rest) {
        if (extension_ == nullptr) {
            return;
        }
        on_worker([&] {
            extension_->stop(rest);
            left_ = scope_->size();
            scope_->undo_all();
            extension_.reset();
        });
        EXPECT_EQ(left_, 0U);
    }

    /// Lets the worker go on by itself, as the manager does with one that hangs. The parts are
    /// never freed.
    void abandon() {
        worker_->abandon();
        worker_.reset();
    }

    /// What it serves; worker thread.
    [[nodiscard]] testing::FakeServed& served() { return *served_; }
    std::size_t in_flight() {
        std::size_t out = 0;
        on_worker([&] { out = extension_->in_flight(); });
        return out;
    }
    std::vector<std::string> effects() {
        std::vector<std::string> out;
        on_worker([&] { out = scope_->list(); });
        return out;
    }
    std::string version() { return extension_->version(); }

    /// What the plugin asked for, oldest first.
    std::size_t wish_count() {
        const std::scoped_lock lock(mutex_);
        return wishes_.size();
    }
    const hostapi::OperationCall& wish(std::size_t index) {
        const std::scoped_lock lock(mutex_);
        return wishes_.at(index).call;
    }
    void answer(std::size_t index, Result<nlohmann::json> result) {
        on_worker([&] { wishes_.at(index).done(std::move(result)); });
    }

    /// All lines of the log.
    std::string log() {
        std::string out;
        for (const std::string& line : sink_->last_formatted()) {
            out += line;
        }
        return out;
    }
    bool logged(const std::string& text) { return log().find(text) != std::string::npos; }
    /// How often `text` stands in the log.
    std::size_t count_logged(const std::string& text) {
        const std::string all = log();
        std::size_t count = 0;
        for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) {
            ++count;
        }
        return count;
    }

    /// What it has counted.
    std::string metrics() { return metric_book_.text(); }

    hostapi::Worker& worker() { return *worker_; }
    hostapi::ExtensionCounters& counters() { return *counters_; }
    hostapi::Extension& extension() { return *extension_; }
    [[nodiscard]] const std::vector<std::string>& subscribed() const { return subscribed_; }
    [[nodiscard]] const std::vector<std::string>& declared() const { return declared_; }
    [[nodiscard]] const std::vector<std::string>& begun() const { return begun_; }
    [[nodiscard]] int unsubscribed() const { return unsubscribed_; }

  private:
    testing::InterceptProbe probe_;
    std::vector<std::string> intercepted_;
    testing::TempDir folder_;
    std::unique_ptr<store::KvStore> store_;
    hostapi::Capabilities capabilities_;
    std::optional<hostapi::Kv> kv_;
    std::optional<hostapi::Web> web_;
    std::optional<hostapi::GuildSettings> settings_;
    hostapi::MetricBook metric_book_;
    std::optional<hostapi::Metrics> metrics_;
    std::shared_ptr<testing::FakeServed> served_ = std::make_shared<testing::FakeServed>();
    std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> sink_;
    std::shared_ptr<hostapi::Worker> worker_;
    std::unique_ptr<hostapi::Scope> scope_;
    testing::FakeCommands commands_{*scope_};
    std::optional<hostapi::Serving> serving_;
    std::shared_ptr<hostapi::ExtensionCounters> counters_;
    std::vector<std::string> subscribed_;
    std::vector<std::string> declared_;
    std::vector<std::string> begun_;
    int unsubscribed_ = 0;
    std::mutex mutex_;
    std::vector<Wish> wishes_;
    std::unique_ptr<hostapi::Extension> extension_;
    Result<> started_;
    std::size_t left_ = 0;
};

/// A host with a staging folder of its own.
class PluginTest : public ::testing::Test {
  protected:
    testing::TempDir dir_;
    PluginHost host_{dir_ / "staged"};

    /// How many mappings of the process are copies that this test staged.
    std::size_t mappings() {
        std::ifstream file("/proc/self/maps");
        const std::string maps(std::istreambuf_iterator<char>(file), {});
        const std::string wanted = (dir_ / "staged").string();
        std::size_t count = 0;
        for (auto at = maps.find(wanted); at != std::string::npos; at = maps.find(wanted, at + 1)) {
            ++count;
        }
        return count;
    }

    std::size_t staged_files() {
        std::error_code code;
        const std::filesystem::directory_iterator files(dir_ / "staged", code);
        return code ? 0
                    : static_cast<std::size_t>(std::distance(std::filesystem::begin(files),
                                                             std::filesystem::end(files)));
    }
};

}  // namespace rookery::plugin
