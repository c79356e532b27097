#pragma once

#include "base/result.hpp"
#include "hostapi/command_form.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace rookery::hostapi {

/// A command that is to be there, and who wants it.
struct WantedCommand {
    int type = 1;
    std::string name;
    std::string owner;  ///< "script remind"
    std::string where;  ///< "remind.lua:5"
    nlohmann::json body;
};

/// What the commands of one bot are to be, by scope: a guild's id, or "" for everywhere. Sorted by
/// type and name.
using WantedCommands = std::map<std::string, std::vector<WantedCommand>>;

/// The commands that extensions declare. Each version of an extension declares into a session of
/// its own; only the session that is active counts, so that a reload, during which there are two,
/// goes from one set to the other in one step, and a failed one changes nothing. Any thread.
class CommandRegistry {
  public:
    using Session = std::uint64_t;
    using DeclarationId = std::uint64_t;

    static constexpr std::size_t kMostSlash = 100;
    static constexpr std::size_t kMostOfOther = 15;  ///< user commands; message commands

    /// `changed` is called after what is wanted may have changed; on any thread.
    void on_change(std::function<void()> changed);

    /// A built-in version gives way: what it declares is wanted only where nobody else's has the
    /// name, and there is room.
    [[nodiscard]] Session open(const std::string& owner, bool builtin = false);
    /// From now on this is the owner's version.
    void activate(Session session);
    /// The version has gone, and what it declared.
    void close(Session session);
    /// The owner is there, but no version of it would start: its commands stay as they are.
    void failed(const std::string& owner);
    void forget(const std::string& owner);

    /// Errors: invalid (the form, with its place), exists (the name is taken; names who has it),
    /// limit (more than the platform takes in one scope).
    [[nodiscard]] Result<DeclarationId> declare(Session session, const nlohmann::json& command,
                                                std::string where);
    void withdraw(DeclarationId declaration);

    [[nodiscard]] WantedCommands wanted(const std::string& bot) const;
    [[nodiscard]] std::set<std::string> failed_owners() const;

  private:
    struct Declaration {
        Session session;
        std::string where;
        CommandForm form;
    };
    struct Version {
        std::string owner;
        bool active = false;
        bool builtin = false;
    };

    [[nodiscard]] Result<> admit(Session session, const CommandForm& form) const;
    void tell() const;

    mutable std::mutex mutex_;
    std::function<void()> changed_;
    std::map<Session, Version> versions_;
    std::map<DeclarationId, Declaration> declarations_;
    std::set<std::string> failed_;
    std::uint64_t next_ = 1;
};

}  // namespace rookery::hostapi
