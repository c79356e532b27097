#include "hostapi/command_desk.hpp"

#include "base/log.hpp"
#include "hostapi/civil.hpp"

#include <algorithm>
#include <cstdio>
#include <future>
#include <optional>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::string_view kPolicies = "policy/";
constexpr std::string_view kCooldowns = "cooldown/";

store::KvSpace space() { return {"core commands", std::size_t{256} << 20U}; }

std::string guild_key(std::string_view bot, std::string_view guild) {
    std::string key(bot);
    key += '/';
    key += guild;
    return key;
}

/// Of "2024-05-01T12:00:00.123Z", the form that events have times in.
std::optional<WallTime> moment_of(const std::string& text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int milli = 0;
    if (text.size() != 24 || std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &year,
                                         &month, &day, &hour, &minute, &second, &milli) != 7) {
        return std::nullopt;
    }
    const std::int64_t minutes = (days_of(year, month, day) * 24 + hour) * 60 + minute;
    const Millis since_epoch{(minutes * 60 + second) * 1'000 + milli};
    return WallTime(std::chrono::duration_cast<WallTime::duration>(since_epoch));
}

}  // namespace

const BotCommandRules* CommandRules::of(std::string_view bot) const noexcept {
    const auto found = bots.find(bot);
    return found == bots.end() ? nullptr : &found->second;
}

const command::GuildPolicy* CommandRules::of(std::string_view bot, std::string_view guild) const {
    if (guilds.empty() || guild.empty()) {
        return nullptr;
    }
    const auto found = guilds.find(guild_key(bot, guild));
    return found == guilds.end() ? nullptr : &found->second;
}

const std::vector<std::string>* CommandRules::prefixes(std::string_view bot,
                                                       std::string_view guild) const {
    const auto* const policy = of(bot, guild);
    if (policy != nullptr && policy->prefixes) {
        return &*policy->prefixes;
    }
    const auto* const own = of(bot);
    return own == nullptr ? nullptr : &own->prefixes;
}

CommandDesk::CommandDesk(Parts parts)
    : parts_(std::move(parts)),
      facts_(FactCache::make(*parts_.clock, *parts_.operations, parts_.keeper)) {
    policies_->desk = this;
}

CommandDesk::~CommandDesk() {
    const std::scoped_lock lock(policies_->mutex);
    policies_->desk = nullptr;
}

Result<> CommandDesk::read(const std::string& prefix,
                           const std::function<void(const store::KvItem&)>& each) {
    store::KvRange range{prefix, "", store::kMostKvListed};
    for (bool more = true; more;) {
        auto answered = std::make_shared<std::promise<Result<store::KvPage>>>();
        auto answer = answered->get_future();
        parts_.store->list(space(), range, [answered](Result<store::KvPage> page) {
            answered->set_value(std::move(page));
        });
        const auto page = answer.get();
        if (!page) {
            return page.error();
        }
        for (const store::KvItem& item : page->items) {
            each(item);
        }
        more = page->more && !page->items.empty();
        range.after = page->items.empty() ? std::string() : page->items.back().key;
    }
    return {};
}

Result<> CommandDesk::open() {
    if (parts_.store == nullptr) {
        return {};
    }
    CommandRules next;
    auto policies = read(std::string(kPolicies), [&](const store::KvItem& item) {
        next.guilds.emplace(item.key.substr(kPolicies.size()),
                            command::policy_of(json::parse(item.value, nullptr, false)));
    });
    if (!policies) {
        return policies.error().within("policies of commands");
    }
    auto cooldowns = read(std::string(kCooldowns), [&](const store::KvItem& item) {
        cooldowns_.put(item.key.substr(kCooldowns.size()), item.value);
    });
    if (!cooldowns) {
        return cooldowns.error().within("cooldowns of commands");
    }
    publish([&](CommandRules& rules) { rules.guilds = std::move(next.guilds); });
    return {};
}

void CommandDesk::publish(const std::function<void(CommandRules&)>& change) {
    std::vector<std::shared_ptr<std::function<void()>>> watchers;
    {
        const std::scoped_lock lock(mutex_);
        auto next = std::make_shared<CommandRules>(*rules_);
        change(*next);
        const bool texts =
            std::any_of(next->bots.begin(), next->bots.end(),
                        [](const auto& bot) { return bot.second.texts(); }) ||
            std::any_of(next->guilds.begin(), next->guilds.end(), [](const auto& guild) {
                return guild.second.prefixes && !guild.second.prefixes->empty();
            });
        texts_.store(texts, std::memory_order_relaxed);
        rules_ = std::move(next);
        version_.fetch_add(1, std::memory_order_release);
        std::erase_if(watchers_, [](const auto& watcher) { return watcher.expired(); });
        for (const auto& watcher : watchers_) {
            if (auto alive = watcher.lock()) {
                watchers.push_back(std::move(alive));
            }
        }
    }
    for (const auto& watcher : watchers) {
        (*watcher)();
    }
}

void CommandDesk::set_bot(const std::string& bot, BotCommandRules rules) {
    publish([&](CommandRules& next) { next.bots.insert_or_assign(bot, std::move(rules)); });
    facts_->forget(bot);
}

void CommandDesk::remove_bot(const std::string& bot) {
    publish([&](CommandRules& next) { next.bots.erase(bot); });
    facts_->forget(bot);
}

void CommandDesk::set_language(const std::string& language) {
    publish([&](CommandRules& next) { next.language = language; });
}

CommandRulesPtr CommandDesk::rules() const {
    const std::scoped_lock lock(mutex_);
    return rules_;
}

std::shared_ptr<void> CommandDesk::watch(std::function<void()> changed) {
    auto watcher = std::make_shared<std::function<void()>>(std::move(changed));
    const std::scoped_lock lock(mutex_);
    watchers_.push_back(watcher);
    return watcher;
}

void CommandDesk::publish_policy(const std::string& key, const command::GuildPolicy& policy) {
    publish([&](CommandRules& next) {
        if (policy.empty()) {
            next.guilds.erase(key);
        } else {
            next.guilds.insert_or_assign(key, policy);
        }
    });
}

void CommandDesk::configure(const std::string& bot, const std::string& guild, const json& wish,
                            OperationDone done) {
    const std::string key = guild_key(bot, guild);
    const std::scoped_lock lock(policies_->mutex);
    const auto now = rules();
    const auto* const known = now->of(bot, guild);
    const command::GuildPolicy before = known == nullptr ? command::GuildPolicy{} : *known;
    command::GuildPolicy policy = before;
    if (auto changed = command::change(policy, wish); !changed) {
        done(changed.error());
        return;
    }
    publish_policy(key, policy);
    const json shown = command::to_json(policy);
    if (parts_.store == nullptr) {
        done(shown);
        return;
    }
    const std::uint64_t change = ++policies_->changes;
    policies_->unsettled.try_emplace(key, Unsettled{before, 0}).first->second.newest = change;
    store::KvBatch batch;
    batch.writes.push_back({std::string(kPolicies) + key, std::nullopt, Millis{0}});
    if (!policy.empty()) {
        batch.writes.back().value = shown.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    parts_.store->apply(space(), std::move(batch),
                        [policies = policies_, key, change, policy, shown,
                         done = std::move(done)](const Result<store::KvOutcome>& stored) {
                            {
                                const std::scoped_lock answered(policies->mutex);
                                if (policies->desk != nullptr) {
                                    policies->desk->settle(key, change, policy, stored.has_value());
                                }
                            }
                            done(stored ? Result<json>(shown) : Result<json>(stored.error()));
                        });
}

void CommandDesk::settle(const std::string& key, std::uint64_t change,
                         const command::GuildPolicy& policy, bool stored) {
    const auto found = policies_->unsettled.find(key);
    if (found == policies_->unsettled.end()) {
        return;
    }
    if (stored) {
        found->second.stored = policy;
    }
    // Whatever came after it is built on it, and is written whole.
    if (found->second.newest == change) {
        const command::GuildPolicy holds = std::move(found->second.stored);
        policies_->unsettled.erase(found);
        if (!stored) {
            publish_policy(key, holds);
        }
    }
}

/// By the platform's clock, unless that is far off or is not told.
WallTime CommandDesk::made(const Use& use) const {
    const WallTime now = parts_.clock->wall();
    const WallTime told = moment_of(use.made).value_or(now);
    const bool likely =
        told >= now - command::Cooldowns::kOldest && told <= now + command::Cooldowns::kRemembered;
    return likely ? told : now;
}

command::Cooldowns::Outcome CommandDesk::look(const Use& use) const {
    return cooldowns_.look(use.key, use.rule, use.event, made(use));
}

Millis CommandDesk::take_lookup(const std::string& who, const std::string& event) {
    const auto outcome =
        lookups_.use(who, {kMostLookups, kLookupsCounted}, event, parts_.clock->wall());
    return outcome.allowed ? Millis{0} : std::max(outcome.wait, Millis{1});
}

void CommandDesk::use(Use use, std::function<void(command::Cooldowns::Outcome)> done) {
    const auto outcome = cooldowns_.use(use.key, use.rule, use.event, made(use));
    if (!outcome.counted || use.rule.time < kCooldownKept || parts_.store == nullptr) {
        done(outcome);
        return;
    }
    store::KvBatch batch;
    batch.writes.push_back({std::string(kCooldowns) + use.key, cooldowns_.text(use.key),
                            std::max(use.rule.time, command::Cooldowns::kRemembered)});
    parts_.store->apply(
        space(), std::move(batch),
        [done = std::move(done), outcome, key = use.key](const Result<store::KvOutcome>& stored) {
            if (!stored) {
                log::get("commands")
                    ->warn("a cooldown ({}) is not stored: {}", key, stored.error().message());
            }
            done(outcome);
        });
}

}  // namespace rookery::hostapi
