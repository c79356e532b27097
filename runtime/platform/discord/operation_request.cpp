#include "platform/discord/operation_request.hpp"

#include "net/crypto.hpp"
#include "net/url.hpp"

#include <array>

namespace rookery::discord {

namespace {

constexpr std::size_t kNonceLength = 25;

Error bad(const model::OperationInfo& operation, const model::OperationParam& param,
          const char* what) {
    return {ErrorKind::invalid,
            std::string(operation.name) + ": " + std::string(param.name) + " " + what};
}

std::string plain_text(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Replaces "{name}" of the path.
bool put_into_path(std::string& path, std::string_view name, const std::string& value) {
    const auto placeholder = '{' + std::string(name) + '}';
    const auto at = path.find(placeholder);
    if (at == std::string::npos) {
        return false;
    }
    path.replace(at, placeholder.size(), value);
    return true;
}

/// "message_reference.message_id": objects are made on the way.
bool put_into_body(nlohmann::json& body, std::string_view place, const nlohmann::json& value) {
    nlohmann::json* node = &body;
    while (true) {
        if (node->is_null()) {
            *node = nlohmann::json::object();
        }
        if (!node->is_object()) {
            return false;
        }
        const auto dot = place.find('.');
        node = &(*node)[std::string(place.substr(0, dot))];
        if (dot == std::string_view::npos) {
            *node = value;
            return true;
        }
        place.remove_prefix(dot + 1);
    }
}

bool put(ApiRequest& request, const model::OperationParam& param, const nlohmann::json& value) {
    const auto colon = param.target.find(':');
    const auto where = param.target.substr(0, colon);
    const auto name =
        colon == std::string_view::npos ? std::string_view() : param.target.substr(colon + 1);
    if (where == "body") {
        return put_into_body(request.body, name, value);
    }
    const auto text = plain_text(value);
    const auto segment =
        param.type == model::ParamType::emoji ? emoji_segment(text) : net::percent_encode(text);
    if (where == "path") {
        // An empty segment would be another route.
        return !segment.empty() && put_into_path(request.path, name, segment);
    }
    if (where == "query") {
        request.path += request.path.find('?') == std::string::npos ? '?' : '&';
        request.path += std::string(name) + '=' + segment;
        return true;
    }
    return false;
}

std::string random_key() {
    std::array<unsigned char, 16> bytes{};
    net::fill_random(bytes);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::string nonce_of(std::string_view key) {
    static constexpr std::string_view kAlphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    const auto digest = net::sha256(key);
    std::string out;
    for (std::size_t index = 0; index < kNonceLength; ++index) {
        out += kAlphabet[digest[index] & 63U];
    }
    return out;
}

std::string emoji_segment(std::string_view emoji) {
    if (emoji.starts_with('<') && emoji.ends_with('>')) {
        emoji = emoji.substr(1, emoji.size() - 2);
        // "a:name:id" is an animated one, ":name:id" a still one.
        emoji.remove_prefix(emoji.starts_with("a:") ? 2 : emoji.starts_with(':') ? 1 : 0);
    }
    return net::percent_encode(emoji);
}

Result<ApiRequest> build_request(const model::OperationInfo& operation,
                                 const nlohmann::json& arguments, std::string_view nonce_key) {
    ApiRequest request;
    request.method = operation.discord_method;
    request.path = operation.discord_path;
    if (!operation.discord_body.empty()) {
        request.body = nlohmann::json::parse(operation.discord_body, nullptr, false);
    }
    for (const auto& param : operation.params) {
        const auto given = arguments.find(param.name);
        if (given == arguments.end() || given->is_null()) {
            continue;
        }
        if (!put(request, param, *given)) {
            return bad(operation, param, "does not fit into the request");
        }
    }
    if (request.path.find('{') != std::string::npos) {
        return Error(ErrorKind::invalid,
                     std::string(operation.name) + ": " + request.path + " is not complete");
    }
    if (operation.effect) {
        const auto nonce = nonce_of(nonce_key.empty() ? random_key() : std::string(nonce_key));
        request.has_nonce = put_into_body(request.body, "nonce", nonce) &&
                            put_into_body(request.body, "enforce_nonce", true);
    }
    return request;
}

}  // namespace rookery::discord
