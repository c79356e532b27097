#pragma once

#include "base/result.hpp"
#include "model/ports.hpp"

#include <string>
#include <string_view>

namespace rookery::model {

struct PlatformInfo;

/// What events say about the bot that received them. Interned: lives as long as the process.
struct BotInfo {
    BotId id;
    std::string name;  ///< of the configuration: "main"
    const PlatformInfo* platform = nullptr;
};

/// The bot of that name on that platform ("discord"), made known on first sight. The same name and
/// platform give the same object for the life of the process. Any thread. Error not_found: no such
/// platform; limit: more than 65,536 bots.
[[nodiscard]] Result<const BotInfo*> intern_bot(std::string_view name, std::string_view platform);

}  // namespace rookery::model
