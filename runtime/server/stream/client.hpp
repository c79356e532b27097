#pragma once

#include "server/access/guard.hpp"
#include "server/socketio/socket_server.hpp"

#include <string>
#include <string_view>

namespace rookery::server {

/// Who is behind a socket of a built-in namespace: its Admission::who.
struct StreamClient {
    KeyPtr key;
    bool tokens = false;  ///< may have the credentials of interactions
    bool direct = false;  ///< may have what belongs to no guild
    bool chat = false;    ///< speaks as in /api/events, wherever it is
    bool counts = false;  ///< hears direct events only when it has said from where on
};

/// Null when the socket has gone.
[[nodiscard]] StreamClient* stream_client(SocketServer& sockets, SocketId socket);

/// What both built-in namespaces ask of a handshake: the key in `field` of its auth object, and the
/// right to events. Null: refused as `refusal` says.
[[nodiscard]] KeyPtr admit_client(Guard& guard, const Handshake& handshake, std::string_view field,
                                  Admission& refusal);

/// As Admission::identity: the key with all its rights, so that nobody takes up a connection that
/// had others.
[[nodiscard]] std::string identity_of(const Key& key);

/// Whether the handshake's auth object has a value for it.
[[nodiscard]] bool has_credential(const Handshake& handshake, std::string_view field);

/// Whether the handshake's auth object asks for it with `recovery: true`.
[[nodiscard]] bool asks_recovery(const Handshake& handshake);

/// Whether the handshake's auth object says that the client counts, with `since: true`.
[[nodiscard]] bool says_since(const Handshake& handshake);

/// The event `error` with `{message, code}`; the same as `{error}` to whoever waits for an answer.
void send_error(SocketServer& sockets, SocketId socket, std::string_view code,
                std::string_view message, const Namespace::Reply& reply);

}  // namespace rookery::server
