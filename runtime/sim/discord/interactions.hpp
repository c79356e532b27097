#pragma once

#include "sim/discord/actions.hpp"

#include <map>
#include <string>

namespace rookery::sim::discord {

/// An interaction that was sent to a bot, and how far it has been answered.
struct Interaction {
    enum class State { open, deferred, answered };

    Id id = 0;
    std::string token;
    Id application = 0;
    Id bot = 0;
    Id channel = 0;
    Id user = 0;
    WallTime created{};
    State state = State::open;
    int type = 2;
    Id about = 0;     ///< the message whose component was used, 0 = none
    Id response = 0;  ///< the message that answered it, 0 = none
    bool ephemeral = false;
    Json callback;  ///< the first answer as the bot sent it
};

/// The interactions of the last quarter of an hour. Simulator thread.
class Interactions {
  public:
    Interactions(Core& core, Actions& actions) : core_(core), actions_(actions) {}

    /// Sends INTERACTION_CREATE to that bot. `type` and `data` are those of the platform.
    Interaction& create(Id bot, Channel& channel, Id user, int type, const Json& data,
                        Id message = 0);
    /// Null when there is none, or its quarter of an hour has passed.
    [[nodiscard]] Interaction* find(const std::string& token);
    /// Told of each first answer, and of each message that answers or edits an answer later.
    void on_answer(std::function<void(const Interaction&, const Message*)> observer) {
        observer_ = std::move(observer);
    }
    void answered(const Interaction& interaction, const Message* message) const {
        if (observer_) {
            observer_(interaction, message);
        }
    }

    static constexpr Millis kAnswerTime{3'000};
    static constexpr Millis kTokenLife{15 * 60 * 1'000};

  private:
    Core& core_;
    Actions& actions_;
    std::map<std::string, Interaction> by_token_;
    std::function<void(const Interaction&, const Message*)> observer_;
};

}  // namespace rookery::sim::discord
