// What receiving events costs at the least: clients that do nothing but one thing.
//
//   bench_floors WORK PORT EVENTS (plain|zlib|zstd|tls)
//
// WORK: split   cut the stream into frames
//       look    and look at type and sequence number
//       scan    simdjson: op, s, t and the ids of each event
//       fields  simdjson: three fields of each event
//       wanted  look, and read three fields of each message
//       dom     simdjson: a document of each event
//       write   look, and write out a document of each message
//
// Prints microseconds of CPU time per event, and the peak memory in MB. It shares no code with the
// runtime.

#include "traffic.hpp"

#include <openssl/ssl.h>
#include <simdjson.h>
#include <zlib.h>
#include <zstd.h>

#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kBuffer = std::size_t{256} << 10U;

double cpu_microseconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// What a client does with each payload. The sum of what it saw keeps the compiler honest.
class Work {
  public:
    Work() = default;
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    virtual ~Work() = default;
    /// At least SIMDJSON_PADDING readable bytes follow the payload.
    virtual void on(std::string_view payload) = 0;
    std::uint64_t seen = 0;
};

class Split final : public Work {
  public:
    void on(std::string_view payload) override { seen += payload.size(); }
};

/// The type of `{"t":"TYPE","s":123,...`; adds the sequence number to `sum`.
std::string_view look(std::string_view payload, std::uint64_t& sum) {
    if (!payload.starts_with("{\"t\":\"")) {
        return {};
    }
    const auto end = payload.find('"', 6);
    std::uint64_t seq = 0;
    for (std::size_t at = end + 6; at < payload.size() && payload[at] >= '0' && payload[at] <= '9';
         ++at) {
        seq = seq * 10 + static_cast<std::uint64_t>(payload[at] - '0');
    }
    sum += seq;
    return payload.substr(6, end - 6);
}

class Look final : public Work {
  public:
    void on(std::string_view payload) override { seen += look(payload, seen).size(); }
};

class OnDemand : public Work {
  protected:
    ondemand::document open(std::string_view payload) {
        return parser_.iterate(payload.data(), payload.size(),
                               payload.size() + simdjson::SIMDJSON_PADDING);
    }
    void add(simdjson::simdjson_result<ondemand::value> value) {
        std::string_view text;
        if (value.get_string().get(text) == simdjson::SUCCESS) {
            seen += text.size();
        }
    }
    /// Three texts of the payload, two of them one level down.
    void fields(std::string_view payload, const char* object) {
        auto document = open(payload);
        ondemand::object data;
        if (document["d"].get_object().get(data) != simdjson::SUCCESS) {
            return;
        }
        ondemand::object inner;
        if (data[object].get_object().get(inner) == simdjson::SUCCESS) {
            add(inner[object == kAuthor ? "username" : "id"]);
        }
        add(data[object == kAuthor ? "content" : "user_id"]);
        add(data[object == kAuthor ? "channel_id" : "guild_id"]);
    }

    static constexpr const char* kAuthor = "author";
    static constexpr const char* kUser = "user";
    ondemand::parser parser_;
};

class Scan final : public OnDemand {
  public:
    void on(std::string_view payload) override {
        auto document = open(payload);
        for (auto field : document.get_object()) {
            const std::string_view key = field.unescaped_key();
            if (key == "op" || key == "s") {
                std::uint64_t number = 0;
                if (field.value().get_uint64().get(number) == simdjson::SUCCESS) {
                    seen += number;
                }
            } else if (key == "t") {
                add(field.value());
            } else if (key == "d") {
                ids(field.value());
            }
        }
    }

  private:
    void ids(ondemand::value data) {
        ondemand::object object;
        if (data.get_object().get(object) != simdjson::SUCCESS) {
            return;
        }
        for (auto field : object) {
            const std::string_view key = field.unescaped_key();
            if (key == "id" || key == "guild_id" || key == "channel_id" || key == "user_id") {
                add(field.value());
            }
        }
    }
};

class Fields final : public OnDemand {
  public:
    void on(std::string_view payload) override {
        fields(payload, look(payload, seen) == "MESSAGE_CREATE" ? kAuthor : kUser);
    }
};

class Wanted final : public OnDemand {
  public:
    void on(std::string_view payload) override {
        if (look(payload, seen) == "MESSAGE_CREATE") {
            fields(payload, kAuthor);
        }
    }
};

class Dom final : public Work {
  public:
    void on(std::string_view payload) override {
        simdjson::dom::element root;
        if (parser_.parse(payload.data(), payload.size(), false).get(root) == simdjson::SUCCESS) {
            seen += root.is_object() ? 1 : 0;
        }
    }

  private:
    simdjson::dom::parser parser_;
};

class Write final : public Work {
  public:
    void on(std::string_view payload) override {
        if (look(payload, seen) != "MESSAGE_CREATE") {
            return;
        }
        simdjson::dom::element data;
        if (parser_.parse(payload.data(), payload.size(), false)["d"].get(data) ==
            simdjson::SUCCESS) {
            seen += simdjson::to_string(data).size();
        }
    }

  private:
    simdjson::dom::parser parser_;
};

std::unique_ptr<Work> make_work(std::string_view name) {
    if (name == "split") return std::make_unique<Split>();
    if (name == "look") return std::make_unique<Look>();
    if (name == "scan") return std::make_unique<Scan>();
    if (name == "fields") return std::make_unique<Fields>();
    if (name == "wanted") return std::make_unique<Wanted>();
    if (name == "dom") return std::make_unique<Dom>();
    if (name == "write") return std::make_unique<Write>();
    throw std::runtime_error("there is no work '" + std::string(name) + "'");
}

class Client {
  public:
    Client(std::uint16_t port, bool tls)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
        if (tls) {
            SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
            // Many records with one system call.
            SSL_CTX_set_read_ahead(context, 1);
            SSL_CTX_set_default_read_buffer_len(context, kBuffer);
            ssl_ = SSL_new(context);
            SSL_CTX_free(context);
            SSL_set_fd(ssl_, socket_);
            if (SSL_connect(ssl_) != 1) {
                throw std::runtime_error("no TLS");
            }
        }
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() {
        SSL_free(ssl_);
        ::close(socket_);
    }

    std::size_t read(char* to, std::size_t room) {
        const auto got = ssl_ != nullptr ? SSL_read(ssl_, to, static_cast<int>(room))
                                         : ::recv(socket_, to, room, 0);
        if (got <= 0) {
            throw std::runtime_error("the server has gone");
        }
        return static_cast<std::size_t>(got);
    }

    void write(std::string_view bytes) {
        const auto sent = ssl_ != nullptr
                              ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(bytes.size())) {
            throw std::runtime_error("cannot write");
        }
    }

  private:
    int socket_;
    SSL* ssl_ = nullptr;
};

/// Payloads out of frames out of large reads.
class Reader {
  public:
    Reader(Client& client, const std::string& transport)
        : client_(client),
          zlib_(transport == "zlib"),
          zstd_(transport == "zstd" ? ZSTD_createDCtx() : nullptr),
          buffer_(kBuffer + simdjson::SIMDJSON_PADDING) {
        plain_.resize(std::size_t{1} << 20U);
        if (zlib_) {
            inflateInit(&z_);
        }
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        inflateEnd(&z_);
        ZSTD_freeDCtx(zstd_);
    }

    void upgrade() {
        client_.write(
            "GET /?v=10&encoding=json HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: "
            "websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        std::string_view text;
        do {
            end_ += client_.read(buffer_.data() + end_, kBuffer - end_);
            text = {buffer_.data(), end_};
        } while (text.find("\r\n\r\n") == std::string_view::npos);
        begin_ = text.find("\r\n\r\n") + 4;
    }

    /// Valid until the next call.
    std::string_view next() {
        std::string_view payload;
        while (!take(payload)) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
            end_ += client_.read(buffer_.data() + end_, kBuffer - end_);
        }
        if (zstd_ != nullptr) {
            return decompressed(payload);
        }
        return zlib_ ? inflated(payload) : payload;
    }

  private:
    bool take(std::string_view& payload) {
        const auto* head = reinterpret_cast<const unsigned char*>(buffer_.data() + begin_);
        const std::size_t have = end_ - begin_;
        std::size_t size = have < 2 ? 0 : head[1];
        const std::size_t skip = size == 126 ? 4 : 2;
        if (have < skip) {
            return false;
        }
        if (size == 126) {
            size = std::size_t{head[2]} << 8U | head[3];
        }
        if (have < skip + size) {
            return false;
        }
        payload = {buffer_.data() + begin_ + skip, size};
        begin_ += skip + size;
        return true;
    }

    std::string_view inflated(std::string_view payload) {
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
        z_.avail_in = static_cast<uInt>(payload.size());
        z_.next_out = reinterpret_cast<Bytef*>(plain_.data());
        z_.avail_out = static_cast<uInt>(plain_.size() - simdjson::SIMDJSON_PADDING);
        if (inflate(&z_, Z_SYNC_FLUSH) != Z_OK) {
            throw std::runtime_error("inflate");
        }
        return {plain_.data(), plain_.size() - simdjson::SIMDJSON_PADDING - z_.avail_out};
    }

    std::string_view decompressed(std::string_view payload) {
        ZSTD_inBuffer in{payload.data(), payload.size(), 0};
        ZSTD_outBuffer out{plain_.data(), plain_.size() - simdjson::SIMDJSON_PADDING, 0};
        while (in.pos < in.size) {
            if (ZSTD_isError(ZSTD_decompressStream(zstd_, &out, &in)) != 0 || out.pos == out.size) {
                throw std::runtime_error("ZSTD_decompressStream");
            }
        }
        return {plain_.data(), out.pos};
    }

    Client& client_;
    bool zlib_;
    ZSTD_DCtx* zstd_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::vector<char> plain_;
    z_stream z_{};
};

void run(const std::string& name, std::uint16_t port, std::uint64_t events,
         const std::string& transport) {
    const auto work = make_work(name);
    Client client(port, transport == "tls");
    Reader reader(client, transport);
    reader.upgrade();
    static_cast<void>(reader.next());
    // A masked frame with the key 0: op 2.
    const std::string identify = R"({"op":2,"d":{"token":"bench","intents":0}})";
    client.write(std::string("\x81") + static_cast<char>(0x80U | identify.size()) +
                 std::string(4, '\0') + identify);
    for (std::uint32_t i = 0; i < 1 + rookery::bench::Traffic::kGuildCount; ++i) {
        static_cast<void>(reader.next());  // READY and the guilds
    }
    const double begin = cpu_microseconds();
    std::uint64_t dispatches = 0;
    while (dispatches < events) {
        const std::string_view payload = reader.next();
        // Acks have no type.
        dispatches += payload.size() > 60 ? 1 : 0;
        work->on(payload);
    }
    const double spent = cpu_microseconds() - begin;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf("%.4f %.1f %llu\n", spent / static_cast<double>(events),
                static_cast<double>(usage.ru_maxrss) / 1024,
                static_cast<unsigned long long>(work->seen));
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) {
        std::cerr << "bench_floors WORK PORT EVENTS (plain|zlib|zstd|tls)\n";
        return 2;
    }
    try {
        run(arguments[1], static_cast<std::uint16_t>(std::stoul(arguments[2])),
            std::stoull(arguments[3]), arguments[4]);
    } catch (const std::exception& error) {
        std::cerr << "bench_floors: " << error.what() << std::endl;
        return 1;
    }
    return 0;
}
