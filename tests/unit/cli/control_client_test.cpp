#include "cli/control_client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

/// Listens where a runtime would, takes one request and answers with `reply`, then hangs up.
class FakeRuntime {
  public:
    explicit FakeRuntime(std::string reply, std::string folder = "rookery_control_test")
        : state_(fs::path(testing::TempDir()) / (folder + std::to_string(::getpid()))) {
        fs::create_directories(state_);
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        // Bound by a short name: the folder's own may be longer than an address.
        const auto before = fs::current_path();
        fs::current_path(state_);
        std::string("control.sock").copy(address.sun_path, sizeof(address.sun_path) - 1);
        const int bound =
            ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        fs::current_path(before);
        EXPECT_EQ(bound, 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        thread_ = std::thread([this, reply = std::move(reply)] { serve(reply); });
    }
    ~FakeRuntime() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        fs::remove_all(state_);
    }
    FakeRuntime(const FakeRuntime&) = delete;
    FakeRuntime& operator=(const FakeRuntime&) = delete;

    [[nodiscard]] const fs::path& state() const { return state_; }
    /// Only after the answer has come.
    [[nodiscard]] const std::string& request() const { return request_; }

  private:
    void serve(const std::string& reply) {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) {
            return;
        }
        std::array<char, 4096> block{};
        while (!request_.ends_with('\n')) {
            const auto count = ::recv(peer, block.data(), block.size(), 0);
            if (count <= 0) {
                break;
            }
            request_.append(block.data(), static_cast<std::size_t>(count));
        }
        ::send(peer, reply.data(), reply.size(), MSG_NOSIGNAL);
        ::close(peer);
    }

    fs::path state_;
    int listener_ = -1;
    std::string request_;
    std::thread thread_;
};

Result<ControlAnswer> ask(const fs::path& state, const nlohmann::json& request,
                          std::string* progress = nullptr) {
    auto client = ControlClient::connect(state, Millis(10'000));
    if (!client) {
        return client.error();
    }
    return client->ask(request, [&](std::string_view line) {
        if (progress != nullptr) {
            *progress += std::string(line) + ";";
        }
    });
}

TEST(ControlClient, sends_one_line_and_returns_text_and_data) {
    const FakeRuntime runtime("{\"ok\":true,\"text\":\"bot demo\",\"data\":{\"bots\":1}}\n");
    const auto answer = ask(runtime.state(), {{"cmd", "list"}});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->text, "bot demo");
    EXPECT_EQ(answer->data.at("bots"), 1);
    EXPECT_EQ(runtime.request(), "{\"cmd\":\"list\"}\n");
}

TEST(ControlClient, hands_out_progress_before_the_final_line) {
    const FakeRuntime runtime(
        "{\"progress\":\"one\"}\n{\"progress\":\"two\"}\n{\"ok\":true,\"text\":\"done\"}\n");
    std::string progress;
    const auto answer = ask(runtime.state(), {{"cmd", "reload"}}, &progress);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(progress, "one;two;");
    EXPECT_EQ(answer->text, "done");
    EXPECT_TRUE(answer->data.is_null());
}

TEST(ControlClient, refusal_carries_the_runtimes_words) {
    const FakeRuntime runtime("{\"ok\":false,\"error\":\"no script ping\"}\n");
    const auto answer = ask(runtime.state(), {{"cmd", "reload"}, {"name", "ping"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::denied);
    EXPECT_EQ(answer.error().message(), "no script ping");
}

TEST(ControlClient, nobody_there_is_unavailable_and_names_the_folder) {
    const auto answer = ask("/nonexistent/state", {{"cmd", "list"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
    EXPECT_NE(answer.error().message().find("/nonexistent/state"), std::string::npos);
}

TEST(ControlClient, socket_that_a_dead_runtime_left_is_unavailable) {
    const auto state = fs::path(testing::TempDir()) / ("rookery_dead" + std::to_string(::getpid()));
    fs::create_directories(state);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = (state / "control.sock").string();
    ASSERT_LT(path.size(), sizeof(address.sun_path));
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(listener);
    const auto answer = ask(state, {{"cmd", "list"}});
    fs::remove_all(state);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
}

TEST(ControlClient, state_folder_with_a_name_too_long_for_an_address_works) {
    const FakeRuntime runtime("{\"ok\":true,\"text\":\"here\"}\n", std::string(150, 'x'));
    const auto answer = ask(runtime.state(), {{"cmd", "list"}});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->text, "here");
}

TEST(ControlClient, runtime_that_goes_away_without_an_answer) {
    const FakeRuntime runtime("{\"ok\":tr");
    const auto answer = ask(runtime.state(), {{"cmd", "list"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
}

class ControlGarbage : public testing::TestWithParam<const char*> {};

TEST_P(ControlGarbage, is_a_protocol_error) {
    const FakeRuntime runtime(GetParam());
    const auto answer = ask(runtime.state(), {{"cmd", "list"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::protocol);
}

INSTANTIATE_TEST_SUITE_P(Lines, ControlGarbage,
                         testing::Values("hello\n", "\n", "[]\n", "5\n", "{}\n", "{\"ok\":1}\n",
                                         "{\"progress\":1}\n"));

TEST(ControlClient, AnInterruptionBeforeTheWaitEndsItToo) {
    const FakeRuntime runtime("");
    auto client = ControlClient::connect(runtime.state(), Millis(10'000));
    ASSERT_TRUE(client);
    const volatile std::sig_atomic_t interrupted = 1;
    client->stop_on(&interrupted);
    const auto answer = client->ask({{"cmd", "eval"}}, {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace rookery::cli
