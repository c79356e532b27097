#include "hostapi/interaction_wire.hpp"

#include "model/json_index.hpp"
#include "model/operations.hpp"
#include "model/string_scratch.hpp"
#include "model/view.hpp"

#include <optional>

namespace rookery::hostapi {

using nlohmann::json;

/// The name of the option that is being typed, however deep it lies.
std::string focused_option(model::JsonNode options) {
    model::StringScratch scratch;
    for (const auto option : options.elements()) {
        if (option["focused"].as_bool().value_or(false)) {
            return std::string(option["name"].as_string(scratch));
        }
        if (auto found = focused_option(option["options"]); !found.empty()) {
            return found;
        }
    }
    return {};
}

/// What a raw callback of that number leaves behind.
AnswerState after_callback(const json& arguments) {
    const auto callback = arguments.value("type", std::int64_t{0});
    const auto data = arguments.find("data");
    const auto flags = data != arguments.end() && data->is_object() && data->contains("flags") &&
                               (*data)["flags"].is_number_integer()
                           ? (*data)["flags"].get<std::int64_t>()
                           : std::int64_t{0};
    switch (callback) {
        case 4:
            return {Answered::message, false, false};
        case 5:
            return {Answered::thinking, (flags & kEphemeral) != 0, false};
        case 6:
        case 7:
            return {Answered::silently, false, false};
        default:
            return {Answered::closed, false, false};
    }
}

/// The platform's message in the public shape.
json shown_message(const json& message) {
    static const model::OperationInfo* const kReply = model::find_operation("interactions.reply");
    const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto index = model::JsonIndex::build(text);
    if (!message.is_object() || kReply == nullptr || kReply->result == nullptr || !index) {
        return message;
    }
    std::string out;
    model::View(index->root(), *kReply->result).write_json(out);
    return json::parse(out, nullptr, false);
}

/// The message that a first answer made; null when it made none.
json message_of(const json& answer) {
    const auto resource = answer.is_object() ? answer.find("resource") : answer.end();
    if (!answer.is_object() || resource == answer.end() || !resource->is_object()) {
        return nullptr;
    }
    const auto message = resource->find("message");
    return message == resource->end() ? json() : shown_message(*message);
}

}  // namespace rookery::hostapi
