#pragma once

#include "sim/discord/chaos.hpp"
#include "sim/discord/gateway.hpp"
#include "sim/discord/gestures.hpp"
#include "sim/discord/interactions.hpp"
#include "sim/discord/load_run.hpp"
#include "sim/discord/rest.hpp"

#include <list>
#include <memory>

namespace rookery::sim::discord {

/// The control interface: acts in the world from outside, breaks things on demand and tells what
/// was seen. Answers JSON; errors as {"error": text} with status 400 or 404. Simulator thread.
class Control {
  public:
    Control(Core& core, Actions& actions, Interactions& interactions, Gateway& gateway, Rest& rest,
            LoadRuns& runs);

    void handle(const HttpRequest& request, const HttpResponder& respond);

  private:
    struct Question;
    using Handler = void (Control::*)(const HttpRequest&, const Json&, const HttpResponder&);
    struct Endpoint {
        const char* method;
        const char* path;
        Handler handler;
    };
    static std::span<const Endpoint> endpoints();

    void say(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void load(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void progress(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void verdict(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void act(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void dispatch(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void fault(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void chaos(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void log(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void violations(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void sessions(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void messages(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void interaction(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void interact(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void reset(const HttpRequest& request, const Json& body, const HttpResponder& respond);
    void state(const HttpRequest& request, const Json& body, const HttpResponder& respond);

    void heard(const Message& message);

    Core& core_;
    Actions& actions_;
    Interactions& interactions_;
    Gateway& gateway_;
    Rest& rest_;
    LoadRuns& runs_;
    Gestures gestures_;
    Chaos chaos_;
    std::list<std::shared_ptr<Question>> questions_;
};

}  // namespace rookery::sim::discord
