#include "sim/holobridge/rest.hpp"

#include <algorithm>
#include <cctype>

namespace rookery::sim::holobridge {
namespace {

std::size_t utf16_units(const std::string& text) {
    std::size_t units = 0;
    for (const unsigned char c : text) {
        units += (c & 0xC0U) != 0x80U ? 1 : 0;
        units += (c & 0xF8U) == 0xF0U ? 1 : 0;
    }
    return units;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

}  // namespace

HttpReply data(const Json& value, unsigned status) {
    return community::json_reply({{"success", true}, {"data", value}}, status);
}

HttpReply refuse(unsigned status, const char* code, const std::string& text) {
    return community::json_reply({{"success", false}, {"error", text}, {"code", code}}, status);
}

HttpReply invalid(Json issues, const char* text) {
    return community::json_reply(
        {{"success", false}, {"error", text}, {"details", std::move(issues)}}, 400);
}

void Issues::add(const char* code, const Json& path, const std::string& message) {
    list_.push_back({{"code", code}, {"path", path}, {"message", message}});
}

void Issues::text(const char* key, bool required, std::size_t least, std::size_t most) {
    if (!body_.contains(key)) {
        if (required) {
            add("invalid_type", {key}, "Required");
        }
        return;
    }
    const auto& value = body_[key];
    if (!value.is_string()) {
        return add("invalid_type", {key},
                   std::string("Expected string, received ") + value.type_name());
    }
    const auto size = utf16_units(value.get<std::string>());
    if (size > most) {
        add("too_big", {key},
            "String must contain at most " + std::to_string(most) + " character(s)");
    } else if (size < least) {
        add("too_small", {key},
            "String must contain at least " + std::to_string(least) + " character(s)");
    }
}

void Issues::number(const char* key, std::int64_t least, std::int64_t most) {
    if (!body_.contains(key)) {
        return;
    }
    const auto& value = body_[key];
    if (!value.is_number()) {
        return add("invalid_type", {key},
                   std::string("Expected number, received ") + value.type_name());
    }
    const auto given = value.get<std::int64_t>();
    if (given > most) {
        add("too_big", {key}, "Number must be less than or equal to " + std::to_string(most));
    } else if (given < least) {
        add("too_small", {key}, "Number must be greater than or equal to " + std::to_string(least));
    }
}

void Issues::flag(const char* key) {
    if (body_.contains(key) && !body_[key].is_boolean()) {
        add("invalid_type", {key},
            std::string("Expected boolean, received ") + body_[key].type_name());
    }
}

void Issues::list(const char* key, std::size_t most) {
    if (!body_.contains(key)) {
        return;
    }
    if (!body_[key].is_array()) {
        return add("invalid_type", {key},
                   std::string("Expected array, received ") + body_[key].type_name());
    }
    if (body_[key].size() > most) {
        add("too_big", {key}, "Array must contain at most " + std::to_string(most) + " element(s)");
    }
}

std::optional<HttpReply> Issues::reply() const {
    return list_.empty() ? std::nullopt : std::optional(invalid(list_));
}

std::optional<HttpReply> Rest::limit(const HttpRequest& request,
                                     std::vector<std::pair<std::string, std::string>>& headers) {
    if (!core_.options.rate_limits || lifted_) {
        return std::nullopt;
    }
    const auto forwarded = request.header("x-forwarded-for");
    const auto now = core_.clock.now();
    auto& window = windows_[std::string(forwarded.substr(0, forwarded.find(',')))];
    if (window.used == 0 || now - window.began >= core_.options.rate_window) {
        window = {now, 0};
    }
    ++window.used;
    const auto most = core_.options.rate_limit;
    const auto left =
        std::chrono::ceil<std::chrono::seconds>(core_.options.rate_window - (now - window.began));
    const auto reset =
        std::chrono::ceil<std::chrono::seconds>(core_.clock.wall().time_since_epoch()) + left;
    headers = {
        {"X-RateLimit-Limit", std::to_string(most)},
        {"X-RateLimit-Remaining", std::to_string(window.used >= most ? 0 : most - window.used)},
        {"X-RateLimit-Reset", std::to_string(reset.count())}};
    if (window.used <= most) {
        return std::nullopt;
    }
    auto reply = community::json_reply({{"success", false},
                                        {"error", "Too many requests"},
                                        {"code", "RATE_LIMITED"},
                                        {"retryAfter", left.count()}},
                                       429);
    reply.headers = {{"Retry-After", std::to_string(left.count())}};
    return reply;
}

HttpReply Rest::answer(const HttpRequest& request) {
    const auto path = lowered(request.path);
    if (path == "/health" || path == "/api/health") {
        return community::json_reply(
            {{"status", "ok"}, {"timestamp", time_text(core_.clock.wall())}});
    }
    if (!path.starts_with("/api/")) {
        core_.recorder.violation("holobridge_unknown_route", 0,
                                 request.method + " " + request.path);
        return refuse(404, "NOT_FOUND",
                      "Route " + request.method + " " + request.path + " not found");
    }
    const bool json = request.header("content-type").starts_with("application/json");
    if (json && !request.body.empty() && !Json::accept(request.body)) {
        core_.recorder.violation("holobridge_bad_body", 0, request.method + " " + request.path);
        return refuse(500, "INTERNAL_ERROR", "Internal server error");
    }
    std::vector<std::pair<std::string, std::string>> headers;
    auto limited = limit(request, headers);
    auto reply = limited ? std::move(*limited) : keyed(request);
    reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
    return reply;
}

HttpReply Rest::keyed(const HttpRequest& request) {
    const auto key = request.header("x-api-key");
    if (key.empty()) {
        return refuse(401, "MISSING_API_KEY", "Missing API key");
    }
    if (!core_.knows_key(key)) {
        return refuse(401, "INVALID_API_KEY", "Invalid API key");
    }
    const Json limited = {{"success", false},
                          {"error", "Too many requests"},
                          {"code", "RATE_LIMITED"},
                          {"retryAfter", core_.faults.retry_after.value_or(1.0)}};
    const Json failed = {
        {"success", false}, {"error", "Internal server error"}, {"code", "INTERNAL_ERROR"}};
    if (auto reply = community::fault_reply(core_.faults, limited, failed)) {
        return std::move(*reply);
    }
    Call call{request, {}, Json::object(), core_.world.bot().id};
    if (request.header("content-type").starts_with("application/json") && !request.body.empty()) {
        call.body = Json::parse(request.body, nullptr, false);
    }
    if (!call.body.is_object()) {
        call.body = Json::object();
    }
    auto reply = routed(call);
    community::spoil(core_.faults, reply);
    return reply;
}

HttpReply Rest::routed(Call& call) {
    for (const auto routes :
         {guild_routes(), member_routes(), message_routes(), channel_routes()}) {
        for (const auto& route : routes) {
            auto values = community::match_path(route.pattern, call.request.path);
            if (!values || call.request.method != route.method) {
                continue;
            }
            if (core_.scopes_enforced && !core_.scopes.contains(route.scope) &&
                !core_.scopes.contains("admin")) {
                return community::json_reply(
                    {{"success", false},
                     {"error", std::string("Missing required scope(s): ") + route.scope},
                     {"code", "INSUFFICIENT_SCOPE"},
                     {"required", {route.scope}},
                     {"granted", core_.scopes}},
                    403);
            }
            call.path = std::move(*values);
            return (this->*route.answer)(call);
        }
    }
    core_.recorder.violation("holobridge_unknown_route", 0,
                             call.request.method + " " + call.request.path);
    return refuse(404, "NOT_FOUND",
                  "Route " + call.request.method + " " + call.request.path + " not found");
}

community::Message* Rest::message_of(const Call& call) {
    return core_.world.find_message(call.at("channel"), call.at("message"));
}

community::Member* Rest::member_of(const Call& call) {
    auto* server = core_.world.server(call.at("guild"));
    if (server == nullptr) {
        return nullptr;
    }
    const auto found = server->members.find(call.at("user"));
    return found == server->members.end() ? nullptr : &found->second;
}

}  // namespace rookery::sim::holobridge
