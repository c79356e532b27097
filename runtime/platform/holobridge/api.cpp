#include "platform/holobridge/api.hpp"

#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "net/content_coding.hpp"
#include "rest/json.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace rookery::holobridge {

using async::Task;
using nlohmann::json;

namespace {

constexpr std::size_t kGuildPage = 200;
constexpr std::size_t kMostId = 100;
constexpr std::size_t kMostFields = 20;
constexpr std::size_t kMostText = 300;

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string()
               ? log::clipped(found->get<std::string>(), kMostText)
               : std::string();
}

ErrorKind kind_of(unsigned status, const std::string& code) {
    if (code == "UNSUPPORTED" || status == 501) {
        return ErrorKind::unsupported;
    }
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

/// "details" or "issues": [{path: "a.b" or ["a", "b"], message, code}].
std::vector<Refusal::Field> fields_of(const json& body) {
    std::vector<Refusal::Field> fields;
    for (const char* const key : {"details", "issues"}) {
        const auto list = body.find(key);
        if (list == body.end() || !list->is_array()) {
            continue;
        }
        for (const json& one : *list) {
            if (!one.is_object() || fields.size() == kMostFields) {
                continue;
            }
            std::string path = text_at(one, "path");
            if (const auto steps = one.find("path"); steps != one.end() && steps->is_array()) {
                for (const json& step : *steps) {
                    if (path.size() > kMostText) {
                        break;
                    }
                    path += (path.empty() ? "" : ".") +
                            (step.is_string() ? step.get<std::string>() : step.dump());
                }
            }
            fields.push_back(
                {log::clipped(path, kMostText), text_at(one, "code"), text_at(one, "message")});
        }
    }
    return fields;
}

double seconds_of(const net::HttpResponse& response) {
    const auto header = response.headers.find("Retry-After");
    double seconds = 0;
    if (header) {
        std::from_chars(header->data(), header->data() + header->size(), seconds);
    }
    return seconds > 0 && seconds < 3'600 ? seconds : 0;
}

}  // namespace

bool is_guild_id(std::string_view text) {
    return !text.empty() && text.size() <= kMostId &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '_' || c == '@' || c == '.' || c == ':';
           });
}

Error to_error(const std::string& label, const net::HttpResponse& response) {
    const json body = rest::parse_json(response.body);
    Refusal refusal;
    refusal.status = response.status;
    refusal.retry_after = seconds_of(response);
    std::string code;
    if (body.is_object()) {
        code = text_at(body, "code");
        refusal.message = text_at(body, "error");
        refusal.fields = fields_of(body);
    } else {
        const auto type = response.headers.find("Content-Type").value_or("");
        refusal.message = type.starts_with("text/html")
                              ? "a web page instead of an answer of the API"
                              : log::clipped(response.body, 200);
    }
    std::string text = label + ": " + std::to_string(response.status);
    for (const std::string& part : {code, refusal.message}) {
        text += part.empty() ? "" : (text.ends_with(')') ? "" : " ") + part;
    }
    for (const Refusal::Field& field : refusal.fields) {
        text += "; " + field.path + ": " + field.message;
    }
    if (!code.empty() && refusal.fields.empty()) {
        refusal.fields.push_back({"", code, refusal.message});
    }
    const ErrorKind kind = kind_of(response.status, code);
    return Error(kind, std::move(text)).with(std::move(refusal));
}

Result<json> unwrap(const std::string& label, const std::string& body) {
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return json();
    }
    json answer = rest::parse_json(body);
    if (answer.is_discarded()) {
        return Error(ErrorKind::protocol, label + ": the answer is not JSON, or nested too deep");
    }
    if (!answer.is_object() || !answer.contains("success")) {
        return answer;
    }
    const auto data = answer.find("data");
    return data == answer.end() ? json() : std::move(*data);
}

rest::LimitInfo read_limits(const net::HttpResponse& response) {
    rest::LimitInfo info;
    info.status = response.status;
    if (response.status == 429) {
        // One limit for all that a key asks.
        info.scope = rest::LimitScope::global;
        const double seconds = seconds_of(response);
        info.retry_after = Millis(static_cast<std::int64_t>((seconds > 0 ? seconds : 1) * 1'000));
    }
    return info;
}

struct Api::Impl {
    Impl(const async::Executor& executor, net::Url base_, ApiOptions options_)
        : base(std::move(base_)),
          options(std::move(options_)),
          http(executor, {.connect = options.connect}),
          rest(executor, http, read_limits, options.rest) {}

    net::Url base;
    ApiOptions options;
    net::HttpClient http;
    rest::RestClient rest;
};

Api::Api(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::create(const async::Executor& executor, ApiOptions options) {
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
    if (base->target.ends_with("/api")) {
        base->target.resize(base->target.size() - 4);
    }
    return std::unique_ptr<Api>(
        new Api(std::make_shared<Impl>(executor, *std::move(base), std::move(options))));
}

Task<Result<json>> Api::send(ApiRequest request) {
    const auto impl = impl_;
    rest::RestRequest out;
    out.label = request.method + ' ' + request.label;
    out.route.key = out.label;
    out.route.major = request.path.substr(0, request.path.find('?'));
    out.route.lane = request.lane;
    out.route.owner = request.extension;
    // A key may be refused on one route and be good for the rest.
    out.route.authenticated = false;
    out.repeatable = request.method == "GET" || request.method == "PUT";
    out.max_wait = request.deadline;
    out.http.method = request.method;
    out.http.url = impl->base;
    out.http.url.target += request.path;
    out.http.timeout = impl->options.request_timeout;
    out.http.urgent = request.lane == model::Lane::interaction;
    out.http.headers.add("User-Agent", "Rookery/0.1.0");
    out.http.headers.add("Accept", "application/json");
    out.http.headers.add("Accept-Encoding", std::string(net::kAcceptEncoding));
    out.http.headers.add("X-API-Key", std::string(impl->options.key.reveal()));
    if (!request.body.is_null()) {
        out.http.headers.add("Content-Type", "application/json");
        out.http.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    const std::string label = out.label;
    auto asked = async::with_timeout(impl->rest.request(std::move(out)), request.deadline, label);
    const auto answer = co_await std::move(asked);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status < 200 || answer->status >= 300) {
        co_return to_error(label, *answer);
    }
    co_return unwrap(label, answer->body);
}

Task<Result<std::vector<std::string>>> Api::guilds() {
    std::vector<std::string> ids;
    std::set<std::string> known;
    for (;;) {
        ApiRequest request;
        request.label = "/api/guilds";
        request.path = "/api/guilds?limit=" + std::to_string(kGuildPage) +
                       (ids.empty() ? "" : "&after=" + net::percent_encode(ids.back()));
        request.lane = model::Lane::interaction;
        const auto page = co_await send(std::move(request));
        if (!page) {
            co_return page.error();
        }
        if (!page->is_array()) {
            co_return Error(ErrorKind::protocol,
                            "GET /api/guilds: the answer is no list; is api_url right?");
        }
        bool more = false;  // a HoloBridge knows of no pages
        for (const json& guild : *page) {
            const json* const id_at =
                guild.is_object() && guild.contains("id") ? &guild["id"] : nullptr;
            const std::string id =
                id_at != nullptr && id_at->is_string() ? id_at->get<std::string>() : std::string();
            if (is_guild_id(id) && known.insert(id).second) {
                ids.push_back(id);
                more = true;
            }
        }
        if (!more || page->size() != kGuildPage || ids.size() > kMostGuilds) {
            co_return ids;
        }
    }
}

void Api::shutdown() {
    impl_->rest.shutdown();
    impl_->http.close_idle();
}
const rest::RestCounters& Api::counters() const noexcept { return impl_->rest.counters(); }
const std::map<std::string, rest::RouteCounters>& Api::routes() const noexcept {
    return impl_->rest.routes();
}

}  // namespace rookery::holobridge
