#include "platform/discord/discord_bot.hpp"

#include "async/backoff.hpp"
#include "async/task_group.hpp"
#include "model/json_index.hpp"
#include "platform/discord/bot_status.hpp"
#include "platform/discord/shard.hpp"
#include "platform/discord/shard_plan.hpp"
#include "protocol/discord/flavour.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

namespace rookery::discord {
namespace {

namespace fsm = protocol::discord;

constexpr Millis kCountAge{60'000};
constexpr Millis kCountRetry{5'000};
constexpr Millis kCountRetryMost{60'000};
/// Each has a mapped ledger of megabytes and a connection: more belong into several processes.
constexpr std::uint32_t kMostShards = 1'024;

constexpr std::string_view kOverGateway = "GATEWAY";

constexpr std::uint16_t kInvalidShard = 4010;
constexpr std::uint16_t kShardingRequired = 4011;
constexpr std::uint16_t kInvalidIntents = 4013;
constexpr std::uint16_t kIntentsDenied = 4014;

bool secure(const std::string& url) { return url.starts_with("https:") || url.starts_with("wss:"); }

class DiscordBot final : public gateway::Bot {
  public:
    struct Parts {
        const model::BotInfo* bot;
        const fsm::Flavour* flavour;
        DiscordBotOptions options;
        std::unique_ptr<DiscordApi> api;
        std::shared_ptr<IdentifyGate> gate;
        net::ConnectOptions connect;
        fsm::Intents listed = 0;
        bus::EventBus* bus;
        const store::StateDir* state;
    };

    DiscordBot(const async::Executor& executor, Parts parts)
        : executor_(executor),
          parts_(std::move(parts)),
          log_(log::get("bot " + parts_.options.name)),
          plan_(*parts_.state, parts_.options.name),
          tasks_(executor, "bot") {}

    void start() override {
        started_ = true;
        if (parts_.options.shard) {
            const auto [index, count] = *parts_.options.shard;
            run_shards(index, 1, count);
        } else if (parts_.options.shards > 0) {
            run_all(parts_.options.shards);
        } else if (!parts_.flavour->shards) {
            run_all(1);
        } else {
            tasks_.spawn("shard count", [this] { return start_advised(kCountAge); });
        }
    }

    async::Task<> close() override {
        started_ = false;
        tasks_.cancel();
        co_await tasks_.join();
        co_await close_shards();
    }
    async::Task<> stop() override { co_await parts_.api->close(); }

    void interest_changed() override {
        if (!started_) {
            return;
        }
        const fsm::IntentRequest request = wanted();
        fsm::Intents asked = request.bits;
        for (const auto& shard : shards_) {
            asked &= shard->intents();
        }
        const fsm::Intents more = request.bits & ~asked;
        // What was refused may not be asked for any more.
        const bool retry = fatal_ && refused_ && request.bits != *refused_;
        if (more == 0 && !retry) {
            return;
        }
        std::string names;
        for (const auto name : fsm::intent_names(more)) {
            const auto who = request.needed_by.find(std::string(name));
            names += (names.empty() ? "" : ", ") + std::string(name);
            if (who != request.needed_by.end() && !who->second.empty()) {
                names += " for " + who->second.front();
            }
        }
        log_->warn("a new session is needed: it asks for {}",
                   names.empty() ? "fewer intents" : names);
        fatal_ = false;
        refused_.reset();
        detail_.clear();
        for (const auto& shard : shards_) {
            shard->want(request, "more intents are needed: " + names);
        }
    }

    void call(gateway::BotCall call, gateway::BotCallDone done) override {
        if (call.info->discord_method == kOverGateway) {
            call_gateway(std::move(call), std::move(done));
            return;
        }
        parts_.api->call(
            *call.info, std::move(call.arguments),
            {std::move(call.extension), std::move(call.nonce_key), call.deadline, call.lane},
            std::move(done));
    }

    gateway::BotStatus status() const override {
        gateway::BotStatus status;
        status.name = parts_.options.name;
        status.platform = "discord";
        status.user = user_;
        status.fatal = fatal_;
        status.shard_count = shards_.empty() ? 0 : shards_.front()->shard().count;
        for (const auto& shard : shards_) {
            status.redelivered += shard->events().redelivered;
            status.malformed += shard->events().malformed;
            status.shards.push_back(shard->status());
            add_cache(status.cache, shard->cache());
        }
        sum_up(status, detail_);
        status.identifies_24h = parts_.gate->used();
        for (const auto name :
             fsm::intent_names(shards_.empty() ? 0 : shards_.front()->intents())) {
            status.intents.emplace_back(name);
        }
        const rest::RestCounters& rest = parts_.api->counters();
        status.rest_requests = rest.requests;
        status.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                              rest.limited_global + rest.limited_network;
        return status;
    }

    gateway::BotMeasures measures() const override {
        gateway::BotMeasures measures;
        measures.name = parts_.options.name;
        measures.events.resize(model::kEventCount + 1);
        for (const auto& shard : shards_) {
            const auto& counted = shard->events().by_type;
            std::transform(counted.begin(), counted.end(), measures.events.begin(),
                           measures.events.begin(), std::plus<>());
        }
        for (const auto& [label, route] : parts_.api->routes()) {
            measures.routes.push_back({label, route.times.counts(), route.answers, route.limited});
        }
        measures.identifies_left = parts_.gate->left();
        return measures;
    }

    std::optional<std::string> cached(std::string_view kind, std::string_view owner_text,
                                      std::string_view id_text) override {
        const auto which = cache::find_kind(kind);
        const std::uint64_t owner = model::id_key(owner_text);
        const std::uint64_t id = model::id_key(id_text);
        for (const auto& shard : shards_) {
            std::string text =
                which ? shard->cache().entities().read(*which, owner, id) : std::string();
            if (!text.empty()) {
                return text;
            }
        }
        return std::nullopt;
    }

    std::optional<std::string> cached_list(std::string_view kind,
                                           std::string_view owner_text) override {
        const auto which = cache::find_kind(kind);
        const std::uint64_t owner = model::id_key(owner_text);
        for (const auto& shard : shards_) {
            Entities& entities = shard->cache().entities();
            if (which && entities.keeps(*which) && entities.store().count(*which, owner) > 0) {
                return entities.read_all(*which, owner);
            }
        }
        return std::nullopt;
    }

  private:
    /// To the shard that owns the guild; what is about no guild goes to all of them.
    void call_gateway(gateway::BotCall call, gateway::BotCallDone done) {
        const auto guild = call.arguments.find("guildId");
        if (shards_.empty() || guild == call.arguments.end() || !guild->is_string()) {
            call_all(call, std::move(done));
            return;
        }
        const std::uint32_t count = shards_.front()->shard().count;
        const auto id = std::strtoull(guild->get_ref<const std::string&>().c_str(), nullptr, 10);
        const auto owner = static_cast<std::uint32_t>((id >> 22U) % count);
        for (const auto& shard : shards_) {
            if (shard->shard().id == owner) {
                shard->commands().call(*call.info, call.arguments, call.deadline, std::move(done));
                return;
            }
        }
        done(Error(ErrorKind::invalid, std::string(call.info->name) +
                                           ": the guild belongs to shard " + std::to_string(owner) +
                                           " of " + std::to_string(count) +
                                           ", which another process runs"));
    }

    /// Answers when the last shard has; with the first error, if there is one.
    void call_all(const gateway::BotCall& call, gateway::BotCallDone done) {
        if (shards_.empty()) {
            done(Error(ErrorKind::unavailable,
                       std::string(call.info->name) + ": the bot is not connected yet"));
            return;
        }
        struct Together {
            std::size_t left;
            Result<nlohmann::json> result;
            gateway::BotCallDone done;
        };
        auto together =
            std::make_shared<Together>(Together{shards_.size(), nlohmann::json(), std::move(done)});
        for (const auto& shard : shards_) {
            shard->commands().call(*call.info, call.arguments, call.deadline,
                                   [together](Result<nlohmann::json> one) {
                                       if (!one && together->result) {
                                           together->result = std::move(one);
                                       }
                                       if (--together->left == 0) {
                                           together->done(std::move(together->result));
                                       }
                                   });
        }
    }

    /// Asks how many shards there should be, then runs them all. Without an answer those of the
    /// last run carry on.
    async::Task<> start_advised(Millis max_age) {
        async::Backoff backoff({kCountRetry, kCountRetryMost}, async::system_random());
        while (true) {
            const auto info = co_await parts_.gate->info(*parts_.api, max_age);
            if (info) {
                run_all(std::max(1U, info->shards));
                co_return;
            }
            if (info.error().kind() == ErrorKind::denied) {
                give_up(
                    "the token was refused: copy the bot's token from the developer portal "
                    "again, or reset it there if it has leaked (" +
                    info.error().message() + ")");
                co_return;
            }
            if (const auto before = plan_.stored()) {
                log_->warn("the advised number of shards cannot be had ({}): {} as before",
                           info.error().message(), *before);
                run_all(*before);
                co_return;
            }
            detail_ = "the advised number of shards cannot be had: " + info.error().message();
            log_->warn("{}", detail_);
            co_await async::sleep_for(backoff.next());
        }
    }

    void run_all(std::uint32_t count) {
        plan_.adopt(count, log_);
        run_shards(0, count, count);
    }

    /// `number` shards from `first` on, of `count`.
    void run_shards(std::uint32_t first, std::uint32_t number, std::uint32_t count) {
        detail_.clear();
        if (number > kMostShards) {
            return give_up(std::to_string(number) + " shards are more than the " +
                           std::to_string(kMostShards) +
                           " that one process runs: give each process some with `shard`");
        }
        for (std::uint32_t id = first; id < first + number; ++id) {
            if (auto opened = open_shard({id, count}, number); !opened) {
                shards_.clear();
                return give_up(opened.error().message());
            }
        }
        if (number > 1) {
            log_->info("{} shards", number);
        }
        const auto request = wanted();
        for (const auto& shard : shards_) {
            shard->start(request);
        }
    }

    Result<> open_shard(fsm::Shard shard, std::uint32_t together) {
        const bool several = together > 1;
        LinkOptions options;
        options.token = parts_.options.token;
        options.gateway_url = parts_.options.gateway_url;
        options.resume_url = parts_.options.resume_url;
        options.connect = parts_.connect;
        options.shard = shard;
        options.compression = fsm::best_compression(*parts_.flavour, parts_.options.compression);
        options.gateway_version = parts_.flavour->gateway_version;
        options.can_resume = parts_.flavour->resumes;
        options.dispatch_timeout = parts_.options.dispatch_timeout;
        options.presence = parts_.options.presence;
        CacheOptions cache = parts_.options.cache;
        cache.limits.budget /= together;
        const std::string& name = parts_.options.name;
        auto opened = DiscordShard::open(
            executor_,
            {parts_.bot, parts_.api.get(), parts_.gate.get(), parts_.bus,
             "bot " + name + (several ? " shard " + std::to_string(shard.id) : ""),
             std::move(cache)},
            std::move(options), ShardFiles::of(*parts_.state, name, shard, several),
            {[this, shard](std::string_view ready) { on_ready(shard, ready); },
             [this, shard](std::uint16_t code) { on_fatal(shard, code); }});
        if (!opened) {
            return opened.error();
        }
        shards_.push_back(*std::move(opened));
        return {};
    }

    async::Task<> close_shards() {
        for (const auto& shard : shards_) {
            shard->stop();
        }
        for (const auto& shard : shards_) {
            co_await shard->close();
        }
    }

    /// Token, intents and version are the same for all shards, so what one is refused for holds
    /// for all. Only the count can be helped: by asking for it anew, once.
    void on_fatal(fsm::Shard shard, std::uint16_t code) {
        if (!started_ || fatal_) {
            return;
        }
        const bool count_is_wrong = code == kInvalidShard || code == kShardingRequired;
        const bool advised =
            !parts_.options.shard && parts_.options.shards == 0 && parts_.flavour->shards;
        if (count_is_wrong && advised && !recounted_) {
            recounted_ = true;
            tasks_.spawn("recount", [this] { return recount(); });
            return;
        }
        fatal_ = true;
        if (code == kInvalidIntents || code == kIntentsDenied) {
            refused_ = wanted().bits;
        }
        if (shards_.size() > 1) {
            log_->error("shard {} was refused for good: all shards stop", shard.id);
        }
        // Not from within the refused shard's own step.
        tasks_.spawn("stop shards", [this, id = shard.id]() -> async::Task<> {
            co_await async::sleep_for(Millis{0});
            for (const auto& other : shards_) {
                if (other->shard().id != id && fatal_) {
                    other->stop();
                }
            }
        });
    }

    async::Task<> recount() {
        co_await async::sleep_for(Millis{0});
        log_->warn("the number of shards is not accepted: asking for the advised one anew");
        co_await close_shards();
        shards_.clear();
        co_await start_advised(Millis{0});
    }

    [[nodiscard]] bool all_ready() const {
        return std::all_of(shards_.begin(), shards_.end(),
                           [](const auto& shard) { return shard->state() == fsm::State::ready; });
    }

    void give_up(std::string why) {
        fatal_ = true;
        detail_ = std::move(why);
        log_->error("{}", detail_);
    }

    /// What is to be asked for now, and who needs each of it.
    [[nodiscard]] fsm::IntentRequest wanted() const {
        fsm::IntentRequest request;
        const auto interest = parts_.bus->interest();
        fsm::Intents needed = fsm::parse_intents(std::vector<std::string>{"GUILDS"}).value_or(0);
        const auto add = [&](model::EventType type) {
            const auto intents = model::EventNames::intents(*parts_.bot->platform, type);
            const auto bits = static_cast<fsm::Intents>(intents.any | intents.fill);
            needed |= bits;
            for (const auto name : fsm::intent_names(bits)) {
                auto& who = request.needed_by[std::string(name)];
                for (auto& extension : parts_.bus->who_wants(type)) {
                    if (std::find(who.begin(), who.end(), extension) == who.end()) {
                        who.push_back(std::move(extension));
                    }
                }
            }
        };
        for (const model::EventType type : interest->types()) {
            add(type);
        }
        if (interest->wants_any()) {
            add(model::kAnyEvent);
        }
        switch (parts_.options.intents) {
            case DiscordBotOptions::Intents::automatic:
                request.bits = needed;
                break;
            case DiscordBotOptions::Intents::all:
                request.bits = fsm::kAllIntents;
                break;
            case DiscordBotOptions::Intents::listed:
                request.bits = parts_.listed;
                break;
        }
        return request;
    }

    void on_ready(fsm::Shard shard, std::string_view ready) {
        recounted_ = recounted_ && !all_ready();
        if (const auto index = model::JsonIndex::build(ready)) {
            model::StringScratch scratch;
            user_ = log::clipped(index->root().path("user.username").as_string(scratch), 64);
        }
        const std::string who = user_.empty() ? "an account without a name" : user_;
        if (shards_.size() > 1) {
            log_->info("shard {} of {} is ready as {}", shard.id, shard.count, who);
        } else {
            log_->info("ready as {}", who);
        }
    }

    async::Executor executor_;
    Parts parts_;
    log::Logger log_;
    ShardPlan plan_;
    std::string user_;
    std::string detail_;  ///< of the bot itself
    bool started_ = false;
    bool fatal_ = false;
    bool recounted_ = false;  ///< the count was asked for anew, and not all were ready since
    std::optional<fsm::Intents> refused_;  ///< the intents that were, when that is why it stands
    std::vector<std::unique_ptr<DiscordShard>> shards_;
    async::TaskGroup tasks_;
};

}  // namespace

Result<> check_intent(std::string_view name) {
    const auto parsed = fsm::parse_intents(std::vector<std::string>{std::string(name)});
    return parsed ? Result<>() : Result<>(parsed.error());
}

Result<std::unique_ptr<gateway::Bot>> make_discord_bot(async::Executor executor,
                                                       DiscordBotOptions options,
                                                       bus::EventBus& bus,
                                                       const store::StateDir& state,
                                                       IdentifyGates& gates) {
    auto bot = model::intern_bot(options.name, "discord");
    if (!bot) {
        return bot.error();
    }
    const fsm::Flavour* flavour = fsm::find_flavour(options.flavour);
    if (flavour == nullptr) {
        return Error(ErrorKind::invalid, "there is no flavour " + options.flavour);
    }
    if (options.api_url.empty()) {
        options.api_url = flavour->api_url;
    }
    if (options.api_url.empty()) {
        return Error(ErrorKind::invalid,
                     "a server of the flavour " + options.flavour + " needs an api_url");
    }
    fsm::Intents listed = 0;
    if (options.intents == DiscordBotOptions::Intents::listed) {
        auto parsed = fsm::parse_intents(options.intent_names);
        if (!parsed) {
            return parsed.error();
        }
        listed = *parsed;
    }
    net::ConnectOptions connect;
    if (secure(options.api_url) || options.gateway_url.empty() || secure(options.gateway_url)) {
        auto tls = net::TlsContext::create(options.ca_file.string());
        if (!tls) {
            return tls.error();
        }
        connect.tls = *std::move(tls);
    }
    ApiOptions api_options;
    api_options.base_url = options.api_url;
    api_options.token = options.token;
    api_options.connect = connect;
    api_options.uploads = options.uploads;
    // The server's window begins elsewhere: a margin keeps it from seeing more than it allows.
    api_options.rest.limits.global_per_second =
        std::max(1U, options.rest_limit - std::max(1U, options.rest_limit / 10));
    api_options.rest.limits.standing = options.standing;
    auto api = DiscordApi::create(executor, std::move(api_options));
    if (!api) {
        return api.error();
    }
    auto gate = gates.of(options.token, options.name, state, options.identify_share);
    return std::unique_ptr<gateway::Bot>(std::make_unique<DiscordBot>(
        executor, DiscordBot::Parts{*bot, flavour, std::move(options), *std::move(api),
                                    std::move(gate), std::move(connect), listed, &bus, &state}));
}

}  // namespace rookery::discord
