#include "platform/discord/discord_bot.hpp"

#include "model/json_index.hpp"
#include "platform/discord/link.hpp"

#include <cstdlib>
#include <fstream>
#include <utility>

namespace rookery::discord {
namespace {

namespace fsm = protocol::discord;

bool secure(const std::string& url) { return url.starts_with("https:") || url.starts_with("wss:"); }

class DiscordBot final : public gateway::Bot {
  public:
    struct Parts {
        const model::BotInfo* bot;
        DiscordBotOptions options;
        std::unique_ptr<DiscordApi> api;
        net::ConnectOptions connect;
        std::shared_ptr<store::DeliveryLedger> ledger;
        store::GuildSet guilds;
        store::IdentifyHistory history;
        fsm::Intents listed = 0;
        std::filesystem::path intents_file;
        bus::EventBus* bus;
    };

    DiscordBot(const async::Executor& executor, Parts parts)
        : parts_(std::move(parts)),
          log_(log::get("bot " + parts_.options.name)),
          gate_(*parts_.api, std::move(parts_.history), parts_.options.identify_share, log_),
          dispatcher_(*parts_.bot, *parts_.bus, parts_.ledger, std::move(parts_.guilds), log_),
          link_(executor, link_options(), *parts_.api, gate_, dispatcher_, *parts_.bus,
                parts_.ledger, log_, [this](std::string_view ready) { on_ready(ready); }) {}

    void start() override {
        fsm::IntentRequest request = wanted();
        asked_ = request.bits;
        const fsm::Intents stored = stored_intents();
        // A session keeps the intents it began with: one that has too few would stay silent.
        const bool resume = (request.bits & ~stored) == 0;
        if (resume && stored != 0) {
            asked_ = stored;
        }
        link_.start(std::move(request), resume);
    }

    async::Task<> close() override { co_await link_.close(); }
    async::Task<> stop() override { co_await parts_.api->close(); }

    void interest_changed() override {
        fsm::IntentRequest request = wanted();
        const fsm::Intents more = request.bits & ~asked_;
        if (more == 0 || link_.state() == fsm::State::stopped) {
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
        asked_ = request.bits;
        log_->warn("a new session is needed: it asks for {}", names);
        link_.reidentify(std::move(request), "more intents are needed: " + names);
    }

    void call(gateway::BotCall call, gateway::BotCallDone done) override {
        parts_.api->call(*call.info, std::move(call.arguments),
                         {std::move(call.extension), std::move(call.nonce_key), call.deadline},
                         std::move(done));
    }

    gateway::BotStatus status() const override {
        gateway::BotStatus status;
        status.name = parts_.options.name;
        status.platform = "discord";
        status.state = std::string(fsm::to_string(link_.state()));
        status.detail = link_.detail();
        status.user = user_;
        status.fatal = link_.state() == fsm::State::fatal;
        status.seq = link_.seq();
        const DispatchCounters& events = dispatcher_.counters();
        status.frames = events.frames;
        status.published = events.published;
        status.redelivered = events.redelivered;
        status.malformed = events.malformed;
        status.open = parts_.ledger->open_deliveries();
        const LinkCounters& link = link_.counters();
        status.connects = link.connects;
        status.identifies = link.identifies;
        status.resumes = link.resumes;
        status.bytes_in = link.bytes_in;
        status.latency = link.latency;
        status.worst_beat_delay = link.worst_beat_delay;
        status.identifies_24h = gate_.used();
        for (const auto name : fsm::intent_names(asked_)) {
            status.intents.emplace_back(name);
        }
        const rest::RestCounters& rest = parts_.api->counters();
        status.rest_requests = rest.requests;
        status.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                              rest.limited_global + rest.limited_network;
        return status;
    }

  private:
    [[nodiscard]] LinkOptions link_options() const {
        LinkOptions options;
        options.token = parts_.options.token;
        options.gateway_url = parts_.options.gateway_url;
        options.connect = parts_.connect;
        if (parts_.options.shard) {
            options.shard = {parts_.options.shard->first, parts_.options.shard->second};
        }
        options.zlib_stream = parts_.options.zlib_stream;
        return options;
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

    [[nodiscard]] fsm::Intents stored_intents() const {
        std::ifstream file(parts_.intents_file);
        fsm::Intents bits = 0;
        file >> bits;
        return bits;
    }

    void on_ready(std::string_view ready) {
        std::ofstream(parts_.intents_file, std::ios::trunc) << asked_ << '\n';
        if (const auto index = model::JsonIndex::build(ready)) {
            model::StringScratch scratch;
            user_ = log::clipped(index->root().path("user.username").as_string(scratch), 64);
        }
        log_->info("ready as {}", user_.empty() ? "an account without a name" : user_);
    }

    Parts parts_;
    log::Logger log_;
    mutable IdentifyGate gate_;
    Dispatcher dispatcher_;
    std::string user_;
    fsm::Intents asked_ = 0;
    Link link_;
};

}  // namespace

Result<> check_intent(std::string_view name) {
    const auto parsed = fsm::parse_intents(std::vector<std::string>{std::string(name)});
    return parsed ? Result<>() : Result<>(parsed.error());
}

Result<std::unique_ptr<gateway::Bot>> make_discord_bot(async::Executor executor,
                                                       DiscordBotOptions options,
                                                       bus::EventBus& bus,
                                                       const store::StateDir& state) {
    auto bot = model::intern_bot(options.name, "discord");
    if (!bot) {
        return bot.error();
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
    if (options.api_url.empty() || secure(options.api_url) || options.gateway_url.empty() ||
        secure(options.gateway_url)) {
        auto tls = net::TlsContext::create(options.ca_file.string());
        if (!tls) {
            return tls.error();
        }
        connect.tls = *std::move(tls);
    }
    ApiOptions api_options;
    if (!options.api_url.empty()) {
        api_options.base_url = options.api_url;
    }
    api_options.token = options.token;
    api_options.connect = connect;
    auto api = DiscordApi::create(executor, std::move(api_options));
    if (!api) {
        return api.error();
    }
    auto ledger = store::DeliveryLedger::open(state.bot_file(options.name, "ledger"));
    if (!ledger) {
        return ledger.error();
    }
    auto guilds = store::GuildSet::open(state.bot_file(options.name, "guilds"));
    if (!guilds) {
        return guilds.error();
    }
    store::IdentifyHistory history(state.bot_file(options.name, "identifies"));
    auto intents_file = state.bot_file(options.name, "intents");
    return std::unique_ptr<gateway::Bot>(std::make_unique<DiscordBot>(
        executor, DiscordBot::Parts{*bot, std::move(options), *std::move(api), std::move(connect),
                                    *std::move(ledger), *std::move(guilds), std::move(history),
                                    listed, std::move(intents_file), &bus}));
}

}  // namespace rookery::discord
