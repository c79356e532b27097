#include "platform/discord/gateway_commands.hpp"

#include "protocol/discord/payloads.hpp"
#include "support/io_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace rookery::discord {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class GatewayCommandsTest : public rookery::testing::IoFixture {
  protected:
    using Answer = std::shared_ptr<std::optional<Result<json>>>;

    Answer call(const char* operation, const json& arguments, Millis deadline = Millis{30'000}) {
        auto answer = std::make_shared<std::optional<Result<json>>>();
        const auto* info = model::find_operation(operation);
        EXPECT_NE(info, nullptr) << operation;
        commands_->call(*info, arguments, deadline,
                        [answer](Result<json> result) { answer->emplace(std::move(result)); });
        return answer;
    }
    /// A request for members that has left; its nonce.
    std::string ask(Answer& answer, const json& more = {{"query", "a"}, {"limit", 5}}) {
        json arguments{{"guildId", "7"}};
        arguments.update(more);
        answer = call("members.request", arguments);
        EXPECT_FALSE(sent_.empty());
        return sent_.empty() ? "" : sent_.back()["d"]["nonce"].get<std::string>();
    }
    void chunk(const std::string& nonce, int index, int count, const std::string& members = "[]",
               const std::string& more = "") {
        commands_->dispatch("GUILD_MEMBERS_CHUNK",
                            R"({"guild_id":"7","nonce":")" + nonce + R"(","chunk_index":)" +
                                std::to_string(index) + R"(,"chunk_count":)" +
                                std::to_string(count) + R"(,"members":)" + members + more + "}");
    }
    static std::string failure(const Answer& answer) {
        return !*answer ? "none yet" : **answer ? "none" : (**answer).error().message();
    }

    std::vector<json> sent_;
    std::optional<GatewayCommands> commands_{
        std::in_place, io_.get_executor(),
        [this](const std::string& payload) { sent_.push_back(json::parse(payload)); }};
};

TEST_F(GatewayCommandsTest, G54_nothing_leaves_before_ready_and_all_of_it_after) {
    const auto presence = call("presence.set", {{"status", "idle"}});
    const auto voice = call("voice.update", {{"guildId", "7"}, {"channelId", "8"}});
    EXPECT_TRUE(sent_.empty());
    EXPECT_FALSE(presence->has_value());
    commands_->connected();
    EXPECT_TRUE(sent_.empty());
    commands_->ready(false);
    ASSERT_EQ(sent_.size(), 2u);
    EXPECT_EQ(sent_[0], json::parse(R"({"op":3,"d":{"status":"idle","activities":[],"since":null,
                                        "afk":false}})"));
    EXPECT_EQ(sent_[1], json::parse(R"({"op":4,"d":{"guild_id":"7","channel_id":"8",
                                        "self_mute":false,"self_deaf":false}})"));
    EXPECT_TRUE(*presence && **presence);
    EXPECT_TRUE(*voice && **voice);
    commands_->not_ready();
    call("presence.set", {{"status", "dnd"}});
    EXPECT_EQ(sent_.size(), 2u) << "disconnected again";
}

TEST_F(GatewayCommandsTest, what_is_not_sent_by_its_deadline_fails) {
    const auto answer = call("presence.set", {{"status", "idle"}}, Millis{5});
    run_until([&] { return answer->has_value(); });
    EXPECT_EQ((**answer).error().kind(), ErrorKind::timeout);
    commands_->ready(false);
    EXPECT_TRUE(sent_.empty()) << "nobody wants it any more";
}

TEST_F(GatewayCommandsTest, newest_presence_is_kept_for_the_next_identify) {
    commands_->set_presence(R"({"status":"online"})");
    EXPECT_THAT(commands_->presence(), HasSubstr("online"));
    call("presence.set", {{"status", "dnd"}, {"activities", {{{"name", "go"}, {"type", 0}}}}});
    EXPECT_THAT(commands_->presence(), HasSubstr("dnd"));
    EXPECT_THAT(commands_->presence(), HasSubstr("go"));
}

TEST_F(GatewayCommandsTest, an_older_presence_is_done_when_a_newer_takes_its_place) {
    const auto older = call("presence.set", {{"status", "idle"}});
    call("presence.set", {{"status", "dnd"}});
    EXPECT_TRUE(*older && **older);
    commands_->ready(false);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0]["d"]["status"], "dnd");
}

TEST_F(GatewayCommandsTest, G51_a_payload_of_4097_bytes_is_refused_here) {
    commands_->ready(false);
    const auto bytes = [&](std::size_t padding) {
        json activity{{"name", std::string(padding, 'x')}, {"type", 0}};
        return json{{"status", "idle"}, {"activities", json::array({activity})}};
    };
    const auto base = json{{"op", 3},
                           {"d",
                            {{"status", "idle"},
                             {"activities", json::array({json{{"name", ""}, {"type", 0}}})},
                             {"since", nullptr},
                             {"afk", false}}}}
                          .dump()
                          .size();
    const auto fits = call("presence.set", bytes(protocol::discord::kMaxPayload - base));
    EXPECT_EQ(sent_.size(), 1u);
    EXPECT_TRUE(*fits && **fits);
    const auto refused = call("presence.set", bytes(protocol::discord::kMaxPayload - base + 1));
    EXPECT_EQ(sent_.size(), 1u);
    EXPECT_THAT(failure(refused), HasSubstr("4097 bytes"));
}

TEST_F(GatewayCommandsTest, G63_members_are_complete_when_every_piece_is_there) {
    commands_->ready(false);
    Answer one;
    Answer two;
    const auto first = ask(one);
    const auto second = ask(two);
    EXPECT_NE(first, second);
    EXPECT_TRUE(commands_->listening());
    chunk(first, 2, 3, R"([{"nick":"c"}])");
    chunk(second, 0, 1, R"([{"nick":"other"}])");
    chunk(first, 2, 3, R"([{"nick":"c"}])");
    chunk(first, 0, 3, R"([{"nick":"a"},{"nick":"b"}])");
    EXPECT_FALSE(one->has_value());
    chunk(first, 1, 3);
    ASSERT_TRUE(*one && **one) << failure(one);
    EXPECT_EQ((***one)["members"], json::parse(R"([{"nick":"c"},{"nick":"a"},{"nick":"b"}])"));
    EXPECT_EQ((***one)["member_count"], 3);
    ASSERT_TRUE(*two && **two);
    EXPECT_EQ((***two)["members"][0]["nick"], "other");
    EXPECT_FALSE(commands_->listening());
}

TEST_F(GatewayCommandsTest, G63_a_lost_piece_ends_in_a_timeout) {
    commands_->ready(false);
    const auto answer = call("members.request", {{"guildId", "7"}, {"query", "a"}}, Millis{20});
    chunk(sent_.back()["d"]["nonce"], 0, 2);
    run_until([&] { return answer->has_value(); });
    EXPECT_EQ((**answer).error().kind(), ErrorKind::timeout);
    EXPECT_FALSE(commands_->listening());
}

TEST_F(GatewayCommandsTest, pieces_with_odd_numbers_do_no_harm) {
    commands_->ready(false);
    Answer answer;
    const auto nonce = ask(answer);
    chunk(nonce, 0, 0);
    chunk(nonce, 0, 2'000'000'000);
    chunk(nonce, -1, 2);
    chunk(nonce, 7, 2);
    commands_->dispatch("GUILD_MEMBERS_CHUNK", R"({"nonce":7,"members":{}})");
    commands_->dispatch("GUILD_MEMBERS_CHUNK", "broken");
    EXPECT_FALSE(answer->has_value());
    chunk(nonce, 0, 2, R"({"no":"list"})");
    chunk(nonce, 1, 2, "[ ]");
    ASSERT_TRUE(*answer && **answer);
    EXPECT_EQ((***answer)["members"], json::array());
}

TEST_F(GatewayCommandsTest, G64_ids_that_were_not_found_are_texts) {
    commands_->ready(false);
    Answer answer;
    const auto nonce = ask(answer, {{"userIds", {"12", "9223372036854775808"}}});
    chunk(nonce, 0, 1, "[]", R"(,"not_found":[12,"34",9223372036854775808])");
    ASSERT_TRUE(*answer && **answer) << failure(answer);
    EXPECT_EQ((***answer)["not_found"], json::parse(R"(["12","34","9223372036854775808"])"));
}

TEST_F(GatewayCommandsTest, G62_a_rate_limited_request_is_sent_again) {
    commands_->ready(false);
    Answer answer;
    Answer other;
    const auto nonce = ask(answer);
    ask(other);
    commands_->dispatch(
        "RATE_LIMITED",
        R"({"opcode":8,"retry_after":0.01,"meta":{"guild_id":"7","nonce":")" + nonce + "\"}}");
    run_until([&] { return sent_.size() == 3; });
    EXPECT_EQ(sent_[2]["d"]["nonce"], nonce);
    EXPECT_FALSE(answer->has_value());
    chunk(nonce, 0, 1);
    EXPECT_TRUE(*answer && **answer);
    EXPECT_FALSE(other->has_value()) << "matched by nonce";
}

TEST_F(GatewayCommandsTest, G62_a_wait_beyond_the_deadline_fails_at_once) {
    commands_->ready(false);
    Answer answer;
    const auto nonce = ask(answer);
    commands_->dispatch("RATE_LIMITED",
                        R"({"opcode":8,"retry_after":3600.5,"meta":{"nonce":")" + nonce + "\"}}");
    ASSERT_TRUE(*answer);
    EXPECT_EQ((**answer).error().kind(), ErrorKind::limit);
}

TEST_F(GatewayCommandsTest, all_members_of_a_guild_are_asked_for_once_in_30_seconds) {
    commands_->ready(false);
    call("members.request", {{"guildId", "7"}});
    const auto again = call("members.request", {{"guildId", "7"}});
    EXPECT_THAT(failure(again), HasSubstr("once in 30 s"));
    call("members.request", {{"guildId", "8"}});
    EXPECT_EQ(sent_.size(), 2u);
    EXPECT_EQ(sent_[0]["d"]["query"], "");
    EXPECT_EQ(sent_[0]["d"]["limit"], 0);
}

TEST_F(GatewayCommandsTest, a_new_session_fails_what_the_old_one_was_asked) {
    commands_->ready(false);
    Answer answer;
    ask(answer);
    commands_->not_ready();
    commands_->ready(true);
    EXPECT_FALSE(answer->has_value()) << "a resume repeats the pieces";
    commands_->ready(false);
    ASSERT_TRUE(*answer);
    EXPECT_EQ((**answer).error().kind(), ErrorKind::unavailable);
}

TEST_F(GatewayCommandsTest, sounds_and_channel_info_are_matched_by_guild) {
    commands_->ready(false);
    const auto sounds = call("soundboard.request", {{"guildId", "7"}});
    const auto info = call("channels.requestInfo", {{"guildId", "7"}});
    EXPECT_EQ(sent_[0]["d"], json::parse(R"({"guild_ids":["7"]})"));
    EXPECT_EQ(sent_[1]["op"], 43);
    commands_->dispatch("CHANNEL_INFO", R"({"guild_id":"8","channels":[]})");
    commands_->dispatch("CHANNEL_INFO", R"({"guild_id":"7","channels":[1]})");
    commands_->dispatch("SOUNDBOARD_SOUNDS", R"({"guild_id":"7","soundboard_sounds":[2]})");
    ASSERT_TRUE(*sounds && **sounds && *info && **info);
    EXPECT_EQ((***info)["channels"][0], 1);
    EXPECT_EQ((***sounds)["soundboard_sounds"][0], 2);
}

TEST_F(GatewayCommandsTest, what_is_open_at_the_end_is_cancelled) {
    Answer answer;
    commands_->ready(false);
    ask(answer);
    commands_.reset();
    ASSERT_TRUE(*answer);
    EXPECT_EQ((**answer).error().kind(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace rookery::discord
