#pragma once

#include "hostapi/server_port.hpp"
#include "server/extensions/registry.hpp"
#include "server/extensions/stage.hpp"
#include "server/http/handler.hpp"

#include <memory>
#include <set>
#include <string>

namespace rookery::server {

/// What extensions serve through: made once for the process, with a server to it or without.
/// Extensions may claim as soon as configure() has said that there will be one.
class Desk final : public hostapi::ServerPort {
  public:
    Desk();
    ~Desk() override;
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// Whether the configuration has a server, and which namespaces are its own. Any thread.
    void configure(bool serves, std::set<std::string> own_namespaces);

    [[nodiscard]] std::shared_ptr<hostapi::ServerSession> open(
        std::string title, std::string name, log::Logger log,
        std::weak_ptr<hostapi::Worker> worker) override;

    /// Server thread, once its parts are there: what is claimed opens. `post` runs tasks on that
    /// thread, from any; after detach() what it was given does nothing.
    void attach(const extensions::Mount& mount, extensions::Registry::Post post);
    /// Server thread: the sessions of bare engines are told that the server ends.
    void shut_down();
    /// Server thread, before its parts go: what waits is given up.
    void detach();

    /// For /api/plugins/; server thread, while attached.
    [[nodiscard]] Handler& routes() noexcept;

  private:
    class Routes;

    const std::shared_ptr<extensions::Registry> registry_;
    std::shared_ptr<extensions::Stage> stage_;  ///< server thread
    std::unique_ptr<Routes> routes_;
};

}  // namespace rookery::server
