#include "platform/revolt/api.hpp"

#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "net/content_coding.hpp"
#include "net/crypto.hpp"
#include "platform/revolt/api_error.hpp"
#include "rest/json.hpp"

#include <array>
#include <tuple>
#include <utility>

namespace rookery::revolt {

using async::Task;
using nlohmann::json;

namespace {

constexpr std::string_view kUserAgent = "Rookery (https://github.com/rookery/rookery, 0.1.0)";

Result<net::Url> base_of(const std::string& text, const char* what) {
    auto url = net::parse_url(text);
    if (!url) {
        return url.error().within(what);
    }
    if (url->scheme != "http" && url->scheme != "https") {
        return Error(ErrorKind::invalid,
                     std::string(what) + " must begin with https:// (or http:// on this machine)");
    }
    while (url->target.ends_with('/')) {
        url->target.pop_back();
    }
    return url;
}

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

std::string text_at(const json& object, const json::json_pointer& place) {
    const auto found = object.contains(place) ? object[place] : json();
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::size_t size_at(const json& object, const json::json_pointer& place, std::size_t fallback) {
    const auto found = object.contains(place) ? object[place] : json();
    return found.is_number_unsigned() && found.get<std::uint64_t>() > 0
               ? static_cast<std::size_t>(found.get<std::uint64_t>())
               : fallback;
}

}  // namespace

struct Api::Impl {
    Impl(async::Executor executor, net::Url base_, ApiOptions options_)
        : base(std::move(base_)),
          base_text(base.text()),
          options(std::move(options_)),
          http(executor, {.connect = options.connect}),
          rest(executor, http, read_limits, options.rest) {
        while (base_text.ends_with('/')) {
            base_text.pop_back();
        }
        configured();
    }

    /// What is in the configuration holds, whatever the server says.
    void configured() {
        places.gateway = options.gateway_url.empty() ? places.gateway : options.gateway_url;
        places.cdn = options.cdn_url.empty() ? places.cdn : options.cdn_url;
        if (!places.cdn.empty() && !places.cdn.ends_with('/')) {
            places.cdn += '/';
        }
    }

    [[nodiscard]] rest::RestRequest prepare(const ApiRequest& request, const CallContext& context,
                                            net::Url url) const;
    [[nodiscard]] Task<Result<net::HttpResponse>> run(rest::RestRequest request, Millis deadline);
    [[nodiscard]] Result<> take_places(const json& body);

    net::Url base;
    std::string base_text;
    ApiOptions options;
    net::HttpClient http;
    rest::RestClient rest;
    Places places;
    bool found = false;
};

rest::RestRequest Api::Impl::prepare(const ApiRequest& request, const CallContext& context,
                                     net::Url url) const {
    rest::RestRequest out;
    out.label = request.method + ' ' + request.label;
    out.route.key = out.label;
    out.route.major = request.major;
    out.route.authenticated = request.authenticated;
    out.route.lane = context.lane;
    out.route.owner = context.extension;
    out.repeatable = request.method != "POST" || !request.idempotency_key.empty();
    out.max_wait = context.deadline;
    out.http.method = request.method;
    out.http.url = std::move(url);
    out.http.timeout = options.request_timeout;
    out.http.urgent = context.lane == model::Lane::interaction;
    out.http.headers.add("User-Agent", std::string(kUserAgent));
    out.http.headers.add("Accept", "application/json");
    out.http.headers.add("Accept-Encoding", std::string(net::kAcceptEncoding));
    if (request.authenticated) {
        out.http.headers.add("x-bot-token", std::string(options.token.reveal()));
    }
    if (!request.reason.empty()) {
        out.http.headers.add("X-Audit-Log-Reason", net::percent_encode(request.reason));
    }
    if (!request.idempotency_key.empty()) {
        out.http.headers.add("Idempotency-Key", request.idempotency_key);
    }
    if (!request.body.is_null()) {
        out.http.headers.add("Content-Type", "application/json");
        out.http.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return out;
}

Task<Result<net::HttpResponse>> Api::Impl::run(rest::RestRequest request, Millis deadline) {
    const auto label = request.label;
    auto answer = co_await async::with_timeout(rest.request(std::move(request)), deadline, label);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status < 200 || answer->status >= 300) {
        co_return to_error(label, *answer);
    }
    co_return answer;
}

Result<> Api::Impl::take_places(const json& body) {
    using Place = json::json_pointer;
    if (!body.is_object() || !body.contains("ws")) {
        return Error(ErrorKind::protocol,
                     "GET /: the answer is not that of a Revolt server; is api_url right?");
    }
    places.gateway = text_at(body, Place("/ws"));
    places.cdn = text_at(body, Place("/features/autumn/url"));
    places.message_length = size_at(body, Place("/features/limits/default/message_length"), 2'000);
    places.message_attachments =
        size_at(body, Place("/features/limits/default/message_attachments"), 5);
    for (const auto& [what, place, own] :
         {std::tuple("event server", &places.gateway, &options.gateway_url),
          {"file server", &places.cdn, &options.cdn_url}}) {
        if (auto trusted = own->empty() ? may_trust(base, what, *place) : Result<>(); !trusted) {
            return trusted;
        }
    }
    configured();
    if (places.gateway.empty()) {
        return Error(ErrorKind::protocol, "GET /: the answer names no event server");
    }
    found = true;
    return {};
}

Result<> may_trust(const net::Url& base, const char* what, std::string_view address) {
    const bool secure = address.starts_with("https://") || address.starts_with("wss://");
    if (!base.secure() || secure || address.empty()) {
        return {};
    }
    return Error(ErrorKind::denied, "GET /: the server's " + std::string(what) +
                                        " is no address of TLS (" + log::clipped(address, 100) +
                                        "); set it in the configuration if that is right");
}

Api::Api(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::create(async::Executor executor, ApiOptions options) {
    auto base = base_of(options.base_url, "api_url");
    if (!base) {
        return base.error();
    }
    return std::unique_ptr<Api>(
        new Api(std::make_shared<Impl>(std::move(executor), *std::move(base), std::move(options))));
}

Task<Result<Places>> Api::discover(bool again) {
    const auto impl = impl_;
    if (impl->found && !again) {
        co_return impl->places;
    }
    ApiRequest question;
    question.path = "/";
    question.label = "/";
    question.authenticated = false;
    CallContext context;
    context.deadline = impl->options.request_timeout * 2;
    context.lane = model::Lane::interaction;
    const auto answer = co_await send(std::move(question), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    if (auto taken = impl->take_places(*answer); !taken) {
        co_return taken.error();
    }
    co_return impl->places;
}

const Places& Api::places() const noexcept { return impl_->places; }
const std::string& Api::base() const noexcept { return impl_->base_text; }

Task<Result<json>> Api::send(ApiRequest request, CallContext context) {
    const auto impl = impl_;
    net::Url url = impl->base;
    url.target += request.path;
    auto wish = impl->prepare(request, context, std::move(url));
    const auto label = wish.label;
    const auto answer = co_await impl->run(std::move(wish), context.deadline);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->body.find_first_not_of(" \t\r\n") == std::string::npos) {
        co_return json();
    }
    auto body = rest::parse_json(answer->body);
    if (body.is_discarded()) {
        co_return Error(ErrorKind::protocol, label + ": the answer is not JSON");
    }
    co_return body;
}

Task<Result<std::string>> Api::upload(std::string tag, Upload file, CallContext context) {
    const auto impl = impl_;
    if (impl->places.cdn.empty()) {
        if (const auto places = co_await discover(false); !places) {
            co_return places.error();
        }
    }
    if (impl->places.cdn.empty()) {
        co_return Error(ErrorKind::unsupported, "this server takes no files");
    }
    auto url = net::parse_url(impl->places.cdn + tag);
    if (!url) {
        co_return url.error().within("the file server's address");
    }
    ApiRequest request;
    request.method = "POST";
    request.label = "files/" + tag;
    const auto boundary = make_boundary();
    auto wish = impl->prepare(request, context, *std::move(url));
    wish.http.headers.add("Content-Type", "multipart/form-data; boundary=" + boundary);
    const json none;
    wish.http.body = discord::write_form(none, "file", file, boundary);
    wish.http.timeout = impl->options.upload_timeout;
    const auto deadline = std::max(context.deadline, impl->options.upload_timeout);
    const auto answer = co_await impl->run(std::move(wish), deadline);
    if (!answer) {
        co_return answer.error().within(file.name);
    }
    const auto body = rest::parse_json(answer->body);
    const auto id = body.is_object() ? body.value("id", json()) : json();
    if (!id.is_string()) {
        co_return Error(ErrorKind::protocol, "the file server's answer has no id");
    }
    co_return id.get<std::string>();
}

void Api::shutdown() {
    impl_->rest.shutdown();
    impl_->http.close_idle();
}

const UploadRules& Api::upload_rules() const noexcept { return impl_->options.uploads; }
const rest::RestCounters& Api::counters() const noexcept { return impl_->rest.counters(); }
const std::map<std::string, rest::RouteCounters>& Api::routes() const noexcept {
    return impl_->rest.routes();
}
bool Api::token_refused() const noexcept { return impl_->rest.token_refused(); }

}  // namespace rookery::revolt
