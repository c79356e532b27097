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

}  // namespace

const rk_config kConfig{sizeof(rk_config), 0, &settings};

}  // namespace rookery::plugin::c_tables
