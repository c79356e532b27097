#include "server/rest/answer.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <cmath>

namespace rookery::server::rest {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr double kMostWait = 86'400;  // seconds
constexpr const char* kJson = "application/json; charset=utf-8";
constexpr auto kReplace = json::error_handler_t::replace;

void add_refusal(ordered_json& body, const Refusal& refusal) {
    body["platformStatus"] = refusal.status;
    if (refusal.code != 0) {
        body["platformCode"] = refusal.code;
    }
    if (!refusal.message.empty()) {
        body["platformMessage"] = refusal.message;
    }
    for (const auto& field : refusal.fields) {
        body["platformErrors"].push_back(
            ordered_json{{"path", field.path}, {"code", field.code}, {"message", field.message}});
    }
    if (refusal.retry_after > 0) {
        body["retryAfter"] = refusal.retry_after;
    }
}

}  // namespace

Response json_response(unsigned status, const ordered_json& body) {
    return Response::text(status, kJson,
                          body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

Response success(const Route& route, const json& data, const std::string& next) {
    std::string body = R"({"success":true)";
    switch (route.gives) {
        case Gives::data:
            body += R"(,"data":)" + data.dump(-1, ' ', false, kReplace);
            if (!next.empty()) {
                body += R"(,"next":)" + json(next).dump(-1, ' ', false, kReplace);
            }
            break;
        case Gives::constant:
            body += R"(,"data":)" + std::string(route.text);
            break;
        case Gives::message:
            body += R"(,"message":)" + json(route.text).dump();
            break;
        case Gives::nothing:
            break;
    }
    return Response::text(route.status, kJson, body + '}');
}

Response failed(const Failure& failure, const Error& error) {
    const Refusal* const refusal = error.refusal();
    if (refusal == nullptr && error.kind() == ErrorKind::invalid) {
        return json_response(
            400, ordered_json{{"success", false},
                              {"error", error.message()},
                              {"code", "VALIDATION_ERROR"},
                              {"details", {{{"path", ""}, {"message", error.message()}}}}});
    }
    const bool known = failure.status != 0;
    ordered_json body{{"success", false},
                      {"error", known ? failure.text : "Internal server error"},
                      {"code", known ? failure.code : "INTERNAL_ERROR"},
                      {"reason", to_string(error.kind())}};
    if (refusal != nullptr) {
        add_refusal(body, *refusal);
    } else {
        body["detail"] = log::redacted(error.message());
    }
    Response out = json_response(known ? failure.status : 500, body);
    if (refusal != nullptr && refusal->retry_after > 0) {
        out.headers.add("Retry-After", std::to_string(static_cast<long long>(
                                           std::ceil(std::min(refusal->retry_after, kMostWait)))));
    }
    return out;
}

std::string clipped(std::string_view text) { return log::clipped(text, 60); }

}  // namespace rookery::server::rest
