#pragma once

#include "actions.hpp"
#include "cases.hpp"

#include <rookery/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The plugin; each part of it has a file of its own.
//
// Coroutines take the call by pointer: the wrapper keeps it until they end. Everything else they
// take by value.
class Moderation final : public rookery::Plugin {
    template <class T = void>
    using Task = rookery::Task<T>;
    using CommandCall = rookery::CommandCall;

    void start() override;

    // actions.cpp: warn, timeout, untimeout, kick, ban, unban
    void declare_actions();
    void declare(Kind kind);
    Task<> act(const CommandCall* call, Kind kind);
    Task<rookery::Result<rookery::Done>> carry_out(const CommandCall* call, Kind kind,
                                                   std::string reason);
    Task<> tell(const CommandCall* call, Kind kind, std::string reason);
    [[nodiscard]] Case case_of(const CommandCall& call, Kind kind, const std::string& reason);

    // ranks.cpp: who may do what to whom. What is not allowed ends the command.

    /// Nobody acts on themselves, on the owner, or on somebody whose highest role is not below
    /// theirs and the bot's. Whether it is known that the bot is above them.
    Task<bool> check_rank(const CommandCall* call, Kind kind);
    /// Nobody takes back what is about themselves, or what somebody made who is not below them;
    /// owners and administrators take back what others made.
    Task<> check_author(const CommandCall* call, Case about);

    // case_commands.cpp: warnings, case show, case remove
    void declare_cases();
    Task<rookery::Page> page_of_cases(int page, rookery::JsonValue state);
    Task<> show_case(const CommandCall* call);
    Task<> remove_case(const CommandCall* call);

    // channels.cpp: purge, slowmode
    void declare_channels();
    Task<> purge(const CommandCall* call);
    /// Which messages go: noted before, so that a command that is handled again after a crash takes
    /// no others.
    Task<std::vector<std::string>> purged(const CommandCall* call);
    Task<> slow_down(const CommandCall* call);

    // settings.cpp: moderation log, tell, bandays
    void declare_settings();
    Task<std::string> set_log(const CommandCall* call);
    Task<std::string> set_tell(const CommandCall* call);
    Task<std::string> set_ban_days(const CommandCall* call);

    /// Answers; nobody is pinged by it.
    static void say(const CommandCall& call, std::string_view text);
    /// Tells the guild's log channel, where there is one.
    void write_log(std::string_view guild, std::string_view text) const;
    [[nodiscard]] std::int64_t seconds_now() const;
    [[nodiscard]] const Cases& cases() const { return *cases_; }

    std::optional<Cases> cases_;  // outlives its coroutines, as the plugin does
};
