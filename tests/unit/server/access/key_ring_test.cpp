#include "server/access/key_ring.hpp"

#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace rookery::server {
namespace {

using namespace std::chrono_literals;
using Refusal = Guard::Refusal;
using nlohmann::json;

constexpr std::string_view kSecret = "a-key-that-somebody-chose";
const std::string kPeer = "192.0.2.9";

config::ServerKeySection section_key(std::string id, std::string_view secret,
                                     std::vector<std::string> scopes) {
    config::ServerKeySection key;
    key.id = id;
    key.name = std::move(id);
    key.key = Secret(std::string(secret));
    key.scopes = std::move(scopes);
    return key;
}

class KeyRingTest : public ::testing::Test {
  protected:
    KeyRingTest() {
        section.enabled = true;
        section.keys.push_back(section_key("given", kSecret, {"read:guilds"}));
        ring.on_gone([this](const std::string& id) { gone.push_back(id); });
        ring.apply(section);
    }

    Request request(std::string_view secret, std::string peer = "192.0.2.1") const {
        Request request;
        request.peer = std::move(peer);
        if (!secret.empty()) {
            request.headers.add("x-api-key", std::string(secret));
        }
        return request;
    }
    std::string made(KeyWish wish) {
        auto result = KeyStore(folder.path()).make(std::move(wish), {}, clock.wall());
        EXPECT_TRUE(result) << result.error().message();
        ring.reread();
        return result ? result->secret : std::string();
    }
    Refusal refusal_of(std::string_view secret) {
        auto found = ring.find(secret, kPeer);
        EXPECT_TRUE(std::holds_alternative<Refusal>(found));
        return std::holds_alternative<Refusal>(found) ? std::get<Refusal>(found) : Refusal::missing;
    }
    std::string id_of(std::string_view secret) {
        auto found = ring.find(secret, kPeer);
        return std::holds_alternative<KeyPtr>(found) ? std::get<KeyPtr>(found)->id : "refused";
    }
    json body_of(const std::variant<KeyPtr, Response>& answer) {
        return json::parse(*std::get<Response>(answer).body);
    }

    rookery::testing::TempDir folder;
    rookery::testing::FakeClock clock;
    config::ServerSection section;
    std::vector<std::string> gone;
    KeyRing ring{clock, folder.path()};
};

TEST_F(KeyRingTest, finds_keys_of_the_toml_by_value_and_by_hash) {
    const std::string other = make_secret();
    config::ServerKeySection hashed = section_key("hashed", "", {"events"});
    hashed.key = Secret();
    hashed.hash = to_text(digest_of(other));
    section.keys.push_back(hashed);
    ring.apply(section);
    EXPECT_EQ(id_of(kSecret), "given");
    EXPECT_EQ(id_of(other), "hashed");
}

TEST_F(KeyRingTest, missing_and_unknown_keys_are_told_apart) {
    EXPECT_EQ(refusal_of(""), Refusal::missing);
    EXPECT_EQ(refusal_of("a-key-that-nobody-chose!!"), Refusal::unknown);
    EXPECT_EQ(refusal_of(make_secret()), Refusal::unknown);
    EXPECT_EQ(refusal_of(std::string(100'000, 'x')), Refusal::unknown);
}

TEST_F(KeyRingTest, who_guesses_on_sockets_too_often_is_not_listened_to_for_a_while) {
    section.address_rate_limit = {3, Millis{60'000}};
    ring.apply(section);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(refusal_of("a-key-that-nobody-chose!!"), Refusal::unknown);
    }
    EXPECT_EQ(refusal_of(kSecret), Refusal::limited);
    EXPECT_TRUE(std::holds_alternative<KeyPtr>(ring.find(kSecret, "192.0.2.10")));
    clock.advance(60s);
    EXPECT_EQ(id_of(kSecret), "given");
}

TEST_F(KeyRingTest, right_keys_on_sockets_use_no_rate_up) {
    section.address_rate_limit = {3, Millis{60'000}};
    ring.apply(section);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(id_of(kSecret), "given");
    }
}

TEST_F(KeyRingTest, strangers_have_the_rate_of_their_address) {
    section.address_rate_limit = {1, Millis{60'000}};
    ring.apply(section);
    Headers headers;
    EXPECT_FALSE(ring.admit_stranger(request(""), headers).has_value());
    EXPECT_EQ(headers.find("X-RateLimit-Remaining"), "0");
    const auto refused = ring.admit_stranger(request(""), headers);
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 429U);
}

TEST_F(KeyRingTest, right_prefix_with_another_rest_is_unknown) {
    std::string secret = made({"prefixed", {"events"}, {}, {}, {}});
    secret.back() = secret.back() == 'a' ? 'b' : 'a';
    EXPECT_EQ(refusal_of(secret), Refusal::unknown);
}

TEST_F(KeyRingTest, made_key_is_found_with_what_it_may) {
    const auto secret = made(
        {"The Dashboard", {"events"}, std::vector<std::string>{"7", "5"}, {{"messageCreate"}}, {}});
    auto found = ring.find(secret, kPeer);
    ASSERT_TRUE(std::holds_alternative<KeyPtr>(found));
    const Key& key = *std::get<KeyPtr>(found);
    EXPECT_EQ(key.id, "the-dashboard");
    EXPECT_EQ(key.name, "The Dashboard");
    EXPECT_TRUE(key.sees_guild("5"));
    EXPECT_FALSE(key.sees_guild("6"));
    EXPECT_FALSE(key.hears("messageDelete"));
}

TEST_F(KeyRingTest, revoked_key_is_refused_and_its_holders_are_told) {
    const auto secret = made({"short-lived", {"events"}, {}, {}, {}});
    ASSERT_TRUE(KeyStore(folder.path()).revoke("short-lived", clock.wall()));
    EXPECT_EQ(id_of(secret), "short-lived");
    ring.reread();
    EXPECT_EQ(refusal_of(secret), Refusal::revoked);
    EXPECT_EQ(gone, (std::vector<std::string>{"short-lived"}));
    ring.reread();
    ring.tick();
    EXPECT_EQ(gone.size(), 1U);
}

TEST_F(KeyRingTest, expired_key_is_refused_and_its_holders_are_told_by_the_timer) {
    const auto secret = made({"until-soon", {"events"}, {}, {}, clock.wall() + 10s});
    EXPECT_EQ(id_of(secret), "until-soon");
    clock.advance(10s);
    EXPECT_EQ(refusal_of(secret), Refusal::expired);
    EXPECT_TRUE(gone.empty());
    ring.tick();
    ring.tick();
    EXPECT_EQ(gone, (std::vector<std::string>{"until-soon"}));
}

TEST_F(KeyRingTest, reload_tells_of_changed_and_gone_keys_alone) {
    section.keys.push_back(section_key("stays", "another-key-somebody-chose", {"events"}));
    section.keys.push_back(section_key("goes", "a-third-key-that-is-chosen", {"events"}));
    ring.apply(section);
    section.keys[0].scopes = {"admin"};
    section.keys.pop_back();
    ring.apply(section);
    EXPECT_EQ(gone, (std::vector<std::string>{"given", "goes"}));
    EXPECT_EQ(id_of("another-key-somebody-chose"), "stays");
    EXPECT_EQ(refusal_of("a-third-key-that-is-chosen"), Refusal::unknown);
}

TEST_F(KeyRingTest, damaged_store_leaves_the_keys_of_the_toml) {
    const auto secret = made({"lost", {"events"}, {}, {}, {}});
    std::ofstream(folder / "keys.json") << "{\"version\":1,\"keys\":[{\"id\":5}]}";
    ring.reread();
    EXPECT_EQ(id_of(kSecret), "given");
    EXPECT_EQ(refusal_of(secret), Refusal::unknown);
}

TEST_F(KeyRingTest, admits_with_the_headers_of_the_key_s_rate) {
    section.rate_limit = {2, Millis{60'000}};
    ring.apply(section);
    Headers headers;
    ASSERT_TRUE(std::holds_alternative<KeyPtr>(ring.admit(request(kSecret), headers)));
    EXPECT_EQ(headers.find("X-RateLimit-Limit"), "2");
    EXPECT_EQ(headers.find("X-RateLimit-Remaining"), "1");
    // 1 700 000 000 s and what the fake clock begins with, and a minute.
    EXPECT_EQ(headers.find("X-RateLimit-Reset"), "1700001060");
}

TEST_F(KeyRingTest, bearer_stands_for_the_header_of_its_own) {
    Request asked = request("");
    asked.headers.add("Authorization", "Bearer " + std::string(kSecret));
    Headers headers;
    EXPECT_TRUE(std::holds_alternative<KeyPtr>(ring.admit(asked, headers)));
}

TEST_F(KeyRingTest, over_the_rate_answers_429_until_the_window_ends) {
    section.rate_limit = {1, Millis{60'000}};
    ring.apply(section);
    Headers first;
    ASSERT_TRUE(std::holds_alternative<KeyPtr>(ring.admit(request(kSecret), first)));
    clock.advance(Millis{58'500});
    Headers headers;
    const auto answer = ring.admit(request(kSecret), headers);
    ASSERT_TRUE(std::holds_alternative<Response>(answer));
    EXPECT_EQ(std::get<Response>(answer).status, 429U);
    EXPECT_EQ(std::get<Response>(answer).headers.find("Retry-After"), "2");
    EXPECT_EQ(headers.find("X-RateLimit-Remaining"), "0");
    EXPECT_EQ(
        *std::get<Response>(answer).body,
        R"({"success":false,"error":"Too many requests","code":"RATE_LIMITED","retryAfter":2})");
    clock.advance(Millis{1'500});
    Headers again;
    EXPECT_TRUE(std::holds_alternative<KeyPtr>(ring.admit(request(kSecret), again)));
}

TEST_F(KeyRingTest, keys_have_rates_of_their_own) {
    section.rate_limit = {1, Millis{60'000}};
    section.keys.push_back(section_key("other", "another-key-somebody-chose", {"events"}));
    ring.apply(section);
    Headers headers;
    ASSERT_TRUE(std::holds_alternative<KeyPtr>(ring.admit(request(kSecret), headers)));
    EXPECT_TRUE(
        std::holds_alternative<KeyPtr>(ring.admit(request("another-key-somebody-chose"), headers)));
}

TEST_F(KeyRingTest, refusals_count_against_the_address) {
    section.address_rate_limit = {2, Millis{60'000}};
    ring.apply(section);
    const auto status = [&](std::string_view secret, std::string peer) {
        Headers headers;
        const auto answer = ring.admit(request(secret, std::move(peer)), headers);
        return std::holds_alternative<Response>(answer) ? std::get<Response>(answer).status : 200U;
    };
    EXPECT_EQ(status("wrong", "2001:db8:1:2::1"), 401U);
    EXPECT_EQ(status("", "2001:db8:1:2::2"), 401U);
    EXPECT_EQ(status(kSecret, "2001:db8:1:2::3"), 429U);
    EXPECT_EQ(status(kSecret, "2001:db8:1:3::1"), 200U);
}

TEST_F(KeyRingTest, refusals_have_the_documented_texts) {
    Headers headers;
    const auto missing = ring.admit(request(""), headers);
    EXPECT_EQ(*std::get<Response>(missing).body,
              R"({"success":false,"error":"Missing API key","code":"MISSING_API_KEY"})");
    EXPECT_EQ(std::get<Response>(missing).status, 401U);
    EXPECT_EQ(*std::get<Response>(ring.admit(request("wrong"), headers)).body,
              R"({"success":false,"error":"Invalid API key","code":"INVALID_API_KEY"})");
    EXPECT_TRUE(headers.find("X-RateLimit-Limit"));
    const auto expired = made({"old", {}, {}, {}, clock.wall() - 1s});
    EXPECT_EQ(body_of(ring.admit(request(expired), headers))["code"], "EXPIRED_API_KEY");
    const auto revoked = made({"revoked", {}, {}, {}, {}});
    ASSERT_TRUE(KeyStore(folder.path()).revoke("revoked", clock.wall()));
    ring.reread();
    EXPECT_EQ(body_of(ring.admit(request(revoked), headers))["code"], "REVOKED_API_KEY");
}

TEST_F(KeyRingTest, scope_that_is_missing_is_named_beside_those_that_are_there) {
    const Key key{"a", "a", {"read:guilds"}, {}, {}, {}};
    EXPECT_FALSE(ring.require(key, "read:guilds"));
    const auto refused = ring.require(key, "write:messages");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 403U);
    EXPECT_EQ(
        *refused->body,
        R"({"success":false,"error":"Missing required scope(s): write:messages",)"
        R"("code":"INSUFFICIENT_SCOPE","required":["write:messages"],"granted":["read:guilds"]})");
    EXPECT_FALSE(ring.require(Key{"b", "b", {"admin"}, {}, {}, {}}, "write:messages"));
}

TEST_F(KeyRingTest, compat_enforces_no_scope) {
    section.holobridge = true;
    ring.apply(section);
    EXPECT_FALSE(ring.require(Key{"a", "a", {"read:guilds"}, {}, {}, {}}, "write:messages"));
}

TEST_F(KeyRingTest, sockets_of_a_key_share_what_they_may_emit) {
    section.event_rate_limit = {2, Millis{1'000}};
    ring.apply(section);
    const Key key{"a", "a", {}, {}, {}, {}};
    EXPECT_TRUE(ring.spend(key));
    EXPECT_TRUE(ring.spend(key));
    EXPECT_FALSE(ring.spend(key));
    clock.advance(1s);
    EXPECT_TRUE(ring.spend(key));
}

TEST_F(KeyRingTest, uses_are_kept_over_a_restart) {
    (void)ring.find(kSecret, kPeer);
    (void)ring.find(kSecret, kPeer);
    ring.tick();
    EXPECT_TRUE(KeyStore(folder.path()).read_uses().empty());
    clock.advance(30s);
    ring.tick();
    const auto uses = KeyStore(folder.path()).read_uses();
    EXPECT_EQ(uses.at("given").requests, 2U);
    EXPECT_EQ(uses.at("given").last, clock.wall() - 30s);
    KeyRing next(clock, folder.path());
    next.apply(section);
    (void)next.find(kSecret, kPeer);
    next.flush();
    EXPECT_EQ(KeyStore(folder.path()).read_uses().at("given").requests, 3U);
}

TEST_F(KeyRingTest, counts_what_it_decided) {
    Headers headers;
    (void)ring.admit(request(kSecret), headers);
    (void)ring.admit(request("wrong"), headers);
    (void)ring.require(Key{"a", "a", {}, {}, {}, {}}, "admin");
    const auto stats = ring.stats();
    EXPECT_EQ(stats.admitted, 1U);
    EXPECT_EQ(stats.unauthorised, 1U);
    EXPECT_EQ(stats.forbidden, 1U);
    EXPECT_EQ(stats.keys, 1U);
}

}  // namespace
}  // namespace rookery::server
