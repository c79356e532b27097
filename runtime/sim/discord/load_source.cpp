#include "sim/discord/load_source.hpp"

namespace rookery::sim::discord {

unsigned LoadSource::prepare(unsigned guilds, unsigned channels_per_guild) {
    auto& world = core_.world;
    while (world.guilds().size() < guilds) {
        actions_.guild_appeared(world.add_guild("Load " + std::to_string(world.guilds().size())));
    }
    places_.clear();
    unsigned used = 0;
    for (auto& [id, guild] : world.guilds()) {
        if (used++ == guilds) {
            break;
        }
        for (unsigned i = 1; i <= channels_per_guild; ++i) {
            places_.push_back(place(guild, "load-" + std::to_string(i)));
        }
    }
    return static_cast<unsigned>(places_.size());
}

LoadSource::Place LoadSource::place(Guild& guild, const std::string& name) {
    auto& world = core_.world;
    auto* channel = world.channel_named(name, guild.id);
    if (channel == nullptr || channel->guild != guild.id) {
        channel = &world.add_channel(guild, name, ChannelType::text);
        actions_.channel_event("CHANNEL_CREATE", *channel);
    }
    Place place{channel->id, guild.id, {}};
    for (const auto& [user, member] : guild.members) {
        if (world.user(user)->bot) {
            continue;
        }
        Message message;
        message.channel = channel->id;
        message.author = user;
        auto json = actions_.event_json(*channel, message);
        json.erase("id");
        json.erase("content");
        json.erase("timestamp");
        place.writers.push_back({user, "," + json.dump().substr(1)});
    }
    return place;
}

void LoadSource::send(unsigned index, const std::string& text, const std::string& quoted) {
    const auto& place = places_.at(index);
    const auto& writer = place.writers[core_.below(place.writers.size())];
    Message message;
    message.id = core_.world.next_id();
    message.channel = place.channel;
    message.author = writer.user;
    message.content = text;
    const auto head = R"({"id":")" + id_text(message.id) + R"(","timestamp":")" +
                      core_.world.now_text() + R"(","content":")";
    auto full = std::make_shared<const std::string>(head + quoted + '"' + writer.rest);
    // Without an embed or attachment in it only the content has to be taken out.
    auto hidden = std::make_shared<const std::string>(head + '"' + writer.rest);
    actions_.post_rendered(std::move(message), place.guild, std::move(full), std::move(hidden));
}

}  // namespace rookery::sim::discord
