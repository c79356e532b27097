#pragma once

#include "base/result.hpp"
#include "server/http/handler.hpp"
#include "server/http/limits.hpp"
#include "server/mailbox.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rookery::server {

struct HttpOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;             ///< 0: any free one
    std::filesystem::path certificate;  ///< PEM, with its chain; empty: plain
    std::filesystem::path key;
    std::vector<std::string> cors;             ///< origins; "*": any
    std::vector<std::string> trusted_proxies;  ///< addresses or networks
    bool access_log = true;
    Limits limits;
};

struct HttpStats;

/// The listening socket, its connections, and who answers what they ask. Belongs to the thread that
/// runs the context; all but close() may also be called before that thread runs.
class HttpServer {
  public:
    HttpServer(boost::asio::io_context& context, MailboxPtr mailbox);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Listens as told, in place of what was told before: connections that are there stay. On an
    /// error, which names the address or file, everything is as it was.
    [[nodiscard]] Result<> apply(HttpOptions options);

    /// `handler` answers what is at `prefix` ("/api") or below it; the longest prefix wins. It
    /// outlives its mount. RK_ASSERT: nobody has that prefix.
    void mount(const std::string& prefix, Handler& handler);
    /// Requests to it that are not whole yet are answered with 503.
    void unmount(const std::string& prefix);

    /// "http://127.0.0.1:3000"
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::size_t connections() const noexcept;
    [[nodiscard]] const HttpStats& stats() const noexcept;

    /// Takes no more connections, ends those that are idle, and lets requests that are under way
    /// come to their end until `patience` is over; then close(). `done` runs when none is left.
    void drain(Millis patience, std::function<void()> done);
    /// Ends all at once.
    void close();

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace rookery::server
