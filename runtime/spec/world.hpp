#pragma once

#include "app/embedded.hpp"
#include "base/result.hpp"
#include "base/virtual_time.hpp"
#include "config/config.hpp"
#include "sim/simulator.hpp"
#include "spec/fake_web.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::spec {

/// What goes wrong while a case runs.
enum class Fault : std::uint8_t { none, resume, duplicate, limited, delay, crash };
[[nodiscard]] const char* name_of(Fault fault);

/// What a world is made of.
struct WorldPlan {
    std::filesystem::path spec;         ///< the file; names the extension where nothing else does
    std::filesystem::path plugins_dir;  ///< where the plugins' libraries are
    nlohmann::json options = nlohmann::json::object();  ///< of `world`
    Fault fault = Fault::none;
    Millis patience{5'000};  ///< real time until everything has to be at rest
};

/// A runtime with its simulator and a time that only its owner turns: one case runs in it. One
/// thread, not of the world.
class World {
  public:
    /// Errors: a plan that cannot be followed, and what keeps extensions or the bot from running.
    [[nodiscard]] static Result<std::unique_ptr<World>> start(WorldPlan plan);
    /// The files and folders of the extensions that would run in it; nothing is started.
    [[nodiscard]] static Result<std::vector<std::filesystem::path>> files_of(WorldPlan plan);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Waits until nothing is under way. Gives what the spec has to answer first, if anything: then
    /// it is to be called again. Error timeout when it takes longer than the patience, with what is
    /// still busy.
    [[nodiscard]] Result<std::optional<nlohmann::json>> rest();
    /// Goes on to the next due moment until `target`; as rest(), with which it begins and ends.
    [[nodiscard]] Result<std::optional<nlohmann::json>> advance_to(SteadyTime target);

    /// A request of the simulator's control interface, about the world's platform. With the world's
    /// fault, which hits what an `act` does.
    [[nodiscard]] Result<nlohmann::json> ask(const std::string& target, nlohmann::json body,
                                             bool act);

    enum class Again : std::uint8_t { restart, crash };
    /// The runtime ends, in order or by a crash, and begins again with what it has stored.
    [[nodiscard]] Result<> again(Again how);
    [[nodiscard]] Result<std::vector<std::string>> reload(const std::string& name);
    /// What the custom id of an extension's component names; empty: nothing that could be read.
    [[nodiscard]] std::string action_of(const std::string& custom_id) const;
    /// Error with what does not run.
    [[nodiscard]] Result<> check() const;

    [[nodiscard]] VirtualTime& time() noexcept { return time_; }
    [[nodiscard]] FakeWeb& web() noexcept { return web_; }
    [[nodiscard]] const std::string& platform() const noexcept { return platform_; }

  private:
    explicit World(WorldPlan plan);
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] Result<> configure();
    [[nodiscard]] Result<> choose_extensions();
    [[nodiscard]] Result<> add_extension(const std::string& kind, const std::string& name,
                                         const nlohmann::json& settings);
    [[nodiscard]] Result<> start_simulator();
    [[nodiscard]] Result<> start_runtime();
    [[nodiscard]] std::string busy(std::uint64_t& activity) const;
    void begin_fault();
    /// Kills the runtime in the middle of what an act brings about, if it brings about anything.
    [[nodiscard]] Result<> crash_in_the_middle(std::uint64_t requests);
    /// How many requests of the bot the simulator has had.
    [[nodiscard]] std::uint64_t requests_so_far() const;
    void break_something(nlohmann::json fault);
    [[nodiscard]] bool events_wait() const;

    WorldPlan plan_;
    std::string platform_;
    std::filesystem::path dir_;  ///< of this world alone
    unsigned lives_ = 0;         ///< state directories so far
    unsigned acts_ = 0;          ///< so far
    bool delayed_ = false;       ///< events wait in the simulator for a while
    config::Config config_;
    VirtualTime time_;
    FakeWeb web_;
    std::unique_ptr<sim::Simulator> simulator_;
    std::unique_ptr<app::Embedded> runtime_;
};

}  // namespace rookery::spec
