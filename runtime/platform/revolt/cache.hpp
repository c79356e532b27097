#pragma once

#include "gateway/bot.hpp"
#include "model/json_index.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::revolt {

/// JSON texts by id, at most so many entries and bytes: the oldest goes first. A text of more than
/// kMostText bytes is not kept, nor what it would replace. Keys are model::id_key() of ids.
class Shelf {
  public:
    struct Entry {
        std::string id;
        std::string owner;  ///< the guild's or channel's id; may be empty
        std::string text;
    };

    static constexpr std::size_t kMostText = std::size_t{256} << 10U;
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20U;

    explicit Shelf(std::size_t most, std::size_t most_bytes = kMostBytes)
        : most_(most), most_bytes_(most_bytes) {}

    /// Replaces what is there under that key.
    void put(std::uint64_t key, std::string_view id, std::string_view owner, std::string_view text);
    /// Null when it is not there; valid until the next change.
    [[nodiscard]] const Entry* find(std::uint64_t key) const;
    void erase(std::uint64_t key);
    void erase_owner(std::string_view owner);
    void clear();
    /// As a JSON list, in the order in which they came; nullopt when there is none of that owner.
    [[nodiscard]] std::optional<std::string> list(std::uint64_t owner_key) const;

    template <class F>
    void each(F&& visit) const {
        for (const auto& [key, entry] : entries_) {
            visit(entry);
        }
    }
    [[nodiscard]] gateway::CacheKindStatus status(std::string_view kind) const;

  private:
    void make_room();

    std::size_t most_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t evicted_ = 0;
    mutable std::uint64_t hits_ = 0;
    mutable std::uint64_t misses_ = 0;
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::deque<std::uint64_t> order_;  ///< of coming; may name some that have gone
};

/// What the bot sees of the platform, as the platform's own JSON: filled by Ready and kept by the
/// events. Bounded; what is missing is fetched by nobody, its fields are empty. io thread.
class Cache {
  public:
    Cache() = default;

    void clear();

    void put_server(std::string_view text);
    void put_channel(std::string_view text);
    void put_user(std::string_view text);
    void put_member(std::string_view text);
    void put_emoji(std::string_view text);
    void put_message(std::string_view text);
    void put_webhook(std::string_view id, std::string_view channel);
    void drop_server(std::string_view id);  ///< with all that is in it
    void drop_channel(std::string_view id);
    void drop_member(std::string_view server, std::string_view user);
    void drop_emoji(std::string_view id);
    void drop_message(std::string_view id);

    /// The JSON text; empty when it is not there. Members and messages with `user` in them, as far
    /// as that is known. Valid as the caller's own.
    [[nodiscard]] std::string server(std::string_view id) const;
    [[nodiscard]] std::string channel(std::string_view id) const;
    [[nodiscard]] std::string user(std::string_view id) const;
    [[nodiscard]] std::string member(std::string_view server, std::string_view user) const;
    [[nodiscard]] std::string emoji(std::string_view id) const;
    [[nodiscard]] std::string message(std::string_view id) const;
    [[nodiscard]] std::string role(std::string_view server, std::string_view id) const;
    /// The server of a channel or an emoji; empty: none, or not known.
    [[nodiscard]] std::string server_of_channel(std::string_view channel) const;
    [[nodiscard]] std::string server_of_emoji(std::string_view emoji) const;
    [[nodiscard]] std::string channel_of_webhook(std::string_view webhook) const;
    [[nodiscard]] bool knows_channel(std::string_view id) const;
    /// A user's name as it is shown, in that server if it is given; a channel's or role's name.
    [[nodiscard]] std::string user_name(std::string_view server, std::string_view user) const;
    [[nodiscard]] std::string channel_name(std::string_view channel) const;
    [[nodiscard]] std::string role_name(std::string_view server, std::string_view role) const;

    /// As of gateway::Bot::cached() and cached_list().
    [[nodiscard]] std::optional<std::string> read(std::string_view kind, std::uint64_t owner,
                                                  std::uint64_t id) const;
    [[nodiscard]] std::optional<std::string> read_all(std::string_view kind,
                                                      std::uint64_t owner) const;
    [[nodiscard]] const Shelf& servers() const noexcept { return servers_; }
    [[nodiscard]] const Shelf& channels() const noexcept { return channels_; }
    [[nodiscard]] gateway::CacheStatus status() const;

  private:
    [[nodiscard]] std::string with_user(std::string text, std::string_view user) const;
    void keep_bound(std::string_view channel, std::uint64_t key);

    Shelf servers_{20'000};
    Shelf channels_{200'000};
    Shelf users_{50'000};
    Shelf members_{50'000};
    Shelf emojis_{50'000};
    Shelf messages_{20'000};
    Shelf webhooks_{20'000};
    std::unordered_map<std::uint64_t, std::deque<std::uint64_t>> channel_messages_;
};

/// `data` over `object`, without what `clear` names: the platform's own names of fields
/// ("DisplayName", "StatusText"). Texts of JSON objects; the object as it was when one is none.
[[nodiscard]] std::string apply_update(std::string_view object, std::string_view data,
                                       std::string_view clear);

/// The object with one more member in front of its end; `value` is JSON.
[[nodiscard]] std::string with_member(std::string_view object, std::string_view key,
                                      std::string_view value);
/// A JSON text of it.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace rookery::revolt
