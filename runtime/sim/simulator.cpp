#include "sim/simulator.hpp"

#include "base/log.hpp"
#include "sim/control.hpp"
#include "sim/discord/discord_sim.hpp"
#include "sim/guilded/guilded_sim.hpp"
#include "sim/holobridge/holobridge_sim.hpp"
#include "sim/revolt/revolt_sim.hpp"
#include "sim/whatsapp/whatsapp_sim.hpp"

#include <algorithm>
#include <array>
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

    // Destroyed from the end: what waits on the loop goes before the loop, and with the loop go
    // its handlers, before what those refer to.
    std::vector<std::shared_ptr<void>> remains;
    Shared shared;
    Control::Stages stages;
    std::unique_ptr<Control> control;
    HttpHandler control_handler;
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
    impl->thread = std::thread([shared = &impl->shared] { shared->io.run(); });
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

const Options& Simulator::options() const noexcept { return impl_->shared.options; }

std::vector<std::string> simulated_platforms() {
    std::vector<std::string> names;
    for (const auto& maker : kMakers) {
        names.emplace_back(maker.platform);
    }
    return names;
}

}  // namespace rookery::sim
