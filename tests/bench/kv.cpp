// What a call to the key-value store costs: calls a second of one and of eight extensions, each
// with one call under way at a time, and with 32.
#include "store/kv.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using rookery::store::KvOutcome;
using rookery::store::KvSpace;
using rookery::store::KvStore;
using Clock = std::chrono::steady_clock;

constexpr auto kDuration = std::chrono::seconds(2);
constexpr int kKeys = 10'000;

/// One extension: begins a call whenever fewer than `depth` are under way.
class Caller {
  public:
    Caller(KvStore& store, int number, int depth, bool writes)
        : store_(store),
          space_{"script " + std::to_string(number)},
          depth_(depth),
          writes_(writes) {}

    void run(Clock::time_point until) {
        for (int i = 0; Clock::now() < until; ++i) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return under_way_ < depth_; });
                ++under_way_;
            }
            begin("key/" + std::to_string(i % kKeys));
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return under_way_ == 0; });
    }

    [[nodiscard]] long done() const { return done_; }

  private:
    void begin(std::string key) {
        if (writes_) {
            store_.apply(space_, {{}, {{std::move(key), std::string(100, 'x'), {}}}},
                         [this](const rookery::Result<KvOutcome>& result) { end(bool(result)); });
        } else {
            store_.get(space_, std::move(key),
                       [this](const rookery::Result<std::optional<std::string>>& result) {
                           end(bool(result));
                       });
        }
    }
    void end(bool good) {
        if (!good) {
            std::abort();
        }
        const std::scoped_lock lock(mutex_);
        ++done_;
        --under_way_;
        changed_.notify_one();
    }

    KvStore& store_;
    KvSpace space_;
    const int depth_;
    const bool writes_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int under_way_ = 0;
    long done_ = 0;
};

double calls_a_second(KvStore& store, int extensions, int depth, bool writes) {
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::thread> threads;
    const auto begun = Clock::now();
    for (int i = 0; i < extensions; ++i) {
        callers.push_back(std::make_unique<Caller>(store, i, depth, writes));
        threads.emplace_back([&caller = *callers.back(), begun] { caller.run(begun + kDuration); });
    }
    long done = 0;
    for (int i = 0; i < extensions; ++i) {
        threads[static_cast<std::size_t>(i)].join();
        done += callers[static_cast<std::size_t>(i)]->done();
    }
    const std::chrono::duration<double> took = Clock::now() - begun;
    return static_cast<double>(done) / took.count();
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
        std::printf("%-10s %12s %10s %14s\n", "call", "extensions", "under way", "calls/s");
        for (const bool writes : {true, false}) {
            for (const int extensions : {1, 8}) {
                for (const int depth : {1, 32}) {
                    std::printf("%-10s %12d %10d %14.0f\n", writes ? "set" : "get", extensions,
                                depth, calls_a_second(**store, extensions, depth, writes));
                    std::fflush(stdout);
                }
            }
        }
    }
    std::filesystem::remove_all(folder);
    return 0;
}
