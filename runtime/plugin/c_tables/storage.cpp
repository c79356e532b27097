#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

#include <algorithm>
#include <vector>

namespace rookery::plugin::c_tables {
namespace {

struct Callback {
    rk_stored_fn done;
    void* user;
    rk_release_t release;
};

template <class T>
using Answer = std::function<void(Result<T>)>;
template <class T>
using Fill = std::function<void(const T&, rk_stored_t&)>;

/// Begins the call of that name; `fill` puts its result into what the plugin is told.
template <class T, class Begin>
rk_status_t call(const rk_host_t* host, Phases phases, const char* what, const Callback& callback,
                 Fill<T> fill, rk_error_t* error, const Begin& begin) noexcept {
    return on_instance(host, phases, error, [&](Plugin& plugin) {
        const hostapi::Kv* const kv = plugin.context().kv;
        if (kv == nullptr) {
            return fail(error, RK_E_UNSUPPORTED, "this host stores nothing");
        }
        if (!kNotStopping.contain(static_cast<const HostSide&>(*host).phase())) {
            begin(*kv, Answer<T>([](const Result<T>&) {}));
            return RK_OK;
        }
        std::function<rk_status_t(const Result<T>&, void*, rk_error_t*)> tell;
        if (callback.done != nullptr) {
            tell = [done = callback.done, fill = std::move(fill)](const Result<T>& result,
                                                                  void* user, rk_error_t* reason) {
                if (!result) {
                    const std::string message = result.error().message();
                    return done(user, status_of(result.error().kind()), nullptr, to_c(message),
                                reason);
                }
                rk_stored_t stored{};
                stored.size = sizeof(stored);
                fill(*result, stored);
                return done(user, RK_OK, &stored, {nullptr, 0}, reason);
            };
        }
        auto answer = plugin.pending().begin<T>(std::string("storage ") + what, std::move(tell),
                                                callback.user, callback.release);
        if (!answer) {
            return fail(error, answer.error());
        }
        begin(*kv, *std::move(answer));
        return RK_OK;
    });
}

/// A write without a callback may come as late as the end.
Phases phases_of(rk_stored_fn done) { return done == nullptr ? kAlways : kNotStopping; }

/// Of the event at hand; null outside of one.
hostapi::EventEffects* effects_of(const rk_host_t* host) {
    Events& events = static_cast<const HostSide&>(*host).plugin()->events();
    OpenEvent* const open = events.find(events.current());
    return open == nullptr ? nullptr : open->ticket.effects();
}

/// As call(), for the event that the plugin has named, if it has.
template <class T, class Begin>
rk_status_t write(const rk_host_t* host, const char* what, const Callback& callback, Fill<T> fill,
                  rk_error_t* error, const Begin& begin) noexcept {
    return on_instance(host, phases_of(callback.done), error, [&](Plugin& plugin) {
        const rk_handle_t named = plugin.pending().named_event();
        const Events::Current current(plugin.events(),
                                      named != 0 ? named : plugin.events().current());
        return call<T>(host, kAlways, what, callback, std::move(fill), error,
                       [&](const hostapi::Kv& kv, Answer<T> answer) {
                           begin(kv, std::move(answer), effects_of(host));
                       });
    });
}

rk_status_t broken(rk_error_t* error, const char* what) {
    return fail(error, RK_E_INVALID,
                std::string(what) + ": a pointer is null where it must not be");
}

rk_status_t get(const rk_host_t* host, rk_text_t key, rk_stored_fn done, void* user,
                rk_release_t release, rk_error_t* error) noexcept {
    const auto text = text_of(key);
    if (!text || done == nullptr) {
        return broken(error, "get");
    }
    using Value = std::optional<std::string>;
    return call<Value>(
        host, kNotStopping, "get", {done, user, release},
        [](const Value& value, rk_stored_t& out) {
            out.found = value ? 1 : 0;
            out.value = value ? to_c(*value) : rk_text_t{nullptr, 0};
        },
        error,
        [&](const hostapi::Kv& kv, Answer<Value> answer) {
            kv.get(std::string(*text), std::move(answer));
        });
}

/// Nothing when a pointer is null where it must not be.
std::optional<store::KvBatch> batch_of(const rk_stored_check_t* checks, std::uint32_t check_count,
                                       const rk_stored_write_t* writes, std::uint32_t write_count) {
    store::KvBatch batch;
    if ((checks == nullptr && check_count != 0) || (writes == nullptr && write_count != 0)) {
        return std::nullopt;
    }
    const auto value_of = [](std::uint32_t present, std::optional<std::string_view> text) {
        return present != 0 ? std::optional(std::string(*text)) : std::nullopt;
    };
    for (std::uint32_t i = 0; i < check_count; ++i) {
        const auto key = text_of(checks[i].key);
        const auto value = text_of(checks[i].value);
        if (!key || (checks[i].present != 0 && !value)) {
            return std::nullopt;
        }
        batch.checks.push_back({std::string(*key), value_of(checks[i].present, value)});
    }
    constexpr std::uint64_t kLongest = std::uint64_t{1} << 52U;
    for (std::uint32_t i = 0; i < write_count; ++i) {
        const auto key = text_of(writes[i].key);
        const auto value = text_of(writes[i].value);
        if (!key || (writes[i].present != 0 && !value)) {
            return std::nullopt;
        }
        batch.writes.push_back(
            {std::string(*key), value_of(writes[i].present, value),
             Millis{static_cast<Millis::rep>(std::min(writes[i].ttl_ms, kLongest))}});
    }
    return batch;
}

rk_status_t apply(const rk_host_t* host, const rk_stored_check_t* checks, std::uint32_t check_count,
                  const rk_stored_write_t* writes, std::uint32_t write_count, rk_stored_fn done,
                  void* user, rk_release_t release, rk_error_t* error) noexcept {
    if (check_count > store::kMostKvBatch || write_count > store::kMostKvBatch) {
        return fail(error, RK_E_LIMIT, "apply: more than 128 checks or writes at once");
    }
    if (check_count == 0 && write_count == 0) {
        return fail(error, RK_E_INVALID, "apply: neither checks nor writes");
    }
    std::optional<store::KvBatch> batch;
    try {
        batch = batch_of(checks, check_count, writes, write_count);
    } catch (...) {
        return fail(error, RK_E_LIMIT, "no memory left");
    }
    if (!batch) {
        return broken(error, "apply");
    }
    return write<store::KvOutcome>(
        host, "apply", {done, user, release},
        [](const store::KvOutcome& outcome, rk_stored_t& out) {
            out.applied = outcome.applied ? 1 : 0;
            out.existed = static_cast<std::uint32_t>(outcome.existed);
        },
        error,
        [&](const hostapi::Kv& kv, Answer<store::KvOutcome> answer,
            hostapi::EventEffects* effects) {
            kv.apply(*std::move(batch), std::move(answer), effects);
        });
}

rk_status_t add(const rk_host_t* host, rk_text_t key, std::int64_t amount, rk_stored_fn done,
                void* user, rk_release_t release, rk_error_t* error) noexcept {
    const auto text = text_of(key);
    if (!text) {
        return broken(error, "add");
    }
    return write<std::int64_t>(
        host, "add", {done, user, release},
        [](std::int64_t sum, rk_stored_t& out) { out.number = sum; }, error,
        [&](const hostapi::Kv& kv, Answer<std::int64_t> answer, hostapi::EventEffects* effects) {
            kv.add(std::string(*text), amount, std::move(answer), effects);
        });
}

rk_status_t list(const rk_host_t* host, rk_text_t prefix, rk_text_t after, std::uint32_t limit,
                 rk_stored_fn done, void* user, rk_release_t release, rk_error_t* error) noexcept {
    const auto from = text_of(prefix);
    const auto behind = text_of(after);
    if (!from || !behind || done == nullptr) {
        return broken(error, "list");
    }
    const auto items = std::make_shared<std::vector<rk_stored_item_t>>();
    return call<store::KvPage>(
        host, kNotStopping, "list", {done, user, release},
        [items](const store::KvPage& page, rk_stored_t& out) {
            for (const store::KvItem& item : page.items) {
                items->push_back({to_c(item.key), to_c(item.value)});
            }
            out.items = items->data();
            out.item_count = static_cast<std::uint32_t>(items->size());
            out.more = page.more ? 1 : 0;
        },
        error,
        [&](const hostapi::Kv& kv, Answer<store::KvPage> answer) {
            kv.list({std::string(*from), std::string(*behind), limit}, std::move(answer));
        });
}

rk_status_t on_behalf(const rk_host_t* host, rk_handle_t event) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        if (event != 0 && plugin.events().find(event) == nullptr) {
            return RK_E_STALE;
        }
        plugin.pending().name_event(event);
        return RK_OK;
    });
}

}  // namespace

const rk_storage kStorage{sizeof(rk_storage), 0, &get, &apply, &add, &list, &on_behalf};

}  // namespace rookery::plugin::c_tables
