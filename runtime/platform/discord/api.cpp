#include "platform/discord/api.hpp"

#include "async/task_group.hpp"
#include "async/with_timeout.hpp"
#include "platform/discord/api_error.hpp"
#include "platform/discord/operation_request.hpp"
#include "platform/discord/rate_limits.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rookery::discord {

using async::Task;
using nlohmann::json;

namespace {

/// Calls `done` exactly once: with cancelled, when the call's coroutine goes without an answer.
class Answer {
  public:
    explicit Answer(DiscordApi::Done done) : done_(std::move(done)) {}
    Answer(Answer&&) noexcept = default;
    Answer& operator=(Answer&&) = delete;
    ~Answer() {
        if (done_) {
            give(Error(ErrorKind::cancelled, "the connection to Discord is being closed"));
        }
    }
    void give(Result<json> result) { std::exchange(done_, nullptr)(std::move(result)); }

  private:
    DiscordApi::Done done_;
};

Result<json> read_body(const std::string& label, const net::HttpResponse& response) {
    if (response.status < 200 || response.status >= 300) {
        return to_error(label, response);
    }
    if (response.body.empty()) {
        return json();
    }
    auto body = json::parse(response.body, nullptr, false);
    if (body.is_discarded()) {
        return Error(ErrorKind::protocol, label + ": the answer is not JSON");
    }
    return body;
}

template <class T>
T number(const json& object, const char* key, T fallback) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->template get<T>()
                                                                : fallback;
}

Result<GatewayInfo> read_gateway(const json& body) {
    const auto url = body.is_object() ? body.find("url") : body.end();
    if (!body.is_object() || url == body.end() || !url->is_string()) {
        return Error(ErrorKind::protocol, "GET /gateway/bot: the answer has no url");
    }
    GatewayInfo info;
    info.url = url->get<std::string>();
    info.shards = number(body, "shards", info.shards);
    const auto limit = body.find("session_start_limit");
    if (limit != body.end() && limit->is_object()) {
        info.total = number(*limit, "total", info.total);
        info.remaining = number(*limit, "remaining", info.remaining);
        info.reset_after = Millis(number<std::uint32_t>(*limit, "reset_after", 0));
        info.max_concurrency = number(*limit, "max_concurrency", info.max_concurrency);
    }
    return info;
}

}  // namespace

struct DiscordApi::Impl : std::enable_shared_from_this<Impl> {
    Impl(async::Executor executor_, net::Url base_, ApiOptions options_)
        : executor(executor_),
          base(std::move(base_)),
          options(std::move(options_)),
          http(executor, {.connect = options.connect}),
          rest(executor, http, read_limits, options.rest),
          tasks(executor, "discord") {}

    rest::RestRequest rest_request(const ApiRequest& request, Millis deadline) const;
    Task<Result<json>> run(ApiRequest request, Millis deadline);
    void start(ApiRequest request, Millis deadline, Done done);

    async::Executor executor;
    net::Url base;
    ApiOptions options;
    net::HttpClient http;
    rest::RestClient rest;
    bool closed = false;
    async::TaskGroup tasks;
};

rest::RestRequest DiscordApi::Impl::rest_request(const ApiRequest& request, Millis deadline) const {
    rest::RestRequest out;
    out.route =
        route_of(request.method, request.path, request.body, std::chrono::system_clock::now());
    out.label = out.route.key;
    out.repeatable = request.method != "POST" || request.has_nonce;
    out.max_wait = deadline;
    out.http.method = request.method;
    out.http.url = base;
    out.http.url.target += request.path;
    out.http.timeout = options.request_timeout;
    out.http.headers.add("User-Agent", options.user_agent);
    out.http.headers.add("Accept", "application/json");
    if (out.route.authenticated) {
        out.http.headers.add("Authorization", "Bot " + std::string(options.token.reveal()));
    }
    if (!request.body.is_null()) {
        out.http.headers.add("Content-Type", "application/json");
        // Text of a script need not be UTF-8; the service would refuse it whole.
        out.http.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return out;
}

Task<Result<json>> DiscordApi::Impl::run(ApiRequest request, Millis deadline) {
    auto wish = rest_request(request, deadline);
    const auto label = wish.label;
    auto response = co_await async::with_timeout(rest.request(std::move(wish)), deadline, label);
    if (!response) {
        co_return response.error();
    }
    co_return read_body(label, *response);
}

/// Io thread.
void DiscordApi::Impl::start(ApiRequest request, Millis deadline, Done done) {
    if (closed) {
        Answer(std::move(done));
        return;
    }
    // A std::function needs something that can be copied.
    auto answer = std::make_shared<Answer>(std::move(done));
    tasks.spawn("call", [this, answer, request = std::move(request), deadline]() -> Task<> {
        answer->give(co_await run(request, deadline));
    });
}

DiscordApi::DiscordApi(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

DiscordApi::~DiscordApi() = default;

Result<std::unique_ptr<DiscordApi>> DiscordApi::create(async::Executor executor,
                                                       ApiOptions options) {
    auto base = net::parse_url(options.base_url);
    if (!base) {
        return base.error().within("api_url");
    }
    if (base->scheme != "http" && base->scheme != "https") {
        return Error(ErrorKind::invalid,
                     "api_url must begin with https:// (or http:// on this machine)");
    }
    while (base->target.ends_with('/')) {
        base->target.pop_back();
    }
    return std::unique_ptr<DiscordApi>(new DiscordApi(
        std::make_shared<Impl>(std::move(executor), *std::move(base), std::move(options))));
}

void DiscordApi::call(const model::OperationInfo& operation, json arguments, CallContext context,
                      Done done) {
    auto request = build_request(operation, arguments, context.nonce_key);
    boost::asio::post(impl_->executor,
                      [impl = impl_, request = std::move(request), deadline = context.deadline,
                       done = std::move(done)]() mutable {
                          if (!request) {
                              done(request.error());
                              return;
                          }
                          impl->start(*std::move(request), deadline, std::move(done));
                      });
}

void DiscordApi::request(std::string method, std::string path, json body, CallContext context,
                         Done done) {
    if (!path.starts_with('/')) {
        path.insert(0, 1, '/');
    }
    boost::asio::post(
        impl_->executor,
        [impl = impl_, request = ApiRequest{std::move(method), std::move(path), std::move(body)},
         deadline = context.deadline, done = std::move(done)]() mutable {
            impl->start(std::move(request), deadline, std::move(done));
        });
}

Task<Result<GatewayInfo>> DiscordApi::gateway() {
    const auto impl = impl_;
    // A braced temporary inside the co_await would be destroyed twice on GCC 12.
    ApiRequest request{"GET", "/gateway/bot", nullptr};
    const auto body = co_await impl->run(std::move(request), impl->options.request_timeout * 2);
    if (!body) {
        co_return body.error();
    }
    co_return read_gateway(*body);
}

Task<> DiscordApi::close() {
    const auto impl = impl_;
    impl->closed = true;
    impl->rest.shutdown();
    impl->tasks.cancel();
    co_await impl->tasks.join();
    impl->http.close_idle();
}

const rest::RestCounters& DiscordApi::counters() const noexcept { return impl_->rest.counters(); }

}  // namespace rookery::discord
