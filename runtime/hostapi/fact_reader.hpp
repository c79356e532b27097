#pragma once

#include "hostapi/fact_cache.hpp"
#include "hostapi/worker.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace rookery::hostapi {

/// Reads facts on an extension's worker thread.
class FactReader {
  public:
    static constexpr Millis kDeadline{5'000};

    FactReader(std::shared_ptr<FactCache> facts, std::weak_ptr<Worker> worker, std::string bot)
        : facts_(std::move(facts)), worker_(std::move(worker)), bot_(std::move(bot)) {}

    /// `done` runs on the worker thread, possibly before the return; not at all once that has
    /// stopped.
    void get(const std::string& operation, const nlohmann::json& arguments, FactCache::Done done,
             Millis kept = FactCache::kKept) const;

    /// As of the cache.
    [[nodiscard]] bool has(const std::string& operation, const nlohmann::json& arguments) const {
        return facts_->has(bot_, operation, arguments);
    }

    /// What is at hand, else null: the platform is not asked. `done` as above.
    void known(const std::string& operation, const nlohmann::json& arguments,
               std::function<void(FactCache::Fact)> done) const;

    [[nodiscard]] const std::string& bot() const noexcept { return bot_; }

  private:
    std::shared_ptr<FactCache> facts_;
    std::weak_ptr<Worker> worker_;
    std::string bot_;
};

}  // namespace rookery::hostapi
