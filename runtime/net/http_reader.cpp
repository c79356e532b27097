#include "net/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>

namespace rookery::net {

namespace http = boost::beast::http;
using async::Task;

namespace {

constexpr unsigned kMaxInterim = 8;

Error refused(const boost::system::error_code& ec) {
    if (ec == http::error::header_limit || ec == http::error::body_limit ||
        ec == http::error::buffer_overflow) {
        return {ErrorKind::limit, "the answer is too large (" + ec.message() + ")"};
    }
    if (ec == http::error::end_of_stream || ec == http::error::partial_message) {
        return {ErrorKind::io, "the connection ended before the answer did"};
    }
    return {ErrorKind::protocol, "the answer is not HTTP (" + ec.message() + ")"};
}

/// Feeds one answer out of `pending` and then the stream; what is behind it stays in `pending`.
class AnswerParser {
  public:
    explicit AnswerParser(const HttpExpectation& expectation) {
        parser_.header_limit(static_cast<std::uint32_t>(expectation.max_header));
        parser_.body_limit(expectation.max_body);
        parser_.eager(true);
        parser_.skip(expectation.no_body);
    }

    [[nodiscard]] bool done() const { return parser_.is_done(); }

    [[nodiscard]] Result<> take(std::string& pending) {
        boost::system::error_code ec;
        const auto used = parser_.put(boost::asio::buffer(pending), ec);
        pending.erase(0, used);
        if (ec && ec != http::error::need_more) {
            return refused(ec);
        }
        return {};
    }

    /// A body without a stated length ends with the connection.
    [[nodiscard]] Result<> end() {
        boost::system::error_code ec;
        if (!parser_.got_some()) {
            return refused(http::make_error_code(http::error::end_of_stream));
        }
        parser_.put_eof(ec);
        if (ec) {
            return refused(ec);
        }
        return {};
    }

    [[nodiscard]] HttpAnswer answer() {
        HttpAnswer out;
        out.keep_alive = parser_.keep_alive();
        auto message = parser_.release();
        out.response.status = message.result_int();
        for (const auto& field : message) {
            out.response.headers.add(std::string(field.name_string()), std::string(field.value()));
        }
        out.response.body = std::move(message.body());
        return out;
    }

  private:
    http::response_parser<http::string_body> parser_;
};

Task<Result<>> fill(Stream& stream, AnswerParser& parser, std::string& pending, bool& any_byte) {
    std::array<char, std::size_t{16} << 10U> chunk;  // NOLINT: filled by the read
    while (!parser.done()) {
        if (!pending.empty()) {
            if (auto taken = parser.take(pending); !taken || parser.done()) {
                co_return taken;
            }
        }
        const auto got = co_await stream.read_some(chunk);
        if (!got) {
            co_return got.error();
        }
        if (*got == 0) {
            co_return parser.end();
        }
        any_byte = true;
        pending.append(chunk.data(), *got);
    }
    co_return Result<>();
}

}  // namespace

Task<Result<HttpAnswer>> read_answer(Stream& stream, HttpExpectation expectation, bool& any_byte) {
    std::string pending;
    for (unsigned interim = 0; interim < kMaxInterim; ++interim) {
        AnswerParser parser(expectation);
        if (auto filled = co_await fill(stream, parser, pending, any_byte); !filled) {
            co_return filled.error();
        }
        auto answer = parser.answer();
        if (answer.response.status / 100 != 1 || answer.response.status == 101) {
            answer.rest = std::move(pending);
            co_return answer;
        }
    }
    co_return Error(ErrorKind::protocol, "only interim answers (1xx)");
}

}  // namespace rookery::net
