#include "platform/discord/discord_bot.hpp"

#include "support/fake_gateway.hpp"
#include "support/io_fixture.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace rookery::discord {
namespace {

using async::Task;
using nlohmann::json;
using protocol::discord::Compression;
using rookery::testing::FakeGateway;
using rookery::testing::GatewayPeer;
using ::testing::HasSubstr;

class DiscordBotTest : public rookery::testing::IoFixture {
  protected:
    DiscordBotTest() { options_.compression = Compression::none; }

    void TearDown() override {
        end();
        IoFixture::TearDown();
    }

    void serve(FakeGateway::Script script) { gateway_.emplace(io_, tasks_, std::move(script)); }
    void start() {
        options_.name = "demo";
        options_.token = Secret("the.token.itself");
        options_.api_url = gateway_->api_url();
        auto made = make_discord_bot(io_.get_executor(), options_, bus_, state_, gates_);
        ASSERT_TRUE(made) << made.error().message();
        bot_ = *std::move(made);
        bot_->start();
    }
    /// Before the locals go that the server's script refers to.
    void end() {
        if (bot_ != nullptr) {
            run([this]() -> Task<> {
                co_await bot_->close();
                co_await bot_->stop();
            });
            bot_.reset();
        }
    }
    void wait_state(const std::string& state) {
        run_until([&] { return bot_->status().state == state; });
        EXPECT_EQ(bot_->status().state, state) << bot_->status().detail;
    }
    static Task<> come_up(GatewayPeer& peer, std::vector<json>& identifies) {
        co_await peer.hello();
        identifies.push_back(co_await peer.hear_op(2));
        co_await peer.ready();
    }

    rookery::testing::TempDir dir_;
    store::StateDir state_ = *store::StateDir::open(dir_.path());
    bus::EventBus bus_;
    IdentifyGates gates_{io_.get_executor(), Millis{20}};
    DiscordBotOptions options_;
    std::optional<FakeGateway> gateway_;
    std::vector<json> identifies_;
    std::unique_ptr<gateway::Bot> bot_;
};

TEST_F(DiscordBotTest, G01_G68_identifies_at_the_configured_address_with_all_that_is_asked_for) {
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await come_up(peer, identifies_);
        co_await peer.serve();
    });
    options_.gateway_url = gateway_->url();
    options_.presence = R"({"status":"idle"})";
    start();
    wait_state("ready");
    ASSERT_EQ(identifies_.size(), 1u);
    const json& data = identifies_[0]["d"];
    EXPECT_EQ(data["token"], "the.token.itself");
    EXPECT_EQ(data["shard"], json({0, 1}));
    EXPECT_EQ(data["intents"], 1);
    EXPECT_EQ(data["presence"]["status"], "idle");
    EXPECT_TRUE(data["properties"].contains("os"));
    EXPECT_EQ(bot_->status().user, "bot");
    end();
}

TEST_F(DiscordBotTest, a_session_of_a_simulator_that_is_gone_is_not_resumed) {
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await come_up(peer, identifies_);
        co_await peer.serve();
    });
    start();
    wait_state("ready");
    end();
    gateway_.reset();
    json first;
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        first = co_await peer.hear();
        co_await peer.ready();
        co_await peer.serve();
    });
    options_.resume_url = gateway_->url();
    start();
    wait_state("ready");
    EXPECT_EQ(first["op"], 2) << first;
    EXPECT_EQ(bot_->status().gaps, 0u);
    end();
}

TEST_F(DiscordBotTest, G09_a_half_open_connection_is_noticed_and_resumed) {
    bool resumed = false;
    serve([&](GatewayPeer& peer, int number) -> Task<> {
        co_await peer.hello(number == 0 ? 30 : 300);
        json first = co_await peer.hear();
        while (!first.is_null() && first["op"] == 1) {
            co_await peer.say(R"({"op":11})");
            first = co_await peer.hear();
        }
        if (first.is_null()) {
            co_return;
        }
        if (first["op"] == 2) {
            // A busy machine may be late for the first heartbeats, and identify once more.
            co_await peer.ready(5);
            // From here on it neither reads nor writes, and does not close.
            co_await async::sleep_for(Millis{60'000});
            co_return;
        }
        resumed = resumed ||
                  (first["op"] == 6 && first["d"]["seq"] == 5 && first["d"]["session_id"] == "s1");
        co_await peer.event("RESUMED", 6, "{}");
        co_await peer.serve();
    });
    start();
    run_until([&] { return resumed; });
    wait_state("ready");
    end();
}

TEST_F(DiscordBotTest, G10_a_connection_reset_is_resumed_at_once) {
    bool resumed = false;
    serve([&](GatewayPeer& peer, int number) -> Task<> {
        if (number == 0) {
            co_await come_up(peer, identifies_);
            boost::system::error_code ignored;
            peer.socket().set_option(boost::asio::socket_base::linger(true, 0), ignored);
            peer.socket().close(ignored);
            co_return;
        }
        co_await peer.hello();
        resumed = !(co_await peer.hear_op(6)).is_null();
        co_await peer.event("RESUMED", 2, "{}");
        co_await peer.serve();
    });
    start();
    run_until([&] { return resumed; });
    wait_state("ready");
    end();
}

TEST_F(DiscordBotTest, G48_text_among_compressed_frames_is_read_too) {
    // Payload compression is never asked for; a server that does not compress at all sends text.
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await come_up(peer, identifies_);
        co_await peer.serve();
    });
    options_.compression = Compression::zstd;
    start();
    wait_state("ready");
    EXPECT_FALSE(identifies_[0]["d"].contains("compress"));
    end();
}

TEST_F(DiscordBotTest, G57_odd_envelopes_cost_a_resume_and_no_more) {
    int resumes = 0;
    const std::vector<std::string> odd{R"({"op":0,"s":7,"t":null,"d":{}})",
                                       R"({"op":0,"s":"7","t":"X","d":{}})", "[]", R"({"d":{}})"};
    serve([&](GatewayPeer& peer, int number) -> Task<> {
        if (number == 0) {
            co_await come_up(peer, identifies_);
        } else {
            co_await peer.hello();
            static_cast<void>(co_await peer.hear_op(6));
            ++resumes;
            co_await peer.event("RESUMED", 1 + number, "{}");
        }
        // Missing `d` and an unknown opcode are no trouble; the next one is.
        co_await peer.say(R"({"op":11})");
        co_await peer.say(R"({"op":99,"d":{"what":1}})");
        if (number < static_cast<int>(odd.size())) {
            co_await peer.say(odd[static_cast<std::size_t>(number)]);
        }
        co_await peer.serve();
    });
    start();
    run_until([&] { return resumes == 2; });
    EXPECT_EQ(identifies_.size(), 1u);
    end();
}

TEST_F(DiscordBotTest, runs_as_many_shards_as_are_advised) {
    std::set<int> ids;
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        const json identify = co_await peer.hear_op(2);
        EXPECT_EQ(identify["d"]["shard"][1], 3);
        ids.insert(identify["d"]["shard"][0].get<int>());
        co_await peer.ready();
        co_await peer.serve();
    });
    gateway_->shards = 3;
    start();
    wait_state("ready");
    EXPECT_EQ(ids, (std::set<int>{0, 1, 2}));
    const auto status = bot_->status();
    EXPECT_EQ(status.shards.size(), 3u);
    EXPECT_EQ(status.identifies, 3u);
    EXPECT_EQ(status.identifies_24h, 3u);
    end();
}

TEST_F(DiscordBotTest, G66_a_restart_resumes_every_shard_and_another_count_none) {
    std::vector<int> ops;
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        json first = co_await peer.hear();
        while (first.is_object() && first["op"] == 1) {
            first = co_await peer.hear();
        }
        ops.push_back(first["op"].get<int>());
        if (first["op"] == 2) {
            co_await peer.ready();
        } else {
            co_await peer.event("RESUMED", 2, "{}");
        }
        co_await peer.serve();
    });
    options_.shards = 2;
    start();
    wait_state("ready");
    end();
    start();
    wait_state("ready");
    EXPECT_EQ(ops, (std::vector<int>{2, 2, 6, 6}));
    end();
    ops.clear();
    options_.shards = 3;
    start();
    run_until([&] { return ops.size() == 3; });
    EXPECT_EQ(ops, (std::vector<int>{2, 2, 2}));
    EXPECT_FALSE(std::filesystem::exists(dir_ / "demo.0-2.ledger"));
    end();
}

TEST_F(DiscordBotTest, G19_a_refused_token_stops_every_shard) {
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        const json identify = co_await peer.hear_op(2);
        if (identify.is_object() && identify["d"]["shard"][0] == 1) {
            co_await peer.close(4004);
            co_return;
        }
        co_await peer.ready();
        co_await peer.serve();
    });
    options_.shards = 2;
    start();
    run_until([&] {
        const auto status = bot_->status();
        return status.fatal && status.shards[0].state == "stopped";
    });
    const auto status = bot_->status();
    EXPECT_EQ(status.state, "fatal");
    EXPECT_EQ(status.shards[1].state, "fatal");
    EXPECT_THAT(status.detail, HasSubstr("token was refused"));
    EXPECT_EQ(gateway_->connections(), 2);
    end();
}

TEST_F(DiscordBotTest, G20_a_count_that_is_too_small_is_asked_for_anew_once) {
    std::vector<int> counts;
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        const json identify = co_await peer.hear_op(2);
        counts.push_back(identify["d"]["shard"][1].get<int>());
        if (counts.size() == 1) {
            gateway_->shards = 2;
        }
        if (counts.back() == 1) {
            co_await peer.close(4011);
            co_return;
        }
        co_await peer.ready();
        co_await peer.serve();
    });
    start();
    run_until([&] { return bot_->status().shards.size() == 2; });
    wait_state("ready");
    EXPECT_EQ(counts, (std::vector<int>{1, 2, 2}));
    end();
}

TEST_F(DiscordBotTest, G20_a_count_that_is_refused_again_is_fatal) {
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        static_cast<void>(co_await peer.hear_op(2));
        co_await peer.close(4011);
    });
    start();
    run_until([&] { return bot_->status().fatal; });
    EXPECT_THAT(bot_->status().detail, HasSubstr("sharding is required"));
    EXPECT_EQ(gateway_->connections(), 2);
    end();
}

TEST_F(DiscordBotTest, commands_about_a_guild_go_to_the_shard_that_owns_it) {
    std::map<int, std::vector<int>> heard;
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await peer.hello();
        const json identify = co_await peer.hear_op(2);
        const int shard = identify["d"]["shard"][0];
        co_await peer.ready();
        while (true) {
            const json payload = co_await peer.hear();
            if (payload.is_null()) {
                co_return;
            }
            if (payload["op"] != 1) {
                heard[shard].push_back(payload["op"].get<int>());
            }
        }
    });
    options_.shards = 2;
    start();
    wait_state("ready");
    int done = 0;
    const auto call = [&](const char* name, const json& arguments) {
        bot_->call({model::find_operation(name), arguments, "", "test", Millis{5'000}},
                   [&](Result<json> result) {
                       EXPECT_TRUE(result) << result.error().message();
                       ++done;
                   });
    };
    const std::string of_shard_1 = std::to_string((std::uint64_t{1} << 22U) | 5U);
    call("voice.update", {{"guildId", of_shard_1}});
    call("presence.set", {{"status", "dnd"}});
    run_until([&] { return done == 2 && heard[0].size() == 1 && heard[1].size() == 2; });
    EXPECT_EQ(heard[0], std::vector<int>{3});
    end();
}

TEST_F(DiscordBotTest, a_guild_of_another_process_is_named_as_such) {
    serve([&](GatewayPeer& peer, int) -> Task<> {
        co_await come_up(peer, identifies_);
        co_await peer.serve();
    });
    options_.shard = std::pair(0U, 4U);
    start();
    wait_state("ready");
    std::string failure;
    bot_->call({model::find_operation("voice.update"),
                {{"guildId", std::to_string(std::uint64_t{3} << 22U)}},
                "",
                "test",
                Millis{5'000}},
               [&](Result<json> result) { failure = result ? "" : result.error().message(); });
    run_until([&] { return !failure.empty(); });
    EXPECT_THAT(failure, HasSubstr("shard 3 of 4"));
    end();
}

TEST_F(DiscordBotTest, two_bots_of_one_token_share_the_line_of_identifies) {
    const auto gate = gates_.of(Secret("the.token.itself"), "other", state_, 0.8);
    EXPECT_EQ(gate, gates_.of(Secret("the.token.itself"), "demo", state_, 0.8));
    EXPECT_NE(gate, gates_.of(Secret("another.token"), "demo", state_, 0.8));
    end();
}

TEST_F(DiscordBotTest, the_token_is_in_no_file_name) {
    static_cast<void>(gates_.of(Secret("the.token.itself"), "demo", state_, 0.8));
    for (const auto& file : std::filesystem::directory_iterator(dir_.path())) {
        EXPECT_EQ(file.path().string().find("the.token"), std::string::npos);
    }
    end();
}

}  // namespace
}  // namespace rookery::discord
