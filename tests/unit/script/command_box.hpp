#pragma once

#include "support/fake_commands.hpp"
#include "unit/script/script_box.hpp"

#include <memory>
#include <string>

namespace rookery::script::testing {

/// A script with commands, on a platform that takes every wish: what an event is for the test
/// decides.
class CommandBox : public ScriptBox {
  public:
    using InvocationKind = hostapi::InvocationKind;

    explicit CommandBox(std::string_view text) : CommandBox(text, options()) {}
    CommandBox(std::string_view text, Options options) : ScriptBox(text, std::move(options)) {
        started();
    }

    static Options options() {
        Options options;
        options.commands = true;
        options.platform = [](const hostapi::OperationCall& call) {
            return nlohmann::json{{"id", "m" + std::to_string(call.number % 65'536)},
                                  {"channelId", "500"}};
        };
        return options;
    }

    /// Somebody uses it; `more` is added to the invocation.
    void use(InvocationKind kind, const std::string& key, const std::string& source,
             const nlohmann::json& more = nlohmann::json::object()) {
        arrive(source);
        prepared(kind, key, source, more);
    }
    /// Somebody uses the button that was shown for `asked`, as the number of a call says.
    void press(const std::string& action, const nlohmann::json& state,
               const nlohmann::json& more = nlohmann::json::object()) {
        nlohmann::json data{{"state", state}, {"messageId", "m0"}};
        data.update(more);
        use(InvocationKind::press, action, "button", data);
    }
    /// Somebody answers a question, whose handler is not done before end_asking().
    void answer_question(const nlohmann::json& state,
                         const nlohmann::json& more = nlohmann::json::object(),
                         const std::string& source = "button") {
        arrive(source);
        nlohmann::json data{{"kind", "press"},   {"action", "~ask"}, {"component", "button"},
                            {"state", state},    {"userId", "7"},    {"channelId", "500"},
                            {"messageId", "m0"}, {"locale", "de"}};
        data.update(more);
        on_worker([&] { commands().answered("~ask", std::move(data)); });
    }
    void end_asking() {
        on_worker([&] { commands().end_asking(); });
    }
    /// An event comes that may be for a handler.
    void arrive(const std::string& source) {
        on_worker([&] { commands().concerned = true; });
        if (source == "prefix" || source == "text") {
            message("!" + source);
        } else {
            publish("interactionCreate", interaction());
        }
        on_worker([&] { commands().concerned = false; });
    }
    void prepared(InvocationKind kind, const std::string& key, const std::string& source,
                  const nlohmann::json& more = nlohmann::json::object(),
                  std::shared_ptr<void> place = {}) {
        nlohmann::json data{
            {"userId", "7"}, {"channelId", "500"}, {"guildId", "100"}, {"locale", "de"}};
        if (kind == InvocationKind::press) {
            data.update({{"kind", "press"}, {"action", key}, {"component", source}});
        } else {
            data.update({{"kind", "command"}, {"command", key}, {"source", source}});
        }
        data.update(more);
        on_worker([&] { commands().prepared(kind, key, std::move(data), std::move(place)); });
    }

    /// The operations so far with their arguments, one a line.
    std::string asked() {
        std::string text;
        for (const auto& call : calls()) {
            text += call.operation + " " + call.arguments.dump() + "\n";
        }
        return text;
    }
    [[nodiscard]] bool eventually_asked(const std::string& text) {
        return eventually([&] { return asked() == text; });
    }
    [[nodiscard]] bool handles(const std::string& key) {
        bool found = false;
        on_worker([&] {
            for (const auto& [id, handler] : commands().handlers) {
                found = found || handler.key == key;
            }
        });
        return found;
    }
    /// The arguments of a call once there are so many, "" for none.
    nlohmann::json argument(std::size_t call, const char* name) {
        EXPECT_TRUE(eventually([&] { return calls().size() > call; }));
        return calls().at(call).arguments.value(name, nlohmann::json());
    }

    static std::string interaction() {
        return nlohmann::json{
            {"id", "800"},
            {"application_id", "77"},
            {"token", "credential"},
            {"type", 2},
            {"channel_id", "500"},
            {"guild_id", "100"},
            {"member", {{"user", {{"id", "7"}, {"username", "alice"}}}, {"roles", {"9"}}}},
            {"data", {{"id", "3"}, {"name", "x"}}}}
            .dump();
    }
};

}  // namespace rookery::script::testing
