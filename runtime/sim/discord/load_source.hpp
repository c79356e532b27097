#pragma once

#include "sim/discord/actions.hpp"

#include <string>
#include <vector>

namespace rookery::sim::discord {

/// Where the messages of a load run go, and how they are written at a rate that rendering each of
/// them would not allow. Simulator thread.
class LoadSource {
  public:
    LoadSource(Core& core, Actions& actions) : core_(core), actions_(actions) {}

    /// Makes the guilds and channels that are missing; how many places there are.
    unsigned prepare(unsigned guilds, unsigned channels_per_guild);
    void send(unsigned place, const std::string& text, const std::string& quoted);

  private:
    /// A channel, with the constant part of a message of each of its writers.
    struct Place {
        struct Writer {
            Id user;
            std::string rest;  ///< all fields but id, timestamp and content, with the closing brace
        };
        Id channel = 0;
        Id guild = 0;
        std::vector<Writer> writers;
    };
    [[nodiscard]] Place place(Guild& guild, const std::string& channel);

    Core& core_;
    Actions& actions_;
    std::vector<Place> places_;
};

}  // namespace rookery::sim::discord
