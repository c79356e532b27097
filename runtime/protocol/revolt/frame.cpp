#include "protocol/revolt/frame.hpp"

#include "base/log.hpp"
#include "model/json_index.hpp"

#include <algorithm>
#include <array>

namespace rookery::protocol::revolt {
namespace {

using model::JsonIndex;
using model::JsonNode;

/// Ids with which the event server has answered a login; the newer ones come inside an Error.
constexpr std::array<std::string_view, 7> kErrorIds{
    "AlreadyAuthenticated", "InternalError",         "InvalidSession",  "LabelMe",
    "MalformedData",        "OnboardingNotFinished", "NotAuthenticated"};

std::size_t skip_space(std::string_view text, std::size_t at) {
    at = text.find_first_not_of(" \t\r\n", at);
    return at == std::string_view::npos ? text.size() : at;
}

bool take(std::string_view text, std::size_t& at, std::string_view word) {
    at = skip_space(text, at);
    if (!text.substr(at).starts_with(word)) {
        return false;
    }
    at += word.size();
    return true;
}

/// Empty when `type` does not stand first, or is written with escapes.
std::string_view leading_type(std::string_view text) {
    std::size_t at = 0;
    if (!take(text, at, "{") || !take(text, at, "\"type\"") || !take(text, at, ":") ||
        !take(text, at, "\"")) {
        return {};
    }
    const auto end = text.find_first_of("\"\\", at);
    if (end == std::string_view::npos || text[end] != '"' || end == at) {
        return {};
    }
    const auto behind = skip_space(text, end + 1);
    const auto last = text.find_last_not_of(" \t\r\n");
    const bool whole = behind < text.size() && (text[behind] == ',' || text[behind] == '}');
    return whole && text[last] == '}' ? text.substr(at, end - at) : std::string_view();
}

Error no_type() {
    return Error(ErrorKind::protocol, "event frame: expected an object with a text `type`");
}

/// The items of one `v`, and of those inside. Index and depth are checked already.
Result<> collect(JsonNode list, unsigned depth, Unwrapped& out) {
    if (!list.is_array()) {
        return Error(ErrorKind::protocol, "Bulk: expected a list `v`");
    }
    if (depth > kMaxBulkDepth) {
        return Error(ErrorKind::limit, "Bulk: more than " + std::to_string(kMaxBulkDepth) +
                                           " of them inside one another");
    }
    for (const JsonNode item : list.elements()) {
        const auto type = item["type"].raw_string();
        if (type == "Bulk") {
            if (auto inner = collect(item["v"], depth + 1, out); !inner) {
                return inner.error();
            }
        } else if (type.empty()) {
            ++out.malformed;
        } else {
            out.items.push_back({type, item.raw()});
        }
    }
    return {};
}

}  // namespace

Result<Frame> scan_frame(std::string_view text) {
    if (const auto type = leading_type(text); !type.empty()) {
        return Frame{type, text};
    }
    const auto index = JsonIndex::build(text);
    if (!index) {
        return index.error().within("event frame");
    }
    const auto type = index->root()["type"].raw_string();
    if (type.empty()) {
        return no_type();
    }
    return Frame{type, text};
}

Result<Unwrapped> unwrap_bulk(std::string_view text) {
    const auto index = JsonIndex::build(text);
    if (!index) {
        return index.error().within("Bulk");
    }
    Unwrapped out;
    if (auto done = collect(index->root()["v"], 1, out); !done) {
        return done.error();
    }
    return out;
}

bool is_bare_error(std::string_view type) noexcept {
    return std::ranges::find(kErrorIds, type) != kErrorIds.end();
}

std::string error_id(const Frame& frame) {
    if (is_bare_error(frame.type)) {
        return std::string(frame.type);
    }
    const auto index = JsonIndex::build(frame.text);
    if (!index) {
        return "unknown";
    }
    auto id = index->root()["data"]["type"].raw_string();
    if (id.empty()) {
        id = index->root()["error"].raw_string();
    }
    if (id.empty()) {
        id = index->root()["error"]["type"].raw_string();
    }
    return id.empty() ? "unknown" : log::clipped(id, 64);
}

std::string data_of(const Frame& frame) {
    const auto index = JsonIndex::build(frame.text);
    return index ? std::string(index->root()["data"].raw()) : std::string();
}

}  // namespace rookery::protocol::revolt
