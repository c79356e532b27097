#pragma once

#include <rookery/plugin.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What was done about somebody. Times are seconds since 1970.
struct Case {
    std::int64_t number = 0;
    std::string what;  ///< "warn", "timeout", ...
    std::string user;  ///< id
    std::string name;
    std::string by;  ///< id of the moderator
    std::string reason;
    std::int64_t at = 0;
    std::int64_t until = 0;  ///< of a timeout; else 0
    std::string removed_by;  ///< id of who took it back; empty: it stands
    std::int64_t removed_at = 0;

    [[nodiscard]] std::string json() const;
    [[nodiscard]] static Case read(std::string_view json);
};

/// The cases of all guilds, in the store: by number, and by user.
class Cases {
  public:
    explicit Cases(rookery::Kv kv) : kv_(kv) {}

    /// Gives it the guild's next number and keeps it. `event`: the id of the command that it is
    /// from: one that is handled again after a crash has its case already, which is what comes
    /// back.
    rookery::Task<Case> add(std::string guild, std::string event, Case what) const;
    rookery::Task<std::optional<Case>> find(std::string guild, std::int64_t number) const;
    /// Of one user, the newest first; at most 1,000.
    rookery::Task<std::vector<Case>> of(std::string guild, std::string user) const;
    /// It is kept, with who took it back and when. `what`: as find() gave it.
    rookery::Task<> remove(std::string guild, Case what, std::string by, std::int64_t at) const;

  private:
    rookery::Kv kv_;
};
