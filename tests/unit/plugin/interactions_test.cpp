#include "unit/plugin/loaded_plugin.hpp"

namespace rookery::plugin {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

class InteractionsOfPlugins : public PluginTest {
  protected:
    void SetUp() override { ASSERT_EQ(plugin_.start(), ""); }

    static model::EventPtr interaction(int type, json data) {
        const json payload = {{"id", "800"}, {"type", type}, {"data", std::move(data)}};
        return testing::make_event("interactionCreate", payload.dump());
    }
    /// The operations that the plugin asked for, with their arguments.
    Texts wishes() {
        Texts out;
        for (std::size_t i = 0; i < plugin_.wish_count(); ++i) {
            out.push_back(plugin_.wish(i).operation.substr(13) + " " +
                          plugin_.wish(i).arguments.dump());
        }
        return out;
    }

    LoadedPlugin plugin_{host_, fixture_path("wrapper")};
};

TEST_F(InteractionsOfPlugins, a_command_is_declared) {
    EXPECT_EQ(plugin_.declared(), Texts{"greet"});
}

TEST_F(InteractionsOfPlugins, the_ways_to_answer_are_operations_for_the_event) {
    const json who = {{"name", "who"}, {"type", 3}, {"value", "Bo"}};
    plugin_.send(interaction(2, {{"name", "greet"}, {"options", json::array({who})}}));
    EXPECT_EQ(wishes(), (Texts{"defer {\"ephemeral\":true}", "reply {\"content\":\"Hello, Bo\"}",
                               "reply {\"content\":\"x\",\"embeds\":[]}",
                               "editReply {\"content\":\"y\"}", "followUp {\"content\":\"z\"}",
                               "fetchReply {}", "deleteReply {}", "deferUpdate {}",
                               "showModal {\"components\":[],\"customId\":\"form\",\"title\":"
                               "\"Form\"}"}));
    EXPECT_EQ(plugin_.wish(1).event->raw_name(), "INTERACTION_CREATE");
    plugin_.answer(1, json());
    EXPECT_TRUE(plugin_.logged("greeted"));
}

TEST_F(InteractionsOfPlugins, components_forms_and_autocompletion_have_handlers) {
    plugin_.send(interaction(3, {{"custom_id", "more:1"}}));
    plugin_.send(interaction(4, {{"name", "greet"}}));
    EXPECT_EQ(wishes(), (Texts{"update {\"content\":\"more:1\"}",
                               "autocomplete {\"choices\":[\"a\",\"b\"]}"}));
    const json label = {
        {"type", 18},
        {"component", {{"type", 3}, {"custom_id", "pick"}, {"values", json::array({"a", "b"})}}}};
    const json row = {
        {"type", 1},
        {"components", json::array({{{"type", 4}, {"custom_id", "name"}, {"value", "Bo"}}})}};
    plugin_.send(
        interaction(5, {{"custom_id", "form"}, {"components", json::array({row, label})}}));
    EXPECT_TRUE(plugin_.logged("form Bo 2 ")) << plugin_.log();
}

TEST_F(InteractionsOfPlugins, other_interactions_reach_the_general_handler_only) {
    plugin_.send(interaction(2, {{"name", "other"}}));
    EXPECT_EQ(wishes(), Texts{"reply {\"content\":\"by hand\",\"ephemeral\":true}"});
    EXPECT_EQ(plugin_.begun(), Texts{"handler of interactionCreate"});
}

TEST_F(InteractionsOfPlugins, the_guardian_hears_which_handler_has_it) {
    plugin_.send(interaction(3, {{"custom_id", "more:1"}}));
    EXPECT_EQ(plugin_.begun(),
              (Texts{"handler of component more:*", "handler of interactionCreate"}));
}

}  // namespace
}  // namespace rookery::plugin
