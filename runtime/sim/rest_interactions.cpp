#include "sim/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim {
namespace {

constexpr BucketRule kCallback{"interaction-callback", 5, Millis{5'000}};
constexpr BucketRule kFollowUp{"interaction-follow-up", 5, Millis{2'000}};
constexpr BucketRule kCommands{"commands", 30, Millis{10'000}};
constexpr unsigned kEphemeral = 1U << 6U;

/// Writes an interaction's answer; null with call.failure when the body is refused.
const Message* write_answer(RestCall& call, Interaction& interaction, const Json& body) {
    Draft draft;
    draft.channel = interaction.channel;
    draft.author = interaction.bot;
    draft.mention_replied = false;
    if (!read_message(call, body, false, draft)) {
        return nullptr;
    }
    draft.extra["webhook_id"] = id_text(interaction.application);
    draft.extra["application_id"] = id_text(interaction.application);
    draft.type = 20;
    return &call.actions.post(std::move(draft));
}

HttpReply callback(RestCall& call) {
    auto* interaction = call.interactions.find(call.parameters[1]);
    const bool known = interaction != nullptr && interaction->id == call.id(0);
    const bool late = known && interaction->state == Interaction::State::open &&
                      call.core.clock.now() - interaction->created > Interactions::kAnswerTime;
    if (!known || late) {
        return error_reply(404, 10062, "Unknown interaction");
    }
    if (interaction->state != Interaction::State::open) {
        return error_reply(400, 40060, "Interaction has already been acknowledged.");
    }
    const auto type = call.body.at("type").get<int>();
    const auto data = call.body.value("data", Json::object());
    static constexpr std::array kTypes = {4, 5, 6, 7, 8, 9, 12};
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
        return form_error("type", "BASE_TYPE_CHOICES",
                          "Value must be one of {4, 5, 6, 7, 8, 9, 12}.");
    }
    interaction->ephemeral = (data.value("flags", 0U) & kEphemeral) != 0;
    if (type == 4) {
        const auto* message = write_answer(call, *interaction, data);
        if (message == nullptr) {
            return call.failure;
        }
        interaction->response = message->id;
    }
    interaction->callback = call.body;
    interaction->state =
        type == 5 || type == 6 ? Interaction::State::deferred : Interaction::State::answered;
    if (call.request.query_value("with_response") != "true") {
        return no_content();
    }
    return json_reply({{"interaction",
                        {{"id", id_text(interaction->id)},
                         {"type", 2},
                         {"response_message_id", id_text(interaction->response)}}}});
}

/// The interaction whose token stands in a webhook path.
Interaction* by_webhook(RestCall& call) {
    auto* interaction = call.interactions.find(call.parameters[1]);
    if (interaction == nullptr || interaction->application != call.id(0)) {
        call.failure = error_reply(401, 50027, "Invalid Webhook Token");
        return nullptr;
    }
    if (interaction->state == Interaction::State::open) {
        call.failure = error_reply(404, 10015, "Unknown Webhook");
        return nullptr;
    }
    return interaction;
}

HttpReply follow_up(RestCall& call) {
    auto* interaction = by_webhook(call);
    const auto* message =
        interaction == nullptr ? nullptr : write_answer(call, *interaction, call.body);
    return message == nullptr
               ? call.failure
               : json_reply(call.core.world.message_json(*message, interaction->bot));
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
    auto* interaction = by_webhook(call);
    auto* message = interaction == nullptr ? nullptr : answer_of(call, *interaction);
    return message == nullptr
               ? call.failure
               : json_reply(call.core.world.message_json(*message, interaction->bot));
}

HttpReply edit_answer(RestCall& call) {
    auto* interaction = by_webhook(call);
    if (interaction == nullptr) {
        return call.failure;
    }
    const bool first = call.parameters[2] == "@original" &&
                       interaction->state == Interaction::State::deferred &&
                       interaction->response == 0;
    if (first) {
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
    return json_reply(call.core.world.message_json(*message, interaction->bot));
}

HttpReply delete_answer(RestCall& call) {
    auto* interaction = by_webhook(call);
    auto* message = interaction == nullptr ? nullptr : answer_of(call, *interaction);
    if (message == nullptr) {
        return call.failure;
    }
    call.actions.remove_message(*call.core.world.channel(interaction->channel), message->id);
    return no_content();
}

/// The commands of one scope: an application's global ones, or those in a guild.
Json& scope_of(RestCall& call) {
    auto& scope = call.state.commands[call.parameters.size() > 1 ? call.id(1) : call.id(0)];
    if (!scope.is_array()) {
        scope = Json::array();
    }
    return scope;
}

bool foreign_application(RestCall& call) {
    const bool foreign = call.bot->application != call.id(0);
    if (foreign) {
        call.failure = error_reply(
            403, 20012, "You are not authorized to perform this action on this application");
    }
    return foreign;
}

HttpReply list_commands(RestCall& call) {
    return foreign_application(call) ? call.failure : json_reply(scope_of(call));
}

HttpReply replace_commands(RestCall& call) {
    if (foreign_application(call)) {
        return call.failure;
    }
    if (!call.body.is_array() || call.body.size() > 130) {
        return form_error("", "BASE_TYPE_BAD", "Expected a list of commands.");
    }
    auto& scope = scope_of(call);
    Json next = Json::array();
    for (std::size_t i = 0; i < call.body.size(); ++i) {
        auto command = call.body[i];
        const auto name = command.value("name", std::string());
        if (name.empty() || name.size() > 32) {
            return form_error(std::to_string(i) + ".name", "BASE_TYPE_BAD_LENGTH",
                              "Must be between 1 and 32 in length.");
        }
        const auto type = command.value("type", 1);
        const auto same = std::find_if(scope.begin(), scope.end(), [&](const Json& old) {
            return old["name"] == name && old["type"] == type;
        });
        command["type"] = type;
        command["id"] =
            same == scope.end() ? Json(id_text(call.core.world.next_id())) : (*same)["id"];
        command["application_id"] = call.parameters[0];
        command["version"] = id_text(call.core.world.next_id());
        if (call.parameters.size() > 1) {
            command["guild_id"] = call.parameters[1];
        }
        next.push_back(std::move(command));
    }
    scope = std::move(next);
    return json_reply(scope);
}

constexpr std::array kRoutes = {
    Route{"POST", "/interactions/{}/{}/callback", kCallback, callback, false},
    Route{"POST", "/webhooks/{}/{}", kFollowUp, follow_up, false},
    Route{"GET", "/webhooks/{}/{}/messages/{}", kFollowUp, get_answer, false},
    Route{"PATCH", "/webhooks/{}/{}/messages/{}", kFollowUp, edit_answer, false},
    Route{"DELETE", "/webhooks/{}/{}/messages/{}", kFollowUp, delete_answer, false},
    Route{"GET", "/applications/{}/commands", kCommands, list_commands},
    Route{"PUT", "/applications/{}/commands", kCommands, replace_commands},
    Route{"GET", "/applications/{}/guilds/{}/commands", kCommands, list_commands},
    Route{"PUT", "/applications/{}/guilds/{}/commands", kCommands, replace_commands},
};

}  // namespace

std::span<const Route> interaction_routes() { return kRoutes; }

}  // namespace rookery::sim
