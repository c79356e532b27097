#pragma once

#include "sim/holobridge/objects.hpp"
#include "sim/socketio/server.hpp"

namespace rookery::sim::holobridge {

/// The bridge's Socket.IO side: "/" with an API key, rooms by guild, everything in the event
/// "discord". Simulator thread.
class Events {
  public:
    explicit Events(Core& core);

    void happened(const community::Happening& happening);
    /// {event, guildId, data}: to the room of the guild; to all when `guild` is empty.
    void emit(const std::string& event, const std::string& guild, const Json& data);

    [[nodiscard]] socketio::Server& server() { return server_; }

  private:
    socketio::ServerHooks hooks();
    void subscribe(socketio::Client& client, const Json& args, bool on);
    void message(const community::Happening& happening);
    void reaction(const community::Happening& happening);
    void place(const community::Happening& happening);
    void member(const community::Happening& happening);
    /// The state of a thing before this one; null when there was none.
    Json was(const std::string& key, const Json& now);

    Core& core_;
    socketio::Server server_;
    std::map<std::string, Json> seen_;
};

}  // namespace rookery::sim::holobridge
