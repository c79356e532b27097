#include "hostapi/earlier_follow_ups.hpp"

#include <string_view>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

const json& at(const json& object, const char* key) {
    static const json nothing;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : nothing;
}

std::string text_at(const json& object, const char* key) {
    const json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// As the platform keeps it.
std::string trimmed(std::string text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    return first == std::string::npos
               ? std::string()
               : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::size_t embeds(const json& message) {
    const json& list = at(message, "embeds");
    return list.is_array() ? list.size() : 0;
}

bool same(const json& message, const json& arguments) {
    return trimmed(text_at(message, "content")) == trimmed(text_at(arguments, "content")) &&
           embeds(message) == embeds(arguments);
}

}  // namespace

void EarlierFollowUps::original(const json& message) {
    wanted_ = true;
    known_.insert(text_at(message, "id"));
}

json EarlierFollowUps::where(const std::string& channel, std::uint64_t id) {
    constexpr int kMost = 100;
    return {{"channelId", channel}, {"after", std::to_string(id)}, {"limit", kMost}};
}

std::optional<json> EarlierFollowUps::take(const json& messages, std::uint64_t id,
                                           const json& arguments) {
    if (!messages.is_array()) {
        return std::nullopt;
    }
    const std::string wanted = std::to_string(id);
    // The newest comes first.
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        if (text_at(at(*message, "interaction"), "id") == wanted && same(*message, arguments) &&
            known_.insert(text_at(*message, "id")).second) {
            return *message;
        }
    }
    return std::nullopt;
}

}  // namespace rookery::hostapi
