#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"
#include "plugin/values.hpp"

namespace rookery::plugin::c_tables {
namespace {

using nlohmann::json;

template <class Body>
rk_status_t with_value(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                       const Body& body, const Place& place = Place::current()) noexcept {
    return on_instance(
        host, kAlways, nullptr,
        [&](Plugin& plugin) {
            const json* const root = plugin.documents().find(document);
            if (root == nullptr) {
                return RK_E_STALE;
            }
            const auto text = text_of(path);
            if (!text) {
                return RK_E_INVALID;
            }
            const json* const value = Documents::at(*root, *text);
            return value == nullptr ? RK_E_NOT_FOUND : body(*value);
        },
        place);
}

rk_status_t get(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                rk_value_t* out) noexcept {
    return with_value(host, document, path, [&](const json& value) {
        if (!has_room(out)) {
            return RK_E_INVALID;
        }
        set_json_value(value, *out);
        if (out->kind == RK_VALUE_TEXT) {
            out->as.text =
                lend(*host, document, value.get_ref<const std::string&>(), "documents.get");
        }
        return RK_OK;
    });
}

rk_status_t count(const rk_host_t* host, rk_handle_t document, rk_text_t path,
                  std::uint32_t* out) noexcept {
    return with_value(host, document, path, [out](const json& value) {
        if (out == nullptr) {
            return RK_E_INVALID;
        }
        *out = value.is_structured() ? static_cast<std::uint32_t>(value.size()) : 0;
        return RK_OK;
    });
}

rk_status_t key(const rk_host_t* host, rk_handle_t document, rk_text_t path, std::uint32_t index,
                rk_text_t* out) noexcept {
    return with_value(host, document, path, [&](const json& value) {
        if (out == nullptr) {
            return RK_E_INVALID;
        }
        if (!value.is_object() || index >= value.size()) {
            return RK_E_NOT_FOUND;
        }
        *out = lend(*host, document, std::next(value.begin(), index).key(), "documents.key");
        return RK_OK;
    });
}

rk_status_t write_json(const rk_host_t* host, rk_handle_t document, rk_text_t path, rk_sink_t sink,
                       void* user) noexcept {
    return with_value(host, document, path, [&](const json& value) {
        if (sink == nullptr) {
            return RK_E_INVALID;
        }
        const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
        sink(user, lend(*host, 0, text, "documents.write_json"));
        fence(*host, 0);
        settle(*host);
        return RK_OK;
    });
}

rk_status_t view(const rk_host_t* host, rk_handle_t document, rk_value_t* out) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        if (!has_room(out)) {
            return RK_E_INVALID;
        }
        auto plain = plugin.documents().plain(document);
        if (!plain) {
            return status_of(plain.error().kind());
        }
        if (*plain == nullptr) {
            return RK_E_STALE;
        }
        const model::Value root = (*plain)->root();
        if (!root) {
            return RK_E_NOT_FOUND;
        }
        c_tables::set_value(document, root, *out);
        return RK_OK;
    });
}

rk_status_t hold(const rk_host_t* host, rk_handle_t document) noexcept {
    return on_instance(host, kAlways, nullptr,
                       [&](Plugin& plugin) { return plugin.documents().hold(document); });
}

rk_status_t release(const rk_host_t* host, rk_handle_t document) noexcept {
    return on_instance(host, kAlways, nullptr,
                       [&](Plugin& plugin) { return plugin.documents().release(document); });
}

}  // namespace

const rk_documents kDocuments{sizeof(rk_documents), 0,     &get,  &count,  &key,
                              &write_json,          &view, &hold, &release};

}  // namespace rookery::plugin::c_tables
