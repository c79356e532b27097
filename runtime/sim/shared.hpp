#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sim/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace rookery::sim {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Measures by the machine's time, and dates by the calendar that is given.
class DatedClock final : public Clock {
  public:
    explicit DatedClock(const Clock* calendar) : calendar_(calendar) {}

    [[nodiscard]] SteadyTime now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] WallTime wall() const override {
        return calendar_ == nullptr ? std::chrono::system_clock::now() : calendar_->wall();
    }

  private:
    const Clock* calendar_;
};

/// What the platforms of one simulator share: its loop, its clock and how they listen. Simulator
/// thread, but for the start.
class Shared {
  public:
    using Use = std::function<void(boost::asio::ip::tcp::socket)>;

    explicit Shared(Options chosen) : options(std::move(chosen)), clock(options.calendar) {}
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared();

    /// Makes the certificate when TLS is wanted, and writes it where clients find it.
    [[nodiscard]] Result<> prepare();
    /// Accepts connections and hands each to `use`, until the end. Gives "127.0.0.1:PORT".
    [[nodiscard]] Result<std::string> listen(std::uint16_t port, Use use);
    /// "http://127.0.0.1:PORT", with an s behind the scheme when TLS is spoken.
    [[nodiscard]] std::string url(const std::string& scheme, const std::string& host) const {
        return scheme + (tls != nullptr ? "s" : "") + "://" + host;
    }
    /// A port of the options counts for the first platform alone; 0 (any) for the others.
    [[nodiscard]] std::uint16_t port_for(std::string_view platform, std::uint16_t wanted) const {
        return options.platforms.front() == platform ? wanted : std::uint16_t{0};
    }
    /// The tokens of another platform than Discord; at least one.
    [[nodiscard]] std::vector<std::string> tokens(const std::string& platform) const;

    Options options;
    DatedClock clock;
    TlsContext tls;       ///< null without TLS
    std::string ca_file;  ///< empty without TLS
    std::string control_url;
    boost::asio::io_context io{1};

  private:
    void accept(boost::asio::ip::tcp::acceptor& acceptor, Use use);

    std::list<boost::asio::ip::tcp::acceptor> acceptors_;
};

/// Writes a file that only its owner may read: it holds tokens.
[[nodiscard]] Result<> write_private(const std::filesystem::path& path, const std::string& text);

}  // namespace rookery::sim
