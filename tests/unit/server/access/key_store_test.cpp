#include "server/access/key_store.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace rookery::server {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const WallTime kNow = WallTime{} + 1'700'000'000s;

class KeyStoreTest : public ::testing::Test {
  protected:
    KeyStore::Made make(const std::string& name, std::vector<std::string> taken = {}) {
        auto made = store.make({name, {"events"}, {}, {}, {}}, taken, kNow);
        EXPECT_TRUE(made) << made.error().message();
        return made ? *made : KeyStore::Made{};
    }
    std::string text() const {
        std::ostringstream out;
        out << std::ifstream(folder / "keys.json").rdbuf();
        return out.str();
    }

    rookery::testing::TempDir folder;
    KeyStore store{folder.path()};
};

TEST_F(KeyStoreTest, is_empty_without_a_file) {
    const auto records = store.read();
    ASSERT_TRUE(records);
    EXPECT_TRUE(records->empty());
}

TEST_F(KeyStoreTest, gives_back_what_was_made) {
    const auto made = store.make(
        {"a", {"events", "admin"}, {{"9", "3", "9"}}, {{"b", "a"}}, kNow + 1h}, {}, kNow);
    ASSERT_TRUE(made);
    const auto records = store.read();
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 1U);
    const KeyRecord& record = records->front();
    EXPECT_EQ(record.key.guilds, (std::vector<std::string>{"3", "9"}));
    EXPECT_EQ(record.key.events, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(record.key.expires, kNow + 1h);
    EXPECT_EQ(record.created, kNow);
    EXPECT_EQ(record.prefix, prefix_of(made->secret));
    EXPECT_TRUE(same(record.digest, digest_of(made->secret)));
}

TEST_F(KeyStoreTest, file_has_no_secret_and_is_the_owner_s) {
    const auto made = make("a");
    const auto random = made.secret.substr(made.secret.rfind('_') + 1);
    EXPECT_EQ(text().find(random), std::string::npos);
    EXPECT_EQ(fs::status(folder / "keys.json").permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeyStoreTest, ids_come_of_names_and_are_unique) {
    EXPECT_EQ(make("The Dashboard!").record.key.id, "the-dashboard");
    EXPECT_EQ(make("the dashboard").record.key.id, "the-dashboard-2");
    EXPECT_EQ(make("bot", {"bot"}).record.key.id, "bot-2");
    EXPECT_EQ(make("\xd0\xb9 7").record.key.id, "key");
    EXPECT_EQ(make(std::string(100, 'a')).record.key.id.size(), 58U);
}

TEST_F(KeyStoreTest, refuses_names_that_are_none) {
    EXPECT_FALSE(store.make({"", {}, {}, {}, {}}, {}, kNow));
    EXPECT_FALSE(store.make({std::string(101, 'a'), {}, {}, {}, {}}, {}, kNow));
}

TEST_F(KeyStoreTest, revokes_once_and_keeps_the_record) {
    make("a");
    ASSERT_TRUE(store.revoke("a", kNow + 1s));
    EXPECT_EQ(store.read()->front().revoked, kNow + 1s);
    const auto again = store.revoke("a", kNow + 2s);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::exists);
}

TEST_F(KeyStoreTest, unknown_id_gets_the_nearest_one) {
    make("dashboard");
    const auto revoked = store.revoke("dashbord", kNow);
    ASSERT_FALSE(revoked);
    EXPECT_EQ(revoked.error().message(), "there is no such key; did you mean \"dashboard\"?");
}

TEST_F(KeyStoreTest, forgets_revoked_keys_after_a_season) {
    make("old");
    ASSERT_TRUE(store.revoke("old", kNow));
    ASSERT_TRUE(store.make({"new", {}, {}, {}, {}}, {}, kNow + std::chrono::days(91)));
    const auto records = store.read();
    ASSERT_EQ(records->size(), 1U);
    EXPECT_EQ(records->front().key.id, "new");
}

TEST_F(KeyStoreTest, damaged_file_is_told_and_never_written_over) {
    for (const char* damaged :
         {"", "[]", "{\"version\":2,\"keys\":[]}", "{\"version\":1,\"keys\":[{\"id\":\"a\"}]}",
          R"({"version":1,"keys":[{"id":"a","name":"a","prefix":"","hash":"x","scopes":[]}]})"}) {
        std::ofstream(folder / "keys.json") << damaged;
        const auto read = store.read();
        ASSERT_FALSE(read) << damaged;
        EXPECT_NE(read.error().message().find("keys.json"), std::string::npos);
        EXPECT_FALSE(store.make({"a", {}, {}, {}, {}}, {}, kNow));
        EXPECT_EQ(text(), damaged);
    }
}

TEST_F(KeyStoreTest, uses_that_cannot_be_read_are_none) {
    std::ofstream(folder / "keys-used.json") << "{\"a\":{\"requests\":-1,\"lastUsed\":7},\"b\":3}";
    const auto uses = store.read_uses();
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses.at("a").requests, 0U);
    EXPECT_FALSE(uses.at("a").last);
}

}  // namespace
}  // namespace rookery::server
