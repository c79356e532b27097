#include "platform/discord/api_error.hpp"

#include "base/log.hpp"
#include "rest/json.hpp"

#include <algorithm>

namespace rookery::discord {

namespace {

constexpr std::size_t kMaxLines = 20;
constexpr unsigned kMaxDepth = 16;
constexpr std::size_t kMaxText = 200;
constexpr double kMostWait = 86'400;  // seconds
constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        return {};
    }
    return log::clipped(found->is_string() ? found->get_ref<const std::string&>()
                                           : found->dump(-1, ' ', false, kReplace),
                        kMaxText);
}

bool is_index(const std::string& key) {
    return !key.empty() &&
           std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string below(const std::string& path, const std::string& key) {
    if (is_index(key)) {
        return path + '[' + key + ']';
    }
    return path.empty() ? key : path + '.' + key;
}

void flatten(const nlohmann::json& node, const std::string& path, unsigned depth,
             std::vector<Refusal::Field>& out) {
    if (!node.is_object() || depth > kMaxDepth) {
        return;
    }
    for (const auto& [key, value] : node.items()) {
        if (key != "_errors") {
            flatten(value, below(path, log::clipped(key, 40)), depth + 1, out);
            continue;
        }
        for (const auto& leaf : value) {
            if (out.size() < kMaxLines && leaf.is_object()) {
                out.push_back({path, text_of(leaf, "code"), text_of(leaf, "message")});
            }
        }
    }
}

ErrorKind kind_of(unsigned status) {
    switch (status) {
        case 401:
        case 403:
            return ErrorKind::denied;
        case 404:
            return ErrorKind::not_found;
        case 409:
            return ErrorKind::exists;
        case 413:
        case 429:
            return ErrorKind::limit;
        default:
            return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
    }
}

/// What a body that is JSON says; the forms differ (facts of the API's error shapes).
Refusal read_refusal(const nlohmann::json& body) {
    Refusal out;
    const auto code = body.find("code");
    if (code != body.end() && code->is_number_integer()) {
        out.code = code->get<std::int64_t>();
    }
    const char* before = "";
    for (const char* key : {"message", "error", "error_description"}) {
        if (const auto text = text_of(body, key); !text.empty()) {
            out.message += before + log::redacted(text);
            before = ", ";
        }
    }
    const auto retry = body.find("retry_after");
    if (retry != body.end() && retry->is_number()) {
        out.retry_after = std::clamp(retry->get<double>(), 0.0, kMostWait);
    }
    const auto errors = body.find("errors");
    if (errors != body.end()) {
        out.fields = flatten_errors(*errors);
    }
    if (out.code == 0 && out.message.empty() && out.fields.empty()) {
        out.message = log::redacted(log::clipped(body.dump(-1, ' ', false, kReplace), kMaxText));
    }
    return out;
}

std::string explain(const Refusal& refusal) {
    std::string out;
    if (refusal.code != 0) {
        out += ", code " + std::to_string(refusal.code);
    }
    if (!refusal.message.empty()) {
        out += ", " + refusal.message;
    }
    const char* before = ": ";
    for (const auto& field : refusal.fields) {
        out += before + (field.path.empty() ? "" : field.path + ": ") + field.code + ' ' +
               field.message;
        before = "; ";
    }
    return out;
}

}  // namespace

std::vector<Refusal::Field> flatten_errors(const nlohmann::json& errors) {
    std::vector<Refusal::Field> out;
    flatten(errors, {}, 0, out);
    for (auto& field : out) {
        field.message = log::redacted(field.message);
    }
    return out;
}

Error to_error(std::string_view label, const net::HttpResponse& response) {
    std::string text = std::string(label) + ": " + std::to_string(response.status);
    Refusal refusal;
    const auto body = rest::parse_json(response.body);
    if (body.is_object()) {
        refusal = read_refusal(body);
    } else if (response.body.starts_with('<')) {
        // An HTML page of a proxy says nothing in one line.
        refusal.message = "an HTML page (" + std::to_string(response.body.size()) + " bytes)";
    } else if (!response.body.empty()) {
        refusal.message = log::redacted(log::clipped(response.body, kMaxText));
    }
    refusal.status = response.status;
    text += explain(refusal);
    return Error(kind_of(response.status), log::redacted(text)).with(std::move(refusal));
}

}  // namespace rookery::discord
