#include "plugin/documents.hpp"

#include <charconv>
#include <string>

namespace rookery::plugin {
namespace {

const nlohmann::json* child(const nlohmann::json& parent, std::string_view key) noexcept {
    if (parent.is_object()) {
        const auto found = parent.find(key);
        return found == parent.end() ? nullptr : &*found;
    }
    std::size_t index = 0;
    const char* const end = key.data() + key.size();
    const auto [rest, error] = std::from_chars(key.data(), end, index);
    const bool number = error == std::errc{} && rest == end;
    return parent.is_array() && number && index < parent.size() ? &parent[index] : nullptr;
}

}  // namespace

const nlohmann::json* Documents::at(const nlohmann::json& root, std::string_view path) noexcept {
    const nlohmann::json* value = &root;
    while (!path.empty() && value != nullptr) {
        const std::size_t dot = path.find('.');
        value = child(*value, path.substr(0, dot));
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return value;
}

}  // namespace rookery::plugin
