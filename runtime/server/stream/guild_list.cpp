#include "server/stream/guild_list.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {

void GuildList::choose(std::vector<std::uint64_t> ids, Done done) {
    std::vector<std::uint64_t> unknown;
    for (const std::uint64_t id : ids) {
        if (!known_->contains(id)) {
            unknown.push_back(id);
        }
    }
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());

    // The last question's answer lets go of it, and so finishes.
    const auto finish = std::shared_ptr<void>(
        nullptr, [known = known_, ids = std::move(ids), done = std::move(done)](void*) mutable {
            std::erase_if(ids, [&](std::uint64_t id) { return !known->contains(id); });
            done(std::move(ids));
        });
    if (unknown.empty()) {
        return;
    }
    for (const BotInfo& bot : runtime_.bots()) {
        for (const std::uint64_t id : unknown) {
            runtime_.cached(bot.name, "guilds", 0, id,
                            [known = known_, id, finish](const std::optional<std::string>& guild) {
                                if (guild) {
                                    known->insert(id);
                                }
                            });
        }
    }
}

}  // namespace rookery::server
