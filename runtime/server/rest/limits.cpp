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
std::vector<std::uint64_t> ids_in(const Call& call, std::initializer_list<std::string_view> ends) {
    std::vector<std::uint64_t> out;
    for (const json* values : {&call.path, &call.arguments, &call.aside}) {
        for (const auto& [name, value] : values->items()) {
            if (!ends_with_any(name, ends)) {
                continue;
            }
            const json list = value.is_array() ? value : json::array({value});
            for (const json& one : list) {
                if (const std::uint64_t id = id_of(one); id != 0) {
                    out.push_back(id);
                }
            }
        }
    }
    return out;
}

/// The guild of a webhook or of an invite, by what the platform says of it.
Task<std::optional<std::uint64_t>> guild_of(Call& call, std::string operation, json which) {
    const auto answer = co_await call.operation(std::move(operation), std::move(which));
    if (!answer || !answer->is_object()) {
        co_return std::nullopt;
    }
    const json guild = answer->value("guild", json::object());
    const std::uint64_t own = id_of(answer->value("guild_id", json()));
    co_return own != 0 || !guild.is_object() ? own : id_of(guild.value("id", json()));
}

/// Every guild that the call touches, 0 for what belongs to none or is not known.
Task<std::vector<std::uint64_t>> touched(Call& call) {
    std::vector<std::uint64_t> guilds = ids_in(call, {"guildId", "GuildId"});
    const auto channels = ids_in(call, {"channelId", "ChannelId", "threadId"});
    for (const std::uint64_t channel : channels) {
        const auto guild = co_await call.guild_of_channel(channel, true);
        guilds.push_back(guild.value_or(0));
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
            guilds.push_back(guild.value_or(0));
        }
        if (code.is_string()) {
            json which{{"code", code}};
            const auto guild = co_await guild_of(call, "invites.get", std::move(which));
            guilds.push_back(guild.value_or(0));
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
    if (const std::uint64_t guild = call.id("guildId"); guild != 0) {
        call.guild = guild;
    } else if (const std::uint64_t channel = call.id("channelId"); channel != 0) {
        const auto found = co_await call.guild_of_channel(channel, false);
        call.guild = found.value_or(0);
    }
    if (!call.key->guilds) {
        co_return std::nullopt;
    }
    if (call.guild != 0 && !call.key->sees_guild(call.guild)) {
        co_return forbidden();
    }
    // What is passed on as it is may point anywhere.
    const auto query = call.arguments.find("query");
    if (call.arguments.contains("extra") || (query != call.arguments.end() && query->is_object())) {
        co_return forbidden();
    }
    const auto guilds = co_await touched(call);
    const bool all_seen = std::all_of(guilds.begin(), guilds.end(), [&](std::uint64_t guild) {
        return guild != 0 && call.key->sees_guild(guild);
    });
    if (!all_seen || (guilds.empty() && !needs_no_guild(call))) {
        co_return forbidden();
    }
    if (call.guild == 0 && !guilds.empty()) {
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
    const std::uint64_t guild = call.id("guildId");
    const std::uint64_t channel = call.id("channelId");
    if (bots.size() == 1 || (guild == 0 && channel == 0)) {
        co_return std::nullopt;
    }
    const std::string fallback = call.bot;
    for (const BotInfo& bot : bots) {
        call.bot = bot.name;
        std::uint64_t of = guild;
        if (of == 0) {
            const auto found = co_await call.guild_of_channel(channel, false);
            of = found.value_or(0);
        }
        if (of == 0) {
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
