#include <rookery/testing/fake_host.hpp>

#include <gtest/gtest.h>

TEST(@CLASS@, answers_its_name) {
    rookery::testing::FakeHost host("@NAME@");
    host.config(R"({"answer": "Hello."})");
    ASSERT_EQ(host.load(), "");

    host.emit("messageCreate", R"({"id": "1", "channelId": "2", "content": "!@NAME@"})");
    host.emit("messageCreate", R"({"id": "3", "channelId": "2", "content": "something else"})");

    ASSERT_EQ(host.calls().size(), 1U);
    EXPECT_EQ(host.calls()[0].operation, "messages.reply");
    EXPECT_EQ(host.calls()[0].text("content"), "Hello.");
    EXPECT_EQ(host.unload(), "");
}
