// Reminders: /remind 2h tea
//
//   [plugins.remind]
//   most_per_user = 10    how many somebody may have waiting

#include <rookery/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace {

using rookery::CommandCall;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;
using std::chrono::duration_cast;
using std::chrono::seconds;

std::string spoken(seconds time) {
    const auto count = time.count();
    if (count % 3600 == 0) {
        return std::to_string(count / 3600) + "h";
    }
    return count % 60 == 0 ? std::to_string(count / 60) + "m" : std::to_string(count) + "s";
}

class Remind final : public rookery::Plugin {
    void start() override {
        most_ = config().integer("most_per_user", 10);

        // [command]
        command({.name = "remind",
                 .description = "Reminds you of something",
                 .options = {{.name = "in",
                              .description = "When: 10m, 2h",
                              .type = rookery::Type::duration,
                              .required = true,
                              .min = "1s",
                              .max = "30d"},
                             {.name = "what",
                              .description = "Of what",
                              .required = true,
                              .max_length = 200,
                              .autocomplete = true}},
                 .examples = {"2h tea"}},
                [this](const CommandCall& call) { return promise(call); });
        autocomplete("remind", "what", [](const CommandCall&) {
            return std::vector<std::string>{"tea", "bread in the oven", "stretch"};
        });
        // [/command]

        // [start]
        spawn(take_up(*this));
        // [/start]
    }

    [[nodiscard]] seconds clock() const { return duration_cast<seconds>(now().time_since_epoch()); }

    // [promise]
    Task<std::string> promise(CommandCall call) {
        const std::string prefix = "due/" + std::string(call.user_id()) + "/";
        const std::string key = prefix + std::string(call.event().get("id").text().value_or(""));
        const auto mine = co_await kv().list(prefix);
        if (mine && static_cast<std::int64_t>(mine->items.size()) >= most_) {
            const auto kept = co_await kv().get(key);
            if (!kept || !*kept) {
                call.fail("You have " + std::to_string(most_) + " reminders waiting already.");
            }
        }
        const seconds due = clock() + call.duration("in");
        const std::string reminder = JsonObject()
                                         .add("due", due.count())
                                         .add("user", call.user_id())
                                         .add("channel", call.channel_id())
                                         .add("what", call.text("what"))
                                         .text();
        co_await kv().set(key, reminder);
        wait_until(key, due);
        co_return "I will remind you in " + spoken(call.duration("in")) + ".";
    }
    // [/promise]

    // [due]
    // A command that comes again after a crash finds its reminder waiting already.
    void wait_until(const std::string& key, seconds due) {
        if (waiting_.insert(key).second) {
            after(std::max(due - clock(), seconds(0)), [this, key] { spawn(remind(*this, key)); });
        }
    }

    static Task<> remind(Remind& self, std::string key) {
        const auto found = co_await self.kv().get(key);
        if (!found || !*found) {
            co_return;
        }
        const JsonValue reminder = JsonValue::parse(**found);
        const std::string text = "<@" + std::string(reminder.text_at("user")) + "> " +
                                 std::string(reminder.text_at("what"));
        const auto sent = co_await self.messages().send(reminder.text_at("channel"), text);
        if (!sent) {
            self.log().warn("a reminder was not delivered: ", sent.error().message);
        }
        co_await self.kv().remove(key);
    }

    static Task<> take_up(Remind& self) {
        const auto all = co_await self.kv().list("due/", "", 1000);
        if (all) {
            for (const auto& [key, value] : all->items) {
                self.wait_until(key, seconds(JsonValue::parse(value).integer_at("due")));
            }
        }
    }
    // [/due]

    std::int64_t most_ = 10;
    std::set<std::string> waiting_;
};

}  // namespace

ROOKERY_PLUGIN(Remind)
