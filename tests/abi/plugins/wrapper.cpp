// Uses everything of the C++ wrapper; does what messages tell it to, and logs what came of it.
#include <rookery/plugin.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

class Wrapper final : public rookery::Plugin {
    void start() override {
        log().info("config ", config().text("text", "none"), " ", config().integer("list.1", -1),
                   " ", config().boolean("flag", false), " ", config().number("half", 0) * 2 == 1.0,
                   " ", config().texts("names").size(), " ", config().json("list"));
        log().info("place ", config().place("list.1"), " ", config().place("text"));
        on<rookery::MessageCreate>(rookery::Filter{.equals = "filtered"},
                                   [this](const rookery::MessageCreate& message) {
                                       log().info("passed the filter: ", message.content());
                                   });
        on<rookery::MessageCreate>(
            [this](const rookery::MessageCreate& message) { obey(message, message.content()); });
        on("discord:SOME_RAW_EVENT", [this](const rookery::View& event) {
            log().info("raw ", event.get("some_key").text().value_or("?"), " ", event.event().name,
                       " ", event.shape());
        });
        declare_command(R"({"name": "greet", "description": "Greets"})");
        on_command("greet", [this](const rookery::InteractionEvent& event) { answer(event); });
        on_component("more:*", [](const rookery::InteractionEvent& event) {
            event.update(event.custom_id());
        });
        on_modal("form", [this](const rookery::InteractionEvent& event) {
            log().info("form ", event.field("name").text().value_or("?"), " ",
                       event.field("pick").array().size(), " ", bool(event.field("none")));
        });
        on_autocomplete("greet", [](const rookery::InteractionEvent& event) {
            event.autocomplete(R"(["a", "b"])");
        });
        on<rookery::InteractionCreate>([this](const rookery::InteractionCreate& event) {
            if (event.command_name() == "other") {
                interaction(event).reply_privately("by hand");
            }
        });
        removed_ = on<rookery::MessageCreate>(
            [this](const rookery::MessageCreate&) { log().info("still subscribed"); });
    }

    void stop() override { log().info("stop"); }

    std::optional<std::string> save() override { return "state of " + std::string(name()); }
    [[nodiscard]] std::uint32_t state_version() const override { return 3; }
    void load(std::string_view state, std::uint32_t version) override {
        log().info("loaded ", state, " ", version);
    }

    void answer(const rookery::InteractionEvent& event) {
        event.defer({.ephemeral = true});
        event.reply("Hello, " + std::string(event.option("who").text().value_or("you")))
            .then([this](const rookery::Result<rookery::Message>& sent) {
                log().info(sent ? "greeted" : "not greeted");
            });
        event.reply({.content = "x", .embeds = rookery::JsonList()});
        event.edit_reply({.content = "y"});
        event.follow_up("z");
        event.fetch_reply();
        event.delete_reply();
        event.defer_update();
        event.show_modal("Form", {.custom_id = "form", .components = "[]"});
    }

    void obey(const rookery::MessageCreate& message, std::string_view command) {
        if (command == "reply") {
            reply(message, "an \"answer\"\n")
                .then([this](const rookery::Result<rookery::Message>& sent) {
                    log().info(sent ? "replied " : "failed ", sent ? sent->id() : "",
                               sent.error().message);
                });
        } else if (command == "send") {
            messages().send("42", "no callback");
        } else if (command == "react") {
            react(message, "👍");
        } else if (command == "other") {
            messages().edit("1", "2", "new");
            messages().remove("1", "2");
            reactions().remove("1", "2", "x");
            members().add_role("1", "2", "3");
            members().remove_role("1", "2", "3");
            operations().call("channels.typing", rookery::JsonObject().add("channelId", "1"));
        } else if (command == "after") {
            after(1ms, [this] { log().info("after"); });
        } else if (command == "every") {
            ticking_ = every(1ms, [this] {
                if (++ticks_ == 3) {
                    ticking_.cancel();
                    log().info("three ticks");
                }
            });
        } else if (command == "post") {
            std::thread([this] { post([this] { log().info("posted"); }); }).join();
        } else if (command == "hold") {
            held_.push_back(hold(message));
            kept_ = message;
        } else if (command == "release") {
            log().info("kept ", kept_.get("content").text().value_or(""));
            held_.clear();
        } else if (command == "stale") {
            kept_ = message;
            after(1ms, [this] { static_cast<void>(kept_.get("content")); });
        } else if (command == "unsubscribe") {
            const bool first = removed_.cancel();
            log().info("cancelled ", first, " ", removed_.cancel());
        } else if (command == "fields") {
            log().info(message.author().username(), " ", message.mentions().users().size(), " ",
                       message.event().bot, " ", message.raw().size() > 10, " ",
                       message.json().size() > 10);
        } else if (command == "leave a timer") {
            every(1h, [] {});
        }
    }

    rookery::Registration removed_;
    rookery::Registration ticking_;
    int ticks_ = 0;
    std::vector<rookery::HeldEvent> held_;
    rookery::View kept_;
};

}  // namespace

ROOKERY_PLUGIN(Wrapper, "wrapper", "2.3.4")
