#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/testing/fake_host.hpp>

#include <string>

namespace {

using namespace std::chrono_literals;
using rookery::MessageCreate;
using rookery::Task;

class Services final : public rookery::Plugin {
    void start() override {
        on<MessageCreate>([this](const MessageCreate& message) -> Task<> {
            const std::string_view command = message.content();
            if (command == "kv") {
                co_await store();
            } else if (command == "http") {
                const auto page = co_await http().get("https://a.example/x?y",
                                                      {.headers = {"Accept", "text/plain"}});
                log().info("page ", page->status, " ", page->body);
                const auto refused = co_await http().post("https://b.example", "body");
                log().info("refused ", refused.error().status, " ", refused.error().message);
            } else if (command == "alone") {
                kv().set("alone", "1");
                kv().incr("count", 5).then([this](const rookery::Result<std::int64_t>& sum) {
                    log().info("sum ", *sum);
                });
            } else if (command == "wait") {
                co_await rookery::race(rookery::sleep(24h), waits());
            }
        });
    }

    Task<> store() {
        log().info("none ", co_await has("a"));
        const auto set = co_await kv().set("a", "1");
        const auto changed = co_await kv().cas("a", "1", "2");
        const auto unchanged = co_await kv().cas("a", "1", "3");
        const auto sum = co_await kv().incr("a", 40);
        log().info(set.ok(), *changed, *unchanged, *sum);
        const auto passing = co_await kv().set("b", "x", 5s);
        const auto both = co_await kv().list("", "", 1);
        log().info("listed ", both->items[0].first, both->items[0].second, both->more);
        const auto batch = co_await kv().commit(
            rookery::KvBatch().expect("b", "x").expect_none("c").set("c", "3").remove("a"));
        log().info("batch ", *batch, co_await has("a"), co_await has("b"), passing.ok());
        co_await rookery::sleep(5s);
        log().info("later ", co_await has("b"));
        const auto wrong = co_await kv().set("text", "x");
        const auto no_sum = co_await kv().incr("text");
        log().info("no sum ", no_sum.error().status, wrong.ok());
    }
    Task<bool> has(std::string_view key) {
        const auto found = co_await kv().get(key);
        co_return found->has_value();
    }
    Task<> waits() {
        const auto found = co_await kv().get("x");
        log().info(found.ok());
    }
};

}  // namespace

ROOKERY_PLUGIN(Services, "services", "1.0.0")

namespace {

class ServicesOfThePlugin : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(host_.load(), ""); }
    void say(std::string_view content) {
        host_.emit("messageCreate", rookery::JsonObject().add("content", content).text());
    }
    rookery::testing::FakeHost host_;
};

TEST_F(ServicesOfThePlugin, keys_and_values) {
    say("kv");
    EXPECT_TRUE(host_.logged("none false"));
    EXPECT_TRUE(host_.logged("truetruefalse42"));
    EXPECT_TRUE(host_.logged("listed a42true"));
    EXPECT_TRUE(host_.logged("batch truefalsetruetrue"));
    host_.advance(5s);
    EXPECT_TRUE(host_.logged("later false"));
    EXPECT_TRUE(host_.logged("no sum -1true"));
    EXPECT_EQ(host_.stored("c"), "3");
    EXPECT_EQ(host_.open_events(), 0U);
    EXPECT_EQ(host_.unload(), "");
}

TEST_F(ServicesOfThePlugin, pages_and_refusals) {
    host_.answer_http("https://a.example/", 200, "text");
    say("http");
    EXPECT_TRUE(host_.logged("page 200 text"));
    EXPECT_TRUE(host_.logged("refused -4 the host is not granted"));
    ASSERT_EQ(host_.requests().size(), 2U);
    EXPECT_EQ(host_.requests()[1].method, "POST");
    EXPECT_EQ(host_.requests()[1].body, "body");
    EXPECT_EQ(host_.unload(), "");
}

TEST_F(ServicesOfThePlugin, what_nobody_waits_for_is_done_too) {
    say("alone");
    EXPECT_EQ(host_.stored("alone"), "1");
    EXPECT_TRUE(host_.logged("sum 5"));
    EXPECT_EQ(host_.unload(), "");
}

}  // namespace
