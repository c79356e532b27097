#include "sim/chaos.hpp"

#include <algorithm>

namespace rookery::sim {

using Harm = ChaosFault::Harm;

Result<Json> Chaos::start(const Json& parameters) {
    const auto kinds = parameters.value("kinds", Json("resumable"));
    const auto wanted = [&](const ChaosFault& fault) {
        if (kinds.is_array()) {
            return std::find(kinds.begin(), kinds.end(), fault.name) != kinds.end();
        }
        return kinds == "all" || (kinds == "resumable" && fault.harm == Harm::harmless) ||
               (kinds == "rest" && fault.harm == Harm::rest);
    };
    chosen_.clear();
    for (const auto& fault : platform_.chaos_faults()) {
        if (wanted(fault)) {
            chosen_.push_back(&fault);
        }
    }
    if (chosen_.empty()) {
        return Error(ErrorKind::invalid,
                     "chaos takes kinds=resumable, kinds=rest, kinds=all or a list of faults");
    }
    every_ = std::clamp(Millis(parameters.value("every_ms", std::int64_t{1'000})), Millis{10},
                        Millis{600'000});
    until_ = shared_.clock.now() + std::chrono::seconds(parameters.value("seconds", 60));
    random_.seed(parameters.value("seed", std::uint64_t{1}));
    counts_.clear();
    done_ = 0;
    sessions_ended_ = 0;
    running_ = true;
    next();
    return progress();
}

void Chaos::next() {
    timer_.expires_after(every_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) {
            return;
        }
        if (shared_.clock.now() >= until_) {
            return end();
        }
        const auto& fault =
            *chosen_[std::uniform_int_distribution<std::size_t>(0, chosen_.size() - 1)(random_)];
        platform_.recorder().note("fault", 0, "chaos: " + fault.name);
        auto what = fault.parameters;
        what["kind"] = fault.name;
        (void)platform_.fault(what);  // of those who are not there at the moment it is an error
        ++done_;
        ++counts_[fault.name];
        sessions_ended_ += fault.harm == Harm::ends_sessions ? 1 : 0;
        if (fault.lasts == Millis{0}) {
            return next();
        }
        timer_.expires_after(fault.lasts);
        timer_.async_wait([this](boost::system::error_code stopped) {
            if (!stopped) {
                platform_.end_faults();
                next();
            }
        });
    });
}

void Chaos::end() {
    running_ = false;
    platform_.end_faults();
}

Json Chaos::progress() const {
    return {{"running", running_},
            {"done", done_},
            {"faults", counts_},
            {"sessions_ended", sessions_ended_}};
}

}  // namespace rookery::sim
