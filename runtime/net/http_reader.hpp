#pragma once

#include "async/task.hpp"
#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"

#include <string>

namespace rookery::net {

/// What a client expects of the answer that it reads.
struct HttpExpectation {
    std::size_t max_header = 0;
    std::size_t max_body = 0;
    bool no_body = false;  ///< the answer of a HEAD, or of an upgrade: only its head is read
};

struct HttpAnswer {
    HttpResponse response;
    bool keep_alive = false;
    std::string rest;  ///< bytes behind the answer
};

/// Reads one final answer (1xx ones but 101 are skipped). `any_byte` tells whether anything came at
/// all. Errors: io (ended early), protocol (not HTTP), limit (too large).
[[nodiscard]] async::Task<Result<HttpAnswer>> read_answer(Stream& stream,
                                                          HttpExpectation expectation,
                                                          bool& any_byte);

}  // namespace rookery::net
