#include "moderation.hpp"
#include "words.hpp"

#include <chrono>
#include <vector>

using rookery::CommandCall;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

void Moderation::declare_channels() {
    command({.name = "purge",
             .description = "Deletes the last messages of the channel",
             .options = {{.name = "count",
                          .description = "How many",
                          .type = Type::integer,
                          .required = true,
                          .min = 1,
                          .max = 100},
                         {.name = "user", .description = "Theirs alone", .type = Type::user}},
             .concurrency = {.per = rookery::Per::channel, .limit = 1},
             .member_permissions = {"ManageMessages"},
             .bot_permissions = {"ManageMessages", "ReadMessageHistory"},
             .where = rookery::Where::guild,
             .category = "Moderation"},
            [this](const CommandCall& call) { return purge(&call); });
    command({.name = "slowmode",
             .description = "How long people wait between two messages",
             .options = {{.name = "time",
                          .description = "0s: not at all; at most 6h",
                          .type = Type::duration,
                          .required = true,
                          .min = "0s",
                          .max = "6h"}},
             .member_permissions = {"ManageChannels"},
             .bot_permissions = {"ManageChannels"},
             .where = rookery::Where::guild,
             .category = "Moderation"},
            [this](const CommandCall& call) { return slow_down(&call); });
}

Task<std::vector<std::string>> Moderation::purged(const CommandCall* call) {
    const auto count = static_cast<std::size_t>(call->integer("count"));
    const std::string user(call->user("user").id());
    // Before the command: the question itself stays.
    const std::string before(call->event().get("id").text().value_or(""));
    const std::string mark = "purge/" + before;
    const auto known = co_await kv().get(mark);
    if (known.value()) {
        co_return JsonValue::parse(*known.value()).texts_at("");
    }
    const auto found =
        co_await messages().list(call->channel_id(), {.limit = 100, .before = before});
    std::vector<std::string> out;
    rookery::JsonList noted;
    for (const rookery::Message message : found.value()) {
        if (out.size() < count && (user.empty() || message.author().id() == user)) {
            out.emplace_back(message.id());
            noted.add(out.back());
        }
    }
    // A day is longer than any event stays unfinished.
    auto noting = kv().set(mark, noted.text(), std::chrono::hours(24));
    const auto done = co_await std::move(noting);
    static_cast<void>(done.value());
    co_return out;
}

Task<> Moderation::purge(const CommandCall* call) {
    const auto count = static_cast<std::size_t>(call->integer("count"));
    const std::string user(call->user("user").id());
    const std::string channel(call->channel_id());
    const std::string question = "Delete the last " + std::to_string(count) + " messages" +
                                 (user.empty() ? "" : " of " + mention_user(user)) + "?";
    Task<rookery::Confirmed> asking =
        call->confirm(question, {.yes = "Delete", .no = "Keep", .danger = true, .privately = true});
    const rookery::Confirmed sure = co_await std::move(asking);
    if (!sure) {
        call->edit(sure.answered ? "Nothing was deleted." : "Nobody answered: all is there.");
        co_return;
    }
    Task<std::vector<std::string>> choosing = purged(call);
    const std::vector<std::string> ids = co_await std::move(choosing);
    const std::string audit = std::string(call->user_id()) + ": purge";
    rookery::Failure failure;
    if (ids.size() == 1) {
        const auto done = co_await messages().remove(channel, ids[0], {.reason = audit});
        failure = done.error().status == RK_E_NOT_FOUND ? failure : done.error();
    } else if (ids.size() > 1) {
        const auto done = co_await messages().bulk_delete(channel, ids, {.reason = audit});
        failure = done.error();
    }
    if (failure.status < 0) {
        call->fail(why(failure) + " Messages of more than 14 days cannot be deleted so.");
    }
    const std::string line = std::to_string(ids.size()) +
                             (ids.size() == 1 ? " message was" : " messages were") + " deleted";
    call->edit(line + ".");
    write_log(call->guild_id(), line + " in " + mention_channel(channel) + " by " +
                                    mention_user(call->user_id()) + ".");
}

Task<> Moderation::slow_down(const CommandCall* call) {
    const std::chrono::seconds time = call->duration("time");
    const std::string audit = std::string(call->user_id()) + ": slowmode";
    const auto done = co_await channels().edit(
        call->channel_id(), {.rate_limit_per_user = time.count(), .reason = audit});
    if (!done.ok()) {
        call->fail(why(done.error()));
    }
    const std::string line =
        time.count() == 0 ? std::string("Slow mode is off") : "One message in " + in_words(time);
    say(*call, line + ".");
    write_log(call->guild_id(), line + " in " + mention_channel(call->channel_id()) + " by " +
                                    mention_user(call->user_id()) + ".");
}
