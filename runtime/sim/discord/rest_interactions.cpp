#include "sim/discord/form.hpp"
#include "sim/discord/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr BucketRule kCallback{"interaction-callback", 5, Millis{5'000}};
constexpr BucketRule kFollowUp{"interaction-follow-up", 5, Millis{2'000}};

/// Writes an interaction's answer; null with call.failure set when the body is refused.
Message* write_answer(RestCall& call, Interaction& interaction, const Json& body) {
    Draft draft;
    draft.channel = interaction.channel;
    draft.author = interaction.bot;
    draft.mention_replied = false;
    if (!read_message(call, body, false, draft)) {
        return nullptr;
    }
    auto& world = call.core.world;
    draft.extra["webhook_id"] = id_text(interaction.application);
    draft.extra["application_id"] = id_text(interaction.application);
    draft.extra["interaction_metadata"] = {{"id", id_text(interaction.id)},
                                           {"type", interaction.type},
                                           {"user", world.user_json(interaction.user)},
                                           {"authorizing_integration_owners", Json::object()}};
    draft.type = interaction.type == 2 ? 20 : 0;
    auto& written = call.actions.post(std::move(draft));
    call.interactions.answered(interaction, &written);
    return &written;
}

/// Which callbacks answer which type of interaction.
bool may_answer(const Interaction& interaction, int callback) {
    struct Allowed {
        int type;
        std::array<int, 6> callbacks;
    };
    static constexpr std::array kAllowed = {
        Allowed{2, {4, 5, 9, 12, 0, 0}}, Allowed{3, {4, 5, 6, 7, 9, 12}},
        Allowed{4, {8, 0, 0, 0, 0, 0}}, Allowed{5, {4, 5, 12, 0, 0, 0}}};
    const auto found = std::find_if(kAllowed.begin(), kAllowed.end(), [&](const Allowed& one) {
        return one.type == interaction.type;
    });
    const bool from_component =
        interaction.type == 5 && interaction.about != 0 && (callback == 6 || callback == 7);
    return from_component || (found != kAllowed.end() && callback != 0 &&
                              std::find(found->callbacks.begin(), found->callbacks.end(),
                                        callback) != found->callbacks.end());
}

bool check_modal(RestCall& call, const Json& data) {
    static constexpr std::array kFields = {Field{"custom_id", FieldType::text, true, 1, 100},
                                           Field{"title", FieldType::text, true, 1, 45},
                                           Field{"components", FieldType::list, true, 1, 5}};
    FormErrors errors;
    check_fields(data, kFields, false, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

bool check_choices(RestCall& call, const Json& data) {
    const auto choices = data.value("choices", Json());
    const bool fits = choices.is_array() && choices.size() <= 25;
    if (!fits) {
        call.failure =
            form_error("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    return fits;
}

/// Does what the first answer asks for; false with call.failure set.
bool carry_out(RestCall& call, Interaction& interaction, int type, const Json& data) {
    if (type == 4) {
        const auto* message = write_answer(call, interaction, data);
        interaction.response = message == nullptr ? 0 : message->id;
        return message != nullptr;
    }
    auto& channel = *call.core.world.channel(interaction.channel);
    auto* about = call.core.world.message(channel, interaction.about);
    if (type == 6 || type == 7) {
        if (about == nullptr) {
            call.failure = error_reply(404, 10008, "Unknown Message");
            return false;
        }
        interaction.response = about->id;
        Draft checked;
        if (type == 7) {
            if (!read_message(call, data, true, checked)) {
                return false;
            }
            call.actions.edit(channel, *about, data);
        }
        return true;
    }
    return type == 8 ? check_choices(call, data) : type != 9 || check_modal(call, data);
}

HttpReply callback(RestCall& call) {
    auto* interaction = call.interactions.find(call.parameters[1]);
    const bool known = interaction != nullptr && interaction->id == call.id(0);
    const bool late = known && interaction->state == Interaction::State::open &&
                      call.core.clock.wall() - interaction->created > Interactions::kAnswerTime;
    if (!known || late) {
        return error_reply(404, 10062, "Unknown interaction");
    }
    if (interaction->state != Interaction::State::open) {
        return error_reply(400, 40060, "Interaction has already been acknowledged.");
    }
    const auto type = call.body.at("type").get<int>();
    const auto data = call.body.value("data", Json::object());
    if (!may_answer(*interaction, type)) {
        return form_error("type", "BASE_TYPE_CHOICES",
                          "Value is not allowed for this type of interaction.");
    }
    interaction->ephemeral = data.is_object() && (data.value("flags", 0U) & kEphemeral) != 0;
    if (!carry_out(call, *interaction, type, data.is_null() ? Json::object() : data)) {
        return call.failure;
    }
    interaction->callback = call.body;
    const bool deferred = type == 5 || type == 6;
    interaction->state = deferred ? Interaction::State::deferred : Interaction::State::answered;
    if (type != 4) {
        call.interactions.answered(*interaction, nullptr);
    }
    if (call.request.query_value("with_response") != "true") {
        return no_content();
    }
    Json out = {{"interaction",
                 {{"id", id_text(interaction->id)},
                  {"type", interaction->type},
                  {"response_message_loading", type == 5},
                  {"response_message_ephemeral", interaction->ephemeral}}},
                {"resource", {{"type", type}}}};
    if (interaction->response != 0) {
        out["interaction"]["response_message_id"] = id_text(interaction->response);
        auto& channel = *call.core.world.channel(interaction->channel);
        if (const auto* message = call.core.world.message(channel, interaction->response)) {
            out["resource"]["message"] = call.core.world.message_json(*message, interaction->bot);
        }
    }
    return json_reply(out);
}

/// The interaction whose token stands in a webhook path.
Interaction* by_webhook(RestCall& call) {
    auto* interaction = call.interactions.find(call.parameters[1]);
    if (interaction == nullptr || interaction->application != call.id(0)) {
        // Also what a token answers whose quarter of an hour has passed.
        call.failure = error_reply(401, 50027, "Invalid Webhook Token");
        return nullptr;
    }
    if (interaction->state == Interaction::State::open) {
        call.failure = error_reply(404, 10015, "Unknown Webhook");
        return nullptr;
    }
    return interaction;
}

/// The path is a webhook's as well: only an application's id makes it an interaction's.
bool is_webhook(RestCall& call) {
    return call.core.world.bot_by_application(call.id(0)) == nullptr;
}

/// Whether the original is a deferral that nobody has filled in or taken back.
bool is_thinking(const RestCall& call, const Interaction& interaction) {
    return call.parameters.size() > 2 && call.parameters[2] == "@original" &&
           interaction.state == Interaction::State::deferred && interaction.response == 0;
}

/// How a message is seen is settled by the deferral that it fills in.
void keep_visibility(RestCall& call, const Interaction& interaction) {
    if (call.body.is_object()) {
        const auto flags = call.body.value("flags", 0U);
        call.body["flags"] = interaction.ephemeral ? flags | kEphemeral : flags & ~kEphemeral;
    }
}

Json thinking_message(RestCall& call, const Interaction& interaction) {
    constexpr unsigned kLoading = 1U << 7U;
    return {{"id", id_text(interaction.id)},
            {"type", 20},
            {"channel_id", id_text(interaction.channel)},
            {"author", call.core.world.user_json(interaction.bot)},
            {"content", ""},
            {"attachments", Json::array()},
            {"embeds", Json::array()},
            {"mentions", Json::array()},
            {"mention_roles", Json::array()},
            {"mention_everyone", false},
            {"pinned", false},
            {"tts", false},
            {"edited_timestamp", nullptr},
            {"flags", interaction.ephemeral ? kLoading | kEphemeral : kLoading},
            {"webhook_id", id_text(interaction.application)},
            {"application_id", id_text(interaction.application)}};
}

HttpReply follow_up(RestCall& call) {
    if (is_webhook(call)) {
        return execute_webhook(call);
    }
    auto* interaction = by_webhook(call);
    if (interaction == nullptr) {
        return call.failure;
    }
    const bool fills =
        interaction->state == Interaction::State::deferred && interaction->response == 0;
    if (fills) {
        keep_visibility(call, *interaction);
    }
    const auto* message = write_answer(call, *interaction, call.body);
    if (message == nullptr) {
        return call.failure;
    }
    if (fills) {
        // Behind a deferred answer the first follow-up takes the answer's place.
        interaction->response = message->id;
        interaction->state = Interaction::State::answered;
    }
    return json_reply(call.core.world.message_json(*message, interaction->bot));
}

/// The message that a webhook route names: "@original" or an id.
Message* answer_of(RestCall& call, Interaction& interaction) {
    const Id id = call.parameters[2] == "@original" ? interaction.response : call.id(2);
    auto* message = call.core.world.message(*call.core.world.channel(interaction.channel), id);
    if (message == nullptr || message->author != interaction.bot) {
        call.failure = error_reply(404, 10008, "Unknown Message");
        return nullptr;
    }
    return message;
}

HttpReply get_answer(RestCall& call) {
    if (is_webhook(call)) {
        return webhook_message(call);
    }
    auto* interaction = by_webhook(call);
    if (interaction != nullptr && is_thinking(call, *interaction)) {
        return json_reply(thinking_message(call, *interaction));
    }
    auto* message = interaction == nullptr ? nullptr : answer_of(call, *interaction);
    return message == nullptr
               ? call.failure
               : json_reply(call.core.world.message_json(*message, interaction->bot));
}

HttpReply edit_answer(RestCall& call) {
    if (is_webhook(call)) {
        return webhook_message(call);
    }
    auto* interaction = by_webhook(call);
    if (interaction == nullptr) {
        return call.failure;
    }
    const bool first = call.parameters[2] == "@original" &&
                       interaction->state == Interaction::State::deferred &&
                       interaction->response == 0;
    if (first) {
        keep_visibility(call, *interaction);
        const auto* written = write_answer(call, *interaction, call.body);
        if (written == nullptr) {
            return call.failure;
        }
        interaction->response = written->id;
        interaction->state = Interaction::State::answered;
        return json_reply(call.core.world.message_json(*written, interaction->bot));
    }
    auto* message = answer_of(call, *interaction);
    Draft checked;
    if (message == nullptr || !read_message(call, call.body, true, checked)) {
        return call.failure;
    }
    call.actions.edit(*call.core.world.channel(interaction->channel), *message, call.body);
    call.interactions.answered(*interaction, message);
    return json_reply(call.core.world.message_json(*message, interaction->bot));
}

HttpReply delete_answer(RestCall& call) {
    if (is_webhook(call)) {
        return webhook_message(call);
    }
    auto* interaction = by_webhook(call);
    if (interaction != nullptr && is_thinking(call, *interaction)) {
        interaction->state = Interaction::State::answered;
        return no_content();
    }
    auto* message = interaction == nullptr ? nullptr : answer_of(call, *interaction);
    if (message == nullptr) {
        return call.failure;
    }
    call.actions.remove_message(*call.core.world.channel(interaction->channel), message->id);
    return no_content();
}

constexpr std::array kRoutes = {
    Route{"POST", "/interactions/{}/{}/callback", kCallback, callback, false},
    Route{"POST", "/webhooks/{}/{}", kFollowUp, follow_up, false},
    Route{"GET", "/webhooks/{}/{}/messages/{}", kFollowUp, get_answer, false},
    Route{"PATCH", "/webhooks/{}/{}/messages/{}", kFollowUp, edit_answer, false},
    Route{"DELETE", "/webhooks/{}/{}/messages/{}", kFollowUp, delete_answer, false},
};

}  // namespace

std::span<const Route> interaction_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
