#pragma once

#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "hostapi/command_desk.hpp"
#include "hostapi/command_match.hpp"
#include "hostapi/command_registry.hpp"
#include "hostapi/commands.hpp"
#include "hostapi/presses.hpp"
#include "hostapi/worker.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// Commands of one extension instance.
class InstanceCommands final : public Commands {
  public:
    struct Parts {
        CommandDesk* desk = nullptr;
        CommandRegistry* registry = nullptr;
        CommandRegistry::Session session = 0;
        Presses* presses = nullptr;  ///< null: there are no buttons
        std::string owner;           ///< "script remind"
        bool builtin = false;
        bus::EventBus* bus = nullptr;
        std::shared_ptr<bus::Lane> lane;
        std::shared_ptr<Worker> worker;
        Scope* scope = nullptr;
        log::Logger log;
        std::function<void(OperationCall, OperationDone)> call;  ///< as ExtensionContext::call
    };

    static constexpr std::size_t kMostHandlers = 2'000;
    static constexpr std::size_t kLongestKey = 512;     ///< bytes
    static constexpr std::size_t kMostAnswers = 1'000;  ///< that one handler keeps open

    explicit InstanceCommands(Parts parts);
    ~InstanceCommands() override;

    [[nodiscard]] Result<EffectId> declare(const nlohmann::json& definition,
                                           std::string where) override;
    [[nodiscard]] Result<CommandHandler> handle(InvocationKind kind, std::string_view key) override;
    [[nodiscard]] bool concerns(const model::Event& event) const override;
    void prepare(model::EventPtr event, Done done) override;
    void heard(const model::Event& event) override;
    [[nodiscard]] bool was_heard(const model::Event& event) const override;

    /// It is about to ask for what somebody writes.
    void expect_messages();

    /// The instance takes part from now on, or no longer does. Any thread.
    void activate();
    void close();
    /// The instance has been stopped: what is being prepared comes to nobody.
    void stop();

  private:
    static constexpr std::size_t kFewAskers = 64;
    struct Snapshot;  ///< of what the desk has; looked at anew only when that has changed
    struct Asker;

    void want_messages();
    [[nodiscard]] const Snapshot& current() const;
    [[nodiscard]] std::string own_id(const model::Event& event) const;
    [[nodiscard]] std::optional<CommandMatch> match(const model::Event& event) const;
    [[nodiscard]] std::optional<CommandMatch> match_any(const model::Event& event) const;
    [[nodiscard]] bool is_command(const model::Event& event) const;
    [[nodiscard]] std::uint64_t handler_of(InvocationKind kind, const std::string& key) const;
    void prepare_press(model::EventPtr event, Done done);
    [[nodiscard]] Done begin_asking(const model::Event& event, Done done);
    void keep_with_asker(Invocation& answer) const;
    [[nodiscard]] std::shared_ptr<Asker> asker_of(std::string_view question) const;

    const Parts parts_;
    std::map<std::pair<InvocationKind, std::string>, std::vector<std::uint64_t>> handlers_;
    std::uint64_t made_ = 0;   ///< handlers so far
    std::size_t live_ = 0;     ///< of these, those that are there
    std::size_t texts_ = 0;    ///< declared commands that can be texts
    std::size_t presses_ = 0;  ///< handlers of presses
    bool asks_ = false;        ///< it has asked for what somebody writes
    bool messages_ = false;    ///< the lane is subscribed to messages for their sake
    std::unique_ptr<Snapshot> snapshot_;
    std::map<std::string, std::weak_ptr<Asker>, std::less<>> askers_;  ///< by their event's id
    std::size_t sweep_at_ = kFewAskers;  ///< so many, and those that are done are swept out
    std::shared_ptr<void> watch_;        ///< of the desk's rules
    std::shared_ptr<void> press_watch_;  ///< of whether presses come as messages
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace rookery::hostapi
