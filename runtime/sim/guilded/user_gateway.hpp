#pragma once

#include "sim/guilded/core.hpp"
#include "sim/socketio/server.hpp"

namespace rookery::sim::guilded {

/// The cookies of an account: `guilded_mid` names a client, `hmac_signed_session` is the secret.
[[nodiscard]] std::string client_id_of(const std::string& token);
[[nodiscard]] std::string cookie(const HttpRequest& request, std::string_view name);
/// The account that a request of a person's client comes from; null when there is none.
[[nodiscard]] community::Person* account_of(Core& core, const HttpRequest& request);

/// What people's clients listen to: Socket.IO 2, a socket for the account and one for each team.
/// Simulator thread.
class UserGateway {
  public:
    explicit UserGateway(Core& core);

    [[nodiscard]] socketio::Server& server() { return server_; }

    /// `team`: to the sockets of that team; empty: to those of accounts. What goes to both goes to
    /// both: clients are told twice of messages.
    void emit(const std::string& name, const std::string& team, Json data, bool both = false);
    void happened(const community::Happening& happening);

    bool seed_names = false;   ///< the tidy spelling of documents in place of that on the wire
    bool cookie_only = false;  ///< the client's id in the query is not taken
    bool query_only = false;   ///< the cookie is not taken
    std::string acting;        ///< the client that a happening comes from; empty: another one

  private:
    socketio::ServerHooks hooks();
    void message(const community::Happening& happening);
    void member(const community::Happening& happening);
    void place(const community::Happening& happening);
    [[nodiscard]] Json about(const community::Channel& channel) const;

    Core& core_;
    socketio::Server server_;
};

}  // namespace rookery::sim::guilded
