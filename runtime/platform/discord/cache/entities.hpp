#pragma once

#include "cache/raw_json.hpp"
#include "cache/store.hpp"
#include "model/json_index.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::discord {

using cache::Kind;
using cache::KindSet;

/// How many members are kept, once somebody needs members at all.
enum class MemberPolicy : std::uint8_t {
    seen,  ///< who did something: wrote, reacted, joined, changed, is in voice
    all,   ///< also those that are merely listed, in guilds and chunks
};

/// The id of an object's field, 0 when it has none.
[[nodiscard]] inline std::uint64_t id_of(model::JsonNode node) noexcept {
    return node.as_id().value_or(0);
}
/// An invite's code as the id that its entry has.
[[nodiscard]] std::uint64_t hash_of_code(std::string_view code) noexcept;

/// Discord's objects in a cache::Store.
///
/// Texts are what came over the gateway, less what stands elsewhere: a member's `user` (kept once
/// for all guilds), `guild_id` (the entry's owner) and lists that have kinds of their own. read()
/// puts the whole object together again. Kinds that are not kept are never written, and found
/// empty. io thread.
class Entities {
  public:
    Entities(cache::StoreLimits limits, MemberPolicy members);

    /// What is kept from now on; what is not any more is forgotten.
    void keep(const KindSet& kinds);
    [[nodiscard]] bool keeps(Kind kind) const noexcept { return kinds_[cache::index_of(kind)]; }
    [[nodiscard]] const KindSet& kept() const noexcept { return kinds_; }
    [[nodiscard]] MemberPolicy members() const noexcept { return members_; }

    /// The whole object, appended to `out`; false when it is not there.
    bool read(std::string& out, Kind kind, std::uint64_t owner, std::uint64_t id);
    [[nodiscard]] std::string read(Kind kind, std::uint64_t owner, std::uint64_t id);
    /// A JSON list of all of one owner, in the order in which they came.
    [[nodiscard]] std::string read_all(Kind kind, std::uint64_t owner);
    /// A channel or thread; empty when unknown.
    [[nodiscard]] std::string read_channel(std::uint64_t id);

    /// Adds or replaces.
    void put(Kind kind, std::uint64_t owner, std::uint64_t id, model::JsonNode object);
    /// Adds, or merges by key into what is there.
    void merge(Kind kind, std::uint64_t owner, std::uint64_t id, model::JsonNode change);
    /// Merges into what is there; does nothing when it is not.
    void patch(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view change);
    /// A JSON object byte for byte.
    void put_raw(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text);
    bool erase(Kind kind, std::uint64_t owner, std::uint64_t id);
    /// A channel or thread with what belongs to it.
    void erase_channel(Kind kind, std::uint64_t id);
    /// A guild with all that belongs to it; users go with their last member.
    void erase_guild(std::uint64_t guild);

    /// An account as any payload shows it. A partial one ({id} alone) changes nothing. When a known
    /// one has changed visibly its former text is returned, if `want_old`.
    std::optional<std::string> see_user(model::JsonNode user, bool want_old = false);
    /// A member as any payload shows it, maybe partial.
    struct Sighting {
        std::uint64_t guild = 0;
        model::JsonNode member;
        model::JsonNode user{};  ///< when it is not inside of the member
        bool listed = false;     ///< did nothing, was only named
        bool want_old = false;
    };
    struct Seen {
        bool changed = true;  ///< the member itself is new or has changed visibly
        std::optional<std::string> user_before;  ///< as see_user() says
    };
    Seen see_member(const Sighting& sighting);
    /// The bot's own account: its members are never evicted.
    void set_self(std::uint64_t user) { self_ = user; }
    [[nodiscard]] std::uint64_t self() const noexcept { return self_; }

    /// A message was written in, or `more` < 0 taken out of, a channel: what the channel says of
    /// its messages follows, at the price of a number.
    void count_message(std::uint64_t channel, std::uint64_t newest, std::int64_t more);

    /// Writes what count_message() has counted into the texts.
    void settle();

    [[nodiscard]] cache::Store& store() noexcept { return store_; }
    [[nodiscard]] const cache::Store& store() const noexcept { return store_; }

  private:
    /// What has happened in a channel since its text came.
    struct Tail {
        std::uint64_t newest = 0;
        std::int64_t messages = 0;
        std::int64_t sent = 0;
    };

    void append(std::string& out, Kind kind, const cache::Entry& entry);
    static void append_counted(cache::ObjectWriter& channel, std::string_view text,
                               const Tail& tail);
    bool merge_member(std::uint64_t guild, std::uint64_t id, model::JsonNode member);
    void settle_thread(std::uint64_t guild, std::uint64_t id, model::JsonNode change);

    cache::Store store_;
    MemberPolicy members_;
    KindSet kinds_;
    std::uint64_t self_ = 0;
    std::unordered_map<std::uint64_t, Tail> tails_;
    std::string scratch_;
};

}  // namespace rookery::discord
