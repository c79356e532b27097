#include "net/http_client.hpp"

#include "async/signal.hpp"
#include "async/with_timeout.hpp"
#include "net/content_coding.hpp"
#include "net/http_reader.hpp"

#include <map>
#include <optional>
#include <vector>

namespace rookery::net {

using async::Task;

namespace {

constexpr std::size_t kMostHosts = 256;
constexpr std::size_t kFilePiece = std::size_t{64} << 10U;

struct Idle {
    Stream stream;
    SteadyTime since;
};

/// The connections to one origin.
struct Host {
    explicit Host(const async::Executor& executor) : freed(executor) {}

    std::vector<Idle> idle;  ///< most recently used last
    std::size_t in_use = 0;
    async::Signal freed;
};

/// The right to one connection; goes with the coroutine that holds it.
class Lease {
  public:
    explicit Lease(Host& host) : host_(host) { ++host_.in_use; }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
        --host_.in_use;
        host_.freed.notify_all();
    }

  private:
    Host& host_;
};

/// RFC 9110 9.2.2: repeating these changes nothing.
bool is_idempotent(const std::string& method) {
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

}  // namespace

struct HttpClient::Impl {
    Impl(async::Executor executor_, HttpOptions options_)
        : executor(std::move(executor_)), options(std::move(options_)) {}

    Host& host(const Url& url);
    std::optional<Stream> take_idle(Host& host) const;
    [[nodiscard]] std::size_t max_body(const HttpRequest& request) const {
        return request.max_body == 0 ? options.max_body : request.max_body;
    }
    static Task<Result<>> write_rest(Stream& stream, const HttpBody& body);
    Task<Result<HttpAnswer>> exchange(Stream& stream, const HttpRequest& request,
                                      const std::string& bytes, bool& any_byte) const;
    Task<Result<HttpResponse>> perform(HttpRequest request);

    async::Executor executor;
    HttpOptions options;
    HttpCounters counters;
    std::map<std::string, Host> hosts;  ///< by origin
};

/// Origins that nobody uses any more are forgotten once there are many.
Host& HttpClient::Impl::host(const Url& url) {
    const std::string origin = url.origin();
    if (hosts.size() >= kMostHosts && !hosts.contains(origin)) {
        std::erase_if(hosts, [](const auto& one) { return one.second.in_use == 0; });
    }
    return hosts.try_emplace(origin, executor).first->second;
}

/// A connection that is still good, as far as can be seen from here.
std::optional<Stream> HttpClient::Impl::take_idle(Host& host) const {
    const auto oldest = std::chrono::steady_clock::now() - options.idle_timeout;
    while (!host.idle.empty()) {
        Idle idle = std::move(host.idle.back());
        host.idle.pop_back();
        if (idle.since > oldest && idle.stream.is_quiet()) {
            return std::move(idle.stream);
        }
    }
    return std::nullopt;
}

/// Everything behind what write_request() gives.
Task<Result<>> HttpClient::Impl::write_rest(Stream& stream, const HttpBody& body) {
    std::vector<char> buffer;
    for (std::size_t i = 0; i < body.parts().size(); ++i) {
        const auto& part = body.parts()[i];
        if (part.file.empty()) {
            if (i == 0) {
                continue;
            }
            const auto written = co_await stream.write(part.text);
            if (!written) {
                co_return written.error();
            }
            continue;
        }
        auto file = BodyFile::open(part);
        buffer.resize(kFilePiece);
        while (true) {
            const auto piece = file ? file->next(buffer) : Result<std::string_view>(file.error());
            if (!piece) {
                // The server waits for bytes that never come; nothing else can be told it.
                stream.close();
                co_return Error(ErrorKind::invalid, piece.error().message());
            }
            if (piece->empty()) {
                break;
            }
            const auto written = co_await stream.write(*piece);
            if (!written) {
                co_return written.error();
            }
        }
    }
    co_return Result<>();
}

Task<Result<HttpAnswer>> HttpClient::Impl::exchange(Stream& stream, const HttpRequest& request,
                                                    const std::string& bytes,
                                                    bool& any_byte) const {
    // A server that answers early (413) may stop reading: its answer counts more than the failed
    // write.
    auto written = co_await stream.write(bytes);
    if (written && !request.body.empty()) {
        written = co_await write_rest(stream, request.body);
    }
    if (!written && written.error().kind() == ErrorKind::invalid) {
        co_return written.error();
    }
    auto answer = co_await read_answer(
        stream, {options.max_header, max_body(request), request.method == "HEAD"}, any_byte);
    if (!answer && !written) {
        co_return written.error();
    }
    co_return answer;
}

Task<Result<HttpResponse>> HttpClient::Impl::perform(HttpRequest request) {
    const auto bytes = write_request(request);
    if (!bytes) {
        co_return bytes.error();
    }
    Host& target = host(request.url);
    const std::size_t most =
        options.max_connections_per_host + (request.urgent ? options.urgent_connections : 0);
    while (target.in_use >= most) {
        co_await target.freed.wait();
    }
    const Lease lease(target);
    ++counters.requests;
    while (true) {
        auto stream = take_idle(target);
        const bool reused = stream.has_value();
        if (!reused) {
            ++counters.connects;
            auto made = co_await Stream::connect(request.url, options.connect);
            if (!made) {
                co_return made.error();
            }
            stream = *std::move(made);
        }
        bool any_byte = false;
        auto answer = co_await exchange(*stream, request, *bytes, any_byte);
        if (answer) {
            if (answer->keep_alive && answer->rest.empty()) {
                target.idle.push_back({*std::move(stream), std::chrono::steady_clock::now()});
            }
            auto& response = answer->response;
            const auto coding = response.headers.find("Content-Encoding").value_or("");
            auto body = decode_content(coding, std::move(response.body), max_body(request));
            if (!body) {
                co_return body.error();
            }
            response.body = *std::move(body);
            co_return std::move(response);
        }
        // The server closed the connection just as we took it up again. Each round uses up an idle
        // one.
        const bool died_idle = reused && !any_byte && answer.error().kind() == ErrorKind::io;
        if (!died_idle || !is_idempotent(request.method)) {
            co_return answer.error();
        }
        ++counters.replays;
    }
}

HttpClient::HttpClient(async::Executor executor, HttpOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(options))) {}

HttpClient::~HttpClient() = default;

Task<Result<HttpResponse>> HttpClient::request(HttpRequest request) {
    // The path stays out of every message: it may hold a webhook's token.
    const auto what = request.method + " " + request.url.origin();
    const auto timeout = request.timeout;
    auto response = co_await async::with_timeout(impl_->perform(std::move(request)), timeout, what);
    if (!response && response.error().kind() != ErrorKind::timeout) {
        co_return response.error().within(what);
    }
    co_return response;
}

void HttpClient::close_idle() {
    for (auto& [origin, host] : impl_->hosts) {
        host.idle.clear();
    }
}

const HttpCounters& HttpClient::counters() const noexcept { return impl_->counters; }

}  // namespace rookery::net
