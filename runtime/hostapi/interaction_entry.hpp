#pragma once

#include "hostapi/earlier_follow_ups.hpp"
#include "hostapi/interactions.hpp"

#include <algorithm>

namespace rookery::hostapi {

inline constexpr Millis kAnswerDeadline{10'000};  ///< of a first answer: after it nobody waits

/// What one extension does with an interaction.
struct Interactions::Part {
    std::string owner;
    std::string handler;  ///< empty: none of its handlers has begun
    SteadyTime since{};
    bool begun = false;
    bool finished = false;
};

/// A call that waits for its turn, or is under way.
struct Interactions::Waiting {
    std::string verb;
    nlohmann::json arguments;
    std::string extension;
    Millis deadline{};
    OperationDone done;
    std::optional<std::uint32_t> number;  ///< of the call, when it was made for this very event
    bool raw = false;                     ///< the platform's own call, with all that it needs
    bool guardian = false;                ///< nobody asked for it
    bool looked_up = false;
    bool searched = false;
    std::vector<AnswerStep> steps;
    std::size_t at = 0;
};

struct Interactions::Entry {
    std::uint64_t id = 0;
    std::string bot;
    std::string application;
    std::string channel;
    std::string message;  ///< the component's, empty otherwise
    std::string token;    ///< a credential: goes into requests and nowhere else
    InteractionType type = InteractionType::other;
    std::string what;   ///< "command remind"
    std::string typed;  ///< who types what where; empty unless something is being typed
    SteadyTime received{};
    AnswerState state;
    bool expired = false;
    bool busy = false;
    std::deque<std::shared_ptr<Waiting>> queue;
    std::vector<Part> parts;
    EarlierFollowUps earlier;  ///< touched while `busy` alone

    [[nodiscard]] Part& part(const std::string& owner) {
        const auto found = std::find_if(parts.begin(), parts.end(),
                                        [&](const Part& one) { return one.owner == owner; });
        return found == parts.end() ? parts.emplace_back(Part{owner, {}, {}, false, false})
                                    : *found;
    }
};

}  // namespace rookery::hostapi
