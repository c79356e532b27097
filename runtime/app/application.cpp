#include "app/application.hpp"

#include "app/kept_answer.hpp"
#include "app/metrics.hpp"
#include "app/readiness.hpp"
#include "async/signal.hpp"
#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "hostapi/capabilities.hpp"
#include "hostapi/command_operations.hpp"
#include "model/event_names.hpp"
#include "platform/discord/discord_bot.hpp"
#include "plugin/plugin_host.hpp"
#include "script/builtin.hpp"
#include "script/code_map.hpp"
#include "script/script_host.hpp"
#include "server/access/scopes.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace rookery::app {

namespace asio = boost::asio;

Application::Application(RunOptions options)
    : options_(std::move(options)), config_(options_.config) {
    if (options_.state) {
        config_.runtime.state = *options_.state;
    }
}

Application::~Application() {
    // What it still carries out answers to parts that go before it otherwise.
    kv_.reset();
}

int Application::run() {
    log::configure({config_.runtime.log_level, true});
    if (auto prepared = prepare(); !prepared) {
        log::get("core")->critical("{}", prepared.error().message());
        log::flush();
        return 1;
    }
    watch_signals();
    extensions_->manager().post([this] { load_extensions(); });
    if (options_.run_for) {
        end_timer_.expires_after(*options_.run_for);
        end_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                stop("the time given by --for is over");
            }
        });
    }
    io_.run();
    log::get("core")->info("stopped");
    log::flush();
    if (!clean_) {
        // Threads that hang in extension code still run: destroying what they use would crash
        // instead of ending.
        std::_Exit(0);
    }
    return 0;
}

hostapi::Services Application::services() {
    hostapi::Services services;
    services.commands = command_desk_.get();
    services.kv = kv_.get();
    services.web = options_.around.web != nullptr ? options_.around.web : web_.get();
    services.settings = &*guild_books_;
    services.metrics = &metrics_;
    services.server = &server_->desk();
    services.presses = &presses_->desk();
    services.time = options_.around.time;
    return services;
}

Result<> Application::prepare() {
    auto state = store::StateDir::open(config_.runtime.state);
    if (!state) {
        return state.error();
    }
    state_.emplace(*std::move(state));
    store::KvStore::Clock kv_clock;
    if (const VirtualTime* const time = options_.around.time) {
        operations_.count_calls();
        kv_clock = [time] { return time->wall().time_since_epoch() / Millis{1}; };
    }
    auto kv = store::KvStore::open(state_->file("kv.db"), std::move(kv_clock));
    if (!kv) {
        return kv.error();
    }
    kv_ = *std::move(kv);
    guild_books_.emplace(*kv_);
    auto tls = net::TlsContext::create();
    if (!tls) {
        return tls.error();
    }
    web_ = std::make_unique<WebService>(
        io_.get_executor(), WebService::Options{*tls, "rookery/" + std::string(ROOKERY_VERSION)});
    for (const auto& warning : config_.warnings) {
        log::get("config")->warn("{}", warning);
    }
    if (auto simulator = start_simulator(); !simulator) {
        return simulator.error();
    }
    bus_.stage().set_timeout(config_.runtime.intercept_timeout);
    commands_ = options_.around.time == nullptr
                    ? std::make_unique<CommandService>(io_, operations_, *state_)
                    : std::make_unique<CommandService>(io_, operations_, *state_, Millis{0});
    const Clock& clock = options_.around.time != nullptr
                             ? static_cast<const Clock&>(*options_.around.time)
                             : system_clock_;
    auto presses = PressService::open({io_, bus_, operations_, *kv_, clock}, *state_);
    if (!presses) {
        return presses.error().within("buttons and menus");
    }
    presses_ = *std::move(presses);
    for (const auto& section : config_.bots) {
        auto bot = make_bot(section);
        if (!bot) {
            return bot.error().within("bot " + section.name);
        }
        add_bot(*std::move(bot));
    }
    if (auto opened = open_commands(); !opened) {
        return opened.error();
    }
    make_server();  // before the extensions, which have their desk there
    extensions_ =
        std::make_unique<Extensions>(*state_, bus_, operations_, interactions_.desk(),
                                     commands_->registry(), services(), config_.runtime, [this] {
                                         // Plugins come and go: the hard stop must know
                                         // whose code is where.
                                         script::refresh_code_map();
                                         asio::post(io_, [this] { interest_changed(); });
                                     });
    extensions_->add_builtin(std::make_unique<script::ScriptHost>(ROOKERY_VERSION),
                             script::builtin_commands());
    command_desk_->book().on_change([this] {
        extensions_->manager().post([this] { extensions_->settle_builtin(config_, {}); });
    });
    if (auto opened = extensions_->open(); !opened) {
        return opened.error();
    }
    const auto slot = extensions_->slot(PressService::kOwner);
    if (!slot) {
        return slot.error().within(PressService::kOwner);
    }
    presses_->listen(*slot);
    extensions_->add_kind(
        {std::make_unique<plugin::PluginHost>(state_->file("staged")), &config::Config::plugins});
    extensions_->add_kind(
        {std::make_unique<script::ScriptHost>(ROOKERY_VERSION), &config::Config::scripts});
    if (auto server = start_server(); !server) {
        return server.error();
    }
    auto control =
        ControlServer::listen(io_.get_executor(), state_->file("control.sock"),
                              [this](const nlohmann::json& request, const ControlReplyPtr& reply) {
                                  answer(request, reply);
                              });
    if (!control) {
        return control.error();
    }
    control_ = *std::move(control);
    return {};
}

Result<> Application::open_commands() {
    static const SystemClock machine;
    const Clock* clock = &machine;
    if (options_.around.time != nullptr) {
        clock = options_.around.time;
    }
    command_desk_ = std::make_unique<hostapi::CommandDesk>(
        hostapi::CommandDesk::Parts{clock, &operations_, kv_.get(), keeper()});
    hostapi::serve_command_operations(operations_, *command_desk_);
    set_command_rules(config_);
    return command_desk_->open();
}

hostapi::FactCache::Keeper Application::keeper() {
    return [this](const std::string& bot, const model::OperationInfo& info,
                  nlohmann::json arguments, hostapi::OperationDone done) {
        asio::post(io_,
                   [this, bot, &info, arguments = std::move(arguments), done = std::move(done)] {
                       gateway::Bot* const found = find_bot(bot);
                       done(found == nullptr ? Error(ErrorKind::not_found, "there is no bot " + bot)
                                             : kept_answer(*found, info, arguments));
                   });
    };
}

void Application::set_command_rules(const config::Config& config) {
    command_desk_->set_language(config.commands.language);
    for (const auto& bot : config.bots) {
        command_desk_->set_bot(bot.name, {bot.commands.prefixes.value_or(config.commands.prefixes),
                                          config.commands.mention_prefix, bot.commands.owners});
    }
}

Result<> Application::start_simulator() {
    const config::SimulatorSection& section = config_.simulator;
    simulator_ = options_.around.simulator;
    if (!section.enabled || simulator_ != nullptr) {
        return {};
    }
    sim::Options options;
    options.state_dir = state_->path();
    options.gateway_port = section.gateway_port;
    options.api_port = section.api_port;
    options.control_port = section.control_port;
    options.guilds = section.guilds;
    options.members = section.members;
    options.shards = section.shards;
    options.max_concurrency = section.max_concurrency;
    options.chatter = section.chatter ? section.chatter_rate : 0.0;
    options.heartbeat_interval = section.heartbeat_interval;
    options.session_ttl = section.session_ttl;
    options.replay_events = section.replay_events;
    options.rate_limits = section.rate_limits;
    options.tls = section.tls;
    options.seed = section.seed;
    options.tokens.clear();
    std::vector<std::string> platforms;
    for (const auto& bot : config_.bots) {
        if (!bot.simulated) {
            continue;
        }
        auto& tokens = bot.platform == "discord" ? options.tokens : options.tokens_of[bot.platform];
        tokens.push_back(simulated_token(bot.name));
        // It begins without commands, whatever the one of the last run was told.
        std::error_code ignored;
        std::filesystem::remove(state_->bot_file(bot.name, "commands.json"), ignored);
        if (std::find(platforms.begin(), platforms.end(), bot.platform) == platforms.end()) {
            platforms.push_back(bot.platform);
        }
    }
    if (!platforms.empty()) {
        options.platforms = std::move(platforms);
    }
    auto simulator = sim::Simulator::start(std::move(options));
    if (!simulator) {
        return simulator.error().within("simulator");
    }
    own_simulator_ = *std::move(simulator);
    simulator_ = own_simulator_.get();
    for (const auto& platform : simulator_->options().platforms) {
        const auto& addresses = *simulator_->addresses(platform);
        log::get("simulator")
            ->info("a loopback {} answers at {} and {}", platform, addresses.api_url,
                   addresses.gateway_url);
    }
    return {};
}

void Application::make_server() {
    const auto bots = [this] {
        std::vector<server::BotInfo> infos;
        for (const auto& bot : bots_) {
            const auto status = bot->status();
            infos.push_back({status.name, status.platform, status.state, status.detail});
        }
        return infos;
    };
    ServerService::Process process{io_,
                                   bus_,
                                   operations_,
                                   bots,
                                   [this](const std::string& name) { return find_bot(name); },
                                   state_->path()};
    process.readiness = [this](auto done) { check_ready(std::move(done)); };
    process.metrics = [this] { return measure(); };
    server_ = std::make_unique<ServerService>(std::move(process));
}

Result<> Application::start_server() {
    unsigned slot = bus::Lane::kNoSlot;
    if (config_.server.enabled) {
        const auto given = extensions_->slot("server");
        if (!given) {
            return given.error().within("server");
        }
        slot = *given;
    }
    return server_->start(config_.server, slot);
}

Result<Application::BotPtr> Application::make_bot(const config::BotSection& section) {
    interactions_.desk().set_policy(section.name,
                                    {section.interactions.guardian, section.interactions.after});
    return factory_.make(section, config_.runtime, *state_, simulator_);
}

void Application::add_bot(BotPtr bot) {
    const gateway::BotStatus status = bot->status();
    const std::string name = status.name;
    const auto* const platform = model::find_platform(status.platform);
    bots_.push_back(std::move(bot));
    if (platform != nullptr && model::find_operation(*platform, "commands.overwrite") != nullptr) {
        commands_->add_bot(name);
    }
    if (platform != nullptr) {
        presses_->add_bot(*platform);
    }
    operations_.add_bot(
        name,
        [this, name](hostapi::PlatformCall call, hostapi::OperationDone done) {
            asio::post(io_, [this, name, call = std::move(call), done = std::move(done)]() mutable {
                gateway::Bot* found = find_bot(name);
                if (found == nullptr) {
                    done(Error(ErrorKind::unavailable, "bot " + name + " has been removed"));
                    return;
                }
                found->call({call.info, std::move(call.arguments), std::move(call.nonce_key),
                             std::move(call.extension), call.deadline, call.lane},
                            std::move(done));
            });
        },
        model::find_platform(status.platform));
}

gateway::Bot* Application::find_bot(const std::string& name) {
    const auto found = std::find_if(bots_.begin(), bots_.end(),
                                    [&](const BotPtr& bot) { return bot->status().name == name; });
    return found == bots_.end() ? nullptr : found->get();
}

void Application::load_extensions() {
    extensions_->apply(config_, {});
    asio::post(io_, [this] { start_bots(); });
}

void Application::start_bots() {
    if (stopping_) {
        return;
    }
    bots_started_ = true;
    for (const auto& bot : bots_) {
        bot->start();
    }
    commands_->release();
}

void Application::interest_changed() {
    if (!bots_started_ || stopping_) {
        return;
    }
    for (const auto& bot : bots_) {
        const auto before = bot->status().intents;
        bot->interest_changed();
        const auto now = bot->status();
        for (const auto& intent : now.intents) {
            if (std::find(before.begin(), before.end(), intent) == before.end()) {
                new_sessions_[now.name].insert(intent);
            }
        }
    }
}

void Application::watch_signals() {
    for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGUSR1}) {
        signals_.add(number);
    }
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for a valid signal
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
        if (!error) {
            on_signal(number);
            watch_signals();
        }
    });
}

void Application::on_signal(int number) {
    switch (number) {
        case SIGHUP:
            log::get("core")->info("SIGHUP: reloading");
            extensions_->manager().post([this] { reload([](const std::string&) {}); });
            break;
        case SIGUSR1:
            log_status();
            break;
        default:
            if (stopping_) {
                log::get("core")->warn("a second signal: ending at once");
                log::flush();
                std::_Exit(1);
            }
            stop(number == SIGINT ? "SIGINT" : "SIGTERM");
    }
}

Snapshot Application::snapshot() const {
    Snapshot now;
    for (const auto& bot : bots_) {
        now.bots.push_back(bot->status());
    }
    now.extensions = extensions_->manager().list();
    now.disabled = extensions_->disabled();
    now.interactions = interactions_.desk().counters();
    now.server = server_->url();
    now.uptime = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                                  started_);
    now.resident_bytes = resident_bytes();
    return now;
}

server::RuntimeMetrics Application::measure() const {
    std::vector<gateway::BotMeasures> bots;
    for (const auto& bot : bots_) {
        bots.push_back(bot->measures());
    }
    return {to_metrics(snapshot(), bots), metrics_.text()};
}

void Application::check_ready(std::function<void(server::Readiness)> done) const {
    auto readiness = readiness_of(snapshot(), bots_started_ && !stopping_);
    // Asked for in earnest: a store that hangs or has no room does not answer as it should.
    kv_->get(
        {"core"}, "ready",
        [readiness = std::move(readiness),
         done = std::move(done)](const Result<std::optional<std::string>>& answer) mutable {
            readiness.parts.push_back({"store", "", answer ? "open" : "failed",
                                       answer ? "" : answer.error().message(), answer.has_value()});
            done(std::move(readiness));
        });
}

void Application::log_status() const {
    for (const std::string& line : to_lines(snapshot())) {
        log::get("status")->info("{}", line);
    }
}

void Application::stop(const std::string& why) {
    if (std::exchange(stopping_, true)) {
        return;
    }
    log::get("core")->info("stopping: {}", why);
    tasks_.spawn("shut down", [this] { return shut_down(); });
}

async::Task<> Application::drain_server() {
    auto done = std::make_shared<bool>(false);
    asio::steady_timer ready(io_, asio::steady_timer::time_point::max());
    extensions_->manager().post([this, done, &ready] {
        server_->drain(config_.runtime.drain_timeout, [done, &ready] {
            *done = true;
            ready.cancel();
        });
    });
    while (!*done) {
        boost::system::error_code ignored;
        co_await ready.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

async::Task<bool> Application::stop_extensions() {
    auto done = std::make_shared<std::optional<bool>>();
    asio::steady_timer ready(io_, asio::steady_timer::time_point::max());
    extensions_->manager().post([this, done, &ready] {
        command_desk_->book().on_change({});
        const bool clean = extensions_->manager().stop_all(config_.runtime.drain_timeout);
        asio::post(io_, [done, clean, &ready] {
            *done = clean;
            ready.cancel();
        });
    });
    while (!done->has_value()) {
        boost::system::error_code ignored;
        co_await ready.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return **done;
}

/// Intake first, then what is in flight (REST still answers), then the rest.
async::Task<> Application::shut_down() {
    // A reload that is exchanging bots right now finishes first: it looks at the same list.
    while (swapping_) {
        co_await async::sleep_for(Millis{5});
    }
    // What extensions declare goes with them now, and is wanted all the same.
    commands_->stop();
    for (const auto& bot : bots_) {
        co_await bot->close();
    }
    co_await drain_server();
    clean_ = co_await stop_extensions();
    server_->stop();
    co_await web_->stop();
    for (const auto& bot : bots_) {
        co_await bot->stop();
    }
    tails_.stop();
    co_await control_->stop();
    interactions_.stop();
    presses_->stop();
    end_timer_.cancel();
    signals_.cancel();
}

config::LoadOptions load_options() {
    config::LoadOptions options;
    options.check_intent = [](std::string_view, std::string_view intent) {
        return discord::check_intent(intent);
    };
    options.check_capability = hostapi::check_capability;
    options.check_scope = server::check_scope;
    options.check_event = [](std::string_view name) -> Result<> {
        const auto type = model::EventNames::intern(name);
        return type ? Result<>() : type.error();
    };
    return options;
}

int run(RunOptions options) { return Application(std::move(options)).run(); }

}  // namespace rookery::app
