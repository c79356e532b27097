#include "hostapi/capabilities.hpp"

#include <gtest/gtest.h>

namespace rookery::hostapi {
namespace {

Capabilities::Grants grants(std::vector<std::string> granted = {},
                            std::vector<std::string> denied = {}) {
    Capabilities::Grants out;
    out.granted = out.own = std::move(granted);
    out.denied = std::move(denied);
    out.section = "scripts.weather";
    out.file = "bot.toml";
    return out;
}

std::string text(const Result<>& result) { return result ? "" : result.error().message(); }

TEST(Capability, has_one_of_the_known_forms) {
    for (const char* good :
         {"kv", "settings", "metrics", "rest:*", "rest:members.*", "rest:members.edit",
          "rest:api.request", "events:messageCreate", "events:*", "http:*", "http:example.com",
          "http:*.example.com", "http:127.0.0.1:8080", "http:[::1]:8080", "http:localhost"}) {
        EXPECT_TRUE(check_capability(good)) << good;
    }
    for (const char* bad :
         {"", "kv:x", "rest", "rest:", "rest:cats.*", "rest:members.pet",
          "http:", "http:https://example.com", "http:example.com/path", "http:Example.com",
          "http:example.com:0", "http:example.com:x", "http:a*b", "events:", "file:*"}) {
        EXPECT_FALSE(check_capability(bad)) << bad;
    }
}

TEST(Covers, by_name_and_by_wildcard) {
    EXPECT_TRUE(covers("rest:*", "rest:members.edit"));
    EXPECT_TRUE(covers("rest:members.*", "rest:members.edit"));
    EXPECT_FALSE(covers("rest:members.*", "rest:messages.send"));
    EXPECT_FALSE(covers("rest:members.edit", "rest:members.*"));
    EXPECT_TRUE(covers("events:*", "events:discord:MESSAGE_CREATE"));
    EXPECT_FALSE(covers("kv", "settings"));
}

TEST(Covers, hosts_below_a_domain) {
    EXPECT_TRUE(covers("http:*.example.com", "http:api.example.com"));
    EXPECT_TRUE(covers("http:*.example.com", "http:a.b.example.com:8443"));
    EXPECT_FALSE(covers("http:*.example.com", "http:example.com"));
    EXPECT_FALSE(covers("http:*.example.com", "http:badexample.com"));
    EXPECT_FALSE(covers("http:example.com", "http:example.com.evil.org"));
    EXPECT_TRUE(covers("http:*", "http:example.com:80"));
}

TEST(Covers, a_port_where_one_is_named) {
    EXPECT_TRUE(covers("http:example.com", "http:example.com:8080"));
    EXPECT_TRUE(covers("http:example.com:8080", "http:example.com:8080"));
    EXPECT_FALSE(covers("http:example.com:8080", "http:example.com:80"));
    EXPECT_FALSE(covers("http:example.com:8080", "http:example.com"));
}

TEST(Covers, no_address_by_a_wildcard) {
    for (const char* local : {"http:127.0.0.1:80", "http:[::1]:80", "http:localhost:80",
                              "http:x.localhost:80", "http:10.0.0.1:80", "http:8.8.8.8:80"}) {
        EXPECT_FALSE(covers("http:*", local)) << local;
    }
    EXPECT_TRUE(covers("http:127.0.0.1", "http:127.0.0.1:80"));
    EXPECT_TRUE(covers("http:[::1]:80", "http:[::1]:80"));
    EXPECT_TRUE(covers("http:localhost", "http:localhost:80"));
}

TEST(Capabilities, grant_the_harmless_by_default) {
    const Capabilities none(std::nullopt, grants());
    EXPECT_TRUE(none.check("kv"));
    EXPECT_TRUE(none.check("rest:members.edit"));
    EXPECT_TRUE(none.check("events:messageCreate"));
    EXPECT_EQ(text(none.check("http:api.example.com:443")),
              "http:api.example.com:443 is not granted to it; bot.toml must say: "
              "[scripts.weather] grant = [\"http:api.example.com:443\"]");
}

TEST(Capabilities, name_the_line_with_what_stands_there_already) {
    const Capabilities some(std::nullopt, grants({"http:a.com"}));
    EXPECT_TRUE(some.check("http:a.com:443"));
    EXPECT_EQ(text(some.check("http:b.com:443")),
              "http:b.com:443 is not granted to it; bot.toml must say: [scripts.weather] grant = "
              "[\"http:a.com\", \"http:b.com:443\"]");
}

TEST(Capabilities, hold_an_extension_to_its_manifest) {
    const Capabilities held(std::vector<std::string>{"kv"}, grants());
    EXPECT_TRUE(held.check("kv"));
    EXPECT_TRUE(held.check("events:messageCreate"));
    EXPECT_EQ(text(held.check("rest:members.edit")),
              "rest:members.edit is not among the \"capabilities\" of its manifest: add "
              "\"rest:members.edit\" there");
    const Capabilities deaf(std::vector<std::string>{"events:messageCreate"}, grants());
    EXPECT_TRUE(deaf.check("events:messageCreate"));
    EXPECT_FALSE(deaf.check("events:messageDelete"));
}

TEST(Capabilities, declared_but_not_granted_are_refused) {
    const std::vector<std::string> wish{"http:*.example.com"};
    EXPECT_EQ(text(Capabilities(wish, grants()).check_declared()),
              "its manifest asks for what it has not been given: http:*.example.com is not granted "
              "to it; bot.toml must say: [scripts.weather] grant = [\"http:*.example.com\"]");
    EXPECT_TRUE(Capabilities(wish, grants({"http:*"})).check_declared());
    EXPECT_TRUE(Capabilities(wish, grants({"http:*.example.com"})).check_declared());
    EXPECT_FALSE(Capabilities(wish, grants({"http:api.example.com"})).check_declared());
}

TEST(Capabilities, that_are_denied_win) {
    const Capabilities denied(std::nullopt, grants({"rest:*"}, {"rest:members.*"}));
    EXPECT_FALSE(denied.check("rest:members.edit"));
    EXPECT_TRUE(denied.check("rest:messages.send"));
    EXPECT_EQ(text(denied.check("rest:members.edit")),
              "rest:members.edit is denied to it: `deny` in bot.toml, in [scripts.weather] or the "
              "section above, names it");
}

}  // namespace
}  // namespace rookery::hostapi
