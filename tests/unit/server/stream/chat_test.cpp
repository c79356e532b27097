#include "places.hpp"
#include "server/stream/chat_events.hpp"
#include "server/stream/stream.hpp"
#include "support/events.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_server.hpp"
#include "support/io_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace rookery::server {
namespace {

using nlohmann::json;
using testing::FakeGuard;
using testing::FakeRuntime;
using testing::make_event;
using testing::RecordingSockets;

const std::string kMessage = R"({"id":"9","channel_id":"5","guild_id":"1","content":"!ping é",)"
                             R"("author":{"id":"7","username":"ann","global_name":"Ann"}})";

std::string written(std::string_view event, const std::string& payload,
                    std::string_view self = "") {
    const auto made = make_event(event, payload);
    for (const ChatRule& rule : chat_rules()) {
        if (rule.event == event) {
            return rule.write(*made, self).value_or("absent");
        }
    }
    return "no rule";
}

TEST(ChatEvents, AMessageIsAnUpsert) {
    EXPECT_EQ(written("messageCreate", kMessage),
              R"({"messages":[{"key":{"remoteJid":"5","fromMe":false,"id":"9","participant":"7"},)"
              R"("messageTimestamp":1420070400,"pushName":"Ann",)"
              R"("message":{"conversation":"!ping é"}}],"type":"notify"})");
    EXPECT_EQ(json::parse(written("messageCreate", kMessage, "7"))["messages"][0]["key"]["fromMe"],
              true);
}

TEST(ChatEvents, AFileIsAMediaMessage) {
    const json message = json::parse(written(
        "messageCreate",
        R"({"id":"9","channel_id":"5","content":"look","author":{"id":"7","username":"a"},)"
        R"("attachments":[{"id":"1","filename":"a.png","url":"https://x/a.png","size":3,"content_type":"image/png"}]})"));
    EXPECT_EQ(message["messages"][0]["message"]["imageMessage"], (json{{"url", "https://x/a.png"},
                                                                       {"mimetype", "image/png"},
                                                                       {"fileName", "a.png"},
                                                                       {"fileLength", 3},
                                                                       {"caption", "look"}}));
    EXPECT_FALSE(message["messages"][0]["key"].contains("participant"));
}

TEST(ChatEvents, AnEditIsAnUpdateAndAPreviewIsNot) {
    const std::string start =
        R"({"id":"9","channel_id":"5","guild_id":"1","content":"new","author":{"id":"7","username":"a"})";
    const json update = json::parse(
        written("messageUpdate", start + R"(,"edited_timestamp":"2026-01-01T00:00:02Z"})"));
    EXPECT_EQ(update[0]["key"]["id"], "9");
    EXPECT_EQ(update[0]["update"]["message"]["editedMessage"]["message"]["conversation"], "new");
    EXPECT_EQ(update[0]["update"]["messageTimestamp"], 1767225602);
    EXPECT_EQ(written("messageUpdate", start + "}"), "absent");
}

TEST(ChatEvents, DeletionsNameTheirKeys) {
    EXPECT_EQ(written("messageDelete", R"({"id":"9","channel_id":"5","guild_id":"1"})"),
              R"({"keys":[{"remoteJid":"5","fromMe":false,"id":"9"}]})");
    EXPECT_EQ(json::parse(written("messageDeleteBulk",
                                  R"({"ids":["8","9"],"channel_id":"5","guild_id":"1"})"))["keys"]
                  .size(),
              2U);
}

TEST(ChatEvents, AReactionThatIsTakenBackHasNoText) {
    const std::string payload =
        R"({"message_id":"9","channel_id":"5","guild_id":"1","user_id":"7","emoji":{"id":null,"name":"👍"}})";
    EXPECT_EQ(written("messageReactionAdd", payload),
              R"([{"key":{"remoteJid":"5","fromMe":false,"id":"9"},"reaction":{"key":)"
              R"({"remoteJid":"5","fromMe":false,"id":"","participant":"7"},"text":"👍"}}])");
    EXPECT_EQ(json::parse(written("messageReactionRemove", payload))[0]["reaction"]["text"], "");
}

TEST(ChatEvents, ChannelsAreChatsAndGuildsAreGroups) {
    EXPECT_EQ(written("channelUpdate", R"({"id":"5","guild_id":"1","name":"b","type":0})"),
              R"([{"id":"5","name":"b"}])");
    EXPECT_EQ(written("channelDelete", R"({"id":"5","guild_id":"1","name":"b","type":0})"),
              R"(["5"])");
    EXPECT_EQ(json::parse(written("channelCreate",
                                  R"({"id":"5","guild_id":"1","name":"b","type":0})"))[0]["name"],
              "b");
    const json group =
        json::parse(written("guildCreate", R"({"id":"1","name":"g","owner_id":"7"})"))[0];
    EXPECT_EQ(group["subject"], "g");
    EXPECT_EQ(group["owner"], "7");
}

TEST(ChatEvents, MembersComeGoAndGetOtherRoles) {
    EXPECT_EQ(written("guildMemberAdd", R"({"guild_id":"1","user":{"id":"7","username":"a"}})"),
              R"({"id":"1","participants":["7"],"action":"add"})");
    EXPECT_EQ(written("guildMemberRemove", R"({"guild_id":"1","user":{"id":"7"}})"),
              R"({"id":"1","participants":["7"],"action":"remove"})");
    EXPECT_EQ(written("guildMemberUpdate", R"({"guild_id":"1","roles":["3"],"user":{"id":"7"}})"),
              R"({"id":"1","participants":["7"],"action":"modify"})");
}

TEST(ChatEvents, PresenceAndTyping) {
    EXPECT_EQ(written("presenceUpdate", R"({"guild_id":"1","status":"idle","user":{"id":"7"}})"),
              R"({"id":"7","presences":{"7":{"lastKnownPresence":"available"}}})");
    EXPECT_EQ(
        written("typingStart", R"({"guild_id":"1","channel_id":"5","user_id":"7","timestamp":1})"),
        R"({"id":"5","presences":{"7":{"lastKnownPresence":"composing"}}})");
}

/// Whatever a payload lacks, what is written is JSON.
TEST(ChatEvents, EmptyAndMistypedPayloadsAreWritten) {
    for (const ChatRule& rule : chat_rules()) {
        for (const char* payload :
             {"{}", R"({"id":5,"channel_id":{},"author":[],"attachments":"x","user":null,"ids":{},)"
                    R"("emoji":7,"roles":{},"thread":[],"guild_id":"1","name":9})"}) {
            const auto text = rule.write(*make_event(rule.event, payload), "");
            EXPECT_TRUE(!text || json::accept(*text)) << rule.event << ": " << *text;
        }
    }
}

TEST(ChatEvents, EveryRuleHasAKnownEventAndName) {
    for (const ChatRule& rule : chat_rules()) {
        EXPECT_TRUE(model::EventNames::find(rule.event)) << rule.event;
        EXPECT_NE(find_chat_name(rule.name), nullptr) << rule.name;
    }
}

TEST(ChatEvents, TheReferenceSaysWhatTheTablesSay) {
    std::ifstream file(ROOKERY_SOURCE_DIR "/docs/reference/chat-events.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text != chat_reference()) {
        std::ofstream(ROOKERY_BINARY_DIR "/chat-events.md") << chat_reference();
    }
    EXPECT_TRUE(text == chat_reference())
        << "take over " ROOKERY_BINARY_DIR "/chat-events.md as docs/reference/chat-events.md";
}

class ChatTest : public testing::IoFixture {
  protected:
    ChatTest() {
        guard_.add("reader", {"events"});
        guard_.add("close", {"events", "events:direct"});
        guard_.add("admin", {"admin"});
        runtime_.results["users.me"] = json{{"id", "7"}};
    }
    void open() {
        stream_ = *Stream::open({sockets_, guard_, runtime_, io_.get_executor(), clock_, 3, {}},
                                section_);
    }
    SocketId client(const std::string& key) {
        return *sockets_.join_as("/api/events", json{{"token", key}}.dump());
    }
    void publish(std::string_view name, const std::string& payload) {
        const auto event = make_event(name, payload);
        bus::Publisher publisher(runtime_.bus());
        publisher.begin();
        const auto interest = runtime_.bus().interest();
        const auto* const entry = interest->of(event->type());
        publisher.publish(event, entry == nullptr ? model::SlotMask{} : entry->slots);
        publisher.flush();
        io_.restart();
        io_.poll();
    }
    std::vector<std::string>& got(SocketId id) { return sockets_.at(id).got; }

    testing::FakeClock clock_;
    RecordingSockets sockets_;
    FakeGuard guard_;
    FakeRuntime runtime_;
    config::ServerSection section_;
    std::unique_ptr<Stream> stream_;
};

TEST_F(ChatTest, TheTokenIsTheKey) {
    open();
    EXPECT_FALSE(sockets_.join_as("/api/events", R"({"apiKey":"reader"})"));
    EXPECT_EQ(sockets_.refusal.message, "Missing API key");
    EXPECT_FALSE(sockets_.join_as("/api/events", R"({"token":"x"})"));
    EXPECT_EQ(sockets_.refusal.message, "Invalid API key");
    EXPECT_TRUE(sockets_.join_as("/api/events", R"({"token":"reader"})"));
}

/// As a client does that takes the namespace of an address for a path.
TEST_F(ChatTest, ATokenInTheFirstNamespaceBringsTheSame) {
    open();
    const auto id = sockets_.join_as("/", R"({"token":"reader"})");
    ASSERT_TRUE(id);
    sockets_.emit_from(*id, "subscribe", R"([["messages.upsert"]])");
    EXPECT_EQ(got(*id), std::vector<std::string>{R"(subscribed [{"events":["messages.upsert"]}])"});
    publish("messageCreate", kMessage);
    ASSERT_EQ(got(*id).size(), 2U);
    EXPECT_TRUE(got(*id)[1].starts_with("messages.upsert "));
    stream_.reset();
    section_.namespaces = {{"/api/events", false}};
    open();
    EXPECT_FALSE(sockets_.join_as("/", R"({"token":"reader"})"));
    EXPECT_EQ(sockets_.refusal.message, "Missing API key");
}

TEST_F(ChatTest, ASubscriptionIsAListOfNamesOrOne) {
    open();
    const SocketId id = client("reader");
    EXPECT_EQ(sockets_.emit_from(id, "subscribe",
                                 R"([["messages.upsert","creds.update","nonsense"]])", true),
              R"([{"events":["messages.upsert"]}])");
    EXPECT_EQ(got(id), std::vector<std::string>{R"(subscribed [{"events":["messages.upsert"]}])"});
    EXPECT_EQ(sockets_.emit_from(id, "subscribe", R"(["call"])", true), R"([{"events":["call"]}])");
    EXPECT_EQ(json::parse(
                  *sockets_.emit_from(client("admin"), "subscribe", R"(["*"])", true))[0]["events"]
                  .size(),
              chat_names().size());
    for (const char* bad : {"[]", "[null]", "[5]", "[[5]]", "[{}]"}) {
        got(id).clear();
        sockets_.emit_from(id, "subscribe", bad);
        EXPECT_TRUE(got(id).at(0).starts_with("error ")) << bad;
    }
}

TEST_F(ChatTest, OnlyWhatWasSubscribedToComes) {
    open();
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([["messages.upsert"]])");
    got(id).clear();
    publish("messageCreate", kMessage);
    publish("typingStart", R"({"guild_id":"1","channel_id":"5","user_id":"7","timestamp":1})");
    ASSERT_EQ(got(id).size(), 1U);
    EXPECT_TRUE(got(id)[0].starts_with(
        R"(messages.upsert [{"messages":[{"key":{"remoteJid":"5","fromMe":true,"id":"9",)"))
        << got(id)[0];
    sockets_.emit_from(id, "unsubscribe", R"([["messages.upsert"]])");
    EXPECT_EQ(got(id).back(), R"(unsubscribed [{"events":["messages.upsert"]}])");
    publish("messageCreate", kMessage);
    EXPECT_EQ(got(id).size(), 2U);
}

TEST_F(ChatTest, DirectMessagesAndForeignGuildsNeedTheRight) {
    open();
    Key& some = guard_.add("some", {"events"});
    some.guilds = std::vector<std::string>{"2"};
    const SocketId reader = client("reader");
    const SocketId close = client("close");
    const SocketId other = client("some");
    for (const SocketId id : {reader, close, other}) {
        sockets_.emit_from(id, "subscribe", R"([["messages.upsert"]])");
        got(id).clear();
    }
    publish("messageCreate",
            R"({"id":"9","channel_id":"5","content":"psst","author":{"id":"7","username":"a"}})");
    EXPECT_TRUE(got(reader).empty());
    EXPECT_EQ(got(close).size(), 1U);
    EXPECT_TRUE(got(other).empty());
    publish("messageCreate", kMessage);
    EXPECT_EQ(got(reader).size(), 1U);
    EXPECT_TRUE(got(other).empty());
}

TEST_F(ChatTest, AKeyOfSomeEventsSubscribesToWhatTheyBecome) {
    open();
    Key& key = guard_.add("some", {"events"});
    key.events = std::vector<std::string>{"messageCreate", "messageDelete", "presence.update"};
    const SocketId id = client("some");
    EXPECT_EQ(sockets_.emit_from(
                  id, "subscribe",
                  R"([["messages.upsert","messages.delete","presence.update","call"]])", true),
              R"([{"events":["messages.upsert","presence.update"]}])");
}

TEST_F(ChatTest, TheConnectionIsToldAtOnce) {
    open();
    runtime_.all.push_back({"other", "discord", "backoff", ""});
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([["connection.update"]])");
    EXPECT_EQ(got(id), (std::vector<std::string>{
                           R"(subscribed [{"events":["connection.update"]}])",
                           R"(connection.update [{"connection":"open","bot":"test"}])",
                           R"(connection.update [{"connection":"connecting","bot":"other"}])"}));
    runtime_.all[0].state = "fatal";
    run_until([&] { return got(id).size() > 3; });
    EXPECT_EQ(got(id)[3], R"(connection.update [{"connection":"close","bot":"test"}])");
}

TEST_F(ChatTest, AloneItAsksForWhatItHasAUseFor) {
    section_.namespaces = {{"/", false}};
    open();
    EXPECT_FALSE(sockets_.has("/"));
    EXPECT_TRUE(sockets_.has("/api/events"));
    const auto interest = runtime_.bus().interest();
    for (const ChatRule& rule : chat_rules()) {
        const auto type = model::EventNames::find(rule.event);
        ASSERT_TRUE(type) << rule.event;
        EXPECT_NE(interest->of(*type), nullptr) << rule.event;
    }
    // Besides, what only a bridge has.
    for (const model::EventType type : interest->types()) {
        const std::string_view name = model::EventNames::name(type);
        const bool ruled = std::any_of(chat_rules().begin(), chat_rules().end(),
                                       [&](const ChatRule& rule) { return rule.event == name; });
        EXPECT_TRUE(ruled || name.starts_with("whatsapp:")) << name;
    }
}

}  // namespace
}  // namespace rookery::server
