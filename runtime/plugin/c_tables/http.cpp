#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

#include <vector>

namespace rookery::plugin::c_tables {
namespace {

using hostapi::WebAnswer;
using hostapi::WebRequest;

/// Nothing when a pointer is null where it must not be.
std::optional<WebRequest> read(const rk_http_request_t& from) {
    const auto method = text_of(from.method);
    const auto url = text_of(from.url);
    const auto body = text_of(from.body);
    if (!method || !url || !body || (from.headers == nullptr && from.header_count != 0)) {
        return std::nullopt;
    }
    WebRequest request;
    request.url = *url;
    request.body = *body;
    request.redirects = from.redirects;
    if (!method->empty()) {
        request.method = *method;
    }
    if (from.timeout_ms != 0) {
        request.timeout = Millis{from.timeout_ms};
    }
    if (from.max_bytes != 0) {
        request.max_bytes = from.max_bytes;
    }
    for (std::uint32_t i = 0; i < from.header_count; ++i) {
        const auto name = text_of(from.headers[i].name);
        const auto value = text_of(from.headers[i].value);
        if (!name || !value) {
            return std::nullopt;
        }
        request.headers.emplace_back(*name, *value);
    }
    return request;
}

rk_status_t tell(rk_http_fn done, const Result<WebAnswer>& result, void* user, rk_error_t* reason) {
    if (!result) {
        const std::string message = result.error().message();
        return done(user, status_of(result.error().kind()), nullptr, to_c(message), reason);
    }
    std::vector<rk_http_header_t> headers;
    for (const auto& [name, value] : result->headers) {
        headers.push_back({to_c(name), to_c(value)});
    }
    rk_http_answer_t answer{};
    answer.size = sizeof(answer);
    answer.status = result->status;
    answer.url = to_c(result->url);
    answer.headers = headers.data();
    answer.header_count = static_cast<std::uint32_t>(headers.size());
    answer.body = to_c(result->body);
    return done(user, RK_OK, &answer, {nullptr, 0}, reason);
}

rk_status_t request(const rk_host_t* host, const rk_http_request_t* wish, rk_http_fn done,
                    void* user, rk_release_t release, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(wish) || done == nullptr) {
            return fail(error, RK_E_INVALID, "request: the struct is null or too small, or done");
        }
        if (wish->header_count > hostapi::Web::kMostHeaders) {
            return fail(error, RK_E_LIMIT, "request: more than 64 headers");
        }
        auto read_request = read(*wish);
        if (!read_request) {
            return fail(error, RK_E_INVALID, "request: a text is null but has a length");
        }
        hostapi::Web* const web = plugin.context().web;
        if (web == nullptr) {
            return fail(error, RK_E_UNSUPPORTED, "this host has no way out");
        }
        auto answer = plugin.pending().begin<WebAnswer>(
            "an HTTP request",
            [done](const Result<WebAnswer>& result, void* data, rk_error_t* reason) {
                return tell(done, result, data, reason);
            },
            user, release);
        if (!answer) {
            return fail(error, answer.error());
        }
        web->request(*std::move(read_request), *std::move(answer));
        return RK_OK;
    });
}

}  // namespace

const rk_http kHttp{sizeof(rk_http), 0, &request};

}  // namespace rookery::plugin::c_tables
