#pragma once

#include "base/result.hpp"
#include "sim/discord/actions.hpp"
#include "sim/http_server.hpp"
#include "sim/marker_account.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rookery::sim::discord {

class Rest;

/// Sends numbered messages at a steady rate and keeps its own account of which of them a bot has
/// handled, by what the bot wrote or by a tally file: never by what the runtime says of itself.
/// A message carries its marker RUN#N, N from 1. Simulator thread.
class LoadRuns {
  public:
    LoadRuns(Core& core, Actions& actions, Rest& rest);
    ~LoadRuns();

    /// {rate, seconds, guilds?, channels_per_guild?, limits?, prefix?, run?} -> {run, total}. One
    /// run at a time.
    [[nodiscard]] Result<Json> start(const Json& parameters);
    [[nodiscard]] Result<Json> progress(const std::string& run) const;
    /// Query: run?, tally?, settle_ms?, timeout_ms?. Answers once the count of handled markers has
    /// not moved for settle_ms, or all are handled, or the time is up.
    void verdict(const HttpRequest& request, const HttpResponder& respond);

  private:
    struct Run;
    struct Judgement;
    struct Place;

    void tick(const std::shared_ptr<Run>& run);
    void send_one(Run& run);
    void heard(const std::string& content, bool suppressed);
    void judge(const std::shared_ptr<Judgement>& judgement);
    [[nodiscard]] Json summary(const Run& run, const MarkerAccount& account) const;
    [[nodiscard]] std::shared_ptr<Run> find(const std::string& run) const;
    [[nodiscard]] std::vector<Place> places(unsigned guilds, unsigned channels_per_guild);

    Core& core_;
    Actions& actions_;
    Rest& rest_;
    std::vector<std::shared_ptr<Run>> runs_;
};

}  // namespace rookery::sim::discord
