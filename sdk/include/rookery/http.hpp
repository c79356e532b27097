#pragma once

#include <rookery/abi/ext/http.h>
#include <rookery/arguments.hpp>
#include <rookery/async.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// Names and values in turn: {"Accept", "text/plain", "X-Key", "1"}; up to eight pairs.
class HttpHeaders {
  public:
    HttpHeaders() = default;
    template <ops::TextLike... Each>
    requires(sizeof...(Each) % 2 == 0 && sizeof...(Each) <= 16) HttpHeaders(const Each&... each)
    noexcept : texts_{std::string_view(each)...}, count_(sizeof...(Each) / 2) {}

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] std::string_view name(std::size_t i) const noexcept { return texts_[2 * i]; }
    [[nodiscard]] std::string_view value(std::size_t i) const noexcept { return texts_[2 * i + 1]; }

  private:
    std::string_view texts_[16]{};
    std::size_t count_ = 0;
};

/// Zeroes ask for what stands in brackets. It only refers to texts, which are read when the request
/// is made.
struct HttpOptions {
    HttpHeaders headers{};
    std::string_view body{};
    std::chrono::milliseconds timeout{};  ///< at most a minute [10 s]
    std::uint32_t max_bytes = 0;          ///< of the answer, at most 16 MiB [1 MiB]
    std::uint32_t redirects = 0;          ///< followed, at most 5 [none]
};

struct HttpResponse {
    std::uint32_t status = 0;
    std::string url;  ///< that answered
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// Empty when there is none of that name, which is compared without regard to case.
    [[nodiscard]] std::string_view header(std::string_view name) const {
        for (const auto& [key, value] : headers) {
            bool same = key.size() == name.size();
            for (std::size_t i = 0; same && i < name.size(); ++i) {
                same = lower(key[i]) == lower(name[i]);
            }
            if (same) {
                return value;
            }
        }
        return {};
    }

  private:
    static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
};

/// Asks other services: those hosts that the plugin has been granted ("http:api.example.com"). Each
/// request gives a Result<HttpResponse>, of any status, and can be awaited or given a callback by
/// then(). Instance thread.
class Http {
    // What is deduced stands before what uses it.
  private:
    struct Kept {
        std::string method;
        std::string url;
        std::string body;
        std::vector<std::pair<std::string, std::string>> headers;
        HttpOptions options;

        rk_status_t begin(const Host& host, void* user, rk_error_t* error) const {
            std::vector<rk_http_header_t> list;
            for (const auto& [name, value] : headers) {
                list.push_back({detail::to_text(name), detail::to_text(value)});
            }
            rk_http_request_t request{};
            request.size = sizeof(request);
            request.timeout_ms = static_cast<std::uint32_t>(options.timeout.count());
            request.max_bytes = options.max_bytes;
            request.redirects = options.redirects;
            request.method = detail::to_text(method);
            request.url = detail::to_text(url);
            request.headers = list.data();
            request.header_count = static_cast<std::uint32_t>(list.size());
            request.body = detail::to_text(body);
            return detail::service<rk_http_t>(host, RK_HTTP_ID)
                .request(host.raw, &request, &end, user, &detail::Sink<HttpResponse>::release,
                         error);
        }
    };

    static rk_status_t end(void* user, rk_status_t status, const rk_http_answer_t* answer,
                           rk_text_t message, rk_error_t* error) {
        return detail::guarded(error, [&] {
            auto& sink = *static_cast<detail::Sink<HttpResponse>*>(user);
            if (status < 0 || answer == nullptr) {
                sink.take(Failure{status < 0 ? status : RK_E_INTERNAL,
                                  std::string(detail::to_view(message))});
                return RK_OK;
            }
            HttpResponse out;
            out.status = answer->status;
            out.url = detail::to_view(answer->url);
            for (std::uint32_t i = 0; i < answer->header_count; ++i) {
                out.headers.emplace_back(detail::to_view(answer->headers[i].name),
                                         detail::to_view(answer->headers[i].value));
            }
            out.body = detail::to_view(answer->body);
            sink.take(std::move(out));
            return RK_OK;
        });
    }

  public:
    explicit Http(const Host& host) : host_(&host) {}

    [[nodiscard]] auto request(std::string_view method, std::string_view url,
                               const HttpOptions& options = {}) const {
        Kept kept{std::string(method), std::string(url), std::string(options.body), {}, options};
        for (std::size_t i = 0; i < options.headers.size(); ++i) {
            kept.headers.emplace_back(options.headers.name(i), options.headers.value(i));
        }
        return detail::async<HttpResponse>(
            *host_, [kept = std::move(kept)](const Host& host, detail::Sink<HttpResponse>* sink,
                                             rk_error_t* error) {
                return sink == nullptr ? RK_OK : kept.begin(host, sink, error);
            });
    }
    [[nodiscard]] auto get(std::string_view url, const HttpOptions& options = {}) const {
        return request("GET", url, options);
    }
    [[nodiscard]] auto post(std::string_view url, std::string_view body,
                            const HttpOptions& options = {}) const {
        HttpOptions with_body = options;
        with_body.body = body;
        return request("POST", url, with_body);
    }

  private:
    const Host* host_;
};

}  // namespace rookery
