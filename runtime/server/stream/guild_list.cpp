#include "server/stream/guild_list.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {

void GuildList::choose(std::vector<std::string> ids, Done done) {
    std::vector<std::string> unknown;
    for (const std::string& id : ids) {
        if (!known_->contains(id)) {
            unknown.push_back(id);
        }
    }
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());

    struct Question {
        std::vector<std::string> ids;
        Done done;
        std::size_t open = 1;
    };
    const auto question = std::make_shared<Question>(Question{std::move(ids), std::move(done)});
    const auto settle = [known = known_, question] {
        if (--question->open == 0) {
            std::erase_if(question->ids,
                          [&](const std::string& id) { return !known->contains(id); });
            question->done(std::move(question->ids));
        }
    };
    if (!unknown.empty()) {
        const auto bots = runtime_.bots();
        question->open += bots.size() * unknown.size();
        for (const BotInfo& bot : bots) {
            for (const std::string& id : unknown) {
                runtime_.cached(
                    bot.name, "guilds", {}, id,
                    [known = known_, id, settle](const std::optional<std::string>& guild) {
                        if (guild) {
                            known->insert(id);
                        }
                        settle();
                    });
            }
        }
    }
    settle();
}

}  // namespace rookery::server
