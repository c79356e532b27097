#include "platform/discord/rate_limits.hpp"

#include "model/routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace rookery::discord {

namespace {

constexpr std::uint64_t kEpoch = 1'420'070'400'000;
constexpr Millis kNewMessage{10'000};
constexpr Millis kOldMessage{Millis(std::chrono::hours(14 * 24))};
constexpr std::size_t kShortestInteractionToken = 100;
constexpr std::string_view kReactions = "PUT/DELETE /channels/{channel_id}/.../reactions";
constexpr Millis kReactionSpacing{250};
constexpr double kLongestWait = 86'400.0;

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
    path = path.substr(0, path.find('?'));
    Segments out;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        const auto segment = path.substr(0, path.find('/'));
        if (!segment.empty()) {
            out.push_back(segment);
        }
        path.remove_prefix(segment.size());
    }
    return out;
}

bool is_id(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A segment that stands for something, as a placeholder.
std::string_view placeholder(const Segments& segments, std::size_t index) {
    if (is_id(segments[index])) {
        return "{id}";
    }
    const bool tokened = segments[0] == "webhooks" || segments[0] == "interactions";
    if (tokened && index == 2) {
        return "{token}";
    }
    if (index == 1 && (segments[0] == "invites" || segments[0] == "templates")) {
        return "{code}";
    }
    return segments[index];
}

std::string template_of(const Segments& segments) {
    std::string out;
    for (std::size_t index = 0; index < segments.size(); ++index) {
        out += '/';
        out += placeholder(segments, index);
    }
    return out;
}

std::string major_of(const Segments& segments) {
    if (segments.size() < 2) {
        return {};
    }
    const auto first = segments[0];
    std::string out;
    if (first == "channels" || first == "guilds" || first == "webhooks") {
        out = segments[1];
    }
    if ((first == "webhooks" || first == "interactions") && segments.size() > 2) {
        out += '/';
        out += segments[2];
    }
    return out;
}

/// Deleting is counted by the message's age.
std::string_view age_class(std::string_view message, WallTime now) {
    std::uint64_t id = 0;
    std::from_chars(message.data(), message.data() + message.size(), id);
    const auto written = WallTime(Millis(static_cast<std::int64_t>((id >> 22U) + kEpoch)));
    if (now - written < kNewMessage) {
        return " (new)";
    }
    return now - written > kOldMessage ? " (old)" : "";
}

/// Renaming a channel has a limit of its own inside the route's.
std::string sub_kind_of(const Segments& segments, std::string_view method,
                        const nlohmann::json& body) {
    const bool renames = method == "PATCH" && segments.size() == 2 && segments[0] == "channels" &&
                         body.is_object() && (body.contains("name") || body.contains("topic"));
    return renames ? "rename" : "";
}

std::optional<double> number(std::optional<std::string_view> text) {
    double value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc() ||
        !std::isfinite(value) || value < 0) {
        return std::nullopt;
    }
    return std::min(value, kLongestWait);
}

std::optional<Millis> seconds(std::optional<double> value) {
    if (!value) {
        return std::nullopt;
    }
    return Millis(
        static_cast<Millis::rep>(std::ceil(std::clamp(*value, 0.0, kLongestWait) * 1000.0)));
}

/// The body of a 429, as far as it is one of Discord's.
struct LimitBody {
    bool is_json = false;
    bool global = false;
    bool blocked = false;  ///< the address, in front of the service
    std::optional<double> retry_after;
};

LimitBody read_body(const std::string& text) {
    LimitBody out;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return out;
    }
    out.is_json = true;
    const auto global = json.find("global");
    out.global = global != json.end() && global->is_boolean() && global->get<bool>();
    const auto wait = json.find("retry_after");
    if (wait != json.end() && wait->is_number()) {
        out.retry_after = wait->get<double>();
    }
    const auto message = json.find("message");
    out.blocked = message != json.end() && message->is_string() &&
                  message->get_ref<const std::string&>().find("blocked") != std::string::npos;
    return out;
}

rest::LimitScope scope_of(const net::HttpHeaders& headers, const LimitBody& body,
                          std::optional<unsigned> remaining) {
    using enum rest::LimitScope;
    const auto scope = headers.find("X-RateLimit-Scope").value_or("");
    if (headers.find("X-RateLimit-Global") || body.global || scope == "global") {
        return global;
    }
    if (scope == "shared") {
        return shared;
    }
    if (scope == "user") {
        return remaining.value_or(0) > 0 ? hidden : bucket;
    }
    // Neither is an answer of the API itself.
    if (!body.is_json || (body.blocked && !headers.find("Via"))) {
        return network;
    }
    return hidden;
}

}  // namespace

rest::Route route_of(std::string_view method, std::string_view path, const nlohmann::json& body,
                     WallTime now) {
    const auto segments = split(path);
    rest::Route route;
    const auto* const known = model::find_discord_route(method, path);
    route.key = std::string(method) + ' ' +
                (known != nullptr ? std::string(known->path) : template_of(segments));
    if (segments.empty()) {
        return route;
    }
    route.major = major_of(segments);
    route.sub_kind = sub_kind_of(segments, method, body);
    const bool of_message =
        segments.size() == 4 && segments[0] == "channels" && segments[2] == "messages";
    if (of_message && method == "DELETE" && is_id(segments[3])) {
        route.key += age_class(segments[3], now);
    }
    const bool reacts = segments.size() > 5 && segments[4] == "reactions";
    if (reacts && (method == "PUT" || method == "DELETE")) {
        // Whatever the emoji, all of a channel's share one limit, which headers have told wrongly.
        route.key = std::string(kReactions);
        route.spacing = kReactionSpacing;
    }
    const bool tokened = segments.size() > 2 && !is_id(segments[2]);
    const bool interaction = segments[0] == "interactions";
    route.authenticated = !(tokened && (interaction || segments[0] == "webhooks"));
    route.global_exempt =
        interaction || (!route.authenticated && segments[2].size() >= kShortestInteractionToken);
    return route;
}

rest::LimitInfo read_limits(const net::HttpResponse& response) {
    const auto& headers = response.headers;
    rest::LimitInfo info;
    info.status = response.status;
    info.bucket = headers.find("X-RateLimit-Bucket").value_or("");
    if (const auto left = number(headers.find("X-RateLimit-Remaining"))) {
        info.remaining = static_cast<unsigned>(*left);
    }
    // Not X-RateLimit-Reset: the server's clock may differ from ours.
    info.reset_after = seconds(number(headers.find("X-RateLimit-Reset-After")));
    if (response.status == 429) {
        const auto body = read_body(response.body);
        info.scope = scope_of(headers, body, info.remaining);
        // The body has decimals, the header is rounded up.
        info.retry_after =
            seconds(body.retry_after ? body.retry_after : number(headers.find("Retry-After")));
    }
    return info;
}

}  // namespace rookery::discord
