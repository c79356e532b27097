#include "hostapi/menu_book.hpp"

#include "hostapi/press_store.hpp"
#include "support/fake_clock.hpp"
#include "support/press_world.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <future>

namespace rookery::hostapi {
namespace {

class MenuBookTest : public ::testing::Test {
  protected:
    void put_raw(const std::string& key, const std::string& value) {
        store::KvBatch batch;
        batch.writes.push_back({key, value, Millis{0}});
        std::promise<void> over;
        store_->apply(press_space(), std::move(batch),
                      [&](const Result<store::KvOutcome>&) { over.set_value(); });
        over.get_future().wait();
    }
    static MenuBook::Menu menu(const std::string& message, const std::string& channel = "5") {
        MenuBook::Menu out;
        out.bot = "plain";
        out.channel = channel;
        out.message = message;
        out.menu.lines = "1. Yes";
        command::MenuEntry entry;
        entry.label = "Yes";
        entry.custom_id = "id";
        out.menu.entries.push_back(entry);
        return out;
    }

    testing::TempDir dir_;
    testing::FakeClock clock_;
    std::unique_ptr<store::KvStore> store_ = *store::KvStore::open(dir_ / "kv.db");
    MenuBook book_{*store_, clock_};
};

TEST_F(MenuBookTest, what_is_damaged_in_the_store_is_left_out) {
    book_.put(menu("500"));
    put_raw("menu/a", "not json");
    put_raw("menu/b", "{}");
    put_raw("menu/c", R"({"menu": {"lines": "x", "entries": 5}})");
    put_raw("form/a", "[]");
    put_raw("noted/a", R"({"event": 5})");
    MenuBook again(*store_, clock_);
    ASSERT_TRUE(again.load());
    EXPECT_TRUE(again.find("plain", "5", "500"));
}

TEST_F(MenuBookTest, a_menu_ends_after_a_month) {
    book_.put(menu("500"));
    const auto event = testing::PressWorld::written("1");
    EXPECT_TRUE(book_.choice(*event));
    clock_.advance(std::chrono::hours(24 * 31));
    EXPECT_FALSE(book_.choice(*event));
}

TEST_F(MenuBookTest, a_menu_without_entries_ends_the_one_before) {
    book_.put(menu("500"));
    MenuBook::Menu empty = menu("500");
    empty.menu.entries.clear();
    book_.put(empty);
    EXPECT_FALSE(book_.find("plain", "5", "500"));
}

TEST_F(MenuBookTest, of_all_menus_the_oldest_go_first) {
    for (std::size_t i = 0; i <= MenuBook::kMost; ++i) {
        book_.put(menu("9", std::to_string(i)));
    }
    EXPECT_FALSE(book_.find("plain", "0", "9"));
    EXPECT_TRUE(book_.find("plain", "1", "9"));
}

TEST_F(MenuBookTest, programs_choose_nothing) {
    book_.put(menu("500"));
    const nlohmann::json payload{{"id", "900"},
                                 {"channel_id", "5"},
                                 {"content", "1"},
                                 {"author", {{"id", "7"}, {"bot", true}}}};
    model::EventHeader header;
    header.type = model::EventType::message_create;
    header.bot = *model::intern_bot("plain", "discord");
    EXPECT_FALSE(book_.choice(**model::Event::make(header, payload.dump())));
}

}  // namespace
}  // namespace rookery::hostapi
