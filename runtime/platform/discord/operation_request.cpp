#include "platform/discord/operation_request.hpp"

#include "net/crypto.hpp"
#include "net/url.hpp"
#include "rest/operation_request.hpp"

#include <algorithm>
#include <array>

namespace rookery::discord {

using nlohmann::json;
using rest::find_place;
using rest::iso_time;
using rest::plain_text;
using rest::put_into_body;
using rest::put_into_query;

namespace {

constexpr std::size_t kNonceLength = 25;
constexpr std::string_view kApplicationHole = "{application_id}";

bool put_into_raw(ApiRequest& request, std::string_view what, const json& value) {
    if (what == "body") {
        request.body = value;
    } else if (what == "path") {
        request.path = plain_text(value);
    } else {
        request.method = plain_text(value);
    }
    return true;
}

/// One argument, as the platform writes it, into its place.
bool put(ApiRequest& request, const model::OperationParam& param, const json& value) {
    const auto colon = param.target.find(':');
    const auto where = param.target.substr(0, colon);
    const auto name =
        colon == std::string_view::npos ? std::string_view() : param.target.substr(colon + 1);
    if (where == "body") {
        return put_into_body(request.body, name, value);
    }
    if (where == "path") {
        const auto text = plain_text(value);
        const auto segment =
            param.type == model::ParamType::emoji ? emoji_segment(text) : net::percent_encode(text);
        return rest::put_encoded_into_path(request.path, name, segment);
    }
    if (where == "query" && name == "*") {
        for (const auto& [key, one] : value.items()) {
            put_into_query(request.path, key, one);
        }
        return true;
    }
    if (where == "query") {
        put_into_query(request.path, name, value);
        return true;
    }
    if (where == "comma") {
        std::string list;
        for (const auto& one : value) {
            list += (list.empty() ? "" : ",") + plain_text(one);
        }
        put_into_query(request.path, name, list);
        return true;
    }
    if (where == "header") {
        request.reason = plain_text(value);
        return true;
    }
    return where == "raw" && put_into_raw(request, name, value);
}

/// The value of an argument as the platform writes it.
Result<json> to_platform(const model::OperationParam& param, const json& value,
                         const UploadRules& uploads, WallTime now) {
    using model::ParamType;
    switch (param.type) {
        case ParamType::ids:
        case ParamType::texts:
        case ParamType::list:
            // Lua cannot tell an empty list from an empty object.
            return value.is_object() ? json::array() : value;
        case ParamType::choice: {
            const auto found = std::find_if(
                param.names.begin(), param.names.end(),
                [&](const auto& each) { return value.is_string() && value == each.name; });
            return found == param.names.end() ? value : json(found->number);
        }
        case ParamType::time:
            return iso_time(value, now);
        case ParamType::bits:
            return json(plain_text(value));
        case ParamType::image: {
            auto uri = to_data_uri(value, uploads);
            return uri ? Result<json>(json(*std::move(uri))) : Result<json>(uri.error());
        }
        default:
            return value;
    }
}

/// The files themselves; the body is told of them by describe_files.
Result<> take_files(ApiRequest& request, const model::OperationParam& param, const json& value,
                    const UploadRules& uploads) {
    auto files = read_uploads(value, uploads);
    if (!files) {
        return files.error();
    }
    if (param.max != 0 && files->size() > param.max) {
        return Error(ErrorKind::limit, "at most " + std::to_string(param.max) + " files, got " +
                                           std::to_string(files->size()));
    }
    request.files = *std::move(files);
    const auto place = std::string(param.target.substr(param.target.find(':') + 1));
    (param.target.starts_with("form:") ? request.form_file : request.files_place) = place;
    return {};
}

/// Each file as an attachment with its number. Discord deletes what an edit's list leaves out and
/// keeps everything when there is none: then none is made.
Result<> describe_files(ApiRequest& request) {
    if (request.files.empty() || !request.form_file.empty()) {
        return {};
    }
    json* const list = find_place(request.body, request.files_place);
    if (list == nullptr) {
        return Error(ErrorKind::invalid, "the body has no place for files");
    }
    const bool keeps_all = request.method == "PATCH" && !list->is_array();
    json described = list->is_array() ? *list : json::array();
    for (std::size_t index = 0; index < request.files.size(); ++index) {
        const auto& file = request.files[index];
        json one = {{"id", index}, {"filename", file.name}};
        if (!file.description.empty()) {
            if (keeps_all) {
                return Error(ErrorKind::invalid,
                             "files of an edit have a description only beside `attachments`");
            }
            one["description"] = file.description;
        }
        described.push_back(std::move(one));
    }
    if (keeps_all) {
        json* const owner = request.files_place.find('.') == std::string::npos
                                ? &request.body
                                : find_place(request.body, request.files_place.substr(
                                                               0, request.files_place.rfind('.')));
        owner->erase(request.files_place.substr(request.files_place.rfind('.') + 1));
    } else {
        *list = std::move(described);
    }
    return {};
}

Result<> place_argument(ApiRequest& request, const model::OperationParam& param, const json& given,
                        const UploadRules& uploads, WallTime now) {
    if (param.type == model::ParamType::files) {
        return take_files(request, param, given, uploads);
    }
    auto value = given.is_null() ? Result<json>(given) : to_platform(param, given, uploads, now);
    if (!value) {
        return value.error();
    }
    if (!put(request, param, *value)) {
        return Error(ErrorKind::invalid, "does not fit into the request");
    }
    return {};
}

/// What a raw request may be. Its host is fixed; its path must not leave the API.
Result<> check_raw(ApiRequest& request) {
    static constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH",
                                                                 "DELETE"};
    if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) {
        return Error(ErrorKind::invalid,
                     "api.request: parameter method: expected GET, POST, PUT, PATCH or DELETE");
    }
    if (!request.path.starts_with('/')) {
        request.path.insert(0, 1, '/');
    }
    const auto path = std::string_view(request.path).substr(0, request.path.find('?'));
    if (path.find("/..") != std::string_view::npos || path.find("//") != std::string_view::npos) {
        return Error(ErrorKind::invalid, "api.request: parameter path: not a path of the API");
    }
    return {};
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

Result<ApiRequest> build_request(const model::OperationInfo& operation, const json& arguments,
                                 std::string_view nonce_key, const UploadRules& uploads,
                                 WallTime now) {
    ApiRequest request;
    const bool raw = operation.discord_method == "RAW";
    request.method = operation.discord_method;
    request.path = operation.discord_path;
    if (!operation.discord_body.empty()) {
        request.body = json::parse(operation.discord_body, nullptr, false);
    }
    for (const auto& param : operation.params) {
        const auto given = arguments.find(param.name);
        const bool sent = given != arguments.end() && (!given->is_null() || param.nullable);
        if (!sent || param.target.empty()) {
            continue;
        }
        if (auto placed = place_argument(request, param, *given, uploads, now); !placed) {
            return placed.error().within(std::string(operation.name) + ": parameter " +
                                         std::string(param.name));
        }
    }
    if (raw) {
        if (auto checked = check_raw(request); !checked) {
            return checked.error();
        }
    }
    if (auto described = describe_files(request); !described) {
        return described.error().within(std::string(operation.name));
    }
    auto open = request.path.find('{');
    if (!raw && open != std::string::npos && request.path.find(kApplicationHole) == open) {
        open = request.path.find('{', open + 1);
    }
    if (!raw && open != std::string::npos) {
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
