#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rookery::guilded {

/// JSON texts by a key, the least recently used forgotten first. io thread.
class SeenTexts {
  public:
    explicit SeenTexts(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Keeps a copy, in place of what was there. One longer than a sixteenth of the budget is not
    /// kept.
    void put(std::string key, std::string_view text);
    /// Empty when it is not there; valid until the next call.
    [[nodiscard]] std::string_view find(std::string_view key);
    void erase(std::string_view key);

    [[nodiscard]] std::size_t size() const noexcept { return by_key_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    using Entry = std::pair<std::string, std::string>;
    static std::size_t cost(const Entry& entry) noexcept;

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;  ///< the latest used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

/// What the adapter remembers of what has come in, so that an event can tell more than its payload:
/// ids alone say who wrote, what was deleted, whether a channel is a thread.
struct Seen {
    SeenTexts users{std::size_t{4} << 20U};     ///< by id: {id, name, avatar, bot}
    SeenTexts members{std::size_t{8} << 20U};   ///< "server/user": as the API has it
    SeenTexts messages{std::size_t{4} << 20U};  ///< by id: as the API has it
    SeenTexts threads{std::size_t{1} << 20U};   ///< by id: "{}"
    SeenTexts channels{std::size_t{2} << 20U};  ///< by id: as the API has it
    SeenTexts roles{std::size_t{1} << 20U};     ///< "team": {id: role}; "server/role": role
    SeenTexts places{std::size_t{2} << 20U};    ///< calendar event or message id: its channel's id
    std::string own_id;                         ///< the bot's account; empty: not known yet

    /// Takes a user as either API has it: {id, name, avatar | profilePicture, type}.
    void learn_user(std::string_view user);
    /// Takes a member, and its user.
    void learn_member(std::string_view server, std::string_view member);
};

}  // namespace rookery::guilded
