#include "platform/whatsapp/translator.hpp"

#include "model/event_names.hpp"
#include "platform/whatsapp/digest.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

namespace rookery::whatsapp {
namespace {

constexpr auto kGroup = "120363000000000001@g.us";
constexpr auto kLena = "4915100000001@s.whatsapp.net";

/// A translator with a storage that outlives it.
struct Desk {
    explicit Desk(std::map<std::string, std::string> stored = {}) : storage(std::move(stored)) {}

    void say(std::string_view name, const char* json) {
        const auto argument = parse_json(json);
        ASSERT_FALSE(argument.is_discarded()) << json;
        translator.event(name, argument, 1'000);
    }
    /// Names of what came of it: "messageCreate", or the raw name of what passes through.
    std::string names() {
        std::string text;
        for (const auto& one : made) {
            text += text.empty() ? "" : " ";
            if (one.events.empty()) {
                text += one.raw_name;
            }
            for (const auto& event : one.events) {
                text += (&event == one.events.data() ? "" : "+") +
                        std::string(model::EventNames::name(event.type));
            }
        }
        made.clear();
        return text;
    }
    Json digest(std::size_t which = 0, std::size_t event = 0) {
        return at(parse_json(made.at(which).events.at(event).context), "whatsapp");
    }

    std::map<std::string, std::string> storage;
    Directory directory{{[this](std::string_view name) { return storage[std::string(name)]; },
                         [this](std::string_view name, std::string_view value) {
                             storage[std::string(name)] = value;
                         }}};
    std::vector<Happening> made;
    std::vector<AccountNews> news;
    std::set<std::string, std::less<>> taken;
    Translator translator{directory,
                          [this](const Happening& one) {
                              made.push_back(one);
                              taken.insert(one.identity);
                          },
                          [this](const AccountNews& one) { news.push_back(one); },
                          [this](std::string_view identity) { return taken.contains(identity); }};
};

TEST(WhatsAppTranslator, a_message_is_found_by_its_normalised_fields) {
    Desk desk;
    desk.say("messages.upsert",
             R"({"messages":[{"key":{"remoteJid":"4915100000001:7@s.whatsapp.net","fromMe":false,
             "id":"A1"},"messageTimestamp":1767225600,"pushName":"Lena",
             "message":{"conversation":"*!ping*"}}],"type":"notify"})");
    ASSERT_EQ(desk.made.size(), 1U);
    const auto message = desk.digest();
    EXPECT_EQ(message["id"], "A1");
    EXPECT_EQ(message["channelId"], kLena);
    EXPECT_FALSE(message.contains("guildId"));
    EXPECT_EQ(message["content"], "**!ping**");
    EXPECT_EQ(message["createdAt"], 1'767'225'600'000);
    EXPECT_EQ(message["author"]["id"], kLena);
    EXPECT_EQ(message["author"]["globalName"], "Lena");
    EXPECT_EQ(message["author"]["username"], "+4915100000001");
    EXPECT_EQ(message["author"]["bot"], false);
    EXPECT_FALSE(desk.made[0].late);
    EXPECT_EQ(desk.names(), "messageCreate");
}

TEST(WhatsAppTranslator, each_message_of_a_batch_is_one_event_with_its_own_identity) {
    Desk desk;
    std::string batch = R"({"type":"append","messages":[)";
    for (int i = 0; i < 300; ++i) {
        batch += (i == 0 ? "" : ",") +
                 std::string(R"({"key":{"remoteJid":"1@s.whatsapp.net","id":"M)") +
                 std::to_string(i) + R"("},"message":{"conversation":"x"}})";
    }
    desk.say("messages.upsert", (batch + "]}").c_str());
    ASSERT_EQ(desk.made.size(), 300U);
    EXPECT_EQ(desk.made[0].identity, "m|1@s.whatsapp.net|M0|0");
    EXPECT_EQ(desk.made[299].identity, "m|1@s.whatsapp.net|M299|0");
    EXPECT_TRUE(desk.made[0].late) << "it came while the account was away";
}

TEST(WhatsAppTranslator, what_the_account_sent_is_its_own_and_in_the_protobuf_form) {
    Desk desk;
    desk.directory.set_own("49170@s.whatsapp.net");
    desk.say(
        "messages.upsert",
        R"({"type":"append","messages":[{"key":{"remoteJid":"1@s.whatsapp.net","fromMe":true,"id":"M"},
             "messageTimestamp":"1767225600","status":"PENDING",
             "message":{"extendedTextMessage":{"text":"hi"}}}]})");
    const auto message = desk.digest();
    EXPECT_EQ(message["author"]["id"], "49170@s.whatsapp.net");
    EXPECT_EQ(message["author"]["bot"], true);
    EXPECT_EQ(message["createdAt"], 1'767'225'600'000);
    EXPECT_FALSE(desk.made[0].late);
}

TEST(WhatsAppTranslator, a_group_is_guild_and_channel_and_people_have_one_id) {
    Desk desk;
    desk.say("messages.upsert",
             R"({"type":"notify","messages":[{"key":{"remoteJid":"120363000000000001@g.us","id":"M",
             "participant":"200000000000001@lid","participantAlt":"4915100000001@s.whatsapp.net"},
             "pushName":"Lena","message":{"conversation":"x"}}]})");
    const auto message = desk.digest();
    EXPECT_EQ(message["guildId"], kGroup);
    EXPECT_EQ(message["channelId"], kGroup);
    EXPECT_EQ(message["author"]["id"], kLena);
    EXPECT_EQ(message["member"]["displayName"], "Lena");
    // Told once, known from then on: also by the next process.
    Desk next(desk.storage);
    EXPECT_EQ(next.directory.canonical("200000000000001:3@lid"), kLena);
    const auto key = next.directory.recall(kGroup, "M");
    EXPECT_EQ(key.participant, "200000000000001@lid") << "as the bridge wants it back";
    EXPECT_FALSE(key.from_me);
}

TEST(WhatsAppTranslator, replies_mentions_and_wrappers_are_understood) {
    Desk desk;
    desk.directory.learn_name("1@s.whatsapp.net", "Ann");
    desk.say("messages.upsert",
             R"({"type":"notify","messages":[{"key":{"remoteJid":"120363000000000001@g.us","id":"M",
             "participant":"2@s.whatsapp.net"},"message":{"ephemeralMessage":{"message":{
             "messageContextInfo":{},"extendedTextMessage":{"text":"hi @1","contextInfo":{
             "stanzaId":"Q","participant":"1@s.whatsapp.net","mentionedJid":["1:4@s.whatsapp.net"],
             "quotedMessage":{"conversation":"what?"}}}}}}}]})");
    const auto message = desk.digest();
    EXPECT_EQ(message["content"], "hi <@1@s.whatsapp.net>");
    EXPECT_EQ(message["cleanContent"], "hi @Ann");
    EXPECT_EQ(message["mentions"]["users"], Json::array({"1@s.whatsapp.net"}));
    EXPECT_EQ(message["replyTo"], "Q");
    EXPECT_EQ(message["type"], 19);
    EXPECT_EQ(message["referencedMessage"]["content"], "what?");
    EXPECT_EQ(message["referencedMessage"]["author"]["id"], "1@s.whatsapp.net");
}

TEST(WhatsAppTranslator, media_are_attachments_and_polls_are_polls) {
    Desk desk;
    desk.say("messages.upsert",
             R"({"type":"notify","messages":[
             {"key":{"remoteJid":"1@s.whatsapp.net","id":"M"},"message":{"imageMessage":{"caption":"look",
             "url":"https://mmg.whatsapp.net/x.enc","mimetype":"image/jpeg","fileLength":"1234",
             "width":4,"height":{"low":3,"high":0,"unsigned":true}}}},
             {"key":{"remoteJid":"1@s.whatsapp.net","id":"P"},"message":{"pollCreationMessageV3":{"name":"When?",
             "options":[{"optionName":"now"},{"optionName":"then"}],"selectableOptionsCount":1}}}]})");
    const auto image = desk.digest(0);
    EXPECT_EQ(image["content"], "look");
    EXPECT_EQ(image["attachments"][0],
              parse_json(R"({"id":"M","name":"image.jpeg","url":"https://mmg.whatsapp.net/x.enc",
              "contentType":"image/jpeg","size":1234,"width":4,"height":3})"));
    const auto poll = desk.digest(1)["poll"];
    EXPECT_EQ(poll["question"]["text"], "When?");
    EXPECT_EQ(poll["answers"][1], (Json{{"answerId", 2}, {"text", "then"}}));
    EXPECT_EQ(poll["allowMultiselect"], false);
}

TEST(WhatsAppTranslator, technical_messages_are_no_messages) {
    Desk desk;
    for (const auto* message :
         {R"({"protocolMessage":{"type":0}})", R"({"reactionMessage":{"text":"x"}})",
          R"({"senderKeyDistributionMessage":{}})", R"({"pollUpdateMessage":{}})", "null", "{}",
          R"({"conversation":5})", "[]", R"("x")"}) {
        const auto json =
            R"({"type":"notify","messages":[{"key":{"remoteJid":"1@s.whatsapp.net","id":"M"},"message":)" +
            std::string(message) + "}]}";
        desk.say("messages.upsert", json.c_str());
        EXPECT_EQ(desk.names(), "messages.upsert.other") << message;
    }
}

TEST(WhatsAppTranslator, deleting_for_everyone_is_an_update_whose_key_is_the_deleters) {
    Desk desk;
    desk.say("messages.update",
             R"([{"key":{"remoteJid":"120363000000000001@g.us","fromMe":false,"id":"M",
             "participant":"9@s.whatsapp.net"},"update":{"message":null,"messageStubType":"REVOKE"}},
             {"key":{"remoteJid":"1@s.whatsapp.net","id":"N"},"update":{"messageStubType":1}}])");
    EXPECT_EQ(desk.digest(0), (Json{{"id", "M"}, {"channelId", kGroup}, {"guildId", kGroup}}));
    EXPECT_EQ(desk.names(), "messageDelete messageDelete");
}

TEST(WhatsAppTranslator, edits_states_of_delivery_and_late_contents_are_told_apart) {
    Desk desk;
    desk.say("messages.update",
             R"([{"key":{"remoteJid":"1@s.whatsapp.net","id":"M"},"update":{"messageTimestamp":5,
             "message":{"editedMessage":{"message":{"conversation":"new"}}}}},
             {"key":{"remoteJid":"1@s.whatsapp.net","id":"M"},"update":{"status":3}},
             {"key":{"remoteJid":"1@s.whatsapp.net","id":"C"},"update":{"message":{"conversation":"at last"}}}])");
    const auto edited = desk.digest(0);
    EXPECT_EQ(edited["content"], "new");
    EXPECT_EQ(edited["editedAt"], 5'000);
    EXPECT_FALSE(edited.contains("createdAt"));
    EXPECT_EQ(desk.made[2].identity, "m|1@s.whatsapp.net|C|0");
    EXPECT_EQ(desk.names(), "messageUpdate messages.update.other messageCreate");
}

TEST(WhatsAppTranslator, messages_deleted_for_the_account_alone) {
    Desk desk;
    desk.say("messages.delete", R"({"keys":[{"remoteJid":"1@s.whatsapp.net","id":"A"}]})");
    EXPECT_EQ(desk.names(), "messageDelete");
    desk.say("messages.delete", R"({"keys":[{"remoteJid":"1@s.whatsapp.net","id":"A"},
             {"remoteJid":"1@s.whatsapp.net","id":"B"}]})");
    EXPECT_EQ(desk.digest()["ids"], Json::array({"A", "B"}));
    EXPECT_EQ(desk.names(), "messageDeleteBulk");
    desk.say("messages.delete", R"({"jid":"1@s.whatsapp.net","all":true})");
    EXPECT_EQ(desk.names(), "messages.delete.other");
}

TEST(WhatsAppTranslator, a_reaction_that_is_taken_back_has_the_emoji_that_it_was) {
    Desk desk;
    const auto react = [&](const char* emoji) {
        const auto json =
            R"([{"key":{"remoteJid":"120363000000000001@g.us","fromMe":true,"id":"M"},"reaction":{"key":
            {"remoteJid":"120363000000000001@g.us","id":"R","participant":"1@s.whatsapp.net"},"text":")" +
            std::string(emoji) + R"(","senderTimestampMs":"7"}}])";
        desk.say("messages.reaction", json.c_str());
    };
    react("👍");
    EXPECT_EQ(desk.digest()["userId"], "1@s.whatsapp.net");
    EXPECT_EQ(desk.names(), "messageReactionAdd");
    react("🎉");
    EXPECT_EQ(desk.digest(0, 0)["emoji"]["name"], "👍") << "one reaction of a person";
    EXPECT_EQ(desk.digest(0, 1)["emoji"]["name"], "🎉");
    EXPECT_EQ(desk.names(), "messageReactionRemove+messageReactionAdd");
    react("");
    EXPECT_EQ(desk.digest()["emoji"]["name"], "🎉");
    EXPECT_EQ(desk.names(), "messageReactionRemove");
}

TEST(WhatsAppTranslator, groups_and_their_members_in_both_forms) {
    Desk desk;
    desk.directory.set_own("9@s.whatsapp.net");
    desk.say("groups.upsert", R"([{"id":"120363000000000001@g.us","subject":"Team","creation":5,
             "owner":"1@s.whatsapp.net","desc":"about","participants":[{"id":"5@lid","phoneNumber":"6@s.whatsapp.net"}]}])");
    EXPECT_EQ(desk.digest(),
              parse_json(R"({"id":"120363000000000001@g.us","name":"Team","description":"about",
              "ownerId":"1@s.whatsapp.net","createdAt":5000,"memberCount":1})"));
    EXPECT_EQ(desk.names(), "guildCreate");
    desk.say(
        "group-participants.update",
        R"({"id":"120363000000000001@g.us","author":"1@s.whatsapp.net","action":"add","participants":
             [{"id":"5@lid","admin":null},"7:1@s.whatsapp.net"]})");
    EXPECT_EQ(desk.digest(0)["id"], "6@s.whatsapp.net");
    EXPECT_EQ(desk.digest(1)["id"], "7@s.whatsapp.net");
    EXPECT_EQ(desk.names(), "guildMemberAdd guildMemberAdd");
    desk.say(
        "group-participants.update",
        R"({"id":"120363000000000001@g.us","action":"promote","participants":["7@s.whatsapp.net"]})");
    EXPECT_EQ(desk.digest()["roles"], Json::array({kGroup, "admin"}));
    EXPECT_EQ(desk.names(), "guildMemberUpdate");
    desk.say(
        "group-participants.update",
        R"({"id":"120363000000000001@g.us","action":"remove","participants":["9@s.whatsapp.net"]})");
    EXPECT_EQ(desk.digest(0, 1)["name"], "Team");
    EXPECT_EQ(desk.names(), "guildMemberRemove+guildDelete");
}

TEST(WhatsAppTranslator, chats_contacts_and_presences) {
    Desk desk;
    desk.say("contacts.upsert", R"([{"id":"1@s.whatsapp.net","notify":"Ann"}])");
    EXPECT_EQ(desk.digest()["globalName"], "Ann");
    desk.say("chats.upsert",
             R"([{"id":"1@s.whatsapp.net"},{"id":"120363000000000001@g.us","name":"Team"}])");
    EXPECT_EQ(desk.digest(1)["type"], 1);
    EXPECT_EQ(desk.digest(1)["name"], "Ann");
    EXPECT_EQ(desk.digest(2)["guildId"], kGroup);
    desk.say("chats.delete", R"(["1@s.whatsapp.net"])");
    EXPECT_EQ(desk.names(), "userUpdate channelCreate channelCreate channelDelete");
    desk.say(
        "presence.update",
        R"({"id":"1@s.whatsapp.net","presences":{"1@s.whatsapp.net":{"lastKnownPresence":"composing"}}})");
    EXPECT_EQ(desk.digest()["status"], "online");
    EXPECT_EQ(desk.digest()["timestamp"], 1'000);
    desk.say(
        "presence.update",
        R"({"id":"1@s.whatsapp.net","presences":{"1@s.whatsapp.net":{"lastKnownPresence":"unavailable"}}})");
    EXPECT_EQ(desk.digest(1)["status"], "offline");
    EXPECT_EQ(desk.names(), "presenceUpdate+typingStart presenceUpdate");
}

TEST(WhatsAppTranslator, the_account_goes_through_its_states) {
    Desk desk;
    desk.say("connection.update", R"({"connection":"connecting"})");
    desk.say("connection.update", R"({"qr":"2@abc"})");
    desk.say("auth.qr", R"("2@abc")");
    desk.say("auth.pairing-code", R"({"pairingCode":"ABCD-EFGH"})");
    desk.say(
        "creds.update",
        R"({"noiseKey":{"private":"secret"},"me":{"id":"9:2@s.whatsapp.net","name":"Bot","lid":"8@lid"}})");
    desk.say("connection.update", R"({"connection":"open"})");
    EXPECT_EQ(desk.made[4].payload.find("secret"), std::string::npos) << "no keys for extensions";
    EXPECT_EQ(desk.digest(5)["user"]["id"], "9@s.whatsapp.net");
    EXPECT_EQ(desk.digest(5)["user"]["globalName"], "Bot");
    EXPECT_EQ(desk.names(),
              "connection.update.other auth.qr auth.qr auth.pairing-code creds.update ready");
    desk.say("connection.update", R"({"connection":"close","lastDisconnect":{"error":{"isBoom":true,
             "output":{"statusCode":401,"payload":{"message":"logged out"}}}}})");
    ASSERT_EQ(desk.news.size(), 6U);
    EXPECT_EQ(desk.news[1].kind, AccountNews::Kind::qr);
    EXPECT_EQ(desk.news[1].text, "2@abc");
    EXPECT_EQ(desk.news[3].text, "ABCD-EFGH");
    EXPECT_EQ(desk.news[5].status, 401);
    EXPECT_NE(desk.news[5].text.find("pair it again"), std::string::npos);
}

TEST(WhatsAppTranslator, history_fills_what_is_known_and_is_told_in_numbers) {
    Desk desk;
    desk.say(
        "messaging-history.set",
        R"({"chats":[],"contacts":[{"id":"1@s.whatsapp.net","name":"Ann"}],"isLatest":true,"messages":[
             {"key":{"remoteJid":"1@s.whatsapp.net","fromMe":true,"id":"OLD"}}],"lidPnMappings":[{"lid":"5@lid","pn":"1@s.whatsapp.net"}]})");
    EXPECT_EQ(parse_json(desk.made[0].payload),
              parse_json(R"({"chats":0,"contacts":1,"messages":1,"isLatest":true})"));
    EXPECT_EQ(desk.directory.canonical("5@lid"), "1@s.whatsapp.net");
    EXPECT_TRUE(desk.directory.recall("1@s.whatsapp.net", "OLD").from_me);
}

TEST(WhatsAppTranslator, ids_that_grow_or_are_empty_do_no_harm) {
    Desk desk;
    for (std::size_t digits = 110; digits < 128; ++digits) {
        const auto json =
            R"({"id":"1@g.us","presences":{")" + std::string(digits, '1') + R"(@c.us":{}}})";
        desk.say("presence.update", json.c_str());
    }
    desk.say("lid-mapping.update", R"({"lid":"5@lid","pn":"@s.whatsapp.net"})");
    desk.say("lid-mapping.update", R"({"lid":"@lid","pn":"5@s.whatsapp.net"})");
    EXPECT_EQ(desk.directory.canonical("5@lid"), "5@lid");
    EXPECT_EQ(desk.directory.hidden_of("5@s.whatsapp.net"), "");
    desk.say("presence.update", R"({"id":"1@g.us","presences":{"5@lid":{}}})");
    EXPECT_EQ(desk.digest(desk.made.size() - 1)["member"]["id"], "5@lid");
}

TEST(WhatsAppTranslator, parts_of_a_large_event_have_nothing_of_each_other) {
    Desk desk;
    std::string people;
    std::string keys;
    for (int i = 0; i < 1'000; ++i) {
        const auto id = (i == 0 ? "" : ",") + std::string("\"") + std::to_string(1'000'000 + i) +
                        "@s.whatsapp.net\"";
        people += id;
        keys += (i == 0 ? "" : ",") + std::string(R"({"id":"M","remoteJid":)") +
                id.substr(i == 0 ? 0 : 1) + '}';
    }
    const auto added =
        R"({"id":"1@g.us","action":"add","author":"2@lid","participants":[)" + people + "]}";
    desk.say("group-participants.update", added.c_str());
    desk.say("messages.delete", (R"({"keys":[)" + keys + "]}").c_str());
    ASSERT_EQ(desk.made.size(), 2'000U);
    for (const auto& one : desk.made) {
        EXPECT_LE(one.payload.size(), 200U);
    }
    EXPECT_EQ(parse_json(desk.made[1].payload),
              parse_json(R"({"id":"1@g.us","action":"add","author":"2@lid",
              "participants":["1000001@s.whatsapp.net"]})"));
    EXPECT_EQ(parse_json(desk.made[1'001].payload),
              parse_json(R"({"keys":[{"id":"M","remoteJid":"1000001@s.whatsapp.net"}]})"));
}

TEST(WhatsAppTranslator, two_edits_within_a_second_are_two) {
    Desk desk;
    for (const auto* text : {"one", "two", "two"}) {
        const auto json =
            R"([{"key":{"remoteJid":"1@s.whatsapp.net","id":"M"},"update":{"messageTimestamp":5,
             "message":{"editedMessage":{"message":{"conversation":")" +
            std::string(text) + R"("}}}}}])";
        desk.say("messages.update", json.c_str());
    }
    EXPECT_NE(desk.made[0].identity, desk.made[1].identity);
    EXPECT_EQ(desk.made[1].identity, desk.made[2].identity);
}

TEST(WhatsAppTranslator, an_id_that_two_people_of_a_group_use_is_two_messages) {
    Desk desk;
    const auto say = [&](const std::string& who) {
        const auto json =
            R"({"type":"notify","messages":[{"key":{"remoteJid":"1@g.us","id":"M","participant":")" +
            who + R"("},"message":{"conversation":"x"}}]})";
        desk.say("messages.upsert", json.c_str());
    };
    say("2@s.whatsapp.net");
    say("3@s.whatsapp.net");
    EXPECT_NE(desk.made[0].identity, desk.made[1].identity);
    EXPECT_EQ(desk.directory.recall("1@g.us", "M").participant, "2@s.whatsapp.net");
}

TEST(WhatsAppTranslator, a_message_is_the_same_under_either_number_of_a_person) {
    for (const auto* place : {"1@g.us", ""}) {
        const std::string group(place);
        const auto message = [&](const std::string& who) {
            const auto key = group.empty()
                                 ? R"("remoteJid":")" + who + '"'
                                 : R"("remoteJid":")" + group + R"(","participant":")" + who + '"';
            return R"({"key":{"id":"M",)" + key + R"(},"message":{"conversation":"x"}})";
        };
        for (const auto& [live, fetched] :
             {std::pair("5@lid", "6@s.whatsapp.net"), std::pair("6@s.whatsapp.net", "5@lid"),
              std::pair("5@lid", "5@lid")}) {
            Desk desk;
            desk.say("messages.upsert", (R"({"messages":[)" + message(live) + "]}").c_str());
            desk.say("lid-mapping.update", R"({"lid":"5@lid","pn":"6@s.whatsapp.net"})");
            desk.translator.missed(parse_json(message(fetched)));
            ASSERT_EQ(desk.made.size(), 3U);
            EXPECT_EQ(desk.made[0].identity, desk.made[2].identity) << live << ' ' << place;
        }
    }
}

TEST(WhatsAppTranslator, a_code_that_is_a_text_alone_is_bounded_too) {
    Desk desk;
    desk.say("auth.qr", ('"' + std::string(10'000, 'x') + '"').c_str());
    EXPECT_EQ(desk.news.at(0).text.size(), 4'096U);
}

TEST(WhatsAppTranslator, unknown_events_pass_through) {
    Desk desk;
    desk.say("call", R"([{"id":"c"}])");
    desk.say("never.heard-of", "5");
    EXPECT_EQ(desk.names(), "call never.heard-of");
}

/// Every value of a payload, one after the other, replaced by something else.
void mutate(const Json& payload, const Json::json_pointer& place,
            const std::function<void(const Json&)>& with) {
    for (const auto& wrong : {Json(), Json(5), Json("x"), Json(true), Json::array(), Json::object(),
                              Json::array({Json()}), Json(1e300)}) {
        Json changed = payload;
        changed[place] = wrong;
        with(changed);
    }
    const Json& here = payload[place];
    if (here.is_object() || here.is_array()) {
        for (const auto& [key, value] : here.items()) {
            here.is_object() ? mutate(payload, place / key, with)
                             : mutate(payload, place / std::stoul(key), with);
        }
    }
}

TEST(WhatsAppTranslator, values_of_other_types_do_no_harm) {
    const std::vector<std::pair<std::string, const char*>> events{
        {"messages.upsert",
         R"({"type":"notify","messages":[{"key":{"remoteJid":"1@g.us","fromMe":false,"id":"M","participant":"2@lid",
         "participantAlt":"3@s.whatsapp.net"},"pushName":"x","messageTimestamp":{"low":1,"high":0},"message":
         {"extendedTextMessage":{"text":"@3","contextInfo":{"stanzaId":"Q","participant":"1@lid","mentionedJid":["3@lid"],
         "quotedMessage":{"imageMessage":{"caption":"c","mimetype":"image/png","fileLength":1}}}}}}]})"},
        {"messages.update",
         R"([{"key":{"remoteJid":"1@g.us","id":"M"},"update":{"message":{"editedMessage":{"message":
         {"conversation":"x"}}},"messageTimestamp":1,"messageStubType":2}}])"},
        {"messages.delete",
         R"({"keys":[{"remoteJid":"1@g.us","id":"M"},{"remoteJid":"1@g.us","id":"N"}]})"},
        {"messages.reaction",
         R"([{"key":{"remoteJid":"1@g.us","id":"M"},"reaction":{"key":{"remoteJid":"1@g.us",
         "participant":"2@lid"},"text":"x","senderTimestampMs":1}}])"},
        {"chats.upsert", R"([{"id":"1@g.us","name":"x","pnJid":"1@lid"}])"},
        {"chats.delete", R"(["1@g.us"])"},
        {"groups.upsert",
         R"([{"id":"1@g.us","subject":"s","owner":"1@lid","ownerPn":"2@s.whatsapp.net","participants":
         [{"id":"1@lid","admin":"admin"}],"creation":1,"size":2}])"},
        {"group-participants.update",
         R"({"id":"1@g.us","action":"add","participants":[{"id":"1@lid"},"2@lid"]})"},
        {"group.member-tag.update", R"({"groupId":"1@g.us","participant":"1@lid","label":"x"})"},
        {"contacts.update",
         R"([{"id":"1@lid","phoneNumber":"2@s.whatsapp.net","name":"n","notify":"m"}])"},
        {"presence.update",
         R"({"id":"1@g.us","presences":{"1@lid":{"lastKnownPresence":"composing"}}})"},
        {"connection.update",
         R"({"connection":"close","lastDisconnect":{"error":{"output":{"statusCode":1,"payload":
         {"message":"m"}}}},"qr":"x","legacy":{"user":{"id":"1@lid"}}})"},
        {"auth.qr", R"({"qr":"x"})"},
        {"creds.update", R"({"me":{"id":"1@s.whatsapp.net","name":"n","lid":"1@lid"}})"},
        {"messaging-history.set",
         R"({"chats":[],"contacts":[{"id":"1@lid"}],"messages":[{"key":{"remoteJid":"1@g.us",
         "id":"M"}}],"lidPnMappings":[{"lid":"1@lid","pn":"2@s.whatsapp.net"}]})"},
        {"lid-mapping.update", R"({"lid":"1@lid","pn":"2@s.whatsapp.net"})"},
    };
    for (const auto& [name, json] : events) {
        const auto payload = parse_json(json);
        ASSERT_FALSE(payload.is_discarded()) << json;
        Desk desk;
        mutate(payload, Json::json_pointer(), [&](const Json& changed) {
            desk.translator.event(name, changed, 0);
            for (const auto& made : desk.made) {
                EXPECT_FALSE(parse_json(made.payload).is_discarded());
                for (const auto& event : made.events) {
                    EXPECT_TRUE(at(parse_json(event.context), "whatsapp").is_object());
                }
            }
            desk.made.clear();
        });
    }
}

TEST(WhatsAppValues, numbers_come_in_four_forms) {
    EXPECT_EQ(number_of(Json(5)), 5);
    EXPECT_EQ(number_of(Json("5")), 5);
    EXPECT_EQ(number_of(Json(5.0)), 5);
    EXPECT_EQ(number_of(parse_json(R"({"low":-1,"high":0,"unsigned":true})")), 4'294'967'295);
    EXPECT_EQ(number_of(parse_json(R"({"low":0,"high":1})")), 4'294'967'296);
    for (const auto* wrong :
         {"null", "\"5x\"", "\"\"", "[]", "{}", "1e300", R"({"low":1})", "true"}) {
        EXPECT_EQ(number_of(parse_json(wrong)), std::nullopt) << wrong;
    }
}

TEST(WhatsAppValues, lone_surrogates_and_depth_are_survived) {
    EXPECT_EQ(parse_json(R"("a\ud800b")").get<std::string>(),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_TRUE(parse_json(std::string(100'000, '[')).is_discarded());
    EXPECT_TRUE(parse_json(std::string(1'000, '[') + std::string(1'000, ']')).is_discarded());
}

TEST(WhatsAppDirectory, people_and_keys_are_bounded_by_places_and_never_mixed_up) {
    Desk desk;
    for (int i = 0; i < 40'000; ++i) {
        const auto id = std::to_string(i);
        desk.directory.learn(id + "@lid", "49" + id + "@s.whatsapp.net");
        desk.directory.remember("1@g.us", {"1@g.us", "M" + id, false, id + "@lid"});
    }
    EXPECT_LE(desk.storage.size(), 2 * 8'192U + 32'768U);
    EXPECT_EQ(desk.directory.canonical("39999@lid"), "4939999@s.whatsapp.net");
    for (int i = 0; i < 40'000; ++i) {
        const auto id = std::to_string(i);
        const auto person = desk.directory.canonical(id + "@lid");
        EXPECT_TRUE(person == id + "@lid" || person == "49" + id + "@s.whatsapp.net");
        const auto key = desk.directory.recall("1@g.us", "M" + id);
        EXPECT_TRUE(key.participant.empty() || key.participant == id + "@lid");
    }
    desk.directory.learn("1@lid", "2@lid");
    desk.directory.learn("1@s.whatsapp.net", "2@s.whatsapp.net");
    desk.directory.learn("", "1@lid");
    for (const auto& [name, value] : desk.storage) {
        EXPECT_LE(name.size(), 96U);
        EXPECT_LE(value.size(), 96U);
    }
}

}  // namespace
}  // namespace rookery::whatsapp
