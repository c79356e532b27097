#include "app/server_service.hpp"

#include "support/temp_dir.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <future>
#include <optional>
#include <thread>

namespace rookery::app {
namespace {

using ::testing::HasSubstr;

/// A process without bots, its io thread running.
class ServerServiceTest : public ::testing::Test {
  protected:
    ServerServiceTest() { section_.enabled = true; }

    void SetUp() override {
        section_.port = 0;
        const auto started = service_.start(section_);
        ASSERT_TRUE(started) << started.error().message();
        thread_ = std::thread([this] { io_.run(); });
    }
    void TearDown() override {
        end();
        work_.reset();
        io_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    /// As the application ends it: on the io thread.
    void end() {
        std::promise<void> ended;
        boost::asio::post(io_, [&] {
            service_.stop();
            ended.set_value();
        });
        ended.get_future().wait();
    }

    static hostapi::OperationCall unknown_operation() {
        hostapi::OperationCall call;
        call.operation = "no.such";
        return call;
    }

    ServerService::Process process(const rookery::testing::TempDir& dir) {
        return {io_,
                bus_,
                operations_,
                [] {
                    return std::vector<server::BotInfo>{{"demo", "discord", "ready", ""}};
                },
                [](const std::string&) -> gateway::Bot* { return nullptr; },
                dir.path()};
    }

    rookery::testing::TempDir dir_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    bus::EventBus bus_;
    hostapi::Operations operations_;
    config::ServerSection section_;
    ServerService service_{process(dir_)};
    std::thread thread_;
};

TEST_F(ServerServiceTest, tells_where_it_listens_and_which_bots_there_are) {
    EXPECT_THAT(service_.url(), ::testing::StartsWith("http://127.0.0.1:"));
    ASSERT_EQ(service_.bots().size(), 1);
    EXPECT_EQ(service_.bots()[0].name, "demo");
}

TEST_F(ServerServiceTest, address_that_is_taken_is_an_error_that_names_it) {
    const std::string address = service_.url().substr(7);
    const rookery::testing::TempDir other;
    ServerService second(process(other));
    section_.port = static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1)));
    const auto started = second.start(section_);
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().message(), HasSubstr(address));
}

TEST_F(ServerServiceTest, answers_come_on_the_servers_thread) {
    std::promise<std::thread::id> called;
    service_.call(unknown_operation(), [&](Result<nlohmann::json> outcome) {
        EXPECT_FALSE(outcome);
        called.set_value(std::this_thread::get_id());
    });
    const auto of_call = called.get_future().get();
    EXPECT_NE(of_call, std::this_thread::get_id());
    EXPECT_NE(of_call, thread_.get_id());

    std::promise<std::thread::id> found;
    service_.cached("demo", "guilds", "", "1", [&](std::optional<std::string> entity) {
        EXPECT_FALSE(entity);
        found.set_value(std::this_thread::get_id());
    });
    EXPECT_EQ(found.get_future().get(), of_call);
}

TEST_F(ServerServiceTest, answer_after_the_end_is_dropped) {
    end();
    auto held = std::make_shared<bool>(false);
    service_.call(unknown_operation(), [held](const Result<nlohmann::json>&) { *held = true; });
    EXPECT_FALSE(*held);
    EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ServerServiceTest, drain_says_on_the_io_thread_that_it_is_done) {
    std::promise<std::thread::id> drained;
    service_.drain(Millis{10'000}, [&] { drained.set_value(std::this_thread::get_id()); });
    EXPECT_EQ(drained.get_future().get(), thread_.get_id());
}

TEST_F(ServerServiceTest, without_a_section_there_is_none_and_draining_is_done_at_once) {
    const rookery::testing::TempDir other;
    ServerService none(process(other));
    section_.enabled = false;
    ASSERT_TRUE(none.start(section_));
    EXPECT_EQ(none.url(), "");
    EXPECT_TRUE(none.reload(section_));
    std::promise<void> drained;
    none.drain(Millis{10'000}, [&] { drained.set_value(); });
    EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace rookery::app
