#include "protocol/socketio/engine_request.hpp"

#include "model/json_text.hpp"

#include <algorithm>
#include <array>

namespace rookery::protocol::socketio {
namespace {

using Parameters = std::span<const std::pair<std::string, std::string>>;

constexpr unsigned kForbiddenStatus = 403;
constexpr unsigned kBadStatus = 400;
constexpr unsigned kMethodStatus = 405;

/// What decides is asked once each: with two answers a proxy may have looked at the other one.
bool is_ambiguous(Parameters query) {
    return std::ranges::any_of(std::array<std::string_view, 3>{"EIO", "transport", "sid"},
                               [&](std::string_view name) {
                                   return std::ranges::count(query, name, [](const auto& field) {
                                              return std::string_view(field.first);
                                          }) > 1;
                               });
}

std::optional<std::string_view> find_parameter(Parameters query, std::string_view name) {
    const auto found = std::ranges::find(
        query, name, [](const auto& field) { return std::string_view(field.first); });
    return found != query.end() ? std::optional<std::string_view>(found->second) : std::nullopt;
}

bool is_header_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

std::variant<EngineRoute, EngineRefusal> route_open(const EngineRequest& request, bool websocket,
                                                    std::optional<std::string_view> version) {
    if (request.method != "GET") {
        return refuse(EngineError::bad_handshake_method);
    }
    if (websocket != request.upgrade) {
        return refuse(EngineError::bad_request);
    }
    if (!request.forbidden.empty()) {
        return refuse(EngineError::forbidden, request.forbidden);
    }
    if (version != "4") {
        return refuse(EngineError::unsupported_version);
    }
    return EngineRoute{
        websocket ? EngineRoute::Kind::open_websocket : EngineRoute::Kind::open_polling, {}};
}

std::variant<EngineRoute, EngineRefusal> route_session(const EngineRequest& request, bool websocket,
                                                       std::string_view sid,
                                                       const SessionShape& session,
                                                       std::optional<std::string_view> version) {
    // A request of another version than the session's would be read by other rules.
    if (session.websocket || websocket != request.upgrade || version != "4") {
        return refuse(EngineError::bad_request);
    }
    if (websocket) {
        // CORS does not cover websockets: another site's page must not take a session over.
        if (request.method != "GET" || request.origin != session.origin) {
            return refuse(EngineError::bad_request);
        }
        return EngineRoute{EngineRoute::Kind::upgrade, sid};
    }
    if (request.method == "GET") {
        return EngineRoute{EngineRoute::Kind::poll, sid};
    }
    if (request.method == "POST") {
        return EngineRoute{EngineRoute::Kind::post, sid};
    }
    auto refusal = refuse(EngineError::bad_request);
    refusal.status = kMethodStatus;
    return refusal;
}

}  // namespace

EngineRefusal refuse(EngineError error, std::string_view message) {
    constexpr std::array<std::string_view, 6> kMessages{
        "Transport unknown", "Session ID unknown", "Bad handshake method",
        "Bad request",       "Forbidden",          "Unsupported protocol version",
    };
    const auto code = static_cast<std::size_t>(error);
    std::string body = "{\"code\":" + std::to_string(code) + ",\"message\":";
    model::append_json_text(body, message.empty() ? kMessages[code] : message);
    body += '}';
    return {error == EngineError::forbidden ? kForbiddenStatus : kBadStatus, std::move(body)};
}

std::variant<EngineRoute, EngineRefusal> route(const EngineRequest& request, Transports transports,
                                               const SessionLookup& find) {
    if (is_ambiguous(request.query)) {
        return refuse(EngineError::bad_request);
    }
    const auto transport = find_parameter(request.query, "transport");
    const bool websocket = transport == "websocket";
    if (!(websocket ? transports.websocket : transport == "polling" && transports.polling)) {
        return refuse(EngineError::transport_unknown);
    }
    if ((request.origin && !is_header_text(*request.origin)) ||
        find_parameter(request.query, "j")) {
        return refuse(EngineError::bad_request);
    }
    const auto version = find_parameter(request.query, "EIO");
    const auto sid = find_parameter(request.query, "sid");
    if (!sid) {
        return route_open(request, websocket, version);
    }
    const auto session = find(*sid);
    if (!session) {
        return refuse(EngineError::sid_unknown);
    }
    return route_session(request, websocket, *sid, *session, version);
}

}  // namespace rookery::protocol::socketio
