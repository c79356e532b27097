#include "platform/revolt/revolt_bot.hpp"

#include "base/log.hpp"
#include "gateway/intake.hpp"
#include "gateway/supervisor.hpp"
#include "net/tls.hpp"
#include "platform/revolt/api.hpp"
#include "platform/revolt/cache.hpp"
#include "platform/revolt/dispatcher.hpp"
#include "platform/revolt/gap_filler.hpp"
#include "platform/revolt/link.hpp"
#include "platform/revolt/operations.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rookery::revolt {
namespace {

constexpr std::string_view kService = "https://api.stoat.chat";
/// Channels of one gap that may be fetched to their full number.
constexpr std::size_t kChannelsOfGap = 25;

std::int64_t wall_millis() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

class RevoltBot final : public gateway::Bot {
  public:
    RevoltBot(const async::Executor& executor, const model::BotInfo& bot,
              const gateway::BotSetup& setup, bus::EventBus& bus, std::unique_ptr<Api> api,
              std::unique_ptr<gateway::Intake> intake, const Link::Options& link, log::Logger log)
        : bot_(bot),
          api_(std::move(api)),
          intake_(std::move(intake)),
          dispatcher_(*intake_, cache_, log, wall_millis),
          gaps_(executor, *api_, *intake_, cache_, dispatcher_, bus,
                {setup.gap_messages, setup.gap_messages * kChannelsOfGap}, log),
          link_(executor, {api_.get(), intake_.get(), &dispatcher_, &gaps_, &bus}, link, log),
          supervisor_(gateway::Supervisor::make(executor, link_, supervision(setup), log)),
          operations_(executor,
                      {&bot_, api_.get(), &cache_, [this] { return dispatcher_.self(); },
                       [this](std::string_view channel) { return link_.typing(channel); }}) {
        dispatcher_.on_message([this](std::string_view channel, std::string_view id, bool late) {
            gaps_.taken(channel, id, late);
        });
    }

    void start() override {
        intake_->replay(std::chrono::steady_clock::now());
        supervisor_->start();
    }
    async::Task<> close() override {
        co_await supervisor_->close();
        co_await gaps_.end();
    }
    async::Task<> stop() override {
        api_->shutdown();
        co_await operations_.close();
    }
    void interest_changed() override {}

    void call(gateway::BotCall call, gateway::BotCallDone done) override {
        operations_.call(std::move(call), std::move(done));
    }

    gateway::BotStatus status() const override {
        gateway::BotStatus status;
        status.name = bot_.name;
        status.platform = "revolt";
        status.user = log::clipped(dispatcher_.self_name(), 64);
        supervisor_->describe(status);
        gateway::describe(*intake_, status);
        status.malformed += dispatcher_.malformed();
        status.cache = cache_.status();
        const rest::RestCounters& rest = api_->counters();
        status.rest_requests = rest.requests;
        status.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                              rest.limited_global + rest.limited_network;
        return status;
    }

    gateway::BotMeasures measures() const override {
        gateway::BotMeasures measures;
        measures.name = bot_.name;
        measures.events = gateway::event_counts(*intake_);
        for (const auto& [label, route] : api_->routes()) {
            measures.routes.push_back({label, route.times.counts(), route.answers, route.limited});
        }
        return measures;
    }

    std::optional<std::string> cached(std::string_view kind, std::string_view owner,
                                      std::string_view id) override {
        return cache_.read(kind, model::id_key(owner), model::id_key(id));
    }
    std::optional<std::string> cached_list(std::string_view kind, std::string_view owner) override {
        return cache_.read_all(kind, model::id_key(owner));
    }

  private:
    static gateway::SupervisorOptions supervision(const gateway::BotSetup& setup) {
        gateway::SupervisorOptions options;
        if (setup.dispatch_timeout > Millis::zero()) {
            options.silence = setup.dispatch_timeout;
        }
        return options;
    }

    const model::BotInfo& bot_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<gateway::Intake> intake_;
    Cache cache_;
    Dispatcher dispatcher_;
    GapFiller gaps_;
    Link link_;
    std::unique_ptr<gateway::Supervisor> supervisor_;
    Operations operations_;
};

bool secure(std::string_view url) { return url.starts_with("https:") || url.starts_with("wss:"); }

}  // namespace

Result<std::unique_ptr<gateway::Bot>> make_revolt_bot(async::Executor executor,
                                                      const model::BotInfo& bot,
                                                      gateway::BotSetup setup, bus::EventBus& bus,
                                                      const store::StateDir& state) {
    if (setup.api_url.empty()) {
        setup.api_url = kService;
    }
    Link::Options link;
    link.token = setup.token;
    if (setup.format == "msgpack") {
        link.format = protocol::revolt::Format::msgpack;
    } else if (!setup.format.empty() && setup.format != "json") {
        return Error(ErrorKind::invalid,
                     "format: expected \"json\" or \"msgpack\", got \"" + setup.format + "\"");
    }
    if (secure(setup.api_url) || secure(setup.gateway_url) || secure(setup.cdn_url)) {
        auto tls = net::TlsContext::create(setup.ca_file.string());
        if (!tls) {
            return tls.error();
        }
        link.connect.tls = *std::move(tls);
    }
    ApiOptions options;
    options.base_url = setup.api_url;
    options.gateway_url = setup.gateway_url;
    options.cdn_url = setup.cdn_url;
    options.token = setup.token;
    options.connect = link.connect;
    options.uploads = {setup.upload_dir, setup.upload_limit};
    if (setup.rest_limit > 0) {
        options.rest.limits.global_per_second = setup.rest_limit;
    }
    auto api = Api::create(executor, std::move(options));
    if (!api) {
        return api.error();
    }
    auto log = log::get("bot " + setup.name);
    auto intake = gateway::Intake::open(bot, bus, state, log);
    if (!intake) {
        return intake.error();
    }
    return std::unique_ptr<gateway::Bot>(std::make_unique<RevoltBot>(
        executor, bot, setup, bus, *std::move(api), *std::move(intake), link, log));
}

}  // namespace rookery::revolt
