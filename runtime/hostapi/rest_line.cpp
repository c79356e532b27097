#include "hostapi/rest_line.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace rookery::hostapi {
namespace {

Error refusal(const std::string& why) {
    return {ErrorKind::limit, why + " (rest_limit and rest_guild_limit of its section)"};
}

}  // namespace

void RestLine::add(Job job, SteadyTime now) {
    const bool first_of_guild = std::none_of(
        jobs_.begin(), jobs_.end(), [&](const Job& other) { return other.guild == job.guild; });
    if (first_of_guild && !budget_.take(job.guild, now)) {
        job.run(std::nullopt);
        return;
    }
    if (jobs_.size() >= kMost) {
        job.run(
            refusal(std::to_string(kMost) + " requests wait for this extension's budget already"));
        return;
    }
    jobs_.push_back(std::move(job));
    if (first_of_guild) {
        run(now);
    }
}

void RestLine::run(SteadyTime now) {
    std::optional<SteadyTime> next;
    const auto note = [&next](SteadyTime when) { next = next ? std::min(*next, when) : when; };
    std::set<std::uint64_t> waiting;
    std::list<Job> ready;
    std::list<Job> late;
    for (auto job = jobs_.begin(); job != jobs_.end();) {
        const auto at = job++;
        if (at->deadline <= now) {
            late.splice(late.end(), jobs_, at);
            continue;
        }
        // In order within a guild: what comes behind one that waits waits, too.
        const auto when = waiting.contains(at->guild) ? std::optional<SteadyTime>()
                                                      : budget_.take(at->guild, now);
        if (!when && !waiting.contains(at->guild)) {
            ready.splice(ready.end(), jobs_, at);
            continue;
        }
        waiting.insert(at->guild);
        note(at->deadline);
        if (when) {
            note(*when);
        }
    }
    if (next) {
        wake_(*next);
    }
    for (const Job& job : ready) {
        job.run(std::nullopt);
    }
    for (const Job& job : late) {
        job.run(refusal("this extension's budget had no room for it before its deadline"));
    }
}

}  // namespace rookery::hostapi
