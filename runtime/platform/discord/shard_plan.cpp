#include "platform/discord/shard_plan.hpp"

#include "platform/discord/shard.hpp"
#include "store/delivery_ledger.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace rookery::discord {

namespace fs = std::filesystem;

std::optional<std::uint32_t> ShardPlan::stored() const {
    std::ifstream file(state_->bot_file(bot_, "shards"));
    std::uint32_t count = 0;
    if (file >> count && count > 0) {
        return count;
    }
    // A bot that has only ever been one connection has no such file.
    std::error_code ignored;
    return fs::exists(state_->bot_file(bot_, "ledger"), ignored) ? std::optional(1U) : std::nullopt;
}

void ShardPlan::adopt(std::uint32_t count, const log::Logger& log) {
    const auto before = stored();
    if (before && *before != count) {
        const std::uint64_t open = remove_files(*before);
        log->warn(
            "{} shards instead of {}: their sessions cannot be carried over, every shard begins a "
            "new one; {} deliveries were open and cannot be repeated",
            count, *before, open);
    }
    if (before != count) {
        std::ofstream(state_->bot_file(bot_, "shards"), std::ios::trunc) << count << '\n';
    }
}

/// How many of the deliveries were open.
std::uint64_t ShardPlan::remove_files(std::uint32_t count) const {
    std::uint64_t open = 0;
    std::error_code ignored;
    for (std::uint32_t id = 0; id < count; ++id) {
        const auto files = ShardFiles::of(*state_, bot_, {id, count}, count > 1);
        if (fs::exists(files.ledger, ignored)) {
            if (const auto ledger = store::DeliveryLedger::open(files.ledger)) {
                open += (*ledger)->open_deliveries();
            }
        }
        for (const auto& file : {files.ledger, files.guilds, files.intents, files.cache}) {
            fs::remove(file, ignored);
        }
    }
    return open;
}

}  // namespace rookery::discord
