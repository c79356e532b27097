#pragma once

#include "base/clock.hpp"
#include "hostapi/operations.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// Answers of reading operations, kept for a short while: who owns a guild, its roles, a channel's
/// permissions. What is asked for while it is being read is read once. Any thread; outlives its
/// questions.
class FactCache : public std::enable_shared_from_this<FactCache> {
  public:
    using Fact = std::shared_ptr<const nlohmann::json>;
    using Done = std::function<void(Result<Fact>)>;

    static constexpr Millis kKept{15'000};
    static constexpr Millis kKeptLong{600'000};   ///< of what hardly ever changes
    static constexpr Millis kKeptRefusal{5'000};  ///< that there is no such thing
    static constexpr std::size_t kMost = 2'000;   ///< answers; beyond them the oldest goes

    [[nodiscard]] static std::shared_ptr<FactCache> make(const Clock& clock,
                                                         Operations& operations) {
        return std::shared_ptr<FactCache>(new FactCache(clock, operations));
    }

    /// `done` is called once, on any thread, possibly before the return. Errors of the operation;
    /// those that say that there is no such thing are kept, others are not.
    void get(const std::string& bot, const std::string& operation, const nlohmann::json& arguments,
             Millis deadline, Done done, Millis kept = kKept);

    /// The answer that is kept; null: none is.
    [[nodiscard]] Fact find(const std::string& bot, const std::string& operation,
                            const nlohmann::json& arguments) const;

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
    FactCache(const Clock& clock, Operations& operations)
        : clock_(clock), operations_(operations) {}
    void answered(const std::string& key, Millis kept, Result<nlohmann::json> answer);

    const Clock& clock_;
    Operations& operations_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::list<std::string> by_age_;
};

}  // namespace rookery::hostapi
