#include "rest/rest_client.hpp"

#include "async/signal.hpp"
#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <unordered_map>

namespace rookery::rest {

using async::Task;

namespace {

/// Of what a platform documents there are some 230.
constexpr std::size_t kMostRoutes = 512;

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// The server failed, or something in front of it; the request itself may be good.
bool is_server_failure(unsigned status) {
    return status == 500 || status == 502 || status == 503 || status == 504 ||
           (status >= 520 && status <= 526);
}

bool is_broken(const Result<net::HttpResponse>& answer) {
    if (answer) {
        return is_server_failure(answer->status);
    }
    const auto kind = answer.error().kind();
    return kind == ErrorKind::io || kind == ErrorKind::unavailable || kind == ErrorKind::timeout;
}

/// A request on its way through the limiter.
struct Waiting {
    explicit Waiting(const async::Executor& executor) : turn(executor) {}
    async::Signal turn;
    bool go = false;
    std::optional<Error> refused;
};

}  // namespace

struct RestClient::Impl : std::enable_shared_from_this<Impl> {
    Impl(async::Executor executor_, net::HttpClient& http_, ReadLimits read_limits_,
         RestOptions options_)
        : executor(std::move(executor_)),
          http(http_),
          read_limits(std::move(read_limits_)),
          options(std::move(options_)),
          limiter(options.limits),
          wake(executor) {}

    /// Takes a request out of the limiter and the map, however its coroutine ends.
    struct Place {
        ~Place() {
            impl.waiting.erase(ticket);
            impl.limiter.remove(ticket);
            impl.pump();
        }
        Impl& impl;
        Limiter::Ticket ticket;
    };

    void pump();
    void refuse(Limiter::Ticket ticket, Error why);
    void count(LimitScope scope);
    void count(const std::string& label, SteadyTime sent, const Result<net::HttpResponse>& answer);
    static Task<Result<>> turn(Waiting& place);
    Task<Result<net::HttpResponse>> run(RestRequest request);
    bool may_repeat(const RestRequest& request, const Result<net::HttpResponse>& answer,
                    unsigned failures) const;

    async::Executor executor;
    net::HttpClient& http;
    ReadLimits read_limits;
    RestOptions options;
    Limiter limiter;
    boost::asio::steady_timer wake;  ///< when the limiter wants to be asked again
    std::unordered_map<Limiter::Ticket, Waiting*> waiting;
    RestCounters counters;
    std::map<std::string, RouteCounters> routes;
    bool closed = false;
};

void RestClient::Impl::refuse(Limiter::Ticket ticket, Error why) {
    ++counters.refused;
    const auto found = waiting.find(ticket);
    if (found != waiting.end()) {
        found->second->refused = std::move(why);
        found->second->turn.notify_all();
    }
}

/// Sends off what is due, and arms the timer for the rest.
void RestClient::Impl::pump() {
    auto due = limiter.poll(now());
    for (auto& [ticket, error] : due.refused) {
        refuse(ticket, std::move(error));
    }
    for (const auto ticket : due.send) {
        Waiting& one = *waiting.at(ticket);
        one.go = true;
        one.turn.notify_all();
    }
    if (!due.next) {
        wake.cancel();
        return;
    }
    wake.expires_at(*due.next);
    wake.async_wait([self = weak_from_this()](const boost::system::error_code& ec) {
        const auto impl = self.lock();
        if (!ec && impl) {
            impl->pump();
        }
    });
}

void RestClient::Impl::count(LimitScope scope) {
    switch (scope) {
        case LimitScope::none:
            break;
        case LimitScope::bucket:
            ++counters.limited_bucket;
            break;
        case LimitScope::hidden:
            ++counters.limited_hidden;
            break;
        case LimitScope::shared:
            ++counters.limited_shared;
            break;
        case LimitScope::global:
            ++counters.limited_global;
            break;
        case LimitScope::network:
            ++counters.limited_network;
            break;
    }
}

void RestClient::Impl::count(const std::string& label, SteadyTime sent,
                             const Result<net::HttpResponse>& answer) {
    auto found = routes.find(label);
    if (found == routes.end()) {
        found = routes.try_emplace(routes.size() < kMostRoutes ? label : "other").first;
    }
    RouteCounters& route = found->second;
    const unsigned hundreds = answer ? answer->status / 100 : 0;
    ++route.answers[hundreds < route.answers.size() ? hundreds : 0];
    route.limited += answer && answer->status == 429 ? 1 : 0;
    route.times.record(now() - sent);
}

Task<Result<>> RestClient::Impl::turn(Waiting& place) {
    while (!place.go && !place.refused) {
        co_await place.turn.wait();
    }
    if (place.refused) {
        co_return *place.refused;
    }
    place.go = false;
    co_return Result<>();
}

bool RestClient::Impl::may_repeat(const RestRequest& request,
                                  const Result<net::HttpResponse>& answer,
                                  unsigned failures) const {
    if (!is_broken(answer) || failures >= options.attempts || closed) {
        return false;
    }
    // Nothing of it has reached the server when there was no connection.
    return request.repeatable || (!answer && answer.error().kind() == ErrorKind::unavailable);
}

Task<Result<net::HttpResponse>> RestClient::Impl::run(RestRequest request) {
    if (auto full = limiter.no_room(request.route)) {
        ++counters.refused;
        co_return *std::move(full);
    }
    Waiting place(executor);
    const auto ticket = limiter.add(request.route, now() + request.max_wait);
    waiting.emplace(ticket, &place);
    const Place registered{*this, ticket};
    async::Backoff backoff(options.backoff, options.random);
    unsigned failures = 0;
    while (true) {
        pump();
        if (auto mine = co_await turn(place); !mine) {
            co_return mine.error();
        }
        ++counters.requests;
        const SteadyTime sent = now();
        auto answer = co_await http.request(request.http);
        count(request.label, sent, answer);
        if (is_broken(answer)) {
            ++failures;
            if (may_repeat(request, answer, failures)) {
                ++counters.repeats;
                limiter.again(ticket, now() + backoff.next());
                continue;
            }
        }
        if (!answer) {
            co_return answer;
        }
        const auto limits = read_limits(*answer);
        count(limits.scope);
        if (limits.status == 401 && request.route.authenticated) {
            limiter.refuse_authenticated();
        }
        if (!limiter.answered(ticket, limits, now()) || closed) {
            co_return answer;
        }
    }
}

RestClient::RestClient(async::Executor executor, net::HttpClient& http, ReadLimits read_limits,
                       RestOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), http, std::move(read_limits),
                                   std::move(options))) {}

RestClient::~RestClient() = default;

Task<Result<net::HttpResponse>> RestClient::request(RestRequest request) {
    const auto impl = impl_;
    const auto label = request.label;
    if (impl->closed) {
        co_return Error(ErrorKind::cancelled, label + ": shutting down");
    }
    auto answer = co_await impl->run(std::move(request));
    if (!answer) {
        co_return answer.error().within(label);
    }
    co_return answer;
}

void RestClient::shutdown() {
    impl_->closed = true;
    for (auto& [ticket, place] : impl_->waiting) {
        place->refused = Error(ErrorKind::cancelled, "shutting down");
        place->turn.notify_all();
    }
}

bool RestClient::token_refused() const noexcept { return impl_->limiter.authenticated_refused(); }

const std::map<std::string, RouteCounters>& RestClient::routes() const noexcept {
    return impl_->routes;
}

const RestCounters& RestClient::counters() const noexcept { return impl_->counters; }

std::size_t RestClient::waiting() const noexcept { return impl_->limiter.waiting(); }

}  // namespace rookery::rest
