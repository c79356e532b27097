#include "sim/simulator.hpp"

#include "base/log.hpp"
#include "sim/control.hpp"
#include "sim/discord/discord_sim.hpp"
#include "sim/guilded/guilded_sim.hpp"
#include "sim/holobridge/holobridge_sim.hpp"
#include "sim/revolt/revolt_sim.hpp"
#include "sim/whatsapp/whatsapp_sim.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <future>
#include <set>
#include <thread>
#include <unistd.h>

namespace rookery::sim {
namespace {

struct Maker {
    const char* platform;
    MakePlatformSim make;
};

constexpr std::array kMakers = {
    Maker{"discord", discord::make_discord_sim},      Maker{"guilded", guilded::make_guilded},
    Maker{"holobridge", holobridge::make_holobridge}, Maker{"revolt", revolt::make_revolt_sim},
    Maker{"whatsapp", whatsapp::make_whatsapp},
};

}  // namespace

struct Simulator::Impl {
    explicit Impl(Options chosen) : shared(std::move(chosen)) {}

    ~Impl() {
        shared.io.stop();
        if (thread.joinable()) {
            thread.join();
        }
        std::error_code ignored;
        if (!shared.options.state_dir.empty()) {
            std::filesystem::remove(shared.options.state_dir / kSimulatorFile, ignored);
        }
    }

    Result<> prepare();
    Result<> add(const std::string& platform);
    Result<> write_state();
    void run();
    Answer ask(const std::string& target, const std::string& body);

    // Destroyed from the end: what waits on the loop goes before the loop, and with the loop go
    // its handlers, before what those refer to.
    std::vector<std::shared_ptr<void>> remains;
    Shared shared;
    Control::Stages stages;
    std::unique_ptr<Control> control;
    HttpHandler control_handler;
    std::uint64_t activity = 0;  ///< simulator thread
    std::thread thread;
};

Result<> Simulator::Impl::add(const std::string& platform) {
    const auto maker = std::find_if(kMakers.begin(), kMakers.end(), [&](const Maker& candidate) {
        return candidate.platform == platform;
    });
    if (maker == kMakers.end()) {
        return Error(ErrorKind::invalid,
                     "there is no simulator of '" + log::clipped(platform) + "'");
    }
    auto& stage = stages.emplace_back(shared, platform, maker->make);
    remains.push_back(stage.sim->remains());
    auto addresses = stage.sim->start();
    if (!addresses) {
        return addresses.error().within(platform);
    }
    stage.addresses = std::move(*addresses);
    stage.addresses.ca_file = shared.ca_file;
    stage.addresses.control_url = shared.control_url;
    return {};
}

Result<> Simulator::Impl::prepare() {
    const auto& options = shared.options;
    if (options.platforms.empty() ||
        std::set<std::string>(options.platforms.begin(), options.platforms.end()).size() !=
            options.platforms.size()) {
        return Error(ErrorKind::invalid, "the simulator needs a platform, and each but once");
    }
    if (auto done = shared.prepare(); !done) {
        return done;
    }
    control_handler = [this](HttpRequest request, HttpResponder respond) {
        control->handle(request, respond);
    };
    const auto host =
        shared.listen(options.control_port, [this](boost::asio::ip::tcp::socket socket) {
            serve_http(std::move(socket), {}, control_handler);
        });
    if (!host) {
        return host.error();
    }
    shared.control_url = "http://" + *host;
    for (const auto& platform : options.platforms) {
        if (auto done = add(platform); !done) {
            return done;
        }
    }
    control = std::make_unique<Control>(shared, stages);
    for (auto& stage : stages) {
        stage.sim->chatter(options.chatter);
    }
    return write_state();
}

void Simulator::Impl::run() {
    while (shared.io.run_one() != 0) {
        ++activity;
    }
}

Simulator::Answer Simulator::Impl::ask(const std::string& target, const std::string& body) {
    HttpRequest request;
    request.method = body.empty() ? "GET" : "POST";
    request.path = target.substr(0, target.find('?'));
    request.body = body;
    if (request.path.size() < target.size()) {
        std::string_view rest = std::string_view(target).substr(request.path.size() + 1);
        while (!rest.empty()) {
            const auto pair = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
            const auto name = pair.substr(0, pair.find('='));
            request.query.emplace(
                percent_decoded(name),
                percent_decoded(pair.substr(std::min(pair.size(), name.size() + 1))));
        }
    }
    auto answer = std::make_shared<std::promise<Answer>>();
    boost::asio::post(shared.io, [this, answer, request = std::move(request)] {
        control->handle(request, [answer](const HttpReply& reply) {
            answer->set_value({reply.status, reply.body});
        });
    });
    return answer->get_future().get();
}

Result<> Simulator::Impl::write_state() {
    if (shared.options.state_dir.empty()) {
        return {};
    }
    const auto entry = [](const Addresses& addresses) {
        Json json = addresses.more;
        if (json.is_null()) {
            json = Json::object();
        }
        json.update({{"api_url", addresses.api_url},
                     {"gateway_url", addresses.gateway_url},
                     {"token", addresses.token},
                     {"ca_file", addresses.ca_file}});
        return json;
    };
    const auto& first = stages.front().addresses;
    auto json = entry(first);
    json["control"] = first.control_url;
    json["pid"] = ::getpid();
    for (const auto& stage : stages) {
        json["platforms"][stage.name] = entry(stage.addresses);
    }
    return write_private(shared.options.state_dir / kSimulatorFile, json.dump(2) + "\n");
}

Result<std::unique_ptr<Simulator>> Simulator::start(Options options) {
    if (options.tokens.empty()) {
        options.tokens = {kDemoToken};
    }
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto ready = impl->prepare(); !ready) {
        return ready.error();
    }
    impl->thread = std::thread([part = impl.get()] { part->run(); });
    return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

const Addresses& Simulator::addresses() const noexcept { return impl_->stages.front().addresses; }

const Addresses* Simulator::addresses(std::string_view platform) const noexcept {
    const auto& stages = impl_->stages;
    const auto found = std::find_if(stages.begin(), stages.end(),
                                    [&](const Stage& stage) { return stage.name == platform; });
    return found == stages.end() ? nullptr : &found->addresses;
}

Simulator::Answer Simulator::ask(const std::string& target, const std::string& body) const {
    return impl_->ask(target, body);
}

std::uint64_t Simulator::catch_up() const {
    auto done = std::make_shared<std::promise<std::uint64_t>>();
    boost::asio::post(impl_->shared.io,
                      [done, part = impl_.get()] { done->set_value(part->activity); });
    return done->get_future().get();
}

const Options& Simulator::options() const noexcept { return impl_->shared.options; }

std::vector<std::string> simulated_platforms() {
    std::vector<std::string> names;
    for (const auto& maker : kMakers) {
        names.emplace_back(maker.platform);
    }
    return names;
}

}  // namespace rookery::sim
