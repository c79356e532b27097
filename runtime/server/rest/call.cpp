#include "server/rest/call.hpp"

#include "model/generated/shapes.hpp"
#include "model/json_index.hpp"
#include "server/rest/awaiting.hpp"
#include "server/rest/shown.hpp"

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

std::optional<std::uint64_t> ChannelGuilds::find(std::uint64_t channel) const {
    const auto found = guilds_.find(channel);
    return found == guilds_.end() ? std::nullopt : std::optional(found->second);
}

void ChannelGuilds::add(std::uint64_t channel, std::uint64_t guild) {
    if (guilds_.size() >= kMost) {
        guilds_.clear();
    }
    guilds_.insert_or_assign(channel, guild);
}

std::uint64_t Call::id(std::string_view parameter) const {
    const auto found = path.find(parameter);
    return found == path.end() ? 0 : id_of(*found);
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
bool foreign(const std::string& text, std::uint64_t guild) {
    const auto index = model::JsonIndex::build(text);
    const auto own = index ? index->root()["guild_id"].as_id() : std::nullopt;
    return guild != 0 && own.value_or(guild) != guild;
}

}  // namespace

Task<std::optional<json>> Call::cached(std::string kind, std::uint64_t owner, std::uint64_t id,
                                       const model::Mapping* mapping) {
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached(bot, kind, owner, id, std::move(done));
    });
    const Text text = co_await found;
    if (!text || foreign(*text, kind == "guilds" ? 0 : guild)) {
        co_return std::nullopt;
    }
    const std::uint64_t channel = kind == "messages" ? owner : 0;
    co_return shown(*mapping, false, guild, channel, *text);
}

Task<std::optional<json>> Call::cached_list(std::string kind, std::uint64_t owner,
                                            const model::Mapping* mapping) {
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached_list(bot, kind, owner, std::move(done));
    });
    const Text text = co_await found;
    if (!text) {
        co_return std::nullopt;
    }
    co_return shown(*mapping, true, guild, 0, *text);
}

Task<bool> Call::has_guild(std::string bot_name, std::uint64_t guild_id) {
    Awaiting<Text> found(*this, [&](Awaiting<Text>::Done done) {
        runtime_.cached(bot_name, "guilds", 0, guild_id, std::move(done));
    });
    const Text text = co_await found;
    co_return text.has_value();
}

Task<std::optional<std::uint64_t>> Call::guild_of_channel(std::uint64_t channel, bool ask) {
    if (const auto known = channels_.find(channel)) {
        co_return known;
    }
    // What the cache says, not what the request claims.
    const std::uint64_t claimed = std::exchange(guild, 0);
    std::optional<json> entity = co_await cached("channels", 0, channel, &mappings::kChannel);
    if (!entity) {
        entity = co_await cached("threads", 0, channel, &mappings::kChannel);
    }
    guild = claimed;
    if (entity) {
        const std::uint64_t found = id_of(entity->value("guildId", json()));
        channels_.add(channel, found);
        co_return found;
    }
    if (!ask) {
        co_return std::nullopt;
    }
    json which{{"channelId", std::to_string(channel)}};
    const auto answer = co_await operation("channels.get", std::move(which));
    if (!answer) {
        co_return std::nullopt;
    }
    const std::uint64_t found = id_of(answer->value("guildId", json()));
    channels_.add(channel, found);
    co_return found;
}

Task<bool> Call::complete_members(json& members) {
    const auto roles = co_await cached_list("roles", guild, &mappings::kRole);
    if (!roles) {
        co_return false;
    }
    const auto known = co_await cached("guilds", 0, guild, &mappings::kGuild);
    const std::uint64_t owner = known ? id_of(known->value("ownerId", json())) : 0;
    for (json& member : members) {
        if (member.value("permissions", json::array()).empty()) {
            member["permissions"] = permission_names(member, *roles, guild, owner);
        }
    }
    co_return true;
}

Task<bool> Call::complete(json& data, const model::Mapping* mapping, bool list) {
    if (mapping == nullptr || guild == 0 || data.is_null()) {
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
            *own = std::to_string(guild);
        }
    }
    data = list ? std::move(items) : std::move(items.front());
    co_return true;
}

}  // namespace rookery::server::rest
