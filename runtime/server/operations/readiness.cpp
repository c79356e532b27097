#include "server/operations/readiness.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ctime>

namespace rookery::server {
namespace {

using nlohmann::ordered_json;

constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kText = "text/plain; charset=utf-8";

std::string dump(const ordered_json& body) {
    return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// As JavaScript writes a date: with milliseconds.
std::string timestamp(WallTime now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t clock = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&clock, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       std::chrono::duration_cast<Millis>(now - seconds).count());
}

}  // namespace

bool Readiness::ready() const noexcept {
    return std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.ready; });
}

Response to_response(const Readiness& readiness, bool details, bool text) {
    const char* const verdict = readiness.ready() ? "ready" : "not ready";
    const unsigned status = readiness.ready() ? 200 : 503;
    Response response;
    if (text) {
        std::string lines = std::string(verdict) + "\n";
        for (const auto& part : readiness.parts) {
            if (details) {
                lines += fmt::format("{}{}{}: {}{}{}\n", part.kind, part.name.empty() ? "" : " ",
                                     part.name, part.state, part.reason.empty() ? "" : ": ",
                                     part.reason);
            }
        }
        response = Response::text(status, kText, std::move(lines));
    } else {
        ordered_json body{{"status", verdict}};
        if (details) {
            auto& parts = body["parts"] = ordered_json::array();
            for (const auto& part : readiness.parts) {
                ordered_json one{{"kind", part.kind}};
                if (!part.name.empty()) {
                    one["name"] = part.name;
                }
                one["ready"] = part.ready;
                one["state"] = part.state;
                if (!part.reason.empty()) {
                    one["reason"] = part.reason;
                }
                parts.push_back(std::move(one));
            }
        }
        response = Response::text(status, kJson, dump(body));
    }
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Response health_response(WallTime now) {
    auto response =
        Response::text(200, kJson, dump({{"status", "ok"}, {"timestamp", timestamp(now)}}));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

}  // namespace rookery::server
