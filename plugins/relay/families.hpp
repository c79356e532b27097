#pragma once

#include <rookery/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace relay {

/// One channel of one bot.
struct Place {
    std::string bot;
    std::string channel;

    [[nodiscard]] std::string key() const { return bot + "/" + channel; }
    bool operator==(const Place&) const = default;
};

/// A message in a place; with the webhook that wrote it, where one did.
struct Member {
    std::string id;
    std::string hook_id;
    std::string hook_token;
    bool named = true;  ///< its text has the author's name in front
};

/// A message and its copies, kept over restarts:
///
///     of/BOT/CHANNEL/MESSAGE           -> FAMILY, which is BOT/CHANNEL/MESSAGE of the original
///     in/FAMILY BOT/CHANNEL            -> the member there
///     text/FAMILY                      -> what the original says
///     react/FAMILY EMOJI BOT/USER      -> one who reacted so
class Families {
  public:
    using Name = std::optional<std::string>;

    Families(rookery::Kv kv, std::chrono::hours keep) : kv_(kv), keep_(keep) {}

    static std::string name(const Place& place, std::string_view message) {
        return place.key() + "/" + std::string(message);
    }

    /// Nothing when the message is of no family.
    rookery::Task<Name> of(Place place, std::string message) const;
    rookery::Task<> begin(std::string family, Place place, std::string message,
                          std::string text) const;
    rookery::Task<> add(std::string family, Place place, Member member) const;
    rookery::Task<std::optional<Member>> member(std::string family, Place place) const;
    /// Whether the text is another one than before; then it is the family's from now on.
    rookery::Task<bool> changed(std::string family, std::string text) const;
    /// The member in that place is none any more.
    rookery::Task<> forget(std::string family, Place place, std::string message) const;
    /// True when that was the first of its kind, or the last one taken back.
    rookery::Task<bool> react(std::string family, std::string emoji, std::string who,
                              bool add) const;

  private:
    rookery::Kv kv_;
    std::chrono::hours keep_;
};

}  // namespace relay
