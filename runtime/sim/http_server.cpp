#include "sim/http_server.hpp"

#include "sim/ws_upgrade.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <sstream>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kMaxBody = std::size_t{25} << 20U;
constexpr auto kIdle = std::chrono::minutes(5);
constexpr auto kTrickle = std::chrono::milliseconds(50);

HttpRequest to_request(const http::request<http::string_body>& raw) {
    HttpRequest request;
    request.method = std::string(raw.method_string());
    const std::string target(raw.target());
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) {
        std::string_view rest = std::string_view(target).substr(mark + 1);
        while (!rest.empty()) {
            const auto pair = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
            const auto equals = std::min(pair.find('='), pair.size());
            request.query.emplace(percent_decoded(pair.substr(0, equals)),
                                  percent_decoded(pair.substr(std::min(pair.size(), equals + 1))));
        }
    }
    for (const auto& field : raw) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        request.headers.emplace(std::move(name), std::string(field.value()));
    }
    request.body = raw.body();
    return request;
}

template <class Stream>
class Connection final : public std::enable_shared_from_this<Connection<Stream>> {
  public:
    template <class... Args>
    explicit Connection(std::shared_ptr<asio::ssl::context> tls, const HttpHandler& handler,
                        const UpgradeHandler* upgrades, Args&&... args)
        : tls_(std::move(tls)),
          handler_(handler),
          upgrades_(upgrades),
          stream_(std::forward<Args>(args)...),
          delay_(stream_.get_executor()) {}

    void start() {
        if constexpr (std::is_same_v<Stream, Secure>) {
            beast::get_lowest_layer(stream_).expires_after(kIdle);
            stream_.async_handshake(asio::ssl::stream_base::server,
                                    [self = this->shared_from_this()](ErrorCode error) {
                                        if (!error) {
                                            self->read();
                                        }
                                    });
        } else {
            read();
        }
    }

  private:
    void read() {
        parser_.emplace();
        parser_->body_limit(kMaxBody);
        beast::get_lowest_layer(stream_).expires_after(kIdle);
        http::async_read(stream_, buffer_, *parser_,
                         [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                             if (!error) {
                                 self->handle();
                             }
                         });
    }

    void handle() {
        beast::get_lowest_layer(stream_).expires_never();
        auto request = to_request(parser_->get());
        const bool wants_socket =
            upgrades_ != nullptr && *upgrades_ && beast::websocket::is_upgrade(parser_->get());
        if (const auto taker = wants_socket ? (*upgrades_)(request) : WsTaker{}) {
            UpgradeRequest upgrade{parser_->release().base()};
            return taker(take_upgrade(std::move(stream_), tls_, std::move(upgrade)));
        }
        keep_alive_ = parser_->get().keep_alive() && !wants_socket;
        handler_(std::move(request), [self = this->shared_from_this()](HttpReply reply) {
            if (reply.delay == Millis{0}) {
                return self->answer(reply);
            }
            self->delay_.expires_after(reply.delay);
            self->delay_.async_wait(
                [self, reply = std::move(reply)](ErrorCode) { self->answer(reply); });
        });
    }

    void answer(const HttpReply& reply) {
        response_ = {static_cast<http::status>(reply.status), 11};
        response_.set(http::field::server, "rookery-sim");
        for (const auto& [name, value] : reply.headers) {
            response_.insert(name, value);
        }
        if (!reply.body.empty()) {
            response_.set(http::field::content_type, reply.content_type);
        }
        response_.body() = reply.body;
        response_.keep_alive(keep_alive_);
        if (reply.status != 204) {
            response_.content_length(reply.body.size());
        }
        if (reply.cut) {
            return cut();
        }
        if (reply.endless) {
            half_ =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                "Transfer-Encoding: chunked\r\n\r\n";
            return trickle();
        }
        http::async_write(stream_, response_,
                          [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                              if (!error && self->keep_alive_) {
                                  self->read();
                              } else {
                                  self->close();
                              }
                          });
    }

    void cut() {
        std::ostringstream text;
        text << response_;
        half_ = text.str();
        half_.resize(half_.size() / 2);
        asio::async_write(
            stream_, asio::buffer(half_),
            [self = this->shared_from_this()](ErrorCode, std::size_t) { self->close(); });
    }

    /// One more chunk every now and then, until the client has enough.
    void trickle() {
        half_ += "1\r\n \r\n";
        asio::async_write(stream_, asio::buffer(half_),
                          [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                              if (error) {
                                  return self->close();
                              }
                              self->half_.clear();
                              self->delay_.expires_after(kTrickle);
                              self->delay_.async_wait([self](ErrorCode over) {
                                  if (!over) {
                                      self->trickle();
                                  }
                              });
                          });
    }

    void close() {
        ErrorCode ignored;
        auto& socket = beast::get_lowest_layer(stream_).socket();
        socket.shutdown(asio::socket_base::shutdown_both, ignored);
        socket.close(ignored);
    }

    std::shared_ptr<asio::ssl::context> tls_;
    const HttpHandler& handler_;
    const UpgradeHandler* upgrades_;
    Stream stream_;
    asio::steady_timer delay_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    std::string half_;
    bool keep_alive_ = true;
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::string HttpRequest::query_value(std::string_view name, std::string_view fallback) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string(fallback) : found->second;
}

std::int64_t HttpRequest::query_number(std::string_view name, std::int64_t fallback) const {
    const auto text = query_value(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size() && number >= 0;
    return whole ? number : fallback;
}

HttpReply json_reply(const nlohmann::json& body, unsigned status) {
    HttpReply reply;
    reply.status = status;
    reply.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return reply;
}

HttpReply no_content() {
    HttpReply reply;
    reply.status = 204;
    return reply;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

void serve_http(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                const HttpHandler& handler, const UpgradeHandler* upgrades) {
    ErrorCode ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (tls) {
        auto& context = *tls;
        std::make_shared<Connection<Secure>>(std::move(tls), handler, upgrades, std::move(socket),
                                             context)
            ->start();
    } else {
        std::make_shared<Connection<Plain>>(nullptr, handler, upgrades, std::move(socket))->start();
    }
}

}  // namespace rookery::sim
