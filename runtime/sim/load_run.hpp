#pragma once

#include "sim/marker_account.hpp"
#include "sim/platform_sim.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rookery::sim {

/// Sends numbered messages at a steady rate and keeps its own account of which of them a bot has
/// handled, by what bots wrote or by a tally file: never by what the runtime says of itself.
/// A message carries its marker RUN#N, N from 1. Simulator thread.
class LoadRuns {
  public:
    explicit LoadRuns(Shared& shared) : shared_(shared) {}

    /// {rate, seconds, guilds?, channels_per_guild?, limits?, prefix?, run?} -> {run, total}. One
    /// run at a time on each platform.
    [[nodiscard]] Result<Json> start(const std::string& name, PlatformSim& platform,
                                     const Json& parameters);
    [[nodiscard]] Result<Json> progress(const std::string& run) const;
    /// Query: run?, platform? (whose last run), tally?, on?, settle_ms?, timeout_ms?. Answers once
    /// the count of handled markers has not moved for settle_ms, or all are handled, or the time is
    /// up. `on` names the platform on which bots answer, when it is another one than the run's: a
    /// relay carries the markers over.
    void verdict(const HttpRequest& request, const HttpResponder& respond);
    /// A bot wrote something on that platform.
    void heard(const std::string& platform, const BotMessage& message);

  private:
    struct Run;
    struct Judgement;

    void tick(const std::shared_ptr<Run>& run);
    static void send_one(Run& run, std::uint32_t place);
    void judge(const std::shared_ptr<Judgement>& judgement);
    [[nodiscard]] static Json summary(const Run& run, const MarkerAccount& account);
    [[nodiscard]] std::shared_ptr<Run> find(const std::string& run,
                                            const std::string& platform) const;

    Shared& shared_;
    std::vector<std::shared_ptr<Run>> runs_;
};

}  // namespace rookery::sim
