#pragma once

#include "base/log.hpp"
#include "command/messages.hpp"
#include "command/permissions.hpp"
#include "command/text_parser.hpp"
#include "hostapi/command_match.hpp"
#include "hostapi/command_resolver.hpp"
#include "hostapi/command_rights.hpp"
#include "hostapi/command_use.hpp"
#include "hostapi/commands.hpp"
#include "hostapi/worker.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rookery::hostapi {

/// One use of a command on its way from the event to the handler: gate after gate, and at each of
/// them it may end with an answer to whoever may not pass. Takes a bounded time. Worker thread;
/// keeps itself alive while something is under way.
class CommandPreparation : public std::enable_shared_from_this<CommandPreparation> {
  public:
    struct Parts {
        CommandDesk* desk = nullptr;
        CommandRulesPtr rules;
        CommandMatch match;
        model::EventPtr event;
        std::shared_ptr<Worker> worker;
        log::Logger log;
        /// The handler of a path now; 0: there is none.
        std::function<std::uint64_t(InvocationKind, const std::string& path)> handler;
        /// As ExtensionContext::call.
        std::function<void(OperationCall, OperationDone)> call;
        Commands::Done done;
    };

    static constexpr Millis kLongest{15'000};  ///< from the event to the handler

    [[nodiscard]] static std::shared_ptr<CommandPreparation> make(Parts parts) {
        return std::shared_ptr<CommandPreparation>(new CommandPreparation(std::move(parts)));
    }
    void start();

  private:
    using Step = void (CommandPreparation::*)();
    using Json = nlohmann::json;

    explicit CommandPreparation(Parts parts);
    void next();
    void end(std::optional<Invocation> invocation);
    void refuse(command::Phrase phrase, std::initializer_list<command::PhraseWord> words = {});
    void refuse(const command::Problem& problem);
    void answer(const std::string& text);
    /// What a gate needs could not be found out: it ends.
    void give_up(const Error& error);
    [[nodiscard]] bool over() const noexcept { return ended_ || answering_; }

    void check_mention();
    void learn_language();
    void check_policy();
    void check_place();
    void check_owner();
    void check_member();
    void check_bot();
    void read_options();
    void look_ahead();
    void resolve_options();
    void take_place();
    void take_use();
    void learn_rights();
    void enter();

    void resolve(std::size_t index);
    void require(const Result<command::Permissions>& have, command::Permissions wanted,
                 bool of_bot);
    void take_typed();

    void refuse_for(command::Phrase phrase, Millis wait);
    [[nodiscard]] std::string text(const char* key) const;
    [[nodiscard]] const command::Rules& rules() const noexcept { return node_->rules; }
    [[nodiscard]] Json data() const;

    Parts parts_;
    const command::DefinitionPtr definition_;
    const command::Node* node_;
    std::shared_ptr<const Json> event_;  ///< normalised
    FactReader facts_;
    std::shared_ptr<CommandResolver> resolver_;
    std::string user_;
    std::string channel_;
    std::string guild_;
    std::string locale_;
    std::string content_;  ///< what stands behind the command's name
    std::size_t step_ = 0;
    TimerId timer_ = 0;
    bool ended_ = false;
    bool answering_ = false;
    std::shared_ptr<CommandRights> rights_;
    std::optional<CommandUse> use_;
    std::optional<command::Permissions> member_may_;  ///< where the event does not tell
    std::optional<command::Problem> problem_;         ///< of what was given
    command::Values values_;
    Json options_ = Json::object();
    std::shared_ptr<void> place_;
};

}  // namespace rookery::hostapi
