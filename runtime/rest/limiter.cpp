#include "rest/limiter.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace rookery::rest {

namespace {

constexpr Millis kGlobalWindow{1'000};
constexpr Millis kInvalidWindow{600'000};
constexpr std::size_t kInvalidStep = 500;  ///< a warning each
constexpr Millis kNetworkPause{60'000};
constexpr Millis kLongestNetworkPause{3'600'000};
constexpr Millis kDefaultPause{1'000};  ///< for a 429 that does not say how long
constexpr std::size_t kMaxBuckets = 8'192;

std::string like_key(const Route& route) {
    return route.key + ' ' + route.major + ' ' + route.sub_kind;
}

}  // namespace

std::string Limiter::queue_key(const Route& route) const {
    const auto known = buckets_.find(route.key);
    return (known == buckets_.end() ? route.key : known->second) + ' ' + route.major;
}

Limiter::Ticket Limiter::add(Route route, SteadyTime deadline) {
    const Ticket ticket = ++last_ticket_;
    std::string key = queue_key(route);
    queues_[key].waiting.insert(ticket);
    tickets_.emplace(ticket, Entry{std::move(route), deadline, std::move(key)});
    return ticket;
}

/// When the request may go as far as its own queue and the pauses are concerned.
SteadyTime Limiter::open_at(const Queue& queue, const Entry& entry, SteadyTime now) const {
    SteadyTime open = std::max({now, queue.open_at, network_open_at_});
    const auto hidden = hidden_.find(like_key(entry.route));
    if (hidden != hidden_.end()) {
        open = std::max(open, hidden->second);
    }
    if (entry.route.global_exempt) {
        return open;
    }
    open = std::max(open, global_open_at_);
    if (sent_.size() >= options_.global_per_second) {
        open = std::max(open, sent_[sent_.size() - options_.global_per_second] + kGlobalWindow);
    }
    return open;
}

std::optional<Error> Limiter::refusal(const Entry& entry, SteadyTime open, SteadyTime now) const {
    const auto& route = entry.route;
    if (route.authenticated && refused_) {
        return Error(ErrorKind::denied, "the token was refused (401)");
    }
    if (route.authenticated && invalid_.size() >= options_.invalid_limit) {
        return Error(ErrorKind::limit,
                     std::to_string(invalid_.size()) +
                         " requests were refused in ten minutes; "
                         "no more are sent, as the service blocks the address at 10,000");
    }
    if (now >= entry.deadline || open > entry.deadline) {
        const auto wait = std::chrono::duration_cast<Millis>(open - now).count();
        return Error(ErrorKind::timeout,
                     std::string("held back by a rate limit for longer than it may wait") +
                         (wait > 0 ? " (" + std::to_string(wait) + " ms more)" : ""));
    }
    return std::nullopt;
}

void Limiter::poll_queue(Queue& queue, SteadyTime now, Due& due) {
    const auto wake = [&](SteadyTime at) { due.next = due.next ? std::min(*due.next, at) : at; };
    for (auto each = queue.waiting.begin(); each != queue.waiting.end();) {
        const Ticket ticket = *each;
        const Entry& entry = tickets_.at(ticket);
        const auto open = open_at(queue, entry, now);
        if (auto refused = refusal(entry, open, now)) {
            due.refused.push_back({ticket, *std::move(refused)});
            each = queue.waiting.erase(each);
            tickets_.erase(ticket);
            continue;
        }
        ++each;
        if (open > now || queue.under_way) {
            // Those behind it may pass only when it is held by a hidden limit, which is not theirs.
            wake(queue.under_way ? entry.deadline : std::min(open, entry.deadline));
            continue;
        }
        if (!entry.route.global_exempt) {
            sent_.push_back(now);
        }
        queue.under_way = ticket;
        ++under_way_;
        due.send.push_back(ticket);
        queue.waiting.erase(ticket);
    }
}

Limiter::Due Limiter::poll(SteadyTime now) {
    expire(now);
    Due due;
    for (auto& [key, queue] : queues_) {
        poll_queue(queue, now, due);
    }
    return due;
}

void Limiter::expire(SteadyTime now) {
    while (!sent_.empty() && sent_.front() + kGlobalWindow <= now) {
        sent_.pop_front();
    }
    while (!invalid_.empty() && invalid_.front() + kInvalidWindow <= now) {
        invalid_.pop_front();
    }
    std::erase_if(hidden_, [&](const auto& one) { return one.second <= now; });
    std::erase_if(queues_, [&](const auto& one) {
        const Queue& queue = one.second;
        return queue.waiting.empty() && !queue.under_way && queue.open_at <= now;
    });
}

void Limiter::release(const Entry& entry, Ticket ticket) {
    Queue& queue = queues_[entry.queue];
    if (queue.under_way == ticket) {
        queue.under_way.reset();
        --under_way_;
    } else {
        queue.waiting.erase(ticket);
    }
}

/// The limit of a route got another name: what waits for it goes over, in its order.
void Limiter::move_waiting(const Entry& like, const std::string& to) {
    Queue& from = queues_[like.queue];
    Queue& target = queues_[to];
    for (auto each = from.waiting.begin(); each != from.waiting.end();) {
        Entry& entry = tickets_.at(*each);
        if (entry.route.key != like.route.key || entry.route.major != like.route.major) {
            ++each;
            continue;
        }
        entry.queue = to;
        target.waiting.insert(*each);
        each = from.waiting.erase(each);
    }
}

void Limiter::learn(Ticket ticket, const LimitInfo& info, SteadyTime now) {
    Entry& entry = tickets_.at(ticket);
    release(entry, ticket);
    if (!info.bucket.empty()) {
        if (buckets_.size() >= kMaxBuckets) {
            buckets_.clear();
        }
        buckets_[entry.route.key] = info.bucket;
        const auto key = queue_key(entry.route);
        if (key != entry.queue) {
            move_waiting(entry, key);
            entry.queue = key;
        }
    }
    if (info.remaining == 0U && info.reset_after) {
        Queue& queue = queues_[entry.queue];
        queue.open_at = std::max(queue.open_at, now + *info.reset_after);
    }
}

void Limiter::pause(Ticket ticket, const LimitInfo& info, SteadyTime now) {
    const Entry& entry = tickets_.at(ticket);
    Queue& queue = queues_[entry.queue];
    const auto until = now + info.retry_after.value_or(kDefaultPause);
    switch (info.scope) {
        case LimitScope::global:
            global_open_at_ = std::max(global_open_at_, until);
            break;
        case LimitScope::network:
            network_pause_ = std::clamp(network_pause_ * 2, kNetworkPause, kLongestNetworkPause);
            network_open_at_ =
                std::max(network_open_at_,
                         now + std::max(network_pause_, info.retry_after.value_or(Millis{0})));
            log::get("rest")->error(
                "the service blocks this address: nothing is sent for {} s",
                std::chrono::duration_cast<std::chrono::seconds>(network_open_at_ - now).count());
            break;
        case LimitScope::hidden:
            hidden_[like_key(entry.route)] = until;
            break;
        case LimitScope::none:
        case LimitScope::bucket:
        case LimitScope::shared:
            queue.open_at = std::max(queue.open_at, until);
            break;
    }
    queue.waiting.insert(ticket);
}

void Limiter::count_invalid(const LimitInfo& info, const Entry& entry, SteadyTime now) {
    const bool counts = info.status == 401 || info.status == 403 ||
                        (info.status == 429 && info.scope != LimitScope::shared);
    if (!counts) {
        return;
    }
    invalid_.push_back(now);
    if (invalid_.size() % kInvalidStep == 0) {
        log::get("rest")->warn("{} requests were refused in ten minutes, the latest: {} ({})",
                               invalid_.size(), entry.route.key, info.status);
    }
}

bool Limiter::answered(Ticket ticket, const LimitInfo& info, SteadyTime now) {
    RK_ASSERT(tickets_.contains(ticket));
    learn(ticket, info, now);
    count_invalid(info, tickets_.at(ticket), now);
    if (info.scope != LimitScope::network) {
        network_pause_ = Millis{0};
    }
    if (info.status == 429) {
        pause(ticket, info, now);
        return true;
    }
    tickets_.erase(ticket);
    return false;
}

void Limiter::again(Ticket ticket, SteadyTime when) {
    const Entry& entry = tickets_.at(ticket);
    release(entry, ticket);
    Queue& queue = queues_[entry.queue];
    queue.waiting.insert(ticket);
    queue.open_at = std::max(queue.open_at, when);
}

void Limiter::remove(Ticket ticket) {
    const auto found = tickets_.find(ticket);
    if (found != tickets_.end()) {
        release(found->second, ticket);
        tickets_.erase(found);
    }
}

}  // namespace rookery::rest
