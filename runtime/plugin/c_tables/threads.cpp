#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

static_assert(static_cast<int>(Phase::creating) == RK_PHASE_CREATING);
static_assert(static_cast<int>(Phase::running) == RK_PHASE_RUNNING);
static_assert(static_cast<int>(Phase::stopping) == RK_PHASE_STOPPING);
static_assert(static_cast<int>(Phase::over) == RK_PHASE_OVER);

rk_status_t is_instance_thread(const rk_host_t* host) noexcept {
    return host == nullptr ? RK_E_INVALID : t_entered == host ? 1 : 0;
}

rk_status_t phase(const rk_host_t* host) noexcept {
    return host == nullptr ? RK_E_INVALID
                           : static_cast<rk_status_t>(static_cast<const HostSide&>(*host).phase());
}

}  // namespace

const rk_threads kThreads{sizeof(rk_threads), 0, &is_instance_thread, &phase};

}  // namespace rookery::plugin::c_tables
