#include "hostapi/interaction_plan.hpp"

#include <algorithm>
#include <array>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
using Steps = std::vector<AnswerStep>;

// Numbers of the platform's callbacks.
constexpr int kMessage = 4;
constexpr int kThinking = 5;
constexpr int kAcknowledge = 6;
constexpr int kUpdate = 7;
constexpr int kChoices = 8;
constexpr int kModal = 9;

constexpr std::int64_t kEphemeral = 1 << 6;
constexpr std::size_t kMostChoices = 25;

/// What goes beside the message: files, and what a platform's message has that we do not know.
constexpr std::array kCompanions{"files", "attachments", "extra"};

/// Names of the parameters that write a message, and the platform's.
constexpr std::array kMessageKeys{
    std::pair("content", "content"),
    std::pair("embeds", "embeds"),
    std::pair("components", "components"),
    std::pair("allowedMentions", "allowed_mentions"),
    std::pair("flags", "flags"),
    std::pair("tts", "tts"),
    std::pair("poll", "poll"),
};

bool given(const json& arguments, const char* key) {
    const auto found = arguments.find(key);
    return found != arguments.end() && !found->is_null();
}

bool wants_ephemeral(const json& arguments) {
    return given(arguments, "ephemeral") && arguments["ephemeral"].get<bool>();
}

std::int64_t flags_of(const json& arguments) {
    return given(arguments, "flags") ? arguments["flags"].get<std::int64_t>() : 0;
}

bool is_ephemeral(const json& arguments) {
    return wants_ephemeral(arguments) || (flags_of(arguments) & kEphemeral) != 0;
}

/// The parameters of a message for an operation on the original or for a follow-up.
json message_arguments(const json& arguments, bool ephemeral_too) {
    json out = json::object();
    for (const auto& [name, wire] : kMessageKeys) {
        if (given(arguments, name)) {
            out[name] = arguments[name];
        }
    }
    for (const char* name : kCompanions) {
        if (given(arguments, name)) {
            out[name] = arguments[name];
        }
    }
    const bool ephemeral = ephemeral_too && is_ephemeral(arguments);
    const std::int64_t flags =
        (flags_of(arguments) & ~kEphemeral) | (ephemeral ? kEphemeral : std::int64_t{0});
    if (flags != 0 || given(arguments, "flags")) {
        out["flags"] = flags;
    }
    return out;
}

/// The same as the platform's callback has it.
json message_data(const json& arguments) {
    json out = {{"allowed_mentions", {{"parse", {"users"}}}}};
    const json message = message_arguments(arguments, true);
    for (const auto& [name, wire] : kMessageKeys) {
        if (const auto found = message.find(name); found != message.end()) {
            out[wire] = *found;
        }
    }
    if (given(arguments, "extra")) {
        out.update(arguments["extra"]);
    }
    return out;
}

AnswerStep respond(int callback, json data, AnswerState after) {
    AnswerStep step{"interactions.respond", {{"type", callback}, {"withResponse", true}}, after};
    if (!data.is_null()) {
        step.arguments["data"] = std::move(data);
    }
    return step;
}

/// A first answer that is a message.
AnswerStep respond_with_message(int callback, const json& arguments, AnswerState after) {
    AnswerStep step = respond(callback, message_data(arguments), after);
    if (given(arguments, "files")) {
        step.arguments["files"] = arguments["files"];
    }
    return step;
}

AnswerStep edit_original(const json& arguments, AnswerState state) {
    state.answered = state.answered == Answered::thinking ? Answered::message : state.answered;
    return {"interactions.editOriginal", message_arguments(arguments, false), state};
}

AnswerStep follow_up(const json& arguments, const AnswerState& state) {
    return {"interactions.createFollowUp", message_arguments(arguments, true), state};
}

/// One request to answer, as each verb's function gets it.
struct Wish {
    InteractionType type;
    const AnswerState& state;
    const json& arguments;
};

Error wrong_type(const char* why) { return {ErrorKind::invalid, why}; }

Error closed() {
    return {ErrorKind::exists,
            "it has been answered with a form or with choices, after which nothing can follow"};
}

Error too_late(const AnswerState& state, const char* what) {
    return {ErrorKind::exists,
            std::string(what) + " can only be the first answer, and the interaction has been " +
                (state.by_guardian ? "deferred already, because nobody had answered it in time"
                                   : "answered already")};
}

bool takes_messages(InteractionType type) { return type != InteractionType::autocomplete; }

/// A message after the first answer. The message that a deferral promised is its first one, unless
/// that was promised to other eyes: how a message is seen is settled when it is made.
Steps further_message(const Wish& wish, bool same_eyes) {
    if (wish.state.answered != Answered::thinking) {
        return {follow_up(wish.arguments, wish.state)};
    }
    if (same_eyes) {
        return {edit_original(wish.arguments, wish.state)};
    }
    const AnswerState after{Answered::message, false, false};
    return {{"interactions.deleteOriginal", json::object(), after},
            follow_up(wish.arguments, after)};
}

Result<Steps> reply(const Wish& wish) {
    const bool ephemeral = is_ephemeral(wish.arguments);
    if (!takes_messages(wish.type)) {
        return wrong_type("an option that is being typed takes choices, no message");
    }
    if (wish.state.answered == Answered::closed) {
        return closed();
    }
    if (wish.state.answered == Answered::no) {
        return Steps{
            respond_with_message(kMessage, wish.arguments, {Answered::message, false, false})};
    }
    // An extension that deferred for one user's eyes need not say so again; what is meant for one
    // user must not be seen by all.
    const bool same_eyes =
        ephemeral == wish.state.ephemeral || (wish.state.ephemeral && !wish.state.by_guardian);
    return further_message(wish, same_eyes);
}

Result<Steps> follow_up_verb(const Wish& wish) {
    if (wish.state.answered == Answered::closed) {
        return closed();
    }
    if (wish.state.answered == Answered::no) {
        return Error(ErrorKind::invalid,
                     "it has not been answered yet: reply or defer comes before a follow-up");
    }
    return further_message(wish, is_ephemeral(wish.arguments) == wish.state.ephemeral);
}

Result<Steps> defer(const Wish& wish) {
    if (!takes_messages(wish.type)) {
        return wrong_type("an option that is being typed cannot be deferred");
    }
    switch (wish.state.answered) {
        case Answered::no: {
            const bool ephemeral = wants_ephemeral(wish.arguments);
            return Steps{respond(kThinking, ephemeral ? json{{"flags", kEphemeral}} : json(),
                                 {Answered::thinking, ephemeral, false})};
        }
        case Answered::thinking:
            return Steps{};
        case Answered::silently:
            if (wish.state.by_guardian) {
                return Steps{};
            }
            break;
        case Answered::message:
        case Answered::closed:
            break;
    }
    return too_late(wish.state, "a deferral");
}

bool has_message(InteractionType type) {
    return type == InteractionType::component || type == InteractionType::modal ||
           type == InteractionType::other;
}

constexpr const char* kNoMessage = "only a component, or the form that it opened, has a message";

Result<Steps> defer_update(const Wish& wish) {
    if (!has_message(wish.type)) {
        return wrong_type(kNoMessage);
    }
    if (wish.state.answered == Answered::no) {
        return Steps{respond(kAcknowledge, nullptr, {Answered::silently, false, false})};
    }
    if (wish.state.answered == Answered::silently) {
        return Steps{};
    }
    return too_late(wish.state, "a deferral");
}

Result<Steps> update(const Wish& wish) {
    if (!has_message(wish.type)) {
        return wrong_type(kNoMessage);
    }
    if (wish.state.answered == Answered::no) {
        return Steps{
            respond_with_message(kUpdate, wish.arguments, {Answered::silently, false, false})};
    }
    if (wish.state.answered == Answered::silently) {
        return Steps{edit_original(wish.arguments, wish.state)};
    }
    return too_late(wish.state, "an update");
}

Result<Steps> show_modal(const Wish& wish) {
    if (wish.type == InteractionType::modal || wish.type == InteractionType::autocomplete) {
        return wrong_type("only a command or a component can be answered with a form");
    }
    if (wish.state.answered != Answered::no) {
        return too_late(wish.state, "a form");
    }
    if (!given(wish.arguments, "customId") || !given(wish.arguments, "components")) {
        return Error(ErrorKind::invalid,
                     "a form has an action and fields, or a customId and components");
    }
    return Steps{respond(kModal,
                         {{"custom_id", wish.arguments.at("customId")},
                          {"title", wish.arguments.at("title")},
                          {"components", wish.arguments.at("components")}},
                         {Answered::closed, false, false})};
}

Result<json> read_choices(const json& given_choices) {
    if (!given_choices.is_array()) {
        return Error(ErrorKind::invalid, "choices must be a list");
    }
    json out = json::array();
    for (const auto& choice : given_choices) {
        if (out.size() == kMostChoices) {
            break;
        }
        if (choice.is_string() || choice.is_number()) {
            out.push_back(
                {{"name", choice.is_string() ? choice : json(choice.dump())}, {"value", choice}});
        } else if (choice.is_object() && choice.contains("name") && choice.contains("value")) {
            out.push_back(choice);
        } else {
            return Error(ErrorKind::invalid,
                         "choices[" + std::to_string(out.size() + 1) +
                             "]: expected a text, a number or a table with name and value");
        }
    }
    return out;
}

Result<Steps> autocomplete(const Wish& wish) {
    if (wish.type != InteractionType::autocomplete && wish.type != InteractionType::other) {
        return wrong_type("only an option that is being typed takes choices");
    }
    auto choices = read_choices(wish.arguments.at("choices"));
    if (!choices) {
        return choices.error();
    }
    if (wish.state.answered != Answered::no) {
        return too_late(wish.state, "a list of choices");
    }
    return Steps{
        respond(kChoices, {{"choices", *std::move(choices)}}, {Answered::closed, false, false})};
}

/// What there must be for a call on the original.
Result<> has_original(const Wish& wish, const char* verb) {
    if (wish.state.answered == Answered::closed) {
        return closed();
    }
    if (wish.state.answered == Answered::no) {
        return Error(ErrorKind::invalid,
                     std::string("it has not been answered yet: there is nothing to ") + verb);
    }
    return {};
}

Result<Steps> edit_reply(const Wish& wish) {
    if (auto there = has_original(wish, "change"); !there) {
        return there.error();
    }
    return Steps{edit_original(wish.arguments, wish.state)};
}

Result<Steps> delete_reply(const Wish& wish) {
    if (auto there = has_original(wish, "delete"); !there) {
        return there.error();
    }
    AnswerState after = wish.state;
    after.answered = after.answered == Answered::thinking ? Answered::message : after.answered;
    return Steps{{"interactions.deleteOriginal", json::object(), after}};
}

Result<Steps> fetch_reply(const Wish& wish) {
    if (auto there = has_original(wish, "read"); !there) {
        return there.error();
    }
    return Steps{{"interactions.getOriginal", json::object(), wish.state}};
}

using Verb = std::pair<std::string_view, Result<Steps> (*)(const Wish&)>;
constexpr std::array<Verb, 10> kVerbs{{
    {"reply", &reply},
    {"defer", &defer},
    {"deferUpdate", &defer_update},
    {"update", &update},
    {"showModal", &show_modal},
    {"autocomplete", &autocomplete},
    {"editReply", &edit_reply},
    {"followUp", &follow_up_verb},
    {"deleteReply", &delete_reply},
    {"fetchReply", &fetch_reply},
}};

}  // namespace

InteractionType interaction_type(std::int64_t number) noexcept {
    return number >= static_cast<std::int64_t>(InteractionType::command) &&
                   number <= static_cast<std::int64_t>(InteractionType::modal)
               ? static_cast<InteractionType>(number)
               : InteractionType::other;
}

Result<Steps> plan_answer(InteractionType type, const AnswerState& state, std::string_view verb,
                          const json& arguments) {
    const auto* const found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                           [&](const Verb& known) { return known.first == verb; });
    if (found == kVerbs.end()) {
        return Error(ErrorKind::not_found, "there is no way to answer called " + std::string(verb));
    }
    return found->second({type, state, arguments});
}

AnswerStep guardian_step(InteractionType type, bool from_message) {
    if (type == InteractionType::autocomplete) {
        return respond(kChoices, {{"choices", json::array()}}, {Answered::closed, false, true});
    }
    if (from_message) {
        // Silently: a handler that changes the message then finds it as it would have, and one that
        // replies makes a new one.
        return respond(kAcknowledge, nullptr, {Answered::silently, false, true});
    }
    return respond(kThinking, nullptr, {Answered::thinking, false, true});
}

}  // namespace rookery::hostapi
