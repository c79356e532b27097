#include "hostapi/serving.hpp"

#include "hostapi/route_pattern.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace rookery::hostapi {
namespace {

constexpr std::string_view kCapability = "serve";
constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::size_t kLongestScope = 100;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestDoc = 500;
/// These are the server's own affair.
constexpr std::array<std::string_view, 6> kOwnHeaders = {
    "content-length", "transfer-encoding", "connection", "date", "upgrade", "x-request-id"};
constexpr std::size_t kMostHeaders = 64;
constexpr std::size_t kLargestHeaders = std::size_t{32} << 10U;

Error invalid(std::string text) { return {ErrorKind::invalid, std::move(text)}; }

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [kMarks](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    });
}

Result<> check_scope(const std::string& scope) {
    return scope.size() > kLongestScope || !is_printable(scope)
               ? invalid("the scope must be a name like \"read:guilds\"")
               : Result<>();
}

Result<> check_form(const RouteForm& form) {
    if (std::find(kMethods.begin(), kMethods.end(), form.method) == kMethods.end()) {
        return invalid("the method must be GET, POST, PUT, PATCH or DELETE");
    }
    if (auto pattern = RoutePattern::parse(form.pattern); !pattern) {
        return pattern.error();
    }
    if (form.auth == ServedAuth::own) {
        return invalid("auth of a route must be \"key\" or \"none\"");
    }
    if (form.body_limit > Serving::kLargestBody) {
        return invalid("body_limit must be at most 16777216");
    }
    if (form.timeout.count() < 1 || form.timeout > Serving::kLongestTimeout) {
        return invalid("the timeout must be between 1 ms and 300 s");
    }
    if (form.doc.size() > kLongestDoc) {
        return invalid("doc must be at most 500 bytes");
    }
    return check_scope(form.scope);
}

Result<> check_form(const ChannelForm& form) {
    const bool engine = form.kind == ChannelForm::Kind::engine;
    if (!form.name.starts_with('/') || form.name.size() > kLongestName ||
        !is_printable(form.name) || form.name.find_first_of(",?#\"\\") != std::string::npos) {
        return invalid(engine ? "the path must begin and end with /, as \"/engine.io/\""
                              : "the namespace must be a name like \"/custom\"");
    }
    if (engine && (form.name.size() < 3 || !form.name.ends_with('/'))) {
        return invalid("the path must begin and end with /, as \"/engine.io/\"");
    }
    // What a path could be written as in another way is nobody's to claim.
    for (const char* const odd : {"//", "/./", "/../", "%"}) {
        if (engine && form.name.find(odd) != std::string::npos) {
            return invalid(std::string("the path must be plain, got ") + odd);
        }
    }
    return check_scope(form.scope);
}

Result<> check_event(const std::string& event, const ServedArguments& arguments) {
    constexpr std::array<std::string_view, 4> kReserved = {"connect", "connect_error", "disconnect",
                                                           "disconnecting"};
    if (event.size() > Serving::kLongestEvent) {
        return invalid("the event's name is longer than 200 bytes");
    }
    if (std::find(kReserved.begin(), kReserved.end(), event) != kReserved.end()) {
        return invalid("\"" + event + "\" is a name of the protocol's own");
    }
    std::size_t bytes = arguments.json.size();
    for (const std::string& one : arguments.attachments) {
        bytes += one.size();
    }
    return bytes > Serving::kLargestEvent
               ? Result<>(Error(ErrorKind::limit, "an event carries at most 1 MiB"))
               : Result<>();
}

}  // namespace

Result<EffectId> Serving::route(RouteForm form, RouteHandler handler) {
    if (auto checked = check_form(form); !checked) {
        return checked.error();
    }
    if (auto allowed = capabilities_.check(kCapability); !allowed) {
        return allowed.error();
    }
    const std::string label = "route " + form.method + " " + form.pattern;
    const auto claim = session_->route(std::move(form), std::move(handler));
    if (!claim) {
        return claim.error();
    }
    return scope_.add(label, [session = session_, claim = *claim] { session->withdraw(claim); });
}

Result<Serving::Channel> Serving::open(ChannelForm form, ChannelHandlers handlers) {
    if (auto checked = check_form(form); !checked) {
        return checked.error();
    }
    if (auto allowed = capabilities_.check(kCapability); !allowed) {
        return allowed.error();
    }
    const bool engine = form.kind == ChannelForm::Kind::engine;
    const std::string label = (engine ? "engine " : "namespace ") + form.name;
    const auto claim = session_->open(std::move(form), std::move(handlers));
    if (!claim) {
        return claim.error();
    }
    const EffectId effect =
        scope_.add(label, [session = session_, claim = *claim] { session->withdraw(claim); });
    return Channel{effect, *claim};
}

Result<> Serving::emit(SocketNumber socket, std::string event, ServedArguments arguments) {
    if (auto checked = check_event(event, arguments); !checked) {
        return checked;
    }
    return session_->emit(socket, std::move(event), std::move(arguments));
}

Result<> Serving::broadcast(ClaimId channel, ServerSession::Audience audience, std::string event,
                            ServedArguments arguments) {
    if (auto checked = check_event(event, arguments); !checked) {
        return checked;
    }
    if (audience.rooms.size() > ServerSession::kMostRooms ||
        audience.except.size() > ServerSession::kMostRooms) {
        return invalid("at most 1000 rooms, and 1000 sockets, can be named at once");
    }
    return session_->broadcast(channel, std::move(audience), std::move(event),
                               std::move(arguments));
}

Result<> Serving::call(SocketNumber socket, std::string event, ServedArguments arguments,
                       Millis timeout, std::function<void(Result<ServedArguments>)> done) {
    if (auto checked = check_event(event, arguments); !checked) {
        return checked;
    }
    if (timeout.count() < 1 || timeout > kLongestTimeout) {
        return invalid("the timeout must be between 1 ms and 300 s");
    }
    session_->call(socket, std::move(event), std::move(arguments), timeout, std::move(done));
    return {};
}

Result<> Serving::join(SocketNumber socket, std::string room) {
    return room.empty() || room.size() > kLongestRoom ? invalid("a room's name has 1 to 200 bytes")
                                                      : session_->join(socket, std::move(room));
}

Result<> Serving::check(const ServedAnswer& answer) {
    if (answer.status < 200 || answer.status > 599 || answer.status == 304) {
        return invalid("the status must be between 200 and 599, and not 304");
    }
    if (answer.body.size() > kLargestBody) {
        return Error(ErrorKind::limit, "a body has at most 16 MiB");
    }
    if ((answer.status == 204) && !answer.body.empty()) {
        return invalid("an answer of status 204 has no body");
    }
    if (!is_field_value(answer.content_type)) {
        return invalid("the content type has characters that a header cannot have");
    }
    std::size_t bytes = 0;
    for (const auto& [name, value] : answer.headers) {
        bytes += name.size() + value.size();
        if (!is_token(name) || !is_field_value(value)) {
            return invalid("the header " + log::clipped(name, 60) +
                           " has characters that a header cannot have");
        }
        if (std::find(kOwnHeaders.begin(), kOwnHeaders.end(), lower(name)) != kOwnHeaders.end()) {
            return invalid("the header " + lower(name) + " cannot be set");
        }
    }
    return answer.headers.size() > kMostHeaders || bytes > kLargestHeaders
               ? Result<>(Error(ErrorKind::limit, "more than 64 headers, or 32 KiB of them"))
               : Result<>();
}

}  // namespace rookery::hostapi
