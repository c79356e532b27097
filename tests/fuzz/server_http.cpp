#include "base/assert.hpp"
#include "protocol/socketio/engine_packet.hpp"
#include "server/http/cors.hpp"
#include "server/http/proxies.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/target.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace rookery;
using namespace rookery::server;

namespace {

constexpr std::size_t kBodyLimit = 500;

/// What a connection does with the head of a request.
void look_at(const RequestHead& head) {
    RK_ASSERT(!head.method.empty());
    const auto target = parse_target(head.target);
    if (target) {
        RK_ASSERT(target->path.starts_with('/'));
        RK_ASSERT(protocol::socketio::is_utf8(target->path));
        for (const auto& segment : target->segments) {
            RK_ASSERT(segment != "." && segment != ".." && segment.find('\0') == std::string::npos);
        }
    }
    static const Cors cors({"https://a"});
    Headers answer;
    cors.add_headers(answer, head.headers);
    (void)cors.preflight(head.headers);
    (void)cors.may_upgrade(head.headers);
    static const auto proxies = Proxies::parse({"10.0.0.0/8"});
    (void)proxies->look_through("10.0.0.1", head.headers);
}

}  // namespace

/// First byte: how many bytes come at once; then what a client sends over one connection.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t portion = bytes[0] + 1U;
    std::string_view left(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    Limits limits;
    limits.head_bytes = 2'000;
    RequestParser parser(limits);
    std::string in;
    while (true) {
        std::size_t used = 0;
        const auto outcome = parser.feed(in, used);
        RK_ASSERT(used <= in.size());
        in.erase(0, used);
        if (std::holds_alternative<Fault>(outcome)) {
            return 0;
        }
        const auto step = std::get<RequestParser::Step>(outcome);
        if (step == RequestParser::Step::head) {
            look_at(parser.head());
            if (parser.limit_body(kBodyLimit)) {
                return 0;
            }
        } else if (step == RequestParser::Step::whole) {
            RK_ASSERT(parser.body().size() <= kBodyLimit);
            parser = RequestParser(limits);
        } else if (left.empty()) {
            return 0;
        } else {
            RK_ASSERT(in.size() <= limits.head_bytes);
            in += left.substr(0, portion);
            left.remove_prefix(std::min(portion, left.size()));
        }
    }
}
