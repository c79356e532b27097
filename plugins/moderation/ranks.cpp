#include "moderation.hpp"
#include "words.hpp"

#include <rookery/roles.hpp>

using rookery::CommandCall;
using rookery::Task;

Task<bool> Moderation::check_rank(const CommandCall* call, Kind kind) {
    const std::string guild(call->guild_id());
    const std::string user(call->user("user").id());
    const std::string by(call->user_id());
    if (user == by) {
        call->fail("That is you.");
    }
    const auto about = co_await members().get(guild, user);
    if (!about.ok()) {
        if (about.error().status != RK_E_NOT_FOUND) {
            call->fail(why(about.error()));
        }
        if (action_of(kind).member) {
            call->fail("They are not here (any more).");
        }
        co_return false;
    }
    const auto server = co_await guilds().get(guild);
    const std::string owner(server.value().owner_id());
    if (user == owner) {
        call->fail("That is the owner.");
    }
    const auto roles = co_await this->roles().list(guild);
    const std::int64_t theirs = rookery::height_of(about.value(), roles.value());
    if (by != owner) {
        const auto moderator = co_await members().get(guild, by);
        if (rookery::height_of(moderator.value(), roles.value()) <= theirs) {
            call->fail("Your highest role is not above theirs.");
        }
    }
    if (kind == Kind::warn) {
        co_return true;
    }
    const auto me = co_await users().me();
    if (!me.ok()) {
        co_return false;
    }
    const auto myself = co_await members().get(guild, me->id());
    if (!myself.ok()) {
        co_return false;
    }
    if (me->id() != owner && rookery::height_of(*myself, roles.value()) <= theirs) {
        call->fail("My highest role is not above theirs.");
    }
    co_return true;
}

Task<> Moderation::check_author(const CommandCall* call, Case about) {
    const std::string guild(call->guild_id());
    const std::string by(call->user_id());
    const auto server = co_await guilds().get(guild);
    const std::string owner(server.value().owner_id());
    if (by == owner) {
        co_return;
    }
    if (by == about.user) {
        call->fail("That case is about you.");
    }
    if (by == about.by) {
        co_return;
    }
    const auto roles = co_await this->roles().list(guild);
    const auto moderator = co_await members().get(guild, by);
    if (rookery::administers(moderator.value(), roles.value())) {
        co_return;
    }
    const auto author = co_await members().get(guild, about.by);
    if (!author.ok() && author.error().status != RK_E_NOT_FOUND) {
        call->fail(why(author.error()));
    }
    if (about.by == owner ||
        (author.ok() && rookery::height_of(moderator.value(), roles.value()) <=
                            rookery::height_of(author.value(), roles.value()))) {
        call->fail("Your highest role is not above the role of who made that case.");
    }
}
