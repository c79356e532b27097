#include "platform/revolt/request.hpp"

#include "model/compute.hpp"
#include "net/crypto.hpp"
#include "net/url.hpp"
#include "rest/operation_request.hpp"

#include <array>
#include <utility>

namespace rookery::revolt {

using nlohmann::json;
using rest::plain_text;

namespace {

constexpr std::size_t kKeyLength = 32;
constexpr std::string_view kVariationSelector = "\xEF\xB8\x8F";

/// "**" is a patch: null takes a key away.
bool put_into_body(json& body, std::string_view place, const json& value) {
    if (place != "**") {
        return rest::put_into_body(body, place, value);
    }
    if (value.is_object()) {
        body = body.is_object() ? body : json::object();
        body.merge_patch(value);
    }
    return value.is_object() || value.is_null();
}

bool put_into_path(ApiRequest& request, std::string_view name, const std::string& text) {
    if (!rest::put_into_path(request.path, name, text)) {
        return false;
    }
    if (request.major.empty()) {
        request.major = text;
    }
    return true;
}

json to_platform(const model::OperationParam& param, const json& value, WallTime now) {
    using model::ParamType;
    switch (param.type) {
        case ParamType::ids:
        case ParamType::texts:
        case ParamType::list:
            // Lua cannot tell an empty list from an empty object.
            return value.is_object() ? json::array() : value;
        case ParamType::time:
            return rest::iso_time(value, now);
        case ParamType::emoji:
            return json(emoji_key(plain_text(value)));
        default:
            return value;
    }
}

bool put(ApiRequest& request, std::string_view target, const json& value) {
    const auto colon = target.find(':');
    const auto where = target.substr(0, colon);
    const auto name = colon == std::string_view::npos ? target : target.substr(colon + 1);
    if (where == "path") {
        return put_into_path(request, name, plain_text(value));
    }
    if (where == "query") {
        rest::put_into_query(request.path, name, value);
        return true;
    }
    if (where == "header") {
        request.reason = plain_text(value);
        return true;
    }
    return where == "body" && put_into_body(request.body, name, value);
}

}  // namespace

std::string emoji_key(std::string_view emoji) {
    if (emoji.starts_with('<') && emoji.ends_with('>')) {
        emoji = emoji.substr(1, emoji.size() - 2);
    }
    if (emoji.starts_with(':') && emoji.ends_with(':') && emoji.size() > 2) {
        emoji = emoji.substr(1, emoji.size() - 2);
    }
    const auto last = emoji.rfind(':');
    // An id is a ULID, or that of the file which the emoji was made from.
    constexpr std::size_t kShortestId = 20;
    if (last != std::string_view::npos && emoji.size() - last > kShortestId) {
        return std::string(emoji.substr(last + 1));
    }
    std::string out(emoji);
    for (auto at = out.find(kVariationSelector); at != std::string::npos;
         at = out.find(kVariationSelector)) {
        out.erase(at, kVariationSelector.size());
    }
    return out;
}

std::string idempotency_key(std::string_view nonce_key) {
    std::array<unsigned char, 32> digest{};
    if (nonce_key.empty()) {
        net::fill_random(digest);
    } else {
        digest = net::sha256(nonce_key);
    }
    std::string out;
    for (std::size_t i = 0; i < kKeyLength; ++i) {
        out += "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digest[i] & 31U];
    }
    return out;
}

Result<ApiRequest> build_request(const model::PlatformOperation& operation, const json& arguments,
                                 WallTime now) {
    ApiRequest request;
    request.method = operation.method;
    request.path = operation.path;
    request.label = operation.path.substr(0, operation.path.find('?'));
    if (!operation.body.empty()) {
        request.body = json::parse(operation.body, nullptr, false);
    }
    for (std::size_t i = 0; i < operation.params.size(); ++i) {
        const auto& param = operation.info->params[i];
        const auto target = operation.params[i].target;
        const auto given = arguments.find(param.name);
        const bool absent =
            given == arguments.end() || target.empty() || (given->is_null() && !param.nullable);
        if (absent || target == "adapter") {
            continue;
        }
        const auto value = given->is_null() ? *given : to_platform(param, *given, now);
        if (!put(request, target, value)) {
            return Error(ErrorKind::invalid, std::string(operation.info->name) + ": parameter " +
                                                 std::string(param.name) +
                                                 ": does not fit into the request");
        }
    }
    return request;
}

}  // namespace rookery::revolt
