#include "app/web_service.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace rookery::app {
namespace {

namespace asio = boost::asio;
using async::Task;
using hostapi::WebAnswer;
using hostapi::WebRequest;

constexpr std::size_t kMostConnectionsPerHost = 256;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

bool has(const hostapi::WebHeaders& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const auto& header) { return same_name(header.first, name); });
}

void drop(hostapi::WebHeaders& headers, std::initializer_list<std::string_view> names) {
    std::erase_if(headers, [&](const auto& header) {
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view name) { return same_name(header.first, name); });
    });
}

/// "http:example.com:443", "http:[::1]:80"
std::string capability_of(const net::Url& url) {
    const bool brackets = url.host.find(':') != std::string::npos;
    return "http:" + (brackets ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

Result<net::Url> check_url(std::string_view text, const hostapi::WebAllowed& allowed) {
    auto url = net::parse_url(text.substr(0, text.find('#')));
    if (!url) {
        return url.error();
    }
    if (url->scheme != "http" && url->scheme != "https") {
        return Error(ErrorKind::invalid,
                     "expected an address that begins with http:// or https://");
    }
    if (auto granted = allowed(capability_of(*url)); !granted) {
        return granted.error();
    }
    return url;
}

/// RFC 3986 5.2, as far as servers use it.
std::string resolve(const net::Url& base, std::string_view location) {
    if (location.find("://") != std::string_view::npos) {
        return std::string(location);
    }
    if (location.starts_with("//")) {
        return base.scheme + ":" + std::string(location);
    }
    if (location.starts_with('/')) {
        return base.origin() + std::string(location);
    }
    const std::string path = base.target.substr(0, base.target.find('?'));
    return base.origin() +
           (location.starts_with('?') ? path : path.substr(0, path.rfind('/') + 1)) +
           std::string(location);
}

bool is_redirect(unsigned status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// The wish as it is sent to where the last answer has pointed.
void redirect(WebRequest& wish, unsigned status, const net::Url& from, const net::Url& to) {
    const bool becomes_get =
        status == 303 || ((status == 301 || status == 302) && wish.method == "POST");
    if (becomes_get && wish.method != "HEAD") {
        wish.method = "GET";
        wish.body.clear();
        drop(wish.headers, {"Content-Type", "Content-Encoding", "Content-Language"});
    }
    if (from.origin() != to.origin()) {
        drop(wish.headers, {"Authorization", "Cookie", "Proxy-Authorization"});
    }
}

net::HttpOptions client_options(const WebService::Options& options) {
    net::HttpOptions out;
    out.connect.tls = options.tls;
    out.connect.allow_plain = true;
    out.connect.public_only = true;
    out.connect.hosts = options.hosts;
    out.max_connections_per_host = kMostConnectionsPerHost;
    return out;
}

}  // namespace

struct WebService::Impl {
    Impl(async::Executor executor_, Options options)
        : executor(std::move(executor_)),
          user_agent(std::move(options.user_agent)),
          client(executor, client_options(options)),
          reaper(executor, "web") {}

    /// What one session has under way. Used on the io thread.
    struct Requests {
        explicit Requests(const async::Executor& executor) : tasks(executor, "web") {}
        async::TaskGroup tasks;
    };
    using RequestsPtr = std::shared_ptr<Requests>;

    Task<Result<WebAnswer>> perform(WebRequest wish, hostapi::WebAllowed allowed);
    net::HttpRequest request_of(const WebRequest& wish, const net::Url& url, Millis left) const;
    void end(const RequestsPtr& requests);

    async::Executor executor;
    std::string user_agent;
    net::HttpClient client;
    std::list<RequestsPtr> open;
    bool stopped = false;
    async::TaskGroup reaper;  ///< waits for what has been cancelled
};

net::HttpRequest WebService::Impl::request_of(const WebRequest& wish, const net::Url& url,
                                              Millis left) const {
    net::HttpRequest request;
    request.method = wish.method;
    request.url = url;
    for (const auto& [name, value] : wish.headers) {
        request.headers.add(name, value);
    }
    if (!has(wish.headers, "Accept-Encoding")) {
        request.headers.add("Accept-Encoding", "gzip");
    }
    if (!has(wish.headers, "User-Agent")) {
        request.headers.add("User-Agent", user_agent);
    }
    if (!wish.body.empty()) {
        request.body = net::HttpBody(wish.body);
    }
    request.timeout = left;
    request.max_body = wish.max_bytes;
    return request;
}

Task<Result<WebAnswer>> WebService::Impl::perform(WebRequest wish, hostapi::WebAllowed allowed) {
    const auto until = std::chrono::steady_clock::now() + wish.timeout;
    auto url = check_url(wish.url, allowed);
    for (unsigned hops = 0;; ++hops) {
        if (!url) {
            co_return url.error();
        }
        const auto left = std::chrono::ceil<Millis>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            co_return Error(ErrorKind::timeout, url->origin() + ": not done in time");
        }
        auto answer = co_await client.request(request_of(wish, *url, left));
        if (!answer) {
            co_return answer.error();
        }
        const auto location = answer->headers.find("Location");
        if (wish.redirects == 0 || !is_redirect(answer->status) || !location) {
            WebAnswer out;
            out.status = answer->status;
            out.headers.assign(answer->headers.begin(), answer->headers.end());
            out.body = std::move(answer->body);
            out.url = url->text();
            co_return out;
        }
        if (hops >= wish.redirects) {
            co_return Error(ErrorKind::limit,
                            "more than " + std::to_string(wish.redirects) + " redirects");
        }
        auto next = check_url(resolve(*url, *location), allowed);
        if (next) {
            redirect(wish, answer->status, *url, *next);
        } else {
            next = next.error().within("redirected by " + url->origin());
        }
        url = std::move(next);
    }
}

/// Cancels, and keeps the group until its last task has ended.
void WebService::Impl::end(const RequestsPtr& requests) {
    open.remove(requests);
    requests->tasks.cancel();
    reaper.spawn("end a session", [requests]() -> Task<> { co_await requests->tasks.join(); });
}

class WebService::Session final : public hostapi::WebSession {
  public:
    Session(std::shared_ptr<Impl> impl, Impl::RequestsPtr requests)
        : impl_(std::move(impl)), requests_(std::move(requests)) {}
    ~Session() override {
        asio::post(impl_->executor, [impl = impl_, requests = requests_] {
            if (!impl->stopped) {
                impl->end(requests);
            }
        });
    }

    void request(WebRequest wish, hostapi::WebAllowed allowed, hostapi::WebDone done) override {
        asio::post(impl_->executor,
                   [impl = impl_, requests = requests_, wish = std::move(wish),
                    allowed = std::move(allowed), done = std::move(done)]() mutable {
                       if (impl->stopped) {
                           done(Error(ErrorKind::unavailable, "the runtime is stopping"));
                           return;
                       }
                       requests->tasks.spawn(
                           "request",
                           [impl = impl.get(), wish = std::move(wish), allowed = std::move(allowed),
                            done = std::move(done)]() -> Task<> {
                               auto answer = co_await impl->perform(wish, allowed);
                               done(std::move(answer));
                           });
                   });
    }

  private:
    std::shared_ptr<Impl> impl_;
    Impl::RequestsPtr requests_;
};

WebService::WebService(async::Executor executor, Options options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

WebService::~WebService() = default;

std::unique_ptr<hostapi::WebSession> WebService::open() {
    auto requests = std::make_shared<Impl::Requests>(impl_->executor);
    asio::post(impl_->executor, [impl = impl_, requests] {
        if (!impl->stopped) {
            impl->open.push_back(requests);
        }
    });
    return std::make_unique<Session>(impl_, std::move(requests));
}

Task<> WebService::stop() {
    impl_->stopped = true;
    while (!impl_->open.empty()) {
        impl_->end(Impl::RequestsPtr(impl_->open.front()));
    }
    co_await impl_->reaper.join();
}

}  // namespace rookery::app
