#include "unit/sim/discord/sim_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

namespace rookery::sim::testing {
namespace {

class Control : public SimTest {
  protected:
    /// Answers every message that begins with `word` until it is stopped.
    std::string answer_path() { return "/channels/" + channel() + "/messages"; }
};

TEST_F(Control, say_gives_the_answer_of_the_bot) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto path = answer_path();
    std::thread bot([&] {
        (void)client.until("MESSAGE_CREATE");
        (void)rest("POST", path, {{"content", "pong"}});
    });
    const auto answer = control_->post(
        "/_sim/say", {{"channel", "#general"}, {"user", "alice"}, {"text", "!ping"}});
    bot.join();
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ((*answer)["answered"], true);
    EXPECT_EQ((*answer)["answer"], "pong");
    EXPECT_GT((*answer)["latency_ms"].get<double>(), 0);
}

TEST_F(Control, say_without_an_answer_says_so) {
    start();
    const auto answer = control_->post(
        "/_sim/say",
        {{"channel", "general"}, {"user", "bob"}, {"text", "anybody?"}, {"timeout_ms", 20}});
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)["answered"], false);
}

TEST_F(Control, say_in_an_unknown_channel_is_an_error) {
    start();
    const auto answer = control_->post("/_sim/say", {{"channel", "nowhere"}, {"text", "x"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::not_found);
}

TEST_F(Control, every_act_of_a_member_is_told) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const std::vector<std::pair<Json, std::string>> acts = {
        {{{"do", "join"}, {"user", "zoe"}}, "GUILD_MEMBER_ADD"},
        {{{"do", "nick"}, {"user", "zoe"}, {"nick", "Zo"}}, "GUILD_MEMBER_UPDATE"},
        {{{"do", "leave"}, {"user", "zoe"}}, "GUILD_MEMBER_REMOVE"},
        {{{"do", "write"}, {"channel", "general"}, {"text", "hi"}}, "MESSAGE_CREATE"},
        {{{"do", "react"}, {"channel", "general"}}, "MESSAGE_REACTION_ADD"},
        {{{"do", "unreact"}, {"channel", "general"}}, "MESSAGE_REACTION_REMOVE"},
        {{{"do", "edit"}, {"channel", "general"}, {"text", "ho"}}, "MESSAGE_UPDATE"},
        {{{"do", "delete"}, {"channel", "general"}}, "MESSAGE_DELETE"},
        {{{"do", "typing"}, {"channel", "general"}}, "TYPING_START"},
        {{{"do", "presence"}, {"status", "dnd"}}, "PRESENCE_UPDATE"},
        {{{"do", "voice"}, {"channel", "Lounge"}}, "VOICE_STATE_UPDATE"},
        {{{"do", "automod"}, {"channel", "general"}}, "AUTO_MODERATION_ACTION_EXECUTION"},
        {{{"do", "channel_create"}, {"name", "nest"}}, "CHANNEL_CREATE"},
        {{{"do", "channel_update"}, {"channel", "nest"}, {"topic", "t"}}, "CHANNEL_UPDATE"},
        {{{"do", "channel_delete"}, {"channel", "nest"}}, "CHANNEL_DELETE"},
        {{{"do", "role_create"}, {"name", "R"}}, "GUILD_ROLE_CREATE"},
        {{{"do", "role_update"}, {"role", "R"}, {"color", 5}}, "GUILD_ROLE_UPDATE"},
        {{{"do", "role_delete"}, {"role", "R"}}, "GUILD_ROLE_DELETE"},
        {{{"do", "guild_update"}, {"name", "Nest"}}, "GUILD_UPDATE"},
        {{{"do", "outage"}}, "GUILD_DELETE"},
        {{{"do", "outage"}, {"on", false}}, "GUILD_CREATE"},
        {{{"do", "dm"}, {"text", "psst"}}, "MESSAGE_CREATE"},
    };
    for (const auto& [what, event] : acts) {
        act(what);
        EXPECT_FALSE(client.until(event).is_null()) << what;
    }
}

TEST_F(Control, raw_dispatch_passes_through) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    ASSERT_TRUE(control_->post("/_sim/dispatch", {{"t", "NEW_THING"}, {"d", {{"a", {1, 2}}}}}));
    EXPECT_EQ(client.until("NEW_THING")["d"]["a"], Json({1, 2}));
}

TEST_F(Control, state_file_names_the_simulator_and_goes_with_it) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("rookery-sim-" + std::to_string(::getpid()));
    Options options;
    options.state_dir = directory;
    start(std::move(options));
    const auto client = ControlClient::in(directory);
    ASSERT_TRUE(client) << client.error().message();
    EXPECT_TRUE(client->get("/_sim/state"));
    simulator_.reset();
    EXPECT_FALSE(ControlClient::in(directory));
    std::filesystem::remove_all(directory);
}

TEST_F(Control, only_loopback_addresses_are_bound) {
    Options options;
    options.bind = "0.0.0.0";
    EXPECT_FALSE(Simulator::start(std::move(options)));
}

TEST_F(Control, chatter_makes_the_community_talk) {
    Options options;
    options.chatter = 200;
    start(std::move(options));
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    EXPECT_FALSE(client.until("MESSAGE_CREATE").is_null());
    EXPECT_FALSE(client.until("PRESENCE_UPDATE").is_null());
}

class Load : public SimTest {
  protected:
    /// A run of 50 messages; gives their contents as a client saw them.
    std::vector<std::string> run(WireGateway& client) {
        const auto started =
            control_->post("/_sim/load", {{"rate", 5'000}, {"seconds", 0.01}, {"guilds", 2}});
        EXPECT_TRUE(started) << started.error().message();
        std::vector<std::string> markers;
        while (markers.size() < 50) {
            const auto event = client.until("MESSAGE_CREATE");
            if (event.is_null()) {
                break;
            }
            const auto content = event["d"]["content"].get<std::string>();
            const auto from = content.find("load1#");
            markers.push_back(content.substr(from, content.find(' ', from) - from));
        }
        EXPECT_EQ(markers.size(), 50);
        return markers;
    }
    Json verdict(const std::string& extra = "") {
        return look("/_sim/verdict?settle_ms=100&timeout_ms=4000" + extra);
    }
    void answer(const std::string& content) {
        EXPECT_EQ(
            rest("POST", "/channels/" + channel() + "/messages", {{"content", content}}).status,
            200);
    }
    static std::string joined(const std::vector<std::string>& markers, std::size_t from,
                              std::size_t to) {
        std::string out;
        for (auto i = from; i < to; ++i) {
            out += markers[i] + " ";
        }
        return out;
    }
};

TEST_F(Load, answered_run_is_clean) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto markers = run(client);
    answer(joined(markers, 0, 30));
    answer(joined(markers, 30, 50));
    const auto result = verdict();
    EXPECT_EQ(result["sent"], 50);
    EXPECT_EQ(result["handled"], 50);
    EXPECT_EQ(result["lost"], 0);
    EXPECT_EQ(result["doubled"], 0);
    EXPECT_EQ(result["out_of_order"], 0);
}

TEST_F(Load, lost_doubled_and_disordered_are_counted) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    auto markers = run(client);
    std::reverse(markers.begin(), markers.end());
    answer(joined(markers, 0, 49));
    answer(markers[3]);
    const auto result = verdict();
    EXPECT_EQ(result["lost"], 1);
    EXPECT_EQ(result["lost_examples"], Json::array({1}));
    EXPECT_EQ(result["doubled"], 1);
    EXPECT_GT(result["out_of_order"], 0);
}

TEST_F(Load, tally_file_counts_instead_of_answers) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto markers = run(client);
    const auto path =
        std::filesystem::temp_directory_path() / ("rookery-tally-" + std::to_string(::getpid()));
    {
        std::ofstream file(path);
        for (const auto& marker : markers) {
            file << marker << '\n';
        }
    }
    const auto result = verdict("&tally=" + path.string());
    std::filesystem::remove(path);
    EXPECT_EQ(result["handled"], 50);
    EXPECT_EQ(result["counted_by"], "tally");
}

TEST_F(Load, repeated_nonce_is_not_doubled) {
    start();
    WireGateway client(gateway());
    ASSERT_FALSE(client.login().is_null());
    const auto markers = run(client);
    const Json body = {
        {"content", joined(markers, 0, 50)}, {"nonce", "n"}, {"enforce_nonce", true}};
    const auto path = "/channels/" + channel() + "/messages";
    EXPECT_EQ(rest("POST", path, body).status, 200);
    EXPECT_EQ(rest("POST", path, body).status, 200);
    const auto result = verdict();
    EXPECT_EQ(result["doubled"], 0);
    EXPECT_EQ(result["suppressed_by_nonce"], 50);
}

}  // namespace
}  // namespace rookery::sim::testing
