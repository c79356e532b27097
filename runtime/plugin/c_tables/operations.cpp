#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

constexpr std::size_t kMaxName = 128;

rk_status_t call(const rk_host_t* host, const rk_call_t* wish, rk_done_fn done, void* user,
                 rk_release_t release, rk_error_t* error) noexcept {
    return on_instance(host, done == nullptr ? kAlways : kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(wish)) {
            return fail(error, RK_E_INVALID, "call: the struct is null or too small");
        }
        const auto operation = text_of(wish->operation);
        const auto arguments = text_of(wish->arguments);
        const auto bot = text_of(wish->bot);
        if (!operation || !arguments || !bot) {
            return fail(error, RK_E_INVALID, "call: a text is null but has a length");
        }
        if (operation->size() > kMaxName || bot->size() > kMaxName) {
            return fail(error, RK_E_LIMIT, "call: a name is longer than 128 bytes");
        }
        const auto begun = plugin.calls().begin(
            {*operation, *arguments, *bot, wish->event, Millis{wish->deadline_ms}}, done, user,
            release);
        return begun ? RK_OK : fail(error, begun.error());
    });
}

}  // namespace

const rk_operations kOperations{sizeof(rk_operations), 0, &call};

}  // namespace rookery::plugin::c_tables
