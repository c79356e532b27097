#include "config/config.hpp"

#include <algorithm>

namespace rookery::config {
namespace {

template <class Sections>
Changes changes(const Sections& before, const Sections& after) {
    const auto find = [](const Sections& sections, const std::string& name) {
        return std::find_if(sections.begin(), sections.end(),
                            [&](const auto& s) { return s.name == name; });
    };
    Changes result;
    for (const auto& old : before) {
        const auto now = find(after, old.name);
        if (now == after.end()) {
            result.gone.push_back(old.name);
        } else if (!(*now == old)) {
            result.changed.push_back(old.name);
        }
    }
    for (const auto& now : after) {
        if (find(before, now.name) == before.end()) {
            result.added.push_back(now.name);
        }
    }
    return result;
}

/// Notes the key when one field differs.
template <class Section, class... Fields>
void note(std::vector<std::string>& keys, const Section& before, const Section& after,
          std::pair<const char*, Fields Section::*>... fields) {
    (..., (before.*fields.second == after.*fields.second ? void()
                                                         : void(keys.emplace_back(fields.first))));
}

/// Those take effect while the bot stays connected.
void note_bot_commands(std::vector<std::string>& keys, const std::vector<BotSection>& before,
                       const std::vector<BotSection>& after) {
    for (const BotSection& now : after) {
        for (const BotSection& old : before) {
            if (old.name == now.name) {
                note(keys, old.commands, now.commands,
                     std::pair("bot.prefix", &BotCommands::prefixes),
                     std::pair("bot.owners", &BotCommands::owners));
            }
        }
    }
}

}  // namespace

Diff diff(const Config& before, const Config& after) {
    using Runtime = RuntimeSection;
    using Server = ServerSection;
    using Simulator = SimulatorSection;
    using std::pair;
    Diff result;
    result.bots = changes(before.bots, after.bots);
    result.plugins = changes(before.plugins.sections, after.plugins.sections);
    result.scripts = changes(before.scripts.sections, after.scripts.sections);
    note(result.live, before.runtime, after.runtime, pair("runtime.log_level", &Runtime::log_level),
         pair("runtime.drain_timeout", &Runtime::drain_timeout),
         pair("runtime.reload_timeout", &Runtime::reload_timeout),
         pair("runtime.intercept_timeout", &Runtime::intercept_timeout));
    using Commands = CommandsSection;
    note(result.live, before.commands, after.commands, pair("commands.prefix", &Commands::prefixes),
         pair("commands.mention_prefix", &Commands::mention_prefix),
         pair("commands.help", &Commands::help), pair("commands.language", &Commands::language));
    note_bot_commands(result.live, before.bots, after.bots);
    note(result.live, before.plugins, after.plugins, pair("plugins.dir", &ExtensionsSection::dir),
         pair("plugins.enabled", &ExtensionsSection::enabled),
         pair("plugins.grant", &ExtensionsSection::grant),
         pair("plugins.deny", &ExtensionsSection::deny));
    note(result.live, before.scripts, after.scripts, pair("scripts.dir", &ExtensionsSection::dir),
         pair("scripts.enabled", &ExtensionsSection::enabled),
         pair("scripts.grant", &ExtensionsSection::grant),
         pair("scripts.deny", &ExtensionsSection::deny));
    note(result.restart, before.runtime, after.runtime, pair("runtime.state", &Runtime::state),
         pair("runtime.identify_share", &Runtime::identify_share));
    note(result.live, before.server, after.server, pair("server.key", &Server::keys),
         pair("server.tls_certificate", &Server::tls_certificate),
         pair("server.tls_key", &Server::tls_key), pair("server.cors", &Server::cors),
         pair("server.trusted_proxies", &Server::trusted_proxies),
         pair("server.access_log", &Server::access_log), pair("server.bot", &Server::bot),
         pair("server.rate_limit", &Server::rate_limit),
         pair("server.address_rate_limit", &Server::address_rate_limit),
         pair("server.event_rate_limit", &Server::event_rate_limit),
         pair("server.body_limit", &Server::body_limit));
    if (std::pair(before.server.address, before.server.port) !=
        std::pair(after.server.address, after.server.port)) {
        result.restart.emplace_back("server.listen");
    }
    note(result.restart, before.server, after.server, pair("server.enabled", &Server::enabled),
         pair("server.compat", &Server::holobridge),
         pair("server.most_connections", &Server::most_connections),
         pair("server.events", &Server::events), pair("server.namespaces", &Server::namespaces),
         pair("server.replay", &Server::replay), pair("server.replay_age", &Server::replay_age),
         pair("server.socketio", &Server::socketio));
    note(result.restart, before.simulator, after.simulator,
         pair("simulator.enabled", &Simulator::enabled),
         pair("simulator.gateway_port", &Simulator::gateway_port),
         pair("simulator.api_port", &Simulator::api_port),
         pair("simulator.control_port", &Simulator::control_port),
         pair("simulator.guilds", &Simulator::guilds),
         pair("simulator.members", &Simulator::members),
         pair("simulator.shards", &Simulator::shards),
         pair("simulator.max_concurrency", &Simulator::max_concurrency),
         pair("simulator.chatter", &Simulator::chatter),
         pair("simulator.chatter_rate", &Simulator::chatter_rate),
         pair("simulator.heartbeat_interval", &Simulator::heartbeat_interval),
         pair("simulator.session_ttl", &Simulator::session_ttl),
         pair("simulator.replay_events", &Simulator::replay_events),
         pair("simulator.rate_limits", &Simulator::rate_limits),
         pair("simulator.tls", &Simulator::tls), pair("simulator.seed", &Simulator::seed));
    return result;
}

}  // namespace rookery::config
