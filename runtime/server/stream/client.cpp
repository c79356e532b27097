#include "server/stream/client.hpp"

#include "model/json_text.hpp"

#include <nlohmann/json.hpp>

#include <any>
#include <string>
#include <utility>

namespace rookery::server {
namespace {

using nlohmann::json;

/// As a script language sees it.
bool is_falsy(const json& value) {
    return value.is_null() || value == false || value == "" || (value.is_number() && value == 0);
}

bool says(const Handshake& handshake, const char* what) {
    const json auth = json::parse(handshake.auth, nullptr, false);
    return auth.is_object() && auth.value(what, json()) == true;
}

}  // namespace

StreamClient* stream_client(SocketServer& sockets, SocketId socket) {
    std::any* const who = sockets.who(socket);
    return who == nullptr ? nullptr : std::any_cast<StreamClient>(who);
}

KeyPtr admit_client(Guard& guard, const Handshake& handshake, std::string_view field,
                    Admission& refusal) {
    if (!has_credential(handshake, field)) {
        refusal = Admission::refuse("Missing API key");
        return nullptr;
    }
    const json secret = json::parse(handshake.auth, nullptr, false)[std::string(field)];
    KeyPtr key;
    if (secret.is_string()) {
        auto found = guard.find(secret.get_ref<const std::string&>(), handshake.request->peer);
        if (auto* const known = std::get_if<KeyPtr>(&found)) {
            key = std::move(*known);
        } else if (std::get<Guard::Refusal>(found) == Guard::Refusal::limited) {
            refusal = Admission::refuse("Too many requests", R"({"code":"RATE_LIMITED"})");
            return nullptr;
        }
    }
    if (key == nullptr) {
        refusal = Admission::refuse("Invalid API key");
    } else if (!key->has("events")) {
        refusal = Admission::refuse("Missing required scope: events",
                                    R"({"code":"INSUFFICIENT_SCOPE","required":["events"]})");
        key = nullptr;
    }
    return key;
}

bool has_credential(const Handshake& handshake, std::string_view field) {
    const json auth = json::parse(handshake.auth, nullptr, false);
    const auto secret = auth.is_object() ? auth.find(field) : auth.end();
    return auth.is_object() && secret != auth.end() && !is_falsy(*secret);
}

bool asks_recovery(const Handshake& handshake) { return says(handshake, "recovery"); }

bool says_since(const Handshake& handshake) { return says(handshake, "since"); }

std::string identity_of(const Key& key) {
    json rights{key.id, key.scopes, json(), json()};
    if (key.guilds) {
        rights[2] = *key.guilds;
    }
    if (key.events) {
        rights[3] = *key.events;
    }
    return rights.dump(-1, ' ', false, json::error_handler_t::replace);
}

void send_error(SocketServer& sockets, SocketId socket, std::string_view code,
                std::string_view message, const Namespace::Reply& reply) {
    std::string error = "{\"message\":";
    model::append_json_text(error, message);
    error += ",\"code\":";
    model::append_json_text(error, code);
    error += '}';
    sockets.emit(socket, "error", {"[" + error + "]", {}});
    if (reply) {
        reply({"[{\"error\":" + error + "}]", {}});
    }
}

}  // namespace rookery::server
