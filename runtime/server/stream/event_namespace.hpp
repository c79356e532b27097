#pragma once

#include "model/event.hpp"
#include "server/access/guard.hpp"
#include "server/socketio/socket_server.hpp"
#include "server/stream/chat_namespace.hpp"
#include "server/stream/client.hpp"
#include "server/stream/envelope.hpp"
#include "server/stream/guild_list.hpp"
#include "server/stream/history.hpp"
#include "server/stream/replay.hpp"
#include "server/stream/subscription.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rookery::server {

/// The namespace `/`: guilds are subscribed to, their events come as `discord`. Server thread.
class EventNamespace final : public Namespace {
  public:
    static constexpr std::string_view kName = "/";

    struct Options {
        /// Takes the clients that give a token and no key: their library has dropped the path of
        /// the address, as Python's does. Null: they are refused.
        ChatNamespace* chat = nullptr;
        bool holobridge = false;  ///< everybody gets direct events and tokens
        bool recovery = false;
        std::set<std::string, std::less<>> events;    ///< that are streamed
        bool any = false;                             ///< and those that pass through
        std::size_t largest = std::size_t{1} << 20U;  ///< bytes that may wait for a client
    };

    /// All outlive it.
    EventNamespace(SocketServer& sockets, Guard& guard, GuildList& guilds, Runtime& runtime,
                   const History& history, boost::asio::any_io_executor executor, Options options);

    /// To whoever may have it and wants it. One that was served before is not for those who count:
    /// the log has told them.
    void stream(Outgoing& outgoing);

    void connect(const Handshake& handshake, std::function<void(Admission)> decide) override;
    void joined(SocketId socket, bool recovered) override;
    void event(SocketId socket, std::string_view name, Arguments arguments, Reply reply) override;
    void left(SocketId socket, std::string_view reason) override;

  private:
    struct Work {
        bool subscribe = false;
        SubscriptionRequest request;
        Reply reply;
    };
    /// A subscription that is told first what it missed.
    struct CatchUp {
        Work work;
        std::vector<std::string> guilds;
        bool direct = false;
        std::vector<Replay::From> baseline;  ///< what is subscribed to
        Replay replay;
        boost::asio::steady_timer timer;
    };
    /// What a socket asks for is done in order, though looking up its guilds takes time.
    struct Queue {
        std::deque<Work> waiting;
        bool busy = false;
        std::unique_ptr<CatchUp> catch_up;
        std::set<std::string, std::less<>> counted;  ///< guilds; empty: no guild
    };

    [[nodiscard]] StreamClient client_of(const KeyPtr& key) const;
    [[nodiscard]] std::vector<std::string> first_rooms(const StreamClient& client) const;
    [[nodiscard]] StreamClient* client(SocketId socket) const;
    [[nodiscard]] Result<> check(const StreamClient& client, SubscriptionRequest& request) const;

    void work(SocketId socket);
    void subscribe(SocketId socket, const Work& work, const std::vector<std::string>& guilds);
    void unsubscribe(SocketId socket, const Work& work);
    [[nodiscard]] bool join(SocketId socket, const Work& work,
                            const std::vector<std::string>& guilds, bool direct);
    void leave(SocketId socket, const std::vector<std::string>& scopes);
    void begin_catch_up(SocketId socket, const Work& work, const std::vector<std::string>& guilds);
    void catch_up(SocketId socket);
    void go_on(SocketId socket, Millis after);
    void replay(SocketId socket, CatchUp& catch_up, const store::LogEntry& entry);
    void end_catch_up(SocketId socket);
    [[nodiscard]] std::vector<SocketId> those_who_count(std::string_view guild) const;
    void answer(SocketId socket, std::string_view event, const Work& work,
                const std::vector<std::string>& guilds, const CatchUp* catch_up = nullptr);
    void fail(SocketId socket, std::string_view code, std::string_view message, const Reply& reply);

    SocketServer& sockets_;
    Guard& guard_;
    GuildList& guilds_;
    Runtime& runtime_;
    const History& history_;
    boost::asio::any_io_executor executor_;
    const Options options_;
    std::map<SocketId, Queue> queues_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace rookery::server
