#include "moderation.hpp"
#include "words.hpp"

#include <chrono>

using namespace std::chrono_literals;
using rookery::CommandCall;
using rookery::Task;
using rookery::Type;

namespace {

constexpr std::size_t kMaxReason = 400;  // the platform's audit log takes 512 characters

}  // namespace

void Moderation::declare_actions() {
    for (std::size_t i = 0; i < kActions.size(); ++i) {
        declare(static_cast<Kind>(i));
    }
}

void Moderation::declare(Kind kind) {
    const Action& action = action_of(kind);
    rookery::CommandSpec spec{
        .name = std::string(action.name),
        .description = std::string(action.description),
        .options = {{.name = "user", .description = "Whom", .type = Type::user, .required = true}},
        .cooldown = {.per = rookery::Per::member, .uses = 5, .time = 10s},
        .member_permissions = {std::string(action.permission)},
        .where = rookery::Where::guild,
        .category = "Moderation",
    };
    if (kind != Kind::warn) {
        spec.bot_permissions = spec.member_permissions;
    }
    if (kind == Kind::timeout) {
        spec.options.push_back({.name = "time",
                                .description = "For how long: 10m, 2h, 7d",
                                .type = Type::duration,
                                .required = true,
                                .min = "5s",
                                .max = "28d"});
    }
    spec.options.push_back(
        {.name = "reason", .description = "Why", .max_length = 1000, .rest = true});
    command(spec, [this, kind](const CommandCall& call) { return act(&call, kind); });
}

Task<> Moderation::act(const CommandCall* call, Kind kind) {
    const Action& action = action_of(kind);
    const std::string guild(call->guild_id());
    const std::string reason = cut(call->text("reason", "no reason given"), kMaxReason);
    Task<bool> checking = check_rank(call, kind);
    const bool within_reach = co_await std::move(checking);
    co_await call->defer();
    const bool told = !action.told.empty() && settings().boolean(guild, "tell").value_or(true);
    // Afterwards there is no way to tell them; but they hear of nothing that cannot be done.
    const bool first = kind == Kind::kick || kind == Kind::ban;
    if (told && first && within_reach) {
        Task<> telling = tell(call, kind, reason);
        co_await std::move(telling);
    }
    Task<rookery::Result<rookery::Done>> doing = carry_out(call, kind, reason);
    const rookery::Result<rookery::Done> done = co_await std::move(doing);
    if (!done.ok()) {
        call->fail(why(done.error()));
    }
    if (told && !first) {
        Task<> telling = tell(call, kind, reason);
        co_await std::move(telling);
    }
    Case what = case_of(*call, kind, reason);
    Task<Case> adding =
        cases().add(guild, std::string(call->event().get("id").text().value_or("")), what);
    const Case made = co_await std::move(adding);
    std::string line =
        "Case " + std::to_string(made.number) + ": " + made.name + " " + std::string(action.done);
    if (kind == Kind::timeout) {
        line += " of " + in_words(call->duration("time"));
    }
    say(*call, line + ". Reason: " + reason);
    write_log(guild, line + " by " + mention_user(made.by) + ". Reason: " + reason);
}

Case Moderation::case_of(const CommandCall& call, Kind kind, const std::string& reason) {
    Case out;
    out.what = action_of(kind).name;
    out.user = call.user("user").id();
    out.name = call.user("user").name();
    out.by = call.user_id();
    out.reason = reason;
    out.at = seconds_now();
    out.until = kind == Kind::timeout ? out.at + call.duration("time").count() : 0;
    return out;
}

Task<rookery::Result<rookery::Done>> Moderation::carry_out(const CommandCall* call, Kind kind,
                                                           std::string reason) {
    const std::string guild(call->guild_id());
    const std::string user(call->user("user").id());
    const std::string audit = std::string(call->user_id()) + ": " + reason;
    rookery::Failure failure;
    switch (kind) {
        case Kind::warn:
            break;
        case Kind::timeout: {
            const auto done =
                co_await members().timeout(guild, user, call->duration("time"), {.reason = audit});
            failure = done.error();
            break;
        }
        case Kind::untimeout: {
            const auto done = co_await members().remove_timeout(guild, user, {.reason = audit});
            failure = done.error();
            break;
        }
        case Kind::kick: {
            const auto done = co_await members().kick(guild, user, {.reason = audit});
            failure = done.error();
            break;
        }
        case Kind::ban: {
            const std::int64_t seconds = 86'400 * settings().integer(guild, "ban_days").value_or(0);
            const auto done = co_await bans().create(
                guild, user, {.delete_message_seconds = seconds, .reason = audit});
            failure = done.error();
            break;
        }
        case Kind::unban: {
            const auto done = co_await bans().remove(guild, user, {.reason = audit});
            failure = done.error();
            break;
        }
    }
    if (failure.status < 0) {
        co_return failure;
    }
    co_return rookery::Done();
}

// Whoever takes no direct messages is not told.
Task<> Moderation::tell(const CommandCall* call, Kind kind, std::string reason) {
    std::string text(action_of(kind).told);
    if (kind == Kind::timeout) {
        text += " of " + in_words(call->duration("time"));
    }
    text += ": " + reason;
    const std::string user(call->user("user").id());
    const auto channel = co_await dms().open(user);
    if (!channel.ok()) {
        log().info("user ", user, " is not told: ", channel.error().message);
        co_return;
    }
    const auto sent = co_await messages().send(channel->id(), text);
    if (!sent.ok()) {
        log().info("user ", user, " is not told: ", sent.error().message);
    }
}
