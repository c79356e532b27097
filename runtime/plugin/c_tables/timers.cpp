#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

namespace rookery::plugin::c_tables {
namespace {

struct Callback {
    rk_task_fn task;
    void* user;
    rk_release_t release;
};

rk_status_t start(const rk_host_t* host, std::uint64_t millis, bool repeats,
                  const Callback& callback, rk_handle_t* out, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (callback.task == nullptr) {
            return fail(error, RK_E_INVALID, "a timer's task is null");
        }
        const auto longest = static_cast<std::uint64_t>(Timers::kLongest.count());
        if (millis > longest || (repeats && millis == 0)) {
            return fail(error, RK_E_INVALID,
                        "a timer of " + std::to_string(millis) + " ms; expected " +
                            (repeats ? "1" : "0") + " to " + std::to_string(longest));
        }
        const Timers::Kind kind{Millis{static_cast<Millis::rep>(millis)}, repeats};
        return give(plugin.timers().start(kind, callback.task, callback.user, callback.release),
                    out, error);
    });
}

rk_status_t after(const rk_host_t* host, std::uint64_t millis, rk_task_fn task, void* user,
                  rk_release_t release, rk_handle_t* out, rk_error_t* error) noexcept {
    return start(host, millis, false, {task, user, release}, out, error);
}

rk_status_t every(const rk_host_t* host, std::uint64_t millis, rk_task_fn task, void* user,
                  rk_release_t release, rk_handle_t* out, rk_error_t* error) noexcept {
    return start(host, millis, true, {task, user, release}, out, error);
}

rk_status_t cron(const rk_host_t* host, rk_text_t when, rk_text_t zone, rk_task_fn task, void* user,
                 rk_release_t release, rk_handle_t* out, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        const auto text = text_of(when);
        const auto place = text_of(zone);
        if (task == nullptr || !text || !place) {
            return fail(error, RK_E_INVALID,
                        task == nullptr ? "a timer's task is null" : "cron: a text is not valid");
        }
        auto parsed = hostapi::Cron::parse(*text, place->empty() ? "UTC" : *place);
        if (!parsed) {
            return give(Result<rk_handle_t>(parsed.error()), out, error);
        }
        auto timer = hostapi::CronTimer::start(
            *std::move(parsed), hostapi::CronTimer::moment(plugin.context().worker->wall()));
        if (!timer) {
            return give(Result<rk_handle_t>(timer.error()), out, error);
        }
        const Timers::Kind kind{Millis{0}, true, *std::move(timer)};
        return give(plugin.timers().start(kind, task, user, release), out, error);
    });
}

rk_status_t cancel(const rk_host_t* host, rk_handle_t timer) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        return plugin.timers().cancel(timer) ? RK_OK : RK_E_STALE;
    });
}

rk_status_t post(const rk_host_t* host, rk_task_fn task, void* user, rk_release_t release,
                 rk_error_t* error) noexcept {
    if (host == nullptr || task == nullptr) {
        return fail(error, RK_E_INVALID, "post: host or task is null");
    }
    try {
        // Of the side, which any thread may use, not of the plugin behind it.
        auto& side = const_cast<HostSide&>(static_cast<const HostSide&>(*host));
        const rk_status_t status = side.post(task, user, release);
        return status == RK_OK
                   ? RK_OK
                   : fail(error, status,
                          status == RK_E_STATE ? "the plugin is stopping" : "too many tasks wait");
    } catch (...) {
        return fail(error, RK_E_LIMIT, "no memory left");
    }
}

rk_status_t now(const rk_host_t* host, std::int64_t* millis) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        if (millis == nullptr) {
            return RK_E_INVALID;
        }
        *millis =
            std::chrono::duration_cast<Millis>(plugin.context().worker->wall().time_since_epoch())
                .count();
        return RK_OK;
    });
}

}  // namespace

const rk_timers kTimers{sizeof(rk_timers), 0, &after, &every, &cancel, &post, &cron, &now};

}  // namespace rookery::plugin::c_tables
