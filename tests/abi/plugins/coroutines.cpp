// Waits in every way that there is; does what messages tell it to, and logs what came of it.
#include <rookery/plugin.hpp>

#include <chrono>
#include <stdexcept>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rookery::Message;
using rookery::MessageCreate;
using rookery::Result;
using rookery::Task;

class Coroutines final : public rookery::Plugin {
    /// Tells its end, whatever brings it about.
    struct Witness {
        const Coroutines* plugin;
        std::string_view what;
        ~Witness() { plugin->log().info("gone: ", what); }
    };

    void start() override {
        on<MessageCreate>([this](const MessageCreate& message) -> Task<> {
            const std::string_view command = message.content();
            if (command == "send") {
                co_await send(message);
            } else if (command == "list") {
                const auto list = co_await messages().list(message.channel_id(), {.limit = 2});
                for (const Message each : *list) {
                    log().info("listed ", each.content(), " by ", each.author().username());
                }
                log().info(list->size(), " ", (*list)[1].id(), " ",
                           (*list)[0].thread().has_value());
            } else if (command == "sleep") {
                const Witness witness{this, "sleeper"};
                co_await rookery::sleep(1ms);
                log().info("slept, and reads ", message.content());
                reply(message, "after the sleep");
            } else if (command == "count") {
                co_await rookery::sleep(1ms);
                const auto slept = co_await kv().incr("n");
                log().info("slept, counted ", slept.value());
                const auto next = co_await wait_for<MessageCreate>(
                    [](const MessageCreate& event) { return event.content() == "here"; }, 24h);
                const auto met = co_await kv().incr("n");
                log().info("met, counted ", met.value());
                co_await rookery::sleep(1ms);
            } else if (command == "for ever") {
                const Witness witness{this, "eternal"};
                co_await rookery::sleep(24h);
            } else if (command == "throw") {
                throw std::runtime_error("thrown at once");
            } else if (command == "throw later") {
                co_await rookery::sleep(1ms);
                throw std::runtime_error("thrown later");
            } else if (command == "next") {
                const auto next = co_await wait_for<MessageCreate>(
                    [](const MessageCreate& event) { return event.content() == "here"; }, 24h);
                log().info("next ", next->id(), " after ", message.content());
            } else if (command == "none") {
                const auto next = co_await wait_for<MessageCreate>(1ms);
                log().info("none: ", next.error().status == RK_E_TIMEOUT);
            } else {
                co_await more(command);
            }
        });
        once<MessageCreate>([this](const MessageCreate&) { log().info("once"); });
    }

    Task<> send(const MessageCreate& message) {
        Result<Message> sent = co_await messages().send(message.channel_id(), "hello").within(2s);
        if (!sent) {
            const rookery::Failure& why = sent.error();
            log().info("not sent: ", why.message, " ", why.status, " ", why.platform_status, " ",
                       why.platform_code, " ",
                       why.fields.empty() ? std::string("-") : why.fields[0].path);
            co_return;
        }
        const Message kept = *sent;
        sent = Result<Message>(Message());
        co_await rookery::sleep(1ms);
        log().info("sent ", kept.id(), " ", kept.author().username(), " ",
                   kept.mentions().users().size(), " ", kept.shape());
    }

    Task<> more(std::string_view command) {
        if (command == "all") {
            const auto [sent, number] = co_await rookery::all(messages().get("1", "2"), count(3));
            log().info("all ", sent->id(), " ", number);
            std::vector<Task<int>> many;
            many.push_back(count(1));
            many.push_back(count(2));
            const auto both = co_await rookery::all(std::move(many));
            log().info("each ", both[0] + both[1]);
        } else if (command == "race") {
            const auto first = co_await rookery::race(eternal(), count(7), rookery::sleep(24h));
            log().info("race ", first.index(), " ", std::get<1>(first));
        } else if (command == "spawn") {
            job_ = spawn(eternal_task());
            log().info("spawned");
        } else if (command == "cancel") {
            const bool first = job_.cancel();
            log().info("cancelled ", first, " ", job_.cancel());
        } else if (command == "loop") {
            int sum = 0;
            for (int i = 0; i < 100'000; ++i) {
                sum += co_await at_once();
            }
            log().info("loop ", sum);
        } else if (command == "other bot") {
            bot("second").messages().send("1", "x");
        } else if (command == "invalid") {
            const auto bad = co_await messages().send("1", "\xff");
            log().info("invalid ", bad.error().status == RK_E_INVALID);
            messages().send("1", "\xff");
        }
    }

    Task<int> count(int upto) {
        for (int i = 0; i < upto; ++i) {
            co_await rookery::sleep(0ms);
        }
        co_return upto;
    }
    static Task<int> at_once() { co_return 1; }
    Task<int> eternal() {
        const Witness witness{this, "loser"};
        co_await rookery::sleep(24h);
        co_return 0;
    }
    Task<> eternal_task() { co_await eternal(); }

    void stop() override { log().info("stop"); }

    rookery::Job job_;
};

}  // namespace

ROOKERY_PLUGIN(Coroutines, "coroutines", "1.0.0")
