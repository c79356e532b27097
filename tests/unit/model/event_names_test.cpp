#include "model/event_names.hpp"

#include "unit/model/support.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace rookery::model {
namespace {

const PlatformInfo& discord() { return *find_platform("discord"); }

TEST(EventNames, schema_names_have_their_fixed_number) {
    EXPECT_EQ(*EventNames::intern("messageCreate"), EventType::message_create);
    EXPECT_EQ(EventNames::name(EventType::auto_moderation_action_execution),
              "autoModerationActionExecution");
    for (std::size_t i = 0; i < event_infos().size(); ++i) {
        EXPECT_EQ(EventNames::find(event_infos()[i].name), EventType(i));
    }
}

TEST(EventNames, star_is_any_event) {
    EXPECT_EQ(*EventNames::intern("*"), kAnyEvent);
    EXPECT_EQ(EventNames::name(kAnyEvent), "*");
}

TEST(EventNames, wrong_name_is_refused_with_the_nearest) {
    const auto wrong = EventNames::intern("messageCreated");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind(), ErrorKind::invalid);
    EXPECT_EQ(wrong.error().context(),
              "there is no event messageCreated: did you mean messageCreate?");
    EXPECT_EQ(EventNames::intern("MESSAGECREATE").error().context(),
              "there is no event MESSAGECREATE: did you mean messageCreate?");
    EXPECT_EQ(EventNames::intern("zzz").error().context(), "there is no event zzz");
    EXPECT_FALSE(EventNames::intern(""));
}

TEST(EventNames, raw_names_get_a_number_of_their_own) {
    EXPECT_FALSE(EventNames::find("discord:SOMETHING_NEW"));
    EXPECT_FALSE(EventNames::find_raw(discord(), "SOMETHING_NEW"));
    const auto type = EventNames::intern("discord:SOMETHING_NEW");
    ASSERT_TRUE(type);
    EXPECT_GE(static_cast<std::uint16_t>(*type), kEventCount);
    EXPECT_EQ(*EventNames::intern("discord:SOMETHING_NEW"), *type);
    EXPECT_EQ(EventNames::find_raw(discord(), "SOMETHING_NEW"), *type);
    EXPECT_EQ(EventNames::name(*type), "discord:SOMETHING_NEW");
}

TEST(EventNames, raw_name_of_a_schema_event_says_which) {
    const auto refused = EventNames::intern("discord:MESSAGE_CREATE");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().context(),
              "the event discord:MESSAGE_CREATE is served as messageCreate");
    EXPECT_FALSE(EventNames::find("discord:MESSAGE_CREATE"));
}

TEST(EventNames, raw_dispatches_find_their_schema_event) {
    EXPECT_EQ(EventNames::find_raw(discord(), "MESSAGE_CREATE"), EventType::message_create);
    EXPECT_EQ(EventNames::find_raw(discord(), "GUILD_ROLE_CREATE"), EventType::role_create);
    EXPECT_FALSE(EventNames::find_raw(discord(), "messageCreate"));
    EXPECT_FALSE(EventNames::find_raw(discord(), ""));
}

TEST(EventNames, every_schema_event_has_a_raw_one) {
    for (std::size_t i = 0; i < event_infos().size(); ++i) {
        const RawEventInfo* const raw = discord().find(EventType(i));
        ASSERT_NE(raw, nullptr) << event_infos()[i].name;
        EXPECT_EQ(raw->mapping->shape, event_infos()[i].shape);
        const RawEventInfo* const first = discord().find_raw(raw->name);
        ASSERT_NE(first, nullptr) << raw->name;
        EXPECT_NE(std::find(first->events.begin(), first->events.end(), EventType(i)),
                  first->events.end());
        EXPECT_EQ(first == raw, first->event == EventType(i));
    }
}

TEST(EventNames, raw_event_names_all_that_it_can_become) {
    const RawEventInfo* const created = discord().find_raw("GUILD_CREATE");
    EXPECT_EQ(created->event, EventType::guild_create);
    ASSERT_EQ(created->events.size(), 2U);
    EXPECT_EQ(created->events[1], EventType::guild_available);
    const RawEventInfo* const available = discord().find(EventType::guild_available);
    EXPECT_EQ(available->name, "GUILD_CREATE");
    EXPECT_EQ(EventNames::find_raw(discord(), "GUILD_CREATE"), EventType::guild_create);
    EXPECT_EQ(EventNames::intents(discord(), EventType::guild_available).any, 1U);

    EXPECT_EQ(discord().find_raw("PRESENCE_UPDATE")->events[1], EventType::user_update);
    EXPECT_EQ(discord().find(EventType::user_update)->name, "USER_UPDATE");
}

TEST(EventNames, events_say_what_they_read_of_the_context) {
    EXPECT_TRUE(discord().find(EventType::message_update)->reads(ContextKey::old));
    EXPECT_TRUE(discord().find(EventType::message_update)->reads(ContextKey::names));
    EXPECT_FALSE(discord().find(EventType::message_update)->reads(ContextKey::member));
    EXPECT_TRUE(discord().find(EventType::ready)->reads(ContextKey::cdn));
    EXPECT_EQ(discord().find(EventType::channel_pins_update)->context, 0U);
    EXPECT_EQ(context_key_name(ContextKey::member_count), "memberCount");
    EXPECT_EQ(context_key_name(ContextKey::old_permissions), "oldPermissions");
}

TEST(EventNames, bad_raw_names_are_refused) {
    EXPECT_FALSE(EventNames::intern("nowhere:X"));
    EXPECT_FALSE(EventNames::intern("discord:"));
    EXPECT_FALSE(EventNames::intern("discord:a b"));
    EXPECT_FALSE(EventNames::intern("discord:\n"));
    EXPECT_EQ(EventNames::intern("discord:" + std::string(100, 'A')).error().kind(),
              ErrorKind::limit);
}

TEST(EventNames, intents_follow_the_event) {
    const auto create = EventNames::intents(discord(), EventType::message_create);
    EXPECT_EQ(create.any, 1U << 9U | 1U << 12U);
    EXPECT_EQ(create.fill, 1U << 15U);
    EXPECT_EQ(EventNames::intents(discord(), EventType::ready).any, 0U);
    EXPECT_EQ(EventNames::intents(discord(), EventType::guild_ban_add).any, 1U << 2U);
    EXPECT_EQ(EventNames::intents(discord(), *EventNames::intern("discord:NEVER_HEARD_OF")).any,
              0U);
    EXPECT_EQ(EventNames::intents(discord(), kAnyEvent).any, 53575421U);
}

std::uint64_t intent_bits(std::istringstream& names) {
    std::uint64_t bits = 0;
    for (std::string name; names >> name;) {
        const auto found =
            std::find_if(discord().intents.begin(), discord().intents.end(),
                         [&](const IntentInfo& intent) { return intent.name == name; });
        bits |=
            found == discord().intents.end() ? ~std::uint64_t{0} : std::uint64_t{1} << found->bit;
    }
    return bits;
}

TEST(EventNames, every_documented_dispatch_has_an_event_and_its_intents) {
    std::istringstream lines(read_fixture("dispatches.txt"));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) {
            continue;
        }
        std::istringstream words(line);
        std::string name;
        words >> name;
        const RawEventInfo* const raw = discord().find_raw(name);
        ASSERT_NE(raw, nullptr) << name;
        EXPECT_TRUE(raw->event) << name;
        EXPECT_NE(raw->mapping, nullptr) << name;
        const std::uint64_t intents = intent_bits(words);
        // Of those, the ones that only bring more of the event may be among those that fill it.
        EXPECT_TRUE(raw->intents_any == intents ||
                    (raw->intents_any | raw->intents_fill) == intents)
            << name;
        ++count;
    }
    EXPECT_EQ(count, 79U);
}

TEST(EventNames, raw_tables_are_sorted) {
    for (std::size_t i = 1; i < discord().raw_events.size(); ++i) {
        EXPECT_LT(discord().raw_events[i - 1].name, discord().raw_events[i].name);
    }
}

TEST(EventNames, threads_agree_on_new_names) {
    constexpr int kThreads = 4;
    constexpr int kNames = 200;
    std::vector<std::vector<EventType>> seen(kThreads);
    std::vector<std::thread> threads;
    for (auto& types : seen) {
        threads.emplace_back([&types] {
            for (int i = 0; i < kNames; ++i) {
                types.push_back(*EventNames::intern_raw(discord(), "RACE_" + std::to_string(i)));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const auto& types : seen) {
        EXPECT_EQ(types, seen.front());
    }
    EXPECT_EQ(std::set<EventType>(seen.front().begin(), seen.front().end()).size(),
              std::size_t{kNames});
}

/// Whether there comes a name that is refused for want of room, and known names still work then.
bool floods_to_the_limit() {
    for (std::size_t added = 0; added <= EventNames::kMaxDynamic; ++added) {
        const auto type = EventNames::intern_raw(discord(), "FLOOD_" + std::to_string(added));
        if (!type) {
            return type.error().kind() == ErrorKind::limit &&
                   EventNames::find_raw(discord(), "MESSAGE_CREATE") == EventType::message_create &&
                   !EventNames::find_raw(discord(), "STILL_NOT_THERE");
        }
    }
    return false;
}

TEST(EventNames, number_of_new_names_is_bounded) {
    // In a child, because it leaves no room for the other tests of this process.
    EXPECT_EXIT(std::_Exit(floods_to_the_limit() ? 0 : 1), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rookery::model
