#pragma once

#include "base/clock.hpp"
#include "config/sections.hpp"
#include "server/access/guard.hpp"
#include "server/ports.hpp"
#include "server/socketio/socket_server.hpp"
#include "server/stream/chat_namespace.hpp"
#include "server/stream/event_namespace.hpp"
#include "server/stream/feed.hpp"
#include "server/stream/guild_list.hpp"
#include "server/stream/history.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rookery::server {

/// The event stream: the built-in namespaces, and the bus's events into them. Made and destroyed on
/// the server's thread; everything that it is made of outlives it.
class Stream {
  public:
    struct Parts {
        SocketServer& sockets;
        Guard& guard;
        Runtime& runtime;
        boost::asio::any_io_executor executor;
        const Clock& clock;
        unsigned slot = bus::Lane::kNoSlot;  ///< in the delivery ledgers
        /// Folder for what outlives the process, and for what waits for a slow server; empty: none.
        std::filesystem::path state;
    };

    /// Opens the namespaces that `section` has on. Error exists; invalid: [server] events names one
    /// that there is not.
    [[nodiscard]] static Result<std::unique_ptr<Stream>> open(const Parts& parts,
                                                              const config::ServerSection& section);
    /// Its namespaces are closed.
    ~Stream();

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// What `[server] events` stands for. Error invalid, with the nearest name.
    [[nodiscard]] static Result<std::vector<model::EventType>> types(
        const config::ServerSection& section);

    /// Takes no more events; those that wait stay open, to be delivered again. Server thread.
    void end_feed() { feed_.reset(); }

    /// To be called now and then.
    void tick() { history_.tick(); }

  private:
    Stream(const Parts& parts, const config::ServerSection& section);
    [[nodiscard]] Result<> start(const Parts& parts, const config::ServerSection& section);
    [[nodiscard]] Result<> open_events(const Parts& parts, const config::ServerSection& section,
                                       const std::vector<model::EventType>& wanted);
    [[nodiscard]] Result<> open_chat(const Parts& parts, const config::ServerSection& section);
    void take(const model::Event& event);
    void key_gone(const std::string& id);

    SocketServer& sockets_;
    GuildList guilds_;
    History history_;
    History::Place place_;  ///< of the event at hand
    std::unique_ptr<ChatNamespace> chat_;
    std::unique_ptr<EventNamespace> events_;
    std::unique_ptr<Feed> feed_;
    std::shared_ptr<Stream*> self_;  ///< null inside once it has gone
};

}  // namespace rookery::server
