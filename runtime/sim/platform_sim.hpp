#pragma once

#include "sim/http_server.hpp"
#include "sim/recorder.hpp"
#include "sim/shared.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rookery::sim {

/// A message that a bot wrote, as a platform tells it to the control interface.
struct BotMessage {
    std::string_view channel;  ///< ids, in the platform's form
    std::string_view id;
    std::string_view reply_to;  ///< empty when it is no reply
    std::string_view content;
    const std::function<Json()>& show;  ///< as the platform shows it
    bool suppressed = false;            ///< not written: the bot had sent it before
};

/// Something that the chaos may do to a platform. What lasts is taken back after `lasts`.
struct ChaosFault {
    enum class Harm {
        harmless,  ///< "resumable": no event may be missing afterwards
        ends_sessions,
        rest
    };
    std::string name;  ///< as PlatformSim::fault() takes it
    Harm harm = Harm::harmless;
    Json parameters = Json::object();
    Millis lasts{0};
};

/// One platform of a simulator: its community, what its bots connect to, and what can be done to
/// both from outside. The control interface, the load, the verdict and the chaos are common code
/// and drive it through here. Ids are texts. Errors of kind not_found are answered with 404, others
/// with 400; a Json::exception of a parameter with 400. Simulator thread, but for start().
class PlatformSim {
  public:
    PlatformSim() = default;
    PlatformSim(const PlatformSim&) = delete;
    PlatformSim& operator=(const PlatformSim&) = delete;
    virtual ~PlatformSim() = default;

    /// Listens (Shared::listen). Called once, before the loop runs.
    [[nodiscard]] virtual Result<Addresses> start() = 0;

    /// {channel, user = "alice", text, guild?, ...} -> {id, channel}: somebody writes.
    [[nodiscard]] virtual Result<Json> say(const Json& what) = 0;
    /// {do: "write" | "edit" | "delete" | "react" | "unreact" | "typing" | ..., channel, user,
    /// message: an id, "last" (when none is named) or "last_bot", text, emoji, ...} -> what was
    /// made. All platforms know those named here, as far as people can do it there.
    [[nodiscard]] virtual Result<Json> act(const Json& what) = 0;
    /// {t, d}: an event just as it is given.
    [[nodiscard]] virtual Result<Json> dispatch(const Json& what) = 0;
    /// {kind, ...}: breaks something.
    [[nodiscard]] virtual Result<Json> fault(const Json& what) = 0;
    /// What the chaos may choose from, and the end of everything that it began.
    [[nodiscard]] virtual std::span<const ChaosFault> chaos_faults() = 0;
    virtual void end_faults() = 0;

    /// The messages of a channel, oldest first, as the platform shows them, with their text also
    /// as "content".
    [[nodiscard]] virtual Result<Json> messages(const std::string& channel) = 0;
    [[nodiscard]] virtual Json sessions() = 0;
    /// {acts, faults, bots: [{id, name}], guilds: [{id, name, channels: [{id, name}], members:
    /// [{id, name}]}], ...}
    [[nodiscard]] virtual Json state() = 0;
    [[nodiscard]] virtual Recorder& recorder() = 0;
    /// A further endpoint of its own; false when it has no such.
    [[nodiscard]] virtual bool handle(const HttpRequest& request, const Json& body,
                                      const HttpResponder& respond) {
        return (void)request, (void)body, (void)respond, false;
    }

    /// Makes the channels of a load run; how many there are.
    [[nodiscard]] virtual Result<unsigned> prepare_load(unsigned guilds,
                                                        unsigned channels_per_guild) = 0;
    /// Somebody writes `text` in such a channel. `quoted` is the text as it stands in a JSON text,
    /// without the quotation marks.
    virtual void send_load(unsigned place, const std::string& text, const std::string& quoted) = 0;
    /// {name: number} of what happened since the start: "reconnects", "identifies" (logins) and
    /// what else the platform counts; a run's account tells the differences.
    [[nodiscard]] virtual Json counts() = 0;
    /// While lifted no request is refused for its rate.
    virtual void lift_limits(bool lifted) = 0;
    /// The community writes so many lines a second by itself; 0 = nothing.
    virtual void chatter(double lines_per_second) = 0;

    /// What handlers that wait in the loop may refer to when they are destroyed with it: is kept
    /// until then.
    [[nodiscard]] virtual std::shared_ptr<void> remains() { return nullptr; }

    /// To be called for each message that a bot wrote.
    std::function<void(const BotMessage&)> on_bot_message = [](const BotMessage&) {};
};

using MakePlatformSim = std::unique_ptr<PlatformSim> (*)(Shared& shared);

}  // namespace rookery::sim
