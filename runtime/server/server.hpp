#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/sections.hpp"
#include "server/extensions/desk.hpp"
#include "server/http/handler.hpp"
#include "server/mailbox.hpp"
#include "server/ports.hpp"
#include "server/socketio/socket_hub.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace rookery::server {

/// Everything that outside programs reach, on a thread of its own. start() to stop() once.
class Server {
  public:
    /// `runtime` outlives it. The state directory has the keys of `rookery keys`, the audit log and
    /// what else survives a restart.
    Server(config::ServerSection section, Runtime& runtime, const std::filesystem::path& state_dir);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens, and starts the thread. Errors: the address is taken, the certificate cannot be
    /// used.
    [[nodiscard]] Result<> start();

    /// Another section in place of the first one; files (the certificate) are read again. On an
    /// error everything is as it was. Any thread but the server's; waits for it.
    [[nodiscard]] Result<> reload(config::ServerSection section);

    /// `rookery keys` has changed the file of its keys. Any thread.
    void keys_changed();
    /// When keys were last used is written to its file; `done` runs on the server's thread, and not
    /// at all when that has ended. Any thread.
    void write_key_uses(std::function<void()> done);

    /// What /metrics answers. As write_key_uses().
    void metrics(std::function<void(std::string)> done);

    /// Takes nothing new and lets requests end until `patience` is over. `done` runs on the
    /// server's thread, which goes on until stop(). Any thread; once.
    void drain(Millis patience, std::function<void()> done);

    /// Ends the thread, and whatever is left. Any thread but the server's.
    void stop();

    /// Where it listens: "http://127.0.0.1:3000". Any thread.
    [[nodiscard]] std::string url() const;

    /// Onto the server's thread, also when the server has gone.
    [[nodiscard]] const MailboxPtr& mailbox() const noexcept;

    /// Socket.IO at /socket.io/. Server thread.
    [[nodiscard]] SocketHub& sockets() noexcept;
    /// What an EngineServer at another path needs. Server thread.
    [[nodiscard]] Turn& turn() noexcept;
    [[nodiscard]] ChannelPool& channels() noexcept;
    /// What extensions serve is served from start() to stop(). Before start(); `desk` outlives it.
    void serve(Desk& desk) noexcept;

    /// As HttpServer::mount(). Server thread, or before start().
    void mount(const std::string& prefix, Handler& handler);
    void unmount(const std::string& prefix);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::server
