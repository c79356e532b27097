#include "app/bots.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"
#include "cache/kind.hpp"
#include "model/bots.hpp"
#include "platform/discord/discord_bot.hpp"
#include "platform/guilded/guilded_bot.hpp"
#include "platform/holobridge/holobridge_bot.hpp"
#include "platform/revolt/revolt_bot.hpp"
#include "platform/whatsapp/whatsapp_bot.hpp"

#include <array>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace rookery::app {
namespace {

struct Maker {
    std::string_view platform;
    gateway::MakeBot make;
};

/// The platforms whose bots are made from a BotSetup; Discord's needs more.
constexpr std::array kMakers = {
    Maker{"guilded", guilded::make_guilded_bot},
    Maker{"revolt", revolt::make_revolt_bot},
    Maker{"whatsapp", whatsapp::make_whatsapp_bot},
    Maker{"holobridge", holobridge::make_holobridge_bot},
};

gateway::MakeBot maker_of(std::string_view platform) {
    for (const Maker& maker : kMakers) {
        if (maker.platform == platform) {
            return maker.make;
        }
    }
    return nullptr;
}

discord::DiscordBotOptions::Intents intents_mode(config::IntentChoice::Mode mode) {
    using Intents = discord::DiscordBotOptions::Intents;
    switch (mode) {
        case config::IntentChoice::Mode::automatic:
            return Intents::automatic;
        case config::IntentChoice::Mode::all:
            return Intents::all;
        case config::IntentChoice::Mode::listed:
            return Intents::listed;
    }
    return Intents::automatic;
}

discord::CacheOptions cache_options(const config::CacheSection& section) {
    using Keep = discord::CacheOptions::Keep;
    using Members = config::CacheSection::Members;
    discord::CacheOptions options;
    options.limits = {section.budget, section.messages_per_channel, section.bytes_per_channel};
    options.noop_updates = section.noop_updates;
    for (const auto& [name, kept] : section.kinds) {
        const auto kind = cache::find_kind(name);
        RK_ASSERT(kind.has_value());
        options.kinds[cache::index_of(*kind)] = kept ? Keep::always : Keep::never;
    }
    options.members =
        section.members == Members::seen ? discord::MemberPolicy::seen : discord::MemberPolicy::all;
    options.kinds[cache::index_of(cache::Kind::member)] =
        section.members == Members::automatic ? Keep::automatic
        : section.members == Members::none    ? Keep::never
                                              : Keep::always;
    return options;
}

/// As the gateway wants it: all of its keys, and the text of a custom status in a place of its own.
std::string presence_text(const config::PresenceChoice& chosen) {
    constexpr std::uint32_t kStreaming = 1;
    constexpr std::uint32_t kCustom = 4;
    nlohmann::json activities = nlohmann::json::array();
    if (!chosen.activity.empty()) {
        nlohmann::json activity{{"type", chosen.kind}, {"name", chosen.activity}};
        if (chosen.kind == kCustom) {
            activity["name"] = "Custom Status";
            activity["state"] = chosen.activity;
        } else if (chosen.kind == kStreaming && !chosen.url.empty()) {
            activity["url"] = chosen.url;
        }
        activities.push_back(std::move(activity));
    }
    const nlohmann::json presence{{"since", nullptr},
                                  {"activities", std::move(activities)},
                                  {"status", chosen.status},
                                  {"afk", false}};
    return presence.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

protocol::discord::Compression compression(config::Compression chosen) {
    using Compression = protocol::discord::Compression;
    switch (chosen) {
        case config::Compression::zstd:
            return Compression::zstd;
        case config::Compression::zlib:
            return Compression::zlib;
        case config::Compression::none:
            return Compression::none;
    }
    return Compression::none;
}

/// Where the API of a bot counts its requests: bots of one place share a standing.
std::string place_of(const config::BotSection& section) {
    if (section.simulated) {
        return "simulator";
    }
    return section.api_url.empty() ? section.flavour : section.api_url;
}

}  // namespace

std::string simulated_token(const std::string& bot) { return "sim.token.rookery-" + bot; }

void show_to_people(const std::string& bot, std::string_view text) {
    if (::isatty(STDOUT_FILENO) == 1) {
        const std::string whole = "\n" + bot + ":\n" + log::redacted(text) + "\n";
        std::fwrite(whole.data(), 1, whole.size(), stdout);
        std::fflush(stdout);
        return;
    }
    log::get("bot")->info("{} has something to show:\n{}", bot, text);
}

gateway::BotSetup bot_setup(const config::BotSection& section, const sim::Addresses* addresses) {
    gateway::BotSetup setup;
    setup.name = section.name;
    setup.platform = section.platform;
    setup.token = section.token;
    setup.flavour = section.flavour;
    setup.api_url = section.api_url;
    setup.gateway_url = section.gateway_url;
    setup.cdn_url = section.cdn_url;
    setup.session = section.session;
    setup.client_id = section.client_id;
    setup.format = section.format;
    setup.guilds = section.guilds;
    setup.gap_messages = section.gap_messages;
    setup.upload_dir = section.upload_dir;
    setup.upload_limit = section.upload_limit;
    setup.rest_limit = section.rest_limit;
    setup.dispatch_timeout = section.dispatch_timeout;
    setup.show = [name = section.name](std::string_view text) { show_to_people(name, text); };
    if (addresses != nullptr) {
        setup.token = Secret(simulated_token(section.name));
        setup.api_url = addresses->api_url;
        setup.gateway_url = addresses->gateway_url;
        setup.ca_file = addresses->ca_file;
        const auto more = [addresses](const char* key, std::string& place) {
            if (const auto found = addresses->more.find(key); found != addresses->more.end()) {
                place = found->second;
            }
        };
        more("files_url", setup.cdn_url);
        if (setup.flavour == "user") {
            more("user_api_url", setup.api_url);
            more("user_gateway_url", setup.gateway_url);
            more("user_session", setup.client_id);
        }
    }
    return setup;
}

Result<BotFactory::BotPtr> BotFactory::make(const config::BotSection& section,
                                            const config::RuntimeSection& runtime,
                                            const store::StateDir& state,
                                            const sim::Simulator* simulator) {
    const sim::Addresses* addresses = nullptr;
    if (section.simulated) {
        addresses = simulator == nullptr ? nullptr : simulator->addresses(section.platform);
        if (addresses == nullptr) {
            return Error(ErrorKind::invalid,
                         "it has no token, and no simulator of its platform was running at the "
                         "start");
        }
    }
    if (section.platform == "discord") {
        return make_discord(section, runtime, state, addresses);
    }
    const gateway::MakeBot maker = maker_of(section.platform);
    if (maker == nullptr) {
        return Error(ErrorKind::unsupported,
                     "this build cannot connect to platform \"" + section.platform + "\"");
    }
    const auto info = model::intern_bot(section.name, section.platform);
    if (!info) {
        return info.error();
    }
    return maker(executor_, **info, bot_setup(section, addresses), bus_, state);
}

Result<BotFactory::BotPtr> BotFactory::make_discord(const config::BotSection& section,
                                                    const config::RuntimeSection& runtime,
                                                    const store::StateDir& state,
                                                    const sim::Addresses* addresses) {
    discord::DiscordBotOptions options;
    options.name = section.name;
    options.token = section.token;
    options.flavour = section.flavour;
    options.api_url = section.api_url;
    options.cache = cache_options(section.cache);
    options.cache.cdn_url = section.cdn_url;
    options.gateway_url = section.gateway_url;
    options.intents = intents_mode(section.intents.mode);
    options.intent_names = section.intents.names;
    options.compression = compression(section.compression);
    if (section.shard) {
        options.shard = {section.shard->index, section.shard->count};
    }
    options.shards = section.shards.count;
    options.dispatch_timeout = section.dispatch_timeout;
    if (section.presence) {
        options.presence = presence_text(*section.presence);
    }
    options.identify_share = runtime.identify_share;
    options.uploads = {section.upload_dir, section.upload_limit};
    options.rest_limit = section.rest_limit;
    auto& standing = standings_[place_of(section)];
    if (standing == nullptr) {
        standing = std::make_shared<rest::Standing>();
    }
    options.standing = standing;
    if (addresses != nullptr) {
        options.token = Secret(simulated_token(section.name));
        options.api_url = addresses->api_url;
        options.gateway_url = addresses->gateway_url;
        options.resume_url = addresses->resume_url;
        options.ca_file = addresses->ca_file;
    }
    return discord::make_discord_bot(executor_, std::move(options), bus_, state, gates_);
}

}  // namespace rookery::app
