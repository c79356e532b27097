#include "unit/sim/community/platform_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class GuildedBot : public PlatformTest {
  protected:
    /// A bot's socket; `cursor` asks for a replay.
    WireSocket connect(const std::string& cursor = "") {
        auto headers = credentials_;
        if (!cursor.empty()) {
            headers["guilded-last-message-id"] = cursor;
        }
        return WireSocket(gateway(), headers);
    }
    static Json payload(const std::optional<std::string>& text) {
        return text ? Json::parse(*text, nullptr, false) : Json();
    }
    void write(const std::string& text) {
        (void)act({{"do", "write"}, {"channel", "general"}, {"text", text}});
    }
};

TEST_F(GuildedBot, an_upgrade_without_the_token_is_refused) {
    play("guilded");
    WireSocket client(gateway(), {{"Authorization", "Bearer nonsense"}});
    EXPECT_EQ(client.status(), 401U);
    WireSocket nobody(gateway());
    EXPECT_EQ(nobody.status(), 401U);
    EXPECT_TRUE(violated("guilded_no_token"));
}

TEST_F(GuildedBot, the_first_word_is_a_welcome_with_the_interval) {
    play("guilded");
    auto client = connect();
    const auto hello = payload(client.next());
    EXPECT_EQ(hello["op"], 1);
    EXPECT_EQ(hello["d"]["heartbeatIntervalMs"], 22'500);
    EXPECT_EQ(hello["d"]["user"]["type"], "bot");
}

TEST_F(GuildedBot, a_message_comes_numbered_and_in_the_form_of_the_api) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    write("hello there");
    const auto event = payload(client.next());
    EXPECT_EQ(event["op"], 0);
    EXPECT_EQ(event["t"], "ChatMessageCreated");
    EXPECT_TRUE(event["s"].is_string());
    const auto& message = event["d"]["message"];
    EXPECT_EQ(message["content"], "hello there");
    EXPECT_EQ(message["id"].get<std::string>().size(), 36U);
    EXPECT_EQ(message["createdBy"].get<std::string>().size(), 8U);
    EXPECT_EQ(message["createdAt"].get<std::string>().size(), 24U);
}

TEST_F(GuildedBot, what_was_missed_is_replayed_and_then_said_to_be_over) {
    play("guilded");
    std::string cursor;
    {
        auto client = connect();
        (void)client.next();
        write("one");
        cursor = payload(client.next())["s"];
    }
    write("two");
    write("three");
    auto again = connect(cursor);
    EXPECT_EQ(payload(again.next())["op"], 1);
    EXPECT_EQ(payload(again.next())["d"]["message"]["content"], "two");
    EXPECT_EQ(payload(again.next())["d"]["message"]["content"], "three");
    EXPECT_EQ(payload(again.next())["op"], 2);
}

TEST_F(GuildedBot, a_cursor_that_is_too_old_is_an_error_and_the_end) {
    Options options;
    options.replay_events = 2;
    play("guilded", options);
    std::string cursor;
    {
        auto client = connect();
        (void)client.next();
        write("one");
        cursor = payload(client.next())["s"];
    }
    for (const auto* text : {"two", "three", "four"}) {
        write(text);
    }
    auto again = connect(cursor);
    (void)again.next();
    EXPECT_EQ(payload(again.next())["op"], 8);
    EXPECT_EQ(again.close_code(), 1008U);
    auto unknown = connect("00000000-17");
    (void)unknown.next();
    EXPECT_EQ(payload(unknown.next())["op"], 8);
}

TEST_F(GuildedBot, pings_are_answered_unless_that_is_the_fault) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    client.ping();
    write("a sign");
    (void)client.next();
    EXPECT_EQ(client.pongs(), 1U);
    fault({{"kind", "drop_acks"}});
    client.ping();
    write("another");
    (void)client.next();
    client.ping();
    write("and another");
    (void)client.next();
    EXPECT_LE(client.pongs(), 2U);  // the first one may still have been answered
}

TEST_F(GuildedBot, who_does_not_ping_is_cut_off) {
    Options options;
    options.heartbeat_interval = Millis{50};
    play("guilded", options);
    auto client = connect();
    EXPECT_EQ(client.close_code(), 1006U);
    EXPECT_TRUE(violated("guilded_heartbeat_missing"));
}

TEST_F(GuildedBot, a_message_of_the_client_is_against_the_protocol) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    client.send("{}");
    write("x");
    (void)client.next();
    EXPECT_TRUE(violated("guilded_client_message"));
}

TEST_F(GuildedBot, faults_of_the_wire_reach_the_client) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    fault({{"kind", "fragments"}});
    EXPECT_EQ(payload(client.next())["t"], "ChatMessageCreated");
    fault({{"kind", "unknown_event"}});
    EXPECT_EQ(payload(client.next())["t"], "QuantumFluxCreated");
    fault({{"kind", "nested"}, {"depth", 50}});
    EXPECT_NE(client.next()->find("[[[["), std::string::npos);
    fault({{"kind", "flood"}, {"count", 20}});
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(client.next());
    }
    fault({{"kind", "duplicate"}});
    write("twice");
    EXPECT_EQ(client.next(), client.next());
    fault({{"kind", "internal_error"}});
    EXPECT_EQ(payload(client.next())["op"], 9);
    EXPECT_EQ(client.close_code(), 1011U);
}

TEST_F(GuildedBot, a_cut_frame_ends_the_connection) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    fault({{"kind", "cut_frame"}});
    EXPECT_NE(client.close_code(), 0U);
}

TEST_F(GuildedBot, logins_are_refused_in_each_way) {
    play("guilded");
    fault({{"kind", "refuse_login"}});
    EXPECT_EQ(connect().status(), 401U);
    fault({{"kind", "refuse_login"}, {"how", "forbidden"}});
    EXPECT_EQ(connect().status(), 403U);
    fault({{"kind", "refuse_upgrade"}, {"status", 503}});
    EXPECT_EQ(connect().status(), 503U);
    EXPECT_TRUE(connect().connected());
    fault({{"kind", "revoke_token"}});
    EXPECT_EQ(connect().status(), 401U);
}

TEST_F(GuildedBot, every_act_has_its_event) {
    play("guilded");
    auto client = connect();
    (void)client.next();
    write("to be changed");
    const std::vector<std::pair<Json, std::string>> acts = {
        {{{"do", "edit"}, {"channel", "general"}, {"text", "new"}}, "ChatMessageUpdated"},
        {{{"do", "react"}, {"channel", "general"}}, "ChannelMessageReactionCreated"},
        {{{"do", "unreact"}, {"channel", "general"}}, "ChannelMessageReactionDeleted"},
        {{{"do", "pin"}, {"channel", "general"}}, "ChannelMessagePinned"},
        {{{"do", "unpin"}, {"channel", "general"}}, "ChannelMessageUnpinned"},
        {{{"do", "delete"}, {"channel", "general"}}, "ChatMessageDeleted"},
        {{{"do", "join"}, {"user", "zoe"}}, "ServerMemberJoined"},
        {{{"do", "nick"}, {"user", "zoe"}, {"nick", "Zo"}}, "ServerMemberUpdated"},
        {{{"do", "role"}, {"user", "zoe"}, {"role", "moderator"}}, "ServerRolesUpdated"},
        {{{"do", "ban"}, {"user", "zoe"}}, "ServerMemberBanned"},
        {{{"do", "unban"}, {"user", "zoe"}}, "ServerMemberUnbanned"},
        {{{"do", "leave"}, {"user", "bob"}}, "ServerMemberRemoved"},
        {{{"do", "channel_create"}, {"name", "fresh"}}, "ServerChannelCreated"},
        {{{"do", "channel_update"}, {"channel", "fresh"}, {"name", "old"}}, "ServerChannelUpdated"},
        {{{"do", "channel_delete"}, {"channel", "old"}}, "ServerChannelDeleted"},
        {{{"do", "role_create"}, {"name", "painter"}}, "RoleCreated"},
        {{{"do", "role_update"}, {"role", "painter"}, {"name", "poet"}}, "RoleUpdated"},
        {{{"do", "role_delete"}, {"role", "poet"}}, "RoleDeleted"},
        {{{"do", "guild_join"}, {"name", "Other"}}, "BotServerMembershipCreated"},
        {{{"do", "guild_leave"}, {"guild", "Other"}}, "BotServerMembershipDeleted"},
        {{{"do", "presence"}, {"user", "alice"}}, "UserStatusCreated"},
    };
    for (const auto& [what, name] : acts) {
        (void)act(what);
        EXPECT_TRUE(client.until("\"t\":\"" + name + "\"", milliseconds(2'000))) << name;
    }
}

}  // namespace
}  // namespace rookery::sim::testing
