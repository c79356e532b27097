#include "server/http/target.hpp"

#include "protocol/socketio/engine_packet.hpp"

#include <algorithm>

namespace rookery::server {
namespace {

int hex_digit(char c) noexcept {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

Error bad(std::string what) { return Error(ErrorKind::invalid, std::move(what)); }

/// `text` decoded; `plus` as a form does it.
Result<std::string> decoded(std::string_view text, bool plus, std::string_view where) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += plus && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return bad("expected two hexadecimal digits behind each % of the " +
                       std::string(where));
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    // A line break in a query's value is text; in a path, or as NUL, it is an attack.
    const bool path = !plus;
    if (std::any_of(out.begin(), out.end(),
                    [&](char c) { return c == '\0' || (path && is_control(c)); })) {
        return bad("expected no control characters in the " + std::string(where));
    }
    if (!protocol::socketio::is_utf8(out)) {
        return bad("expected UTF-8 in the " + std::string(where));
    }
    return out;
}

/// Path and query of the origin form; the absolute form is brought into it.
Result<std::string_view> origin_form(std::string_view text) {
    if (text.starts_with('/')) {
        return text;
    }
    const auto scheme = text.find("://");
    const std::string_view name = text.substr(0, scheme);
    if (scheme == std::string_view::npos || (name != "http" && name != "https")) {
        return bad("expected a target that begins with /");
    }
    const std::string_view rest = text.substr(scheme + 3);
    const auto path = rest.find_first_of("/?");
    if (path == std::string_view::npos) {
        return std::string_view("/");
    }
    if (rest[path] == '?') {
        return bad("expected a path in the target");
    }
    return rest.substr(path);
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const std::string_view field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (field.empty()) {
            continue;
        }
        const auto equals = std::min(field.find('='), field.size());
        auto name = decoded(field.substr(0, equals), true, "query");
        if (!name) {
            return name.error();
        }
        auto value = decoded(field.substr(std::min(equals + 1, field.size())), true, "query");
        if (!value) {
            return value.error();
        }
        fields.emplace_back(*std::move(name), *std::move(value));
    }
    return fields;
}

Result<Target> parse_target(std::string_view text) {
    auto origin = origin_form(text);
    if (!origin) {
        return origin.error();
    }
    if (origin->find('#') != std::string_view::npos) {
        return bad("expected no fragment in the target");
    }
    Target target;
    const auto mark = std::min(origin->find('?'), origin->size());
    std::string_view path = origin->substr(1, mark - 1);
    const bool trailing = !path.empty() && path.back() == '/';
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        auto segment = decoded(path.substr(0, end), false, "path");
        if (!segment) {
            return segment.error();
        }
        if (*segment == "." || *segment == "..") {
            return bad("expected a path without \".\" and \"..\"");
        }
        target.path += "/" + *segment;
        target.segments.push_back(*std::move(segment));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (trailing || target.path.empty()) {
        target.path += '/';
    }
    auto query = parse_query(origin->substr(std::min(mark + 1, origin->size())));
    if (!query) {
        return query.error();
    }
    target.query = *std::move(query);
    return target;
}

}  // namespace rookery::server
