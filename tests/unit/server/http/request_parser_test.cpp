#include "server/http/request_parser.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

using Step = RequestParser::Step;

/// A parser that is fed as a connection does it, in pieces of that many bytes.
struct Fed {
    explicit Fed(std::string_view bytes, std::size_t piece = 1'000'000,
                 std::size_t body_limit = 100, Limits limits = {})
        : parser(limits) {
        std::string in;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            in += bytes.substr(at, piece);
            while (!done && !fault) {
                std::size_t used = 0;
                auto outcome = parser.feed(in, used);
                in.erase(0, used);
                if (auto* bad = std::get_if<Fault>(&outcome)) {
                    fault = *bad;
                } else if (std::get<Step>(outcome) == Step::head) {
                    head = true;
                    fault = parser.limit_body(body_limit);
                } else if (std::get<Step>(outcome) == Step::whole) {
                    done = true;
                } else {
                    break;
                }
            }
        }
        left = in;
    }

    RequestParser parser;
    bool head = false;
    bool done = false;
    std::optional<Fault> fault;
    std::string left;
};

constexpr std::string_view kChunked =
    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string with_field(std::string_view field) {
    return "POST /x HTTP/1.1\r\nHost: h\r\n" + std::string(field) + "\r\n\r\nabcd";
}

TEST(RequestParser, head_and_body_come_apart_at_any_place) {
    const std::string bytes =
        "PUT /a?b HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nContent-Length: 4\r\n\r\nabcdGET /";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        Fed fed(bytes, piece);
        ASSERT_TRUE(fed.done) << piece;
        EXPECT_EQ(fed.parser.head().method, "PUT");
        EXPECT_EQ(fed.parser.head().target, "/a?b");
        EXPECT_EQ(fed.parser.head().headers.find("x-one"), "1");
        EXPECT_EQ(fed.parser.body(), "abcd");
        EXPECT_EQ(fed.left, "GET /");
    }
}

TEST(RequestParser, chunks_make_one_body_and_trailers_are_no_headers) {
    const std::string bytes =
        std::string(kChunked) +
        "3;ext=\"x\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Api-Key: k\r\n\r\nnext";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        Fed fed(bytes, piece);
        ASSERT_TRUE(fed.done) << piece << (fed.fault ? fed.fault->text : "");
        EXPECT_EQ(fed.parser.body(), "abc0123456789");
        EXPECT_FALSE(fed.parser.head().headers.find("X-Api-Key"));
        EXPECT_EQ(fed.left, "next");
    }
}

TEST(RequestParser, request_without_a_body_is_whole_with_its_head) {
    Fed fed("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(fed.done);
    EXPECT_FALSE(fed.parser.head().has_body);
}

TEST(RequestParser, connection_stays_as_the_version_has_it) {
    const auto keeps = [](const std::string& head) {
        return Fed(head + "\r\n\r\n").parser.head().keep_alive;
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive"));
}

TEST(RequestParser, upgrade_needs_both_headers_and_names_websocket) {
    const auto upgrades = [](const std::string& fields) {
        return Fed("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").parser.head().upgrade;
    };
    EXPECT_TRUE(upgrades("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"));
    EXPECT_FALSE(upgrades("Connection: Upgrade\r\nUpgrade: h2c\r\n"));
    EXPECT_FALSE(upgrades("Upgrade: websocket\r\n"));
}

struct Bad {
    std::string bytes;
    unsigned status;
};
class BadRequest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadRequest, is_refused_however_it_is_cut) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, GetParam().bytes.size()}) {
        Fed fed(GetParam().bytes, piece);
        ASSERT_TRUE(fed.fault) << GetParam().bytes;
        EXPECT_EQ(fed.fault->status, GetParam().status) << fed.fault->text;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Heads, BadRequest,
    ::testing::Values(Bad{"\x16\x03\x01", 400}, Bad{"get / HTTP/1.1\r\n\r\n", 400},
                      Bad{"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
                      Bad{"GET /\r\nHost: h\r\n\r\n", 400}, Bad{"GET / HTTP/1.1\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: h\r\nA b: c\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: h\r\nA : c\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: h\r\nA: b\nC: d\r\n\r\n", 400},
                      Bad{"GET / HTTP/1.1\r\nHost: h\r\nA\r\n\r\n", 400},
                      Bad{"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                      Bad{std::string("GET / HTTP/1.1\r\nHost: h\r\nA: \0\r\n\r\n", 33), 400}));

// Where two readers could see the end of a request at two places.
INSTANTIATE_TEST_SUITE_P(
    Smuggling, BadRequest,
    ::testing::Values(
        Bad{with_field("Content-Length: 4\r\nContent-Length: 4"), 400},
        Bad{with_field("Content-Length: 4\r\nContent-Length: 5"), 400},
        Bad{with_field("Content-Length: 4, 4"), 400}, Bad{with_field("Content-Length: +4"), 400},
        Bad{with_field("Content-Length: 0x4"), 400}, Bad{with_field("Content-Length: -1"), 400},
        Bad{with_field("Content-Length:"), 400},
        Bad{with_field("Content-Length: 99999999999999999999"), 400},
        Bad{with_field("Content-Length: 4\r\nTransfer-Encoding: chunked"), 400},
        Bad{with_field("Transfer-Encoding: chunked\r\nContent-Length: 4"), 400},
        Bad{with_field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
        Bad{with_field("Transfer-Encoding: gzip, chunked"), 501},
        Bad{with_field("Transfer-Encoding: chunked, identity"), 501},
        Bad{with_field("Transfer-Encoding: xchunked"), 501},
        Bad{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Bad{with_field("Expect: 200-ok"), 417}));

INSTANTIATE_TEST_SUITE_P(
    Chunks, BadRequest,
    ::testing::Values(Bad{std::string(kChunked) + "x\r\n\r\n", 400},
                      Bad{std::string(kChunked) + "-1\r\nabc\r\n", 400},
                      Bad{std::string(kChunked) + "3\r\nabcd\r\n0\r\n\r\n", 400},
                      Bad{std::string(kChunked) + "3\nabc\r\n", 400},
                      Bad{std::string(kChunked) + "FFFFFFFFFFFFFFFF\r\n", 413},
                      Bad{std::string(kChunked) + "FFFFFFFFFFFFFFFFF\r\n", 400},
                      Bad{std::string(kChunked) + "65\r\naa", 413},
                      Bad{std::string(kChunked) + "60\r\n" + std::string(96, 'a') + "\r\n5\r\n",
                          413},
                      Bad{std::string(kChunked) + "1;" + std::string(20'000, 'x'), 400},
                      Bad{std::string(kChunked) + "0\r\n" + std::string(20'000, 'x'), 400}));

TEST(RequestParser, body_that_says_it_is_longer_is_refused_before_it_is_read) {
    Fed fed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n");
    ASSERT_TRUE(fed.fault);
    EXPECT_EQ(fed.fault->status, 413);
    EXPECT_TRUE(
        Fed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'a'))
            .done);
}

TEST(RequestParser, head_is_bounded_in_bytes_and_fields) {
    EXPECT_EQ(Fed("GET /" + std::string(16'400, 'a')).fault->status, 431);
    EXPECT_EQ(Fed("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n").fault->status,
              414);
    std::string fields;
    for (int i = 0; i < 63; ++i) {
        fields += "A: b\r\n";
    }
    EXPECT_TRUE(Fed("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").done);
    EXPECT_EQ(Fed("GET / HTTP/1.1\r\nHost: h\r\nC: d\r\n" + fields + "\r\n").fault->status, 431);
}

TEST(RequestParser, body_in_crumbs_is_refused) {
    std::string bytes(kChunked);
    for (int i = 0; i < 40'000; ++i) {
        bytes += "1\r\na\r\n";
    }
    Fed fed(bytes, 8'192, 1'000'000);
    ASSERT_TRUE(fed.fault);
    EXPECT_EQ(fed.fault->status, 400);
}

}  // namespace
}  // namespace rookery::server
