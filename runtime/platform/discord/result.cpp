#include "platform/discord/result.hpp"

#include "model/answer.hpp"

#include <array>
#include <string>
#include <utility>

namespace rookery::discord {
namespace {

using nlohmann::json;

/// Mappings look for these at the payload's root, where events have them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kIds = {{
    {"guildId", "guild_id"},
    {"channelId", "channel_id"},
    {"messageId", "message_id"},
    {"userId", "user_id"},
}};

std::string ids_of(const json& arguments) {
    std::string out;
    for (const auto& [name, key] : kIds) {
        const auto given = arguments.find(name);
        if (given != arguments.end() && given->is_string()) {
            out += '"' + std::string(key) + "\":" + given->dump() + ',';
        }
    }
    return out;
}

}  // namespace

Result<json> read_result(const model::OperationInfo& operation, const json& arguments,
                         std::string_view body) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return json();
    }
    const auto shown =
        model::show_answer(operation.result, operation.list, ids_of(arguments), body);
    if (!shown) {
        return Error(ErrorKind::protocol, "the answer is not JSON");
    }
    auto out = json::parse(*shown, nullptr, false);
    if (out.is_discarded()) {
        return Error(ErrorKind::protocol, "the answer is not JSON");
    }
    return out;
}

}  // namespace rookery::discord
