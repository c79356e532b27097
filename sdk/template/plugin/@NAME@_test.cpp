#include <rookery/testing/fake_host.hpp>

#include <gtest/gtest.h>

TEST(@CLASS@, answers_its_name) {
    rookery::testing::FakeHost host("@NAME@");
    host.config(R"({"answer": "Hello."})");
    ASSERT_EQ(host.load(), "");

    host.command("@NAME@");
    host.command("@NAME@", R"({"who": "Alice"})");

    ASSERT_EQ(host.answers().size(), 2U);
    EXPECT_EQ(host.answers()[0], "Hello.");
    EXPECT_EQ(host.answers()[1], "Alice: Hello.");
    EXPECT_EQ(host.unload(), "");
}
