#include "sim/discord/rest.hpp"

#include "sim/discord/gateway.hpp"
#include "sim/discord/known_routes.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace rookery::sim::discord {
namespace {

constexpr std::string_view kPrefix = "/api/v10";
constexpr auto kInvalidWindow = std::chrono::minutes(10);

/// The parameters when the path fits the pattern.
bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& parameters) {
    parameters.clear();
    while (!pattern.empty() && !path.empty()) {
        const auto want = pattern.substr(0, pattern.find('/'));
        const auto have = path.substr(0, path.find('/'));
        if (want == "{}" && !have.empty()) {
            parameters.push_back(percent_decoded(have));
        } else if (want != have) {
            return false;
        }
        pattern.remove_prefix(std::min(pattern.size(), want.size() + 1));
        path.remove_prefix(std::min(path.size(), have.size() + 1));
    }
    return pattern.empty() && path.empty();
}

const Route* find_route(std::string_view method, std::string_view path,
                        std::vector<std::string>& parameters) {
    const Route* best = nullptr;
    std::vector<std::string> found;
    for (const auto table :
         {basic_routes(), message_routes(), reaction_routes(), pin_routes(), guild_routes(),
          member_routes(), channel_routes(), thread_routes(), collection_routes(), command_routes(),
          voice_routes(), webhook_routes(), interaction_routes()}) {
        for (const auto& route : table) {
            // Of two that fit ("/users/@me" and "/users/{}") the one with fewer parameters.
            const bool better = route.method == method && fits(route.path, path, found) &&
                                (best == nullptr || found.size() < parameters.size());
            if (better) {
                best = &route;
                parameters = found;
            }
        }
    }
    return best;
}

std::string major_of(const Route& route, const std::vector<std::string>& parameters) {
    const std::string_view path = route.path;
    const bool has = path.starts_with("/channels/{}") || path.starts_with("/guilds/{}") ||
                     path.starts_with("/webhooks/{}") || path.starts_with("/interactions/{}");
    if (!has) {
        return {};
    }
    const bool token = path.starts_with("/webhooks/{}/{}") || path.starts_with("/interactions");
    return token ? parameters[0] + "/" + parameters[1] : parameters[0];
}

}  // namespace

void Rest::handle(const HttpRequest& request, const HttpResponder& respond) {
    // The platform promises no order between an answer and the events that it causes.
    const bool answer_first = core_.chance(0.5);
    if (answer_first) {
        core_.hub.hold();
    }
    auto reply = banned() ? blocked(false) : answer(request);
    count(reply);
    core_.recorder.note("rest", 0, request.method + " " + request.path, reply.status);
    spoil(reply);
    respond(std::move(reply));
    if (answer_first) {
        core_.hub.release();
    }
}

/// The faults that befall an answer on its way.
void Rest::spoil(HttpReply& reply) {
    auto& faults = core_.faults;
    if (take(faults.slow)) {
        reply.delay = faults.slow_by;
    }
    if (take(faults.not_json)) {
        reply.status = 200;
        reply.body = "<html>this is not what you expect";
    }
    if (take(faults.huge)) {
        reply.status = 200;
        reply.body = "{\"content\":\"" + std::string(faults.huge_bytes, 'x') + "\"}";
    }
    if (take(faults.no_headers)) {
        std::erase_if(reply.headers,
                      [](const auto& header) { return header.first.starts_with("X-RateLimit-"); });
    }
    reply.endless = take(faults.endless);
    reply.cut = take(faults.cut);
}

HttpReply Rest::perform_as(Id actor, const std::string& method, const std::string& path,
                           const Json& body, const std::string& reason) {
    HttpRequest request;
    request.method = method;
    request.path = std::string(kPrefix) + path;
    request.headers["x-audit-log-reason"] = reason;
    RestCall call{core_, actions_, interactions_, gateway_, state_, request};
    call.route = find_route(method, path, call.parameters);
    if (call.route == nullptr) {
        return error_reply(404, 0, "404: Not Found");
    }
    call.bot = &core_.world.bots().front();
    call.actor = actor;
    call.body = body;
    if (path.ends_with("/stickers")) {
        call.files = {{"file", "sticker.png", "image/png", "x"}};
    }
    try {
        return call.route->handle(call);
    } catch (const Json::exception& error) {
        return form_error("", "BASE_TYPE_BAD", error.what());
    }
}

HttpReply Rest::answer(const HttpRequest& request) {
    HttpReply injected_reply;
    if (injected(injected_reply)) {
        return injected_reply;
    }
    const std::string_view path = request.path;
    if (!path.starts_with(kPrefix)) {
        return path.starts_with("/api/v") ? error_reply(400, 50041, "Invalid API version provided.")
                                          : error_reply(404, 0, "404: Not Found");
    }
    RestCall call{core_, actions_, interactions_, gateway_, state_, request};
    const auto tail = path.substr(kPrefix.size());
    const auto* route = find_route(request.method, tail, call.parameters);
    if (route != nullptr) {
        return call_route(*route, call);
    }
    if (is_known_route(request.method, tail)) {
        core_.recorder.violation("not_simulated", 0, request.method + " " + request.path);
        return error_reply(
            501, 0,
            "The simulator does not have this route: " + request.method + " " + std::string(tail));
    }
    return error_reply(404, 0, "404: Not Found");
}

HttpReply Rest::call_route(const Route& route, RestCall& call) {
    if (refused(call.request, route, call)) {
        return call.failure;
    }
    LimitVerdict verdict;
    if (core_.options.rate_limits && !lifted_) {
        call.limits = &limits_;
        const std::string_view path = route.path;
        const bool exempt =
            path.starts_with("/interactions") || path.starts_with("/webhooks/{}/{}");
        const auto& bucket = route.bucket_of == nullptr ? route.bucket : route.bucket_of(call);
        verdict = limits_.take(bucket, call.bot == nullptr ? "ip" : call.bot->token,
                               major_of(route, call.parameters), exempt);
    }
    if (!verdict.allowed) {
        return limited_reply(verdict.retry_after, verdict.global, std::move(verdict.headers));
    }
    HttpReply reply;
    try {
        reply = bad_body(call) ? call.failure : route.handle(call);
    } catch (const Json::exception& error) {
        reply = form_error("", "BASE_TYPE_BAD", error.what());
    }
    reply.headers.insert(reply.headers.end(), verdict.headers.begin(), verdict.headers.end());
    return reply;
}

bool Rest::refused(const HttpRequest& request, const Route& route, RestCall& call) {
    // Calls whose credential stands in the path come with any client's name (discord.py's do).
    if (route.needs_token && !request.header("user-agent").starts_with("DiscordBot (")) {
        core_.recorder.violation("user_agent", 0, request.header("user-agent"));
        call.failure = error_reply(403, 40333, "internal network error");
        return true;
    }
    const auto authorization = request.header("authorization");
    if (authorization.starts_with("Bot ")) {
        call.bot = core_.world.bot_by_token(authorization.substr(4));
    }
    call.route = &route;
    call.actor = call.bot == nullptr ? 0 : call.bot->user;
    if (route.needs_token && call.bot == nullptr) {
        core_.recorder.violation("authorization", 0, request.method + " " + request.path);
        call.failure = error_reply(401, 0, "401: Unauthorized");
        return true;
    }
    return false;
}

bool Rest::bad_body(RestCall& call) const {
    const auto& request = call.request;
    if (request.body.empty()) {
        return false;
    }
    const auto type = request.header("content-type");
    std::string json = request.body;
    if (type.starts_with("multipart/form-data")) {
        auto parts = parse_multipart(type, request.body);
        if (!parts) {
            call.failure = error_reply(400, 50035, "Invalid Form Body");
            return true;
        }
        auto fields = Json::object();
        json.clear();
        for (auto& part : *parts) {
            if (part.name == "payload_json") {
                json = part.data;
            } else if (part.filename.empty()) {
                fields[part.name] = part.data;  // a sticker's form has plain fields
            } else {
                call.files.push_back(std::move(part));
            }
        }
        json = json.empty() ? fields.dump() : json;
    } else if (!type.starts_with("application/json")) {
        call.failure = form_error("", "CONTENT_TYPE_INVALID",
                                  "Expected \"Content-Type\" header "
                                  "to be one of application/json.");
        return true;
    }
    call.body = Json::parse(json, nullptr, false);
    if (call.body.is_discarded()) {
        core_.recorder.violation("body_json", 0, json);
        call.failure = error_reply(400, 50109, "The request body contains invalid JSON.");
        return true;
    }
    return false;
}

HttpReply Rest::blocked(bool as_json) {
    HttpReply reply;
    reply.status = 429;
    reply.content_type = as_json ? "application/json" : "text/html";
    reply.body =
        as_json
            ? R"({"message":"You are being blocked from accessing our API temporarily","code":0})"
            : "<html><head><title>Access denied</title></head><body>error code: 1015</body></html>";
    return reply;
}

bool Rest::injected(HttpReply& reply) {
    auto& faults = core_.faults;
    if (take(faults.failing)) {
        reply = error_reply(faults.failing_status, 0, "Internal Server Error on demand");
        if (faults.failing_html) {
            reply.content_type = "text/html";
            reply.body = "<html><body><h1>" + std::to_string(faults.failing_status) +
                         " on demand</h1></body></html>";
        }
        return true;
    }
    const bool turn = every_ != 0 && ++since_limited_ > every_;
    since_limited_ = turn ? 1 : since_limited_;
    if (!turn && !take(faults.limited)) {
        return false;
    }
    const auto& kind = faults.limited_class;
    if (kind == "html" || kind == "blocked") {
        reply = blocked(kind == "blocked");
        reply.headers = {
            {"Retry-After", std::to_string(static_cast<int>(std::ceil(faults.retry_after)))}};
        return true;
    }
    const bool global = kind == "global";
    std::vector<std::pair<std::string, std::string>> headers = {
        {"X-RateLimit-Scope", kind == "hidden" ? "user" : kind}, {"Via", "1.1 simulator"}};
    if (global) {
        headers.emplace_back("X-RateLimit-Global", "true");
    }
    if (kind == "hidden") {
        headers.emplace_back("X-RateLimit-Limit", "5");
        headers.emplace_back("X-RateLimit-Remaining", "4");
        headers.emplace_back("X-RateLimit-Reset-After", "1.000");
        headers.emplace_back("X-RateLimit-Bucket", "hidden-sub-limit");
    }
    reply = limited_reply(faults.retry_after, global, std::move(headers));
    return true;
}

bool Rest::banned() {
    const auto now = core_.clock.now();
    while (!invalid_.empty() && invalid_.front() <= now - kInvalidWindow) {
        invalid_.pop_front();
    }
    return invalid_.size() >= core_.options.invalid_requests;
}

void Rest::count(const HttpReply& reply) {
    ++requests_;
    ++by_status_[reply.status];
    const auto scope = std::find_if(reply.headers.begin(), reply.headers.end(),
                                    [](const auto& h) { return h.first == "X-RateLimit-Scope"; });
    const bool shared = scope != reply.headers.end() && scope->second == "shared";
    const bool global = scope != reply.headers.end() && scope->second == "global";
    if (reply.status == 401 || reply.status == 403 || (reply.status == 429 && !shared)) {
        invalid_.push_back(core_.clock.now());
    }
    limited_globally_ += global ? 1 : 0;
}

Json Rest::counts() const {
    Json statuses = Json::object();
    for (const auto& [status, number] : by_status_) {
        statuses[std::to_string(status)] = number;
    }
    return {{"requests", requests_},
            {"by_status", std::move(statuses)},
            {"invalid", invalid_.size()},
            {"limited_globally", limited_globally_},
            {"command_overwrites", state_.command_overwrites}};
}

}  // namespace rookery::sim::discord
