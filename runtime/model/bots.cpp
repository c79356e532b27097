#include "model/bots.hpp"

#include "model/event_names.hpp"

#include <deque>
#include <mutex>

namespace rookery::model {

Result<const BotInfo*> intern_bot(std::string_view name, std::string_view platform) {
    constexpr std::size_t kMaxBots = 65'536;
    static std::mutex mutex;
    // A deque, because events point at its elements; never destroyed, because they may outlive
    // main().
    static auto& bots = *new std::deque<BotInfo>;

    const PlatformInfo* const info = find_platform(platform);
    if (info == nullptr) {
        return Error(ErrorKind::not_found, "there is no platform named " + std::string(platform));
    }
    const std::scoped_lock lock(mutex);
    for (const BotInfo& bot : bots) {
        if (bot.platform == info && bot.name == name) {
            return &bot;
        }
    }
    if (bots.size() == kMaxBots) {
        return Error(ErrorKind::limit, "more than " + std::to_string(kMaxBots) + " bots");
    }
    const BotId id{static_cast<std::uint32_t>(bots.size())};
    return &bots.emplace_back(BotInfo{id, std::string(name), info});
}

}  // namespace rookery::model
