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

rk_status_t Documents::hold(rk_handle_t handle) noexcept {
    Document* const found = documents_.find(handle);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    if (found->holds >= kMaxHolds) {
        return RK_E_LIMIT;
    }
    ++found->holds;
    return RK_OK;
}

rk_status_t Documents::release(rk_handle_t handle) noexcept {
    Document* const found = documents_.find(handle);
    if (found == nullptr || found->holds == 0) {
        return RK_E_STALE;
    }
    if (--found->holds == 0 && !found->kept) {
        erase(handle);
    }
    return RK_OK;
}

void Documents::erase(rk_handle_t handle) noexcept {
    documents_.erase(handle);
    if (debug_ != nullptr) {
        debug_->fence(handle);
    }
}

void Documents::drop(rk_handle_t handle) noexcept {
    Document* const found = documents_.find(handle);
    if (found != nullptr && found->holds == 0) {
        erase(handle);
    } else if (found != nullptr) {
        found->kept = false;
    }
}

Result<model::PlainDocument*> Documents::plain(rk_handle_t handle) {
    Document* const found = documents_.find(handle);
    if (found == nullptr) {
        return nullptr;
    }
    if (found->plain == nullptr) {
        auto made = model::PlainDocument::make(
            found->value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
            found->shape);
        if (!made) {
            return made.error();
        }
        found->plain = *std::move(made);
    }
    return found->plain.get();
}

}  // namespace rookery::plugin
