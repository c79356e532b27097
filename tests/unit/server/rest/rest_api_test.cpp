#include "server/rest/rest_api.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_server.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

class Asked final : public Exchange {
  public:
    explicit Asked(Request request) { request_ = std::move(request); }
    void respond(Response response) override {
        ++answers;
        answer = std::move(response);
    }
    void on_gone(std::function<void()> /*gone*/) override {}

    Response answer;
    int answers = 0;
};

Request request(std::string method, const std::string& path, const std::string& key) {
    Request out;
    out.method = std::move(method);
    out.path = path;
    for (std::size_t at = 1; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        out.segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    if (!key.empty()) {
        out.headers.add("X-API-Key", key);
    }
    return out;
}

class RestApiTest : public ::testing::Test {
  protected:
    RestApiTest() {
        guard.add("all", {"admin"});
        guard.add("reader", {"read:guilds"});
        guard.add("limited", {"admin"}).guilds = std::vector<std::string>{"1"};
        for (const char* guild : {"1", "2"}) {
            const json channel{{"id", "1" + std::string(guild)}, {"type", 0}, {"guild_id", guild}};
            runtime.cache[{"test", "channels", 0, 10 + std::stoull(guild)}] = channel.dump();
        }
        runtime.results["webhooks.get"] = {{"id", "5"}, {"guild_id", "2"}, {"token", "secret"}};
        runtime.results["invites.get"] = {{"code", "c"}, {"guild", {{"id", "2"}}}};
    }

    std::shared_ptr<Asked> ask(Request asked) {
        auto exchange = std::make_shared<Asked>(std::move(asked));
        if (auto refusal = api.admit(*exchange)) {
            exchange->respond(std::move(*refusal));
        } else {
            api.handle(exchange);
        }
        return exchange;
    }
    std::shared_ptr<Asked> ask(std::string method, const std::string& path,
                               const std::string& key = "all", const std::string& body = {}) {
        Request asked = request(std::move(method), path, key);
        asked.body = body;
        asked.headers.add("Content-Type", "application/json");
        return ask(std::move(asked));
    }
    static json body(const std::shared_ptr<Asked>& asked) {
        return json::parse(*asked->answer.body);
    }
    static std::string code(const std::shared_ptr<Asked>& asked) {
        return std::to_string(asked->answer.status) + ' ' + body(asked).value("code", "");
    }

    testing::FakeClock clock;
    testing::FakeGuard guard;
    testing::FakeRuntime runtime;
    RestApi api{runtime, guard, clock};
};

TEST_F(RestApiTest, health_needs_no_key) {
    const auto asked = ask("GET", "/api/health", "");
    EXPECT_EQ(asked->answer.status, 200U);
    EXPECT_EQ(body(asked)["status"], "ok");
}

TEST_F(RestApiTest, the_key_comes_before_the_route_and_the_scope_before_the_body) {
    EXPECT_EQ(code(ask("GET", "/api/nothing", "")), "401 MISSING_API_KEY");
    EXPECT_EQ(code(ask("GET", "/api/nothing")), "404 NOT_FOUND");
    EXPECT_EQ(code(ask("POST", "/api/guilds/1/roles", "reader", "{bad")), "403 INSUFFICIENT_SCOPE");
    EXPECT_EQ(code(ask("POST", "/api/guilds/1/roles", "all", "{bad")), "400 INVALID_JSON");
}

TEST_F(RestApiTest, the_cache_answers_before_the_platform) {
    runtime.cache[{"test", "guilds", 0, 1}] = R"({"id":"1","name":"one","owner_id":"9"})";
    const auto asked = ask("GET", "/api/guilds/1", "reader");
    EXPECT_EQ(body(asked)["data"]["name"], "one");
    EXPECT_TRUE(runtime.calls.empty());
}

TEST_F(RestApiTest, what_is_cached_of_another_guild_is_not_given_under_this_one) {
    runtime.cache[{"test", "roles", 1, 7}] = R"({"id":"7","name":"foreign","guild_id":"2"})";
    runtime.errors.emplace("roles.get", Error(ErrorKind::not_found, "no such role"));
    EXPECT_EQ(code(ask("GET", "/api/guilds/1/roles/7")), "404 ROLE_NOT_FOUND");
}

TEST_F(RestApiTest, what_the_platform_says_stands_beside_the_known_code) {
    Refusal refusal;
    refusal.status = 403;
    refusal.code = 50013;
    refusal.message = "Missing Permissions";
    runtime.errors.emplace("members.kick", Error(ErrorKind::denied, "kick").with(refusal));
    const auto said = body(ask("POST", "/api/guilds/1/members/2/kick"));
    EXPECT_EQ(said["code"], "KICK_FAILED");
    EXPECT_EQ(said["reason"], "denied");
    EXPECT_EQ(said["platformStatus"], 403);
    EXPECT_EQ(said["platformCode"], 50013);
    EXPECT_EQ(said["platformMessage"], "Missing Permissions");
}

TEST_F(RestApiTest, a_list_of_an_unknown_guild_is_empty_and_of_a_broken_platform_is_not) {
    runtime.errors.emplace("bans.list", Error(ErrorKind::not_found, "Unknown Guild"));
    EXPECT_EQ(body(ask("GET", "/api/guilds/1/bans")),
              json({{"success", true}, {"data", json::array()}}));
    runtime.errors.insert_or_assign("bans.list", Error(ErrorKind::unavailable, "no answer"));
    EXPECT_EQ(code(ask("GET", "/api/guilds/1/bans")), "500 INTERNAL_ERROR");
}

TEST_F(RestApiTest, a_full_page_says_where_the_next_one_begins) {
    runtime.results["bans.list"] = {{{"user", {{"id", "5"}}}}, {{"user", {{"id", "6"}}}}};
    EXPECT_EQ(body(ask([] {
                  Request out = request("GET", "/api/guilds/1/bans", "all");
                  out.query = {{"limit", "2"}};
                  return out;
              }()))["next"],
              "6");
    EXPECT_FALSE(body(ask("GET", "/api/guilds/1/bans")).contains("next"));
}

TEST_F(RestApiTest, roles_are_given_and_taken_one_by_one_and_the_member_is_read_afterwards) {
    runtime.results["members.addRole"] = nullptr;
    runtime.results["members.removeRole"] = nullptr;
    runtime.results["members.get"] = {{"id", "2"}, {"roles", {"1", "3"}}};
    const auto asked =
        ask("PATCH", "/api/guilds/1/members/2/roles", "all", R"({"add":["3"],"remove":["4"]})");
    ASSERT_EQ(asked->answer.status, 200U) << *asked->answer.body;
    ASSERT_EQ(runtime.calls.size(), 3U);
    EXPECT_EQ(runtime.calls[0].arguments,
              json({{"guildId", "1"}, {"userId", "2"}, {"roleId", "3"}}));
    EXPECT_EQ(runtime.calls[1].operation, "members.removeRole");
    EXPECT_EQ(runtime.calls[2].operation, "members.get");
}

TEST_F(RestApiTest, an_id_that_is_none_is_refused_with_its_name) {
    const auto asked = ask("GET", "/api/guilds/nonsense/roles");
    EXPECT_EQ(code(asked), "400 VALIDATION_ERROR");
    EXPECT_EQ(body(asked)["details"][0]["path"], "guildId");
}

TEST_F(RestApiTest, another_bot_can_be_named_and_an_unknown_one_is_said_so) {
    runtime.all.push_back({"second", "discord", "ready", ""});
    runtime.results["users.me"] = {{"id", "1"}};
    Request asked = request("POST", "/api/operations/users/me", "all");
    asked.headers.add("X-Bot", "second");
    ask(asked);
    EXPECT_EQ(runtime.calls.at(0).bot, "second");
    asked.headers.set("X-Bot", "third");
    EXPECT_EQ(code(ask(asked)), "404 BOT_NOT_FOUND");
}

TEST_F(RestApiTest, writes_are_in_the_book_and_reads_are_not) {
    runtime.errors.emplace("members.kick", Error(ErrorKind::denied, "no"));
    ask("POST", "/api/guilds/1/members/2/kick");
    ask("GET", "/api/guilds/1");
    ASSERT_EQ(guard.book.size(), 1U);
    EXPECT_EQ(guard.book[0], "all POST /api/guilds/1/members/2/kick 400 KICK_FAILED");
}

TEST_F(RestApiTest, tokens_of_webhooks_are_for_those_who_may_do_everything) {
    guard.add("writer", {"write:channels"});
    runtime.results["webhooks.listChannel"] = {{{"id", "5"}, {"token", "secret"}}};
    const auto shown = body(ask("GET", "/api/channels/11/webhooks", "all"))["data"][0];
    EXPECT_EQ(shown["token"], "secret");
    const auto hidden = body(ask("GET", "/api/channels/11/webhooks", "writer"));
    EXPECT_EQ(hidden.dump().find("secret"), std::string::npos);
    EXPECT_EQ(hidden["data"][0]["url"], "https://discord.com/api/webhooks/5");
}

TEST_F(RestApiTest, a_request_under_way_is_dropped_with_the_server) {
    runtime.hold = true;
    std::shared_ptr<Asked> asked;
    {
        RestApi gone(runtime, guard, clock);
        asked = std::make_shared<Asked>(request("GET", "/api/guilds/1", "all"));
        ASSERT_FALSE(gone.admit(*asked));
        gone.handle(asked);
        EXPECT_EQ(asked->answers, 0);
    }
    runtime.deliver();
    EXPECT_EQ(asked->answers, 0);
}

/// A path of that route in which everything is of guild 2.
std::string foreign_path(const Route& route) {
    std::string path(route.path);
    const std::pair<std::string_view, std::string_view> values[] = {
        {":guildId", "2"}, {":channelId", "12"}, {":webhookId", "5"}, {":code", "c"}};
    for (const auto& [name, value] : values) {
        if (const auto at = path.find(name); at != std::string::npos) {
            path.replace(at, name.size(), value);
        }
    }
    for (auto at = path.find(':'); at != std::string::npos; at = path.find(':')) {
        path.replace(at, path.find('/', at) - at, "7");
    }
    return path;
}

/// What the route's body needs, of guild 2.
json foreign_body(const Route& route) {
    json out = json::object();
    for (const Field& field : route.body) {
        const bool id = field.type == FieldType::id || field.name == "channelId";
        const json value = id                                 ? json("12")
                           : field.type == FieldType::ids     ? json::array({"7", "8"})
                           : field.type == FieldType::choice  ? json(field.names[0].name)
                           : field.type == FieldType::integer ? json(1)
                           : field.type == FieldType::number  ? json(1000)
                           : field.type == FieldType::bits    ? json("1")
                           : field.type == FieldType::time    ? json("2030-01-01T00:00:00Z")
                           : field.type == FieldType::url     ? json("https://example.com")
                           : field.type == FieldType::image   ? json("data:image/png;base64,YQ==")
                           : field.type == FieldType::objects ? json::array({{{"type", 1}}})
                                                              : json("text");
        if (field.required || field.name == "content") {
            out[std::string(field.name)] = value;
        }
    }
    return out;
}

TEST_F(RestApiTest, a_key_that_is_limited_gets_nothing_of_another_guild_by_any_route) {
    std::set<std::string_view> refused;
    for (const Route& route : routes()) {
        if (route.flow == "guilds" || route.flow == "interaction_callback") {
            continue;
        }
        runtime.calls.clear();
        Request asked = request(std::string(route.method), foreign_path(route), "limited");
        asked.query = {{"q", "a"}, {"name", "a"}};
        asked.headers.add("Content-Type", "application/json");
        asked.body = route.method == "GET" ? "" : foreign_body(route).dump();
        const auto answer = ask(std::move(asked));
        EXPECT_EQ(code(answer), "403 FORBIDDEN_GUILD") << route.method << ' ' << route.path;
        for (const auto& call : runtime.calls) {
            EXPECT_TRUE(call.operation == "webhooks.get" || call.operation == "invites.get")
                << route.path << " called " << call.operation;
        }
        refused.insert(route.path);
    }
    EXPECT_GT(refused.size(), 50U);
}

TEST_F(RestApiTest, a_limited_key_cannot_point_an_operation_elsewhere) {
    const std::pair<const char*, json> calls[] = {
        {"messages/send", {{"channelId", "12"}, {"content", "x"}}},
        {"messages/forward", {{"channelId", "11"}, {"fromChannelId", "12"}, {"messageId", "7"}}},
        {"messages/send", {{"channelId", "11"}, {"content", "x"}, {"extra", {{"a", 1}}}}},
        {"guilds/get", {{"guildId", "2"}}},
        {"users/me", json::object()},
        {"api/request", {{"method", "GET"}, {"path", "/guilds/2"}}},
    };
    for (const auto& [name, arguments] : calls) {
        EXPECT_EQ(
            code(ask("POST", std::string("/api/operations/") + name, "limited", arguments.dump())),
            "403 FORBIDDEN_GUILD")
            << name;
    }
    runtime.results["messages.send"] = {{"id", "5"}};
    const json own{{"channelId", "11"}, {"content", "x"}};
    EXPECT_EQ(ask("POST", "/api/operations/messages/send", "limited", own.dump())->answer.status,
              200U);
}

}  // namespace
}  // namespace rookery::server::rest
