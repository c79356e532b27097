#include "levels.hpp"

#include <rookery/text.hpp>

using rookery::JsonValue;
using rookery::Task;

namespace {

constexpr int kTries = 5;

}  // namespace

Task<> Levels::count(const rookery::MessageCreate* message) {
    const std::string guild(message->guild_id().value_or(""));
    if (guild.empty() || !settings().boolean(guild, "on").value_or(true)) {
        co_return;
    }
    const std::string key = prefix_of(guild) + std::string(message->author().id());
    for (int i = 0; i < kTries; ++i) {
        const auto found = co_await kv().get(key);
        Standing standing = found.value() ? Standing::read(*found.value()) : Standing();
        const bool again = standing.message == message->id();
        if (!again && !take(standing, *message, guild)) {
            co_return;
        }
        bool stored = again;
        if (!again) {
            auto change = kv().cas(key, found.value(), standing.json());
            const auto changed = co_await std::move(change);
            stored = changed.value();
        }
        if (stored) {
            if (standing.rose) {
                Task<> rising = rise(message, guild, level_of(standing.points));
                co_await std::move(rising);
            }
            co_return;
        }
    }
}

bool Levels::take(Standing& standing, const rookery::MessageCreate& message,
                  const std::string& guild) const {
    const std::int64_t at =
        std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()).count();
    const std::int64_t pause = 1000 * settings().integer(guild, "cooldown").value_or(60);
    if (standing.at != 0 && at - standing.at < pause) {
        return false;
    }
    const std::int64_t before = level_of(standing.points);
    standing.points += points_of(message.id());
    standing.at = at;
    standing.message = message.id();
    standing.rose = level_of(standing.points) > before;
    standing.name = message.author().username();
    return true;
}

Task<> Levels::rise(const rookery::MessageCreate* message, std::string guild, std::int64_t level) {
    if (settings().boolean(guild, "announce").value_or(true)) {
        const std::string text = std::string(message->author().username()) + " has reached level " +
                                 std::to_string(level) + ".";
        messages().send(message->channel_id(),
                        {.content = text, .allowed_mentions = rookery::kPingNobody});
    }
    const JsonValue brought = JsonValue::parse(settings().json(guild, "roles"));
    const std::string role(brought.text_at(std::to_string(level)));
    if (role.empty()) {
        co_return;
    }
    // It may have become another role since somebody chose it.
    const auto all = co_await roles().list(guild);
    std::string problem = all.ok() ? fault_of(guild, role, *all) : all.error().message;
    if (problem.empty()) {
        Task<std::string> asking = above_me(guild, role, &*all);
        problem = co_await std::move(asking);
    }
    if (problem.empty()) {
        const auto given = co_await members().add_role(
            guild, message->author().id(), role, {.reason = "level " + std::to_string(level)});
        problem = given.ok() ? "" : given.error().message;
    }
    if (!problem.empty()) {
        log().warn("guild ", guild, ": the role of level ", level, " is not given: ", problem);
    }
}
