#include "store/kv.hpp"

#include "store/kv_tables.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

namespace rookery::store {
namespace {

constexpr std::size_t kMostGroup = 512;        // jobs of one commit
constexpr std::size_t kMostWaiting = 100'000;  // jobs
constexpr std::size_t kMostWaitingBytes = std::size_t{128} << 20U;
constexpr Millis kCheckpointAfter{1'000};
constexpr Millis kSweepEvery{30'000};

std::int64_t wall_clock() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// One call on its way.
class Job {
  public:
    explicit Job(std::size_t bytes, bool writes) : bytes_(bytes), writes_(writes) {}
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;

    /// An error: the transaction cannot go on.
    virtual Result<> run(KvTables& tables) = 0;
    /// After the commit; `failure` is why there is none, and the same for all of the group.
    virtual void finish(const Error* failure) = 0;

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool writes() const noexcept { return writes_; }

  private:
    std::size_t bytes_;
    bool writes_;
};

template <class T>
class Call final : public Job {
  public:
    using Work = std::function<Result<T>(KvTables&)>;
    Call(std::size_t bytes, bool writes, Work work, KvStore::Done<T> done)
        : Job(bytes, writes), work_(std::move(work)), done_(std::move(done)) {}

    Result<> run(KvTables& tables) override {
        result_ = work_(tables);
        const bool own = result_ || result_.error().kind() == ErrorKind::limit ||
                         result_.error().kind() == ErrorKind::invalid;
        return own ? Result<>() : result_.error();
    }
    void finish(const Error* failure) override {
        done_(failure == nullptr ? std::move(result_) : Result<T>(*failure));
    }

  private:
    Work work_;
    KvStore::Done<T> done_;
    Result<T> result_ = Error();
};

using JobPtr = std::unique_ptr<Job>;

Result<> check_key(const std::string& key) {
    if (key.empty()) {
        return Error(ErrorKind::invalid, "the key is empty");
    }
    return key.size() <= kLongestKvKey
               ? Result<>()
               : Error(ErrorKind::limit, "the key is longer than 512 bytes");
}

Result<> check_value(const std::optional<std::string>& value) {
    return !value || value->size() <= kLargestKvValue
               ? Result<>()
               : Error(ErrorKind::limit, "the value is larger than 1 MiB");
}

Result<std::size_t> check_batch(const KvBatch& batch) {
    if (batch.checks.size() > kMostKvBatch || batch.writes.size() > kMostKvBatch) {
        return Error(ErrorKind::limit, "more than 128 checks or writes at once");
    }
    std::size_t bytes = 0;
    const auto count = [&bytes](const std::string& key, const std::optional<std::string>& value) {
        auto checked = check_key(key);
        if (checked) {
            checked = check_value(value);
        }
        bytes += key.size() + (value ? value->size() : 0);
        return checked;
    };
    for (const KvCheck& check : batch.checks) {
        if (auto counted = count(check.key, check.value); !counted) {
            return counted.error();
        }
    }
    std::set<std::string_view> keys;
    for (const KvWrite& write : batch.writes) {
        if (auto counted = count(write.key, write.value); !counted) {
            return counted.error();
        }
        if (!keys.insert(write.key).second) {
            return Error(ErrorKind::invalid, "a batch writes a key once");
        }
        if (write.ttl.count() < 0) {
            return Error(ErrorKind::invalid, "the time to live is negative");
        }
    }
    return bytes;
}

Result<> check_effect(const std::optional<KvEffect>& effect) {
    return !effect || !effect->note || effect->note->size() <= kLargestKvNote
               ? Result<>()
               : Error(ErrorKind::limit, "what is noted is larger than 64 KiB");
}

/// An event that is finished.
struct Finished {
    std::string space;
    std::string event;
    Millis later{0};
    std::uint64_t after = 0;  ///< jobs that were begun before
};

}  // namespace

struct KvStore::Impl {
    Impl(KvTables opened, Clock given) : tables(std::move(opened)), clock(std::move(given)) {
        thread = std::thread([this] { loop(); });
        pthread_setname_np(thread.native_handle(), "kv");
    }
    ~Impl() {
        {
            const std::scoped_lock lock(mutex);
            closing = true;
        }
        changed.notify_all();
        thread.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void add(JobPtr job) {
        std::optional<Error> refusal;
        {
            const std::scoped_lock lock(mutex);
            if (closing) {
                refusal.emplace(ErrorKind::unavailable, "the store is closing");
            } else if (jobs.size() >= kMostWaiting ||
                       waiting_bytes + job->bytes() > kMostWaitingBytes) {
                refusal.emplace(ErrorKind::limit, "too much waits to be stored");
            } else {
                waiting_bytes += job->bytes();
                jobs.push_back(std::move(job));
                ++added;
            }
        }
        if (refusal) {
            job->finish(&*refusal);
            return;
        }
        changed.notify_one();
    }

    void loop();
    void run_group(std::vector<JobPtr>& group);
    void take_finished();
    void rest();

    KvTables tables;
    Clock clock;
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<JobPtr> jobs;
    std::size_t waiting_bytes = 0;
    std::uint64_t added = 0;  ///< jobs, and those taken from the deque
    std::uint64_t taken = 0;
    std::deque<Finished> finished;
    bool closing = false;
    bool working = false;   ///< on what has been taken from the jobs
    bool sweeping = false;  ///< asked for
    bool dirty = false;     ///< committed since the last checkpoint; store thread
    SteadyTime next_sweep{};
    SteadyTime next_checkpoint{};
    std::thread thread;
};

void KvStore::Impl::loop() {
    std::vector<JobPtr> group;
    next_sweep = std::chrono::steady_clock::now() + kSweepEvery;
    while (true) {
        {
            std::unique_lock lock(mutex);
            working = false;
            const auto ready = [this] { return !jobs.empty() || closing || sweeping; };
            changed.wait_until(lock, dirty ? std::min(next_checkpoint, next_sweep) : next_sweep,
                               ready);
            if (jobs.empty() && closing) {
                break;
            }
            while (!jobs.empty() && group.size() < kMostGroup) {
                waiting_bytes -= jobs.front()->bytes();
                group.push_back(std::move(jobs.front()));
                jobs.pop_front();
                ++taken;
            }
            working = true;
        }
        tables.set_time(clock());
        if (!group.empty()) {
            run_group(group);
            group.clear();
        }
        take_finished();
        rest();
    }
    tables.checkpoint();
}

/// All of the group in one transaction: what one of them reads may be what another has written, so
/// that they stand or fall together.
void KvStore::Impl::run_group(std::vector<JobPtr>& group) {
    const bool writes =
        std::any_of(group.begin(), group.end(), [](const JobPtr& job) { return job->writes(); });
    Result<> committed = writes ? tables.begin() : Result<>();
    if (committed) {
        for (const JobPtr& job : group) {
            // Where nothing is written, a call that fails is its own affair.
            if (auto ran = job->run(tables); !ran && writes) {
                committed = ran;
                break;
            }
        }
        if (committed && writes) {
            committed = tables.commit();
        }
    }
    if (!committed) {
        tables.roll_back();
    } else if (writes && !std::exchange(dirty, true)) {
        next_checkpoint = std::chrono::steady_clock::now() + kCheckpointAfter;
    }
    const Error failure = committed ? Error() : committed.error();
    for (const JobPtr& job : group) {
        job->finish(committed ? nullptr : &failure);
    }
}

/// Forgets the events of which everything has been carried out.
void KvStore::Impl::take_finished() {
    std::vector<Finished> over;
    {
        const std::scoped_lock lock(mutex);
        while (!finished.empty() && finished.front().after <= taken) {
            over.push_back(std::move(finished.front()));
            finished.pop_front();
        }
    }
    for (Finished& one : over) {
        tables.forget(std::move(one.space), std::move(one.event), one.later);
    }
}

/// What is done beside the calls: durability against a power failure, and expiry.
void KvStore::Impl::rest() {
    const SteadyTime now = std::chrono::steady_clock::now();
    bool asked = false;
    {
        const std::scoped_lock lock(mutex);
        asked = std::exchange(sweeping, false);
    }
    if (asked || now >= next_sweep) {
        next_sweep = now + kSweepEvery;
        Result<bool> more = true;
        if (auto begun = tables.begin(); begun) {
            more = tables.sweep();
            if (!more || !tables.commit()) {
                tables.roll_back();
            } else if (*more) {
                next_sweep = now;
            }
        }
    }
    if (dirty && now >= next_checkpoint) {
        dirty = false;
        tables.checkpoint();
    }
}

KvStore::KvStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KvStore::~KvStore() = default;

Result<std::unique_ptr<KvStore>> KvStore::open(const std::filesystem::path& file, Clock clock) {
    if (!clock) {
        clock = &wall_clock;
    }
    auto tables = KvTables::open(file, clock());
    if (!tables) {
        return tables.error();
    }
    return std::unique_ptr<KvStore>(
        new KvStore(std::make_unique<Impl>(*std::move(tables), std::move(clock))));
}

void KvStore::get(KvSpace space, std::string key, Done<std::optional<std::string>> done) {
    if (auto checked = check_key(key); !checked) {
        done(checked.error());
        return;
    }
    const std::size_t bytes = key.size();
    impl_->add(std::make_unique<Call<std::optional<std::string>>>(
        bytes, false,
        [space = std::move(space), key = std::move(key)](KvTables& tables) {
            return tables.get(space, key);
        },
        std::move(done)));
}

void KvStore::apply(KvSpace space, KvBatch batch, Done<KvOutcome> done,
                    std::optional<KvEffect> effect) {
    const auto bytes = check_batch(batch);
    const auto checked = bytes ? check_effect(effect) : Result<>(bytes.error());
    if (!checked) {
        done(checked.error());
        return;
    }
    impl_->add(std::make_unique<Call<KvOutcome>>(
        *bytes + (effect && effect->note ? effect->note->size() : 0), true,
        [space = std::move(space), batch = std::move(batch), effect = std::move(effect)](
            KvTables& tables) { return tables.apply(space, batch, effect); },
        std::move(done)));
}

void KvStore::add(KvSpace space, std::string key, std::int64_t amount, Done<std::int64_t> done,
                  std::optional<KvEffect> effect) {
    auto checked = check_key(key);
    if (checked) {
        checked = check_effect(effect);
    }
    if (!checked) {
        done(checked.error());
        return;
    }
    const std::size_t bytes = key.size();
    impl_->add(std::make_unique<Call<std::int64_t>>(
        bytes, true,
        [space = std::move(space), key = std::move(key), amount, effect = std::move(effect)](
            KvTables& tables) { return tables.add(space, key, amount, effect); },
        std::move(done)));
}

void KvStore::recall(KvSpace space, KvEffect effect, Done<std::optional<std::string>> done) {
    impl_->add(std::make_unique<Call<std::optional<std::string>>>(
        0, false,
        [space = std::move(space), effect = std::move(effect)](KvTables& tables) {
            return tables.recall(space, effect);
        },
        std::move(done)));
}

void KvStore::forget(const KvSpace& space, std::string event, Millis later) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->finished.push_back({space.name, std::move(event), later, impl_->added});
}

void KvStore::list(KvSpace space, KvRange range, Done<KvPage> done) {
    if (range.prefix.size() > kLongestKvKey || range.after.size() > kLongestKvKey) {
        done(Error(ErrorKind::limit, "the prefix is longer than 512 bytes"));
        return;
    }
    if (range.limit < 1 || range.limit > kMostKvListed) {
        done(Error(ErrorKind::invalid, "the limit must be between 1 and 1000"));
        return;
    }
    impl_->add(std::make_unique<Call<KvPage>>(
        range.prefix.size(), false,
        [space = std::move(space), range = std::move(range)](KvTables& tables) {
            return tables.list(space, range);
        },
        std::move(done)));
}

bool KvStore::idle() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->jobs.empty() && !impl_->working;
}

void KvStore::sweep() {
    {
        const std::scoped_lock lock(impl_->mutex);
        impl_->sweeping = true;
    }
    impl_->changed.notify_one();
}

}  // namespace rookery::store
