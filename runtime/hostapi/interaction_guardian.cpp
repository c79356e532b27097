#include "base/log.hpp"
#include "hostapi/interaction_entry.hpp"

#include <algorithm>
#include <utility>

/// The part of the desk that defers what nobody has answered.
namespace rookery::hostapi {

using nlohmann::json;

std::optional<SteadyTime> Interactions::poll() {
    std::vector<EntryPtr> forgotten;
    std::optional<SteadyTime> again;
    {
        const std::scoped_lock lock(mutex_);
        const SteadyTime now = clock_.now();
        while (!due_.empty() && due_.begin()->first <= now) {
            const EntryPtr entry = std::move(due_.begin()->second);
            due_.erase(due_.begin());
            const bool held = std::any_of(entry->parts.begin(), entry->parts.end(),
                                          [](const Part& part) { return !part.finished; });
            // Where everybody is done with it nobody will answer, and "thinking" would be a lie.
            if (entry->state.answered == Answered::no && !entry->busy && !entry->expired && held) {
                entry->busy = true;
                report(*entry, now);
                forgotten.push_back(entry);
            }
        }
        shrink(now);
        if (!due_.empty()) {
            again = due_.begin()->first;
        }
    }
    for (const EntryPtr& entry : forgotten) {
        guard(entry);
    }
    return again;
}

void Interactions::guard(const EntryPtr& entry) {
    auto waiting = std::make_shared<Waiting>();
    waiting->guardian = true;
    waiting->deadline = kAnswerDeadline;
    waiting->steps = {guardian_step(entry->type, !entry->message.empty())};
    waiting->done = [name = title(*entry)](const Result<json>& result) {
        if (!result) {
            log::get("interactions")
                ->warn("{} could not be deferred: {}", name, result.error().message());
        }
    };
    run(entry, std::move(waiting));
}

/// Says whose time was used.
void Interactions::report(const Entry& entry, SteadyTime now) {
    std::string who;
    for (const Part& part : entry.parts) {
        if (part.finished) {
            continue;
        }
        ++counters_.late[part.owner];
        who += (who.empty() ? "" : ", ") + part.owner;
        if (!part.begun) {
            who += " has not begun with it";
            continue;
        }
        const auto used = std::chrono::duration_cast<Millis>(now - part.since).count();
        who += " has had it for " + std::to_string(used) + " ms";
        who += part.handler.empty() ? "" : " (" + part.handler + ")";
    }
    const auto age = std::chrono::duration_cast<Millis>(now - entry.received).count();
    log::get("interactions")
        ->warn("{} had no answer after {} ms and is deferred: {}", title(entry), age, who);
}

std::string Interactions::title(const Entry& entry) {
    return "bot " + entry.bot + ", interaction " + std::to_string(entry.id) + " (" + entry.what +
           ")";
}

}  // namespace rookery::hostapi
