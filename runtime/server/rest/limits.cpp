#include "server/rest/limits.hpp"

#include "server/rest/shown.hpp"

#include <algorithm>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

Response forbidden() {
    return failure(403, "FORBIDDEN_GUILD", "This key is limited to other guilds");
}

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
    return std::any_of(ends.begin(), ends.end(),
                       [&](std::string_view end) { return name.ends_with(end); });
}

/// What the arguments point at: ids under names that end so.
std::vector<std::string> ids_in(const Call& call, std::initializer_list<std::string_view> ends) {
    std::vector<std::string> out;
    for (const json* values : {&call.path, &call.arguments, &call.aside}) {
        for (const auto& [name, value] : values->items()) {
            if (!ends_with_any(name, ends)) {
                continue;
            }
            const json list = value.is_array() ? value : json::array({value});
            for (const json& one : list) {
                if (std::string id = id_text(one); !id.empty()) {
                    out.push_back(std::move(id));
                }
            }
        }
    }
    return out;
}

/// The guild of a webhook or of an invite, by what the platform says of it.
Task<std::optional<std::string>> guild_of(Call& call, std::string operation, json which) {
    const auto answer = co_await call.operation(std::move(operation), std::move(which));
    if (!answer || !answer->is_object()) {
        co_return std::nullopt;
    }
    const json guild = answer->value("guild", json::object());
    std::string own = id_text(answer->value("guild_id", json()));
    if (own.empty() && guild.is_object()) {
        own = id_text(guild.value("id", json()));
    }
    co_return own;
}

/// Every guild that the call touches, empty for what belongs to none or is not known.
Task<std::vector<std::string>> touched(Call& call) {
    std::vector<std::string> guilds = ids_in(call, {"guildId", "GuildId"});
    const auto channels = ids_in(call, {"channelId", "ChannelId", "threadId"});
    for (const std::string& channel : channels) {
        const auto guild = co_await call.guild_of_channel(channel, true);
        guilds.push_back(guild.value_or(std::string()));
        if (!call.key->sees_guild(guilds.back())) {
            co_return guilds;  // refused, whatever the others are
        }
    }
    for (const json* values : {&call.path, &call.arguments}) {
        const json webhook = values->value("webhookId", json());
        const json code = values->value("code", json());
        if (webhook.is_string()) {
            json which{{"webhookId", webhook}};
            const auto guild = co_await guild_of(call, "webhooks.get", std::move(which));
            guilds.push_back(guild.value_or(std::string()));
        }
        if (code.is_string()) {
            json which{{"code", code}};
            const auto guild = co_await guild_of(call, "invites.get", std::move(which));
            guilds.push_back(guild.value_or(std::string()));
        }
    }
    co_return guilds;
}

/// Those that see to it themselves, or where a token says who may.
bool needs_no_guild(const Call& call) {
    return call.route.flow == "guilds" || call.route.operation.starts_with("interactions.");
}

}  // namespace

Task<std::optional<Response>> find_guild(Call& call) {
    if (const std::string guild = call.id("guildId"); !guild.empty()) {
        call.guild = guild;
    } else if (const std::string channel = call.id("channelId"); !channel.empty()) {
        const auto found = co_await call.guild_of_channel(channel, false);
        call.guild = found.value_or(std::string());
    }
    if (!call.key->guilds) {
        co_return std::nullopt;
    }
    if (!call.guild.empty() && !call.key->sees_guild(call.guild)) {
        co_return forbidden();
    }
    // What is passed on as it is may point anywhere.
    const auto query = call.arguments.find("query");
    if (call.arguments.contains("extra") || (query != call.arguments.end() && query->is_object())) {
        co_return forbidden();
    }
    const auto guilds = co_await touched(call);
    const bool all_seen = std::all_of(guilds.begin(), guilds.end(), [&](const std::string& guild) {
        return !guild.empty() && call.key->sees_guild(guild);
    });
    if (!all_seen || (guilds.empty() && !needs_no_guild(call))) {
        co_return forbidden();
    }
    if (call.guild.empty() && !guilds.empty()) {
        call.guild = guilds.front();
    }
    co_return std::nullopt;
}

Task<std::optional<Response>> find_bot(Call& call, const std::vector<BotInfo>& bots,
                                       const std::string& usual) {
    const auto is_there = [&](std::string_view name) {
        return std::any_of(bots.begin(), bots.end(),
                           [&](const BotInfo& bot) { return bot.name == name; });
    };
    const auto header = call.request().headers.find("X-Bot");
    const auto named = header ? header : call.request().parameter("bot");
    if (named && !named->empty()) {
        if (!is_there(*named)) {
            co_return failure(404, "BOT_NOT_FOUND", "There is no bot named " + clipped(*named));
        }
        call.bot = *named;
        co_return std::nullopt;
    }
    if (bots.empty()) {
        co_return failure(503, "NO_BOT", "No bot is configured");
    }
    call.bot = is_there(usual) ? usual : bots.front().name;
    const std::string guild = call.id("guildId");
    const std::string channel = call.id("channelId");
    if (bots.size() == 1 || (guild.empty() && channel.empty())) {
        co_return std::nullopt;
    }
    const std::string fallback = call.bot;
    for (const BotInfo& bot : bots) {
        call.bot = bot.name;
        std::string of = guild;
        if (of.empty()) {
            const auto found = co_await call.guild_of_channel(channel, false);
            of = found.value_or(std::string());
        }
        if (of.empty()) {
            continue;
        }
        const bool has = co_await call.has_guild(bot.name, of);
        if (has) {
            co_return std::nullopt;
        }
    }
    call.bot = fallback;
    co_return std::nullopt;
}

}  // namespace rookery::server::rest
