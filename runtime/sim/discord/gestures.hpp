#pragma once

#include "sim/discord/command_line.hpp"
#include "sim/discord/interactions.hpp"
#include "sim/http_server.hpp"

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rookery::sim::discord {

/// People who use a bot's commands, buttons, selects and modals, and wait for what it answers.
/// Simulator thread.
class Gestures {
  public:
    Gestures(Core& core, Actions& actions, Interactions& interactions);

    /// {kind: "slash" | "complete" | "click" | "submit", user, channel, ...} is done at once; the
    /// answer comes when the bot has answered to the end, or after `timeout_ms`:
    /// {answered, deferred, type, content?, message?, choices?, modal?, removed?, latency_ms}. A
    /// first answer to a component that shows nothing (it is only taken note of, or nothing can be
    /// pressed any more) is no end: what becomes visible behind it is, the message changed or
    /// removed or another one of the bot in that channel, or the end of the time. With
    /// `wait: false` only {token} comes, at once; describe() then tells how it went on.
    void perform(const Json& what, const HttpResponder& respond);
    /// Adds to `out` what the interaction of that token has been answered with so far: {answered,
    /// deferred, type?, choices?, modal?, messages}. Only of those that nobody waits for.
    void describe(const std::string& token, Json& out);

  private:
    struct Waiting;
    struct Kept;
    /// What a message's component or a modal's form makes of the interaction.
    struct Prepared {
        int type = 2;
        Id bot = 0;
        Id channel = 0;
        Id user = 0;
        Id message = 0;
        Json data;
    };

    [[nodiscard]] Result<Prepared> prepare(const Json& what);
    [[nodiscard]] Result<> command(const Json& what, Prepared& out);
    [[nodiscard]] Result<> click(const Json& what, Prepared& out);
    [[nodiscard]] Result<> submit(const Json& what, Prepared& out);
    void answered(const Interaction& interaction, const Message* message);
    void keep(Kept& kept, const Interaction& interaction, const Message* message);
    /// What became of a message of any interaction.
    void seen(const Message& message, bool gone);
    /// Whether it is the message that was used, and people see it as it was before.
    [[nodiscard]] static bool looks_same(const Waiting& waiting, const Message& message);
    [[nodiscard]] Json told(int type, const Message* message);
    void finish(const std::shared_ptr<Waiting>& waiting, Json answer);

    Core& core_;
    Interactions& interactions_;
    std::list<std::shared_ptr<Waiting>> waiting_;
    /// An interaction that nobody waits for, with its answers.
    struct Kept {
        Prepared what;
        Json answer;
        std::vector<Id> messages;  ///< that answered it, oldest first
    };
    std::map<std::string, Kept> kept_;  ///< by token
    /// The modal that each person sees: its form, and where it came from.
    struct Modal {
        Json form;
        Prepared origin;
    };
    std::map<Id, Modal> modals_;
};

}  // namespace rookery::sim::discord
