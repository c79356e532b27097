#pragma once

#include "base/result.hpp"
#include "sim/revolt/core.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rookery::sim::revolt {

class Connection;

/// The events server: the live connections, and who of them is told what. Simulator thread.
class Gateway {
  public:
    explicit Gateway(Core& core) : core_(core) {}
    ~Gateway();

    void accept(boost::asio::ip::tcp::socket socket);

    // To the sessions of those who see the channel, are on the server, share a place with the
    // user, or are the user.
    void tell_channel(const std::string& channel, const Json& event);
    void tell_server(const std::string& server, const Json& event);
    void tell_acquaintances(const std::string& user, const Json& event);
    void tell_user(const std::string& user, const Json& event);
    void tell_all(const Json& event);

    /// Does `change`, then tells its `event` to the sessions on that server: in a Bulk behind the
    /// channels that appear or vanish by it for that session.
    void with_visibility(const std::string& server, const Json& event,
                         const std::function<void()>& change);

    /// Between hold() and release() events wait, so that an HTTP answer can come first.
    void hold() { holding_ = true; }
    void release();

    /// A fault that happens at once to every live connection; how many it hit.
    [[nodiscard]] Result<unsigned> inject(const std::string& kind, const Json& with);
    /// Logout for the sessions of that user, and the end of their connections.
    void log_out(const std::string& user);
    /// What held events back is over.
    void wake_all();

    [[nodiscard]] bool online(const std::string& user) const;
    [[nodiscard]] Json sessions() const;

  private:
    friend class Connection;

    using Wanted = std::function<bool(const std::string& user)>;
    void tell(const Json& event, const Wanted& wanted);
    void ended(unsigned number, const std::string& user);

    Core& core_;
    std::map<unsigned, std::shared_ptr<Connection>> connections_;
    std::vector<std::function<void()>> held_;
    std::map<std::string, bool> refused_tokens_;  ///< that must not be tried again
    unsigned numbered_ = 0;
    bool holding_ = false;
};

}  // namespace rookery::sim::revolt
