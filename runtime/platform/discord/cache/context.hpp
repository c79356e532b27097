#pragma once

#include "model/event_names.hpp"
#include "platform/discord/cache/handlers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::discord {

/// The rank of a channel among those of its group and category, or of a role among its guild's,
/// from 0; nullopt when it is not cached. Discord's own `position` has gaps and ties.
[[nodiscard]] std::optional<std::int64_t> channel_rank(const Entities& entities,
                                                       std::uint64_t guild, std::uint64_t channel);
[[nodiscard]] std::optional<std::int64_t> role_rank(const Entities& entities, std::uint64_t guild,
                                                    std::uint64_t role);

/// Cached members that have the role; all members for the one that everybody has.
[[nodiscard]] std::int64_t holders_of(const Entities& entities, std::uint64_t guild,
                                      std::uint64_t role);

/// The permissions that somebody with these roles has in the guild, channels aside: every bit for
/// its owner. Nullopt when the guild's roles are not cached.
[[nodiscard]] std::optional<std::uint64_t> permissions_of(const Entities& entities,
                                                          std::uint64_t guild, std::uint64_t user,
                                                          model::JsonNode roles);

/// {"id":"name"} of the users, roles and channels that a text mentions, as far as they are cached;
/// empty when there are none.
[[nodiscard]] std::string names_in(const Entities& entities, std::uint64_t guild,
                                   std::string_view content);

/// Composes the context documents of one dispatch's events: made before the cache takes the
/// dispatch up, so that it sees what was, and asked afterwards.
class ContextWriter {
  public:
    /// `handler` may be null.
    ContextWriter(Entities& entities, const Turn& turn, const Handler* handler,
                  std::string_view cdn);

    /// What the mapping of that event reads, as far as it is known: JSON, or empty. `old`: as in
    /// Raised or Turn.
    [[nodiscard]] std::string write(const model::RawEventInfo& event, std::string_view old);

  private:
    [[nodiscard]] std::optional<std::int64_t> rank() const;
    [[nodiscard]] std::optional<std::uint64_t> permissions(model::JsonNode roles) const;
    void write_people(cache::ObjectWriter& object, const model::RawEventInfo& event);
    void write_places(cache::ObjectWriter& object, const model::RawEventInfo& event);
    void write_numbers(cache::ObjectWriter& object, const model::RawEventInfo& event);

    Entities& entities_;
    const Turn& turn_;
    const Handler* handler_;
    std::string_view cdn_;
    /// Whom and where the event is about; looked for when first asked.
    [[nodiscard]] std::uint64_t guild() const;
    [[nodiscard]] std::uint64_t user() const;

    mutable std::optional<std::uint64_t> guild_;
    mutable std::optional<std::uint64_t> user_;
    std::optional<std::int64_t> old_position_;
    std::optional<std::uint64_t> old_permissions_;
};

}  // namespace rookery::discord
