#include "platform/guilded/api.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "net/content_coding.hpp"
#include "net/crypto.hpp"
#include "platform/guilded/request.hpp"
#include "protocol/guilded/json_scan.hpp"
#include "rest/json.hpp"

#include <charconv>
#include <utility>

namespace rookery::guilded {
namespace {

using async::Task;
using nlohmann::json;
using protocol::guilded::member;
using protocol::guilded::plain_text;

constexpr Millis kNoRetryAfter{5'000};
constexpr Millis kLongestRetry{3'600'000};
constexpr unsigned kMostDepth = 58;  ///< brackets of an answer; what wraps it takes some more
constexpr std::size_t kMostText = 200;

/// Calls `done` exactly once: with cancelled, when the call's coroutine goes without an answer.
class Answer {
  public:
    explicit Answer(gateway::BotCallDone done) : done_(std::move(done)) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
        if (done_) {
            give(Error(ErrorKind::cancelled, "the bot is being stopped"));
        }
    }
    void give(Result<json> result) { std::exchange(done_, nullptr)(std::move(result)); }

  private:
    gateway::BotCallDone done_;
};

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

Millis retry_after(const net::HttpResponse& response) {
    const auto header = response.headers.find("Retry-After").value_or("");
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (error != std::errc() || end == header.data() || !(seconds >= 0)) {
        return kNoRetryAfter;
    }
    return seconds > 3'600 ? kLongestRetry : Millis(static_cast<std::int64_t>(seconds * 1'000) + 1);
}

bool is_page(const net::HttpResponse& response) {
    const auto type = response.headers.find("Content-Type").value_or("");
    return type.starts_with("text/html") || response.body.starts_with('<');
}

std::string boundary() { return "rookery-" + uuid_of({}); }

}  // namespace

rest::LimitInfo read_limits(const net::HttpResponse& response) {
    rest::LimitInfo out;
    out.status = response.status;
    if (response.status == 429) {
        out.scope = rest::LimitScope::bucket;
        out.retry_after = retry_after(response);
    }
    return out;
}

Error to_error(std::string_view key, const net::HttpResponse& response) {
    std::string text = std::string(key) + ": " + std::to_string(response.status);
    Refusal refusal;
    refusal.status = response.status;
    if (is_page(response)) {
        refusal.message = "a web page and not the API";
        return Error(ErrorKind::unavailable, text + ", " + refusal.message)
            .with(std::move(refusal));
    }
    const auto body = rest::parse_json(response.body);
    if (body.is_object()) {
        const auto part = [&](const char* name) {
            const auto found = body.find(name);
            return found == body.end() ? std::string()
                   : found->is_string()
                       ? log::clipped(found->get<std::string>(), kMostText)
                       : log::clipped(found->dump(-1, ' ', false, json::error_handler_t::replace),
                                      kMostText);
        };
        const std::string code = part("code");
        refusal.message = log::redacted(part("message"));
        text += code.empty() ? "" : ", " + code;
        if (const std::string meta = part("meta"); !meta.empty() && meta != "null") {
            refusal.fields.push_back({{}, code, log::redacted(meta)});
        }
    } else {
        refusal.message = log::redacted(log::clipped(response.body, kMostText));
    }
    text += refusal.message.empty() ? "" : ", " + refusal.message;
    if (response.status == 429) {
        refusal.retry_after = std::chrono::duration<double>(retry_after(response)).count();
    }
    return Error(kind_of(response.status), log::redacted(text)).with(std::move(refusal));
}

struct GuildedApi::Impl : std::enable_shared_from_this<Impl> {
    Impl(async::Executor executor_, net::Url base_, net::Url media_, ApiOptions options_,
         Seen& seen_)
        : base(std::move(base_)),
          media(std::move(media_)),
          options(std::move(options_)),
          seen(seen_),
          http(executor_, {.connect = options.connect}),
          rest(executor_, http, read_limits, options.rest),
          tasks(executor_, "guilded") {}

    [[nodiscard]] net::HttpHeaders identity() const;
    [[nodiscard]] rest::RestRequest prepare(const ApiRequest& request,
                                            const gateway::BotCall& call) const;
    Task<Result<net::HttpResponse>> send(rest::RestRequest wish, Millis deadline);
    Task<Result<>> upload(ApiRequest& request, const gateway::BotCall& call);
    Task<Result<>> find_server(ApiRequest& request, const gateway::BotCall& call);
    Task<Result<json>> run(const model::PlatformOperation* operation, gateway::BotCall call,
                           ApiRequest request);

    net::Url base;
    net::Url media;
    ApiOptions options;
    Seen& seen;
    net::HttpClient http;
    rest::RestClient rest;
    async::TaskGroup tasks;
};

net::HttpHeaders GuildedApi::Impl::identity() const {
    net::HttpHeaders out;
    if (options.flavour == Flavour::bot) {
        out.add("Authorization", "Bearer " + std::string(options.token.reveal()));
        out.add("x-guilded-bot-api-use-official-markdown", "true");
        return out;
    }
    std::string cookie = "hmac_signed_session=" + std::string(options.token.reveal());
    if (!options.client_id.empty()) {
        cookie += "; guilded_mid=" + std::string(options.client_id.reveal());
        out.add("guilded-client-id", std::string(options.client_id.reveal()));
    }
    out.add("Cookie", cookie);
    return out;
}

rest::RestRequest GuildedApi::Impl::prepare(const ApiRequest& request,
                                            const gateway::BotCall& call) const {
    rest::RestRequest out;
    out.route.key = request.key;
    out.route.major = request.major;
    out.route.authenticated = !request.media;
    out.route.lane = call.lane;
    out.route.owner = call.extension;
    out.label = request.key;
    out.repeatable = request.method != "POST" || !request.message_id.empty();
    out.max_wait = call.deadline;
    out.http.method = request.method;
    out.http.url = request.media ? media : base;
    out.http.url.target += request.path;
    out.http.timeout = options.request_timeout;
    out.http.urgent = call.lane == model::Lane::interaction;
    if (!request.media) {
        out.http.headers = identity();
    }
    out.http.headers.add("User-Agent", "Rookery/0.1.0");
    out.http.headers.add("Accept", "application/json");
    out.http.headers.add("Accept-Encoding", std::string(net::kAcceptEncoding));
    if (!request.body.is_null()) {
        out.http.headers.add("Content-Type", "application/json");
        out.http.body = request.body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return out;
}

Task<Result<net::HttpResponse>> GuildedApi::Impl::send(rest::RestRequest wish, Millis deadline) {
    const std::string label = wish.label;
    auto response = co_await async::with_timeout(rest.request(std::move(wish)), deadline, label);
    if (!response) {
        co_return response.error();
    }
    if (response->status < 200 || response->status >= 300 || is_page(*response)) {
        co_return to_error(label, *response);
    }
    if (auto shallow = protocol::guilded::limit_depth(response->body, kMostDepth)) {
        response->body = *std::move(shallow);
    }
    co_return response;
}

/// Each file goes to the media host; where it lies then goes into the document.
Task<Result<>> GuildedApi::Impl::upload(ApiRequest& request, const gateway::BotCall& call) {
    for (const discord::Upload& file : request.files) {
        ApiRequest one;
        one.method = "POST";
        one.path = "/media/upload?dynamicMediaTypeId=ContentMedia";
        one.key = "POST /media/upload";
        one.media = true;
        auto wish = prepare(one, call);
        wish.http.headers = identity();
        const std::string line = boundary();
        wish.http.headers.add("Content-Type", "multipart/form-data; boundary=" + line);
        wish.http.body = discord::write_form(json::object(), "file", file, line);
        wish.http.timeout = options.upload_timeout;
        const auto answer = co_await send(std::move(wish), options.upload_timeout);
        if (!answer) {
            co_return answer.error();
        }
        const std::string url(plain_text(member(answer->body, "url")));
        if (url.empty()) {
            co_return Error(ErrorKind::protocol, "POST /media/upload: the answer has no url");
        }
        const auto dot = file.name.rfind('.');
        const std::string end = dot == std::string::npos ? "" : file.name.substr(dot);
        const bool image =
            end == ".png" || end == ".jpg" || end == ".jpeg" || end == ".gif" || end == ".webp";
        const bool video = end == ".mp4" || end == ".webm";
        const char* const type = image ? "image" : video ? "video" : "fileUpload";
        json node = {{"object", "block"},
                     {"type", type},
                     {"data", {{"src", url}, {"name", file.name}}},
                     {"nodes", json::array()}};
        request.body["content"]["document"]["nodes"].push_back(std::move(node));
    }
    co_return Result<>();
}

/// A webhook is made in a server; the caller knows its channel.
Task<Result<>> GuildedApi::Impl::find_server(ApiRequest& request, const gateway::BotCall& call) {
    const std::string channel = call.arguments.value("channelId", "");
    ApiRequest question;
    question.method = "GET";
    question.path = "/channels/" + net::percent_encode(channel);
    question.key = "GET /channels/{channel}";
    const auto answer = co_await send(prepare(question, call), call.deadline);
    if (!answer) {
        co_return answer.error();
    }
    const std::string server(
        plain_text(protocol::guilded::member_at(answer->body, {"channel", "serverId"})));
    if (server.empty()) {
        co_return Error(ErrorKind::protocol, "GET /channels/{channel}: the answer has no serverId");
    }
    request.method = "POST";
    request.path = "/servers/" + net::percent_encode(server) + "/webhooks";
    request.key = "POST /servers/{server}/webhooks";
    request.body = {{"name", call.arguments.value("name", "")}, {"channelId", channel}};
    co_return Result<>();
}

Task<Result<json>> GuildedApi::Impl::run(const model::PlatformOperation* operation,
                                         gateway::BotCall call, ApiRequest request) {
    const std::string name(operation->info->name);
    Result<> ready;
    if (!request.files.empty()) {
        ready = co_await upload(request, call);
    } else if (name == "webhooks.create") {
        ready = co_await find_server(request, call);
    }
    if (!ready) {
        co_return ready.error().within(name);
    }
    const auto answer = co_await send(prepare(request, call), call.deadline);
    if (!answer) {
        co_return answer.error().within(name);
    }
    auto result =
        read_answer(options.flavour, *operation, call.arguments, request, answer->body, seen);
    if (!result) {
        co_return result.error().within(name);
    }
    co_return result;
}

GuildedApi::GuildedApi(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

GuildedApi::~GuildedApi() = default;

Result<std::unique_ptr<GuildedApi>> GuildedApi::create(async::Executor executor, ApiOptions options,
                                                       Seen& seen) {
    const auto read = [](const std::string& text, const char* key) -> Result<net::Url> {
        auto url = net::parse_url(text);
        if (!url) {
            return url.error().within(key);
        }
        if (url->scheme != "http" && url->scheme != "https") {
            return Error(ErrorKind::invalid,
                         std::string(key) + " must begin with https:// or http://");
        }
        while (url->target.ends_with('/')) {
            url->target.pop_back();
        }
        return url;
    };
    auto base = read(options.base_url, "api_url");
    if (!base) {
        return base.error();
    }
    net::Url media = *base;
    media.target.clear();
    if (!options.media_url.empty()) {
        auto other = read(options.media_url, "cdn_url");
        if (!other) {
            return other.error();
        }
        media = *std::move(other);
    }
    return std::unique_ptr<GuildedApi>(new GuildedApi(std::make_shared<Impl>(
        std::move(executor), *std::move(base), std::move(media), std::move(options), seen)));
}

void GuildedApi::call(const model::PlatformOperation& operation, gateway::BotCall call,
                      gateway::BotCallDone done) {
    const auto impl = impl_;
    auto answer = std::make_shared<Answer>(std::move(done));
    impl->tasks.spawn("call", [impl, answer, &operation, call = std::move(call)]() -> Task<> {
        // Nobody expects an answer while the question is still being asked.
        co_await async::sleep_for(Millis{0});
        auto request = build_request(impl->options.flavour, operation, call.arguments,
                                     call.nonce_key, impl->options.uploads, impl->seen);
        if (!request) {
            answer->give(request.error());
            co_return;
        }
        auto result = co_await impl->run(&operation, call, *std::move(request));
        answer->give(std::move(result));
    });
}

Task<Result<std::string>> GuildedApi::get(std::string path, std::string key) {
    const auto impl = impl_;
    ApiRequest request;
    request.method = "GET";
    request.path = std::move(path);
    request.key = std::move(key);
    gateway::BotCall call;
    call.lane = model::Lane::interaction;
    auto answer = co_await impl->send(impl->prepare(request, call), call.deadline);
    if (!answer) {
        co_return answer.error();
    }
    co_return std::move(answer->body);
}

net::HttpHeaders GuildedApi::identity() const { return impl_->identity(); }

Task<> GuildedApi::close() {
    const auto impl = impl_;
    impl->rest.shutdown();
    impl->tasks.cancel();
    co_await impl->tasks.join();
    impl->http.close_idle();
}

const rest::RestCounters& GuildedApi::counters() const noexcept { return impl_->rest.counters(); }

const std::map<std::string, rest::RouteCounters>& GuildedApi::routes() const noexcept {
    return impl_->rest.routes();
}

}  // namespace rookery::guilded
