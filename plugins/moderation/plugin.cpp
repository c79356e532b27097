// What moderators need: warnings, timeouts, kicks, bans, purges and slow mode. Everything that is
// done about somebody is a numbered case, and a line in the log channel.

#include "cases.hpp"
#include "words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rookery::CommandCall;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

constexpr std::size_t kMaxReason = 400;  // the platform's audit log takes 512 characters
constexpr std::size_t kPageSize = 8;

enum class Kind : std::uint8_t { warn, timeout, untimeout, kick, ban, unban };

struct Action {
    std::string_view name;         ///< of the command, and of the case
    std::string_view description;  ///< of the command
    std::string_view permission;   ///< of moderator and bot; empty for the bot: none
    std::string_view done;         ///< "NAME was warned"
    std::string_view told;         ///< to whom it happens; empty: not told
    bool member;                   ///< it takes somebody who is here
};

constexpr std::array<Action, 6> kActions{{
    {"warn", "Warns somebody", "moderateMembers", "was warned", "You were warned", true},
    {"timeout", "Keeps somebody from writing and speaking for a while", "moderateMembers",
     "has a timeout", "You have a timeout", true},
    {"untimeout", "Ends somebody's timeout", "moderateMembers", "may write again", "", true},
    {"kick", "Removes somebody, who may come back", "kickMembers", "was kicked", "You were kicked",
     true},
    {"ban", "Bans somebody", "banMembers", "was banned", "You were banned", false},
    {"unban", "Lifts somebody's ban", "banMembers", "is no longer banned", "", false},
}};

const Action& action_of(Kind kind) { return kActions[static_cast<std::size_t>(kind)]; }

class Moderation final : public rookery::Plugin {
    void start() override {
        settings().declare(R"({
            "log": {"type": "id", "doc": "The channel that is told what was done."},
            "tell": {"type": "boolean", "default": true,
                     "doc": "Whether somebody is told in a direct message what happens to them."},
            "ban_days": {"type": "integer", "default": 0, "min": 0, "max": 7,
                         "doc": "Of how many days a ban deletes messages."}
        })");
        cases_.emplace(kv());
        for (std::size_t i = 0; i < kActions.size(); ++i) {
            declare(static_cast<Kind>(i));
        }
        declare_cases();
        declare_channels();
        declare_settings();
    }

    void declare(Kind kind) {
        const Action& action = action_of(kind);
        rookery::CommandSpec spec{
            .name = std::string(action.name),
            .description = std::string(action.description),
            .options =
                {{.name = "user", .description = "Whom", .type = Type::user, .required = true}},
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

    // Coroutines take the call by pointer: the wrapper keeps it until they end.

    Task<> act(const CommandCall* call, Kind kind) {
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
        std::string line = "Case " + std::to_string(made.number) + ": " + made.name + " " +
                           std::string(action.done);
        if (kind == Kind::timeout) {
            line += " of " + in_words(call->duration("time"));
        }
        say(*call, line + ". Reason: " + reason);
        write_log(guild, line + " by " + mention(made.by) + ". Reason: " + reason);
    }

    [[nodiscard]] Case case_of(const CommandCall& call, Kind kind, const std::string& reason) {
        Case out;
        out.what = action_of(kind).name;
        out.user = call.user("user").id();
        out.name = call.user("user").name();
        out.by = call.user_id();
        out.reason = reason;
        out.at = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
        out.until = kind == Kind::timeout ? out.at + call.duration("time").count() : 0;
        return out;
    }

    Task<rookery::Result<rookery::Done>> carry_out(const CommandCall* call, Kind kind,
                                                   std::string reason) {
        const std::string guild(call->guild_id());
        const std::string user(call->user("user").id());
        const std::string audit = std::string(call->user_id()) + ": " + reason;
        rookery::Failure failure;
        switch (kind) {
            case Kind::warn:
                break;
            case Kind::timeout: {
                const auto done = co_await members().timeout(guild, user, call->duration("time"),
                                                             {.reason = audit});
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
                const std::int64_t seconds =
                    86'400 * settings().integer(guild, "ban_days").value_or(0);
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

    /// Nobody acts on themselves, on the owner, or on somebody whose highest role is not below
    /// theirs and the bot's. Ends the command otherwise. Whether it is known that the bot is above
    /// them.
    Task<bool> check_rank(const CommandCall* call, Kind kind) {
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
        const std::int64_t theirs = rank_of(about.value(), roles.value());
        if (by != owner) {
            const auto moderator = co_await members().get(guild, by);
            if (rank_of(moderator.value(), roles.value()) <= theirs) {
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
        if (me->id() != owner && rank_of(*myself, roles.value()) <= theirs) {
            call->fail("My highest role is not above theirs.");
        }
        co_return true;
    }
    static std::int64_t rank_of(const rookery::Member& member,
                                const rookery::List<rookery::Role>& roles) {
        const std::vector<std::string_view> own = member.roles();
        std::int64_t highest = 0;
        for (const rookery::Role role : roles) {
            if (std::find(own.begin(), own.end(), role.id()) != own.end()) {
                highest = std::max(highest, role.position());
            }
        }
        return highest;
    }

    /// Whoever takes no direct messages is not told.
    Task<> tell(const CommandCall* call, Kind kind, std::string reason) {
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

    /// Names are shown, but nobody is pinged.
    static void say(const CommandCall& call, std::string_view text) {
        const rookery::JsonObject nobody = rookery::JsonObject().add("parse", rookery::JsonList());
        call.reply({.content = text, .allowed_mentions = nobody});
    }
    void write_log(std::string_view guild, std::string_view text) const {
        if (const auto channel = settings().text(guild, "log")) {
            const rookery::JsonObject nobody =
                rookery::JsonObject().add("parse", rookery::JsonList());
            messages().send(*channel, {.content = text, .allowed_mentions = nobody});
        }
    }

    [[nodiscard]] const Cases& cases() const { return *cases_; }
    static std::string line_of(const Case& one) {
        std::string out = "**" + std::to_string(one.number) + "** " + one.what +
                          " <t:" + std::to_string(one.at) + ":d> by " + mention(one.by) + ": " +
                          one.reason;
        if (!one.removed_by.empty()) {
            out = "~~" + cut(out, 120) + "~~ taken back <t:" + std::to_string(one.removed_at) +
                  ":d> by " + mention(one.removed_by);
        }
        return out;
    }

    void declare_cases() {
        command(
            {.name = "warnings",
             .description = "What was done about somebody so far",
             .options =
                 {{.name = "user", .description = "Whom", .type = Type::user, .required = true}},
             .member_permissions = {"moderateMembers"},
             .where = rookery::Where::guild,
             .category = "Moderation"},
            [](const CommandCall& call) -> Task<> {
                const std::string about = rookery::JsonObject()
                                              .add("g", call.guild_id())
                                              .add("u", call.user("user").id())
                                              .add("n", call.user("user").name())
                                              .text();
                const auto sent = co_await call.page("cases", about);
                static_cast<void>(sent.value());
            });
        pager("cases",
              [this](int page, const JsonValue& state) { return page_of_cases(page, state); });
        const rookery::OptionSpec number{.name = "number",
                                         .description = "Of the case",
                                         .type = Type::integer,
                                         .required = true,
                                         .min = 1};
        command({.name = "case",
                 .description = "One case",
                 .member_permissions = {"moderateMembers"},
                 .where = rookery::Where::guild,
                 .subcommands =
                     {{.name = "show", .description = "Shows a case", .options = {number}},
                      {.name = "remove", .description = "Takes a case back", .options = {number}}},
                 .category = "Moderation"});
        on_invocation("case show", [this](const CommandCall& call) { return show_case(&call); });
        on_invocation("case remove",
                      [this](const CommandCall& call) { return remove_case(&call); });
    }

    Task<rookery::Page> page_of_cases(int page, JsonValue state) {
        Task<std::vector<Case>> reading =
            cases().of(std::string(state.text_at("g")), std::string(state.text_at("u")));
        const std::vector<Case> all = co_await std::move(reading);
        rookery::Page out;
        out.last = static_cast<int>((all.size() + kPageSize - 1) / kPageSize);
        const std::string name(state.text_at("n"));
        out.content = all.empty() ? "Nothing is known about " + name + "."
                                  : name + ": " + std::to_string(all.size()) +
                                        (all.size() == 1 ? " case" : " cases");
        const std::size_t first = static_cast<std::size_t>(page - 1) * kPageSize;
        for (std::size_t i = first; i < all.size() && i < first + kPageSize; ++i) {
            out.content += "\n" + cut(line_of(all[i]), 200);
        }
        co_return out;
    }

    Task<> show_case(const CommandCall* call) {
        Task<std::optional<Case>> finding =
            cases().find(std::string(call->guild_id()), call->integer("number"));
        const std::optional<Case> found = co_await std::move(finding);
        if (!found) {
            call->fail("There is no case of that number.");
        }
        say(*call, found->name + ": " + line_of(*found));
    }
    Task<> remove_case(const CommandCall* call) {
        const std::string guild(call->guild_id());
        const std::string by(call->user_id());
        Task<std::optional<Case>> finding = cases().find(guild, call->integer("number"));
        const std::optional<Case> found = co_await std::move(finding);
        if (!found) {
            call->fail("There is no case of that number.");
        }
        Task<> checking = check_author(call, *found);
        co_await std::move(checking);
        // By the same one: the command is handled again after a crash.
        if (!found->removed_by.empty() && found->removed_by != by) {
            call->fail("That case was taken back already.");
        }
        if (found->removed_by.empty()) {
            const std::int64_t at =
                std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
            Task<> removing = cases().remove(guild, *found, by, at);
            co_await std::move(removing);
        }
        const std::string line = "Case " + std::to_string(found->number) + " was taken back";
        say(*call, line + ".");
        write_log(guild, line + " by " + mention(by) + ".");
    }
    /// Nobody takes back what is about themselves, or what somebody made who is not below them;
    /// owners and administrators take back what others made. Ends the command otherwise.
    Task<> check_author(const CommandCall* call, Case about) {
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
        if (administers(moderator.value(), roles.value())) {
            co_return;
        }
        const auto author = co_await members().get(guild, about.by);
        if (!author.ok() && author.error().status != RK_E_NOT_FOUND) {
            call->fail(why(author.error()));
        }
        if (about.by == owner || (author.ok() && rank_of(moderator.value(), roles.value()) <=
                                                     rank_of(author.value(), roles.value()))) {
            call->fail("Your highest role is not above the role of who made that case.");
        }
    }
    static bool administers(const rookery::Member& member,
                            const rookery::List<rookery::Role>& roles) {
        constexpr std::uint64_t kAdministrator = 8;
        const std::vector<std::string_view> own = member.roles();
        for (const rookery::Role role : roles) {
            const std::string_view text = role.permissions();
            std::uint64_t bits = 0;
            std::from_chars(text.data(), text.data() + text.size(), bits);
            if ((bits & kAdministrator) != 0 &&
                std::find(own.begin(), own.end(), role.id()) != own.end()) {
                return true;
            }
        }
        return false;
    }

    void declare_channels() {
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
                 .member_permissions = {"manageMessages"},
                 .bot_permissions = {"manageMessages", "readMessageHistory"},
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
                 .member_permissions = {"manageChannels"},
                 .bot_permissions = {"manageChannels"},
                 .where = rookery::Where::guild,
                 .category = "Moderation"},
                [this](const CommandCall& call) { return slow_down(&call); });
    }

    Task<> purge(const CommandCall* call) {
        const auto count = static_cast<std::size_t>(call->integer("count"));
        const std::string user(call->user("user").id());
        const std::string channel(call->channel_id());
        const std::string question = "Delete the last " + std::to_string(count) + " messages" +
                                     (user.empty() ? "" : " of " + mention(user)) + "?";
        Task<rookery::Confirmed> asking = call->confirm(
            question, {.yes = "Delete", .no = "Keep", .danger = true, .privately = true});
        const rookery::Confirmed sure = co_await std::move(asking);
        if (!sure) {
            call->edit(sure.answered ? "Nothing was deleted." : "Nobody answered: all is there.");
            co_return;
        }
        // Before the command: the question itself stays.
        const std::string before(call->event().get("id").text().value_or(""));
        const auto found = co_await messages().list(channel, {.limit = 100, .before = before});
        std::vector<std::string> ids;
        for (const rookery::Message message : found.value()) {
            if (ids.size() < count && (user.empty() || message.author().id() == user)) {
                ids.emplace_back(message.id());
            }
        }
        const std::string audit = std::string(call->user_id()) + ": purge";
        rookery::Failure failure;
        if (ids.size() == 1) {
            const auto done = co_await messages().remove(channel, ids[0], {.reason = audit});
            failure = done.error();
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
        write_log(call->guild_id(),
                  line + " in <#" + channel + "> by " + mention(call->user_id()) + ".");
    }

    Task<> slow_down(const CommandCall* call) {
        const std::chrono::seconds time = call->duration("time");
        const std::string audit = std::string(call->user_id()) + ": slowmode";
        const auto done = co_await channels().edit(
            call->channel_id(), {.rate_limit_per_user = time.count(), .reason = audit});
        if (!done.ok()) {
            call->fail(why(done.error()));
        }
        const std::string line = time.count() == 0 ? std::string("Slow mode is off")
                                                   : "One message in " + in_words(time);
        say(*call, line + ".");
        write_log(call->guild_id(), line + " in <#" + std::string(call->channel_id()) + "> by " +
                                        mention(call->user_id()) + ".");
    }

    void declare_settings() {
        command({.name = "moderation",
                 .description = "How moderation works here",
                 .member_permissions = {"manageGuild"},
                 .where = rookery::Where::guild,
                 .subcommands = {{.name = "log",
                                  .description = "Where it is told what was done",
                                  .options = {{.name = "channel",
                                               .description = "None: nowhere",
                                               .type = Type::channel}}},
                                 {.name = "tell",
                                  .description = "Whether people are told what happens to them",
                                  .options = {{.name = "yes",
                                               .description = "In a direct message",
                                               .type = Type::boolean,
                                               .required = true}}},
                                 {.name = "bandays",
                                  .description = "Of how many days a ban deletes messages",
                                  .options = {{.name = "days",
                                               .description = "0: none",
                                               .type = Type::integer,
                                               .required = true,
                                               .min = 0,
                                               .max = 7}}}},
                 .category = "Moderation"});
        on_invocation("moderation log", [this](const CommandCall& call) { return set_log(&call); });
        on_invocation("moderation tell",
                      [this](const CommandCall& call) { return set_tell(&call); });
        on_invocation("moderation bandays",
                      [this](const CommandCall& call) { return set_ban_days(&call); });
    }

    Task<std::string> set_log(const CommandCall* call) {
        const std::string guild(call->guild_id());
        const std::string channel(call->channel("channel").id());
        if (channel.empty()) {
            auto change = settings().reset(guild, "log");
            const auto done = co_await std::move(change);
            static_cast<void>(done.value());
            co_return "There is no log any more.";
        }
        auto change = settings().set(guild, "log", channel);
        const auto done = co_await std::move(change);
        static_cast<void>(done.value());
        co_return "The log is in <#" + channel + ">.";
    }
    Task<std::string> set_tell(const CommandCall* call) {
        const bool yes = call->flag("yes");
        auto change = settings().set(call->guild_id(), "tell", yes);
        const auto done = co_await std::move(change);
        static_cast<void>(done.value());
        co_return yes ? "People are told what happens to them."
                      : "People are not told what happens to them.";
    }

    Task<std::string> set_ban_days(const CommandCall* call) {
        const std::int64_t days = call->integer("days");
        auto change = settings().set(call->guild_id(), "ban_days", days);
        const auto done = co_await std::move(change);
        static_cast<void>(done.value());
        co_return "A ban deletes the messages of " + std::to_string(days) +
            (days == 1 ? " day." : " days.");
    }

    std::optional<Cases> cases_;  // outlives its coroutines, as the plugin does
};

}  // namespace

ROOKERY_PLUGIN(Moderation)
