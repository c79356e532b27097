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

/// What clients get that say up to where they have got already.
class ReplayTest : public testing::IoFixture {
  protected:
    ReplayTest() {
        guard_.add("all", {"admin"});
        guard_.add("reader", {"events"});
        guard_.add("direct", {"events", "events:direct"});
        guard_.add("one", {"events"}).guilds = std::vector<std::string>{"1"};
        runtime_.cache[{"test", "guilds", 0, 1}] = "{}";
        runtime_.cache[{"test", "guilds", 0, 2}] = "{}";
    }

    void open() {
        stream_.reset();
        auto made = Stream::open(
            {sockets_, guard_, runtime_, io_.get_executor(), clock_, 3, dir_.path()}, section_);
        ASSERT_TRUE(made.has_value()) << made.error().message();
        stream_ = *std::move(made);
    }
    SocketId client(const std::string& key, bool counts = true) {
        return *sockets_.join_as("/", json{{"apiKey", key}, {"since", counts}}.dump());
    }
    void publish(std::string_view name, const std::string& payload, std::uint64_t seq = 1) {
        const auto event = make_event(name, payload, seq, delivery_);
        bus::Publisher publisher(runtime_.bus());
        publisher.begin();
        publisher.publish(event, publisher.interest().of(event->type())->slots);
        publisher.flush();
        poll();
    }
    void ban(const std::string& guild, int user, std::uint64_t seq = 1) {
        publish("guildBanAdd",
                json{{"guild_id", guild}, {"user", {{"id", std::to_string(user)}}}}.dump(), seq);
    }
    void direct(const std::string& text) {
        publish("messageCreate", json{{"id", "9"}, {"channel_id", "5"}, {"content", text}}.dump());
    }
    void poll() {
        io_.restart();
        io_.poll();
    }
    /// Asks, and waits for the answer.
    json subscribe(SocketId id, const json& request) {
        sockets_.emit_from(id, "subscribe", json::array({request}).dump());
        run_until([&] {
            for (const std::string& one : got(id)) {
                if (one.starts_with("subscribed ") || one.starts_with("error ")) {
                    return true;
                }
            }
            return false;
        });
        const std::string last = got(id).back();
        sockets_.at(id).got.pop_back();
        return json::parse(last.substr(last.find(' ') + 1))[0];
    }
    /// "guild:seq" of the events that a client has, which are then forgotten.
    std::vector<std::string> events(SocketId id) {
        std::vector<std::string> all;
        for (const std::string& one : std::exchange(sockets_.at(id).got, {})) {
            const json envelope = json::parse(one.substr(one.find(' ') + 1))[0];
            const json& guild = envelope["guildId"];
            all.push_back((guild.is_null() ? "direct" : guild.get<std::string>()) + ":" +
                          envelope["seq"].dump());
        }
        return all;
    }
    const std::vector<std::string>& got(SocketId id) { return sockets_.at(id).got; }

    testing::TempDir dir_;
    testing::FakeClock clock_;
    RecordingSockets sockets_;
    FakeGuard guard_;
    FakeRuntime runtime_;
    config::ServerSection section_;
    std::shared_ptr<testing::RecordingDelivery> delivery_ =
        std::make_shared<testing::RecordingDelivery>();
    std::unique_ptr<Stream> stream_;
};

using Texts = std::vector<std::string>;

TEST_F(ReplayTest, WhatWasMissedComesInOrderBeforeTheAnswerAndThenWhatIsLive) {
    open();
    ban("1", 1);
    ban("2", 2);
    ban("1", 3);
    ban("2", 4);
    open();  // as after a restart
    ban("1", 5);
    const SocketId id = client("reader");
    const json answer =
        subscribe(id, {{"guildIds", {"1", "2"}}, {"since", {{"test", {{"1", 1}, {"2", 0}}}}}});
    EXPECT_EQ(events(id), (Texts{"2:1", "1:2", "2:2", "1:3"}));
    EXPECT_EQ(answer["guildIds"], (json{"1", "2"}));
    EXPECT_EQ(answer["seq"], (json{{"test", {{"1", 3}, {"2", 2}}}}));
    EXPECT_EQ(answer["gaps"], json::array());
    EXPECT_EQ(answer["epoch"].get<std::string>().size(), 16U);
    ban("1", 6);
    ban("2", 6);
    EXPECT_EQ(events(id), (Texts{"1:4", "2:3"}));
}

TEST_F(ReplayTest, AClientThatDoesNotCountSeesNothingOfAllThat) {
    open();
    ban("1", 1);
    const SocketId id = client("reader", false);
    EXPECT_EQ(subscribe(id, {{"guildIds", {"1"}}}), (json{{"guildIds", {"1"}}}));
    EXPECT_EQ(events(id), Texts{});
}

TEST_F(ReplayTest, AFirstVisitIsToldWhereItStands) {
    open();
    ban("1", 1);
    const SocketId id = client("reader");
    const json answer = subscribe(id, {{"guildIds", {"1", "2"}}, {"since", json::object()}});
    EXPECT_EQ(events(id), Texts{});
    EXPECT_EQ(answer["seq"], (json{{"test", {{"1", 1}}}}));
    ban("2", 1);
    EXPECT_EQ(events(id), Texts{"2:1"});
}

TEST_F(ReplayTest, AStarStandsForEveryBotThatIsNotNamed) {
    open();
    ban("1", 1);
    ban("1", 2);
    const SocketId id = client("reader");
    subscribe(id, {{"guildIds", {"1"}}, {"since", {{"*", {{"1", 0}}}}}});
    EXPECT_EQ(events(id), (Texts{"1:1", "1:2"}));
    const SocketId other = client("reader");
    subscribe(other, {{"guildIds", {"1"}}, {"since", {{"*", {{"1", 0}}}, {"test", {{"1", 1}}}}}});
    EXPECT_EQ(events(other), Texts{"1:2"});
}

TEST_F(ReplayTest, WhatTheLogDoesNotReachIsAGap) {
    section_.replay_age = Millis{60'000};
    open();
    ban("1", 1);
    ban("1", 2);
    clock_.advance(Millis{100'000});
    ban("1", 3);
    stream_->tick();
    const SocketId id = client("reader");
    const json answer = subscribe(id, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 0}}}}}});
    EXPECT_EQ(events(id), Texts{"1:3"});
    EXPECT_EQ(answer["gaps"],
              json::array({{{"bot", "test"}, {"guildId", "1"}, {"from", 1}, {"to", 2}}}));
}

TEST_F(ReplayTest, WithoutALogEverythingThatWasMissedIsAGap) {
    section_.replay = 0;
    open();
    ban("1", 1);
    ban("1", 2);
    EXPECT_FALSE(std::filesystem::exists(dir_.path() / "stream"));
    const SocketId id = client("reader");
    const json answer = subscribe(id, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 1}}}}}});
    EXPECT_EQ(events(id), Texts{});
    EXPECT_EQ(answer["gaps"],
              json::array({{{"bot", "test"}, {"guildId", "1"}, {"from", 2}, {"to", 2}}}));
    EXPECT_EQ(answer["seq"]["test"]["1"], 2);
}

TEST_F(ReplayTest, NumbersThatWereNeverServedAreTold) {
    open();
    ban("1", 1);
    const SocketId id = client("reader");
    const json answer =
        subscribe(id, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 18446744073709551615U}}}}}});
    EXPECT_EQ(events(id), Texts{});
    EXPECT_EQ(answer["gaps"][0]["from"], 2);
    EXPECT_EQ(answer["seq"]["test"]["1"], 1);
    ban("1", 2);
    EXPECT_EQ(events(id), Texts{"1:2"});
}

TEST_F(ReplayTest, NumbersOfAnotherEpochMeanNothing) {
    open();
    ban("1", 1);
    ban("1", 2);
    const SocketId id = client("reader");
    const json answer =
        subscribe(id, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 70}}}}}, {"epoch", "old"}});
    EXPECT_EQ(events(id), Texts{});
    EXPECT_EQ(answer["gaps"], json::array());
    EXPECT_EQ(answer["seq"]["test"]["1"], 2);
    subscribe(id,
              {{"guildIds", {"1"}}, {"since", {{"*", {{"1", 0}}}}}, {"epoch", answer["epoch"]}});
    EXPECT_EQ(events(id), (Texts{"1:1", "1:2"}));
}

TEST_F(ReplayTest, AnEventThatIsDeliveredAgainKeepsItsNumber) {
    open();
    ban("1", 1, 10);
    sockets_.failing = 1;
    const SocketId witness = client("reader", false);
    subscribe(witness, {{"guildIds", {"1"}}});
    ban("1", 2, 11);  // written, and then the process ends before it is finished
    EXPECT_EQ(delivery_->count(11, 3), 0);
    open();
    const SocketId counts = client("reader");
    const SocketId stock = client("reader", false);
    subscribe(counts, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 0}}}}}});
    subscribe(stock, {{"guildIds", {"1"}}});
    EXPECT_EQ(events(counts), (Texts{"1:1", "1:2"}));
    ban("1", 2, 11);
    ban("1", 3, 12);
    EXPECT_EQ(events(counts), Texts{"1:3"});
    EXPECT_EQ(events(stock), (Texts{"1:2", "1:3"}));
    EXPECT_EQ(delivery_->count(11, 3), 1);
    open();
    ban("1", 2, 11);  // the same text under the same number, but that one is finished
    const SocketId later = client("reader");
    subscribe(later, {{"guildIds", {"1"}}, {"since", {{"test", {{"1", 2}}}}}});
    EXPECT_EQ(events(later), (Texts{"1:3", "1:4"}));
}

TEST_F(ReplayTest, DirectEventsHaveNumbersOfTheirOwnAndWaitForAClientThatCounts) {
    open();
    direct("a");
    direct("b");
    const SocketId id = client("direct");
    direct("c");
    EXPECT_EQ(events(id), Texts{});
    const json answer =
        subscribe(id, {{"guildIds", json::array()}, {"since", {{"test", {{"direct", 1}}}}}});
    EXPECT_EQ(events(id), (Texts{"direct:2", "direct:3"}));
    EXPECT_EQ(answer["seq"], (json{{"test", {{"direct", 3}}}}));
    direct("d");
    EXPECT_EQ(events(id), Texts{"direct:4"});
    subscribe(id, {{"guildIds", {"1"}}, {"since", json::object()}});
    direct("e");
    EXPECT_EQ(events(id), Texts{"direct:5"});
}

TEST_F(ReplayTest, RightsHoldForWhatWasMissed) {
    open();
    ban("1", 1);
    ban("2", 1);
    direct("a");
    publish("interactionCreate",
            R"({"id":"3","type":3,"token":"secret","guild_id":"1","channel_id":"5","data":)"
            R"({"custom_id":"x","component_type":2}})");
    const json everything = {{"guildIds", {"1", "2"}},
                             {"since", {{"test", {{"1", 0}, {"2", 0}, {"direct", 0}}}}}};
    const SocketId one = client("one");
    const json answer = subscribe(one, everything);
    EXPECT_EQ(answer["guildIds"], json{"1"});
    EXPECT_EQ(answer["seq"], (json{{"test", {{"1", 2}}}}));
    ASSERT_EQ(got(one).size(), 3U);
    for (const std::string& text : got(one)) {
        EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    }
    EXPECT_TRUE(got(one)[2].starts_with("interaction:create ")) << got(one)[2];
    const SocketId all = client("all");
    subscribe(all, everything);
    ASSERT_EQ(got(all).size(), 5U);
    EXPECT_NE(got(all)[3].find("secret"), std::string::npos);
    EXPECT_NE(got(all)[4].find("secret"), std::string::npos);
    guard_.add("bans", {"events"}).events = std::vector<std::string>{"guildBanAdd"};
    const SocketId bans = client("bans");
    subscribe(bans, everything);
    EXPECT_EQ(events(bans), (Texts{"1:1", "2:1"}));
}

TEST_F(ReplayTest, AFilterHoldsForWhatWasMissed) {
    open();
    ban("1", 1);
    publish("messageCreate", R"({"id":"9","channel_id":"5","guild_id":"1","content":"x"})");
    const SocketId id = client("reader");
    const json answer = subscribe(
        id,
        {{"guildIds", {"1"}}, {"events", {"messageCreate"}}, {"since", {{"test", {{"1", 0}}}}}});
    EXPECT_EQ(events(id), Texts{"1:2"});
    EXPECT_EQ(answer["gaps"], json::array());
}

TEST_F(ReplayTest, AClientThatIsBehindIsWaitedForAndGetsEverythingOnce) {
    open();
    for (int user = 1; user <= 600; ++user) {
        ban("1", user);
    }
    const SocketId id = client("reader");
    sockets_.behind.insert(id);
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"],"since":{"test":{"1":0}}}])");
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["2"]}])");
    poll();
    EXPECT_TRUE(got(id).empty());
    ban("1", 601);
    EXPECT_TRUE(got(id).empty());
    sockets_.behind.clear();
    run_until([&] { return got(id).size() >= 603; });
    EXPECT_TRUE(got(id)[601].starts_with("subscribed ")) << got(id)[601];
    EXPECT_EQ(got(id)[602], R"(subscribed [{"guildIds":["2"]}])");
    sockets_.at(id).got.resize(601);
    const auto all = events(id);
    for (std::size_t at = 0; at < all.size(); ++at) {
        ASSERT_EQ(all[at], "1:" + std::to_string(at + 1));
    }
}

TEST_F(ReplayTest, AClientThatGoesInBetweenIsForgotten) {
    open();
    ban("1", 1);
    const SocketId id = client("reader");
    sockets_.behind.insert(id);
    sockets_.emit_from(id, "subscribe", R"([{"guildIds":["1"],"since":{"test":{"1":0}}}])");
    sockets_.disconnect(id, true);
    sockets_.behind.clear();
    poll();
    EXPECT_TRUE(got(id).empty());
}

TEST_F(ReplayTest, WhatCannotBeARequestIsRefused) {
    open();
    const SocketId id = client("reader");
    json many = json::object();
    for (int guild = 0; guild < 4001; ++guild) {
        many[std::to_string(guild)] = 1;
    }
    for (const json& since :
         {json(5), json("x"), json::array(), json{{"test", 5}}, json{{"test", json::array({1})}},
          json{{"test", {{"1", -1}}}}, json{{"test", {{"1", "1"}}}}, json{{"test", {{"1", 1.5}}}},
          json{{"test", {{"1", nullptr}}}}, json{{"test", many}}}) {
        const json error = subscribe(id, {{"guildIds", {"1"}}, {"since", since}});
        EXPECT_EQ(error["code"], "INVALID_PAYLOAD") << since.dump().substr(0, 60);
    }
    EXPECT_EQ(subscribe(id, {{"guildIds", {"1"}}, {"since", json::object()}, {"epoch", 5}})["code"],
              "INVALID_PAYLOAD");
    ban("1", 1);
    EXPECT_EQ(events(id), Texts{});
}

}  // namespace
}  // namespace rookery::server
