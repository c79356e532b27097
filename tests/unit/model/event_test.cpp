#include "model/event.hpp"

#include "unit/model/support.hpp"

#include <thread>

namespace rookery::model {
namespace {

class CountingDelivery final : public Delivery {
  public:
    void finished(std::uint64_t seq, unsigned slot) noexcept override { sum += seq * 1000 + slot; }
    std::uint64_t sum = 0;
};

TEST(Event, keeps_header_and_payload) {
    EventHeader header = header_of("messageDelete");
    header.delivery = std::make_shared<CountingDelivery>();
    const std::string payload = R"({"id":"1","channel_id":"2","guild_id":"3"})";
    auto event = Event::make(header, payload);
    ASSERT_TRUE(event);
    EXPECT_EQ((*event)->type(), EventType::message_delete);
    EXPECT_EQ((*event)->name(), "messageDelete");
    EXPECT_EQ((*event)->raw_name(), "MESSAGE_DELETE");
    EXPECT_EQ((*event)->bot_name(), "main");
    EXPECT_EQ((*event)->platform(), "discord");
    EXPECT_EQ((*event)->seq(), 7U);
    EXPECT_EQ((*event)->raw(), payload);
    EXPECT_NE((*event)->raw().data(), payload.data());
    EXPECT_EQ((*event)->guild_key(), 3U);
    EXPECT_EQ((*event)->channel_key(), 2U);
    EXPECT_EQ((*event)->delivery(), header.delivery);
    EXPECT_GT((*event)->bytes(), payload.size());
}

TEST(Event, releases_its_delivery_with_the_last_reference) {
    EventHeader header = header_of("messageDelete");
    header.delivery = std::make_shared<CountingDelivery>();
    {
        const EventPtr event = *Event::make(header, "{}");
        const EventPtr other = event;
        EXPECT_EQ(header.delivery.use_count(), 2);
    }
    EXPECT_EQ(header.delivery.use_count(), 1);
}

TEST(Event, ids_are_found_where_the_event_has_them) {
    EXPECT_EQ(make_event("guildCreate", R"({"id":"5"})")->guild_key(), 5U);
    EXPECT_EQ(make_event("channelCreate", R"({"id":"6","guild_id":"5"})")->channel_key(), 6U);
    EXPECT_EQ(make_event("discord:WHATEVER", R"({"channel_id":"8","guild_id":"9"})")->channel_key(),
              8U);
    EXPECT_EQ(make_event("messageCreate", R"({"guild_id":null})")->guild_key(), 0U);
    EXPECT_EQ(make_event("messageCreate", R"({"guild_id":{"x":1}})")->guild_key(), 0U);
    EXPECT_EQ(make_event("messageCreate", R"([])")->guild_key(), 0U);
}

TEST(Event, payload_that_is_not_json_is_a_protocol_error) {
    const auto event = Event::make(header_of("messageCreate"), R"({"id":)");
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().kind(), ErrorKind::protocol);
    EXPECT_EQ(event.error().context(), "payload of messageCreate");
}

TEST(Event, payload_nested_too_deeply_is_refused) {
    const std::string deep = R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}";
    EXPECT_EQ(Event::make(header_of("messageCreate"), deep).error().kind(), ErrorKind::limit);
}

TEST(Event, payload_need_not_be_an_object) {
    for (const char* payload : {"[]", "null", "1", "\"x\""}) {
        EXPECT_EQ(field_json(make_event("messageCreate", payload), "content"), "\"\"") << payload;
        EXPECT_EQ(to_json(make_event("discord:ODD", payload)->view()), payload);
    }
}

TEST(Event, unknown_raw_event_is_served_as_it_is) {
    const auto event = make_event("discord:ODD", R"({"some_key": {"x":[1,"\u00e9"]}, "n":null})");
    EXPECT_EQ(event->raw_name(), "ODD");
    EXPECT_EQ(event->name(), "discord:ODD");
    EXPECT_EQ(to_json(event->view()), event->raw());
    EXPECT_EQ(event->view().shape(), "raw");
    StringScratch scratch;
    EXPECT_EQ(event->view().path("some_key.x", scratch).array.get(1, scratch).text, "\u00e9");
    EXPECT_EQ(event->view().get("n", scratch).kind, Value::Kind::null);
    EXPECT_EQ(event->view().get("m", scratch).kind, Value::Kind::absent);
}

/// A member update with what the cache knew.
EventPtr member_update(std::string_view context) {
    return *Event::make(
        header_of("guildMemberUpdate"),
        R"({"guild_id":"5","user":{"id":"6","username":"u"},"roles":["7"],"nick":"b"})", context);
}

constexpr std::string_view kOldMember =
    R"({"old":{"user":{"id":"6","username":"u"},"roles":[],"nick":"a","avatar":"a_x"}})";

TEST(Event, context_is_kept_behind_the_payload) {
    const auto event = member_update(kOldMember);
    EXPECT_EQ(event->raw_context(), kOldMember);
    EXPECT_EQ(event->raw_context().data(), event->raw().data() + event->raw().size());
    EXPECT_EQ(event->root().raw(), event->raw());
    EXPECT_EQ(event->root().context().raw(), kOldMember);
    EXPECT_EQ(event->bytes() - kOldMember.size(),
              member_update({})->bytes() + JsonIndex::scan(kOldMember)->size_bytes());
    StringScratch scratch;
    EXPECT_EQ(event->view().path("old.nickname", scratch).text, "a");
    EXPECT_EQ(event->view().path("new.nickname", scratch).text, "b");
}

TEST(Event, payload_whose_tokens_are_known_is_not_indexed_again) {
    const std::string payload = R"({"user":{"id":"6"},"nick":"b"})";
    const auto index = JsonIndex::build(payload);
    const auto scanned = JsonIndex::scan(payload);  // where the context's tokens come to lie
    for (const auto tokens : {*scanned, index->tokens()}) {
        const auto event = Event::make(header_of("guildMemberUpdate"), payload, tokens, kOldMember);
        EXPECT_EQ(event->raw(), payload);
        StringScratch scratch;
        EXPECT_EQ(event->view().path("old.nickname", scratch).text, "a");
        EXPECT_EQ(event->view().path("new.nickname", scratch).text, "b");
    }
}

TEST(Event, context_has_the_payloads_root) {
    const auto event = member_update(kOldMember);
    EXPECT_EQ(event->root().context().path("old.user").root().raw(), event->raw());
    StringScratch scratch;
    EXPECT_EQ(event->view().path("old.guildId", scratch).text, "5");
    EXPECT_EQ(event->view().path("old.displayAvatarUrl", scratch).text,
              "https://cdn.discordapp.com/guilds/5/users/6/avatars/a_x.gif?size=256");
    EXPECT_EQ(event->view().path("old.roles", scratch).array.get(0, scratch).text, "5");
}

TEST(Event, without_context_there_is_none) {
    const auto event = member_update({});
    EXPECT_FALSE(event->root().context());
    EXPECT_EQ(event->raw_context(), "");
    EXPECT_EQ(field_json(event, "old"), "null");
    EXPECT_FALSE(make_event("guildMemberUpdate", "7")->root().context());
    EXPECT_FALSE(JsonIndex::build("[1]")->root().context());
    EXPECT_FALSE(JsonNode().context());
}

TEST(Event, context_that_is_no_object_is_left_out) {
    const std::string deep = R"({"old":)" + std::string(70, '[') + std::string(70, ']') + "}";
    for (const std::string& context : {std::string("[1]"), std::string("{"), deep}) {
        const auto event = member_update(context);
        EXPECT_EQ(event->raw_context(), "") << context;
        EXPECT_EQ(field_json(event, "old"), "null");
        EXPECT_EQ(event->bytes(), member_update({})->bytes());
    }
}

TEST(Event, view_into_the_context_comes_back_from_its_numbers) {
    const auto event = member_update(kOldMember);
    StringScratch scratch;
    const View user = event->view().path("old.user", scratch).object;
    const View again = event->view_at(user.node().index(), user.mapping().id);
    EXPECT_EQ(again.get("username", scratch).text, "u");
    const auto tokens = static_cast<std::uint32_t>(JsonIndex::scan(kOldMember)->size());
    const std::uint32_t last = event->root().context().index() + tokens - 1;
    EXPECT_FALSE(event->view_at(last, user.mapping().id));      // the closing bracket
    EXPECT_FALSE(event->view_at(last + 1, user.mapping().id));  // behind it
}

TEST(Event, dedupe_key_is_that_of_the_occurrence) {
    EXPECT_EQ(make_event("messageCreate", R"({"id":"1","content":"a"})")->dedupe_key(),
              "messageCreate:1");
    const std::string one = R"({"id":"1","channel_id":"2"})";
    const std::string other = R"({"id":"2","channel_id":"2"})";
    EXPECT_EQ(make_event("messageDelete", one)->dedupe_key(),
              make_event("messageDelete", one)->dedupe_key());
    EXPECT_NE(make_event("messageDelete", one)->dedupe_key(),
              make_event("messageDelete", other)->dedupe_key());
    EXPECT_NE(make_event("messageDelete", one)->dedupe_key(),
              make_event("channelDelete", one)->dedupe_key());
}

TEST(Event, view_given_away_as_numbers_comes_back) {
    const auto event = make_event("messageCreate", read_fixture("messageCreate.json"));
    StringScratch scratch;
    const View author = event->view().get("author", scratch).object;
    const View again = event->view_at(author.node().index(), author.mapping().id);
    EXPECT_EQ(again.get("username", scratch).text, "alice");
    EXPECT_TRUE(event->view_at(JsonNode::kAbsent, author.mapping().id));
}

TEST(Event, made_up_numbers_give_no_view_or_a_harmless_one) {
    const auto event = make_event("messageCreate", read_fixture("messageCreate.json"));
    EXPECT_FALSE(event->view_at(0, 60'000));
    EXPECT_FALSE(event->view_at(1'000'000, 1));
    for (std::uint32_t node = 0; node < 400; ++node) {
        for (MappingId mapping = 0; mapping < mappings().size(); ++mapping) {
            if (const View view = event->view_at(node, mapping)) {
                EXPECT_FALSE(to_json(view).empty());
            }
        }
    }
}

TEST(Event, threads_share_one_event) {
    const auto event = make_event("messageCreate", read_fixture("messageCreate.json"));
    const std::string expected = to_json(event->view());
    std::vector<std::thread> threads;
    std::vector<std::string> results(4);
    for (std::string& result : results) {
        threads.emplace_back([event, &result] {
            for (int i = 0; i < 50; ++i) {
                result = to_json(event->view());
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const std::string& result : results) {
        EXPECT_EQ(result, expected);
    }
}

TEST(Bots, are_interned) {
    const BotInfo* const one = *intern_bot("one", "discord");
    EXPECT_EQ(*intern_bot("one", "discord"), one);
    EXPECT_NE((*intern_bot("two", "discord"))->id, one->id);
    EXPECT_EQ(intern_bot("one", "irc").error().kind(), ErrorKind::not_found);
}

TEST(Event, ids_are_texts_as_the_platform_writes_them) {
    const EventPtr event = make_event(
        "messageCreate", R"({"channel_id":1234,"guild_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"})");
    EXPECT_EQ(event->guild_text(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    EXPECT_EQ(event->guild_key(), id_key("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    EXPECT_EQ(event->channel_text(), "1234");
    EXPECT_EQ(event->channel_key(), 1234U);
    EXPECT_EQ(make_event("messageCreate", "{}")->guild_text(), "");
}

TEST(Event, several_raw_events_become_one_each_in_its_own_way) {
    const PlatformInfo& revolt = *find_platform("revolt");
    const RawEventInfo* const update = revolt.find("MessageUpdate", EventType::message_update);
    const RawEventInfo* const append = revolt.find("MessageAppend", EventType::message_update);
    ASSERT_NE(update, nullptr);
    ASSERT_NE(append, nullptr);
    EXPECT_NE(update, append);
    EXPECT_EQ(update->name, "MessageUpdate");
    EXPECT_EQ(append->name, "MessageAppend");
    EventHeader header;
    header.type = EventType::message_update;
    header.bot = *intern_bot("r", "revolt");
    header.raw = append;
    header.late = true;
    const auto event = Event::make(std::move(header), "{}");
    ASSERT_TRUE(event);
    EXPECT_EQ((*event)->raw_name(), "MessageAppend");
    EXPECT_EQ((*event)->name(), "messageUpdate");
    EXPECT_TRUE((*event)->late());
}

}  // namespace
}  // namespace rookery::model
