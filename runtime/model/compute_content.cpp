#include "model/compute.hpp"

#include <algorithm>
#include <string>

namespace rookery::model::compute {
namespace {

constexpr std::size_t kMaxLookups = 200;

std::size_t digits_at(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
        ++end;
    }
    return end - at;
}

bool is_today_id(std::size_t digits) noexcept { return digits >= 17 && digits <= 19; }

JsonNode by_id(JsonNode list, std::string_view id) noexcept {
    std::size_t seen = 0;
    for (const JsonNode item : list.elements()) {
        if (item["id"].raw_string() == id) {
            return item;
        }
        if (++seen == kMaxLookups) {
            break;
        }
    }
    return {};
}

std::string_view display_name(JsonNode user, StringScratch& scratch) {
    for (const JsonNode name : {user["member"]["nick"], user["global_name"], user["username"]}) {
        if (name.is_string()) {
            return name.as_string(scratch);
        }
    }
    return {};
}

/// One `<...>` of a content, and what to show for it.
struct Markup {
    std::size_t length = 0;  ///< 0: not one that is replaced
    char sign = 0;           ///< what goes in front of the text
    std::string_view text;
    char closing = 0;
};

Markup mention(std::string_view rest, std::size_t sign_length, char sign,
               std::string_view name_of_id) {
    const std::size_t digits = digits_at(rest, sign_length);
    return name_of_id.empty() ? Markup{} : Markup{sign_length + digits + 1, sign, name_of_id, 0};
}

/// `<:name:id>`, `<a:name:id>`, `</name:id>`; `start` is where the name begins.
Markup named(std::string_view rest, std::size_t start, char sign, char closing) {
    const std::size_t colon = rest.substr(0, start + 128).find(':', start);
    if (colon == std::string_view::npos || colon == start) {
        return {};
    }
    const std::size_t digits = digits_at(rest, colon + 1);
    const std::size_t end = colon + 1 + digits;
    const std::string_view name = rest.substr(start, colon - start);
    if (!is_today_id(digits) || end >= rest.size() || rest[end] != '>' ||
        name.find_first_of("<>") != std::string_view::npos) {
        return {};
    }
    return {end + 1, sign, name, closing};
}

/// Who and what the content may name.
struct Named {
    JsonNode mentions;
    JsonNode channels;
    JsonNode names;
};

std::string_view name_or(std::string_view known, JsonNode names, std::string_view id,
                         StringScratch& scratch) {
    return known.empty() ? names[id].as_string(scratch) : known;
}

Markup read_markup(std::string_view rest, const Named& known, StringScratch& scratch) {
    const auto id_at = [&](std::size_t start) -> std::string_view {
        const std::size_t digits = digits_at(rest, start);
        const bool closed = start + digits < rest.size() && rest[start + digits] == '>';
        return is_today_id(digits) && closed ? rest.substr(start, digits) : std::string_view{};
    };
    if (rest.starts_with("<@")) {
        const bool role = rest.starts_with("<@&");
        const std::size_t start = role || rest.starts_with("<@!") ? 3 : 2;
        const std::string_view id = id_at(start);
        if (id.empty()) {
            return {};
        }
        const std::string_view name =
            role ? std::string_view{} : display_name(by_id(known.mentions, id), scratch);
        return mention(rest, start, '@', name_or(name, known.names, id, scratch));
    }
    if (rest.starts_with("<#")) {
        const std::string_view id = id_at(2);
        if (id.empty()) {
            return {};
        }
        const std::string_view name = by_id(known.channels, id)["name"].as_string(scratch);
        return mention(rest, 2, '#', name_or(name, known.names, id, scratch));
    }
    if (rest.starts_with("<:")) {
        return named(rest, 2, ':', ':');
    }
    if (rest.starts_with("<a:")) {
        return named(rest, 3, ':', ':');
    }
    if (rest.starts_with("</")) {
        return named(rest, 2, '/', 0);
    }
    return {};
}

}  // namespace

std::string_view clean_content(JsonNode content, JsonNode mentions, JsonNode channels,
                               JsonNode names, StringScratch& scratch) {
    const std::string_view text = content.as_string(scratch);
    std::size_t open = text.find('<');
    if (open == std::string_view::npos) {
        return text;
    }
    std::string out;
    std::size_t copied = 0;
    std::size_t lookups = 0;
    while (open != std::string_view::npos && lookups++ < kMaxLookups) {
        const Markup markup = read_markup(text.substr(open), {mentions, channels, names}, scratch);
        if (markup.length == 0) {
            open = text.find('<', open + 1);
            continue;
        }
        out += text.substr(copied, open - copied);
        out += markup.sign;
        out += markup.text;
        if (markup.closing != 0) {
            out += markup.closing;
        }
        copied = open + markup.length;
        open = text.find('<', copied);
    }
    if (copied == 0) {
        return text;
    }
    out += text.substr(copied);
    return scratch.keep(out);
}

std::string_view next_channel_mention(std::string_view content, std::size_t& from) noexcept {
    content = content.substr(0, 16'384);
    while (from < content.size()) {
        const std::size_t open = content.find("<#", from);
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t digits = digits_at(content, open + 2);
        const std::size_t end = open + 2 + digits;
        from = end;
        if (is_today_id(digits) && end < content.size() && content[end] == '>') {
            const std::string_view whole = content.substr(open, end + 1 - open);
            if (content.find(whole) == open) {
                return whole.substr(2, digits);
            }
        }
    }
    from = content.size();
    return {};
}

}  // namespace rookery::model::compute
