#include "sim/guilded/bot_rest.hpp"

#include <algorithm>
#include <cmath>

namespace rookery::sim::guilded {

HttpReply refuse(unsigned status, const char* code, const std::string& message, const Json& meta) {
    Json body = {{"code", code}, {"message", message}};
    if (!meta.is_null()) {
        body["meta"] = meta;
    }
    return community::json_reply(body, status);
}

HttpReply wrapped(const char* key, Json value, unsigned status) {
    Json body = Json::object();
    body[key] = std::move(value);
    return community::json_reply(body, status);
}

HttpReply BotRest::answer(const HttpRequest& request, std::string_view path) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto given = request.header("authorization");
    const auto* bot =
        given.starts_with(kScheme) ? core_.bot_of_token(given.substr(kScheme.size())) : nullptr;
    if (bot == nullptr) {
        return refuse(401, "UnauthorizedError", "Authentication Failed");
    }
    if (core_.clock.now() < limited_until_) {
        core_.recorder.violation("guilded_rate_limit_ignored", 0,
                                 request.method + " " + request.path);
    }
    limited_until_ = {};
    const Json limited = {{"code", "TooManyRequests"}, {"message", "You have been rate limited"}};
    const Json failed = {{"code", "InternalServerError"}, {"message", "Something went wrong"}};
    if (auto reply = community::fault_reply(core_.faults, limited, failed)) {
        if (reply->status == 429 && core_.faults.retry_after) {
            // A second of grace for the requests that are on their way.
            limited_until_ =
                core_.clock.now() + Millis(static_cast<int>(*core_.faults.retry_after * 900));
        }
        return std::move(*reply);
    }
    Call call{request, {}, nullptr, bot->id};
    if (!request.body.empty()) {
        call.body = Json::parse(request.body, nullptr, false);
        if (!call.body.is_object()) {
            core_.recorder.violation("guilded_bad_body", 0, request.method + " " + request.path);
            return refuse(400, "BadRequestError", "Request body is not a JSON object");
        }
    }
    auto reply = routed(call, path);
    community::spoil(core_.faults, reply);
    return reply;
}

HttpReply BotRest::routed(Call& call, std::string_view path) {
    bool known_path = false;
    for (const auto routes : {message_routes(), channel_routes(), server_routes(), role_routes()}) {
        for (const auto& route : routes) {
            if (auto values = community::match_path(route.pattern, path)) {
                known_path = true;
                if (call.request.method == route.method) {
                    call.path = std::move(*values);
                    return (this->*route.answer)(call);
                }
            }
        }
    }
    if (auto reply = known_path ? std::nullopt : shelf_.answer(call, path)) {
        return std::move(*reply);
    }
    core_.recorder.violation("guilded_unknown_route", 0,
                             call.request.method + " " + call.request.path);
    return known_path ? refuse(405, "MethodNotAllowed", "Method not allowed")
                      : refuse(404, "NotFoundError", "Not found");
}

community::Message* BotRest::message_of(const Call& call) {
    return core_.world.find_message(call.at("channel"), call.at("message"));
}

community::Person* BotRest::person_of(const Call& call) {
    const auto& id = call.at("user");
    return core_.world.person(id == "@me" ? call.who : id);
}

}  // namespace rookery::sim::guilded
