#include "hostapi/web.hpp"

#include <gtest/gtest.h>

#include <future>

namespace rookery::hostapi {
namespace {

/// Keeps what it is asked for.
struct Requests {
    std::mutex mutex;
    std::vector<std::pair<WebRequest, WebDone>> open;
    WebAllowed allowed;
    bool ended = false;

    std::size_t count() {
        const std::scoped_lock lock(mutex);
        return open.size();
    }
};

class FakeSession final : public WebSession {
  public:
    explicit FakeSession(Requests& requests) : requests_(requests) {}
    ~FakeSession() override { requests_.ended = true; }
    void request(WebRequest request, WebAllowed allowed, WebDone done) override {
        const std::scoped_lock lock(requests_.mutex);
        requests_.open.emplace_back(std::move(request), std::move(done));
        requests_.allowed = std::move(allowed);
    }

  private:
    Requests& requests_;
};

class WebTest : public ::testing::Test {
  protected:
    WebTest() { web_.emplace(std::make_unique<FakeSession>(requests_), capabilities_, worker_); }
    ~WebTest() override {
        worker_->stop();
        worker_->join(Millis{5'000});
    }

    void begin(WebRequest request, std::string& outcome) {
        worker_->run(
            [&] {
                web_->request(std::move(request), [&](const Result<WebAnswer>& answer) {
                    outcome = answer ? answer->body : answer.error().message();
                });
            },
            Millis{5'000});
    }
    /// What comes of it when it is refused at once.
    std::string refusal(WebRequest request) {
        std::string outcome;
        begin(std::move(request), outcome);
        settle();
        return outcome;
    }
    void answer(std::size_t index, std::string body) {
        WebAnswer made;
        made.body = std::move(body);
        requests_.open.at(index).second(std::move(made));
        settle();
    }
    void settle() {
        worker_->run([] {}, Millis{5'000});
    }

    Requests requests_;
    Capabilities capabilities_;
    std::shared_ptr<Worker> worker_ = Worker::start("web");
    std::optional<Web> web_;
};

TEST_F(WebTest, answers_on_the_worker) {
    std::string outcome;
    begin({}, outcome);
    EXPECT_EQ(outcome, "");
    answer(0, "hello");
    EXPECT_EQ(outcome, "hello");
}

TEST_F(WebTest, has_sixteen_under_way_and_the_others_wait_in_order) {
    std::vector<std::string> outcomes(20);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        WebRequest request;
        request.url = std::to_string(i);
        begin(std::move(request), outcomes[i]);
    }
    EXPECT_EQ(requests_.count(), 16U);
    answer(3, "x");
    answer(4, "x");
    ASSERT_EQ(requests_.count(), 18U);
    EXPECT_EQ(requests_.open[16].first.url, "16");
    EXPECT_EQ(requests_.open[17].first.url, "17");
}

TEST_F(WebTest, bounds_the_rate) {
    std::string outcome;
    std::string last;
    for (int i = 0; i < 200 && last.empty(); ++i) {
        begin({}, last);
        settle();
    }
    EXPECT_EQ(last, "more than 50 requests a second");
}

TEST_F(WebTest, asks_the_capabilities) {
    std::string outcome;
    begin({}, outcome);
    EXPECT_FALSE(requests_.allowed("http:example.com:80"));
}

TEST_F(WebTest, refuses_what_is_out_of_bounds) {
    WebRequest slow;
    slow.timeout = Millis{60'001};
    EXPECT_EQ(refusal(slow), "the timeout must be between 1 ms and 60 s");
    WebRequest large;
    large.max_bytes = Web::kLargestBody + 1;
    EXPECT_EQ(refusal(large), "a body has at most 16 MiB");
    WebRequest far;
    far.redirects = 6;
    EXPECT_EQ(refusal(far), "at most 5 redirects are followed");
    WebRequest smuggled;
    smuggled.headers = {{"Transfer-encoding", "chunked"}};
    EXPECT_EQ(refusal(smuggled), "the header transfer-encoding cannot be set");
    WebRequest many;
    many.headers.assign(65, {"X", "y"});
    EXPECT_EQ(refusal(many), "more than 64 headers, or 32 KiB of them");
    EXPECT_EQ(requests_.count(), 0U);
}

TEST_F(WebTest, ends_its_session) {
    web_.reset();
    EXPECT_TRUE(requests_.ended);
}

}  // namespace
}  // namespace rookery::hostapi
