#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace rookery::store {

/// The guilds that a bot is known to be in, and which of them have an outage, so that after a
/// resume without READY a guild that becomes available is told from one that was joined. Each
/// change is one appended line: it survives a kill. Belongs to one thread.
class GuildSet {
  public:
    /// Reads what is there; a missing file is an empty set.
    [[nodiscard]] static Result<GuildSet> open(const std::filesystem::path& path);

    GuildSet(GuildSet&& other) noexcept;
    GuildSet& operator=(GuildSet&& other) noexcept;
    ~GuildSet();

    enum class State : std::uint8_t {
        loading,  ///< listed by READY and not seen since; not kept over a restart
        present,
        outage,
    };

    /// The whole set anew, as READY lists it: all of them are loading. Returns those that were in
    /// it and are not any more.
    [[nodiscard]] Result<std::vector<std::uint64_t>> assign(std::span<const std::uint64_t> guilds);
    /// True when the set changed. A write that fails is logged: the set in memory stays right.
    bool insert(std::uint64_t guild);
    bool erase(std::uint64_t guild);
    /// Puts it into that state, and into the set when it is not there. Returns the state before.
    std::optional<State> set(std::uint64_t guild, State state);

    /// Nothing when it is not in the set.
    [[nodiscard]] std::optional<State> state(std::uint64_t guild) const;
    [[nodiscard]] bool contains(std::uint64_t guild) const { return guilds_.contains(guild); }
    [[nodiscard]] std::size_t size() const noexcept { return guilds_.size(); }

  private:
    explicit GuildSet(std::filesystem::path path) : path_(std::move(path)) {}
    [[nodiscard]] Result<> rewrite();
    void append(char sign, std::uint64_t guild);

    std::filesystem::path path_;
    std::unordered_map<std::uint64_t, State> guilds_;
    int file_ = -1;  ///< open for appending
};

}  // namespace rookery::store
