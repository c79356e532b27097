#include "hostapi/web.hpp"

#include "hostapi/on_worker.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::hostapi {
namespace {

constexpr std::size_t kLargestHeaders = std::size_t{32} << 10U;
/// These are the client's own affair.
constexpr std::array<std::string_view, 7> kOwnHeaders = {
    "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "expect"};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

Result<> check_headers(const WebHeaders& headers) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : headers) {
        bytes += name.size() + value.size();
        if (std::find(kOwnHeaders.begin(), kOwnHeaders.end(), lower(name)) != kOwnHeaders.end()) {
            return Error(ErrorKind::invalid, "the header " + lower(name) + " cannot be set");
        }
    }
    return headers.size() > Web::kMostHeaders || bytes > kLargestHeaders
               ? Error(ErrorKind::limit, "more than 64 headers, or 32 KiB of them")
               : Result<>();
}

}  // namespace

Web::Web(std::unique_ptr<WebSession> session, const Capabilities& capabilities,
         const std::shared_ptr<Worker>& worker)
    : session_(std::move(session)), capabilities_(capabilities), worker_(worker) {}

Result<> Web::check(const WebRequest& request) {
    if (request.timeout.count() < 1 || request.timeout > kLongestTimeout) {
        return Error(ErrorKind::invalid, "the timeout must be between 1 ms and 60 s");
    }
    if (request.max_bytes > kLargestBody || request.body.size() > kLargestBody) {
        return Error(ErrorKind::limit, "a body has at most 16 MiB");
    }
    if (request.redirects > kMostRedirects) {
        return Error(ErrorKind::invalid, "at most 5 redirects are followed");
    }
    if (auto checked = check_headers(request.headers); !checked) {
        return checked;
    }
    if (waiting_.size() >= kMostWaiting) {
        return Error(ErrorKind::limit, "256 requests are waiting already");
    }
    // The extension's own time, by which it asks.
    const auto worker = worker_.lock();
    const SteadyTime now = worker == nullptr ? counted_ : worker->now();
    const double passed = std::chrono::duration<double>(now - counted_).count();
    counted_ = now;
    tokens_ = std::min(kMostASecond, tokens_ + std::max(passed, 0.0) * kMostASecond);
    if (tokens_ < 1) {
        return Error(ErrorKind::limit, "more than 50 requests a second");
    }
    tokens_ -= 1;
    return {};
}

void Web::request(WebRequest request, WebDone done) {
    if (auto checked = check(request); !checked) {
        on_worker<WebAnswer>(worker_, std::move(done))(checked.error());
        return;
    }
    Wish wish{std::move(request), std::move(done)};
    if (under_way_ >= kMostAtOnce) {
        waiting_.push_back(std::move(wish));
    } else {
        begin(std::move(wish));
    }
}

void Web::begin(Wish wish) {
    ++under_way_;
    // Asked on the io thread, perhaps when the instance has gone: of a copy.
    WebAllowed allowed = [capabilities = capabilities_](const std::string& capability) {
        return capabilities.check(capability);
    };
    auto done =
        on_worker<WebAnswer>(worker_, [this, alive = std::weak_ptr<bool>(alive_),
                                       done = std::move(wish.done)](Result<WebAnswer> answer) {
            if (alive.expired()) {
                return;
            }
            ended();
            done(std::move(answer));
        });
    session_->request(std::move(wish.request), std::move(allowed), std::move(done));
}

void Web::ended() {
    --under_way_;
    if (!waiting_.empty()) {
        Wish next = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(next));
    }
}

}  // namespace rookery::hostapi
