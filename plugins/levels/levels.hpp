#pragma once

#include "standing.hpp"

#include <rookery/plugin.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// One of the leaderboard.
struct Ranked {
    std::string user;
    std::string name;
    std::int64_t points = 0;

    [[nodiscard]] bool before(const Ranked& other) const {
        return points != other.points ? points > other.points : user < other.user;
    }
};
using Ranking = std::vector<Ranked>;

/// The plugin; each part of it has a file of its own.
//
// Coroutines take what they are about by pointer: the wrapper keeps it until they end. Everything
// else they take by value.
class Levels final : public rookery::Plugin {
    template <class T = void>
    using Task = rookery::Task<T>;
    using CommandCall = rookery::CommandCall;
    using Roles = rookery::List<rookery::Role>;

    void start() override;

    // points.cpp: what messages bring
    Task<> count(const rookery::MessageCreate* message);
    /// False when the message does not count.
    bool take(Standing& standing, const rookery::MessageCreate& message,
              const std::string& guild) const;
    Task<> rise(const rookery::MessageCreate* message, std::string guild, std::int64_t level);

    // level_roles.cpp: levels role, and whether a role may be one of a level

    /// Why nobody is to have the role by writing, whoever asks; empty: there is nothing.
    [[nodiscard]] static std::string fault_of(std::string_view guild, std::string_view id,
                                              const Roles& roles);
    /// Whether the role is out of the bot's reach, as a text; where it cannot know, the platform
    /// says so.
    Task<std::string> above_me(std::string guild, std::string id, const Roles* all);
    /// What one may give away oneself, levels may. Ends the command otherwise.
    Task<> check_role(const CommandCall* call);
    Task<std::string> set_role(const CommandCall* call);

    // ranks.cpp: rank, leaderboard
    void declare_ranks();
    Task<std::string> rank(const CommandCall* call);
    Task<rookery::Page> page_of(int page, rookery::JsonValue state);
    /// Of all members, the first ones first; up to half a minute old. Whoever asks next does not
    /// read thousands of entries again.
    Task<std::shared_ptr<const Ranking>> ranking(std::string guild);

    // settings.cpp: levels on, off, cooldown, announce
    void declare_settings();
    /// `json`: true, false, a number or an object. Answers with `said`.
    Task<std::string> set(std::string guild, std::string key, std::string json, std::string said);

    struct Kept {
        std::chrono::system_clock::time_point at;
        std::shared_ptr<const Ranking> all;
    };
    [[nodiscard]] bool fresh(const Kept& kept) const;

    std::map<std::string, Kept, std::less<>> rankings_;  // by guild
};
