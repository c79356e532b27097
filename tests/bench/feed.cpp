// A gateway that only talks: it writes a file of prepared events as fast as the socket takes them.
//
//   bench_feed make FILE (mixed|messages) EVENTS (plain|zlib|zstd)
//       prepares what goes over the wire; prints counts
//   bench_feed serve FILE [CERTIFICATE]
//       listens; with TLS when a path is given, to which the certificate is written
//
// serve prints "port N", "identified" for each client that has logged in, and "end" when it has
// written everything; it begins to write when it reads a line. It shares no code with the runtime.

#include "traffic.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using rookery::bench::Mix;
using rookery::bench::Traffic;

// ---- what goes over the wire -------------------------------------------------------------------

/// Hello, READY and the events, as they are written to the socket.
struct Wire {
    std::array<std::string, 3> parts;

    void save(const std::string& path) const {
        std::ofstream file(path, std::ios::binary);
        for (const auto& part : parts) {
            file << part.size() << '\n' << part;
        }
        if (!file.flush()) {
            throw std::runtime_error("cannot write " + path);
        }
    }

    static Wire load(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        Wire wire;
        for (auto& part : wire.parts) {
            std::size_t size = 0;
            file >> size;
            file.get();
            part.resize(size);
            file.read(part.data(), static_cast<std::streamsize>(size));
        }
        if (!file) {
            throw std::runtime_error("cannot read " + path);
        }
        return wire;
    }
};

/// Payloads as unmasked frames, compressed with one window for all.
class Framer {
  public:
    explicit Framer(const std::string& compression)
        : zlib_(compression == "zlib"), zstd_(compression == "zstd" ? ZSTD_createCCtx() : nullptr) {
        if (zlib_ && deflateInit(&z_, Z_DEFAULT_COMPRESSION) != Z_OK) {
            throw std::runtime_error("deflateInit");
        }
    }
    Framer(const Framer&) = delete;
    Framer& operator=(const Framer&) = delete;
    ~Framer() {
        deflateEnd(&z_);
        ZSTD_freeCCtx(zstd_);
    }

    void add(const std::string& payload, std::string& out) {
        if (zlib_ || zstd_ != nullptr) {
            frame(zlib_ ? deflated(payload) : zstandard(payload), '\x82', out);
        } else {
            frame(payload, '\x81', out);
        }
    }

  private:
    std::string_view deflated(const std::string& payload) {
        packed_.resize(deflateBound(&z_, payload.size()) + 64);
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
        z_.avail_in = static_cast<uInt>(payload.size());
        z_.next_out = reinterpret_cast<Bytef*>(packed_.data());
        z_.avail_out = static_cast<uInt>(packed_.size());
        if (deflate(&z_, Z_SYNC_FLUSH) != Z_OK || z_.avail_out == 0) {
            throw std::runtime_error("deflate");
        }
        return std::string_view(packed_).substr(0, packed_.size() - z_.avail_out);
    }

    std::string_view zstandard(const std::string& payload) {
        packed_.resize(ZSTD_compressBound(payload.size()) + 64);
        ZSTD_inBuffer in{payload.data(), payload.size(), 0};
        ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
        if (ZSTD_compressStream2(zstd_, &out, &in, ZSTD_e_flush) != 0 || in.pos != in.size) {
            throw std::runtime_error("ZSTD_compressStream2");
        }
        return std::string_view(packed_).substr(0, out.pos);
    }

    static void frame(std::string_view payload, char first, std::string& out) {
        out += first;
        if (payload.size() < 126) {
            out += static_cast<char>(payload.size());
        } else if (payload.size() < 65'536) {
            out += '\x7e';
            out += static_cast<char>(payload.size() >> 8U);
            out += static_cast<char>(payload.size() & 0xFFU);
        } else {
            throw std::runtime_error("a payload of more than 64 KiB");
        }
        out += payload;
    }

    bool zlib_;
    ZSTD_CCtx* zstd_;
    z_stream z_{};
    std::string packed_;
};

void make(const std::string& path, const std::string& mix, std::uint64_t events,
          const std::string& compression) {
    Traffic traffic(mix == "messages" ? Mix::messages : Mix::mixed);
    Framer framer(compression);
    Wire wire;
    // Longer than any run, so that heartbeats are rare; those that come are answered by the acks
    // below.
    framer.add(R"({"t":null,"s":null,"op":10,"d":{"heartbeat_interval":3600000}})", wire.parts[0]);
    framer.add(Traffic::ready("ws://127.0.0.1:1"), wire.parts[1]);
    for (std::uint32_t number = 0; number < Traffic::kGuildCount; ++number) {
        framer.add(traffic.guild(number), wire.parts[1]);
    }
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < events; ++i) {
        const std::string payload = traffic.next();
        bytes += payload.size();
        framer.add(payload, wire.parts[2]);
        if (i % 20'000 == 0) {
            framer.add(R"({"t":null,"s":null,"op":11,"d":null})", wire.parts[2]);
        }
    }
    wire.save(path);
    std::cout << "{\"events\":" << events << ",\"guilds\":" << Traffic::kGuildCount
              << ",\"messages\":" << traffic.messages() << ",\"json_bytes\":" << bytes
              << ",\"wire_bytes\":" << wire.parts[2].size() << "}" << std::endl;
}

// ---- one connection ----------------------------------------------------------------------------

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// A context with a certificate of its own for 127.0.0.1, which is also written to `path`.
std::unique_ptr<SSL_CTX, Free> make_tls(const std::string& path) {
    const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, Free> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("rookery bench"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    for (const auto& [id, value] : {std::pair(NID_subject_alt_name, "IP:127.0.0.1"),
                                    std::pair(NID_basic_constraints, "critical,CA:TRUE")}) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr || PEM_write_X509(file, certificate.get()) != 1) {
        throw std::runtime_error("cannot write " + path);
    }
    std::fclose(file);
    std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    return context;
}

class Connection {
  public:
    Connection(int socket, SSL_CTX* context) : socket_(socket) {
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (context != nullptr) {
            ssl_.reset(SSL_new(context));
            SSL_set_fd(ssl_.get(), socket_);
            if (SSL_accept(ssl_.get()) != 1) {
                throw std::runtime_error("no TLS");
            }
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        ssl_.reset();
        ::close(socket_);
    }

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            // A TLS record holds 16 KiB; a large plain write lets the kernel fill its buffer in one
            // go.
            const auto wanted = std::min<std::size_t>(bytes.size(), std::size_t{1} << 20U);
            const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(wanted))
                                   : ::send(socket_, bytes.data(), wanted, MSG_NOSIGNAL);
            if (sent <= 0) {
                throw std::runtime_error("the client has gone");
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Until the text holds `end`; what came after it stays.
    std::string read_until(std::string_view end) {
        std::size_t at = 0;
        while ((at = pending_.find(end)) == std::string::npos) {
            fill();
        }
        return take(at + end.size());
    }

    /// The payload of the next frame of a client; nothing when it closes.
    std::optional<std::string> read_frame() {
        const auto byte = [this](std::size_t at) {
            return static_cast<unsigned char>(pending_[at]);
        };
        need(6);
        std::size_t size = byte(1) & 0x7FU;
        std::size_t head = 2;
        if (size == 126) {
            need(8);
            size = std::size_t{byte(2)} << 8U | byte(3);
            head = 4;
        }
        const unsigned opcode = byte(0) & 0x0FU;
        need(head + 4 + size);
        const std::string key = pending_.substr(head, 4);
        std::string payload = take(head + 4 + size).substr(head + 4);
        for (std::size_t i = 0; i < payload.size(); ++i) {
            payload[i] = static_cast<char>(payload[i] ^ key[i % 4]);
        }
        return opcode == 8 ? std::nullopt : std::optional(payload);
    }

  private:
    void fill() {
        std::array<char, 4096> buffer{};
        const auto got = ssl_ ? SSL_read(ssl_.get(), buffer.data(), buffer.size())
                              : ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            throw std::runtime_error("the client has gone");
        }
        pending_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    void need(std::size_t size) {
        while (pending_.size() < size) {
            fill();
        }
    }
    std::string take(std::size_t size) {
        std::string out = pending_.substr(0, size);
        pending_.erase(0, size);
        return out;
    }

    int socket_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string pending_;
};

std::string accept_of(const std::string& head) {
    constexpr std::string_view kHeader = "Sec-WebSocket-Key: ";
    const auto at = head.find(kHeader) + kHeader.size();
    const std::string text =
        head.substr(at, head.find('\r', at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    std::array<unsigned char, 32> out{};
    const int size = EVP_EncodeBlock(out.data(), digest.data(), digest.size());
    return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size)};
}

void talk(Connection& connection, const Wire& wire, const std::string& own_url) {
    while (true) {
        const std::string head = connection.read_until("\r\n\r\n");
        if (head.find("Upgrade: websocket") == std::string::npos) {
            // Whatever is asked: enough of an account, an application and a gateway to log in with.
            const std::string account =
                R"("id":"250000000000000000","username":"bench","discriminator":"0","avatar":null)";
            const std::string body =
                "{" + account +
                R"(,"bot":true,"name":"bench","icon":null,"description":"","bot_public":true,)" +
                R"("bot_require_code_grant":false,"verify_key":"","owner":{)" + account +
                R"(},"url":")" + own_url +
                R"(","shards":1,"session_start_limit":{"total":1000,"remaining":1000,)" +
                R"("reset_after":86400000,"max_concurrency":1}})";
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
            continue;
        }
        connection.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept_of(head) + "\r\n\r\n");
        break;
    }
    connection.write(wire.parts[0]);
    while (true) {
        const auto payload = connection.read_frame();
        if (!payload) {
            return;
        }
        if (payload->find("\"token\"") != std::string::npos) {
            break;
        }
    }
    connection.write(wire.parts[1]);
    std::cout << "identified" << std::endl;
    std::string line;
    if (!std::getline(std::cin, line)) {
        return;
    }
    connection.write(wire.parts[2]);
    std::cout << "end" << std::endl;
    while (connection.read_frame()) {
    }
}

int listen_on_loopback(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 8) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("cannot listen");
    }
    port = ntohs(address.sin_port);
    return listener;
}

[[noreturn]] void serve(const std::string& path, const std::string& certificate) {
    const auto wire = std::make_shared<const Wire>(Wire::load(path));
    const std::shared_ptr<SSL_CTX> tls(certificate.empty() ? nullptr : make_tls(certificate));
    std::uint16_t port = 0;
    const int listener = listen_on_loopback(port);
    const std::string url = (tls ? "wss://127.0.0.1:" : "ws://127.0.0.1:") + std::to_string(port);
    std::cout << "port " << port << std::endl;
    while (true) {
        const int socket = ::accept(listener, nullptr, nullptr);
        std::thread([=] {
            try {
                Connection connection(socket, tls.get());
                talk(connection, *wire, url);
            } catch (const std::exception&) {
                // A client that has gone is no news.
            }
        }).detach();
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        if (words.size() == 5 && words[0] == "make") {
            make(words[1], words[2], std::stoull(words[3]), words[4]);
            return 0;
        }
        if ((words.size() == 2 || words.size() == 3) && words[0] == "serve") {
            serve(words[1], words.size() == 3 ? words[2] : "");
        }
    } catch (const std::exception& error) {
        std::cerr << "bench_feed: " << error.what() << std::endl;
        return 1;
    }
    std::cerr
        << "bench_feed make FILE (mixed|messages) EVENTS (plain|zlib|zstd)\nbench_feed serve FILE "
           "[CERTIFICATE]\n";
    return 2;
}
