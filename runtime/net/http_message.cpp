#include "net/http_message.hpp"

#include <algorithm>

namespace rookery::net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c <= '~' &&
               std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    });
}

bool is_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127;
    });
}

}  // namespace

void HttpHeaders::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) {
        return same_name(field.first, name);
    });
    if (found == fields_.end()) {
        return std::nullopt;
    }
    return found->second;
}

Result<std::string> write_request(const HttpRequest& request) {
    const auto invalid = [&](const char* what) {
        return Error(ErrorKind::invalid, "HTTP request to " + request.url.origin() + ": " + what);
    };
    if (!is_token(request.method)) {
        return invalid("the method is no token");
    }
    const auto& target = request.url.target;
    if (!target.starts_with('/') ||
        std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c > '~'; })) {
        return invalid(
            "the path must begin with / and hold neither spaces nor characters outside of ASCII");
    }
    std::string out =
        request.method + " " + target + " HTTP/1.1\r\nHost: " + request.url.authority() + "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_line(value)) {
            return invalid("a header's name or value has characters that are not allowed");
        }
        out += name + ": " + value + "\r\n";
    }
    // Some servers refuse a bodyless PUT or POST without a length.
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
        out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    out += "\r\n";
    if (const auto& parts = request.body.parts(); !parts.empty()) {
        out += parts.front().text;
    }
    return out;
}

}  // namespace rookery::net
