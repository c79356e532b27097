// What a call to the key-value store costs: calls a second of one and of eight extensions, each
// with one call under way at a time, and with 32. "for event": the same on behalf of an event,
// which is recorded with the call and forgotten after it.
#include "store/kv.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using rookery::store::KvEffect;
using rookery::store::KvSpace;
using rookery::store::KvStore;
using Clock = std::chrono::steady_clock;

constexpr auto kDuration = std::chrono::seconds(2);
constexpr int kKeys = 10'000;

enum class Kind { set, set_for_event, incr, incr_for_event, get };

constexpr Kind kKinds[] = {Kind::set, Kind::set_for_event, Kind::incr, Kind::incr_for_event,
                           Kind::get};
constexpr const char* kNames[] = {"set", "set for event", "incr", "incr for event", "get"};

/// One extension: begins a call whenever fewer than `depth` are under way.
class Caller {
  public:
    Caller(KvStore& store, int number, int depth, Kind kind)
        : store_(store), space_{"script " + std::to_string(number)}, depth_(depth), kind_(kind) {}

    void run(Clock::time_point until) {
        for (int i = 0; Clock::now() < until; ++i) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return under_way_ < depth_; });
                ++under_way_;
            }
            const bool number = kind_ == Kind::incr || kind_ == Kind::incr_for_event;
            begin((number ? "number/" : "key/") + std::to_string(i % kKeys), i);
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return under_way_ == 0; });
    }

    [[nodiscard]] long done() const { return done_; }

  private:
    void begin(std::string key, int i) {
        std::optional<KvEffect> effect;
        if (kind_ == Kind::set_for_event || kind_ == Kind::incr_for_event) {
            effect = KvEffect{"the event's name " + std::to_string(i), 1, false, {}};
        }
        const auto done = [this, event = effect ? effect->event : ""](const auto& result) {
            end(bool(result), event);
        };
        switch (kind_) {
            case Kind::set:
            case Kind::set_for_event:
                store_.apply(space_, {{}, {{std::move(key), std::string(100, 'x'), {}}}}, done,
                             std::move(effect));
                break;
            case Kind::incr:
            case Kind::incr_for_event:
                store_.add(space_, std::move(key), 1, done, std::move(effect));
                break;
            case Kind::get:
                store_.get(space_, std::move(key), done);
        }
    }
    void end(bool good, const std::string& event) {
        if (!good) {
            std::abort();
        }
        if (!event.empty()) {
            store_.forget(space_, event);
        }
        const std::scoped_lock lock(mutex_);
        ++done_;
        --under_way_;
        changed_.notify_one();
    }

    KvStore& store_;
    KvSpace space_;
    const int depth_;
    const Kind kind_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int under_way_ = 0;
    long done_ = 0;
};

struct Outcome {
    double calls_a_second;
    double micros_a_call;  ///< processor time of all threads, which a busy machine changes less
};

Outcome measure(KvStore& store, int extensions, int depth, Kind kind) {
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::thread> threads;
    const auto begun = Clock::now();
    const std::clock_t used = std::clock();
    for (int i = 0; i < extensions; ++i) {
        callers.push_back(std::make_unique<Caller>(store, i, depth, kind));
        threads.emplace_back([&caller = *callers.back(), begun] { caller.run(begun + kDuration); });
    }
    long done = 0;
    for (int i = 0; i < extensions; ++i) {
        threads[static_cast<std::size_t>(i)].join();
        done += callers[static_cast<std::size_t>(i)]->done();
    }
    const std::chrono::duration<double> took = Clock::now() - begun;
    const double micros = 1e6 * static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
    return {static_cast<double>(done) / took.count(), micros / static_cast<double>(done)};
}

}  // namespace

int main() {
    const auto folder =
        std::filesystem::temp_directory_path() / ("rookery-bench-kv-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    {
        auto store = KvStore::open(folder / "kv.db");
        if (!store) {
            std::fprintf(stderr, "%s\n", store.error().message().c_str());
            return 1;
        }
        std::printf("%-14s %12s %10s %10s %14s\n", "call", "extensions", "under way", "calls/s",
                    "us cpu a call");
        for (const Kind kind : kKinds) {
            for (const int extensions : {1, 8}) {
                for (const int depth : {1, 32}) {
                    const Outcome outcome = measure(**store, extensions, depth, kind);
                    std::printf("%-14s %12d %10d %10.0f %14.2f\n",
                                kNames[static_cast<std::size_t>(kind)], extensions, depth,
                                outcome.calls_a_second, outcome.micros_a_call);
                    std::fflush(stdout);
                }
            }
        }
    }
    std::filesystem::remove_all(folder);
    return 0;
}
