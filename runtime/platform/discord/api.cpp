#include "platform/discord/api.hpp"

#include "async/task_group.hpp"
#include "async/with_timeout.hpp"
#include "net/content_coding.hpp"
#include "net/crypto.hpp"
#include "platform/discord/api_error.hpp"
#include "platform/discord/operation_request.hpp"
#include "platform/discord/rate_limits.hpp"
#include "platform/discord/result.hpp"

#include <boost/asio/post.hpp>

#include <array>
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

/// A success, or the error that the answer is.
Result<net::HttpResponse> only_success(const std::string& label, net::HttpResponse response) {
    if (response.status < 200 || response.status >= 300) {
        return to_error(label, response);
    }
    return response;
}

/// A line that no file holds: 128 random bits.
std::string make_boundary() {
    std::array<unsigned char, 16> bytes{};
    net::fill_random(bytes);
    std::string out = "rookery-";
    for (const auto byte : bytes) {
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
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

    void put_body(const ApiRequest& request, net::HttpRequest& out) const;
    rest::RestRequest rest_request(const ApiRequest& request, const CallContext& context) const;
    Task<Result<net::HttpResponse>> send(ApiRequest request, CallContext context);
    Task<Result<>> fill_application(ApiRequest& request, const CallContext& context);
    Task<Result<json>> run(model::OperationInfo operation, ApiRequest request, json arguments,
                           CallContext context);
    void start(const model::OperationInfo& operation, json arguments, CallContext context,
               Done done);

    async::Executor executor;
    net::Url base;
    ApiOptions options;
    net::HttpClient http;
    rest::RestClient rest;
    std::string application;  ///< id; empty until somebody needed it
    bool closed = false;
    async::TaskGroup tasks;
};

constexpr std::string_view kApplicationHole = "{application_id}";

void DiscordApi::Impl::put_body(const ApiRequest& request, net::HttpRequest& out) const {
    if (!request.files.empty()) {
        const auto boundary = make_boundary();
        out.headers.add("Content-Type", "multipart/form-data; boundary=" + boundary);
        out.body = request.form_file.empty()
                       ? write_multipart(request.body, request.files, boundary)
                       : write_form(request.body, request.form_file, request.files[0], boundary);
        out.timeout = options.upload_timeout;
    } else if (!request.body.is_null()) {
        out.headers.add("Content-Type", "application/json");
        // Text of a script need not be UTF-8; the service would refuse it whole.
        out.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
}

rest::RestRequest DiscordApi::Impl::rest_request(const ApiRequest& request,
                                                 const CallContext& context) const {
    rest::RestRequest out;
    out.route =
        route_of(request.method, request.path, request.body, std::chrono::system_clock::now());
    out.route.lane = out.route.global_exempt ? model::Lane::interaction : context.lane;
    out.route.owner = context.extension;
    out.label = out.route.key;
    // An interaction takes one first answer: the second is refused, and does nothing.
    out.repeatable = request.method != "POST" || request.has_nonce ||
                     (request.path.starts_with("/interactions/") &&
                      request.path.find("/callback") != std::string::npos);
    out.max_wait = context.deadline;
    out.http.method = request.method;
    out.http.url = base;
    out.http.url.target += request.path;
    out.http.timeout = options.request_timeout;
    out.http.urgent = context.lane == model::Lane::interaction || out.route.global_exempt;
    out.http.headers.add("User-Agent", options.user_agent);
    out.http.headers.add("Accept", "application/json");
    out.http.headers.add("Accept-Encoding", std::string(net::kAcceptEncoding));
    if (out.route.authenticated) {
        out.http.headers.add("Authorization", "Bot " + std::string(options.token.reveal()));
    }
    if (!request.reason.empty()) {
        out.http.headers.add("X-Audit-Log-Reason", net::percent_encode(request.reason));
    }
    put_body(request, out.http);
    return out;
}

Task<Result<net::HttpResponse>> DiscordApi::Impl::send(ApiRequest request, CallContext context) {
    auto wish = rest_request(request, context);
    const auto label = wish.label;
    auto response =
        co_await async::with_timeout(rest.request(std::move(wish)), context.deadline, label);
    if (!response) {
        co_return response.error();
    }
    co_return only_success(label, *std::move(response));
}

/// Asked for once; it never changes.
Task<Result<>> DiscordApi::Impl::fill_application(ApiRequest& request, const CallContext& context) {
    const auto at = request.path.find(kApplicationHole);
    if (at == std::string::npos) {
        co_return Result<>();
    }
    if (application.empty()) {
        ApiRequest question;
        question.method = "GET";
        question.path = "/applications/@me";
        const auto answer = co_await send(std::move(question), context);
        if (!answer) {
            co_return answer.error();
        }
        const auto about = json::parse(answer->body, nullptr, false);
        const auto id = about.is_object() ? about.find("id") : about.end();
        if (id == about.end() || !id->is_string()) {
            co_return Error(ErrorKind::protocol, "GET /applications/@me: the answer has no id");
        }
        application = net::percent_encode(id->get<std::string>());
    }
    request.path.replace(at, kApplicationHole.size(), application);
    co_return Result<>();
}

Task<Result<json>> DiscordApi::Impl::run(model::OperationInfo operation, ApiRequest request,
                                         json arguments, CallContext context) {
    if (auto filled = co_await fill_application(request, context); !filled) {
        co_return filled.error();
    }
    const auto answer = co_await send(std::move(request), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    const auto type = answer->headers.find("Content-Type").value_or("");
    if (operation.result == nullptr && type.starts_with("text/csv")) {
        co_return json(answer->body);
    }
    auto result = read_result(operation, arguments, answer->body);
    if (!result) {
        co_return result.error().within(std::string(operation.name));
    }
    co_return result;
}

/// Io thread.
void DiscordApi::Impl::start(const model::OperationInfo& operation, json arguments,
                             CallContext context, Done done) {
    if (closed) {
        Answer(std::move(done));
        return;
    }
    auto request = build_request(operation, arguments, context.nonce_key, options.uploads);
    if (!request) {
        done(request.error());
        return;
    }
    // A std::function needs something that can be copied.
    auto answer = std::make_shared<Answer>(std::move(done));
    tasks.spawn("call",
                [this, answer, operation, request = *std::move(request),
                 arguments = std::move(arguments), context = std::move(context)]() -> Task<> {
                    answer->give(co_await run(operation, request, arguments, context));
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
    boost::asio::post(
        impl_->executor, [impl = impl_, operation, arguments = std::move(arguments),
                          context = std::move(context), done = std::move(done)]() mutable {
            impl->start(operation, std::move(arguments), std::move(context), std::move(done));
        });
}

Task<Result<GatewayInfo>> DiscordApi::gateway() {
    const auto impl = impl_;
    ApiRequest request;
    request.method = "GET";
    request.path = "/gateway/bot";
    CallContext context;
    context.deadline = impl->options.request_timeout * 2;
    context.lane = model::Lane::interaction;
    const auto answer = co_await impl->send(std::move(request), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    co_return read_gateway(json::parse(answer->body, nullptr, false));
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

const std::map<std::string, rest::RouteCounters>& DiscordApi::routes() const noexcept {
    return impl_->rest.routes();
}

}  // namespace rookery::discord
