#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

rk_status_t settings(const rk_host_t* host, rk_handle_t* out) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        if (out == nullptr) {
            return RK_E_INVALID;
        }
        *out = plugin.settings();
        return RK_OK;
    });
}

rk_status_t place(const rk_host_t* host, rk_text_t path, rk_sink_t sink, void* user) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        const auto text = text_of(path);
        if (!text || sink == nullptr) {
            return RK_E_INVALID;
        }
        const std::string* const found = plugin.place_of_setting(*text);
        if (found == nullptr) {
            return RK_E_NOT_FOUND;
        }
        sink(user, to_c(*found));
        return RK_OK;
    });
}

}  // namespace

const rk_config kConfig{sizeof(rk_config), 0, &settings, &place};

}  // namespace rookery::plugin::c_tables
