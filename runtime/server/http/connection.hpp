#pragma once

#include "server/http/core.hpp"
#include "server/http/handler.hpp"
#include "server/http/request_parser.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace rookery::server {

/// One client, one request at a time. Lives as long as its HttpCore lists it. Server thread.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = decltype(Upgraded::socket);
    using TlsPtr = std::shared_ptr<boost::asio::ssl::context>;

    /// `tls`: what `socket` was made with; null when it is plain. `peer`: the other end's address.
    Connection(HttpCorePtr core, Socket socket, TlsPtr tls, std::string peer);
    ~Connection();

    void start();
    /// No further request is taken.
    void drain();
    /// At once.
    void close();

  private:
    class Live;
    enum class State : std::uint8_t {
        handshake,
        head,       ///< between requests, or the head is on its way
        body,       ///< admitted
        handling,   ///< the handler has it
        writing,    ///< the answer, or a 100
        upgrading,  ///< the 101
        lingering,  ///< the last answer is out; what still comes is thrown away
    };

    /// What is known of the request under way, and outlives its Exchange.
    struct Current {
        std::string id;
        std::string line;  ///< method and path
        std::string peer;
        std::string key;  ///< the id of whose it is
        Headers headers;  ///< what CORS looks at
        bool is_head = false;
        bool http11 = true;
        bool keep = false;       ///< the connection may stay after the answer
        bool body_left = false;  ///< some of it has not been read
        SteadyTime began{};
    };

    template <class Visit>
    decltype(auto) with_socket(Visit visit);
    [[nodiscard]] boost::asio::ip::tcp::socket& lowest();

    void read();
    void on_read(const boost::system::error_code& error, std::size_t bytes);
    void peer_gone();
    void advance();
    [[nodiscard]] bool feed();
    void refuse(const Fault& fault);

    void on_head();
    [[nodiscard]] std::optional<Response> make_request();
    void admit();
    void send_continue();
    void hand_over();
    [[nodiscard]] std::optional<Response> check_upgrade() const;
    void upgrade();
    void finish_upgrade(Handler::Upgrade take);

    void respond(Response response);
    void on_written();
    void finish();
    void log_access(unsigned status, std::size_t bytes) const;

    void begin_phase();
    void arm(Millis after);
    void on_deadline();

    HttpCorePtr core_;
    Socket socket_;
    TlsPtr tls_;
    std::string peer_;
    State state_ = State::handshake;
    std::unique_ptr<std::array<char, 8192>> chunk_;
    std::string in_;  ///< came, and was not used
    bool reading_ = false;
    bool closed_ = false;
    bool draining_ = false;

    RequestParser parser_;
    Current current_;
    MountPtr mount_;
    std::shared_ptr<Live> live_;     ///< until the handler has it
    std::weak_ptr<Live> answering_;  ///< then

    Response response_;
    std::string out_;
    std::size_t out_sent_ = 0;
    SteadyTime phase_began_{};  ///< of a body's way in, or an answer's way out

    boost::asio::steady_timer deadline_;
    std::uint64_t armed_ = 0;
};

}  // namespace rookery::server
