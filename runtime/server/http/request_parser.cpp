#include "server/http/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>

namespace rookery::server {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

/// What chunks may cost beside their content, on top of as much again.
constexpr std::size_t kFraming = std::size_t{64} << 10U;

constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string text_of(string_view text) { return {text.data(), text.size()}; }

Fault bad(std::string text) { return {400, "BAD_REQUEST", std::move(text)}; }
Fault too_large() { return {413, "PAYLOAD_TOO_LARGE", "the body is larger than this path takes"}; }

Fault fault_of(const ErrorCode& error) {
    if (error == http::error::body_limit) {
        return too_large();
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return {431, "HEAD_TOO_LARGE", "the request's head is too large"};
    }
    return bad("malformed request: " + error.message());
}

bool has_token(std::string_view list, std::string_view wanted) {
    const http::token_list tokens{string_view(list.data(), list.size())};
    return std::any_of(tokens.begin(), tokens.end(), [&](string_view token) {
        return boost::beast::iequals(token, string_view(wanted.data(), wanted.size()));
    });
}

}  // namespace

struct RequestParser::Impl final : http::basic_parser<true> {
    explicit Impl(const Limits& given) : limits(given) {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
        body_limit(boost::none);
        eager(false);
    }

    void on_request_impl(http::verb /*verb*/, string_view method, string_view target, int version,
                         ErrorCode& /*error*/) override {
        head.method = text_of(method);
        head.target = text_of(target);
        head.http11 = version >= 11;
    }
    void on_response_impl(int /*code*/, string_view /*reason*/, int /*version*/,
                          ErrorCode& /*error*/) override {}
    void on_field_impl(http::field /*field*/, string_view name, string_view value,
                       ErrorCode& /*error*/) override {
        if (!head_done) {  // what follows the last chunk is read and forgotten
            head.headers.add(text_of(name), text_of(value));
        }
    }
    void on_header_impl(ErrorCode& /*error*/) override { head_done = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           ErrorCode& /*error*/) override {}
    std::size_t on_body_impl(string_view bytes, ErrorCode& /*error*/) override {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t size, string_view /*extensions*/,
                              ErrorCode& error) override {
        if (size > limit - body.size()) {
            error = http::error::body_limit;
        }
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*left*/, string_view bytes,
                                   ErrorCode& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(ErrorCode& /*error*/) override {}

    std::optional<Fault> check_lines(std::string_view text) const;
    std::optional<Fault> check_fields();
    std::variant<Step, Fault> feed_head(std::string_view bytes, std::size_t& used);
    std::variant<Step, Fault> feed_body(std::string_view bytes, std::size_t& used);

    Limits limits;
    RequestHead head;
    std::string body;
    std::size_t scanned = 0;  ///< of the head: no end of it before there
    std::size_t limit = 0;
    std::size_t body_read = 0;
    bool head_done = false;
};

/// What Beast lets pass.
std::optional<Fault> RequestParser::Impl::check_lines(std::string_view text) const {
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (lines > 0 && (text[at] == ' ' || text[at] == '\t')) {
            return bad("expected no folded lines");
        }
        ++lines;
        at = std::min(text.find("\r\n", at), text.size() - 2) + 2;
    }
    // The request line and the empty one at the end are no fields.
    if (lines > limits.head_fields + 2) {
        return Fault{431, "HEAD_TOO_LARGE",
                     "expected at most " + std::to_string(limits.head_fields) + " header fields"};
    }
    return std::nullopt;
}

std::optional<Fault> RequestParser::Impl::check_fields() {
    const auto count = [&](std::string_view name) {
        return std::count_if(head.headers.begin(), head.headers.end(), [&](const auto& field) {
            return boost::beast::iequals(string_view(field.first),
                                         string_view(name.data(), name.size()));
        });
    };
    if (head.target.size() > limits.target_bytes) {
        return Fault{414, "TARGET_TOO_LONG", "the request's target is too long"};
    }
    if (count("Host") > 1 || (head.http11 && count("Host") == 0)) {
        return bad("expected one Host header");
    }
    if (const auto length = head.headers.find("Content-Length");
        length && (count("Content-Length") > 1 || length->find(',') != std::string_view::npos)) {
        return bad("expected one Content-Length");
    }
    if (const auto coding = head.headers.find("Transfer-Encoding")) {
        if (!head.http11 || head.headers.find("Content-Length")) {
            return bad("expected no Transfer-Encoding beside a length or in HTTP/1.0");
        }
        if (!chunked() || !boost::beast::iequals(string_view(coding->data(), coding->size()),
                                                 string_view("chunked"))) {
            return Fault{501, "NOT_IMPLEMENTED",
                         "expected no Transfer-Encoding other than chunked"};
        }
    }
    if (const auto expected = head.headers.find("Expect")) {
        if (!boost::beast::iequals(string_view(expected->data(), expected->size()),
                                   string_view("100-continue"))) {
            return Fault{417, "EXPECTATION_FAILED", "expected Expect: 100-continue, or none"};
        }
        head.expects_continue = head.http11;
    }
    head.has_body = chunked() || content_length().value_or(0) > 0;
    head.keep_alive = keep_alive();
    const auto wanted = head.headers.find("Upgrade");
    head.upgrade = upgrade() && wanted && has_token(*wanted, "websocket");
    return std::nullopt;
}

/// "GET / HTTP/2.0": a request line, but of another version.
bool is_other_version(std::string_view text) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    const auto last = line.rfind(' ');
    return std::count(line.begin(), line.end(), ' ') == 2 &&
           line.substr(last + 1).starts_with("HTTP/");
}

std::variant<RequestParser::Step, Fault> RequestParser::Impl::feed_head(std::string_view bytes,
                                                                        std::size_t& used) {
    // Tolerated before a request (RFC 9112, 2.2): the line break behind some clients' bodies.
    while (bytes.substr(used).starts_with("\r\n")) {
        used += 2;
    }
    bytes.remove_prefix(used);
    if (used > 0) {
        scanned = 0;
    }
    if (!bytes.empty() && bytes != "\r" && (bytes[0] < 'A' || bytes[0] > 'Z')) {
        return bad("expected a request line");
    }
    const auto end = bytes.substr(0, limits.head_bytes).find("\r\n\r\n", scanned);
    if (end == std::string_view::npos) {
        if (bytes.size() >= limits.head_bytes) {
            return Fault{
                431, "HEAD_TOO_LARGE",
                "expected a head of at most " + std::to_string(limits.head_bytes) + " bytes"};
        }
        scanned = bytes.size() < 3 ? 0 : bytes.size() - 3;
        return Step::more;
    }
    const std::string_view text = bytes.substr(0, end + 4);
    if (auto fault = check_lines(text)) {
        return *std::move(fault);
    }
    ErrorCode error;
    const std::size_t taken = put({text.data(), text.size()}, error);
    if (error == http::error::bad_version && is_other_version(text)) {
        return Fault{505, "VERSION_NOT_SUPPORTED", "expected HTTP/1.1 or HTTP/1.0"};
    }
    if (error) {
        return fault_of(error);
    }
    if (!head_done || taken != text.size()) {
        return bad("malformed request head");
    }
    used += taken;
    if (auto fault = check_fields()) {
        return *std::move(fault);
    }
    return Step::head;
}

std::variant<RequestParser::Step, Fault> RequestParser::Impl::feed_body(std::string_view bytes,
                                                                        std::size_t& used) {
    // Beast asserts that it sees the last chunk whole or not at all; from no place before the end
    // of a chunked body is it nearer than that.
    const std::size_t least = chunked() ? kLastChunk.size() : 1;
    while (!is_done() && bytes.size() >= least) {
        ErrorCode error;
        const std::size_t taken = put({bytes.data(), bytes.size()}, error);
        used += taken;
        body_read += taken;
        bytes.remove_prefix(taken);
        if (error == http::error::need_more) {
            break;
        }
        if (error) {
            return fault_of(error);
        }
        if (body_read > 2 * body.size() + kFraming) {
            return bad("expected larger chunks");
        }
    }
    if (is_done()) {
        return Step::whole;
    }
    // A chunk's line, or what follows the last one, that does not end.
    if (bytes.size() > limits.head_bytes) {
        return bad("malformed chunk");
    }
    return Step::more;
}

RequestParser::RequestParser(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::variant<RequestParser::Step, Fault> RequestParser::feed(std::string_view bytes,
                                                             std::size_t& used) {
    used = 0;
    return impl_->head_done ? impl_->feed_body(bytes, used) : impl_->feed_head(bytes, used);
}

RequestHead& RequestParser::head() noexcept { return impl_->head; }
std::string& RequestParser::body() noexcept { return impl_->body; }
std::size_t RequestParser::body_bytes_read() const noexcept { return impl_->body_read; }

std::optional<Fault> RequestParser::limit_body(std::size_t bytes) {
    impl_->limit = bytes;
    if (!impl_->chunked() && impl_->content_length().value_or(0) > bytes) {
        return too_large();
    }
    return std::nullopt;
}

}  // namespace rookery::server
