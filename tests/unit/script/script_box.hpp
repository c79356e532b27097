#pragma once

#include "hostapi/extension.hpp"
#include "hostapi/hands_over.hpp"
#include "script/script_host.hpp"
#include "support/events.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_served.hpp"
#include "support/fake_web.hpp"
#include "support/intercept_probe.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/base_sink.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rookery::script::testing {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kSignalsAreDeferred =
    true;  // by the thread sanitizer: a hard stop cannot come in time
#else
inline constexpr bool kSignalsAreDeferred = false;
#endif

/// A directory that goes with the object.
class TempDir {
  public:
    TempDir() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rookery-script-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TempDir() { std::filesystem::remove_all(path_); }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

  private:
    std::filesystem::path path_;
};

class Lines final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::vector<std::string> all() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        lines_.emplace_back(message.payload.data(), message.payload.size());
    }
    void flush_() override {}

  private:
    std::vector<std::string> lines_;
};

class Finished final : public model::Delivery {
  public:
    void finished(std::uint64_t seq, unsigned /*slot*/) noexcept override {
        const std::lock_guard lock(mutex_);
        seqs_.push_back(seq);
    }
    std::vector<std::uint64_t> seqs() {
        const std::lock_guard lock(mutex_);
        return seqs_;
    }

  private:
    std::mutex mutex_;
    std::vector<std::uint64_t> seqs_;
};

/// A script as the runtime would run it: with a worker, a scope and recording ends instead of a bus
/// and platforms. Everything of the script happens on the worker's thread.
class ScriptBox {
  public:
    struct Options {
        hostapi::ExtensionLimits limits;
        nlohmann::json settings = nlohmann::json::object();
        std::string file = "probe.lua";
        Options() { limits.time_limit = Millis{30'000}; }  // tests share their processor
        /// Answers an operation at once; without it calls wait for answer().
        std::function<Result<nlohmann::json>(const hostapi::OperationCall&)> platform;
        std::function<void(const model::Event&, std::string_view handler)> begun;
        bool storage = false;   ///< the script has a store of its own
        bool commands = false;  ///< FakeCommands
        bool web = false;       ///< requests are answered by a FakeWeb
        std::shared_ptr<rookery::testing::FakeServed> server;  ///< what it serves through
        hostapi::Capabilities capabilities;
        std::function<Result<>(const nlohmann::json& command, const std::string& where)> declare;
    };

    explicit ScriptBox(std::string_view text) : ScriptBox(text, Options()) {}
    ScriptBox(std::string_view text, Options options) : options_(std::move(options)) {
        dir_.write(options_.file, text);
        worker_ = hostapi::Worker::start("probe");
        if (options_.storage) {
            auto opened = store::KvStore::open(dir_.path() / "kv.db");
            EXPECT_TRUE(opened) << (opened ? "" : opened.error().message());
            store_ = *std::move(opened);
            kv_.emplace(*store_, store::KvSpace{"script probe", std::size_t{4} << 20U},
                        options_.capabilities, worker_);
        }
    }
    ~ScriptBox() {
        stop();
        worker_->stop();
        EXPECT_TRUE(worker_->join(Millis{10'000}));
    }
    ScriptBox(const ScriptBox&) = delete;
    ScriptBox& operator=(const ScriptBox&) = delete;

    [[nodiscard]] TempDir& dir() { return dir_; }
    [[nodiscard]] hostapi::Extension& extension() { return *extension_; }
    [[nodiscard]] store::KvStore& store() { return *store_; }
    /// On the worker's thread, once the script is staged.
    [[nodiscard]] rookery::testing::FakeCommands& commands() { return *commands_; }
    /// What it has counted.
    [[nodiscard]] std::string metrics() { return metric_book_.text(); }

    Result<> stage() {
        ScriptHost host("0.0.0");
        auto extension = host.stage(context());
        if (!extension) {
            return extension.error();
        }
        extension_ = *std::move(extension);
        return {};
    }

    Result<> start() {
        if (auto staged = stage(); !staged) {
            return staged;
        }
        Result<> result;
        on_worker([&] { result = extension_->start(); });
        return result;
    }

    /// Starts, and fails the test when that fails.
    ScriptBox& started() {
        const auto result = start();
        EXPECT_TRUE(result) << (result ? "" : result.error().message());
        return *this;
    }

    void on_worker(const std::function<void()>& task) {
        ASSERT_TRUE(worker_->run(task, Millis{60'000}));
    }

    /// Hands over an event; returns when its handlers have returned or wait.
    void publish(std::string_view name, std::string_view payload) {
        const auto type = model::EventNames::intern(name);
        ASSERT_TRUE(type);
        const auto bot = model::intern_bot("main", "discord");
        ASSERT_TRUE(bot);
        auto event = model::Event::make(
            {*type, *bot, ++seq_, std::chrono::steady_clock::now(), delivery_}, payload);
        ASSERT_TRUE(event) << event.error().message();
        publish(*std::move(event));
    }
    /// The one event in hand comes once more, as number `seq` of the bot that has taken the place
    /// of its own.
    void deliver_again(std::string_view name, std::string_view payload, std::uint64_t seq) {
        const auto type = model::EventNames::intern(name);
        const auto bot = model::intern_bot("main", "discord");
        const auto event = *model::Event::make(
            {*type, *bot, seq, std::chrono::steady_clock::now(), delivery_}, payload);
        on_worker([&] {
            auto& hands = dynamic_cast<hostapi::HandsOver&>(*extension_);
            EXPECT_EQ(hands.in_hand(event->bot_name()), std::vector{event->dedupe_key()});
            hostapi::Ticket ticket(event, 0, counters_);
            hands.deliver_again(ticket);
            EXPECT_EQ(ticket.event(), nullptr);
        });
    }
    void publish(model::EventPtr event) {
        on_worker([&] { extension_->handle(hostapi::Ticket(std::move(event), 0, counters_)); });
    }
    /// Puts a messageCreate before the script's interception of that number.
    void intercept(std::string_view content, std::uint64_t tag = 1) {
        const nlohmann::json payload = {{"id", "900"},
                                        {"channel_id", "500"},
                                        {"content", content},
                                        {"author", {{"id", "7"}, {"username", "alice"}}},
                                        {"mentions", nlohmann::json::array()}};
        const auto event = rookery::testing::make_event("messageCreate", payload.dump(), ++seq_);
        probe_.offer(event, [&](const hostapi::Ticket::Interception& at) {
            on_worker([&] { extension_->intercept(hostapi::Ticket(event, at, counters_), tag); });
        });
    }
    rookery::testing::InterceptProbe& probe() { return probe_; }
    /// Event and priority of what the script intercepts, or did.
    [[nodiscard]] const std::vector<std::string>& intercepted() const { return intercepted_; }
    void message(std::string_view content) {
        publish("messageCreate", nlohmann::json{{"id", "900"},
                                                {"channel_id", "500"},
                                                {"guild_id", "100"},
                                                {"content", content},
                                                {"type", 0},
                                                {"timestamp", "2024-01-02T03:04:05.678000+00:00"},
                                                {"mentions", nlohmann::json::array()},
                                                {"attachments", nlohmann::json::array()},
                                                {"embeds", nlohmann::json::array()},
                                                {"author", {{"id", "7"}, {"username", "alice"}}}}
                                     .dump());
    }

    /// Answers the oldest open call.
    void answer(Result<nlohmann::json> result) {
        hostapi::OperationDone done;
        {
            const std::lock_guard lock(mutex_);
            ASSERT_FALSE(open_.empty());
            done = std::move(open_.front());
            open_.erase(open_.begin());
        }
        on_worker([&] { done(std::move(result)); });
    }

    Result<std::optional<hostapi::SavedState>> save() {
        Result<std::optional<hostapi::SavedState>> result = Error();
        on_worker([&] { result = extension_->save(); });
        return result;
    }
    Result<> load(const hostapi::SavedState& state) {
        Result<> result;
        on_worker([&] { result = extension_->load(state); });
        return result;
    }
    std::size_t in_flight() {
        std::size_t count = 0;
        on_worker([&] { count = extension_->in_flight(); });
        return count;
    }
    std::vector<std::string> effects() {
        std::vector<std::string> labels;
        on_worker([&] { labels = scope_.list(); });
        return labels;
    }

    void stop(bus::Lane::Rest rest = bus::Lane::Rest::finish) {
        on_worker([&] {
            if (extension_) {
                extension_->stop(rest);
                extension_.reset();
            }
            scope_.undo_all();
        });
    }

    [[nodiscard]] std::vector<std::string> lines() { return lines_->all(); }
    /// What the script printed, joined by '|'.
    [[nodiscard]] std::string printed() {
        std::string text;
        for (const auto& line : lines()) {
            text += (text.empty() ? "" : "|") + line;
        }
        return text;
    }
    [[nodiscard]] std::vector<hostapi::OperationCall> calls() {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    [[nodiscard]] std::vector<std::string> failures() {
        const std::lock_guard lock(mutex_);
        return failures_;
    }
    [[nodiscard]] hostapi::ExtensionCounters& counters() { return *counters_; }
    [[nodiscard]] std::vector<std::uint64_t> finished() { return delivery_->seqs(); }
    [[nodiscard]] int subscriptions() const { return subscriptions_; }

    /// Polls until it holds or ten seconds have passed.
    [[nodiscard]] static bool eventually(const std::function<bool()>& condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < until) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(Millis{1});
        }
        return false;
    }
    [[nodiscard]] bool eventually_printed(const std::string& text) {
        return eventually([&] { return printed() == text; });
    }

  private:
    hostapi::ExtensionContext context() {
        hostapi::ExtensionContext context;
        context.spec.path = dir_.path() / options_.file;
        context.spec.name = options_.file.substr(0, options_.file.find_first_of("./"));
        context.spec.settings = options_.settings;
        context.spec.limits = options_.limits;
        context.log = std::make_shared<spdlog::logger>("probe", lines_);
        context.log->set_level(spdlog::level::trace);
        context.worker = worker_.get();
        context.scope = &scope_;
        context.counters = counters_;
        context.subscribe = [this](std::string_view event) -> Result<hostapi::EffectId> {
            if (auto type = model::EventNames::intern(event); !type) {
                return type.error();
            }
            ++subscriptions_;
            return scope_.add("on " + std::string(event), [this] { --subscriptions_; });
        };
        context.intercept =
            [this](std::string_view event,
                   std::int32_t priority) -> Result<hostapi::ExtensionContext::Interception> {
            if (auto type = model::EventNames::intern(event); !type) {
                return type.error();
            }
            intercepted_.push_back(std::string(event) + " " + std::to_string(priority));
            return hostapi::ExtensionContext::Interception{
                scope_.add("intercept " + std::string(event), [] {}), intercepted_.size()};
        };
        context.call = [this](hostapi::OperationCall call, hostapi::OperationDone done) {
            Result<nlohmann::json> answer = Error();
            if (options_.platform) {
                answer = options_.platform(call);
            }
            const std::lock_guard lock(mutex_);
            calls_.push_back(std::move(call));
            if (options_.platform) {
                worker_->post(
                    [done = std::move(done), answer = std::move(answer)] { done(answer); });
            } else {
                open_.push_back(std::move(done));
            }
        };
        context.begun = options_.begun;
        if (options_.commands) {
            context.commands = &commands_.emplace(scope_);
        }
        context.kv = kv_ ? &*kv_ : nullptr;
        if (store_) {
            context.settings = &settings_.emplace(
                *store_, hostapi::GuildBooks::space_of("script probe"),
                *hostapi::GuildBooks(*store_).of("script probe"), options_.capabilities, worker_);
            context.metrics =
                &metrics_.emplace(metric_book_, "script probe", options_.capabilities);
        }
        if (options_.web) {
            context.web = &web_.emplace(std::make_unique<rookery::testing::FakeWeb>(),
                                        options_.capabilities, worker_);
        }
        if (options_.server) {
            context.server = &serving_.emplace(options_.server, options_.capabilities, scope_);
        }
        if (options_.declare) {
            context.declare = [this](const nlohmann::json& command,
                                     const std::string& where) -> Result<hostapi::EffectId> {
                if (auto declared = options_.declare(command, where); !declared) {
                    return declared.error();
                }
                return scope_.add("command", [] {});
            };
        }
        context.failed = [this](const std::string& reason) {
            const std::lock_guard lock(mutex_);
            failures_.push_back(reason);
        };
        return context;
    }

    TempDir dir_;
    Options options_;
    std::unique_ptr<store::KvStore> store_;
    std::shared_ptr<hostapi::Worker> worker_;
    std::optional<hostapi::Kv> kv_;
    std::optional<hostapi::Web> web_;
    std::optional<hostapi::GuildSettings> settings_;
    hostapi::MetricBook metric_book_;
    std::optional<hostapi::Metrics> metrics_;
    hostapi::Scope scope_;
    std::optional<rookery::testing::FakeCommands> commands_;
    std::optional<hostapi::Serving> serving_;
    std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
    std::shared_ptr<Finished> delivery_ = std::make_shared<Finished>();
    std::shared_ptr<hostapi::ExtensionCounters> counters_ =
        std::make_shared<hostapi::ExtensionCounters>();
    rookery::testing::InterceptProbe probe_;
    std::vector<std::string> intercepted_;
    std::unique_ptr<hostapi::Extension> extension_;
    std::uint64_t seq_ = 0;
    int subscriptions_ = 0;
    std::mutex mutex_;
    std::vector<hostapi::OperationCall> calls_;
    std::vector<hostapi::OperationDone> open_;
    std::vector<std::string> failures_;
};

}  // namespace rookery::script::testing
