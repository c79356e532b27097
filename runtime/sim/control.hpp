#pragma once

#include "sim/chaos.hpp"
#include "sim/load_run.hpp"
#include "sim/platform_sim.hpp"

#include <list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rookery::sim {

/// One platform of the simulator, under its name.
struct Stage {
    Stage(Shared& shared, std::string named, MakePlatformSim make)
        : name(std::move(named)), sim(make(shared)), chaos(shared, *sim) {}

    std::string name;
    std::unique_ptr<PlatformSim> sim;
    Chaos chaos;
    Addresses addresses;
};

/// The control interface: acts in the communities from outside, breaks things on demand and tells
/// what was seen. A request names its platform by "platform" in the body or the query, or before
/// the channel ("revolt:#general"); without that the first one is meant. Answers JSON; errors as
/// {"error": text} with status 400 or 404. Simulator thread.
class Control {
  public:
    using Stages = std::list<Stage>;

    Control(Shared& shared, Stages& stages);

    void handle(const HttpRequest& request, const HttpResponder& respond);

  private:
    struct Question;
    /// A request on its way.
    struct Ask {
        Stage& stage;
        const HttpRequest& request;
        const Json& body;
        const HttpResponder& respond;
        std::string channel;  ///< of the query, without its platform
    };
    using Handler = void (Control::*)(const Ask&);
    struct Endpoint {
        const char* method;
        const char* path;
        Handler handler;
    };
    static std::span<const Endpoint> endpoints();
    [[nodiscard]] Stage* named(std::string_view name);
    /// The platform that a request is for, with `channel` freed of its name. Null with `error` set.
    [[nodiscard]] Stage* choose(const std::string& wanted, std::string& channel,
                                std::string& error);

    void say(const Ask& ask);
    void load(const Ask& ask);
    void progress(const Ask& ask);
    void verdict(const Ask& ask);
    void act(const Ask& ask);
    void dispatch(const Ask& ask);
    void fault(const Ask& ask);
    void chaos(const Ask& ask);
    void log(const Ask& ask);
    void violations(const Ask& ask);
    void sessions(const Ask& ask);
    void messages(const Ask& ask);
    void reset(const Ask& ask);
    void state(const Ask& ask);

    void heard(const std::string& platform, const BotMessage& message);

    Shared& shared_;
    Stages& stages_;
    LoadRuns runs_;
    std::list<std::shared_ptr<Question>> questions_;
};

}  // namespace rookery::sim
