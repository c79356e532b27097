#include "platform/whatsapp/whatsapp_bot.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "gateway/intake.hpp"
#include "gateway/supervisor.hpp"
#include "net/tls.hpp"
#include "platform/whatsapp/api.hpp"
#include "platform/whatsapp/calls.hpp"
#include "platform/whatsapp/session.hpp"

#include <utility>

namespace rookery::whatsapp {

using async::Task;

namespace {

/// What the two addresses of the configuration lead to.
struct Places {
    net::Url api;
    std::string engine;
    std::string ns;
};

Result<net::Url> read_url(const std::string& text, const char* what) {
    auto url = net::parse_url(text);
    if (!url) {
        return url.error().within(what);
    }
    url->target = url->target.substr(0, url->target.find('?'));
    while (url->target.ends_with('/')) {
        url->target.pop_back();
    }
    return url;
}

/// Either address leads to the other.
Result<Places> find_places(const gateway::BotSetup& setup) {
    constexpr std::string_view kEvents = "/events";
    const bool has_gateway = !setup.gateway_url.empty();
    if (!has_gateway && setup.api_url.empty()) {
        return Error(ErrorKind::invalid,
                     "gateway_url: expected the bridge's address, like http://localhost:3000");
    }
    auto gateway = has_gateway ? read_url(setup.gateway_url, "gateway_url")
                               : read_url(setup.api_url, "api_url");
    if (!gateway) {
        return gateway.error();
    }
    Places places{*gateway, gateway->origin(), has_gateway ? gateway->target : std::string()};
    if (!setup.api_url.empty()) {
        auto api = read_url(setup.api_url, "api_url");
        if (!api) {
            return api.error();
        }
        places.api = *api;
    } else if (places.ns.ends_with(kEvents)) {
        places.api.target = places.ns.substr(0, places.ns.size() - kEvents.size());
    }
    if (places.api.target.empty()) {
        places.api.target = "/api";
    }
    if (places.ns.empty()) {
        places.ns = places.api.target + std::string(kEvents);
    }
    // The engine's address may be that of a websocket; the API's is the same host's.
    places.api.scheme = places.api.secure() ? "https" : "http";
    return places;
}

Result<net::ConnectOptions> connect_options(const gateway::BotSetup& setup) {
    net::ConnectOptions connect;
    auto tls = net::TlsContext::create(setup.ca_file.string());
    if (!tls) {
        return tls.error();
    }
    connect.tls = std::move(*tls);
    // A bridge usually runs beside the runtime, without TLS of its own.
    connect.allow_plain = true;
    return connect;
}

/// An answer that is given whatever happens: a call that is cancelled, or not begun any more, ends
/// with that.
struct Owed {
    explicit Owed(gateway::BotCallDone done_) : done(std::move(done_)) {}
    Owed(const Owed&) = delete;
    Owed& operator=(const Owed&) = delete;
    ~Owed() {
        if (done) {
            done(Error(ErrorKind::cancelled, "the bot was stopped"));
        }
    }
    gateway::BotCallDone done;
};

class WhatsAppBot final : public gateway::Bot {
  public:
    WhatsAppBot(const async::Executor& executor, const model::BotInfo& bot, SessionOptions session,
                ApiOptions api, std::unique_ptr<gateway::Intake> intake, log::Logger log,
                Millis silence)
        : bot_(bot),
          intake_(std::move(intake)),
          directory_({[this](std::string_view name) { return intake_->cursor(name); },
                      [this](std::string_view name, std::string_view value) {
                          intake_->set_cursor(name, value);
                      }}),
          api_(executor, std::move(api)),
          calls_(api_, directory_, *bot.platform),
          session_(executor, std::move(session), api_, directory_, *intake_, log),
          tasks_(executor, "whatsapp calls") {
        gateway::SupervisorOptions options;
        if (silence.count() > 0) {
            options.silence = silence;
        }
        supervisor_ = gateway::Supervisor::make(executor, session_, std::move(options), log);
    }

    void start() override {
        intake_->replay(std::chrono::steady_clock::now());
        supervisor_->start();
    }

    Task<> close() override {
        co_await supervisor_->close();
        co_await session_.close();
    }

    Task<> stop() override {
        api_.shutdown();
        tasks_.cancel();
        co_await tasks_.join();
    }

    void interest_changed() override {}

    void call(gateway::BotCall call, gateway::BotCallDone done) override {
        const auto owed = std::make_shared<Owed>(std::move(done));
        tasks_.spawn("call",
                     [this, call = std::move(call), owed] { return carry_out(call, owed); });
    }

    [[nodiscard]] gateway::BotStatus status() const override;
    [[nodiscard]] gateway::BotMeasures measures() const override;

    std::optional<std::string> cached(std::string_view, std::string_view,
                                      std::string_view) override {
        return std::nullopt;
    }
    std::optional<std::string> cached_list(std::string_view, std::string_view) override {
        return std::nullopt;
    }

  private:
    Task<> carry_out(gateway::BotCall call, std::shared_ptr<Owed> owed) {
        auto answer = co_await calls_.run(std::move(call));
        std::exchange(owed->done, nullptr)(std::move(answer));
    }

    const model::BotInfo& bot_;
    std::unique_ptr<gateway::Intake> intake_;
    mutable Directory directory_;
    Api api_;
    Calls calls_;
    Session session_;
    std::unique_ptr<gateway::Supervisor> supervisor_;
    async::TaskGroup tasks_;
};

gateway::BotStatus WhatsAppBot::status() const {
    gateway::BotStatus status;
    status.name = bot_.name;
    status.platform = "whatsapp";
    supervisor_->describe(status);
    const auto& counters = intake_->counters();
    status.user = directory_.name(directory_.own());
    if (status.user.empty()) {
        status.user = directory_.own();
    }
    status.seq = intake_->seq();
    status.frames = counters.arrivals;
    status.published = counters.published;
    status.redelivered = counters.redelivered;
    status.malformed = counters.malformed + session_.malformed();
    status.unclaimed = counters.unclaimed;
    status.open = intake_->open_deliveries();
    const auto& rest = api_.counters();
    status.rest_requests = rest.requests;
    status.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                          rest.limited_global + rest.limited_network;
    return status;
}

gateway::BotMeasures WhatsAppBot::measures() const {
    gateway::BotMeasures measures;
    measures.name = bot_.name;
    const auto& by_type = intake_->counters().by_type;
    measures.events.assign(by_type.begin(), by_type.end());
    for (const auto& [route, counters] : api_.routes()) {
        measures.routes.push_back(
            {route, counters.times.counts(), counters.answers, counters.limited});
    }
    return measures;
}

}  // namespace

Result<std::unique_ptr<gateway::Bot>> make_whatsapp_bot(async::Executor executor,
                                                        const model::BotInfo& bot,
                                                        gateway::BotSetup setup, bus::EventBus& bus,
                                                        const store::StateDir& state) {
    const auto places = find_places(setup);
    if (!places) {
        return places.error();
    }
    const auto connect = connect_options(setup);
    if (!connect) {
        return connect.error();
    }
    auto log = log::get(setup.name);
    auto intake = gateway::Intake::open(bot, bus, state, log);
    if (!intake) {
        return intake.error();
    }
    SessionOptions session;
    session.bot = setup.name;
    session.url = places->engine;
    session.ns = places->ns;
    session.key = setup.token;
    session.session = setup.session;
    session.connect = *connect;
    session.gap_messages = setup.gap_messages;
    session.show = std::move(setup.show);
    session.congested = [&bus] { return bus.congested(); };
    ApiOptions api;
    api.base = places->api;
    api.key = setup.token;
    api.session = setup.session;
    api.connect = *connect;
    api.uploads = {setup.upload_dir, setup.upload_limit};
    if (setup.rest_limit > 0) {
        api.rest.limits.global_per_second = setup.rest_limit;
    }
    return std::unique_ptr<gateway::Bot>(
        std::make_unique<WhatsAppBot>(executor, bot, std::move(session), std::move(api),
                                      std::move(*intake), log, setup.dispatch_timeout));
}

}  // namespace rookery::whatsapp
