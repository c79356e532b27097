#include "app/kept_answer.hpp"

#include "platform/discord/result.hpp"

#include <optional>
#include <string>

namespace rookery::app {
namespace {

using nlohmann::json;

std::string text_of(const json& arguments, const char* key) {
    const auto found = arguments.find(key);
    return found != arguments.end() && found->is_string() ? found->get<std::string>()
                                                          : std::string();
}

std::optional<std::string> kept_text(gateway::Bot& bot, const model::OperationInfo& info,
                                     const json& arguments) {
    if (info.name == "guilds.get") {
        return bot.cached("guilds", {}, text_of(arguments, "guildId"));
    }
    if (info.name == "roles.list") {
        return bot.cached_list("roles", text_of(arguments, "guildId"));
    }
    if (info.name == "channels.get") {
        const std::string channel = text_of(arguments, "channelId");
        auto found = bot.cached("channels", {}, channel);
        return found ? found : bot.cached("threads", {}, channel);
    }
    return std::nullopt;
}

}  // namespace

Result<json> kept_answer(gateway::Bot& bot, const model::OperationInfo& info,
                         const json& arguments) {
    auto text = bot.status().platform == "discord" ? kept_text(bot, info, arguments) : std::nullopt;
    if (!text) {
        return Error(ErrorKind::not_found, std::string(info.name) + ": nothing of it is kept");
    }
    return discord::read_result(info, arguments, *text);
}

}  // namespace rookery::app
