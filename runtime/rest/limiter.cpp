#include "rest/limiter.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace rookery::rest {

namespace {

constexpr Millis kGlobalWindow{1'000};
constexpr Millis kGentle{2'000};        ///< after a global pause, at half the rate
constexpr Millis kDefaultPause{1'000};  ///< for a 429 that does not say how long
constexpr Millis kLong{5'000};          ///< a pause that makes it worth while to look who gives up
constexpr std::size_t kMaxBuckets = 8'192;

std::string like_key(const Route& route) {
    return route.key + ' ' + route.major + ' ' + route.sub_kind;
}

}  // namespace

Limiter::Limiter(LimiterOptions options) : options_(std::move(options)) {
    if (options_.standing == nullptr) {
        options_.standing = std::make_shared<Standing>();
    }
}

std::string Limiter::queue_key(const Route& route) const {
    const auto known = buckets_.find(route.key);
    return (known == buckets_.end() ? route.key : known->second) + ' ' + route.major;
}

std::optional<Error> Limiter::no_room(const Route& route) const {
    const auto mine = fairness_.waiting(route.owner);
    if (mine < options_.max_waiting_of_owner && waiting() < options_.max_waiting) {
        return std::nullopt;
    }
    return Error(ErrorKind::limit, std::to_string(mine) + " requests of " +
                                       (route.owner.empty() ? "the runtime" : route.owner) +
                                       " and " + std::to_string(waiting()) +
                                       " in all wait already");
}

Limiter::Ticket Limiter::add(Route route, SteadyTime deadline) {
    const Ticket ticket = ++last_ticket_;
    const std::string key = queue_key(route);
    const bool exempt = route.global_exempt;
    tickets_.emplace(ticket, Entry{std::move(route), deadline, key});
    wait(ticket, key);
    queues_[key].exempt = exempt;
    fresh_.push_back(ticket);
    return ticket;
}

/// Into a queue, at the place that its number gives it.
void Limiter::wait(Ticket ticket, const std::string& queue) {
    Entry& entry = tickets_.at(ticket);
    entry.queue = queue;
    const Route& route = entry.route;
    queues_[queue].flows[{route.lane, route.owner, like_key(route)}].insert(ticket);
    fairness_.joined(route.lane, route.owner);
    deadlines_.emplace(entry.deadline, ticket);
}

void Limiter::stop_waiting(Ticket ticket, const Entry& entry) {
    auto& flows = queues_[entry.queue].flows;
    const auto flow = flows.find({entry.route.lane, entry.route.owner, like_key(entry.route)});
    if (flow == flows.end() || flow->second.erase(ticket) == 0) {
        return;
    }
    if (flow->second.empty()) {
        flows.erase(flow);
    }
    fairness_.left(entry.route.lane, entry.route.owner);
    deadlines_.erase({entry.deadline, ticket});
}

/// When the global limit has room again; never, as long as no request ends.
///
/// The server counts a request at a time between its sending and its answer. One that keeps its
/// place until a second after its answer is counted here whenever the server may count it: whatever
/// the network's delays, no second of the server's has more of them than are allowed.
SteadyTime Limiter::global_room_at() const {
    // What came to a halt is not started again all at once.
    const bool gentle = global_open_at_ > SteadyTime{} && now_ < global_open_at_ + kGentle;
    const std::size_t most = std::max(1U, options_.global_per_second / (gentle ? 2 : 1));
    if (counted_ + done_.size() < most) {
        return global_open_at_;
    }
    const std::size_t excess = counted_ + done_.size() - most;
    return excess < done_.size() ? std::max(global_open_at_, done_[excess] + kGlobalWindow)
                                 : SteadyTime::max();
}

bool Limiter::has_global_room(SteadyTime now) const { return global_room_at() <= now; }

/// When the request may go as far as its own queue and the pauses are concerned.
SteadyTime Limiter::open_at(const Queue& queue, const Entry& entry, SteadyTime now) const {
    SteadyTime open = std::max({now, queue.open_at, options_.standing->open_at()});
    if (!hidden_.empty()) {
        const auto hidden = hidden_.find(like_key(entry.route));
        open = hidden == hidden_.end() ? open : std::max(open, hidden->second);
    }
    return entry.route.global_exempt ? open : std::max(open, global_open_at_);
}

std::optional<Error> Limiter::refusal(const Entry& entry, SteadyTime open, SteadyTime now) {
    const auto& route = entry.route;
    if (route.authenticated && refused_) {
        return Error(ErrorKind::denied, "the token was refused (401)");
    }
    const auto invalid = options_.standing->refused_lately(now);
    if (route.authenticated && invalid >= options_.invalid_limit) {
        return Error(ErrorKind::limit,
                     std::to_string(invalid) +
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

/// Those that cannot be sent in time, or not at all. Only what may have changed is looked at.
void Limiter::refuse_hopeless(SteadyTime now, Due& due) {
    std::vector<Ticket> suspects = std::exchange(fresh_, {});
    const bool all = delayed_ || refused_ ||
                     options_.standing->refused_lately(now) >= options_.invalid_limit ||
                     options_.standing->open_at() > now;
    for (const auto& [deadline, ticket] : deadlines_) {
        if (!all && deadline > now) {
            break;
        }
        suspects.push_back(ticket);
    }
    delayed_ = false;
    for (const Ticket ticket : suspects) {
        const auto found = tickets_.find(ticket);
        if (found == tickets_.end()) {
            continue;
        }
        const Queue& queue = queues_[found->second.queue];
        if (queue.under_way == ticket) {
            continue;
        }
        if (auto refused = refusal(found->second, open_at(queue, found->second, now), now)) {
            stop_waiting(ticket, found->second);
            tickets_.erase(found);
            due.refused.push_back({ticket, *std::move(refused)});
        }
    }
}

/// Ticket 0: none may go now.
Limiter::Candidate Limiter::head_of(Queue& queue, SteadyTime now) const {
    Candidate out;
    if (queue.under_way || queue.open_at > now) {
        return out;
    }
    for (const auto& [key, flow] : queue.flows) {
        const Ticket ticket = *flow.begin();
        // Those behind a hidden limit let others of the queue pass: it is not theirs.
        if (open_at(queue, tickets_.at(ticket), now) > now) {
            continue;
        }
        const auto rank = fairness_.rank(key.lane, key.owner);
        if (out.ticket == 0 || rank < out.rank || (rank == out.rank && ticket < out.ticket)) {
            out = {&queue, ticket, rank};
        }
    }
    return out;
}

Limiter::Candidate Limiter::best(bool only_exempt, SteadyTime now) {
    Candidate out;
    for (auto& [key, queue] : queues_) {
        if (queue.exempt != only_exempt || queue.flows.empty()) {
            continue;
        }
        const Candidate head = head_of(queue, now);
        if (head.ticket != 0 && (out.ticket == 0 || head.rank < out.rank ||
                                 (head.rank == out.rank && head.ticket < out.ticket))) {
            out = head;
        }
    }
    return out;
}

void Limiter::start(const Candidate& chosen, SteadyTime now) {
    const Entry& entry = tickets_.at(chosen.ticket);
    fairness_.served(entry.route.lane, entry.route.owner);
    stop_waiting(chosen.ticket, entry);
    chosen.queue->under_way = chosen.ticket;
    chosen.queue->open_at = std::max(chosen.queue->open_at, now + entry.route.spacing);
    ++under_way_;
    if (!entry.route.global_exempt) {
        ++counted_;
    }
}

Limiter::Due Limiter::poll(SteadyTime now) {
    now_ = now;
    expire(now);
    Due due;
    refuse_hopeless(now, due);
    for (const bool exempt : {true, false}) {
        while (exempt || has_global_room(now)) {
            const Candidate chosen = best(exempt, now);
            if (chosen.ticket == 0) {
                break;
            }
            start(chosen, now);
            due.send.push_back(chosen.ticket);
        }
    }
    due.next = next_change(now);
    return due;
}

std::optional<SteadyTime> Limiter::next_change(SteadyTime now) const {
    std::optional<SteadyTime> next;
    const auto wake = [&](SteadyTime at) {
        if (at > now && at < SteadyTime::max()) {
            next = next ? std::min(*next, at) : at;
        }
    };
    if (!deadlines_.empty()) {
        wake(deadlines_.begin()->first);
    }
    for (const auto& [key, queue] : queues_) {
        if (queue.under_way || queue.flows.empty()) {
            continue;
        }
        for (const auto& [flow, tickets] : queue.flows) {
            const auto open = open_at(queue, tickets_.at(*tickets.begin()), now);
            wake(queue.exempt ? open : std::max(open, global_room_at()));
        }
    }
    return next;
}

void Limiter::expire(SteadyTime now) {
    while (!done_.empty() && done_.front() + kGlobalWindow <= now) {
        done_.pop_front();
    }
    std::erase_if(hidden_, [&](const auto& one) { return one.second <= now; });
    std::erase_if(queues_, [&](const auto& one) {
        const Queue& queue = one.second;
        return queue.flows.empty() && !queue.under_way && queue.open_at <= now;
    });
}

void Limiter::release(const Entry& entry, Ticket ticket, SteadyTime now) {
    Queue& queue = queues_[entry.queue];
    if (queue.under_way == ticket) {
        queue.under_way.reset();
        --under_way_;
        if (!entry.route.global_exempt) {
            --counted_;
            now_ = std::max(now_, now);
            done_.push_back(now_);
        }
    } else {
        stop_waiting(ticket, entry);
    }
}

/// The limit of a route got another name: what waits for it goes over, in its order.
void Limiter::move_waiting(const Entry& like, const std::string& to) {
    std::vector<Ticket> moving;
    for (const auto& [key, flow] : queues_[like.queue].flows) {
        for (const Ticket ticket : flow) {
            const Route& route = tickets_.at(ticket).route;
            if (route.key == like.route.key && route.major == like.route.major) {
                moving.push_back(ticket);
            }
        }
    }
    for (const Ticket ticket : moving) {
        stop_waiting(ticket, tickets_.at(ticket));
        wait(ticket, to);
    }
    queues_[to].exempt = like.route.global_exempt;
}

void Limiter::learn(Ticket ticket, const LimitInfo& info, SteadyTime now) {
    Entry& entry = tickets_.at(ticket);
    release(entry, ticket, now);
    if (!info.bucket.empty()) {
        if (buckets_.size() >= kMaxBuckets) {
            buckets_.clear();
        }
        buckets_[entry.route.key] = info.bucket;
        const auto key = queue_key(entry.route);
        if (key != entry.queue) {
            move_waiting(entry, key);
            queues_[key].open_at = std::max(queues_[key].open_at, queues_[entry.queue].open_at);
            entry.queue = key;
        }
    }
    if (info.remaining == 0U && info.reset_after) {
        Queue& queue = queues_[entry.queue];
        queue.open_at = std::max(queue.open_at, now + *info.reset_after);
        delayed_ = delayed_ || *info.reset_after > kLong;
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
            options_.standing->blocked(now, info.retry_after.value_or(Millis{0}));
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
    delayed_ = delayed_ || until > now + kLong;
    wait(ticket, entry.queue);
    fresh_.push_back(ticket);
}

bool Limiter::answered(Ticket ticket, const LimitInfo& info, SteadyTime now) {
    RK_ASSERT(tickets_.contains(ticket));
    learn(ticket, info, now);
    if (info.status == 401 || info.status == 403 ||
        (info.status == 429 && info.scope != LimitScope::shared)) {
        options_.standing->refused(now, tickets_.at(ticket).route.key, info.status);
    }
    if (info.scope != LimitScope::network) {
        options_.standing->answered();
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
    release(entry, ticket, now_);
    Queue& queue = queues_[entry.queue];
    queue.open_at = std::max(queue.open_at, when);
    wait(ticket, entry.queue);
    fresh_.push_back(ticket);
}

void Limiter::remove(Ticket ticket) {
    const auto found = tickets_.find(ticket);
    if (found != tickets_.end()) {
        release(found->second, ticket, now_);
        tickets_.erase(found);
    }
}

}  // namespace rookery::rest
