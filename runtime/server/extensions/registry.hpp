#pragma once

#include "hostapi/route_pattern.hpp"
#include "hostapi/server_port.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::server::extensions {

class Session;
class Stage;

/// A route that somebody asks for, and what goes with it.
struct Request {
    hostapi::ServedRequest request;
    std::vector<std::string> segments;  ///< of the path below the extension's prefix
    hostapi::AnswerPtr<hostapi::ServedAnswer> answer;
};
/// Somebody wants into a channel whose extension decides itself.
struct Admission {
    std::string channel;
    hostapi::ServedHandshake handshake;
    hostapi::AnswerPtr<hostapi::Admitted> answer;
};
struct Arrival {
    hostapi::SocketNumber socket;
};
struct Event {
    hostapi::SocketNumber socket;
    std::string name;
    hostapi::ServedArguments arguments;
    hostapi::AnswerPtr<hostapi::ServedArguments> reply;
};
struct Departure {
    hostapi::SocketNumber socket;
    std::string reason;
};
using Visit = std::variant<Request, Admission, Arrival, Event, Departure>;

/// "ns /custom", "engine /engine.io/"
[[nodiscard]] std::string channel_key(hostapi::ChannelForm::Kind kind, std::string_view name);

/// A socket of a channel, whichever version of the extension it talks to.
struct Member {
    hostapi::ServedSocket socket;
    std::string channel;
    std::uint64_t id = 0;  ///< with the socket server or the engine
    std::set<std::string> rooms;
    std::uint64_t announced = 0;  ///< the session that knows of it; 0: none
    std::size_t waiting = 0;      ///< its events that wait
};

/// What the versions of one extension share: what waits for whichever of them is next.
struct Gate {
    std::string title;
    std::string name;
    std::shared_ptr<Session> active;
    bool held = false;
    std::deque<Visit> queue;
    std::size_t queued_bytes = 0;
    std::map<hostapi::SocketNumber, Member> members;
};

/// What extensions have claimed, and what waits for them. Handlers are called one at a time on
/// their worker's thread, which takes what waits when it gets to it, so that a reload finds
/// everything that has not begun here. Any thread.
class Registry : public std::enable_shared_from_this<Registry> {
  public:
    static constexpr std::size_t kMostUnderWay = 128;  ///< of one extension, as the next
    static constexpr std::size_t kMostWaiting = 1'024;
    static constexpr std::size_t kMostWaitingBytes = std::size_t{16} << 20U;
    static constexpr std::size_t kMostEvents = 256;  ///< that wait, of one socket
    static constexpr std::size_t kMostRoutes = 500;
    static constexpr std::size_t kMostChannels = 50;
    static constexpr std::size_t kMostOutgoing = std::size_t{16} << 20U;  ///< of one session

    /// Whether there is a server, and the namespaces that are its own.
    void configure(bool serves, std::set<std::string> own_namespaces);

    [[nodiscard]] std::shared_ptr<Session> open(std::string title, std::string name,
                                                log::Logger log,
                                                std::weak_ptr<hostapi::Worker> worker);

    /// The server's side, while one runs: tasks run on its thread with its stage.
    using Post = std::function<void(std::function<void()>)>;
    void attach(Post post, const std::shared_ptr<Stage>& stage);
    void detach();
    /// Runs on the server's thread; dropped when no server runs.
    void on_stage(std::function<void(Stage&)> task);

    /// For a request of `name`'s prefix.
    struct Found {
        std::shared_ptr<const hostapi::RouteForm> form;  ///< null: no such route
        std::vector<std::string> methods;                ///< that the path has, when it is null
        std::string title;
    };
    [[nodiscard]] Found find(const std::string& name, const std::string& method,
                             const std::vector<std::string>& segments) const;

    struct Channel {
        std::string key;
        hostapi::ChannelForm form;
        std::string title;
        std::string name;
    };
    /// Those of the active versions.
    [[nodiscard]] std::vector<Channel> channels() const;

    /// So much waits for the extension that nobody more is to be let in.
    [[nodiscard]] bool crowded(const std::string& title) const;

    /// Hands it to the extension, now or when it gets to it. What cannot be is answered at once;
    /// false when it was an event that there is no room for.
    bool offer(const std::string& title, Visit visit);
    /// An Arrival is on its way afterwards.
    hostapi::SocketNumber add_member(const std::string& title, Member member);

  private:
    friend class Session;

    // The mutex is held in these.
    [[nodiscard]] Result<> admit_route(const Session& session, const hostapi::RouteForm& form,
                                       const hostapi::RoutePattern& pattern) const;
    [[nodiscard]] Result<> admit_channel(const Session& session,
                                         const hostapi::ChannelForm& form) const;
    [[nodiscard]] std::vector<std::shared_ptr<Session>> sessions() const;
    /// The channels at the server are to be those that are claimed.
    void reconcile();

    mutable std::mutex mutex_;  ///< answers may be given while it is held
    bool serves_ = false;
    std::set<std::string> own_namespaces_;
    std::map<std::string, std::unique_ptr<Gate>, std::less<>> gates_;  ///< by title
    std::vector<std::weak_ptr<Session>> sessions_;
    std::uint64_t next_ = 1;

    std::mutex post_mutex_;  ///< of the next two; taken last
    Post post_;
    std::weak_ptr<Stage> stage_;  ///< the server's thread alone holds it
};

/// One version of one extension.
class Session final : public hostapi::ServerSession, public std::enable_shared_from_this<Session> {
  public:
    Session(std::shared_ptr<Registry> registry, std::uint64_t number, Gate& gate, log::Logger log,
            std::weak_ptr<hostapi::Worker> worker);

    [[nodiscard]] Result<hostapi::ClaimId> route(hostapi::RouteForm form,
                                                 hostapi::RouteHandler handler) override;
    [[nodiscard]] Result<hostapi::ClaimId> open(hostapi::ChannelForm form,
                                                hostapi::ChannelHandlers handlers) override;
    void withdraw(hostapi::ClaimId claim) override;

    [[nodiscard]] Result<> emit(hostapi::SocketNumber socket, std::string event,
                                hostapi::ServedArguments arguments) override;
    [[nodiscard]] Result<> broadcast(hostapi::ClaimId channel, Audience audience, std::string event,
                                     hostapi::ServedArguments arguments) override;
    void call(hostapi::SocketNumber socket, std::string event, hostapi::ServedArguments arguments,
              Millis timeout, std::function<void(Result<hostapi::ServedArguments>)> done) override;
    [[nodiscard]] Result<> join(hostapi::SocketNumber socket, std::string room) override;
    [[nodiscard]] Result<> leave(hostapi::SocketNumber socket, const std::string& room) override;
    [[nodiscard]] Result<> disconnect(hostapi::SocketNumber socket) override;

    void activate() override;
    void hold() override;
    void retire() override;
    void close() override { retire(); }
    [[nodiscard]] std::size_t under_way() const override;

    [[nodiscard]] bool retired() const noexcept { return retired_.load(); }
    [[nodiscard]] const log::Logger& log() const noexcept { return log_; }

  private:
    friend class Registry;
    struct Route {
        hostapi::ClaimId claim;
        std::shared_ptr<const hostapi::RouteForm> form;
        hostapi::RoutePattern pattern;
        std::shared_ptr<const hostapi::RouteHandler> handler;
    };
    struct Claimed {
        hostapi::ClaimId claim;
        std::string key;
        hostapi::ChannelForm form;
        std::shared_ptr<const hostapi::ChannelHandlers> handlers;
    };
    using Call = std::function<void(hostapi::ServedHold)>;

    // The registry's mutex is held in these.
    [[nodiscard]] bool may_begin() const;
    void wake();
    [[nodiscard]] Call take();
    // Nothing where there is nobody to call (any more).
    [[nodiscard]] Call begin(Request visit);
    [[nodiscard]] Call begin(Admission visit);
    [[nodiscard]] Call begin(Arrival visit);
    [[nodiscard]] Call begin(Event visit);
    [[nodiscard]] Call begin(Departure visit);
    [[nodiscard]] const Route* find(const std::string& method,
                                    const std::vector<std::string>& segments,
                                    hostapi::RoutePattern::Params& params) const;
    [[nodiscard]] const Claimed* channel(const std::string& key) const;
    [[nodiscard]] Member* member(hostapi::SocketNumber socket) const;

    void run();
    void ended();
    /// Whether so much more may wait to be sent.
    [[nodiscard]] Result<std::shared_ptr<const void>> room_for(
        const hostapi::ServedArguments& arguments);
    /// The socket's number with the server and its channel.
    struct Address {
        std::string channel;
        std::uint64_t id;
    };
    [[nodiscard]] Result<Address> address(hostapi::SocketNumber socket) const;

    const std::shared_ptr<Registry> registry_;
    const std::uint64_t number_;
    Gate& gate_;  ///< lives as long as the registry
    const log::Logger log_;
    const std::weak_ptr<hostapi::Worker> worker_;
    std::vector<Route> routes_;
    std::vector<Claimed> channels_;
    std::deque<hostapi::SocketNumber> unannounced_;  ///< there already when it was activated
    std::size_t under_way_ = 0;
    bool scheduled_ = false;
    std::atomic<bool> retired_{false};
    std::shared_ptr<std::atomic<std::size_t>> outgoing_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace rookery::server::extensions
