#pragma once

#include "sim/community/faults.hpp"
#include "sim/community/world.hpp"
#include "sim/platform_sim.hpp"

#include <boost/asio/steady_timer.hpp>

#include <random>

namespace rookery::sim::community {

/// What the simulated platforms with a community::World have in common: talking, acting, load and
/// faults. A platform adds what it says on the wire. Simulator thread.
class Platform : public PlatformSim {
  public:
    [[nodiscard]] Result<Json> say(const Json& what) override;
    [[nodiscard]] Result<Json> act(const Json& what) override;
    [[nodiscard]] Result<Json> fault(const Json& what) override;
    [[nodiscard]] std::span<const ChaosFault> chaos_faults() override;
    void end_faults() override;
    [[nodiscard]] Result<Json> messages(const std::string& channel) override;
    [[nodiscard]] Json state() override;
    [[nodiscard]] Recorder& recorder() override { return recorder_; }
    [[nodiscard]] Result<unsigned> prepare_load(unsigned guilds,
                                                unsigned channels_per_guild) override;
    void send_load(unsigned place, const std::string& text, const std::string& quoted) override;
    [[nodiscard]] Json counts() override;
    void lift_limits(bool lifted) override { limits_lifted_ = lifted; }
    void chatter(double lines_per_second) override;

  protected:
    /// `replays`: what a client missed while it was away reaches it.
    Platform(Shared& shared, bool replays);

    /// To be called by the platform's constructor, once its world exists.
    void watch(World& world, Faults& faults, std::map<std::string, unsigned>& counts);

    /// A fault that happens at once to every connection; how many it hit.
    [[nodiscard]] virtual Result<unsigned> inject(const std::string& kind,
                                                  const Json& parameters) = 0;
    [[nodiscard]] virtual std::vector<std::string> inject_names() const = 0;
    /// A message as the platform's REST gives it.
    [[nodiscard]] virtual Json show(const Message& message) = 0;
    /// The platform's form of an emoji that a person chose.
    [[nodiscard]] virtual std::string emoji(const std::string& given) { return given; }
    /// The platform's own body of a text that a person writes; null = the text alone.
    [[nodiscard]] virtual Json body_of(const std::string& text) { return (void)text, nullptr; }
    /// Takes back, or gives back, the credentials of the bots with this token.
    virtual void revoke(const std::string& token, bool revoked) { (void)token, (void)revoked; }

    [[nodiscard]] World& world() { return *world_; }
    [[nodiscard]] bool limits_lifted() const { return limits_lifted_; }

    Shared& shared_;
    Recorder recorder_;

  private:
    struct Place {
        std::string channel;
        std::vector<std::string> writers;
    };
    void heard(const Happening& happening);
    void chat();

    bool replays_;
    World* world_ = nullptr;
    Faults* faults_ = nullptr;
    std::map<std::string, unsigned>* counts_ = nullptr;
    std::vector<Place> places_;
    std::mt19937_64 random_;
    boost::asio::steady_timer chatter_timer_;
    double chatter_rate_ = 0;
    bool limits_lifted_ = false;
};

/// An act of a person: {do, ...} with the parameters that PlatformSim::act() describes. `emoji`
/// turns what was chosen into the platform's form, `body` a text.
struct ActForms {
    std::function<std::string(const std::string&)> emoji;
    std::function<Json(const std::string&)> body;
};
[[nodiscard]] Result<Json> perform(World& world, const Json& act, const ActForms& forms);
[[nodiscard]] std::vector<std::string> act_names();

}  // namespace rookery::sim::community
