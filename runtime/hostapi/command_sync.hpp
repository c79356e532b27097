#pragma once

#include "base/clock.hpp"
#include "hostapi/command_registry.hpp"
#include "hostapi/operations.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// One command as `rookery commands` shows it.
struct CommandStatus {
    std::string bot, guild, name, owner, id, state;
    int type = 1;
};

/// Brings the commands of one bot on the platform to what is wanted: compares each scope with what
/// was sent last (kept in a file over restarts) and replaces, in one request, those that differ.
/// Scopes in which nobody declares or has declared anything are never touched. Io thread.
class CommandSync {
  public:
    /// Calls an operation of the schema for the bot; `done` comes on the io thread.
    using Call =
        std::function<void(std::string operation, nlohmann::json arguments, OperationDone done)>;
    /// Runs a task later, on the io thread; not after the runtime has begun to stop.
    using Later = std::function<void(Millis delay, std::function<void()> task)>;

    CommandSync(std::string bot, std::filesystem::path file, const CommandRegistry& registry,
                Call call, Later later);

    CommandSync(const CommandSync&) = delete;
    CommandSync& operator=(const CommandSync&) = delete;

    /// What is wanted may have changed. `force`: sends every scope again, as if somebody else had
    /// changed the platform's commands.
    void run(bool force = false);

    [[nodiscard]] std::vector<CommandStatus> list() const;
    /// Nothing is under way or waits to be tried again.
    [[nodiscard]] bool settled() const noexcept { return !busy_ && !retrying_; }

  private:
    /// What the platform was told last, in one scope.
    struct Scope {
        nlohmann::json commands = nlohmann::json::array();
        std::map<std::string, std::string> ids;     ///< by key_of()
        std::map<std::string, std::string> owners;  ///< by key_of()
    };

    void load();
    void save() const;
    [[nodiscard]] WantedCommands wanted() const;
    void learn_application();
    void next();
    void sent(const std::string& guild, const std::vector<WantedCommand>& commands,
              const Result<nlohmann::json>& answer);
    void failed(const std::string& guild, const std::vector<WantedCommand>& commands,
                const Error& error);
    void retry(const std::string& guild, const std::string& what);
    void finish();

    const std::string bot_;
    const std::filesystem::path file_;
    const CommandRegistry& registry_;
    const Call call_;
    const Later later_;
    std::string application_;         ///< that the scopes are of; empty: not known
    bool application_known_ = false;  ///< asked in this process
    std::map<std::string, Scope> scopes_;
    std::map<std::string, std::string> refused_;   ///< scope -> fingerprint that was refused
    std::map<std::string, std::string> problems_;  ///< scope -> why it is not as wanted
    std::set<std::string> stale_;                  ///< scopes to be sent whatever was sent before
    unsigned failures_ = 0;
    bool busy_ = false;
    bool again_ = false;
    bool retrying_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace rookery::hostapi
