#include "gateway/supervisor_fsm.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rookery::gateway {
namespace {

constexpr std::chrono::hours kDay{24};
constexpr std::size_t kMostText = 500;       // bytes of what ended a session
constexpr std::size_t kMostLogins = 10'000;  // that are remembered

/// "350 ms", "3.2 s", "15 min".
std::string text_of(std::chrono::steady_clock::duration time) {
    const auto ms = std::chrono::duration_cast<Millis>(time).count();
    if (ms < 1'000) {
        return fmt::format("{} ms", ms);
    }
    return ms < 120'000 ? fmt::format("{}.{} s", ms / 1'000, ms % 1'000 / 100)
                        : fmt::format("{} min", (ms + 30'000) / 60'000);
}

}  // namespace

SupervisorFsm::SupervisorFsm(SupervisorOptions options)
    : options_(std::move(options)), backoff_(options_.backoff, options_.random) {}

SupervisorFsm::Actions SupervisorFsm::start(SteadyTime now) {
    if (phase_ == Phase::idle) {
        run(now);
    }
    return take();
}

void SupervisorFsm::run(SteadyTime now) {
    if (const SteadyTime free = login_free_at(now); free > now) {
        phase_ = Phase::waiting;
        due_ = free;
        detail_ = fmt::format("{} logins within {}: no more are sent for {}", options_.logins,
                              text_of(options_.login_window), text_of(free - now));
        note(Note::Level::warn, detail_);
        return;
    }
    phase_ = Phase::running;
    name_ = "connecting";
    ready_ = false;
    told_login_ = false;
    prompt_ = false;
    heard_ = now;
    due_ = options_.login_timeout.count() > 0 ? now + options_.login_timeout : SteadyTime::max();
    ++counters_.connects;
    actions_.emplace_back(Run{});
}

/// When the next login may go out.
SteadyTime SupervisorFsm::login_free_at(SteadyTime now) const {
    if (options_.logins == 0 || logins_.size() < options_.logins) {
        return now;
    }
    return logins_[logins_.size() - options_.logins] + options_.login_window;
}

void SupervisorFsm::logging_in(SteadyTime now) {
    told_login_ = true;
    ++counters_.logins;
    logins_.push_back(now);
    while (logins_.size() > kMostLogins ||
           (now - logins_.front() > kDay && now - logins_.front() > options_.login_window)) {
        logins_.pop_front();
    }
}

std::uint64_t SupervisorFsm::logins_24h(SteadyTime now) const {
    return static_cast<std::uint64_t>(std::count_if(
        logins_.begin(), logins_.end(), [&](SteadyTime login) { return now - login <= kDay; }));
}

void SupervisorFsm::state(std::string_view name, std::string detail) {
    if (phase_ == Phase::running) {
        name_ = name;
        if (!detail.empty() || ready_) {
            detail_ = std::move(detail);
        }
    }
}

SupervisorFsm::Actions SupervisorFsm::ready(bool resumed, SteadyTime now) {
    if (phase_ != Phase::running || ready_) {
        return {};
    }
    ready_ = true;
    ready_since_ = now;
    heard_ = now;
    name_ = "ready";
    detail_.clear();
    counters_.resumes += resumed ? 1 : 0;
    const std::string after =
        down_since_ ? " again after " + text_of(now - *down_since_) : std::string{};
    note(Note::Level::info, fmt::format("ready{}{}", after, resumed ? ", nothing was missed" : ""));
    down_since_.reset();
    return take();
}

SupervisorFsm::Actions SupervisorFsm::ended(std::optional<LinkEnd> end, SteadyTime now) {
    if (phase_ != Phase::running && phase_ != Phase::ending) {
        return {};
    }
    if (!end) {
        end =
            LinkEnd{LinkEnd::Then::retry,
                    phase_ == Phase::ending ? detail_ : "the connection failed", Millis{0}, false};
    }
    // Peers have their words in it.
    end->text = log::clipped(end->text, kMostText);
    if (end->login_refused && !told_login_) {
        logging_in(now);
    }
    if (ready_) {
        down_since_ = now;
        if (now - ready_since_ >= options_.stable) {
            backoff_.reset();
        }
    }
    const bool told_to_end = phase_ == Phase::ending;
    ready_ = false;
    due_ = SteadyTime::max();
    if (stopping_) {
        phase_ = Phase::closed;
        detail_.clear();
        return take();
    }
    if (end->then == LinkEnd::Then::fatal) {
        phase_ = Phase::fatal;
        detail_ = end->text;
        note(Note::Level::error, end->text);
        return take();
    }
    // What led to it was told when the connection was given up.
    if (told_to_end) {
        wait(*end, "it has ended", now);
        return take();
    }
    detail_ = end->text.empty() ? "the connection ended" : end->text;
    wait(*end, detail_, now);
    return take();
}

void SupervisorFsm::wait(const LinkEnd& end, std::string_view what, SteadyTime now) {
    if (std::exchange(prompt_, false)) {
        run(now);
        return;
    }
    const Millis patience = std::min(end.not_before, options_.most_patience);
    const Millis delay = std::max(backoff_.next(), patience);
    phase_ = Phase::waiting;
    due_ = now + delay;
    note(Note::Level::warn, fmt::format("{}; connecting again in {}{}", what, text_of(delay),
                                        patience > Millis{0} ? ", as the server asks" : ""));
}

void SupervisorFsm::hang_up(bool cut, SteadyTime now) {
    phase_ = Phase::ending;
    due_ = now + options_.goodbye;
    actions_.emplace_back(HangUp{cut});
}

SteadyTime SupervisorFsm::deadline() const noexcept {
    if (phase_ == Phase::running && ready_) {
        return options_.silence.count() > 0 ? heard_ + options_.silence : SteadyTime::max();
    }
    return due_;
}

SupervisorFsm::Actions SupervisorFsm::tick(SteadyTime now) {
    if (now < deadline()) {
        return {};
    }
    if (phase_ == Phase::waiting) {
        run(now);
    } else if (phase_ == Phase::running) {
        detail_ = ready_ ? fmt::format("nothing was heard for {}: the connection is given up",
                                       text_of(now - heard_))
                         : fmt::format("not logged in after {} ({}): the connection is given up",
                                       text_of(options_.login_timeout), name_);
        note(Note::Level::warn, detail_);
        hang_up(true, now);
    } else if (phase_ == Phase::ending) {
        due_ = SteadyTime::max();
        actions_.emplace_back(Cancel{});
    }
    return take();
}

SupervisorFsm::Actions SupervisorFsm::reconnect(std::string_view why, SteadyTime now) {
    if (stopping_) {
        return {};
    }
    if (phase_ == Phase::running) {
        detail_ = why;
        note(Note::Level::info, fmt::format("connecting anew: {}", why));
        prompt_ = ready_;
        hang_up(true, now);
    } else if (phase_ == Phase::fatal) {
        note(Note::Level::info, fmt::format("trying again: {}", why));
        run(now);
    }
    return take();
}

SupervisorFsm::Actions SupervisorFsm::stop(SteadyTime now) {
    if (std::exchange(stopping_, true)) {
        return {};
    }
    detail_.clear();
    if (phase_ == Phase::running) {
        hang_up(false, now);
    } else if (phase_ != Phase::ending) {
        phase_ = Phase::closed;
        due_ = SteadyTime::max();
    }
    return take();
}

std::string_view SupervisorFsm::name() const noexcept {
    switch (phase_) {
        case Phase::idle:
            return "starting";
        case Phase::waiting:
            return "backoff";
        case Phase::running:
            return name_;
        case Phase::ending:
            return "closing";
        case Phase::fatal:
            return "fatal";
        case Phase::closed:
            return "stopped";
    }
    return {};
}

void SupervisorFsm::note(Note::Level level, std::string text) {
    actions_.emplace_back(Note{level, std::move(text)});
}

}  // namespace rookery::gateway
