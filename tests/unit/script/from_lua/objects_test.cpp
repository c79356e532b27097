#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

/// The first call that the script makes when a message arrives, "messages.edit {...}"; else what it
/// printed.
std::string call_of(const std::string& body) {
    ScriptBox box("rookery.on('messageCreate', function(ev) " + body + " end)");
    box.started().message("hello");
    const auto calls = box.calls();
    return calls.empty() ? box.printed()
                         : calls[0].operation + " " + calls[0].arguments.dump() + calls[0].bot;
}

struct Method {
    const char* name;
    const char* body;
    const char* call;
};
class Methods : public ::testing::TestWithParam<Method> {};

TEST_P(Methods, call_their_operation_with_what_the_object_knows) {
    EXPECT_EQ(call_of(GetParam().body), GetParam().call);
}

INSTANTIATE_TEST_SUITE_P(
    Objects, Methods,
    ::testing::Values(
        Method{"reply", "ev:reply('x')",
               R"(messages.reply {"channelId":"500","content":"x","messageId":"900"})"},
        Method{"react", "ev:react('+')",
               R"(reactions.add {"channelId":"500","emoji":"+","messageId":"900"})"},
        Method{"edit_named", "ev:edit { content = 'x', flags = 4 }",
               R"(messages.edit {"channelId":"500","content":"x","flags":4,"messageId":"900"})"},
        Method{"delete", "ev:delete { reason = 'spam' }",
               R"(messages.delete {"channelId":"500","messageId":"900","reason":"spam"})"},
        Method{"forward_leaves_the_target", "ev:forward('77')",
               R"(messages.forward {"channelId":"77","fromChannelId":"500","messageId":"900"})"},
        Method{"author_ban", "ev.author:ban { reason = 'spam' }",
               R"(bans.create {"guildId":"100","reason":"spam","userId":"7"})"},
        Method{"author_add_role", "ev.author:addRole('5')",
               R"(members.addRole {"guildId":"100","roleId":"5","userId":"7"})"},
        Method{"channel_send", "ev.channel:send('x')",
               R"(messages.send {"channelId":"500","content":"x"})"},
        Method{"guild_create_role", "ev.guild:createRole { name = 'x' }",
               R"(roles.create {"guildId":"100","name":"x"})"},
        Method{"message_of_itself", "ev.message:pin()",
               R"(pins.add {"channelId":"500","messageId":"900"})"},
        Method{"with_a_bot", "ev:delete { bot = 'other' }",
               R"(messages.delete {"channelId":"500","messageId":"900"}other)"},
        Method{"of_a_bot", "rookery.bot('other').messages.send('1', 'x')",
               R"(messages.send {"channelId":"1","content":"x"}other)"},
        Method{"no_colon", "print(pcall(ev.delete, 'x'))",
               "false delete: call it with a colon, on a Message"},
        Method{"only_an_id", "print(pcall(function() return ev.channel.name end))",
               "false probe.lua:1: only the id of this Channel is known, not 'name': use :fetch()"},
        Method{"too_many", "print(pcall(ev.pin, ev, 1, 2, 3))",
               "false probe.lua:1: rookery.pins.add: takes at most 1 arguments and a table of "
               "named ones"}),
    [](const auto& test) { return test.param.name; });

TEST(Objects, a_reaction_knows_its_message_and_its_user) {
    ScriptBox box(R"(rookery.on('messageReactionAdd', function(ev)
        print(ev.user.id, ev.message.id, ev.message.channelId)
        ev.message:edit('x')
    end))");
    box.started().publish("messageReactionAdd",
                          R"({"user_id":"7","channel_id":"500","message_id":"900","guild_id":"100",
                              "emoji":{"id":null,"name":"x"}})");
    EXPECT_EQ(box.printed(), "7 900 500");
    EXPECT_EQ(box.calls().at(0).operation, "messages.edit");
}

TEST(Objects, results_have_the_methods_of_what_they_are) {
    ScriptBox box(R"(rookery.on('messageCreate', function(ev)
        local sent = ev.channel:send('one')
        sent:edit('two')
        sent.author:kick()
        local member = rookery.members.get('100', '8')
        member:timeout('60')
        print(rookery.json.encode(sent))
    end))");
    box.started().message("hello");
    const nlohmann::json message{
        {"id", "901"}, {"channelId", "500"}, {"guildId", "100"}, {"author", {{"id", "9"}}}};
    box.answer(message);
    box.answer(message);
    box.answer(nlohmann::json());
    box.answer(nlohmann::json{{"id", "8"}});
    box.answer(nlohmann::json());
    const auto calls = box.calls();
    ASSERT_EQ(calls.size(), 5U);
    EXPECT_EQ(calls[1].arguments,
              (nlohmann::json{{"channelId", "500"}, {"messageId", "901"}, {"content", "two"}}));
    EXPECT_EQ(calls[2].operation, "members.kick");
    EXPECT_EQ(calls[2].arguments, (nlohmann::json{{"guildId", "100"}, {"userId", "9"}}));
    EXPECT_EQ(calls[4].operation, "members.timeout");
    EXPECT_EQ(calls[4].arguments.at("guildId"), "100");
    EXPECT_EQ(nlohmann::json::parse(box.printed()), message);
}

TEST(Objects, a_direct_message_opens_its_channel) {
    ScriptBox box("rookery.on('messageCreate', function(ev) ev.author:send('psst') end)");
    box.started().message("hello");
    box.answer(nlohmann::json{{"id", "55"}});
    const auto calls = box.calls();
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].operation, "dms.open");
    EXPECT_EQ(calls[1].arguments, (nlohmann::json{{"channelId", "55"}, {"content", "psst"}}));
}

}  // namespace
}  // namespace rookery::script
