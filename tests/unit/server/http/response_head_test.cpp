#include "server/http/response_head.hpp"

#include <gmock/gmock.h>

namespace rookery::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ResponseHead, has_length_and_what_browsers_are_to_heed) {
    const auto head = response_head(Response::text(201, "text/plain", "abc"), {});
    EXPECT_THAT(head, ::testing::StartsWith("HTTP/1.1 201 Created\r\nDate: "));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 3\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Type: text/plain\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Strict-Transport-Security")));
    EXPECT_THAT(head, ::testing::EndsWith("\r\n\r\n"));
}

TEST(ResponseHead, strict_transport_is_asked_for_over_tls_alone) {
    HeadContext context;
    context.secure = true;
    EXPECT_THAT(response_head({}, context),
                HasSubstr("Strict-Transport-Security: max-age=15552000; includeSubDomains\r\n"));
}

TEST(ResponseHead, no_length_where_there_is_no_body) {
    Response answer;
    answer.status = 204;
    EXPECT_THAT(response_head(answer, {}), Not(HasSubstr("Content-Length")));
}

TEST(ResponseHead, header_of_a_handler_takes_the_place_of_a_default) {
    Response answer;
    answer.headers.add("x-frame-options", "DENY");
    const auto head = response_head(answer, {});
    EXPECT_THAT(head, HasSubstr("x-frame-options: DENY\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("SAMEORIGIN")));
}

TEST(ResponseHead, nothing_that_a_handler_says_can_break_the_framing) {
    Response answer = Response::text(200, "text/plain\r\nX-Evil: 1", "abc");
    for (const auto& [name, value] : {std::pair<const char*, const char*>{"A", "b\r\nX-Evil: 1"},
                                      {"A\r\nX-Evil", "1"},
                                      {"X-Evil: x", "1"},
                                      {"", "X-Evil"},
                                      {"Content-Length", "999"},
                                      {"transfer-encoding", "X-Evil"},
                                      {"Connection", "X-Evil"},
                                      {"Date", "X-Evil"}}) {
        answer.headers.add(name, value);
    }
    const auto head = response_head(answer, {});
    EXPECT_THAT(head, Not(HasSubstr("X-Evil")));
    EXPECT_THAT(head, Not(HasSubstr("999")));
}

TEST(ResponseHead, websocket_is_accepted_as_rfc_6455_shows) {
    EXPECT_THAT(switching_head("dGhlIHNhbXBsZSBub25jZQ==", "id"),
                HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_TRUE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ=="));
    for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ\r\n",
                            "dGhlIHNhbXBsZSBub25jZTEy", "dGhlIHNhbXBsZSBub25jZQ==="}) {
        EXPECT_FALSE(is_websocket_key(key)) << key;
    }
}

}  // namespace
}  // namespace rookery::server
