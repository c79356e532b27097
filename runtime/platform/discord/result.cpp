#include "platform/discord/result.hpp"

#include "model/json_index.hpp"
#include "model/view.hpp"

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

std::string wrapped(const json& arguments, std::string_view body) {
    std::string out = "{";
    for (const auto& [name, key] : kIds) {
        const auto given = arguments.find(name);
        if (given != arguments.end() && given->is_string()) {
            out += '"' + std::string(key) + "\":" + given->dump() + ',';
        }
    }
    out += "\"result\":";
    out += body;
    return out + '}';
}

}  // namespace

Result<json> read_result(const model::OperationInfo& operation, const json& arguments,
                         std::string_view body) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return json();
    }
    // The index bounds the depth, which the parser does not.
    const std::string text = wrapped(arguments, body);
    const auto index = model::JsonIndex::build(text);
    if (!index) {
        return Error(ErrorKind::protocol, "the answer is not JSON");
    }
    const auto node = index->root()["result"];
    std::string shown;
    const auto write = [&](model::JsonNode one) {
        model::View(one, *operation.result).write_json(shown);
    };
    if (operation.result == nullptr || node.is_null()) {
        shown = node.raw();
    } else if (operation.list) {
        shown = "[";
        for (const auto one : node.elements()) {
            shown += shown.size() > 1 ? "," : "";
            write(one);
        }
        shown += ']';
    } else {
        write(node);
    }
    auto out = json::parse(shown, nullptr, false);
    if (out.is_discarded()) {
        return Error(ErrorKind::protocol, "the answer is not JSON");
    }
    return out;
}

}  // namespace rookery::discord
