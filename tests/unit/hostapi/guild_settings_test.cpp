#include "hostapi/guild_settings.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <future>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

class GuildSettingsTest : public ::testing::Test {
  protected:
    GuildSettingsTest() { open(); }
    ~GuildSettingsTest() override {
        worker_->stop();
        worker_->join(Millis{5'000});
    }

    void open() {
        settings_.reset();
        books_.reset();
        store_.reset();
        store_ = *store::KvStore::open(dir_ / "kv.db");
        books_.emplace(*store_);
        settings_.emplace(*store_, GuildBooks::space_of("script x"), *books_->of("script x"),
                          capabilities_, worker_);
        const auto declared = settings_->declare(
            {{"prefix", {{"type", "string"}, {"default", "!"}, {"max", 5}}},
             {"limit", {{"type", "integer"}, {"min", 1}, {"max", 10}, {"default", 3}}},
             {"channel", {{"type", "id"}}}});
        EXPECT_TRUE(declared);
    }

    std::string wait(const std::function<void(GuildSettings::Done)>& begin) {
        std::promise<std::string> promise;
        begin([&promise](const Result<>& result) {
            promise.set_value(result ? "done" : result.error().message());
        });
        return promise.get_future().get();
    }
    std::string set(const std::string& guild, const std::string& key, const json& value) {
        return wait([&](auto done) { settings_->set(guild, key, value, std::move(done)); });
    }
    std::string reset(const std::string& guild, const std::string& key) {
        return wait([&](auto done) { settings_->reset(guild, key, std::move(done)); });
    }
    json get(const std::string& guild, const std::string& key) {
        auto value = settings_->get(guild, key);
        return value ? *value : json("error: " + value.error().message());
    }

    testing::TempDir dir_;
    std::unique_ptr<store::KvStore> store_;
    std::optional<GuildBooks> books_;
    Capabilities capabilities_;
    std::shared_ptr<Worker> worker_ = Worker::start("x");
    std::optional<GuildSettings> settings_;
};

TEST_F(GuildSettingsTest, have_defaults_until_a_guild_sets_them) {
    EXPECT_EQ(get("1", "prefix"), "!");
    EXPECT_EQ(get("1", "channel"), nullptr);
    EXPECT_EQ(set("1", "prefix", "?"), "done");
    EXPECT_EQ(get("1", "prefix"), "?");
    EXPECT_EQ(get("2", "prefix"), "!");
    EXPECT_EQ(get("", "prefix"), "!");
    EXPECT_EQ(*settings_->all("1"), json({{"prefix", "?"}, {"limit", 3}}));
}

TEST_F(GuildSettingsTest, outlive_the_process) {
    EXPECT_EQ(set("1", "limit", 7), "done");
    open();
    EXPECT_EQ(get("1", "limit"), 7);
}

TEST_F(GuildSettingsTest, go_back_to_the_default) {
    EXPECT_EQ(set("1", "limit", 7), "done");
    EXPECT_EQ(set("1", "prefix", "?"), "done");
    EXPECT_EQ(reset("1", "limit"), "done");
    EXPECT_EQ(get("1", "limit"), 3);
    EXPECT_EQ(get("1", "prefix"), "?");
    EXPECT_EQ(reset("1", ""), "done");
    EXPECT_EQ(reset("2", ""), "done");
    open();
    EXPECT_EQ(get("1", "prefix"), "!");
}

TEST_F(GuildSettingsTest, refuse_what_does_not_fit) {
    EXPECT_EQ(set("1", "limit", 11), "limit must be between 1 and 10, got 11");
    EXPECT_EQ(set("1", "prefix", 5), "prefix must be a string, got 5");
    EXPECT_EQ(set("1", "channel", "the general"),
              "channel must be an id, as a string, got \"the general\"");
    EXPECT_EQ(set("1", "nothing", 1),
              "there is no setting nothing: declared are channel, limit, prefix");
    EXPECT_EQ(set("", "limit", 1), "a setting belongs to a guild: its id is missing");
    EXPECT_EQ(set("x/y", "limit", 1), "guild must be an id, got x/y");
    EXPECT_EQ(get("x y", "limit"), "error: guild must be an id, got x y");
    EXPECT_EQ(reset("1", "nothing"),
              "there is no setting nothing: declared are channel, limit, prefix");
}

TEST_F(GuildSettingsTest, that_no_longer_fit_count_as_not_set) {
    EXPECT_EQ(set("1", "limit", 7), "done");
    EXPECT_TRUE(settings_->declare({{"limit", {{"type", "string"}, {"default", "few"}}}}));
    EXPECT_EQ(get("1", "limit"), "few");
}

TEST_F(GuildSettingsTest, are_not_among_what_the_extension_stores) {
    EXPECT_EQ(set("1", "limit", 7), "done");
    std::promise<std::size_t> count;
    store_->list({"script x"}, {},
                 [&](const Result<store::KvPage>& page) { count.set_value(page->items.size()); });
    EXPECT_EQ(count.get_future().get(), 0U);
}

TEST_F(GuildSettingsTest, are_shared_by_both_versions_during_a_reload) {
    GuildSettings next(*store_, GuildBooks::space_of("script x"), *books_->of("script x"),
                       capabilities_, worker_);
    EXPECT_TRUE(next.declare({{"limit", {{"type", "integer"}}}}));
    EXPECT_EQ(set("1", "limit", 7), "done");
    EXPECT_EQ(*next.get("1", "limit"), 7);
}

}  // namespace
}  // namespace rookery::hostapi
