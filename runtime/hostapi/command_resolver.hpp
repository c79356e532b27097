#pragma once

#include "command/values.hpp"
#include "hostapi/command_desk.hpp"
#include "hostapi/fact_reader.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace rookery::hostapi {

/// Finds whom and what the options of one invocation name: in what the event brings along, else by
/// asking the platform. Answers are in the normalised shapes. Worker thread.
class CommandResolver : public std::enable_shared_from_this<CommandResolver> {
  public:
    /// The user has named too many that had to be looked up.
    struct TooMany {
        Millis wait{};
    };
    /// Error: the platform could not be asked.
    using Answer = std::variant<nlohmann::json, command::Problem, TooMany, Error>;
    using Done = std::function<void(Answer)>;

    struct Parts {
        CommandDesk* desk = nullptr;
        std::string user;                             ///< who uses the command
        std::shared_ptr<const nlohmann::json> event;  ///< the normalised form
        model::EventPtr raw;
    };
    [[nodiscard]] static std::shared_ptr<CommandResolver> make(FactReader facts, Parts parts) {
        return std::shared_ptr<CommandResolver>(
            new CommandResolver(std::move(facts), std::move(parts)));
    }

    void resolve(const command::Value& value, Done done);

    /// Of the interaction's `resolved`, in the normalised shape; null when it is not there.
    [[nodiscard]] nlohmann::json given(std::string_view kind, const std::string& id) const;

  private:
    using Reference = command::Reference;
    struct Question {
        const command::Option* option = nullptr;
        Reference reference;
        std::string typed;
        std::size_t at = 0;
        Done done;
    };
    using QuestionPtr = std::shared_ptr<const Question>;

    CommandResolver(FactReader facts, Parts parts);

    /// As FactReader::get(), as long as the user may have so many looked up; else the question
    /// ends.
    void look_up(const QuestionPtr& question, const std::string& operation,
                 const nlohmann::json& arguments, FactCache::Done done) const;

    void from_interaction(const Question& question) const;
    void find_user(const QuestionPtr& question);
    void find_named_user(const QuestionPtr& question, const char* operation);
    void find_member(const QuestionPtr& question, const std::string& id);
    void find_role(const QuestionPtr& question);
    void find_channel(const QuestionPtr& question);
    void find_mentionable(const QuestionPtr& question);
    void check_channel(const Question& question, const nlohmann::json& channel) const;
    static void fail(const Question& question, command::ProblemKind kind,
                     nlohmann::json expected = nullptr);
    [[nodiscard]] nlohmann::json mentioned(const std::string& id) const;

    FactReader facts_;
    CommandDesk* desk_;
    std::shared_ptr<const nlohmann::json> event_;
    model::EventPtr raw_;
    std::string guild_;
    std::string who_;  ///< for whom lookups are counted
};

}  // namespace rookery::hostapi
