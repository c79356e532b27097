#pragma once

#include "sim/socketio/server.hpp"
#include "sim/whatsapp/objects.hpp"

namespace rookery::sim::whatsapp {

/// The bridge's Socket.IO side: one namespace, a token, and only the events that a socket
/// subscribed to. Simulator thread.
class Events {
  public:
    explicit Events(Core& core);

    void happened(const community::Happening& happening);
    /// To every socket that subscribed to it.
    void emit(const std::string& name, const Json& data,
              const std::vector<std::string>& attachments = {});
    /// The same with JSON that no parser would take: lone surrogates.
    void emit_text(const std::string& name, const std::string& data);

    /// What happens with the account itself: "pair", "qr", "pairing", "open", "restart", "lost",
    /// "logged_out", "replaced", "bad_session". False: no such story.
    bool session_story(const std::string& name);
    /// Changes of an own message's delivery.
    void delivered(const community::Message& message);

    [[nodiscard]] socketio::Server& server() { return server_; }

  private:
    socketio::ServerHooks hooks();
    void subscribe(socketio::Client& client, const Json& args, bool on);
    void renamed(const community::Channel& group, const std::string& by);
    void posted(const community::Happening& happening);
    void changed(const community::Happening& happening);
    void reacted(const community::Happening& happening, bool on);
    void member(const community::Happening& happening);
    void connection(const Json& update);
    void closed(unsigned status, const std::string& message);

    Core& core_;
    socketio::Server server_;
};

/// The names that a client can subscribe to.
[[nodiscard]] const std::vector<std::string>& event_names();
inline constexpr const char* kNamespace = "/api/events";

}  // namespace rookery::sim::whatsapp
