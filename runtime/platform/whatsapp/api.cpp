#include "platform/whatsapp/api.hpp"

#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "net/content_coding.hpp"
#include "net/crypto.hpp"

#include <array>
#include <utility>

namespace rookery::whatsapp {

using async::Task;

namespace {

constexpr std::string_view kUserAgent = "Rookery (https://github.com/rookery/rookery, 0.1.0)";
constexpr Millis kPause{10'000};  ///< after a 429 that names no time

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

ErrorKind kind_of(unsigned status) {
    switch (status) {
        case 401:
        case 403:
            return ErrorKind::denied;
        case 404:
            return ErrorKind::not_found;
        case 409:
            return ErrorKind::exists;
        case 413:
        case 429:
            return ErrorKind::limit;
        default:
            return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
    }
}

/// What a refusal says: {"message": text or list of texts, "error": ...}.
std::string words_of(const net::HttpResponse& answer) {
    const auto body = parse_json(answer.body);
    if (!body.is_object()) {
        const auto type = answer.headers.find("Content-Type").value_or("");
        return answer.body.empty()             ? "no answer"
               : type.starts_with("text/html") ? "a web page instead of an answer of the API"
                                               : log::clipped(answer.body, 200);
    }
    std::string words;
    const Json& message = at(body, "message");
    for (const auto& one : message.is_array() ? message : Json::array({message})) {
        if (one.is_string()) {
            words += (words.empty() ? "" : "; ") + one.get<std::string>();
        }
    }
    return log::clipped(words.empty() ? text_at(body, "error", 300) : words, 300);
}

Error to_error(const std::string& label, const net::HttpResponse& answer) {
    Refusal refusal;
    refusal.status = answer.status;
    refusal.message = words_of(answer);
    auto text = label + ": " + std::to_string(answer.status) + ' ' + refusal.message;
    if (answer.status == 401) {
        text += " (token has to be the bridge's API key)";
    }
    return Error(kind_of(answer.status), std::move(text)).with(std::move(refusal));
}

rest::LimitInfo read_limits(const net::HttpResponse& answer) {
    rest::LimitInfo info;
    info.status = answer.status;
    if (answer.status == 429) {
        info.scope = rest::LimitScope::bucket;
        const auto wait =
            number_of(Json(std::string(answer.headers.find("Retry-After").value_or(""))));
        info.retry_after =
            wait && *wait > 0 ? Millis(std::min<std::int64_t>(*wait, 3'600) * 1'000) : kPause;
    }
    return info;
}

}  // namespace

struct Api::Impl {
    Impl(const async::Executor& executor, ApiOptions options_)
        : options(std::move(options_)),
          http(executor, {.connect = options.connect}),
          rest(executor, http, read_limits, options.rest) {}

    [[nodiscard]] rest::RestRequest prepare(const ApiRequest& request,
                                            const CallContext& context) const;
    [[nodiscard]] Task<Result<Json>> run(rest::RestRequest request, Millis deadline);

    ApiOptions options;
    net::HttpClient http;
    rest::RestClient rest;
};

rest::RestRequest Api::Impl::prepare(const ApiRequest& request, const CallContext& context) const {
    rest::RestRequest out;
    out.label = request.method + ' ' + request.label;
    out.route.key = out.label;
    out.route.authenticated = true;
    out.route.lane = context.lane;
    out.route.owner = context.extension;
    out.repeatable = request.method != "POST";
    out.max_wait = context.deadline;
    out.http.method = request.method;
    out.http.url = options.base;
    out.http.url.target += request.path;
    if (!options.session.empty()) {
        out.http.url.target += request.path.find('?') == std::string::npos ? '?' : '&';
        out.http.url.target += "session=" + net::percent_encode(options.session);
    }
    out.http.timeout = options.request_timeout;
    out.http.urgent = context.lane == model::Lane::interaction;
    out.http.headers.add("User-Agent", std::string(kUserAgent));
    out.http.headers.add("Accept", "application/json");
    out.http.headers.add("Accept-Encoding", std::string(net::kAcceptEncoding));
    out.http.headers.add("Authorization", "Bearer " + std::string(options.key.reveal()));
    if (!request.body.is_null()) {
        out.http.headers.add("Content-Type", "application/json");
        out.http.body = write_json(request.body);
    }
    return out;
}

Task<Result<Json>> Api::Impl::run(rest::RestRequest request, Millis deadline) {
    const auto label = request.label;
    const auto answer =
        co_await async::with_timeout(rest.request(std::move(request)), deadline, label);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status < 200 || answer->status >= 300) {
        co_return to_error(label, *answer);
    }
    if (answer->body.find_first_not_of(" \t\r\n") == std::string::npos) {
        co_return Json();
    }
    auto body = parse_json(answer->body);
    if (body.is_discarded()) {
        co_return Error(ErrorKind::protocol,
                        label + ": the answer is not JSON; is api_url that of the bridge's API?");
    }
    co_return body;
}

Api::Api(async::Executor executor, ApiOptions options)
    : impl_(std::make_shared<Impl>(executor, std::move(options))) {}
Api::~Api() = default;

Task<Result<Json>> Api::send(ApiRequest request, CallContext context) {
    const auto impl = impl_;
    auto wish = impl->prepare(request, context);
    co_return co_await impl->run(std::move(wish), context.deadline);
}

Task<Result<Json>> Api::send_file(std::string to, std::string caption, Upload file,
                                  CallContext context) {
    const auto impl = impl_;
    ApiRequest request;
    request.method = "POST";
    request.path = "/messages";
    request.label = "/messages";
    const auto boundary = make_boundary();
    auto wish = impl->prepare(request, context);
    wish.http.headers.add("Content-Type", "multipart/form-data; boundary=" + boundary);
    Json parts{{"to", to}};
    if (!caption.empty()) {
        parts["caption"] = caption;
    }
    wish.http.body = discord::write_form(parts, "file", file, boundary);
    wish.http.timeout = impl->options.upload_timeout;
    const auto deadline = std::max(context.deadline, impl->options.upload_timeout);
    auto answer = co_await impl->run(std::move(wish), deadline);
    if (!answer) {
        co_return answer.error().within(file.name);
    }
    co_return answer;
}

Task<Result<Json>> Api::messages(std::string chat, std::size_t limit, CallContext context) {
    ApiRequest request;
    request.path =
        "/messages?chatId=" + net::percent_encode(chat) + "&limit=" + std::to_string(limit);
    request.label = "/messages";
    const auto answer = co_await send(std::move(request), std::move(context));
    if (!answer) {
        co_return answer.error();
    }
    const Json& list = list_in(*answer, "messages");
    if (!list.is_array()) {
        co_return Error(ErrorKind::protocol, "GET /messages: the answer has no list of messages");
    }
    co_return list;
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

const Json& list_in(const Json& answer, std::string_view name) {
    const Json* place = &answer;
    for (int depth = 0; depth < 3 && place->is_object(); ++depth) {
        const Json& named = at(*place, name);
        place = !named.is_null() ? &named : &at(*place, "data");
    }
    static const Json kNone;
    return place->is_array() ? *place : kNone;
}

}  // namespace rookery::whatsapp
