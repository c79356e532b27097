#include "server/operations/operations_handler.hpp"

#include "server/operations/exposition.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;

constexpr Millis kFresh{500};  ///< what was found out so lately is not asked for again

constexpr std::string_view kScope = "read:metrics";

Readiness silent() {
    return {{{"process", "", "silent", "the runtime's main thread does not answer", false}}};
}

bool wants_text(const Request& request) {
    const auto accept = request.headers.find("Accept").value_or(std::string_view());
    return request.parameter("format") == "text" || accept.starts_with("text/plain");
}

}  // namespace

bool is_local(const Request& request) {
    boost::system::error_code failure;
    const auto peer = asio::ip::make_address(request.peer, failure);
    // What a proxy or a page in a browser adds: then it is somebody else who asks.
    constexpr std::array kOthers = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                    "X-Real-IP",       "Forwarded",        "Via",
                                    "Origin"};
    return !failure && peer.is_loopback() &&
           std::none_of(kOthers.begin(), kOthers.end(),
                        [&](const char* name) { return request.headers.find(name).has_value(); });
}

struct OperationsHandler::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& context_, const Clock& clock_, Guard& guard_, Runtime& runtime_,
         Collect collect_, Millis patience_)
        : context(context_),
          clock(clock_),
          guard(guard_),
          runtime(runtime_),
          collect(std::move(collect_)),
          patience(patience_) {}

    void ready(const ExchangePtr& exchange);
    void metrics(const ExchangePtr& exchange);
    void text(std::function<void(std::string)> done);

    /// Runs `ask`, whose answer goes to `answered`; to `late` when it does not come in time. The
    /// first of the two counts.
    template <class Answer>
    void ask(std::function<void(std::function<void(Answer)>)> ask,
             std::function<void(Answer)> answered, std::function<void()> late) {
        struct State {
            State(asio::io_context& io, Millis wait) : timer(io, wait) {}
            asio::steady_timer timer;
            bool over = false;
        };
        auto state = std::make_shared<State>(context, patience);
        state->timer.async_wait(
            [state, late = std::move(late)](const boost::system::error_code& error) {
                if (!error && !std::exchange(state->over, true)) {
                    late();
                }
            });
        ask([state, weak = weak_from_this(), answered = std::move(answered)](Answer answer) {
            if (!std::exchange(state->over, true)) {
                state->timer.cancel();
                if (weak.lock() != nullptr) {
                    answered(std::move(answer));
                }
            }
        });
    }

    asio::io_context& context;
    const Clock& clock;
    Guard& guard;
    Runtime& runtime;
    Collect collect;
    Millis patience;
    std::optional<Readiness> known;
    SteadyTime known_at;
};

void OperationsHandler::Impl::ready(const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    bool details = is_local(request);
    const bool keyed = request.headers.find("X-API-Key") || request.headers.find("Authorization");
    if (!details && keyed) {
        auto admitted = guard.admit(request, exchange->response_headers);
        if (auto* refusal = std::get_if<Response>(&admitted)) {
            exchange->respond(std::move(*refusal));
            return;
        }
        details = !guard.require(*std::get<KeyPtr>(admitted), kScope);
    }
    const bool as_text = wants_text(request);
    if (known && clock.now() - known_at < kFresh) {
        exchange->respond(to_response(*known, details, as_text));
        return;
    }
    ask<Readiness>([this](auto done) { runtime.readiness(std::move(done)); },
                   [this, exchange, details, as_text](const Readiness& readiness) {
                       known = readiness;
                       known_at = clock.now();
                       exchange->respond(to_response(readiness, details, as_text));
                   },
                   [exchange, details, as_text] {
                       exchange->respond(to_response(silent(), details, as_text));
                   });
}

void OperationsHandler::Impl::metrics(const ExchangePtr& exchange) {
    if (!is_local(exchange->request())) {
        auto admitted = guard.admit(exchange->request(), exchange->response_headers);
        if (auto* refusal = std::get_if<Response>(&admitted)) {
            exchange->respond(std::move(*refusal));
            return;
        }
        if (auto refusal = guard.require(*std::get<KeyPtr>(admitted), kScope)) {
            exchange->respond(std::move(*refusal));
            return;
        }
    }
    text([exchange](std::string metrics) {
        exchange->respond(Response::text(200, kExpositionType, std::move(metrics)));
    });
}

void OperationsHandler::Impl::text(std::function<void(std::string)> done) {
    ask<RuntimeMetrics>([this](auto answer) { runtime.metrics(std::move(answer)); },
                        [this, done](RuntimeMetrics metrics) {
                            collect(metrics.families);
                            done(exposition(metrics.families) + metrics.text);
                        },
                        // The server's own still tell.
                        [this, done] {
                            Families families;
                            collect(families);
                            done(exposition(families));
                        });
}

OperationsHandler::OperationsHandler(asio::io_context& context, const Clock& clock, Guard& guard,
                                     Runtime& runtime, Collect collect, Millis patience)
    : impl_(std::make_shared<Impl>(context, clock, guard, runtime, std::move(collect), patience)) {}

OperationsHandler::~OperationsHandler() = default;

void OperationsHandler::handle(ExchangePtr exchange) {
    const std::string& path = exchange->request().path;
    const std::string& method = exchange->request().method;
    if (method != "GET") {
        auto refusal = failure(405, "METHOD_NOT_ALLOWED", "only GET is served here");
        refusal.headers.set("Allow", "GET, HEAD");
        exchange->respond(std::move(refusal));
    } else if (path == "/health" || path == "/healthz") {
        exchange->respond(health_response(impl_->clock.wall()));
    } else if (path == "/readyz") {
        impl_->ready(exchange);
    } else if (path == "/metrics") {
        impl_->metrics(exchange);
    } else {
        exchange->respond(failure(404, "NOT_FOUND", "Route " + method + " " + path + " not found"));
    }
}

void OperationsHandler::metrics(std::function<void(std::string)> done) {
    impl_->text(std::move(done));
}

}  // namespace rookery::server
