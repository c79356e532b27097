#include "sim/control_client.hpp"

#include "base/log.hpp"
#include "sim/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <fstream>

namespace rookery::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t kMaxAnswer = std::size_t{64} << 20U;

/// Runs what was started until it has ended, so that tcp_stream's deadline counts.
void drive(asio::io_context& io) {
    io.restart();
    io.run();
}

}  // namespace

Result<ControlClient> ControlClient::at(const std::string& url) {
    constexpr std::string_view kScheme = "http://";
    const auto rest = std::string_view(url).substr(std::min(kScheme.size(), url.size()));
    const auto colon = rest.rfind(':');
    if (!std::string_view(url).starts_with(kScheme) || colon == std::string_view::npos) {
        return Error(
            ErrorKind::invalid,
            "a control URL looks like http://127.0.0.1:PORT, not like '" + log::clipped(url) + "'");
    }
    return ControlClient(std::string(rest.substr(0, colon)),
                         std::string(rest.substr(colon + 1, rest.find('/', colon) - colon - 1)));
}

Result<ControlClient> ControlClient::in(const std::filesystem::path& state_dir) {
    const auto path = state_dir / kSimulatorFile;
    std::ifstream file(path);
    if (!file) {
        return Error(ErrorKind::not_found, "no simulator runs here: there is no " + path.string());
    }
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("control") || !json["control"].is_string()) {
        return Error(ErrorKind::invalid, path.string() + " names no control URL");
    }
    return at(json["control"].get<std::string>());
}

Result<nlohmann::json> ControlClient::get(const std::string& target, Millis timeout) const {
    return exchange("GET", target, "", timeout);
}

Result<nlohmann::json> ControlClient::post(const std::string& target, const nlohmann::json& body,
                                           Millis timeout) const {
    return exchange("POST", target, body.dump(), timeout);
}

Result<nlohmann::json> ControlClient::exchange(const char* method, const std::string& target,
                                               const std::string& body, Millis timeout) const {
    const auto failed = [&](const error_code& error) {
        const auto kind =
            error == beast::error::timeout ? ErrorKind::timeout : ErrorKind::unavailable;
        return Error(kind, "simulator at " + host_ + ":" + port_ + ": " + error.message());
    };
    asio::io_context io;
    error_code error;
    const auto endpoints = asio::ip::tcp::resolver(io).resolve(host_, port_, error);
    if (error) {
        return failed(error);
    }
    beast::tcp_stream stream(io);
    stream.expires_after(timeout);
    stream.async_connect(endpoints, [&](error_code e, const auto&) { error = e; });
    drive(io);
    if (error) {
        return failed(error);
    }
    http::request<http::string_body> request(http::string_to_verb(method), target, 11, body);
    request.set(http::field::host, host_);
    request.set(http::field::content_type, "application/json");
    request.prepare_payload();
    http::async_write(stream, request, [&](error_code e, std::size_t) { error = e; });
    drive(io);
    if (error) {
        return failed(error);
    }
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxAnswer);
    http::async_read(stream, buffer, parser, [&](error_code e, std::size_t) { error = e; });
    drive(io);
    if (error) {
        return failed(error);
    }
    const auto& response = parser.get();
    auto json = nlohmann::json::parse(response.body(), nullptr, false);
    if (json.is_discarded()) {
        return Error(ErrorKind::protocol, "the simulator's answer is not JSON");
    }
    if (response.result_int() != 200) {
        return Error(response.result_int() == 404 ? ErrorKind::not_found : ErrorKind::invalid,
                     json.is_object() ? json.value("error", response.body()) : response.body());
    }
    return json;
}

}  // namespace rookery::sim
