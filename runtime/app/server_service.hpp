#pragma once

#include "config/sections.hpp"
#include "gateway/bot.hpp"
#include "server/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rookery::app {

/// The server's way to the rest of the process, and the rest's way to the server. Bots live on the
/// io thread, the server on its own; this hops between them.
class ServerService final : public server::Runtime {
  public:
    struct Process {
        boost::asio::io_context& io;
        bus::EventBus& bus;
        hostapi::Operations& operations;
        std::function<std::vector<server::BotInfo>()> bots;         ///< io thread
        std::function<gateway::Bot*(const std::string&)> find_bot;  ///< io thread
        std::filesystem::path state;                                ///< the state directory
        std::function<void(std::function<void(server::Readiness)>)> readiness = {};  ///< io thread
        std::function<server::RuntimeMetrics()> metrics = {};                        ///< io thread
    };

    explicit ServerService(Process process);
    ~ServerService() override;

    /// Starts the server when the section asks for one. Before the io thread runs; once.
    [[nodiscard]] Result<> start(const config::ServerSection& section,
                                 unsigned ledger_slot = bus::Lane::kNoSlot);
    /// What can be changed while it runs; the rest, and a server that has not run so far, wait for
    /// a restart. On an error everything is as it was. Manager thread; waits for the server's.
    [[nodiscard]] Result<> reload(config::ServerSection section);

    /// As Server's; `done` runs at once when there is none. Any thread but the server's.
    void keys_changed();
    void write_key_uses(std::function<void()> done);
    /// What /metrics answers, of a server that is there; as Server::metrics().
    void exposition(std::function<void(std::string)> done);

    /// As Server::drain(); `done` runs on the io thread, also when there is no server.
    /// Any thread but the server's.
    void drain(Millis patience, std::function<void()> done);
    /// Ends the server: no `done` of a call runs any more. After drain(); io thread.
    void stop();

    /// What extensions serve through, with a server or without. Outlives them. Any thread.
    [[nodiscard]] hostapi::ServerPort& desk() noexcept { return desk_; }

    /// "http://127.0.0.1:3000"; empty when there is none. Any thread.
    [[nodiscard]] std::string url() const;

    [[nodiscard]] std::vector<server::BotInfo> bots() const override;
    void call(hostapi::OperationCall call, hostapi::OperationDone done) override;
    void cached(std::string bot, std::string_view kind, std::string owner, std::string id,
                Cached done) override;
    void cached_list(std::string bot, std::string_view kind, std::string owner,
                     Cached done) override;
    [[nodiscard]] bus::EventBus& bus() override { return process_.bus; }
    [[nodiscard]] unsigned ledger_slot() const override { return ledger_slot_; }
    void readiness(std::function<void(server::Readiness)> done) override;
    void metrics(std::function<void(server::RuntimeMetrics)> done) override;

  private:
    using Lookup = std::function<std::optional<std::string>(gateway::Bot&)>;
    void look_up(std::string bot, Lookup lookup, Cached done);
    void refresh();  ///< io thread

    Process process_;
    unsigned ledger_slot_ = bus::Lane::kNoSlot;
    config::ServerSection section_;  ///< of the start
    server::Desk desk_;
    std::unique_ptr<server::Server> server_;
    mutable std::mutex mutex_;
    std::vector<server::BotInfo> bots_;
    boost::asio::steady_timer refresh_timer_;
    bool stopped_ = false;  ///< io thread
};

}  // namespace rookery::app
