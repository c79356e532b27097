#pragma once

#include <rookery/abi/ext/storage.h>
#include <rookery/async.hpp>
#include <rookery/duration.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// Some of the stored keys, in the order of their bytes, with their values.
struct KvPage {
    std::vector<std::pair<std::string, std::string>> items;
    bool more = false;  ///< there are keys after the last one
};

namespace detail {

/// While it lives, writes are on behalf of the event that runs now: a coroutine that goes on in
/// another event's handler, or in a timer, keeps its own.
class OnBehalf {
  public:
    explicit OnBehalf(const Host& host)
        : host_(host), table_(service<rk_storage_t>(host, RK_STORAGE_ID)) {
        if (host.event != 0) {
            tell(host.event);
        }
    }
    OnBehalf(const OnBehalf&) = delete;
    OnBehalf& operator=(const OnBehalf&) = delete;
    ~OnBehalf() {
        if (told_) {
            tell(0);
        }
    }

    const rk_storage_t* operator->() const noexcept { return &table_; }

  private:
    void tell(rk_handle_t event) noexcept {
        if (table_.size >= offsetof(rk_storage_t, on_behalf) + sizeof(void*)) {
            told_ = table_.on_behalf(host_.raw, event) == RK_OK;
        }
    }

    const Host& host_;
    const rk_storage_t& table_;
    bool told_ = false;
};

}  // namespace detail

/// Several changes as one: carried out when everything that is expected holds. At most 128 of each.
class KvBatch {
  public:
    KvBatch& expect(std::string_view key, std::string_view value) {
        checks_.push_back({std::string(key), std::string(value), true});
        return *this;
    }
    KvBatch& expect_none(std::string_view key) {
        checks_.push_back({std::string(key), {}, false});
        return *this;
    }
    KvBatch& set(std::string_view key, std::string_view value) {
        writes_.push_back({std::string(key), std::string(value), true, 0});
        return *this;
    }
    template <class Duration>
    KvBatch& set(std::string_view key, std::string_view value, Duration time_to_live) {
        writes_.push_back(
            {std::string(key), std::string(value), true, detail::millis_of(time_to_live)});
        return *this;
    }
    KvBatch& remove(std::string_view key) {
        writes_.push_back({std::string(key), {}, false, 0});
        return *this;
    }

    rk_status_t begin(const Host& host, rk_stored_fn done, void* user, rk_release_t release,
                      rk_error_t* error) const {
        std::vector<rk_stored_check_t> checks;
        for (const Item& each : checks_) {
            checks.push_back({detail::to_text(each.key), detail::to_text(each.value),
                              each.present ? 1U : 0U, 0});
        }
        std::vector<rk_stored_write_t> writes;
        for (const Item& each : writes_) {
            writes.push_back({detail::to_text(each.key), detail::to_text(each.value), each.ttl,
                              each.present ? 1U : 0U, 0});
        }
        return detail::OnBehalf(host)->apply(
            host.raw, checks.data(), static_cast<std::uint32_t>(checks.size()), writes.data(),
            static_cast<std::uint32_t>(writes.size()), done, user, release, error);
    }

  private:
    struct Item {
        std::string key;
        std::string value;
        bool present;
        std::uint64_t ttl = 0;
    };

    std::vector<Item> checks_;
    std::vector<Item> writes_;
};

/// Keys and values of the plugin's own that outlive the process; both are bytes, keys of 1 to 512
/// of them, values of at most 1 MiB. Calls are carried out in the order in which they are begun,
/// and each can be awaited, given a callback by then(), or left alone. Needs the capability "kv".
///
/// What is written in a handler is written once, however often the event is handled: when a handler
/// begins anew, after a kill or in the version that a reload has brought, a write that was carried
/// out is answered as it was then, and changes nothing. It is known by the keys that it writes and
/// by how many-th of that it is for the event, not by amounts and values. What is read is what is
/// there now: prefer what incr() and cas() answer. Writes of timers are on no event's behalf.
///
/// Instance thread.
class Kv {
    // What is deduced stands before what uses it.
  private:
    static const rk_storage_t& table(const Host& host) {
        return detail::service<rk_storage_t>(host, RK_STORAGE_ID);
    }

    template <class T, class Read>
    static rk_status_t end(void* user, rk_status_t status, const rk_stored_t* stored,
                           rk_text_t message, rk_error_t* error) {
        return detail::guarded(error, [&] {
            auto& sink = *static_cast<detail::Sink<T>*>(user);
            if (status < 0 || stored == nullptr) {
                sink.take(Failure{status < 0 ? status : RK_E_INTERNAL,
                                  std::string(detail::to_view(message))});
            } else {
                sink.take(Read{}(*stored));
            }
            return RK_OK;
        });
    }

    template <class Read>
    auto apply(KvBatch batch, Read) const {
        using T = decltype(Read{}(std::declval<const rk_stored_t&>()));
        return detail::async<T>(
            *host_,
            [batch = std::move(batch)](const Host& host, detail::Sink<T>* sink, rk_error_t* error) {
                return batch.begin(host, sink == nullptr ? nullptr : &end<T, Read>, sink,
                                   sink == nullptr ? nullptr : &detail::Sink<T>::release, error);
            });
    }

  public:
    explicit Kv(const Host& host) : host_(&host) {}

    /// Result<std::optional<std::string>>: nothing when there is no such key.
    [[nodiscard]] auto get(std::string_view key) const {
        using Found = std::optional<std::string>;
        return detail::async<Found>(
            *host_,
            [key = std::string(key)](const Host& host, detail::Sink<Found>* sink,
                                     rk_error_t* error) -> rk_status_t {
                if (sink == nullptr) {
                    return RK_OK;
                }
                const auto read = [](const rk_stored_t& stored) {
                    return stored.found != 0 ? Found(std::string(detail::to_view(stored.value)))
                                             : Found();
                };
                return table(host).get(host.raw, detail::to_text(key), &end<Found, decltype(read)>,
                                       sink, &detail::Sink<Found>::release, error);
            });
    }
    /// Result<Done>.
    auto set(std::string_view key, std::string_view value) const {
        return apply(KvBatch().set(key, value), [](const rk_stored_t&) { return Done(); });
    }
    template <class Duration>
    auto set(std::string_view key, std::string_view value, Duration time_to_live) const {
        return apply(KvBatch().set(key, value, time_to_live),
                     [](const rk_stored_t&) { return Done(); });
    }
    /// Result<bool>: whether there was such a key.
    auto remove(std::string_view key) const {
        return apply(KvBatch().remove(key),
                     [](const rk_stored_t& stored) { return stored.existed != 0; });
    }
    /// Result<bool>: whether everything that was expected held, and the changes were made.
    auto commit(KvBatch batch) const {
        return apply(std::move(batch),
                     [](const rk_stored_t& stored) { return stored.applied != 0; });
    }
    /// Compare and set, Result<bool>: only if the key has the value `old`; nothing: if it is not
    /// there.
    auto cas(std::string_view key, const std::optional<std::string>& old,
             std::string_view value) const {
        KvBatch batch;
        if (old) {
            batch.expect(key, *old);
        } else {
            batch.expect_none(key);
        }
        return commit(batch.set(key, value));
    }
    /// Adds to the whole number that the key holds, from 0 when it is not there. Result with the
    /// sum.
    auto incr(std::string_view key, std::int64_t amount = 1) const {
        return detail::async<std::int64_t>(
            *host_, [key = std::string(key), amount](
                        const Host& host, detail::Sink<std::int64_t>* sink, rk_error_t* error) {
                const auto read = [](const rk_stored_t& stored) { return stored.number; };
                return detail::OnBehalf(host)->add(
                    host.raw, detail::to_text(key), amount,
                    sink == nullptr ? nullptr : &end<std::int64_t, decltype(read)>, sink,
                    sink == nullptr ? nullptr : &detail::Sink<std::int64_t>::release, error);
            });
    }
    /// Result<KvPage>: keys that begin with `prefix` and come after `after`, 1 to 1,000 of them.
    [[nodiscard]] auto list(std::string_view prefix, std::string_view after = {},
                            std::uint32_t limit = 100) const {
        return detail::async<KvPage>(
            *host_,
            [prefix = std::string(prefix), after = std::string(after), limit](
                const Host& host, detail::Sink<KvPage>* sink, rk_error_t* error) -> rk_status_t {
                if (sink == nullptr) {
                    return RK_OK;
                }
                const auto read = [](const rk_stored_t& stored) {
                    KvPage page;
                    for (std::uint32_t i = 0; i < stored.item_count; ++i) {
                        page.items.emplace_back(detail::to_view(stored.items[i].key),
                                                detail::to_view(stored.items[i].value));
                    }
                    page.more = stored.more != 0;
                    return page;
                };
                return table(host).list(host.raw, detail::to_text(prefix), detail::to_text(after),
                                        limit, &end<KvPage, decltype(read)>, sink,
                                        &detail::Sink<KvPage>::release, error);
            });
    }

  private:
    const Host* host_;
};

}  // namespace rookery
