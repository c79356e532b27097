// Moderation: /mod warn, /mod warnings, /mod timeout, /mod purge, /mod log; "Warn" in the menu of a
// user.

#include <rookery/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rookery::CommandCall;
using rookery::Invoked;
using rookery::JsonList;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::OptionSpec;
using rookery::Press;
using rookery::Task;
using rookery::Type;

constexpr std::string_view kNobody = R"({"parse":[]})";

std::string mention(std::string_view user) { return "<@" + std::string(user) + ">"; }

std::string spoken(std::chrono::seconds time) {
    const auto minutes = time.count() / 60;
    return minutes % 60 == 0 ? std::to_string(minutes / 60) + "h" : std::to_string(minutes) + "m";
}

class Moderation final : public rookery::Plugin {
    void start() override {
        // [settings]
        settings().declare(R"({
            "log": {"type": "id", "doc": "The channel where every action is noted."},
            "most": {"type": "integer", "default": 3, "min": 1, "max": 20,
                     "doc": "So many warnings make a timeout."}
        })");
        // [/settings]
        declare();
        // [handlers]
        on_invocation("mod warn", [this](const CommandCall& call) {
            return warned(call, std::string(call.user("user").id()),
                          std::string(call.text("reason")));
        });
        on_invocation("mod warnings", [](const CommandCall& call) -> Task<> {
            const std::string state = JsonObject()
                                          .add("guild", call.guild_id())
                                          .add("user", call.user("user").id())
                                          .text();
            co_await call.page("warnings", state);
        });
        on_invocation("mod timeout", [this](const CommandCall& call) { return silence(call); });
        on_invocation("mod purge", [this](const CommandCall& call) { return purge(call); });
        on_invocation("mod log", [this](const CommandCall& call) -> Task<std::string> {
            const std::string channel(call.channel("channel").id());
            const auto done = co_await settings().set(call.guild_id(), "log", channel);
            if (!done) {
                call.fail(done.error().message);
            }
            co_return "Noted in <#" + channel + "> from now on.";
        });
        pager("warnings",
              [this](int page, const JsonValue& state) { return page_of(page, state); });
        // [/handlers]

        // [menu]
        command({.name = "Warn",
                 .type = rookery::CommandType::user,
                 .member_permissions = {"ModerateMembers"},
                 .where = rookery::Where::guild},
                [](const CommandCall& call) {
                    const std::string title = "Warn " + std::string(call.target().name());
                    const std::string state = "\"" + std::string(call.target().id()) + "\"";
                    call.form({.title = title,
                               .action = "warn",
                               .state = state,
                               .fields = {{.name = "reason", .label = "Why?", .max_length = 200}}});
                });
        press("warn", [this](const Press& press) {
            return warned(press, press.state().text, std::string(press.field("reason")));
        });
        // [/menu]
    }

    // [command]
    void declare() {
        const OptionSpec user{
            .name = "user", .description = "Whom", .type = Type::user, .required = true};
        const OptionSpec reason{
            .name = "reason", .description = "Why", .required = true, .max_length = 200};
        command({.name = "mod",
                 .description = "Moderation",
                 .member_permissions = {"ModerateMembers"},
                 .bot_permissions = {"ModerateMembers", "ManageMessages"},
                 .where = rookery::Where::guild,
                 .subcommands = {{.name = "warn",
                                  .description = "Warns somebody",
                                  .options = {user, reason}},
                                 {.name = "warnings",
                                  .description = "What somebody was warned for",
                                  .options = {user}},
                                 {.name = "timeout",
                                  .description = "Silences somebody",
                                  .options = {user,
                                              {.name = "time",
                                               .description = "How long",
                                               .type = Type::duration,
                                               .required = true,
                                               .max = "28d"},
                                              reason}},
                                 {.name = "purge",
                                  .description = "Deletes the newest messages of this channel",
                                  .options = {{.name = "count",
                                               .description = "How many",
                                               .type = Type::integer,
                                               .required = true,
                                               .min = 2,
                                               .max = 100}},
                                  .concurrency = {.per = rookery::Per::channel, .limit = 1}},
                                 {.name = "log",
                                  .description = "Where every action is noted",
                                  .options = {{.name = "channel",
                                               .description = "Where",
                                               .type = Type::channel,
                                               .required = true,
                                               .channel_types = {"text"}}},
                                  .member_permissions = {"ManageGuild"}}},
                 .category = "Moderation"});
    }
    // [/command]

    // [note]
    void note(std::string_view guild, const std::string& text) {
        if (const auto channel = settings().text(guild, "log")) {
            const std::string embeds =
                JsonList().add(JsonObject().add("description", text).add("color", 0xED4245)).text();
            messages().send(*channel, {.embeds = embeds, .allowed_mentions = kNobody});
        }
    }
    // [/note]

    // [warn]
    /// Stores the warning and gives how many there are. The event's id: handled once more after a
    /// crash, it is the same warning.
    Task<std::int64_t> store(std::string guild, std::string user, std::string id,
                             std::string reason) {
        const std::string key = "warnings/" + guild + "/" + user;
        for (;;) {
            const auto found = co_await kv().get(key);
            const std::optional<std::string> old = found ? *found : std::nullopt;
            JsonList list;
            std::int64_t count = 0;
            bool there = false;
            const JsonValue before = JsonValue::parse(old.value_or("[]"));
            for (const JsonValue& each : before.items) {
                list.add_json(each.dump());
                ++count;
                there = there || each.text_at("id") == id;
            }
            if (there) {
                co_return count;
            }
            list.add(JsonObject().add("id", id).add("reason", reason));
            const auto swapped = co_await kv().cas(key, old, list.text());
            if (!swapped) {
                Invoked::fail("That did not work: " + swapped.error().message);
            }
            if (*swapped) {
                co_return count + 1;
            }
        }
    }

    Task<> warned(Invoked call, std::string user, std::string reason) {
        const std::string guild(call.guild_id());
        const std::string id(call.event().get("id").text().value_or(""));
        const std::int64_t count = co_await store(guild, user, id, reason);
        const std::int64_t most = settings().integer(guild, "most").value_or(3);
        const std::string so_many = std::to_string(count) + " of " + std::to_string(most);
        note(guild, mention(user) + " was warned (" + so_many + "): " + reason);
        std::string text = mention(user) + " is warned, " + so_many + ": " + reason;
        if (count % most == 0) {
            co_await members().timeout(guild, user, 1h, {.reason = reason});
            text = mention(user) + " has " + std::to_string(count) +
                   " warnings and an hour of silence.";
        }
        co_await call.reply({.content = text, .allowed_mentions = kNobody});
    }
    // [/warn]

    Task<> silence(CommandCall call) {
        const std::string user(call.user("user").id());
        const std::string reason(call.text("reason"));
        const auto done = co_await members().timeout(call.guild_id(), user, call.duration("time"),
                                                     {.reason = reason});
        if (!done) {
            call.fail("That did not work: " + done.error().message);
        }
        const std::string text =
            mention(user) + " is silent for " + spoken(call.duration("time")) + ": " + reason;
        note(call.guild_id(), text);
        co_await call.reply({.content = text, .allowed_mentions = kNobody});
    }

    // [purge]
    Task<> purge(CommandCall call) {
        const std::int64_t count = call.integer("count");
        const std::string question = "Delete " + std::to_string(count) + " messages?";
        const rookery::ConfirmOptions how{.yes = "Delete", .no = "Keep", .timeout = 30s};
        const rookery::Confirmed sure = co_await call.confirm(question, how);
        if (!sure) {
            co_return;
        }
        const std::string before(call.event().get("id").text().value_or(""));
        const auto found =
            co_await messages().list(call.channel_id(), {.limit = count, .before = before});
        std::vector<std::string> ids;
        if (found) {
            for (const rookery::Message& each : *found) {
                ids.emplace_back(each.id());
            }
        }
        if (ids.size() < 2) {
            call.fail("There is too little to delete.");
        }
        const auto done = co_await messages().bulk_delete(call.channel_id(), ids);
        if (!done) {
            call.fail("That did not work: " + done.error().message);
        }
        note(call.guild_id(), std::to_string(ids.size()) + " messages were deleted in <#" +
                                  std::string(call.channel_id()) + ">");
        call.edit(std::to_string(ids.size()) + " messages are gone.");
    }
    // [/purge]

    // [pages]
    Task<rookery::Page> page_of(int page, JsonValue state) {
        const std::string user(state.text_at("user"));
        const auto found =
            co_await kv().get("warnings/" + std::string(state.text_at("guild")) + "/" + user);
        if (!found || !*found) {
            co_return rookery::Page{.content = mention(user) + " has no warnings."};
        }
        const JsonValue list = JsonValue::parse(**found);
        const std::size_t first = static_cast<std::size_t>(page - 1) * 5;
        rookery::Page out;
        for (std::size_t i = first; i < std::min(first + 5, list.items.size()); ++i) {
            out.content +=
                std::to_string(i + 1) + ". " + std::string(list.items[i].text_at("reason")) + "\n";
        }
        out.last = static_cast<int>((list.items.size() + 4) / 5);
        co_return out;
    }
    // [/pages]
};

}  // namespace

ROOKERY_PLUGIN(Moderation)
