#pragma once

#include "base/log.hpp"
#include "command/messages.hpp"
#include "command/permissions.hpp"
#include "command/text_parser.hpp"
#include "hostapi/command_match.hpp"
#include "hostapi/command_resolver.hpp"
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
    /// A fact that the gates need; on an error the invocation ends.
    void fact(const std::string& operation, const Json& arguments,
              std::function<void(const Json&)> then, Millis kept = FactCache::kKept);

    void check_mention();
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
    void enter();

    void resolve(std::size_t index);
    void with_guild_facts(std::function<void()> then);
    void with_channel(std::function<void(const Json&)> then);
    [[nodiscard]] command::Permissions computed(const std::string& member, const Json& roles) const;
    void require(command::Permissions have, command::Permissions wanted, bool of_bot);
    void with_own_member(std::function<void(const std::string& id, const Json& member)> then);
    void take_typed();

    void refuse_use(Millis wait);
    [[nodiscard]] CommandDesk::Use use() const;
    [[nodiscard]] std::string key_of(const std::string& path, command::Per per) const;
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
    std::optional<command::Permissions> member_may_;  ///< where it had to be found out
    FactCache::Fact guild_fact_;
    FactCache::Fact roles_fact_;
    FactCache::Fact channel_fact_;
    std::optional<command::Problem> problem_;  ///< of what was given
    command::Values values_;
    Json options_ = Json::object();
    std::shared_ptr<void> place_;
};

}  // namespace rookery::hostapi
