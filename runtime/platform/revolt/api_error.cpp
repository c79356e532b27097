#include "platform/revolt/api_error.hpp"

#include "base/log.hpp"
#include "rest/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace rookery::revolt {
namespace {

using nlohmann::json;

/// Members of an error that say more than its id.
constexpr std::array<const char*, 5> kMore{"permission", "max", "error", "feature", "with"};

constexpr double kMostWait = 3'600'000;  // milliseconds

std::string text_of(const json& value) {
    return log::clipped(value.is_string()
                            ? value.get<std::string>()
                            : value.dump(-1, ' ', false, json::error_handler_t::replace),
                        300);
}

struct Words {
    std::string id;
    std::string text;
    double retry_millis = 0;
};

Words read_words(const net::HttpResponse& response) {
    Words words;
    const auto body = rest::parse_json(response.body);
    if (!body.is_object()) {
        const auto type = response.headers.find("Content-Type").value_or("");
        words.text = response.body.empty()           ? "no answer"
                     : type.starts_with("text/html") ? "a web page instead of an answer of the API"
                                                     : log::clipped(response.body, 200);
        return words;
    }
    if (const auto type = body.find("type"); type != body.end() && type->is_string()) {
        words.id = log::clipped(type->get<std::string>(), 64);
        words.text = words.id;
        if (words.id == "DuplicateNonce") {
            // Mostly a repeat of our own, after an answer that was too late.
            words.text += " (already sent: an earlier request with the same key was carried out)";
        }
        for (const char* const key : kMore) {
            if (const auto more = body.find(key); more != body.end() && !more->is_null()) {
                words.text += " (" + std::string(key) + ": " + text_of(*more) + ")";
            }
        }
    } else if (const auto error = body.find("error"); error != body.end() && error->is_object()) {
        const auto part = [&](const char* key) {
            return error->contains(key) ? text_of((*error)[key]) : std::string();
        };
        words.text = part("reason");
        const auto description = part("description");
        words.text += (words.text.empty() || description.empty() ? "" : ": ") + description;
    }
    if (const auto wait = body.find("retry_after"); wait != body.end() && wait->is_number()) {
        words.retry_millis = std::clamp(wait->get<double>(), 0.0, kMostWait);
    }
    return words;
}

ErrorKind kind_of(unsigned status, std::string_view id) {
    const bool too_much = id.starts_with("TooMany") || id == "PayloadTooLarge" ||
                          id == "FileTooLarge" || id == "GroupTooLarge";
    if (too_much) {
        return ErrorKind::limit;
    }
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
            break;
    }
    if (id == "IsBot" || id == "FeatureDisabled") {
        return ErrorKind::unsupported;
    }
    return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
}

std::optional<std::uint64_t> number(std::optional<std::string_view> text) {
    std::uint64_t value = 0;
    if (!text) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc() && end == text->data() + text->size() ? std::optional(value)
                                                                      : std::nullopt;
}

}  // namespace

Error to_error(std::string_view label, const net::HttpResponse& response) {
    const auto words = read_words(response);
    Refusal refusal;
    refusal.status = response.status;
    refusal.message = words.text;
    refusal.retry_after = words.retry_millis / 1'000;
    if (!words.id.empty()) {
        refusal.fields.push_back({"", words.id, words.text});
    }
    return Error(kind_of(response.status, words.id),
                 std::string(label) + ": " + std::to_string(response.status) +
                     (words.text.empty() ? "" : " " + words.text))
        .with(std::move(refusal));
}

rest::LimitInfo read_limits(const net::HttpResponse& response) {
    rest::LimitInfo info;
    info.status = response.status;
    info.bucket = response.headers.find("X-RateLimit-Bucket").value_or("");
    if (const auto left = number(response.headers.find("X-RateLimit-Remaining"))) {
        info.remaining = static_cast<unsigned>(std::min<std::uint64_t>(*left, UINT32_MAX));
    }
    if (const auto wait = number(response.headers.find("X-RateLimit-Reset-After"))) {
        info.reset_after = Millis(std::min<std::uint64_t>(*wait, 3'600'000));
    }
    if (response.status != 429) {
        return info;
    }
    const auto words = read_words(response);
    if (!words.id.empty()) {
        // Slow mode: a rule of the channel, no limit of the API.
        return info;
    }
    info.scope = rest::LimitScope::bucket;
    info.retry_after = words.retry_millis > 0 ? Millis(static_cast<Millis::rep>(words.retry_millis))
                                              : info.reset_after.value_or(Millis{10'000});
    return info;
}

}  // namespace rookery::revolt
