#include "moderation.hpp"
#include "words.hpp"

using rookery::CommandCall;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

namespace {

constexpr std::size_t kPageSize = 8;

std::string line_of(const Case& one) {
    std::string out = "**" + std::to_string(one.number) + "** " + one.what +
                      " <t:" + std::to_string(one.at) + ":d> by " + mention_user(one.by) + ": " +
                      one.reason;
    if (!one.removed_by.empty()) {
        out = "~~" + cut(out, 120) + "~~ taken back <t:" + std::to_string(one.removed_at) +
              ":d> by " + mention_user(one.removed_by);
    }
    return out;
}

}  // namespace

void Moderation::declare_cases() {
    command(
        {.name = "warnings",
         .description = "What was done about somebody so far",
         .options = {{.name = "user", .description = "Whom", .type = Type::user, .required = true}},
         .member_permissions = {"ModerateMembers"},
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
    pager("cases", [this](int page, const JsonValue& state) { return page_of_cases(page, state); });
    const rookery::OptionSpec number{.name = "number",
                                     .description = "Of the case",
                                     .type = Type::integer,
                                     .required = true,
                                     .min = 1};
    command({.name = "case",
             .description = "One case",
             .member_permissions = {"ModerateMembers"},
             .where = rookery::Where::guild,
             .subcommands = {{.name = "show", .description = "Shows a case", .options = {number}},
                             {.name = "remove",
                              .description = "Takes a case back",
                              .options = {number}}},
             .category = "Moderation"});
    on_invocation("case show", [this](const CommandCall& call) { return show_case(&call); });
    on_invocation("case remove", [this](const CommandCall& call) { return remove_case(&call); });
}

Task<rookery::Page> Moderation::page_of_cases(int page, JsonValue state) {
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

Task<> Moderation::show_case(const CommandCall* call) {
    Task<std::optional<Case>> finding =
        cases().find(std::string(call->guild_id()), call->integer("number"));
    const std::optional<Case> found = co_await std::move(finding);
    if (!found) {
        call->fail("There is no case of that number.");
    }
    say(*call, found->name + ": " + line_of(*found));
}

Task<> Moderation::remove_case(const CommandCall* call) {
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
        const std::int64_t at = seconds_now();
        Task<> removing = cases().remove(guild, *found, by, at);
        co_await std::move(removing);
    }
    const std::string line = "Case " + std::to_string(found->number) + " was taken back";
    say(*call, line + ".");
    write_log(guild, line + " by " + mention_user(by) + ".");
}
