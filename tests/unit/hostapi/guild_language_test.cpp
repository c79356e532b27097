#include "hostapi/guild_language.hpp"

#include "support/commands_world.hpp"

namespace rookery::hostapi {
namespace {

class GuildLanguageTest : public CommandsWorld {
  protected:
    /// The error; empty: none.
    std::string refused(const json& wish) {
        std::promise<std::string> done;
        desk_->configure("test", "10", wish, [&](const Result<json>& result) {
            done.set_value(result ? "" : result.error().message());
        });
        return done.get_future().get();
    }
    void configure(const json& wish) { EXPECT_EQ(refused(wish), ""); }
};

TEST_F(GuildLanguageTest, a_text_is_answered_in_the_language_of_the_guild) {
    ASSERT_EQ(declare({{"name", "d"}, {"where", "dm"}}), "");
    const auto answer = [&] {
        EXPECT_EQ(use(message("!d")), nullptr);
        return told();
    };
    const std::string english = answer();
    desk_->set_language("de");
    const std::string german = answer();
    EXPECT_NE(german, english);
    // What every guild has that never chose one.
    kept_["guilds.get"] = {{"id", "10"}, {"preferredLocale", "en-US"}, {"features", json::array()}};
    EXPECT_EQ(answer(), german);
    kept_["guilds.get"]["features"] = {"COMMUNITY"};
    clock_.advance(FactCache::kKeptOfBot);
    EXPECT_EQ(answer(), english);
    configure({{"language", "de_AT"}});
    EXPECT_EQ(answer(), german);
    configure({{"language", nullptr}});
    EXPECT_EQ(answer(), english);
    EXPECT_TRUE(asked_.empty()) << "the platform was asked: " << asked_.begin()->first;
}

TEST_F(GuildLanguageTest, handlers_get_it_with_texts_and_the_users_own_with_slash_commands) {
    ASSERT_EQ(declare({{"name", "hi"}}), "");
    EXPECT_EQ(use(message("!hi"))["locale"], "en-US");
    kept_["guilds.get"] = {{"id", "10"}, {"preferredLocale", "fr"}};
    EXPECT_EQ(use(message("!hi"))["locale"], "fr");
    configure({{"language", "pt_br"}});
    EXPECT_EQ(use(message("!hi"))["locale"], "pt-BR");
    EXPECT_EQ(use(slash("hi"))["locale"], "de");
    const json dm = {{"guild_id", nullptr}, {"member", nullptr}};
    EXPECT_EQ(use(message("!hi", "5", "2", dm))["locale"], "en-US");
}

TEST_F(GuildLanguageTest, it_is_stored_and_what_is_no_language_is_refused) {
    configure({{"language", "de"}});
    EXPECT_EQ(refused({{"language", "deutsch"}}),
              R"(language: expected a language such as "de" or "en-US")");
    EXPECT_NE(refused({{"language", 3}}), "");
    drop();
    start_desk();
    EXPECT_EQ(desk_->rules()->of("test", "10")->language, "de");
}

}  // namespace
}  // namespace rookery::hostapi
