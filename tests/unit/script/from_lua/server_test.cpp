#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using rookery::testing::FakeServed;
using testing::ScriptBox;

class ServerOfLua : public ::testing::Test {
  protected:
    ScriptBox& run(const std::string& program) {
        served = std::make_shared<FakeServed>();
        ScriptBox::Options options;
        options.server = served;
        box = std::make_unique<ScriptBox>("local server = rookery.server\n" + program,
                                          std::move(options));
        return box->started();
    }
    /// "201 text/plain X=1 body" of the first route, or the kind of error.
    std::string ask(hostapi::ServedRequest request = {}) {
        auto answered = std::make_shared<std::string>();
        box->on_worker([&] {
            served->routes.front().second(
                std::move(request),
                std::make_shared<hostapi::Answer<hostapi::ServedAnswer>>(
                    [answered](const Result<hostapi::ServedAnswer>& answer) {
                        if (!answer) {
                            *answered = to_string(answer.error().kind());
                            return;
                        }
                        *answered = std::to_string(answer->status) + " " + answer->content_type;
                        for (const auto& [name, value] : answer->headers) {
                            *answered += " " + name + "=" + value;
                        }
                        *answered += " " + answer->body;
                    }),
                nullptr);
        });
        EXPECT_TRUE(ScriptBox::eventually([&] { return !answered->empty(); }));
        return *answered;
    }
    std::string answer_of(const std::string& body) {
        run("server.route('GET', '/x', function(request) " + body + " end)");
        return ask();
    }
    /// Why the program's load fails.
    static std::string error_of(const std::string& program) {
        ScriptBox::Options options;
        options.server = std::make_shared<FakeServed>();
        ScriptBox broken(program, std::move(options));
        const auto started = broken.start();
        return started ? "none" : started.error().message();
    }
    /// A socket has come to the first channel.
    void connect(hostapi::SocketNumber number, bool kept = false) {
        auto handshake = std::make_shared<hostapi::ServedHandshake>();
        handshake->auth = R"({"name":"ann"})";
        hostapi::ServedSocket socket;
        socket.number = number;
        socket.id = "sid" + std::to_string(number);
        socket.handshake = handshake;
        socket.kept = kept;
        socket.rooms = {"hall"};
        box->on_worker([&] { served->channels.front().second.connected(socket, nullptr); });
    }
    /// What an event is acknowledged with; "none".
    std::string event(hostapi::SocketNumber number, const std::string& name,
                      hostapi::ServedArguments arguments) {
        std::string acknowledged = "none";
        box->on_worker([&] {
            served->channels.front().second.event(
                number, name, std::move(arguments),
                std::make_shared<hostapi::Answer<hostapi::ServedArguments>>(
                    [&](const Result<hostapi::ServedArguments>& answer) {
                        if (answer) {
                            acknowledged = answer->json;
                            for (const auto& one : answer->attachments) {
                                acknowledged += "+" + one;
                            }
                        }
                    }),
                nullptr);
        });
        return acknowledged;
    }

    std::shared_ptr<FakeServed> served;
    std::unique_ptr<ScriptBox> box;
};

TEST_F(ServerOfLua, answers_with_what_a_handler_returns) {
    EXPECT_EQ(answer_of("return 'text'"), "200 text/plain; charset=utf-8 text");
    EXPECT_EQ(answer_of("return { a = 1 }"), R"(200 application/json; charset=utf-8 {"a":1})");
    EXPECT_EQ(answer_of(""), "204  ");
    EXPECT_EQ(answer_of("return 404, { error = 'no' }"),
              R"(404 application/json; charset=utf-8 {"error":"no"})");
    EXPECT_EQ(answer_of("return 200, 'png', { ['Content-Type'] = 'image/png', X = '1' }"),
              "200 image/png X=1 png");
    EXPECT_EQ(answer_of("rookery.sleep(0.001) return 201"), "201  ");
}

TEST_F(ServerOfLua, fails_where_the_handler_does) {
    EXPECT_EQ(answer_of("error('on purpose')"), "cancelled");
    EXPECT_EQ(answer_of("return nil, 'on purpose'"), "cancelled");
    EXPECT_EQ(answer_of("return true"), "cancelled");
    EXPECT_EQ(answer_of("return 99, 'x'"), "cancelled");
    EXPECT_EQ(answer_of("return 200, 'x', { ['Content-Length'] = '5' }"), "cancelled");
    EXPECT_THAT(box->printed(), ::testing::HasSubstr("the header content-length cannot be set"));
}

TEST_F(ServerOfLua, shows_the_request) {
    run(R"(server.route("POST", "/:id", { auth = "none", timeout = 2, body_limit = 5, doc = "x" }, function(request)
        return request.method .. request.path .. request.params.id .. request.query.q .. request.headers["x-a"] ..
            request:json().b .. request.peer .. request.key.id .. request.key.guilds[1]
    end))");
    hostapi::ServedRequest request;
    request.method = "POST";
    request.path = "/5";
    request.params = {{"id", "5"}};
    request.query = {{"q", "1"}, {"q", "2"}};
    request.headers = {{"x-a", "a"}, {"x-a", "b"}};
    request.body = R"({"b":"B"})";
    request.peer = "::1";
    request.key = std::make_shared<const hostapi::ServedKey>(
        hostapi::ServedKey{"k", "name", {}, std::vector<std::string>{"18446744073709551615"}});
    EXPECT_EQ(ask(request), "200 text/plain; charset=utf-8 POST/552a, bB::1k18446744073709551615");
    const auto& form = served->routes.front().first;
    EXPECT_EQ(form.auth, hostapi::ServedAuth::none);
    EXPECT_EQ(form.timeout, Millis{2'000});
    EXPECT_EQ(form.body_limit, 5U);
}

TEST_F(ServerOfLua, refuses_what_is_wrong_in_the_program) {
    EXPECT_EQ(error_of("rookery.server.route('GET', '/x')"),
              "probe.lua:1: rookery.server.route: the handler must be a function, got nil");
    EXPECT_EQ(error_of("rookery.server.route('TRACE', '/x', print)"),
              "probe.lua:1: rookery.server.route: the method must be GET, POST, PUT, PATCH or "
              "DELETE");
    EXPECT_EQ(error_of("rookery.server.route('GET', '/x', { tiemout = 1 }, print)"),
              "probe.lua:1: rookery.server.route: there is no option tiemout");
    EXPECT_EQ(error_of("rookery.server.namespace('chat')"),
              "probe.lua:1: rookery.server.namespace: the namespace must be a name like "
              "\"/custom\"");
    EXPECT_EQ(error_of("rookery.server.namespace('/taken')"),
              "probe.lua:1: rookery.server.namespace: script other serves the namespace /taken "
              "already");
    EXPECT_EQ(error_of("rookery.server.engine('/x', {})"),
              "probe.lua:1: rookery.server.engine: the path must begin and end with /, as "
              "\"/engine.io/\"");
}

TEST_F(ServerOfLua, carries_events_both_ways) {
    run(R"(
        local ns = server.namespace("/chat", { auth = "none" })
        ns:on_connect(function(socket, auth) print(socket.id, auth.name, socket.kept, socket.rooms.hall) end)
        ns:on("echo", function(socket, ...) return ... end)
        ns:on("fails", function() error("on purpose") end)
        ns:on("all", function(socket, text)
            socket:emit("one", text, rookery.json.null, server.binary("b"))
            ns:to("hall"):to("room"):except(socket):emit("many")
            socket:to("hall"):emit("others", { 1 })
            socket:join("room")
            socket:leave("hall")
            for room in pairs(socket.rooms) do print(room) end
            socket:disconnect()
        end)
        ns:on_disconnect(function(socket, reason) print(socket.id, reason, #ns:sockets()) end))");
    connect(7, true);
    EXPECT_EQ(box->printed(), "sid7 ann true true");
    EXPECT_EQ(event(7, "echo", {R"([1,null,"x",{"_placeholder":true,"num":0}])", {"bytes"}}),
              R"([1,null,"x",{"_placeholder":true,"num":0}]+bytes)");
    EXPECT_EQ(event(7, "fails", {}), "none");
    EXPECT_EQ(event(7, "nobody", {}), "none");
    EXPECT_EQ(event(7, "all", {R"(["t"])", {}}), "[]");
    EXPECT_EQ(served->take(),
              R"(to 7 one ["t",null,{"_placeholder":true,"num":0}]+b|all hall room -7 many []|)"
              R"(all hall -7 others [[1]]|join 7 room|leave 7 hall|disconnect 7)");
    box->on_worker([&] { served->channels.front().second.left(7, "transport close", nullptr); });
    EXPECT_THAT(box->printed(), ::testing::EndsWith("|room|sid7 transport close 0"));
}

TEST_F(ServerOfLua, waits_for_an_acknowledgement) {
    run(R"(
        local ns = server.namespace("/chat", { auth = "none" })
        ns:on("ask", function(socket) print(socket:timeout(2):call("question", 1)) end))");
    connect(7);
    box->on_worker([&] { served->channels.front().second.event(7, "ask", {}, nullptr, nullptr); });
    EXPECT_EQ(served->take(), "call 7 question [1] 2000");
    box->on_worker([&] { served->asked(hostapi::ServedArguments{R"(["a",2])", {}}); });
    EXPECT_TRUE(box->eventually_printed("a 2"));
    box->on_worker([&] { served->channels.front().second.event(7, "ask", {}, nullptr, nullptr); });
    box->on_worker([&] { served->asked(Error(ErrorKind::timeout, "too late")); });
    EXPECT_TRUE(box->eventually_printed("a 2|nil too late timeout"));
}

TEST_F(ServerOfLua, lets_the_script_decide_who_comes) {
    run(R"(server.namespace("/chat", { auth = function(auth, handshake)
            if not auth.name then return nil, "who are you", { code = 1 } end
            rookery.sleep(0.001)
            return { name = auth.name, from = handshake.peer }
        end }))");
    EXPECT_EQ(served->channels.front().first.auth, hostapi::ServedAuth::own);
    const auto admit = [&](const std::string& auth) {
        auto said = std::make_shared<std::string>();
        box->on_worker([&] {
            hostapi::ServedHandshake handshake;
            handshake.auth = auth;
            handshake.peer = "::1";
            served->channels.front().second.admit(
                handshake,
                std::make_shared<hostapi::Answer<hostapi::Admitted>>(
                    [said](const Result<hostapi::Admitted>& answer) {
                        *said = answer->accepted ? answer->who : answer->message + answer->data;
                    }),
                nullptr);
        });
        EXPECT_TRUE(ScriptBox::eventually([&] { return !said->empty(); }));
        return *said;
    };
    EXPECT_EQ(admit("{}"), R"(who are you{"code":1})");
    EXPECT_EQ(admit(R"({"name":"ann"})"), R"({"from":"::1","name":"ann"})");
}

TEST_F(ServerOfLua, carries_bare_sessions) {
    run(R"(server.engine("/echo.io/", {
        on_open = function(session) session:send("hello") end,
        on_message = function(session, data, binary)
            if binary then session:send_binary(data) else session:send(data) end
        end,
        on_close = function(session, reason) print(reason) end,
    }))");
    connect(7);
    const auto message = [&](hostapi::ServedArguments arguments) {
        box->on_worker([&] {
            served->channels.front().second.event(7, "", std::move(arguments), nullptr, nullptr);
        });
    };
    message({"not [json", {}});
    message({"[]", {"bytes"}});
    EXPECT_EQ(served->take(), "to 7  hello|to 7  not [json|to 7  []+bytes");
    box->on_worker([&] { served->channels.front().second.left(7, "ping timeout", nullptr); });
    EXPECT_EQ(box->printed(), "ping timeout");
}

TEST_F(ServerOfLua, leaves_nothing_behind) {
    run(R"(server.off(server.route("GET", "/x", function() end))
        server.namespace("/chat"):close()
        server.route("GET", "/y", function() end))");
    EXPECT_EQ(box->effects(), std::vector<std::string>{"route GET /y"});
    box->stop();
    EXPECT_EQ(served->take(), "withdraw 1|withdraw 2|withdraw 3");
}

TEST(ServerOfLuaAbsent, raises) {
    ScriptBox box("rookery.server.route('GET', '/x', print)");
    EXPECT_EQ(box.start().error().message(),
              "probe.lua:1: rookery.server.route: this runtime serves nothing");
}

}  // namespace
}  // namespace rookery::script
