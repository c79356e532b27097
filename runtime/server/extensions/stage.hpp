#pragma once

#include "server/access/guard.hpp"
#include "server/extensions/registry.hpp"
#include "server/http/handler.hpp"
#include "server/socketio/engine_server.hpp"
#include "server/socketio/socket_server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rookery::server::extensions {

class Bridge;
class EngineBridge;

/// What the parts of a running server are, for Stage; all of it outlives that.
struct Mount {
    boost::asio::any_io_executor executor;  ///< the server's thread
    Guard* guard = nullptr;
    SocketServer* sockets = nullptr;  ///< null: no Socket.IO

    // For sessions at other paths; `turn` null: there are none.
    Turn* turn = nullptr;
    ChannelPool* channels = nullptr;
    const Clock* clock = nullptr;
    std::function<EngineServerOptions(const std::string& path)> engine = {};
    std::function<void(const std::string& prefix, Handler& handler)> open_path = {};
    std::function<void(const std::string& prefix)> close_path = {};
};

/// The server's side of what extensions serve: requests that wait for an answer, and the
/// namespaces. Server thread.
class Stage : public std::enable_shared_from_this<Stage> {
  public:
    Stage(Mount mount, std::shared_ptr<Registry> registry);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    [[nodiscard]] Guard& guard() const noexcept { return *mount_.guard; }
    [[nodiscard]] SocketServer& sockets() const noexcept { return *mount_.sockets; }
    [[nodiscard]] const Mount& mount() const noexcept { return mount_; }
    [[nodiscard]] Registry& registry() const noexcept { return *registry_; }

    /// The request waits for its answer, so long; what its extension's answer goes to.
    struct Asked {
        ExchangePtr exchange;
        std::string plugin;
        KeyPtr key;  ///< null: none was asked for
    };
    [[nodiscard]] hostapi::AnswerPtr<hostapi::ServedAnswer> wait(Asked asked, Millis timeout);
    /// What `decide` and `reply` are for comes from the extension's thread: they stay here.
    [[nodiscard]] hostapi::AnswerPtr<hostapi::Admitted> wait(
        std::function<void(Result<hostapi::Admitted>)> decide);
    [[nodiscard]] hostapi::AnswerPtr<hostapi::ServedArguments> wait(Namespace::Reply reply);

    /// Opens and closes channels until they are those that extensions have claimed.
    void reconcile();
    /// The sessions of bare engines end; the sockets of namespaces are the server's own to end.
    void shut_down();
    /// Sockets of a key that is no longer good are sent away.
    void key_gone(const std::string& id);

    // What extensions ask for. Sockets by their number with the socket server.
    void emit(const std::string& channel, std::uint64_t id, const std::string& event,
              const hostapi::ServedArguments& arguments);
    void broadcast(const std::string& ns, const std::vector<std::string>& rooms,
                   const std::vector<std::uint64_t>& except, const std::string& event,
                   const hostapi::ServedArguments& arguments);
    void call(std::uint64_t id, const std::string& event, const hostapi::ServedArguments& arguments,
              Millis timeout, hostapi::AnswerPtr<hostapi::ServedArguments> answer);
    void join(std::uint64_t id, const std::string& room);
    void leave(std::uint64_t id, const std::string& room);
    void disconnect(const std::string& channel, std::uint64_t id);

  private:
    struct Waiting {
        Asked asked;
        std::unique_ptr<boost::asio::steady_timer> deadline;
    };

    template <class T, class Table>
    [[nodiscard]] hostapi::AnswerPtr<T> answer_into(Table Stage::*table, std::uint64_t number);
    using Channels = std::map<std::string, Registry::Channel>;
    void reconcile_namespaces(Channels wanted);
    void reconcile_engines(Channels wanted);
    void close(EngineBridge& engine);
    void finish(std::uint64_t number, const Result<hostapi::ServedAnswer>& result);

    const Mount mount_;
    const std::shared_ptr<Registry> registry_;
    std::uint64_t next_ = 1;
    std::unordered_map<std::uint64_t, Waiting> requests_;
    std::unordered_map<std::uint64_t, std::function<void(Result<hostapi::Admitted>)>> admissions_;
    std::unordered_map<std::uint64_t, std::function<void(Result<hostapi::ServedArguments>)>>
        replies_;
    std::map<std::string, std::unique_ptr<Bridge>> bridges_;  ///< by channel, as the next
    std::map<std::string, std::unique_ptr<EngineBridge>> engines_;
};

}  // namespace rookery::server::extensions
