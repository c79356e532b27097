#pragma once

#include "command/permissions.hpp"
#include "hostapi/fact_reader.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rookery::hostapi {

/// What members may do in the guild's channel where a command is used. What a platform does not
/// tell grants nothing. Worker thread; keeps itself alive while something is under way.
class CommandRights : public std::enable_shared_from_this<CommandRights> {
  public:
    using Json = nlohmann::json;
    /// Error: the platform could not be asked.
    using Done = std::function<void(Result<command::Permissions>)>;
    using FactDone = std::function<void(Result<Json>)>;

    [[nodiscard]] static std::shared_ptr<CommandRights> make(FactReader facts, std::string guild,
                                                             std::string channel) {
        return std::shared_ptr<CommandRights>(
            new CommandRights(std::move(facts), std::move(guild), std::move(channel)));
    }

    /// `roles`: ids of the member's; anything but a list: the platform is asked.
    void of_member(const std::string& user, const Json& roles, Done done);
    /// Of the bot itself.
    void of_bot(Done done);
    /// As of_member(), as far as it follows from what is at hand: the platform is not asked.
    void known(const std::string& user, const Json& roles,
               std::function<void(std::optional<command::Permissions>)> done);

    /// The channel whose settings hold: a thread's is the one that it is in.
    void channel(const FactDone& done);

    /// A fact; null where the platform has no such thing.
    void fact(const std::string& operation, const Json& arguments, FactDone done,
              Millis kept = FactCache::kKept);

  private:
    CommandRights(FactReader facts, std::string guild, std::string channel)
        : facts_(std::move(facts)), guild_(std::move(guild)), channel_(std::move(channel)) {}

    /// Guild, roles and channel.
    struct Place {
        FactCache::Fact guild;
        FactCache::Fact roles;
        FactCache::Fact channel;
    };
    void ask_place(std::function<void(Result<Place>)> done);
    void known_place(std::function<void(std::optional<Place>)> done);
    void known_channel(const std::string& id, bool parent,
                       std::function<void(FactCache::Fact)> done);
    [[nodiscard]] command::Permissions computed(const Place& place, const std::string& user,
                                                const Json& roles) const;
    [[nodiscard]] bool all_known(const Place& place, const Json& roles) const;

    const FactReader facts_;
    const std::string guild_;
    const std::string channel_;
    std::optional<Place> place_;  ///< once the platform has been asked
};

}  // namespace rookery::hostapi
