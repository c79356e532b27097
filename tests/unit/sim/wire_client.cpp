#include "unit/sim/wire_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cctype>

namespace rookery::sim::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;

struct Place {
    std::string host;
    std::string port;
    std::string path;
};

Place split(const std::string& url) {
    const auto host = url.find("://") + 3;
    const auto colon = url.find(':', host);
    const auto slash = std::min(url.find('/', host), url.size());
    return {url.substr(host, colon - host), url.substr(colon + 1, slash - colon - 1),
            url.substr(slash)};
}

}  // namespace

struct WireGateway::State {
    asio::io_context io;
    websocket::stream<beast::tcp_stream> ws{io};
    beast::flat_buffer buffer;
    z_stream inflater{};
    bool compressed = false;
    ZSTD_DCtx* zstd = nullptr;
    std::string pending;
    error_code error;
    std::uint64_t seq = 0;
    std::size_t messages = 0;
    bool reading = false;

    /// What is pending is one payload of the zstd stream.
    std::string decompressed() {
        std::string out;
        ZSTD_inBuffer in{pending.data(), pending.size(), 0};
        std::string piece(65'536, '\0');
        ZSTD_outBuffer to{piece.data(), piece.size(), 0};
        do {
            to.pos = 0;
            if (ZSTD_isError(ZSTD_decompressStream(zstd, &to, &in)) != 0) {
                pending.clear();
                return "zstd error";
            }
            out.append(piece.data(), to.pos);
        } while (in.pos < in.size || to.pos == to.size);
        pending.clear();
        return out;
    }

    /// Runs until `done`, or the time is over.
    void drive(const bool& done, milliseconds patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!done && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_until(deadline);
        }
    }
};

WireGateway::WireGateway(const std::string& url, const std::string& query)
    : state_(std::make_unique<State>()) {
    auto& s = *state_;
    const auto place = split(url);
    s.compressed = query.find("zlib-stream") != std::string::npos;
    inflateInit(&s.inflater);
    s.zstd = query.find("zstd-stream") != std::string::npos ? ZSTD_createDCtx() : nullptr;
    s.ws.read_message_max(std::size_t{256} << 20U);
    const auto endpoints = asio::ip::tcp::resolver(s.io).resolve(place.host, place.port, s.error);
    if (!s.error) {
        asio::connect(beast::get_lowest_layer(s.ws).socket(), endpoints, s.error);
    }
    bool done = s.error.failed();
    if (!done) {
        s.ws.async_handshake(place.host, query, [&](error_code e) {
            s.error = e;
            done = true;
        });
        s.drive(done, kPatience);
    }
}

WireGateway::~WireGateway() {
    drop();
    inflateEnd(&state_->inflater);
    ZSTD_freeDCtx(state_->zstd);
}

bool WireGateway::connected() const { return !state_->error; }

void WireGateway::send(const Json& payload) { send_text(payload.dump()); }

void WireGateway::send_text(const std::string& text) {
    bool done = false;
    state_->ws.async_write(asio::buffer(text), [&](error_code, std::size_t) { done = true; });
    state_->drive(done, kPatience);
}

void WireGateway::send_binary(const std::string& bytes) {
    state_->ws.binary(true);
    send_text(bytes);
    state_->ws.binary(false);
}

void WireGateway::close(unsigned code) {
    bool done = false;
    state_->ws.async_close(websocket::close_reason(static_cast<websocket::close_code>(code)),
                           [&](error_code) { done = true; });
    state_->drive(done, kPatience);
}

void WireGateway::drop() {
    error_code ignored;
    beast::get_lowest_layer(state_->ws).socket().close(ignored);
    state_->io.restart();
    state_->io.poll();
    state_->error = asio::error::not_connected;
}

std::optional<std::string> WireGateway::next_text(milliseconds patience) {
    auto& s = *state_;
    while (!s.error) {
        bool done = false;
        if (!s.reading) {
            s.reading = true;
            s.ws.async_read(s.buffer, [&s](error_code e, std::size_t) {
                s.error = e;
                s.reading = false;
            });
        }
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (s.reading && std::chrono::steady_clock::now() < deadline) {
            s.io.restart();
            s.io.run_one_until(deadline);
        }
        done = !s.reading;
        if (!done || s.error) {
            return std::nullopt;
        }
        ++s.messages;
        s.pending += beast::buffers_to_string(s.buffer.data());
        s.buffer.clear();
        if (s.zstd != nullptr) {
            return s.decompressed();
        }
        if (!s.compressed) {
            return std::exchange(s.pending, {});
        }
        if (!s.pending.ends_with(std::string("\0\0\xff\xff", 4))) {
            continue;
        }
        std::string out;
        s.inflater.next_in = reinterpret_cast<Bytef*>(s.pending.data());
        s.inflater.avail_in = static_cast<uInt>(s.pending.size());
        do {
            const auto used = out.size();
            out.resize(used + 65'536);
            s.inflater.next_out = reinterpret_cast<Bytef*>(out.data() + used);
            s.inflater.avail_out = 65'536;
            const int status = inflate(&s.inflater, Z_SYNC_FLUSH);
            out.resize(out.size() - s.inflater.avail_out);
            if (status != Z_OK && status != Z_BUF_ERROR) {
                s.pending.clear();
                return "inflate error";
            }
        } while (s.inflater.avail_out == 0);
        s.pending.clear();
        return out;
    }
    return std::nullopt;
}

Json WireGateway::next(milliseconds patience) {
    const auto text = next_text(patience);
    auto json = text ? Json::parse(*text, nullptr, false) : Json();
    if (json.is_object() && json.contains("s") && json["s"].is_number()) {
        state_->seq = std::max(state_->seq, json["s"].get<std::uint64_t>());
    }
    return json;
}

Json WireGateway::until(const std::string& type, milliseconds patience) {
    while (true) {
        auto payload = next(patience);
        if (payload.is_null() || payload.value("t", Json()) == type) {
            return payload;
        }
    }
}

Json WireGateway::until_op(int op, milliseconds patience) {
    while (true) {
        auto payload = next(patience);
        if (payload.is_null() || payload.value("op", -1) == op) {
            return payload;
        }
    }
}

unsigned WireGateway::close_code(milliseconds patience) {
    while (!state_->error) {
        if (!next_text(patience) && !state_->error) {
            return 0;
        }
    }
    const auto code = static_cast<unsigned>(state_->ws.reason().code);
    return code == 0 ? 1006 : code;
}

Json WireGateway::identify(std::uint64_t intents, const std::string& token) {
    return {{"op", 2},
            {"d",
             {{"token", token},
              {"intents", intents},
              {"properties", {{"os", "linux"}, {"browser", "test"}, {"device", "test"}}}}}};
}

Json WireGateway::login(std::uint64_t intents, const std::string& token) {
    if (until_op(10).is_null()) {
        return {};
    }
    send(identify(intents, token));
    const auto ready = until("READY");
    return ready.is_null() ? Json() : ready["d"];
}

void WireGateway::resume(const std::string& session, std::uint64_t seq, const std::string& token) {
    send({{"op", 6}, {"d", {{"token", token}, {"session_id", session}, {"seq", seq}}}});
}

std::uint64_t WireGateway::seq() const { return state_->seq; }
std::size_t WireGateway::messages() const { return state_->messages; }

WireReply call(const std::string& api_url, const std::string& method, const std::string& path,
               const std::string& body, const std::map<std::string, std::string>& headers) {
    const auto place = split(api_url);
    asio::io_context io;
    beast::tcp_stream stream(io);
    http::request<http::string_body> request(http::string_to_verb(method), place.path + path, 11,
                                             body);
    std::map<std::string, std::string> all = {
        {"Host", place.host},
        {"Authorization", "Bot sim.token.rookery-demo"},
        {"User-Agent", "DiscordBot (https://example.invalid, 1.0)"}};
    if (!body.empty()) {
        all["Content-Type"] = "application/json";
    }
    for (const auto& [name, value] : headers) {
        all[name] = value;
    }
    for (const auto& [name, value] : all) {
        if (!value.empty()) {
            request.set(name, value);
        }
    }
    request.prepare_payload();
    WireReply reply;
    error_code error;
    http::response_parser<http::string_body> parser;
    beast::flat_buffer buffer;
    asio::connect(stream.socket(), asio::ip::tcp::resolver(io).resolve(place.host, place.port),
                  error);
    stream.expires_after(kPatience);
    http::async_write(stream, request, [&](error_code, std::size_t) {
        http::async_read(stream, buffer, parser, [&](error_code e, std::size_t) { error = e; });
    });
    io.run();
    if (error) {
        return reply;
    }
    const auto& response = parser.get();
    reply.status = response.result_int();
    for (const auto& field : response) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        reply.headers[name] = std::string(field.value());
    }
    reply.text = response.body();
    reply.body = Json::parse(reply.text, nullptr, false);
    return reply;
}

}  // namespace rookery::sim::testing
