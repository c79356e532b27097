#include "server/stream/stream.hpp"

#include "support/events.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_server.hpp"
#include "support/io_fixture.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rookery::server {
namespace {

using nlohmann::json;
using testing::FakeGuard;
using testing::FakeRuntime;
using testing::make_event;
using testing::RecordingSockets;

const std::string kMessage =
    R"({"id":"9","channel_id":"5","guild_id":"1","content":"hé \"x\"","timestamp":"2026-01-01T00:00:00Z",)"
    R"("author":{"id":"7","username":"ann","discriminator":"0"}})";
const std::string kDirect =
    R"({"id":"9","channel_id":"5","content":"psst","author":{"id":"7","username":"ann"}})";

class StreamTest : public testing::IoFixture {
  protected:
    StreamTest() {
        guard_.add("all", {"admin"});
        guard_.add("reader", {"events"});
        guard_.add("none", {"read:guilds"});
        runtime_.cache[{"test", "guilds", 0, 1}] = "{}";
        runtime_.cache[{"test", "guilds", 0, 2}] = "{}";
    }

    void open() {
        auto made = Stream::open(
            {sockets_, guard_, runtime_, io_.get_executor(), clock_, 3, dir_.path()}, section_);
        ASSERT_TRUE(made.has_value()) << made.error().message();
        stream_ = *std::move(made);
    }
    SocketId client(const std::string& key) {
        return *sockets_.join_as("/", json{{"apiKey", key}}.dump());
    }
    SocketId subscriber(const std::string& key, const std::string& request) {
        const SocketId id = client(key);
        sockets_.emit_from(id, "subscribe", "[" + request + "]");
        sockets_.at(id).got.clear();
        return id;
    }
    void publish(std::string_view name, const std::string& payload, std::uint64_t seq = 1,
                 model::DeliveryPtr delivery = nullptr) {
        const auto event = make_event(name, payload, seq, std::move(delivery));
        bus::Publisher publisher(runtime_.bus());
        publisher.begin();
        const auto interest = runtime_.bus().interest();
        const auto* const entry = interest->of(event->type());
        publisher.publish(event, entry == nullptr ? model::SlotMask{} : entry->slots);
        publisher.flush();
        io_.restart();
        io_.poll();
    }
    const std::vector<std::string>& got(SocketId id) { return sockets_.at(id).got; }

    testing::TempDir dir_;
    testing::FakeClock clock_;
    RecordingSockets sockets_;
    FakeGuard guard_;
    FakeRuntime runtime_;
    config::ServerSection section_;
    std::unique_ptr<Stream> stream_;
};

TEST_F(StreamTest, RefusesWithTheTextsThatClientsKnow) {
    open();
    for (const char* auth :
         {"{}", R"({"apiKey":""})", R"({"apiKey":null})", R"({"apiKey":0})", R"({"key":"all"})"}) {
        EXPECT_FALSE(sockets_.join_as("/", auth));
        EXPECT_EQ(sockets_.refusal.message, "Missing API key") << auth;
        EXPECT_EQ(sockets_.refusal.data, "");
    }
    for (const char* auth : {R"({"apiKey":"no"})", R"({"apiKey":5})", R"({"apiKey":["all"]})"}) {
        EXPECT_FALSE(sockets_.join_as("/", auth));
        EXPECT_EQ(sockets_.refusal.message, "Invalid API key") << auth;
    }
    EXPECT_FALSE(sockets_.join_as("/", R"({"apiKey":"none"})"));
    EXPECT_EQ(sockets_.refusal.message, "Missing required scope: events");
    EXPECT_EQ(json::parse(sockets_.refusal.data)["code"], "INSUFFICIENT_SCOPE");
}

TEST_F(StreamTest, AnswersASubscriptionWithTheGuildsThatTheBotIsIn) {
    open();
    const SocketId id = client("reader");
    const auto ack =
        sockets_.emit_from(id, "subscribe", R"([{"guildIds":["2","77","1","2","x"]}])", true);
    EXPECT_EQ(got(id), std::vector<std::string>{R"(subscribed [{"guildIds":["2","1","2"]}])"});
    EXPECT_EQ(ack, R"([{"guildIds":["2","1","2"]}])");
    sockets_.at(id).got.clear();
    sockets_.emit_from(id, "unsubscribe", R"([{"guildIds":["77","é","1"]}])");
    EXPECT_EQ(got(id), std::vector<std::string>{R"(unsubscribed [{"guildIds":["77","é","1"]}])"});
    sockets_.at(id).got.clear();
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":[]}])");
    EXPECT_EQ(got(id), std::vector<std::string>{R"(subscribed [{"guildIds":[]}])"});
}

TEST_F(StreamTest, GuildsOfEveryPlatformAreToldApartByTheirTexts) {
    runtime_.cache[{"test", "guilds", 0, model::id_key("123-4@g.us")}] = "{}";
    runtime_.cache[{"test", "guilds", 0, 123}] = "{}";
    open();
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["123","123-4@g.us"]}])");
    EXPECT_EQ(got(id),
              std::vector<std::string>{R"(subscribed [{"guildIds":["123","123-4@g.us"]}])"});
    sockets_.emit_from(id, "unsubscribe", R"([{"guildIds":["123"]}])");
    sockets_.at(id).got.clear();
    publish("guildBanAdd", R"({"guild_id":"123","user":{"id":"7"}})");
    EXPECT_TRUE(got(id).empty());
    publish("guildBanAdd", R"({"guild_id":"123-4@g.us","user":{"id":"7"}})");
    ASSERT_EQ(got(id).size(), 1U);
    EXPECT_NE(got(id)[0].find(R"("guildId":"123-4@g.us")"), std::string::npos) << got(id)[0];
}

TEST_F(StreamTest, AMalformedSubscriptionIsAnErrorAndNothingElse) {
    open();
    const SocketId id = client("reader");
    for (const char* arguments :
         {"[]", "[null]", "[5]", "[[]]", "[{}]", R"([{"guildIds":null}])", R"([{"guildIds":"1"}])",
          R"([{"guildIds":[1]}])", R"([{"guildIds":{"length":1}}])",
          R"([{"guildIds":[],"events":5}])", R"([{"guildIds":[],"all":"yes"}])"}) {
        for (const char* name : {"subscribe", "unsubscribe"}) {
            sockets_.at(id).got.clear();
            const auto ack = sockets_.emit_from(id, name, arguments, true);
            ASSERT_EQ(got(id).size(), 1U) << arguments;
            ASSERT_TRUE(got(id)[0].starts_with("error ")) << got(id)[0];
            const json error = json::parse(got(id)[0].substr(6))[0];
            EXPECT_EQ(error["code"], "INVALID_PAYLOAD");
            EXPECT_TRUE(error["message"].is_string());
            EXPECT_EQ(json::parse(*ack)[0]["error"], error);
        }
    }
}

TEST_F(StreamTest, UnknownEventsOfAClientAreIgnored) {
    open();
    const SocketId id = client("reader");
    EXPECT_EQ(sockets_.emit_from(id, "shout", "[1]", true), std::nullopt);
    EXPECT_TRUE(got(id).empty());
}

TEST_F(StreamTest, AnEventGoesToItsGuildsRoomInTheKnownForm) {
    open();
    const SocketId one = subscriber("reader", R"({"guildIds":["1"]})");
    const SocketId two = subscriber("reader", R"({"guildIds":["2"]})");
    publish("messageCreate", kMessage);
    ASSERT_EQ(got(one).size(), 1U);
    EXPECT_TRUE(got(two).empty());
    ASSERT_TRUE(got(one)[0].starts_with(
        R"(discord [{"event":"messageCreate","guildId":"1","data":{"id":"9","channelId":"5",)"))
        << got(one)[0];
    EXPECT_TRUE(got(one)[0].ends_with(R"(,"seq":1,"bot":"test","platform":"discord"}])"));
    EXPECT_EQ(json::parse(got(one)[0].substr(8))[0]["data"]["content"], "hé \"x\"");
    sockets_.emit_from(one, "unsubscribe", R"([{"guildIds":["1"]}])");
    sockets_.at(one).got.clear();
    publish("messageCreate", kMessage);
    EXPECT_TRUE(got(one).empty());
}

TEST_F(StreamTest, WhatNobodyWantsIsNotWrittenButCounted) {
    open();
    publish("messageCreate", kMessage);
    EXPECT_EQ(sockets_.broadcasts, 0U);
    const SocketId id = subscriber("reader", R"({"guildIds":["1"]})");
    publish("messageCreate", kMessage);
    EXPECT_EQ(json::parse(got(id)[0].substr(8))[0]["seq"], 2);
}

TEST_F(StreamTest, TheNumbersGoOnAfterARestartGuildByGuild) {
    open();
    publish("messageCreate", kMessage);
    publish("messageCreate", kMessage);
    stream_.reset();
    open();
    const SocketId id = subscriber("reader", R"({"guildIds":["1","2"]})");
    publish("messageCreate", kMessage);
    publish("guildBanAdd", R"({"guild_id":"2","user":{"id":"7"}})");
    EXPECT_EQ(json::parse(got(id)[0].substr(8))[0]["seq"], 3);
    EXPECT_EQ(json::parse(got(id)[1].substr(8))[0]["seq"], 1);
}

TEST_F(StreamTest, AnEventIsFinishedWhenItHasBeenHandedOver) {
    open();
    const auto delivery = std::make_shared<testing::RecordingDelivery>();
    publish("messageCreate", kMessage, 41, delivery);
    EXPECT_EQ(delivery->count(41, 3), 1);
}

TEST_F(StreamTest, AFilterBringsTheNamedEventsAlone) {
    open();
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"],"events":["guildBanAdd"]}])");
    EXPECT_EQ(got(id), std::vector<std::string>{
                           R"(subscribed [{"guildIds":["1"],"events":["guildBanAdd"]}])"});
    sockets_.at(id).got.clear();
    publish("messageCreate", kMessage);
    EXPECT_TRUE(got(id).empty());
    publish("guildBanAdd", R"({"guild_id":"1","user":{"id":"7"}})");
    EXPECT_EQ(got(id).size(), 1U);
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"],"events":["mesageCreate"]}])");
    EXPECT_EQ(json::parse(got(id).back().substr(6))[0]["code"], "UNKNOWN_EVENT");
}

TEST_F(StreamTest, EveryGuildNeedsTheRightToIt) {
    open();
    const SocketId reader = client("reader");
    sockets_.emit_from(reader, "subscribe", R"([{"all":true}])");
    EXPECT_EQ(json::parse(got(reader)[0].substr(6))[0]["code"], "INSUFFICIENT_SCOPE");
    guard_.add("wide", {"events", "events:all"});
    const SocketId wide = client("wide");
    sockets_.emit_from(wide, "subscribe", R"([{"all":true}])");
    EXPECT_EQ(got(wide), std::vector<std::string>{R"(subscribed [{"guildIds":[],"all":true}])"});
    publish("messageCreate", kMessage);
    EXPECT_EQ(got(wide).size(), 2U);
}

TEST_F(StreamTest, DirectMessagesNeedTheRightToThem) {
    open();
    guard_.add("close", {"events", "events:direct"});
    const SocketId reader = client("reader");
    const SocketId close = client("close");
    publish("messageCreate", kDirect);
    EXPECT_TRUE(got(reader).empty());
    ASSERT_EQ(got(close).size(), 1U);
    EXPECT_EQ(json::parse(got(close)[0].substr(8))[0]["guildId"], nullptr);
}

TEST_F(StreamTest, TheSwitchGivesDirectMessagesToEverybody) {
    section_.holobridge = true;
    open();
    const SocketId reader = client("reader");
    publish("messageCreate", kDirect);
    EXPECT_EQ(got(reader).size(), 1U);
}

TEST_F(StreamTest, AKeyOfSomeGuildsHearsOfNoOther) {
    open();
    Key& key = guard_.add("some", {"admin"});
    key.guilds = std::vector<std::string>{"2"};
    const SocketId id = client("some");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1","2"],"all":true}])");
    EXPECT_EQ(got(id), std::vector<std::string>{R"(subscribed [{"guildIds":["2"],"all":true}])"});
    sockets_.at(id).got.clear();
    publish("messageCreate", kMessage);
    publish("messageCreate", kDirect);
    publish("guildCreate", R"({"id":"1","name":"x"})");
    EXPECT_TRUE(got(id).empty());
    publish("guildBanAdd", R"({"guild_id":"2","user":{"id":"7"}})");
    EXPECT_EQ(got(id).size(), 1U);
}

TEST_F(StreamTest, AKeyOfSomeEventsHearsNoOther) {
    open();
    Key& key = guard_.add("some", {"events"});
    key.events = std::vector<std::string>{"guildBanAdd"};
    const SocketId whole = subscriber("some", R"({"guildIds":["1"]})");
    const SocketId named =
        subscriber("some", R"({"guildIds":["1"],"events":["messageCreate","guildBanAdd"]})");
    publish("messageCreate", kMessage);
    publish("guildCreate", R"({"id":"1","name":"x"})");
    EXPECT_TRUE(got(whole).empty());
    EXPECT_TRUE(got(named).empty());
    publish("guildBanAdd", R"({"guild_id":"1","user":{"id":"7"}})");
    EXPECT_EQ(got(whole).size(), 1U);
    EXPECT_EQ(got(named).size(), 1U);
}

TEST_F(StreamTest, ANewGuildIsToldToEverybodyWhoMaySeeIt) {
    open();
    const SocketId id = client("reader");
    publish("guildCreate", R"({"id":"8","name":"new"})");
    ASSERT_EQ(got(id).size(), 1U);
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["8"]}])");
    EXPECT_EQ(got(id)[1], R"(subscribed [{"guildIds":["8"]}])");
    publish("guildDelete", R"({"id":"8"})");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["8"]}])");
    EXPECT_EQ(got(id).back(), R"(subscribed [{"guildIds":[]}])");
}

const std::string kButton =
    R"({"id":"175928847299117063","application_id":"6","type":3,"token":"SECRET\"1","guild_id":"1","channel_id":"5",)"
    R"("member":{"user":{"id":"7","username":"\"token\":\"ann","discriminator":"0","avatar":null}},)"
    R"("data":{"custom_id":"go","component_type":2},"locale":"en"})";

TEST_F(StreamTest, TokensOfInteractionsNeedTheRightToAnswer) {
    open();
    guard_.add("writer", {"events", "write:messages"});
    const SocketId reader = subscriber("reader", R"({"guildIds":["1"]})");
    const SocketId writer = subscriber("writer", R"({"guildIds":["1"]})");
    publish("interactionCreate", kButton);
    ASSERT_EQ(got(reader).size(), 2U);
    ASSERT_EQ(got(writer).size(), 2U);
    for (const std::string& text : got(reader)) {
        EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    }
    const json reads = json::parse(got(reader)[0].substr(8))[0]["data"];
    const json writes = json::parse(got(writer)[0].substr(8))[0]["data"];
    EXPECT_EQ(reads["token"], "");
    EXPECT_EQ(writes["token"], "SECRET\"1");
    EXPECT_EQ(reads["user"]["username"], "\"token\":\"ann");
    EXPECT_EQ(got(writer)[1],
              R"(interaction:create [{"id":"175928847299117063","applicationId":"6","type":3,)"
              R"("token":"SECRET\"1","guildId":"1","channelId":"5","user":{"id":"7",)"
              R"("username":"\"token\":\"ann","discriminator":"0","avatar":null},"customId":"go",)"
              R"("createdAt":"2016-04-30T11:18:25.796Z","componentType":2}])");
}

TEST_F(StreamTest, AFormComesWithItsFieldsAndAMenuWithItsValues) {
    open();
    const SocketId id = subscriber("all", R"({"guildIds":["1"],"events":["interaction:create"]})");
    publish(
        "interactionCreate",
        R"({"id":"1","application_id":"6","type":5,"token":"t","guild_id":"1","channel_id":"5",)"
        R"("member":{"user":{"id":"7","username":"a"}},"data":{"custom_id":"f","components":[)"
        R"({"type":1,"components":[{"type":4,"custom_id":"title","value":"Hi"}]},)"
        R"({"type":18,"component":{"type":3,"custom_id":"pick","values":["a","b"]}}]}})");
    publish(
        "interactionCreate",
        R"({"id":"1","application_id":"6","type":3,"token":"t","guild_id":"1","channel_id":"5",)"
        R"("member":{"user":{"id":"7","username":"a"}},)"
        R"("data":{"custom_id":"m","component_type":3,"values":["x"]}})");
    publish(
        "interactionCreate",
        R"({"id":"1","application_id":"6","type":2,"token":"t","guild_id":"1","channel_id":"5",)"
        R"("member":{"user":{"id":"7","username":"a"}},"data":{"name":"ping"}})");
    ASSERT_EQ(got(id).size(), 2U);
    const json form = json::parse(got(id)[0].substr(19))[0];
    EXPECT_EQ(form["fields"], (json{{"title", "Hi"}, {"pick", "a,b"}}));
    EXPECT_FALSE(form.contains("componentType"));
    EXPECT_EQ(json::parse(got(id)[1].substr(19))[0]["values"], json{"x"});
}

TEST_F(StreamTest, ARequestWaitsForTheOneBeforeIt) {
    open();
    runtime_.hold = true;
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"]}])");
    sockets_.emit_from(id, "unsubscribe", R"([{"guildIds":["1"]}])");
    EXPECT_TRUE(got(id).empty());
    runtime_.deliver();
    EXPECT_EQ(got(id), (std::vector<std::string>{R"(subscribed [{"guildIds":["1"]}])",
                                                 R"(unsubscribed [{"guildIds":["1"]}])"}));
    EXPECT_FALSE(sockets_.at(id).rooms.contains("guild:1"));
}

TEST_F(StreamTest, AnAnswerForAClientThatHasGoneIsNobodys) {
    open();
    runtime_.hold = true;
    const SocketId id = client("reader");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"]}])");
    sockets_.disconnect(id, false);
    runtime_.deliver();
    EXPECT_TRUE(got(id).empty());
    sockets_.emit_from(client("reader"), "subscribe", R"([{"guildIds":["2"]}])");
    stream_.reset();
    runtime_.deliver();
}

TEST_F(StreamTest, RoomsOfRightsCannotBeAskedForAsIfTheyWereEvents) {
    section_.events = {"*"};
    open();
    for (const char* name : {"interaction:create+", "interaction:create-", "discord:X+"}) {
        const SocketId id = client("reader");
        sockets_.emit_from(id, "subscribe", json{{{"guildIds", {"1"}}, {"events", {name}}}}.dump());
        ASSERT_EQ(got(id).size(), 1U) << name;
        EXPECT_NE(got(id)[0].find("UNKNOWN_EVENT"), std::string::npos) << got(id)[0];
    }
}

TEST_F(StreamTest, TooManyRequestsAreRefused) {
    open();
    const SocketId id = client("reader");
    guard_.budget = 1;
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"]}])");
    const auto ack = sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"]}])", true);
    EXPECT_EQ(got(id)[1], R"(error [{"message":"Too many requests","code":"RATE_LIMITED"}])");
    EXPECT_EQ(json::parse(*ack)[0]["error"]["code"], "RATE_LIMITED");
}

TEST_F(StreamTest, TooManyRoomsAreRefused) {
    open();
    const SocketId id = client("reader");
    sockets_.most_rooms = 3;
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1","2"]}])");
    EXPECT_EQ(json::parse(got(id)[0].substr(6))[0]["code"], "TOO_MANY_SUBSCRIPTIONS");
}

TEST_F(StreamTest, AKeyThatIsRevokedTakesItsSocketsAlong) {
    open();
    const SocketId gone = client("reader");
    const SocketId stays = client("all");
    for (const auto& watcher : guard_.watchers) {
        watcher("reader");
    }
    EXPECT_TRUE(sockets_.at(gone).gone);
    EXPECT_FALSE(sockets_.at(stays).gone);
    stream_.reset();
    for (const auto& watcher : guard_.watchers) {
        watcher("all");
    }
}

TEST_F(StreamTest, RecoveryIsForWhoeverAsksAndHoldsForTheSameRights) {
    section_.socketio.recovery = true;
    open();
    client("reader");
    EXPECT_FALSE(sockets_.refusal.recovery);
    const std::string first = sockets_.refusal.identity;
    ASSERT_TRUE(sockets_.join_as("/", R"({"apiKey":"reader","recovery":true})"));
    EXPECT_TRUE(sockets_.refusal.recovery);
    EXPECT_EQ(sockets_.refusal.identity, first);
    client("all");
    EXPECT_NE(sockets_.refusal.identity, first);
    guard_.add("reader", {"events"}).guilds = std::vector<std::string>{"2"};
    client("reader");
    EXPECT_NE(sockets_.refusal.identity, first);
}

TEST_F(StreamTest, ANamespaceThatIsOffIsNotOpenedAndNothingIsAskedFor) {
    section_.namespaces = {{"/", false}, {"/api/events", false}};
    open();
    EXPECT_FALSE(sockets_.has("/"));
    EXPECT_TRUE(runtime_.bus().interest()->types().empty());
}

TEST_F(StreamTest, EventsThatAreNotListedAreNotAskedFor) {
    section_.events = {"messageCreate"};
    section_.namespaces = {{"/api/events", false}};
    open();
    EXPECT_EQ(runtime_.bus().interest()->types().size(), 1U);
    section_.events = {"mesageCreate"};
    const auto types = Stream::types(section_);
    ASSERT_FALSE(types.has_value());
    EXPECT_NE(types.error().message().find("messageCreate"), std::string::npos);
}

TEST_F(StreamTest, AWholeQueueIsTakenInTurns) {
    open();
    const SocketId id = subscriber("reader", R"({"guildIds":["1"]})");
    bus::Publisher publisher(runtime_.bus());
    publisher.begin();
    for (std::uint64_t seq = 1; seq <= 1000; ++seq) {
        const auto event = make_event("messageCreate", kMessage, seq);
        publisher.publish(event, publisher.interest().of(event->type())->slots);
    }
    publisher.flush();
    io_.restart();
    io_.run_one();
    EXPECT_EQ(got(id).size(), 128U);
    io_.poll();
    EXPECT_EQ(got(id).size(), 1000U);
}

TEST_F(StreamTest, AnEventThatCouldNotBeWrittenStaysOpen) {
    open();
    const SocketId id = subscriber("reader", R"({"guildIds":["1"]})");
    const auto delivery = std::make_shared<testing::RecordingDelivery>();
    sockets_.failing = 1;
    publish("messageCreate", kMessage, 41, delivery);
    publish("messageCreate", kMessage, 42, delivery);
    EXPECT_EQ(got(id).size(), 1U);
    EXPECT_EQ(delivery->count(41, 3), 0);
    EXPECT_EQ(delivery->count(42, 3), 1);
}

}  // namespace
}  // namespace rookery::server
