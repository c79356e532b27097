#include "hostapi/guild_language.hpp"

#include "base/language_tag.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::string_view kEnglish = "en-US";

/// Discord gives every guild American English, and lets those that are communities choose.
std::string chosen_by_guild(const json& guild) {
    const auto locale = guild.is_object() ? guild.find("preferredLocale") : guild.end();
    if (!guild.is_object() || locale == guild.end() || !locale->is_string()) {
        return {};
    }
    const auto tag = language_tag(locale->get_ref<const std::string&>());
    const auto features = guild.find("features");
    const bool chosen = tag != kEnglish || (features != guild.end() && features->is_array() &&
                                            std::find(features->begin(), features->end(),
                                                      "COMMUNITY") != features->end());
    return chosen ? tag.value_or(std::string()) : std::string();
}

}  // namespace

std::string guild_language(const CommandRules& rules, const std::string& bot,
                           const std::string& guild, const FactCache::Fact& guild_fact) {
    const auto* const policy = rules.of(bot, guild);
    std::string language = policy == nullptr ? std::string() : policy->language;
    if (language.empty() && guild_fact != nullptr) {
        language = chosen_by_guild(*guild_fact);
    }
    if (language.empty()) {
        language = rules.language;
    }
    return language.empty() ? std::string(kEnglish) : language;
}

void find_guild_language(const CommandDesk& desk, const std::string& bot, const std::string& guild,
                         std::function<void(std::string)> done) {
    const CommandRulesPtr rules = desk.rules();
    const auto* const policy = rules->of(bot, guild);
    if (guild.empty() || (policy != nullptr && !policy->language.empty())) {
        done(guild_language(*rules, bot, guild, nullptr));
        return;
    }
    desk.facts()->known(bot, "guilds.get", {{"guildId", guild}},
                        [rules, bot, guild, done = std::move(done)](const FactCache::Fact& fact) {
                            done(guild_language(*rules, bot, guild, fact));
                        });
}

}  // namespace rookery::hostapi
