#include "platform/guilded/guilded_bot.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"
#include "model/event_names.hpp"
#include "net/tls.hpp"
#include "platform/guilded/api.hpp"
#include "platform/guilded/bot_link.hpp"
#include "platform/guilded/feed.hpp"
#include "platform/guilded/request.hpp"
#include "platform/guilded/user_link.hpp"
#include "platform/guilded/user_routes.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::guilded {
namespace {

using async::Task;

constexpr std::string_view kGone =
    "Guilded has ended its service: api_url and gateway_url name the server to use instead, one of "
    "your own or the simulator's";

Flavour flavour_of(const gateway::BotSetup& setup) {
    return setup.flavour == "user" ? Flavour::user : Flavour::bot;
}

/// Hosts of the service that is gone.
bool is_old_host(const std::string& url) {
    const auto read = net::parse_url(url);
    return read && (read->host == "guilded.gg" || read->host.ends_with(".guilded.gg"));
}

class GuildedBot final : public gateway::Bot {
  public:
    GuildedBot(const async::Executor& executor, const model::BotInfo& bot, gateway::BotSetup setup,
               bus::EventBus& bus, std::unique_ptr<gateway::Intake> intake)
        : executor_(executor),
          bot_(bot),
          setup_(std::move(setup)),
          bus_(bus),
          log_(log::get("bot " + setup_.name)),
          intake_(std::move(intake)),
          feed_(flavour_of(setup_), *intake_, seen_),
          leaving_(executor, "guilded teams"),
          work_(executor, "guilded bot") {}

    Result<> open();

    void start() override {
        intake_->replay(std::chrono::steady_clock::now());
        links_.front()->supervisor->start();
    }

    Task<> close() override {
        closing_ = true;
        for (std::size_t i = 0; i < links_.size(); ++i) {  // none comes or goes any more
            co_await links_[i]->supervisor->close();
        }
        co_await leaving_.join();
        work_.cancel();
        co_await work_.join();
    }
    Task<> stop() override { co_await api_->close(); }

    void interest_changed() override {}

    void call(gateway::BotCall call, gateway::BotCallDone done) override;
    gateway::BotStatus status() const override;
    gateway::BotMeasures measures() const override;

    std::optional<std::string> cached(std::string_view kind, std::string_view owner,
                                      std::string_view id) override {
        std::string_view found;
        if (kind == "messages") {
            found = seen_.messages.find(id);
        } else if (kind == "users") {
            found = seen_.users.find(id);
        } else if (kind == "members") {
            found = seen_.members.find(std::string(owner) + '/' + std::string(id));
        }
        return found.empty() ? std::nullopt : std::optional(std::string(found));
    }
    /// What has been seen of a list is never the whole of it.
    std::optional<std::string> cached_list(std::string_view /*kind*/,
                                           std::string_view /*owner*/) override {
        return std::nullopt;
    }

  private:
    struct Link {
        std::string team;
        std::unique_ptr<gateway::LinkSession> session;
        std::unique_ptr<gateway::Supervisor> supervisor;
    };

    [[nodiscard]] LinkOptions link_options();
    void add_link(std::string team, std::unique_ptr<gateway::LinkSession> session);
    void keep_teams(const std::vector<std::string>& teams);
    void drop_team(const std::string& team);

    async::Executor executor_;
    const model::BotInfo& bot_;
    gateway::BotSetup setup_;
    bus::EventBus& bus_;
    log::Logger log_;
    net::ConnectOptions connect_;
    std::string user_;
    Seen seen_;
    std::unique_ptr<gateway::Intake> intake_;
    std::unique_ptr<GuildedApi> api_;
    Feed feed_;
    std::unique_ptr<Account> account_;
    std::vector<std::unique_ptr<Link>> links_;  ///< the first: the bot's or the account's own
    std::uint32_t sockets_ = 0;
    bool crowded_ = false;  ///< said that there are too many teams
    bool closing_ = false;
    /// The ends of links to teams that were left. Joined, never cancelled: each holds a link until
    /// nothing of it runs any more.
    async::TaskGroup leaving_;
    async::TaskGroup work_;
};

LinkOptions GuildedBot::link_options() {
    LinkOptions out;
    out.gateway_url = setup_.gateway_url;
    out.connect = connect_;
    out.logged_in = [this](const std::string& name) { user_ = name; };
    out.congested = [this] { return bus_.congested(); };
    out.spawn = [this](std::string name, std::function<Task<>()> body) {
        work_.spawn(std::move(name), std::move(body));
    };
    return out;
}

void GuildedBot::add_link(std::string team, std::unique_ptr<gateway::LinkSession> session) {
    gateway::SupervisorOptions options;
    if (setup_.dispatch_timeout.count() > 0) {
        options.silence = setup_.dispatch_timeout;
    }
    auto link = std::make_unique<Link>();
    link->team = std::move(team);
    link->session = std::move(session);
    link->supervisor =
        gateway::Supervisor::make(executor_, *link->session, std::move(options), log_);
    links_.push_back(std::move(link));
}

Result<> GuildedBot::open() {
    if (setup_.api_url.starts_with("https:") || setup_.gateway_url.starts_with("https:") ||
        setup_.gateway_url.starts_with("wss:")) {
        auto tls = net::TlsContext::create(setup_.ca_file.string());
        if (!tls) {
            return tls.error();
        }
        connect_.tls = *std::move(tls);
    }
    ApiOptions api;
    api.flavour = flavour_of(setup_);
    api.base_url = setup_.api_url;
    api.media_url = setup_.cdn_url;
    api.token = setup_.token;
    api.client_id = Secret(setup_.client_id);
    api.connect = connect_;
    api.uploads.folder = setup_.upload_dir;
    api.uploads.max_file = setup_.upload_limit;
    if (setup_.rest_limit > 0) {
        api.rest.limits.global_per_second = setup_.rest_limit;
    }
    auto made = GuildedApi::create(executor_, std::move(api), seen_);
    if (!made) {
        return made.error();
    }
    api_ = *std::move(made);
    if (flavour_of(setup_) == Flavour::bot) {
        add_link({}, std::make_unique<BotLink>(executor_, link_options(), *api_, feed_, log_));
        return {};
    }
    account_ = std::make_unique<Account>(*api_, *intake_, seen_);
    account_->client_id = setup_.client_id;
    account_->gap_messages = setup_.gap_messages;
    account_->teams = [this](const std::vector<std::string>& teams) { keep_teams(teams); };
    account_->team_changed = [this](const std::string& team, bool gone) {
        std::vector<std::string> teams;
        for (std::size_t i = 1; i < links_.size(); ++i) {
            if (links_[i]->team != team) {
                teams.push_back(links_[i]->team);
            }
        }
        if (!gone && !team.empty()) {
            teams.push_back(team);
        }
        keep_teams(teams);
    };
    account_->congested = [this] { return bus_.congested(); };
    add_link(
        {}, std::make_unique<UserLink>(executor_, link_options(), *account_, "", sockets_++, log_));
    return {};
}

/// One socket for each team that the account is in, as far as there may be that many.
void GuildedBot::keep_teams(const std::vector<std::string>& teams) {
    if (closing_) {
        return;
    }
    for (const std::string& team : teams) {
        const bool there = std::any_of(links_.begin(), links_.end(),
                                       [&](const auto& link) { return link->team == team; });
        const bool wanted =
            setup_.guilds.empty() ||
            std::find(setup_.guilds.begin(), setup_.guilds.end(), team) != setup_.guilds.end();
        if (!there && wanted && links_.size() > kMostTeams) {
            if (!std::exchange(crowded_, true)) {
                log_->warn("more than {} teams: further ones have no connection", kMostTeams);
            }
        } else if (!there && wanted) {
            LinkOptions options = link_options();
            options.logged_in = [](const std::string& /*name*/) {};
            add_link(team, std::make_unique<UserLink>(executor_, std::move(options), *account_,
                                                      team, sockets_++, log_));
            links_.back()->supervisor->start();
        }
    }
    std::vector<std::string> left;
    for (std::size_t i = 1; i < links_.size(); ++i) {
        if (std::find(teams.begin(), teams.end(), links_[i]->team) == teams.end()) {
            left.push_back(links_[i]->team);
        }
    }
    for (const std::string& team : left) {
        drop_team(team);
    }
}

void GuildedBot::drop_team(const std::string& team) {
    const auto found = std::find_if(links_.begin() + 1, links_.end(),
                                    [&](const auto& link) { return link->team == team; });
    if (found == links_.end()) {
        return;
    }
    const std::shared_ptr<Link> link = std::move(*found);
    links_.erase(found);
    leaving_.spawn("leave team", [link]() -> Task<> {
        co_await async::sleep_for(Millis{0});  // it may be the link itself that has told us
        co_await link->supervisor->close();
    });
}

void GuildedBot::call(gateway::BotCall call, gateway::BotCallDone done) {
    const std::string name(call.info->name);
    const auto* const operation = model::find_operation(*bot_.platform, name);
    const bool user = flavour_of(setup_) == Flavour::user;
    if (operation == nullptr || (user && find_user_route(name) == nullptr) ||
        (!user && (operation->method == "SOCKET" || name == "dms.open"))) {
        done(Error(ErrorKind::unsupported,
                   name + ": not on guilded (flavour " + (user ? "user" : "bot") + ")"));
        return;
    }
    if (operation->method == "SOCKET") {
        auto* const link = static_cast<UserLink*>(links_.front()->session.get());
        const auto sent = link->typing(call.arguments.value("channelId", ""));
        done(sent ? Result<nlohmann::json>(nlohmann::json()) : sent.error().within(name));
        return;
    }
    api_->call(*operation, std::move(call), std::move(done));
}

gateway::BotStatus GuildedBot::status() const {
    gateway::BotStatus out;
    out.name = setup_.name;
    out.platform = "guilded";
    out.user = user_;
    links_.front()->supervisor->describe(out);
    for (std::size_t i = 1; i < links_.size(); ++i) {
        gateway::BotStatus one;
        links_[i]->supervisor->describe(one);
        for (auto& shard : one.shards) {
            shard.id = static_cast<std::uint32_t>(i);
            shard.detail = shard.detail.empty() ? "team " + links_[i]->team : shard.detail;
            out.shards.push_back(std::move(shard));
        }
        out.connects += one.connects;
        out.bytes_in += one.bytes_in;
        out.bytes_plain += one.bytes_plain;
    }
    out.shard_count = static_cast<std::uint32_t>(links_.size());
    gateway::describe(*intake_, out);
    const rest::RestCounters& rest = api_->counters();
    out.rest_requests = rest.requests;
    out.rest_limited = rest.limited_bucket + rest.limited_hidden + rest.limited_shared +
                       rest.limited_global + rest.limited_network;
    return out;
}

gateway::BotMeasures GuildedBot::measures() const {
    gateway::BotMeasures out;
    out.name = setup_.name;
    out.events = gateway::event_counts(*intake_);
    for (const auto& [label, route] : api_->routes()) {
        out.routes.push_back({label, route.times.counts(), route.answers, route.limited});
    }
    return out;
}

}  // namespace

Result<> check_setup(const gateway::BotSetup& setup) {
    if (setup.flavour != "" && setup.flavour != "bot" && setup.flavour != "user") {
        return Error(ErrorKind::invalid,
                     "flavour: expected \"bot\" or \"user\", got \"" + setup.flavour + '"');
    }
    if (setup.api_url.empty() || setup.gateway_url.empty() || is_old_host(setup.api_url) ||
        is_old_host(setup.gateway_url)) {
        return Error(ErrorKind::invalid, std::string(kGone));
    }
    return {};
}

Result<std::unique_ptr<gateway::Bot>> make_guilded_bot(async::Executor executor,
                                                       const model::BotInfo& bot,
                                                       gateway::BotSetup setup, bus::EventBus& bus,
                                                       const store::StateDir& state) {
    if (auto good = check_setup(setup); !good) {
        return good.error();
    }
    auto intake = gateway::Intake::open(bot, bus, state, log::get("bot " + setup.name));
    if (!intake) {
        return intake.error();
    }
    auto made =
        std::make_unique<GuildedBot>(executor, bot, std::move(setup), bus, *std::move(intake));
    if (auto opened = made->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<gateway::Bot>(std::move(made));
}

}  // namespace rookery::guilded
