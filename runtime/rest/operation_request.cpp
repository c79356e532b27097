#include "rest/operation_request.hpp"

#include "net/url.hpp"

#include <array>
#include <ctime>

namespace rookery::rest {

using nlohmann::json;

namespace {

/// Objects are merged, everything else is replaced; null is a value.
void merge(json& into, const json& from, unsigned depth = 0) {
    if (!into.is_object() || !from.is_object() || depth > 16) {
        into = from;
        return;
    }
    for (const auto& [key, value] : from.items()) {
        merge(into[key], value, depth + 1);
    }
}

void put_query_value(std::string& path, std::string_view name, const std::string& value) {
    path += path.find('?') == std::string::npos ? '?' : '&';
    path += net::percent_encode(std::string(name)) + '=' + net::percent_encode(value);
}

}  // namespace

std::string plain_text(const json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string iso_time(WallTime time) {
    const auto millis = std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
    const std::time_t seconds = millis / 1'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const std::string rest = std::to_string(1'000 + millis % 1'000);
    return std::string(text.data(), length) + '.' + rest.substr(1) + 'Z';
}

bool put_encoded_into_path(std::string& path, std::string_view name, std::string_view segment) {
    const auto placeholder = '{' + std::string(name) + '}';
    const auto at = path.find(placeholder);
    // Nothing, or dots alone, would be another route.
    if (at == std::string::npos || segment.find_first_not_of('.') == std::string_view::npos) {
        return false;
    }
    path.replace(at, placeholder.size(), segment);
    return true;
}

json* find_place(json& body, std::string_view place) {
    json* node = &body;
    while (true) {
        if (node->is_null()) {
            *node = json::object();
        }
        if (!node->is_object()) {
            return nullptr;
        }
        const auto dot = place.find('.');
        node = &(*node)[std::string(place.substr(0, dot))];
        if (dot == std::string_view::npos) {
            return node;
        }
        place.remove_prefix(dot + 1);
    }
}

bool put_into_body(json& body, std::string_view place, const json& value) {
    if (place == "*") {
        body = value;
        return true;
    }
    if (place == "**") {
        if (!value.empty()) {
            merge(body, value);
        }
        return true;
    }
    json* const node = find_place(body, place);
    if (node != nullptr) {
        *node = value;
    }
    return node != nullptr;
}

void put_into_query(std::string& path, std::string_view name, const json& value) {
    if (value.is_array()) {
        for (const auto& one : value) {
            put_query_value(path, name, plain_text(one));
        }
    } else {
        put_query_value(path, name, plain_text(value));
    }
}

json iso_time(const json& value, WallTime now) {
    if (!value.is_number()) {
        return value;
    }
    const std::chrono::duration<double> wait(value.get<double>());
    return iso_time(now + std::chrono::duration_cast<Millis>(wait));
}

bool put_into_path(std::string& path, std::string_view name, std::string_view value) {
    return put_encoded_into_path(path, name, net::percent_encode(value));
}

}  // namespace rookery::rest
