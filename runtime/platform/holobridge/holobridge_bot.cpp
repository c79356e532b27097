#include "platform/holobridge/holobridge_bot.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "base/log.hpp"
#include "gateway/intake.hpp"
#include "gateway/supervisor.hpp"
#include "net/tls.hpp"
#include "platform/holobridge/api.hpp"
#include "platform/holobridge/link.hpp"
#include "platform/holobridge/operations.hpp"

#include <chrono>
#include <utility>

namespace rookery::holobridge {
namespace {

using async::Task;

class HolobridgeBot final : public gateway::Bot {
  public:
    struct Parts {
        gateway::BotSetup setup;
        bus::EventBus* bus = nullptr;
        net::ConnectOptions connect;
        std::unique_ptr<Api> api;
        std::unique_ptr<gateway::Intake> intake;
        log::Logger log;
    };

    HolobridgeBot(const async::Executor& executor, Parts parts)
        : parts_(std::move(parts)),
          link_(executor, link_options(parts_), *parts_.api, *parts_.intake, parts_.log),
          supervisor_(
              gateway::Supervisor::make(executor, link_, supervision(parts_.setup), parts_.log)),
          calls_(executor, "holobridge calls") {}

    void start() override {
        parts_.intake->replay(std::chrono::steady_clock::now());
        supervisor_->start();
    }

    Task<> close() override {
        co_await supervisor_->close();
        co_await link_.close();
    }

    Task<> stop() override {
        parts_.api->shutdown();
        calls_.cancel();
        co_await calls_.join();
    }

    void interest_changed() override {}

    void call(gateway::BotCall call, gateway::BotCallDone done) override {
        auto request = make_request(call, link_.upstream(),
                                    {parts_.setup.upload_dir, parts_.setup.upload_limit});
        const auto job = std::make_shared<Job>(Job{std::move(request), std::move(done)});
        calls_.spawn("call", [this, job] { return run(job); });
    }

    gateway::BotStatus status() const override {
        gateway::BotStatus status;
        status.name = parts_.setup.name;
        status.platform = "holobridge";
        status.shards.resize(1);
        supervisor_->describe(status);
        gateway::describe(*parts_.intake, status);
        status.frames = status.shards.front().frames = parts_.intake->counters().arrivals;
        const rest::RestCounters& rest = parts_.api->counters();
        status.rest_requests = rest.requests;
        status.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                              rest.limited_global + rest.limited_network;
        return status;
    }

    gateway::BotMeasures measures() const override {
        gateway::BotMeasures measures;
        measures.name = parts_.setup.name;
        measures.events = gateway::event_counts(*parts_.intake);
        for (const auto& [label, route] : parts_.api->routes()) {
            measures.routes.push_back({label, route.times.counts(), route.answers, route.limited});
        }
        return measures;
    }

    /// Nothing is kept: the upstream has a cache.
    std::optional<std::string> cached(std::string_view /*kind*/, std::string_view /*owner*/,
                                      std::string_view /*id*/) override {
        return std::nullopt;
    }
    std::optional<std::string> cached_list(std::string_view /*kind*/,
                                           std::string_view /*owner*/) override {
        return std::nullopt;
    }

  private:
    struct Job {
        Result<ApiRequest> request;
        gateway::BotCallDone done;
    };

    static LinkOptions link_options(const Parts& parts) {
        LinkOptions options;
        options.bot = parts.setup.name;
        options.url = parts.setup.gateway_url;
        options.key = parts.setup.token;
        options.guilds = parts.setup.guilds;
        options.connect = parts.connect;
        options.congested = [bus = parts.bus] { return bus->congested(); };
        return options;
    }

    static gateway::SupervisorOptions supervision(const gateway::BotSetup& setup) {
        gateway::SupervisorOptions options;
        if (setup.dispatch_timeout.count() > 0) {
            options.silence = setup.dispatch_timeout;
        }
        return options;
    }

    /// `done` hears of it after call() has returned, whatever becomes of the task.
    Task<> run(std::shared_ptr<Job> job) {
        struct Always {
            Job& job;
            Result<nlohmann::json> answer = Error(ErrorKind::cancelled, "the bot stops");
            ~Always() { job.done(std::move(answer)); }
        } always{*job};
        co_await async::sleep_for(Millis{0});
        if (!job->request) {
            always.answer = job->request.error();
            co_return;
        }
        auto asked = parts_.api->send(std::move(*job->request));
        always.answer = co_await std::move(asked);
    }

    Parts parts_;
    Link link_;
    std::unique_ptr<gateway::Supervisor> supervisor_;
    async::TaskGroup calls_;
};

}  // namespace

Result<std::unique_ptr<gateway::Bot>> make_holobridge_bot(async::Executor executor,
                                                          const model::BotInfo& bot,
                                                          gateway::BotSetup setup,
                                                          bus::EventBus& bus,
                                                          const store::StateDir& state) {
    if (setup.gateway_url.empty()) {
        setup.gateway_url = setup.api_url;
    }
    if (setup.gateway_url.empty()) {
        return Error(ErrorKind::invalid,
                     "a bot of holobridge needs gateway_url: the server's address, "
                     "\"http://host:3000\"");
    }
    HolobridgeBot::Parts parts;
    parts.bus = &bus;
    parts.log = log::get("bot " + setup.name);
    const std::string api = setup.api_url.empty() ? setup.gateway_url : setup.api_url;
    if (api.starts_with("https:") || api.starts_with("wss:") ||
        setup.gateway_url.starts_with("https:") || setup.gateway_url.starts_with("wss:")) {
        auto tls = net::TlsContext::create(setup.ca_file.string());
        if (!tls) {
            return tls.error();
        }
        parts.connect.tls = *std::move(tls);
    }
    ApiOptions options;
    options.base_url = api;
    options.key = setup.token;
    options.connect = parts.connect;
    if (setup.rest_limit > 0) {
        options.rest.limits.global_per_second = setup.rest_limit;
    }
    auto made = Api::create(executor, std::move(options));
    if (!made) {
        return made.error();
    }
    parts.api = *std::move(made);
    auto intake = gateway::Intake::open(bot, bus, state, parts.log);
    if (!intake) {
        return intake.error();
    }
    parts.intake = *std::move(intake);
    parts.setup = std::move(setup);
    return std::unique_ptr<gateway::Bot>(new HolobridgeBot(executor, std::move(parts)));
}

}  // namespace rookery::holobridge
