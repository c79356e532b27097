#pragma once

#include "command/values.hpp"
#include "hostapi/fact_cache.hpp"
#include "hostapi/worker.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace rookery::hostapi {

/// Reads facts on an extension's worker thread.
class FactReader {
  public:
    static constexpr Millis kDeadline{5'000};

    FactReader(std::shared_ptr<FactCache> facts, std::weak_ptr<Worker> worker, std::string bot)
        : facts_(std::move(facts)), worker_(std::move(worker)), bot_(std::move(bot)) {}

    /// `done` runs on the worker thread, possibly before the return; not at all once that has
    /// stopped.
    void get(const std::string& operation, const nlohmann::json& arguments, FactCache::Done done,
             Millis kept = FactCache::kKept) const;

    [[nodiscard]] const std::string& bot() const noexcept { return bot_; }

  private:
    std::shared_ptr<FactCache> facts_;
    std::weak_ptr<Worker> worker_;
    std::string bot_;
};

/// Finds whom and what the options of one invocation name: in what the event brings along, else by
/// asking the platform. Answers are in the normalised shapes. Worker thread.
class CommandResolver : public std::enable_shared_from_this<CommandResolver> {
  public:
    /// Error: the platform could not be asked.
    using Answer = std::variant<nlohmann::json, command::Problem, Error>;
    using Done = std::function<void(Answer)>;

    /// `event`: the normalised form; `raw`: the event itself.
    [[nodiscard]] static std::shared_ptr<CommandResolver> make(
        FactReader facts, std::shared_ptr<const nlohmann::json> event, model::EventPtr raw) {
        return std::shared_ptr<CommandResolver>(
            new CommandResolver(std::move(facts), std::move(event), std::move(raw)));
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

    CommandResolver(FactReader facts, std::shared_ptr<const nlohmann::json> event,
                    model::EventPtr raw);

    void from_interaction(const Question& question) const;
    void find_user(const QuestionPtr& question);
    void find_named_user(const QuestionPtr& question, const char* operation);
    void find_member(const QuestionPtr& question, const std::string& id);
    void found_user(const QuestionPtr& question, const nlohmann::json& user);
    void find_role(const QuestionPtr& question);
    void find_channel(const QuestionPtr& question);
    void find_mentionable(const QuestionPtr& question);
    void check_channel(const Question& question, const nlohmann::json& channel) const;
    static void fail(const Question& question, command::ProblemKind kind,
                     nlohmann::json expected = nullptr);
    [[nodiscard]] nlohmann::json mentioned(const std::string& id) const;

    FactReader facts_;
    std::shared_ptr<const nlohmann::json> event_;
    model::EventPtr raw_;
    std::string guild_;
};

}  // namespace rookery::hostapi
