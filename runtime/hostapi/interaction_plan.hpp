#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// How an interaction may be answered: sans-IO, no token, no clock. The platform has one first
// answer, which must come within three seconds, and calls on "the original" and for follow-ups
// afterwards; extensions have verbs ("reply", "editReply") that mean the same whenever they come.
namespace rookery::hostapi {

/// What somebody did. Numbers of the platform; any other value is treated as `other`.
enum class InteractionType : std::uint8_t {
    other = 0,
    command = 2,
    component = 3,
    autocomplete = 4,
    modal = 5,
};

[[nodiscard]] InteractionType interaction_type(std::int64_t number) noexcept;

/// The answer so far, and with it what the platform calls the original message.
enum class Answered : std::uint8_t {
    no,
    thinking,  ///< deferred: a message of ours that is to be filled in
    message,   ///< a message of ours
    silently,  ///< acknowledged or updated: the message that has the component
    closed,    ///< a form or choices: nothing can follow
};

struct AnswerState {
    Answered answered = Answered::no;
    bool ephemeral = false;    ///< of `thinking`
    bool by_guardian = false;  ///< the deferral was not asked for by an extension

    bool operator==(const AnswerState&) const = default;
};

/// One call of the platform: an operation of the schema without the interaction's ids and token.
struct AnswerStep {
    std::string_view operation;  ///< "interactions.respond"
    nlohmann::json arguments = nlohmann::json::object();
    AnswerState after;  ///< once it has succeeded
};

/// The calls that carry out `verb` ("reply" for interactions.reply), in order; the last one's
/// answer is the verb's. None: it is done already. `arguments` have been checked against the
/// schema. Errors: invalid (this interaction cannot be answered so), exists (too late for a first
/// answer).
[[nodiscard]] Result<std::vector<AnswerStep>> plan_answer(InteractionType type,
                                                          const AnswerState& state,
                                                          std::string_view verb,
                                                          const nlohmann::json& arguments);

/// The deferral that keeps an interaction alive: what fits its type. `from_message`: there is a
/// message that a component belongs to.
[[nodiscard]] AnswerStep guardian_step(InteractionType type, bool from_message);

}  // namespace rookery::hostapi
