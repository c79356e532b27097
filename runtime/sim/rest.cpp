#include "sim/rest.hpp"

#include "sim/gateway.hpp"
#include "sim/known_routes.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace rookery::sim {
namespace {

constexpr std::string_view kPrefix = "/api/v10";

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
    for (const auto table : {basic_routes(), message_routes(), reaction_routes(), guild_routes(),
                             interaction_routes()}) {
        for (const auto& route : table) {
            if (route.method == method && fits(route.path, path, parameters)) {
                return &route;
            }
        }
    }
    return nullptr;
}

std::string major_of(const Route& route, const std::vector<std::string>& parameters) {
    const std::string_view path = route.path;
    const bool has = path.starts_with("/channels/{}") || path.starts_with("/guilds/{}") ||
                     path.starts_with("/webhooks/{}") || path.starts_with("/interactions/{}");
    return has ? parameters[0] : std::string();
}

HttpReply limited(double retry_after, bool global,
                  std::vector<std::pair<std::string, std::string>> headers) {
    Json body = {{"message", "You are being rate limited."},
                 {"retry_after", retry_after},
                 {"global", global}};
    auto reply = json_reply(body, 429);
    reply.headers = std::move(headers);
    const auto whole = static_cast<int>(std::ceil(std::max(retry_after, 0.001)));
    reply.headers.emplace_back("Retry-After", std::to_string(whole));
    return reply;
}

}  // namespace

void Rest::handle(const HttpRequest& request, const HttpResponder& respond) {
    // The platform promises no order between an answer and the events that it causes.
    const bool answer_first = core_.chance(0.5);
    if (answer_first) {
        core_.hub.hold();
    }
    auto reply = answer(request);
    count(reply.status);
    core_.recorder.note("rest", 0, request.method + " " + request.path, reply.status);
    if (take(core_.faults.slow)) {
        reply.delay = core_.faults.slow_by;
    }
    reply.cut = take(core_.faults.cut);
    respond(std::move(reply));
    if (answer_first) {
        core_.hub.release();
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
    RestCall call{core_, actions_, interactions_, gateway_, state_, request, {}, {}, {}, {}, {}};
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
        const std::string_view path = route.path;
        const bool exempt = path.starts_with("/interactions") || path.starts_with("/webhooks");
        verdict = limits_.take(route.bucket, call.bot == nullptr ? "ip" : call.bot->token,
                               major_of(route, call.parameters), exempt);
    }
    if (!verdict.allowed) {
        return limited(verdict.retry_after, verdict.global, std::move(verdict.headers));
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
    if (!request.header("user-agent").starts_with("DiscordBot (")) {
        core_.recorder.violation("user_agent", 0, request.header("user-agent"));
        call.failure = error_reply(403, 40333, "internal network error");
        return true;
    }
    const auto authorization = request.header("authorization");
    if (authorization.starts_with("Bot ")) {
        call.bot = core_.world.bot_by_token(authorization.substr(4));
    }
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
        json = "{}";
        for (auto& part : *parts) {
            if (part.name == "payload_json") {
                json = part.data;
            } else {
                call.files.push_back(std::move(part));
            }
        }
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

bool Rest::injected(HttpReply& reply) {
    auto& faults = core_.faults;
    if (take(faults.failing)) {
        reply = error_reply(faults.failing_status, 0, "Internal Server Error on demand");
        return true;
    }
    if (!take(faults.limited)) {
        return false;
    }
    if (faults.limited_class == "html") {
        reply.status = 429;
        reply.content_type = "text/html";
        reply.body =
            "<html><head><title>Access denied</title></head><body>error code: 1015</body></html>";
        reply.headers = {
            {"Retry-After", std::to_string(static_cast<int>(std::ceil(faults.retry_after)))}};
        return true;
    }
    const bool global = faults.limited_class == "global";
    std::vector<std::pair<std::string, std::string>> headers = {
        {"X-RateLimit-Scope", faults.limited_class}, {"Via", "1.1 simulator"}};
    if (global) {
        headers.emplace_back("X-RateLimit-Global", "true");
    }
    reply = limited(faults.retry_after, global, std::move(headers));
    return true;
}

void Rest::count(unsigned status) {
    ++requests_;
    ++by_status_[status];
}

Json Rest::counts() const {
    Json statuses = Json::object();
    for (const auto& [status, number] : by_status_) {
        statuses[std::to_string(status)] = number;
    }
    return {{"requests", requests_}, {"by_status", std::move(statuses)}};
}

}  // namespace rookery::sim
