#include "server/http/message.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace rookery::server {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const auto& [key, value] : fields_) {
        if (same_name(key, name)) {
            return value;
        }
    }
    return std::nullopt;
}

void Headers::set(std::string name, std::string value) {
    std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
    add(std::move(name), std::move(value));
}

std::optional<std::string_view> Request::parameter(std::string_view name) const noexcept {
    for (auto field = query.rbegin(); field != query.rend(); ++field) {
        if (field->first == name) {
            return field->second;
        }
    }
    return std::nullopt;
}

Response failure(unsigned status, std::string_view code, std::string_view error) {
    const nlohmann::ordered_json body{{"success", false}, {"error", error}, {"code", code}};
    return Response::text(
        status, "application/json; charset=utf-8",
        body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace rookery::server
