#pragma once

#include "hostapi/command_registry.hpp"
#include "hostapi/command_sync.hpp"
#include "hostapi/operations.hpp"
#include "store/state_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rookery::app {

/// The application commands of all bots: what extensions declare, and what brings it to the
/// platforms. Changes that come close together are sent as one. Io thread, save registry().
class CommandService {
  public:
    /// Changes wait for `gather` before they are sent, for those that come right after.
    CommandService(boost::asio::io_context& io, hostapi::Operations& operations,
                   const store::StateDir& state, Millis gather = Millis{200});

    CommandService(const CommandService&) = delete;
    CommandService& operator=(const CommandService&) = delete;

    /// Any thread.
    [[nodiscard]] hostapi::CommandRegistry& registry() noexcept { return registry_; }

    /// A bot is there, or is another one now.
    void add_bot(const std::string& name);
    void remove_bot(const std::string& name);

    /// While held (several at once may hold) nothing is sent: a reload is one change, however many
    /// extensions it exchanges. It begins held.
    void hold() noexcept { ++holds_; }
    void release();
    /// Sends everything again.
    void force();
    void stop();

    [[nodiscard]] std::vector<hostapi::CommandStatus> list() const;
    /// Nothing waits to be sent, save what has failed and is tried again later.
    [[nodiscard]] bool idle() const;

  private:
    void changed();
    void later(Millis delay, std::function<void()> task);
    void run(bool force);

    boost::asio::io_context& io_;
    hostapi::Operations& operations_;
    const store::StateDir& state_;
    const Millis gather_;
    unsigned holds_ = 1;
    bool pending_ = false;  ///< a change waits for the next run
    bool stopped_ = false;
    std::list<std::weak_ptr<boost::asio::steady_timer>> timers_;
    hostapi::CommandRegistry registry_;
    std::map<std::string, std::unique_ptr<hostapi::CommandSync>> bots_;
};

}  // namespace rookery::app
