#include "unit/sim/community/platform_fixture.hpp"

namespace rookery::sim::testing {
namespace {

constexpr std::string_view kJoined = "42/api/events,";

class WhatsApp : public PlatformTest {
  protected:
    std::unique_ptr<WireSocket> connect(const std::string& token = kDemoToken) {
        auto client = std::make_unique<WireSocket>("ws" + gateway().substr(4) +
                                                   "/socket.io/?EIO=4&transport=websocket");
        (void)client->next();
        client->send("40/api/events," + Json{{"token", token}}.dump());
        return client;
    }
    std::unique_ptr<WireSocket> subscribed(const Json& names) {
        auto client = connect();
        (void)client->next();
        client->send("42/api/events,1" + Json::array({"subscribe", names}).dump());
        (void)client->next();
        return client;
    }
    static Json event(const std::optional<std::string>& frame) {
        return frame && frame->starts_with(kJoined)
                   ? Json::parse(frame->substr(kJoined.size()), nullptr, false)
                   : Json();
    }
    Json next_of(WireSocket& client, const std::string& name) {
        return event(client.until("[\"" + name + "\"", milliseconds(2'000)));
    }
    WireReply send(const Json& message) {
        return ask("POST", "/messages", {{"to", channel()}, {"message", message}});
    }
};

TEST_F(WhatsApp, a_wrong_token_is_refused_in_both_styles) {
    play("whatsapp");
    EXPECT_EQ(connect("no")->next(), R"(44/api/events,{"message":"Unauthorized"})");
    fault({{"kind", "refuse_login"}, {"how", "kick"}});
    auto kicked = connect();
    EXPECT_TRUE(kicked->next()->starts_with("40/api/events,{"));
    EXPECT_EQ(kicked->next(), "41/api/events,");
}

TEST_F(WhatsApp, nothing_comes_before_the_subscription) {
    play("whatsapp");
    auto client = connect();
    (void)client->next();
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "unheard"}});
    client->send(R"(42/api/events,3["subscribe",["messages.upsert"]])");
    EXPECT_TRUE(client->next()->starts_with("43/api/events,3["));
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "heard"}});
    const auto upsert = event(client->next());
    EXPECT_EQ(upsert[0], "messages.upsert");
    EXPECT_EQ(upsert[1]["type"], "notify");
    const auto& message = upsert[1]["messages"][0];
    EXPECT_EQ(message["message"]["conversation"], "heard");
    EXPECT_TRUE(message["messageTimestamp"].is_number());
    EXPECT_EQ(message["key"]["remoteJid"], channel());
    EXPECT_TRUE(message["key"]["participant"].get<std::string>().ends_with("@lid"));
    EXPECT_TRUE(message["key"]["participantAlt"].get<std::string>().ends_with("@s.whatsapp.net"));
    client->send(R"(42/api/events,["subscribe",["no.such.event"]])");
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "again"}});
    (void)client->next();
    EXPECT_TRUE(violated("whatsapp_event_name"));
}

TEST_F(WhatsApp, a_sent_message_comes_back_and_is_delivered) {
    play("whatsapp");
    auto client = subscribed({"messages.upsert", "messages.update", "message-receipt.update"});
    const auto reply = send({{"text", "pong"}});
    ASSERT_EQ(reply.status, 201U) << reply.text;
    const auto id = reply.body["key"]["id"].get<std::string>();
    EXPECT_EQ(reply.body["status"], "PENDING");
    EXPECT_TRUE(reply.body["messageTimestamp"].is_string());
    const auto own = event(client->next());
    EXPECT_EQ(own[1]["type"], "append");
    EXPECT_EQ(own[1]["messages"][0]["key"]["fromMe"], true);
    EXPECT_EQ(own[1]["messages"][0]["key"]["id"], id);
    EXPECT_EQ(event(client->next())[1][0]["update"]["status"], 2);
    EXPECT_EQ(event(client->next())[0], "message-receipt.update");
    EXPECT_EQ(last_text("general"), "pong");
}

TEST_F(WhatsApp, reactions_edits_and_removals_go_by_one_route) {
    play("whatsapp");
    auto client = subscribed({"messages.upsert", "messages.update", "messages.reaction"});
    const auto key = send({{"text", "one"}}).body["key"];
    EXPECT_EQ(send({{"react", {{"text", "👍"}, {"key", key}}}}).status, 201U);
    const auto reaction = next_of(*client, "messages.reaction")[1][0];
    EXPECT_EQ(reaction["key"]["id"], key["id"]);
    EXPECT_EQ(reaction["reaction"]["text"], "👍");
    EXPECT_EQ(send({{"react", {{"text", ""}, {"key", key}}}}).status, 201U);
    EXPECT_EQ(next_of(*client, "messages.reaction")[1][0]["reaction"]["text"], "");
    EXPECT_EQ(send({{"text", "two"}, {"edit", key}}).status, 201U);
    const auto edit = event(client->until("editedMessage\":{\"message"))[1][0]["update"];
    EXPECT_EQ(edit["message"]["editedMessage"]["message"]["conversation"], "two");
    EXPECT_EQ(send({{"delete", key}}).status, 201U);
    EXPECT_EQ(event(client->until("messageStubType"))[1][0]["update"]["messageStubType"], 1);
    EXPECT_EQ(send({{"delete", key}}).status, 400U);
}

TEST_F(WhatsApp, rest_refuses_in_the_form_of_its_framework) {
    play("whatsapp");
    const auto nobody = call(addresses().api_url, "GET", "/chats", "", {});
    EXPECT_EQ(nobody.status, 401U);
    EXPECT_EQ(nobody.body["statusCode"], 401);
    const auto empty = ask("POST", "/messages", Json::object());
    EXPECT_EQ(empty.status, 400U);
    EXPECT_EQ(empty.body["message"].size(), 2U);
    EXPECT_EQ(send({{"nonsense", 1}}).status, 400U);
    EXPECT_EQ(ask("GET", "/nowhere").status, 404U);
    EXPECT_TRUE(violated("whatsapp_unknown_route"));
}

TEST_F(WhatsApp, a_file_comes_in_parts) {
    play("whatsapp");
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\n" + channel() +
        "\r\n--b\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n"
        "look\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; "
        "filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n";
    auto headers = credentials_;
    headers["Content-Type"] = "multipart/form-data; boundary=b";
    const auto reply = call(addresses().api_url, "POST", "/messages", body, headers);
    ASSERT_EQ(reply.status, 201U) << reply.text;
    EXPECT_EQ(reply.body["message"]["imageMessage"]["caption"], "look");
}

TEST_F(WhatsApp, the_story_of_a_session_is_told) {
    play("whatsapp");
    auto client = subscribed({"connection.update", "auth.qr"});
    EXPECT_EQ(ask("GET", "/auth/state").body["connection"], "open");
    fault({{"kind", "session"}, {"to", "qr"}});
    EXPECT_EQ(event(client->next())[1]["connection"], "connecting");
    EXPECT_TRUE(event(client->next())[1].contains("qr"));
    EXPECT_EQ(event(client->next())[0], "auth.qr");
    EXPECT_EQ(ask("GET", "/auth/qr").status, 200U);
    fault({{"kind", "session"}, {"to", "logged_out"}});
    const auto over = event(client->next())[1];
    EXPECT_EQ(over["connection"], "close");
    EXPECT_EQ(over["lastDisconnect"]["error"]["output"]["statusCode"], 401);
    EXPECT_EQ(ask("GET", "/auth/state").body["connection"], "close");
}

TEST_F(WhatsApp, buffers_come_as_attachments) {
    play("whatsapp");
    auto client = subscribed({"creds.update"});
    fault({{"kind", "creds"}, {"attachments", 2}});
    EXPECT_TRUE(client->next()->starts_with("452-/api/events,["));
    (void)client->next();
    EXPECT_TRUE(client->last_was_binary());
    EXPECT_EQ(client->next()->size(), 4U);
}

TEST_F(WhatsApp, batches_old_shapes_and_odd_texts_can_be_had) {
    play("whatsapp");
    auto client = subscribed({"messages.upsert", "group-participants.update"});
    fault({{"kind", "batch"}, {"count", 300}});
    EXPECT_EQ(event(client->next())[1]["messages"].size(), 300U);
    fault({{"kind", "lone_surrogate"}});
    EXPECT_NE(client->next()->find(R"(Bob \ud83d)"), std::string::npos);
    fault({{"kind", "long_numbers"}});
    (void)act({{"do", "write"}, {"channel", "general"}, {"text", "x"}});
    EXPECT_TRUE(event(client->next())[1]["messages"][0]["messageTimestamp"].is_object());
    fault({{"kind", "baileys"}, {"version", 6}});
    (void)act({{"do", "join"}, {"user", "zoe"}});
    EXPECT_TRUE(next_of(*client, "group-participants.update")[1]["participants"][0].is_string());
}

TEST_F(WhatsApp, faults_of_socket_io_reach_the_client) {
    play("whatsapp");
    auto client = subscribed({"messages.upsert"});
    fault({{"kind", "error"}});
    EXPECT_TRUE(client->next()->starts_with("44/api/events,"));
    fault({{"kind", "wrong_namespace"}});
    EXPECT_TRUE(client->next()->starts_with("42/never/joined,"));
    fault({{"kind", "missing_attachment"}});
    EXPECT_TRUE(client->next()->starts_with("451-"));
    (void)client->next();
    fault({{"kind", "disconnect"}});
    EXPECT_EQ(client->next(), "41/api/events,");
}

}  // namespace
}  // namespace rookery::sim::testing
