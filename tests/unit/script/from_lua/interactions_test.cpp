#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using nlohmann::json;
using testing::ScriptBox;

json interaction(int type, json data) {
    return {{"id", "800"},
            {"application_id", "77"},
            {"token", "credential"},
            {"type", type},
            {"channel_id", "500"},
            {"user", {{"id", "7"}, {"username", "alice"}}},
            {"data", std::move(data)}};
}
std::string slash(const char* name, json options = json::array()) {
    return interaction(2, {{"id", "3"}, {"name", name}, {"options", std::move(options)}}).dump();
}
std::string click(const char* id) {
    return interaction(3, {{"custom_id", id}, {"component_type", 2}}).dump();
}

TEST(Interactions, the_methods_of_an_interaction_are_operations_on_it) {
    ScriptBox::Options options;
    options.platform = [](const hostapi::OperationCall&) { return json{{"id", "1"}}; };
    ScriptBox box(R"(
        rookery.on('interactionCreate', function(ev)
            ev:defer() ev:defer{ ephemeral = true } ev:reply('hi') ev:reply{ content = 'hi', ephemeral = true }
            ev:deferUpdate() ev:update('new') ev:showModal{ customId = 'f', title = 'F', components = {} }
            ev:autocomplete{ 'a', 'b' } ev:autocomplete{ choices = { 'c' } }
            ev:editReply('x') ev:followUp('y') ev:deleteReply() print(ev:fetchReply().id)
        end)
    )",
                  options);
    ASSERT_TRUE(box.start());
    box.publish("interactionCreate", slash("remind"));
    ASSERT_TRUE(box.eventually_printed("1"));
    std::string calls;
    for (const auto& call : box.calls()) {
        json rest = call.arguments;
        EXPECT_EQ(rest["interactionId"], "800");
        rest.erase("interactionId");
        calls += call.operation.substr(13) + " " + rest.dump() + "\n";
    }
    EXPECT_EQ(calls, R"(defer {}
defer {"ephemeral":true}
reply {"content":"hi"}
reply {"content":"hi","ephemeral":true}
deferUpdate {}
update {"content":"new"}
showModal {"components":[],"customId":"f","title":"F"}
autocomplete {"choices":["a","b"]}
autocomplete {"choices":["c"]}
editReply {"content":"x"}
followUp {"content":"y"}
deleteReply {}
fetchReply {}
)");
}

TEST(Interactions, other_events_cannot_be_deferred) {
    ScriptBox box("rookery.on('messageCreate', function(ev) print(pcall(ev.defer, ev)) end)");
    ASSERT_TRUE(box.start());
    box.message("x");
    ASSERT_TRUE(box.eventually([&] { return !box.lines().empty(); }));
    EXPECT_NE(box.printed().find("ev:defer: messageCreate is no interaction"), std::string::npos)
        << box.printed();
}

TEST(Interactions, the_handler_that_fits_best_gets_it) {
    ScriptBox box(R"(
        rookery.on_command('todo', function() print('todo') end)
        rookery.on_command('todo add', function() print('todo add') end)
        rookery.on_component('vote:*', function() print('vote') end)
        rookery.on_component('vote:none', function() print('none') end)
        rookery.on('interactionCreate', function(ev) print('any') end)
    )");
    ASSERT_TRUE(box.start());
    box.publish("interactionCreate", slash("todo"));
    box.publish("interactionCreate", slash("todo", {{{"name", "add"}, {"type", 1}}}));
    box.publish("interactionCreate", click("vote:1"));
    box.publish("interactionCreate", click("vote:none"));
    box.publish("interactionCreate", click("other"));
    EXPECT_EQ(box.printed(), "todo|any|todo add|any|vote|any|none|any|any");
}

TEST(Interactions, forms_and_autocompletion_have_handlers) {
    ScriptBox box(R"(
        rookery.on_modal('form', function(ev) print('form', ev:field('name'), ev:field('pick')[1], ev:field('none')) end)
        rookery.on_autocomplete('city', function(ev) print('typing', ev:option('city'), ev:option('x')) end)
    )");
    ASSERT_TRUE(box.start());
    box.publish(
        "interactionCreate",
        interaction(5,
                    {{"custom_id", "form"},
                     {"components",
                      {{{"type", 1},
                        {"components", {{{"type", 4}, {"custom_id", "name"}, {"value", "Bo"}}}}},
                       {{"type", 18},
                        {"component", {{"type", 3}, {"custom_id", "pick"}, {"values", {"a"}}}}}}}})
            .dump());
    box.publish(
        "interactionCreate",
        interaction(
            4,
            {{"name", "city"},
             {"options",
              {{{"name", "sub"}, {"type", 1}, {"options", {{{"name", "city"}, {"value", "b"}}}}}}}})
            .dump());
    EXPECT_EQ(box.printed(), "form Bo a nil|typing b nil");
}

TEST(Interactions, a_handler_can_be_taken_off) {
    ScriptBox box(R"(
        local id
        id = rookery.on_command('once', function() print('once', rookery.off(id)) end)
    )");
    ASSERT_TRUE(box.start());
    box.publish("interactionCreate", slash("once"));
    box.publish("interactionCreate", slash("once"));
    EXPECT_EQ(box.printed(), "once true");
    EXPECT_EQ(box.subscriptions(), 0);
}

TEST(Interactions, the_guardian_hears_which_handler_has_it) {
    std::vector<std::string> begun;
    ScriptBox::Options options;
    options.begun = [&](const model::Event&, std::string_view handler) {
        begun.emplace_back(handler);
    };
    ScriptBox box("\nrookery.on_command('remind', function() end)", options);
    ASSERT_TRUE(box.start());
    box.publish("interactionCreate", slash("remind"));
    box.publish("interactionCreate", slash("other"));
    EXPECT_EQ(begun, std::vector<std::string>{"handler of command remind (probe.lua:2)"});
}

TEST(Interactions, commands_are_declared_with_their_place) {
    std::vector<std::string> declared;
    ScriptBox::Options options;
    options.declare = [&](const json& command, const std::string& where) -> Result<> {
        if (command["name"] == "taken") {
            return Error(ErrorKind::exists, "command taken has been declared already by script b");
        }
        declared.push_back(command.dump() + " " + where);
        return {};
    };
    ScriptBox box(R"(local id = rookery.commands.declare{ name = 'remind', description = 'd' }
        print(pcall(rookery.commands.declare, { name = 'taken' }))
        print(rookery.commands.withdraw(id), rookery.commands.withdraw(id)))",
                  options);
    ASSERT_TRUE(box.start());
    EXPECT_EQ(declared,
              std::vector<std::string>{R"({"description":"d","name":"remind"} probe.lua:1)"});
    EXPECT_NE(box.printed().find("rookery.commands.declare: command taken has been declared "
                                 "already by script b|true false"),
              std::string::npos)
        << box.printed();
}

TEST(Interactions, what_is_no_declaration_is_refused_with_its_place) {
    const auto error = [](const char* program) {
        ScriptBox box(program);
        const auto started = box.start();
        return started ? std::string("none") : started.error().message();
    };
    EXPECT_EQ(error("rookery.commands.declare('remind')"),
              "probe.lua:1: rookery.commands.declare: the argument must be a table, got string");
    EXPECT_EQ(error("\nrookery.commands.declare{ name = print }"),
              "probe.lua:2: rookery.commands.declare: name is a function");
    EXPECT_EQ(error("rookery.on_command('x')"),
              "probe.lua:1: rookery.on_command: handler must be a function, got no value");
    EXPECT_EQ(error("rookery.on_component('', print)"),
              "probe.lua:1: rookery.on_component: expected a custom id, of at most 100 characters");
    EXPECT_EQ(error("rookery.on_modal(5, print)"),
              "probe.lua:1: rookery.on_modal: the first argument must be a string, got number");
}

}  // namespace
}  // namespace rookery::script
