#include "protocol/socketio/engine_request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rookery::protocol::socketio {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;
using Kind = EngineRoute::Kind;

struct Asked {
    std::string method = "GET";
    Query query{};
    bool upgrade = false;
    std::optional<std::string_view> origin{};
    std::string forbidden{};
    Transports transports{};
};

/// "400 3" for a refusal, the number of the kind for a route. The session "poll" is polling and was
/// opened from http://a, "ws" has its websocket.
std::string ask(const Asked& asked) {
    const auto find = [](std::string_view sid) -> std::optional<SessionShape> {
        if (sid == "poll") {
            return SessionShape{false, "http://a"};
        }
        return sid == "ws" ? std::optional(SessionShape{true, std::nullopt}) : std::nullopt;
    };
    const auto result =
        route({asked.method, asked.query, asked.origin, asked.upgrade, asked.forbidden},
              asked.transports, find);
    if (const auto* refusal = std::get_if<EngineRefusal>(&result)) {
        return std::to_string(refusal->status) + " " + refusal->body.substr(8, 1);
    }
    const auto& route = std::get<EngineRoute>(result);
    constexpr const char* kNames[] = {"open_polling", "open_websocket", "poll", "post", "upgrade"};
    return kNames[static_cast<int>(route.kind)] + std::string(route.sid.empty() ? "" : " ") +
           std::string(route.sid);
}

Query query(std::string transport, std::string eio = "4") {
    return {{"EIO", std::move(eio)}, {"transport", std::move(transport)}, {"t", "x1"}, {"t", "x2"}};
}
Query with_sid(std::string transport, std::string sid, std::string eio = "4") {
    auto made = query(std::move(transport), std::move(eio));
    made.emplace_back("sid", std::move(sid));
    return made;
}

TEST(EngineRequest, good_requests_have_their_route) {
    EXPECT_EQ(ask({.query = query("polling")}), "open_polling");
    EXPECT_EQ(ask({.query = query("websocket"), .upgrade = true}), "open_websocket");
    EXPECT_EQ(ask({.query = with_sid("polling", "poll")}), "poll poll");
    EXPECT_EQ(ask({.method = "POST", .query = with_sid("polling", "poll")}), "post poll");
    EXPECT_EQ(ask({.query = with_sid("websocket", "poll"), .upgrade = true, .origin = "http://a"}),
              "upgrade poll");
}

TEST(EngineRequest, unknown_transports_have_code_0) {
    EXPECT_EQ(ask({.query = {{"EIO", "4"}}}), "400 0");
    for (const auto* transport : {"", "webtransport", "POLLING", "__proto__", "toString"}) {
        EXPECT_EQ(ask({.query = query(transport)}), "400 0") << transport;
    }
    EXPECT_EQ(ask({.query = query("polling"), .transports = {false, true}}), "400 0");
    EXPECT_EQ(ask({.query = query("websocket"), .upgrade = true, .transports = {true, false}}),
              "400 0");
}

TEST(EngineRequest, unknown_sids_have_code_1) {
    for (const auto* sid : {"", "nobody", "__proto__", "poll "}) {
        EXPECT_EQ(ask({.query = with_sid("polling", sid)}), "400 1") << sid;
    }
}

TEST(EngineRequest, a_handshake_that_is_no_get_has_code_2) {
    EXPECT_EQ(ask({.method = "POST", .query = query("polling")}), "400 2");
    EXPECT_EQ(ask({.method = "PUT", .query = query("polling")}), "400 2");
}

TEST(EngineRequest, mismatches_have_code_3) {
    EXPECT_EQ(ask({.query = query("polling"), .origin = "http://\x01"}), "400 3");
    EXPECT_EQ(ask({.query = with_sid("polling", "ws")}), "400 3") << "polling after the upgrade";
    EXPECT_EQ(ask({.query = with_sid("websocket", "ws"), .upgrade = true}), "400 3")
        << "a second websocket";
    EXPECT_EQ(ask({.query = query("websocket")}), "400 3") << "no upgrade";
    EXPECT_EQ(ask({.query = query("polling"), .upgrade = true}), "400 3")
        << "an upgrade to polling";
    EXPECT_EQ(ask({.query = with_sid("polling", "poll", "3")}), "400 3")
        << "another version than the session's";
    EXPECT_EQ(
        ask({.query = with_sid("websocket", "poll", "3"), .upgrade = true, .origin = "http://a"}),
        "400 3");
    EXPECT_EQ(
        ask({.query = with_sid("websocket", "poll"), .upgrade = true, .origin = "http://evil"}),
        "400 3")
        << "another site's page takes the session over";
    EXPECT_EQ(ask({.query = with_sid("websocket", "poll"), .upgrade = true}), "400 3");
}

TEST(EngineRequest, the_application_s_no_has_code_4_and_its_text) {
    EXPECT_EQ(ask({.query = query("polling"), .forbidden = "x"}), "403 4");
    EXPECT_EQ(refuse(EngineError::forbidden).body, R"({"code":4,"message":"Forbidden"})");
    EXPECT_EQ(refuse(EngineError::forbidden, "not \"you\"").body,
              R"({"code":4,"message":"not \"you\""})");
}

TEST(EngineRequest, other_versions_have_code_5) {
    for (const auto* eio : {"3", "", "5", "4.0", "04", " 4"}) {
        EXPECT_EQ(ask({.query = query("polling", eio)}), "400 5") << eio;
        EXPECT_EQ(ask({.query = query("websocket", eio), .upgrade = true}), "400 5") << eio;
    }
    EXPECT_EQ(ask({.query = {{"transport", "polling"}}}), "400 5");
}

TEST(EngineRequest, doubled_parameters_and_json_p_are_bad_requests) {
    for (const auto* name : {"EIO", "transport", "sid"}) {
        auto doubled = with_sid("polling", "poll");
        for (const auto& field : with_sid("polling", "poll")) {
            if (field.first == name) {
                doubled.push_back(field);
            }
        }
        EXPECT_EQ(ask({.query = doubled}), "400 3") << name;
    }
    auto json_p = query("polling");
    json_p.emplace_back("j", "0");
    EXPECT_EQ(ask({.query = json_p}), "400 3");
}

TEST(EngineRequest, the_order_of_the_checks_is_the_reference_s) {
    EXPECT_EQ(ask({.method = "PUT", .query = with_sid("x", "nobody", "3"), .forbidden = "x"}),
              "400 0");
    EXPECT_EQ(ask({.method = "PUT", .query = with_sid("polling", "nobody", "3"), .forbidden = "x"}),
              "400 1");
    EXPECT_EQ(ask({.method = "PUT", .query = query("websocket", "3"), .forbidden = "x"}), "400 2");
    EXPECT_EQ(ask({.query = query("websocket", "3"), .forbidden = "x"}), "400 3");
    EXPECT_EQ(ask({.query = query("polling", "3"), .forbidden = "x"}), "403 4");
}

TEST(EngineRequest, other_methods_with_a_sid_are_refused_and_change_nothing) {
    for (const auto* method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
        EXPECT_EQ(ask({.method = method, .query = with_sid("polling", "poll")}), "405 3");
    }
}

}  // namespace
}  // namespace rookery::protocol::socketio
