#include "server/rest/call.hpp"

#include "model/generated/shapes.hpp"
#include "model/json_index.hpp"
#include "server/rest/awaiting.hpp"
#include "server/rest/shown.hpp"

#include <algorithm>

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

std::optional<std::string> ChannelGuilds::find(const std::string& channel) const {
    const auto found = guilds_.find(channel);
    return found == guilds_.end() ? std::nullopt : std::optional(found->second);
}

void ChannelGuilds::add(const std::string& channel, std::string guild) {
    if (guilds_.size() >= kMost) {
        guilds_.clear();
    }
    guilds_.insert_or_assign(channel, std::move(guild));
}

std::string Call::id(std::string_view parameter) const {
    const auto found = path.find(parameter);
    return found == path.end() ? std::string() : id_text(*found);
}

Task<Result<json>> Call::operation(std::string name, json arguments_of_it) {
    hostapi::OperationCall call;
    call.operation = std::move(name);
    call.arguments = std::move(arguments_of_it);
    call.bot = bot;
    call.extension = "http/" + key->id;
    Awaiting<Result<json>> answer(*this, [this, &call](Awaiting<Result<json>>::Done done) {
        runtime_.call(std::move(call), std::move(done));
    });
    co_return co_await answer;
}

namespace {

using Text = std::optional<std::string>;

/// Of another guild than it was asked for under: ids are unique, so a cache finds it all the same.
/// By the text itself, as mappings take the guild from the request where the platform leaves it
/// out.
bool foreign(const std::string& text, std::string_view guild) {
    const auto index = model::JsonIndex::build(text);
    const auto own = index ? index->root()["guild_id"] : model::JsonNode();
    return !guild.empty() && own.is_string() && own.raw_string() != guild;
}

}  // namespace

bool Call::keeps_discord_form() const {
    const auto bots = runtime_.bots();
    return std::any_of(bots.begin(), bots.end(), [&](const BotInfo& one) {
        return one.name == bot && one.platform == "discord";
    });
}

Task<std::optional<json>> Call::cached(std::string kind, std::string owner, std::string id,
                                       const model::Mapping* mapping) {
    if (!keeps_discord_form()) {
        co_return std::nullopt;
    }
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached(bot, kind, owner, id, std::move(done));
    });
    const Text text = co_await found;
    if (!text || foreign(*text, kind == "guilds" ? std::string_view() : guild)) {
        co_return std::nullopt;
    }
    const std::string channel = kind == "messages" ? owner : std::string();
    co_return shown(*mapping, false, guild, channel, *text);
}

Task<std::optional<json>> Call::cached_list(std::string kind, std::string owner,
                                            const model::Mapping* mapping) {
    if (!keeps_discord_form()) {
        co_return std::nullopt;
    }
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached_list(bot, kind, owner, std::move(done));
    });
    const Text text = co_await found;
    if (!text) {
        co_return std::nullopt;
    }
    co_return shown(*mapping, true, guild, {}, *text);
}

Task<bool> Call::has_guild(std::string bot_name, std::string guild_id) {
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached(bot_name, "guilds", {}, guild_id, std::move(done));
    });
    const Text text = co_await found;
    co_return text.has_value();
}

Task<std::optional<std::string>> Call::guild_of_channel(std::string channel, bool ask) {
    if (const auto known = channels_.find(channel)) {
        co_return known;
    }
    // What the cache says, not what the request claims.
    std::string claimed = std::exchange(guild, {});
    std::optional<json> entity = co_await cached("channels", {}, channel, &mappings::kChannel);
    if (!entity) {
        entity = co_await cached("threads", {}, channel, &mappings::kChannel);
    }
    guild = std::move(claimed);
    if (entity) {
        const std::string found = id_text(entity->value("guildId", json()));
        channels_.add(channel, found);
        co_return found;
    }
    if (!ask) {
        co_return std::nullopt;
    }
    json which{{"channelId", channel}};
    const auto answer = co_await operation("channels.get", std::move(which));
    if (!answer) {
        co_return std::nullopt;
    }
    const std::string found = id_text(answer->value("guildId", json()));
    channels_.add(channel, found);
    co_return found;
}

Task<bool> Call::complete_members(json& members) {
    const auto roles = co_await cached_list("roles", guild, &mappings::kRole);
    if (!roles) {
        co_return false;
    }
    const auto known = co_await cached("guilds", {}, guild, &mappings::kGuild);
    const std::string owner = known ? id_text(known->value("ownerId", json())) : std::string();
    for (json& member : members) {
        if (member.value("permissions", json::array()).empty()) {
            member["permissions"] = permission_names(member, *roles, guild, owner);
        }
    }
    co_return true;
}

Task<bool> Call::complete(json& data, const model::Mapping* mapping, bool list) {
    if (mapping == nullptr || guild.empty() || data.is_null()) {
        co_return false;
    }
    const std::string_view shape = mapping->shape->name;
    json items = list ? std::move(data) : json::array({std::move(data)});
    if (shape == "Member") {
        co_await complete_members(items);
    } else if (shape == "Channel" || shape == "Role") {
        const bool channels = shape == "Channel";
        const auto all = co_await cached_list(channels ? "channels" : "roles", guild,
                                              channels ? &mappings::kChannel : &mappings::kRole);
        if (all && channels) {
            rank_channels(items, *all);
        } else if (all) {
            rank_roles(items, *all);
        }
    }
    for (json& item : items) {
        const auto own = item.find("guildId");
        if (own != item.end() && own->is_null()) {
            *own = guild;
        }
    }
    data = list ? std::move(items) : std::move(items.front());
    co_return true;
}

}  // namespace rookery::server::rest
