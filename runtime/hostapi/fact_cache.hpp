#pragma once

#include "base/clock.hpp"
#include "hostapi/operations.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// Answers of reading operations, kept for a short while: who owns a guild, its roles, a channel's
/// permissions. What is asked for while it is being read is read once. Any thread; outlives its
/// questions.
class FactCache : public std::enable_shared_from_this<FactCache> {
  public:
    using Fact = std::shared_ptr<const nlohmann::json>;
    using Done = std::function<void(Result<Fact>)>;

    /// What a bot keeps of its platform, as the operation that asks the platform for it would
    /// answer; not_found where it keeps nothing of that. `done` is called once, on any thread.
    using Keeper = std::function<void(const std::string& bot, const model::OperationInfo&,
                                      nlohmann::json arguments, OperationDone done)>;

    static constexpr Millis kKept{15'000};
    static constexpr Millis kKeptOfBot{1'000};    ///< of what the bot keeps and changes by events
    static constexpr Millis kKeptLong{600'000};   ///< of what hardly ever changes
    static constexpr Millis kKeptRefusal{5'000};  ///< that there is no such thing
    static constexpr std::size_t kMost = 2'000;   ///< answers; beyond them the oldest goes

    /// `keeper`: null: bots keep nothing.
    [[nodiscard]] static std::shared_ptr<FactCache> make(const Clock& clock, Operations& operations,
                                                         Keeper keeper = nullptr) {
        return std::shared_ptr<FactCache>(new FactCache(clock, operations, std::move(keeper)));
    }

    /// `done` is called once, on any thread, possibly before the return. Errors of the operation;
    /// those that say that there is no such thing are kept, others are not.
    void get(const std::string& bot, const std::string& operation, const nlohmann::json& arguments,
             Millis deadline, Done done, Millis kept = kKept);

    /// The same as far as it is at hand, with the bot or here; else null. The platform is never
    /// asked. A list can lack what was there before the bot kept such things.
    void known(const std::string& bot, const std::string& operation,
               const nlohmann::json& arguments, std::function<void(Fact)> done);

    /// Whether get() would not ask the platform: it has answered lately, or is being asked.
    [[nodiscard]] bool has(const std::string& bot, const std::string& operation,
                           const nlohmann::json& arguments) const;

    /// The answer that is kept; null: none is.
    [[nodiscard]] Fact find(const std::string& bot, const std::string& operation,
                            const nlohmann::json& arguments) const;

    /// Keepers that have been asked, and have not answered yet.
    [[nodiscard]] std::size_t asking() const noexcept { return asking_; }

    /// The bot's facts are forgotten: it may be another account now.
    void forget(const std::string& bot);

  private:
    struct Entry {
        Fact fact;
        std::optional<Error> refusal;  ///< instead of it
        SteadyTime until{};
        std::vector<Done> waiting;  ///< while it is being read
        std::list<std::string>::iterator age;
    };
    FactCache(const Clock& clock, Operations& operations, Keeper keeper)
        : clock_(clock), operations_(operations), keeper_(std::move(keeper)) {}
    void answered(const std::string& key, Millis kept, Result<nlohmann::json> answer);
    [[nodiscard]] Fact fresh(const std::string& key) const;
    Fact keep(const std::string& key, nlohmann::json value);
    void shrink();

    const Clock& clock_;
    Operations& operations_;
    const Keeper keeper_;
    std::atomic<std::size_t> asking_{0};
    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::list<std::string> by_age_;
};

}  // namespace rookery::hostapi
