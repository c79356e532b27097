#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rookery::protocol::socketio {

/// The codes of Engine.IO's refusals; the number is what the client sees.
enum class EngineError : std::uint8_t {
    transport_unknown = 0,
    sid_unknown = 1,
    bad_handshake_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
};

/// Answer to a request that is not served.
struct EngineRefusal {
    unsigned status = 400;
    std::string body;    ///< `{"code":3,"message":"Bad request"}`, application/json
    bool close = false;  ///< the HTTP connection ends, too
};

/// In the words of the reference, or in those of `message` (only `forbidden` has such).
[[nodiscard]] EngineRefusal refuse(EngineError error, std::string_view message = {});

/// What is asked of Engine.IO, as far as it decides.
struct EngineRequest {
    std::string_view method;
    std::span<const std::pair<std::string, std::string>> query;  ///< decoded
    std::optional<std::string_view> origin;                      ///< the header
    bool upgrade = false;        ///< a websocket is asked for, in due form
    std::string_view forbidden;  ///< why the application says no; empty: it does not
};

/// What a request's sid stands for.
struct SessionShape {
    bool websocket = false;                  ///< polling is over, or never was
    std::optional<std::string_view> origin;  ///< of the request that opened it
};
using SessionLookup = std::function<std::optional<SessionShape>(std::string_view sid)>;

struct Transports {
    bool polling = true;
    bool websocket = true;
};

/// What a request is.
struct EngineRoute {
    enum class Kind : std::uint8_t {
        open_polling,    ///< GET without sid
        open_websocket,  ///< upgrade without sid
        poll,            ///< GET
        post,            ///< POST
        upgrade,         ///< a websocket that wants to take over from polling
    };
    Kind kind{};
    std::string_view sid;  ///< into the query; empty when there is none yet
};

/// Holds a request against the rules, in the order of the reference: transport, origin, sid, the
/// session's transport, method, upgrade, application, version. Nothing is refused after a 101.
/// A parameter given twice, and JSON-P, are bad requests.
[[nodiscard]] std::variant<EngineRoute, EngineRefusal> route(const EngineRequest& request,
                                                             Transports transports,
                                                             const SessionLookup& find);

}  // namespace rookery::protocol::socketio
