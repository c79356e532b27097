#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/tls.hpp"
#include "net/url.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::net {

/// How connections are made; common to HTTP and websocket.
struct ConnectOptions {
    std::optional<TlsContext> tls;  ///< needed for https and wss
    bool allow_plain = false;       ///< plain text to other machines than this one
    /// A name leads to addresses of the open internet only; a host that is an address, or
    /// localhost, goes where it says.
    bool public_only = false;
    Millis timeout{15'000};  ///< name lookup, TCP and TLS together
    /// Addresses of hosts that are not to be looked up, by name; tried in this order.
    std::map<std::string, std::vector<std::string>> hosts = {};
};

/// A connected byte stream, plain or TLS. Belongs to the io thread. One read and one write may be
/// under way at the same time. Every operation honours cancellation; after a cancelled one the
/// stream is of no use any more. The destructor closes at once.
class Stream {
  public:
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();

    /// Resolves the host, tries its addresses in turn, and makes TLS with the host's name checked.
    /// Errors: unavailable (lookup, refused, unreachable), timeout, denied (plain text to another
    /// machine; no public address where one is asked for; a certificate that does not prove the
    /// host), protocol (TLS).
    [[nodiscard]] static async::Task<Result<Stream>> connect(Url url, ConnectOptions options);

    /// Waits for bytes, then takes as many as are there and fit. 0: the peer has closed its side.
    [[nodiscard]] async::Task<Result<std::size_t>> read_some(std::span<char> buffer);
    /// Writes everything. `bytes` must stay until then.
    [[nodiscard]] async::Task<Result<>> write(std::string_view bytes);

    /// False when an idle connection is known to be of no use: closed by the peer, or with bytes
    /// that nobody asked for. Does not wait.
    [[nodiscard]] bool is_quiet();

    void close() noexcept;

  private:
    struct Impl;
    explicit Stream(std::unique_ptr<Impl> impl);
    [[nodiscard]] static async::Task<Result<Stream>> connect_now(Url url, ConnectOptions options);

    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::net
