#include "unit/server/extensions/fakes.hpp"

#include <mutex>

namespace rookery::server {
namespace {

using hostapi::AnswerPtr;
using hostapi::RouteForm;
using hostapi::ServedAnswer;
using hostapi::ServedHold;
using hostapi::ServedRequest;

RouteForm form(std::string method, std::string pattern) {
    RouteForm made;
    made.method = std::move(method);
    made.pattern = std::move(pattern);
    return made;
}

/// Answers with what it was, and its own name.
hostapi::RouteHandler tells(const std::string& name) {
    return [name](const ServedRequest& request, const AnswerPtr<ServedAnswer>& answer,
                  const ServedHold& /*hold*/) {
        std::string text = name + " " + request.method + " " + request.path;
        for (const auto& [key, value] : request.params) {
            text += " " + key + "=" + value;
        }
        text += " " + request.body + (request.key == nullptr ? "" : " by " + request.key->id);
        answer->finish(ServedAnswer{200, "text/plain", {}, text});
    };
}

class RoutesOfExtensions : public testing::Fixture {
  protected:
    static std::string plugin_error(const char* code, const char* text) {
        return std::string(R"({"success":false,"error":")") + text + R"(","code":")" + code +
               R"(","plugin":"echo"})";
    }
};

TEST_F(RoutesOfExtensions, are_below_the_extensions_own_prefix) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("GET", "/"), tells("root")));
    ASSERT_TRUE(echo->route(form("POST", "/items/:id"), tells("item")));
    ASSERT_TRUE(echo->route(form("GET", "/items/new"), tells("new")));
    ASSERT_TRUE(echo->route(form("GET", "/items/:id"), tells("one")));
    ASSERT_TRUE(echo->route(form("GET", "/files/*"), tells("files")));
    echo->activate();
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo")), "200 root GET /  by good");
    EXPECT_EQ(answer_of(ask("POST", "/api/plugins/echo/items/5", "admin", "hello")),
              "200 item POST /items/5 id=5 hello by admin");
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/items/new")),
              "200 new GET /items/new  by good");
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/items/7")),
              "200 one GET /items/7 id=7  by good");
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/files/a/b.png")),
              "200 files GET /files/a/b.png *=a/b.png  by good");
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/echo/none")), ::testing::StartsWith("404 "));
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/nobody/x")), ::testing::StartsWith("404 "));
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/")), ::testing::StartsWith("404 "));
}

TEST_F(RoutesOfExtensions, name_the_methods_that_a_path_has) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("POST", "/x"), tells("a")));
    ASSERT_TRUE(echo->route(form("DELETE", "/x"), tells("b")));
    echo->activate();
    const auto asked = ask("GET", "/api/plugins/echo/x");
    EXPECT_EQ(asked->answer->status, 405U);
    EXPECT_EQ(asked->answer->headers.find("Allow"), "DELETE, POST");
}

TEST_F(RoutesOfExtensions, ask_for_a_key_with_the_scope_unless_they_say_otherwise) {
    const auto echo = version("echo");
    auto open = form("GET", "/open");
    open.auth = hostapi::ServedAuth::none;
    auto other = form("GET", "/guilds");
    other.scope = "read:guilds";
    ASSERT_TRUE(echo->route(form("GET", "/x"), tells("x")));
    ASSERT_TRUE(echo->route(open, tells("open")));
    ASSERT_TRUE(echo->route(other, tells("guilds")));
    echo->activate();
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/echo/x", "")), ::testing::StartsWith("401 "));
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/echo/x", "other")),
                ::testing::StartsWith("403 "));
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/echo/guilds", "good")),
                ::testing::StartsWith("403 "));
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/guilds", "other")),
              "200 guilds GET /guilds  by other");
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/open", "")), "200 open GET /open ");
}

TEST_F(RoutesOfExtensions, answer_failures_with_500_and_late_ones_with_504) {
    const auto echo = version("echo");
    auto slow = form("GET", "/slow");
    slow.timeout = Millis{5};
    AnswerPtr<ServedAnswer> kept;
    ASSERT_TRUE(echo->route(
        form("GET", "/fails"),
        [](const ServedRequest&, const AnswerPtr<ServedAnswer>&, const ServedHold&) {}));
    ASSERT_TRUE(echo->route(slow, [&](const ServedRequest&, const AnswerPtr<ServedAnswer>& answer,
                                      const ServedHold&) { kept = answer; }));
    echo->activate();
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/fails")),
              "500 " + plugin_error("PLUGIN_ERROR", "Internal plugin error"));
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/slow")),
              "504 " + plugin_error("PLUGIN_TIMEOUT", "The plugin did not answer in time"));
    kept->finish(ServedAnswer{});  // too late: nothing happens
    settle();
}

TEST_F(RoutesOfExtensions, take_so_many_at_a_time) {
    const auto echo = version("echo");
    std::mutex mutex;
    std::vector<std::pair<AnswerPtr<ServedAnswer>, ServedHold>> begun;
    const auto take = [&] {
        settle();
        const std::lock_guard lock(mutex);
        return std::exchange(begun, {});
    };
    ASSERT_TRUE(echo->route(
        form("GET", "/x"),
        [&](const ServedRequest&, const AnswerPtr<ServedAnswer>& answer, const ServedHold& hold) {
            const std::lock_guard lock(mutex);
            begun.emplace_back(answer, hold);
        }));
    echo->activate();
    using extensions::Registry;
    std::vector<std::shared_ptr<testing::OneExchange>> asked;
    for (std::size_t i = 0; i < Registry::kMostUnderWay; ++i) {
        asked.push_back(ask("GET", "/api/plugins/echo/x"));
    }
    auto first = take();
    EXPECT_EQ(first.size(), Registry::kMostUnderWay);
    EXPECT_EQ(echo->under_way(), Registry::kMostUnderWay);
    for (std::size_t i = 0; i < Registry::kMostWaiting; ++i) {
        asked.push_back(ask("GET", "/api/plugins/echo/x"));
    }
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/x")),
              "503 " + plugin_error("PLUGIN_BUSY", "The plugin has too much to do"));
    EXPECT_TRUE(take().empty());
    first.clear();
    EXPECT_EQ(take().size(), Registry::kMostUnderWay);
    // What is let go makes room for those that wait: until none is left, the handler is called.
    while (!take().empty()) {
    }
}

TEST_F(RoutesOfExtensions, go_over_to_the_next_version_without_losing_a_request) {
    const auto old = version("echo");
    std::vector<std::pair<AnswerPtr<ServedAnswer>, ServedHold>> under_way;
    ASSERT_TRUE(old->route(form("GET", "/x"),
                           [&](const ServedRequest&, const AnswerPtr<ServedAnswer>& answer,
                               const ServedHold& hold) { under_way.emplace_back(answer, hold); }));
    old->activate();
    const auto first = ask("GET", "/api/plugins/echo/x");
    settle();
    const auto next = version("echo");
    ASSERT_TRUE(next->route(form("GET", "/x"), tells("next")));
    EXPECT_TRUE(ask("GET", "/api/plugins/echo/x")->text() == "none");  // still the old one's
    settle();
    EXPECT_EQ(old->under_way(), 2U);

    old->hold();
    const auto second = ask("GET", "/api/plugins/echo/x");
    settle();
    EXPECT_EQ(old->under_way(), 2U);
    for (auto& [answer, hold] : under_way) {
        answer->finish(ServedAnswer{200, "", {}, "old"});
    }
    under_way.clear();
    EXPECT_EQ(answer_of(first), "200 old");
    EXPECT_EQ(old->under_way(), 0U);
    EXPECT_EQ(second->text(), "none");
    next->activate();
    old->close();
    EXPECT_EQ(answer_of(second), "200 next GET /x  by good");
}

TEST_F(RoutesOfExtensions, stay_with_the_old_version_when_the_next_one_fails) {
    const auto old = version("echo");
    ASSERT_TRUE(old->route(form("GET", "/x"), tells("old")));
    old->activate();
    const auto next = version("echo");
    ASSERT_TRUE(next->route(form("GET", "/x"), tells("next")));
    old->hold();
    const auto asked = ask("GET", "/api/plugins/echo/x");
    old->activate();
    next->close();
    EXPECT_EQ(answer_of(asked), "200 old GET /x  by good");
}

TEST_F(RoutesOfExtensions, of_the_next_version_are_asked_for_again_with_its_conditions) {
    const auto old = version("echo");
    auto open = form("GET", "/x");
    open.auth = hostapi::ServedAuth::none;
    ASSERT_TRUE(old->route(open, tells("old")));
    old->activate();
    const auto next = version("echo");
    ASSERT_TRUE(next->route(form("GET", "/x"), tells("next")));
    old->hold();
    const auto asked = ask("GET", "/api/plugins/echo/x", "");
    next->activate();
    EXPECT_THAT(answer_of(asked), ::testing::StartsWith("403 "));
}

TEST_F(RoutesOfExtensions, end_with_the_extension) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("GET", "/x"), tells("x")));
    echo->activate();
    echo->hold();
    const auto asked = ask("GET", "/api/plugins/echo/x");
    echo->retire();
    EXPECT_EQ(answer_of(asked),
              "503 " + plugin_error("PLUGIN_UNAVAILABLE", "The plugin does not run"));
    EXPECT_THAT(answer_of(ask("GET", "/api/plugins/echo/x")), ::testing::StartsWith("404 "));
}

TEST_F(RoutesOfExtensions, are_one_extensions_each) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("GET", "/x/:a"), tells("x")));
    const auto twice = echo->route(form("GET", "/x/:b"), tells("x"));
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().message(), "it has a route GET /x/:a already");
    const auto other = version("echo", "plugin");
    const auto clash = other->route(form("GET", "/y"), tells("y"));
    ASSERT_FALSE(clash);
    EXPECT_EQ(clash.error().kind(), ErrorKind::exists);
    EXPECT_EQ(clash.error().message(), "script echo serves /api/plugins/echo");
}

TEST_F(RoutesOfExtensions, are_refused_when_the_server_is_off) {
    desk.configure(false, {});
    const auto refused = version("echo")->route(form("GET", "/x"), tells("x"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::unsupported);
    EXPECT_THAT(refused.error().message(), ::testing::HasSubstr("[server] listen ="));
}

TEST_F(RoutesOfExtensions, that_change_something_go_into_the_audit_log) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("GET", "/x"), tells("x")));
    ASSERT_TRUE(echo->route(form("POST", "/x"), tells("x")));
    echo->activate();
    answer_of(ask("GET", "/api/plugins/echo/x"));
    answer_of(ask("POST", "/api/plugins/echo/x"));
    EXPECT_EQ(guard.book, std::vector<std::string>{"good POST /api/plugins/echo/x 200"});
}

TEST_F(RoutesOfExtensions, outlive_the_server) {
    const auto echo = version("echo");
    ASSERT_TRUE(echo->route(form("GET", "/x"), tells("x")));
    echo->activate();
    desk.detach();
    EXPECT_THAT(ask("GET", "/api/plugins/echo/x")->text(), ::testing::StartsWith("404 "));
    attach();
    EXPECT_EQ(answer_of(ask("GET", "/api/plugins/echo/x")), "200 x GET /x  by good");
}

TEST_F(RoutesOfExtensions, forget_clients_that_have_gone) {
    const auto echo = version("echo");
    AnswerPtr<ServedAnswer> kept;
    ASSERT_TRUE(echo->route(form("GET", "/x"),
                            [&](const ServedRequest&, const AnswerPtr<ServedAnswer>& answer,
                                const ServedHold&) { kept = answer; }));
    echo->activate();
    const auto asked = ask("GET", "/api/plugins/echo/x");
    settle();
    asked->gone();
    kept->finish(ServedAnswer{});
    settle();
    EXPECT_EQ(asked->text(), "none");
}

}  // namespace
}  // namespace rookery::server
