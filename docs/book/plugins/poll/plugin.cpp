// Polls with buttons: /poll 1h "What is for lunch?" Pizza | Soup | Salad

#include <rookery/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rookery::Button;
using rookery::CommandCall;
using rookery::Component;
using rookery::JsonList;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Press;
using rookery::Task;
using std::chrono::seconds;

// [poll]
struct Poll {
    std::string id;
    std::string question;
    std::vector<std::string> answers;
    std::vector<std::pair<std::string, std::int64_t>> votes;  // user, answer
    std::string channel;
    std::string message;
    seconds ends{0};
    bool closed = false;

    [[nodiscard]] std::string json() const {
        JsonList texts;
        for (const std::string& each : answers) {
            texts.add(each);
        }
        JsonObject cast;
        for (const auto& [user, answer] : votes) {
            cast.add(user, answer);
        }
        return JsonObject()
            .add("id", id)
            .add("question", question)
            .add("answers", texts)
            .add("votes", cast)
            .add("channel", channel)
            .add("message", message)
            .add("ends", ends.count())
            .add("closed", closed)
            .text();
    }

    [[nodiscard]] static Poll read(std::string_view json) {
        const JsonValue value = JsonValue::parse(json);
        Poll poll{.id = std::string(value.text_at("id")),
                  .question = std::string(value.text_at("question")),
                  .answers = value.texts_at("answers"),
                  .votes = {},
                  .channel = std::string(value.text_at("channel")),
                  .message = std::string(value.text_at("message")),
                  .ends = seconds(value.integer_at("ends")),
                  .closed = value.flag_at("closed")};
        if (const JsonValue* const votes = value.find("votes")) {
            for (std::size_t i = 0; i < votes->keys.size(); ++i) {
                poll.votes.emplace_back(votes->keys[i], votes->items[i].integer);
            }
        }
        return poll;
    }

    void vote(std::string_view user, std::int64_t answer) {
        std::erase_if(votes, [&](const auto& each) { return each.first == user; });
        votes.emplace_back(user, answer);
    }

    [[nodiscard]] std::string text() const {
        std::string out = "**" + question + "**\n";
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto count = std::count_if(votes.begin(), votes.end(), [&](const auto& each) {
                return each.second == static_cast<std::int64_t>(i);
            });
            out += answers[i] + ": " + std::to_string(count) + "\n";
        }
        return out + (closed ? "The poll is closed."
                             : "Ends <t:" + std::to_string(ends.count()) + ":R>.");
    }

    [[nodiscard]] std::string buttons() const {
        JsonList out;
        for (std::size_t i = 0; i < answers.size() && !closed; ++i) {
            const std::string state = JsonObject().add("poll", id).add("answer", i).text();
            const Component button(Button{.label = answers[i], .action = "vote", .state = state});
            out.add_json(button.json());
        }
        return out.text();
    }
};
// [/poll]

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t bar = std::min(text.find('|'), text.size());
        std::string_view part = text.substr(0, bar);
        text.remove_prefix(std::min(bar + 1, text.size()));
        const std::size_t begin = part.find_first_not_of(' ');
        if (begin != std::string_view::npos) {
            parts.emplace_back(part.substr(begin, part.find_last_not_of(' ') - begin + 1));
        }
    }
    return parts;
}

class Polls final : public rookery::Plugin {
    void start() override {
        // [command]
        command({.name = "poll",
                 .description = "Asks everybody",
                 .options = {{.name = "time",
                              .description = "How long",
                              .type = rookery::Type::duration,
                              .required = true,
                              .min = "10s",
                              .max = "7d"},
                             {.name = "question",
                              .description = "What you ask",
                              .required = true,
                              .max_length = 200},
                             {.name = "answers",
                              .description = "Two to five, with | between them",
                              .required = true,
                              .max_length = 300}},
                 .cooldown = {.per = rookery::Per::user, .uses = 3, .time = 1min},
                 .examples = {"1h \"What is for lunch?\" Pizza | Soup | Salad"}},
                [this](const CommandCall& call) { return ask(call); });
        press("vote", [this](const Press& press) { return vote(press); });
        // [/command]
        spawn(take_up(*this));
    }

    [[nodiscard]] seconds clock() const {
        return std::chrono::duration_cast<seconds>(now().time_since_epoch());
    }

    // [ask]
    Task<> ask(CommandCall call) {
        Poll poll{.id = std::string(call.event().get("id").text().value_or("")),
                  .question = std::string(call.text("question")),
                  .answers = split(call.text("answers")),
                  .votes = {},
                  .channel = std::string(call.channel_id()),
                  .message = {},
                  .ends = clock() + call.duration("time")};
        if (poll.answers.size() < 2 || poll.answers.size() > 5) {
            call.fail("Give two to five answers, with | between them.");
        }
        const std::string key = "poll/" + poll.id;
        const std::optional<std::string> nothing;
        co_await kv().cas(key, nothing, poll.json());
        const std::string text = poll.text();
        const std::string buttons = poll.buttons();
        const auto message = co_await call.reply({.content = text, .components = buttons});
        if (!message) {
            co_await kv().remove(key);
            co_return;
        }
        const std::string id(message->id());
        auto told = change(poll.id, [id](Poll& stored) { stored.message = id; });
        co_await std::move(told);
        close_in_time(poll);
    }
    // [/ask]

    // [vote]
    /// Changes the stored poll, once more when somebody else was faster; nothing when it is over.
    template <class Change>
    Task<std::optional<Poll>> change(std::string id, Change what) {
        const std::string key = "poll/" + id;
        for (;;) {
            const auto found = co_await kv().get(key);
            if (!found || !*found) {
                co_return std::nullopt;
            }
            Poll poll = Poll::read(**found);
            if (poll.closed) {
                co_return std::nullopt;
            }
            what(poll);
            const auto swapped = co_await kv().cas(key, *found, poll.json());
            if (!swapped) {
                co_return std::nullopt;
            }
            if (*swapped) {
                co_return poll;
            }
        }
    }

    Task<> vote(Press press) {
        const std::string user(press.user_id());
        const std::int64_t answer = press.state().integer_at("answer");
        // Begun first and awaited then: GCC 12 loses temporaries of a call that is awaited at once.
        auto voted = change(std::string(press.state().text_at("poll")),
                            [user, answer](Poll& stored) { stored.vote(user, answer); });
        const std::optional<Poll> poll = co_await std::move(voted);
        if (!poll) {
            press.fail("This poll is closed.");
        }
        const std::string text = poll->text();
        const std::string buttons = poll->buttons();
        co_await press.update({.content = text, .components = buttons});
    }
    // [/vote]

    // [close]
    void close_in_time(const Poll& poll) {
        after(std::max(poll.ends - clock(), seconds(0)),
              [this, id = poll.id] { spawn(close(*this, id)); });
    }

    static Task<> close(Polls& self, std::string id) {
        auto closed = self.change(id, [](Poll& stored) { stored.closed = true; });
        const std::optional<Poll> poll = co_await std::move(closed);
        if (poll && !poll->message.empty()) {
            const std::string text = poll->text();
            co_await self.messages().edit(poll->channel, poll->message,
                                          {.content = text, .components = "[]"});
        }
    }

    static Task<> take_up(Polls& self) {
        const auto all = co_await self.kv().list("poll/", "", 1000);
        if (all) {
            for (const auto& [key, value] : all->items) {
                if (const Poll poll = Poll::read(value); !poll.closed) {
                    self.close_in_time(poll);
                }
            }
        }
    }
    // [/close]
};

}  // namespace

ROOKERY_PLUGIN(Polls)
