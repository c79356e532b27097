#pragma once

#include <rookery/abi/ext/http.h>
#include <rookery/abi/ext/settings.h>
#include <rookery/abi/ext/storage.h>
#include <rookery/testing/fake_host.hpp>

#include <charconv>

/// What is behind FakeHost: keys and values in memory, and a web that answers what it was told to.
namespace rookery::testing {

inline void FakeHost::later(std::function<void()> end) {
    const rk_handle_t event = current_;
    if (const auto open = events_.find(event); open != events_.end()) {
        ++open->second.holds;
    }
    ends_.push_back([this, event, end = std::move(end)] {
        const rk_handle_t before = std::exchange(current_, event);
        end();
        current_ = before;
        release_event(event);
    });
}

/// The functions of rookery.storage/1 and rookery.http/1.
struct FakeServices {
    using Host = const rk_host_t*;

    static std::string text(rk_text_t text) { return std::string(text.data, text.len); }

    /// Gives `stored` to the plugin when its call has returned.
    struct Stored {
        rk_status_t status = RK_OK;
        std::string message{};
        rk_stored_t stored{};
        std::string value{};
        std::vector<std::pair<std::string, std::string>> items{};
    };
    static rk_status_t finish(FakeHost& host, Stored result, rk_stored_fn done, void* user,
                              rk_release_t release) {
        const auto callback = host.take(done, user, release);
        host.later([&host, callback, result = std::move(result)]() mutable {
            std::vector<rk_stored_item_t> items;
            for (const auto& [key, value] : result.items) {
                items.push_back({rookery::detail::to_text(key), rookery::detail::to_text(value)});
            }
            result.stored.size = sizeof(rk_stored_t);
            result.stored.value = rookery::detail::to_text(result.value);
            result.stored.items = items.data();
            result.stored.item_count = static_cast<std::uint32_t>(items.size());
            if (callback.function != nullptr && !host.dropping_) {
                host.note(host.enter([&](rk_error_t* error) {
                    return callback.function(callback.user, result.status,
                                             result.status < 0 ? nullptr : &result.stored,
                                             rookery::detail::to_text(result.message), error);
                }),
                          "the end of a kv call");
            } else if (result.status < 0 && !host.dropping_) {
                host.note(result.message, "kv");
            }
            host.give_back(callback);
        });
        return RK_OK;
    }

    static const std::string* find(FakeHost& host, const std::string& key) {
        const auto found = host.kv_.find(key);
        if (found == host.kv_.end()) {
            return nullptr;
        }
        if (found->second.expires != 0 && found->second.expires <= host.now_) {
            host.kv_.erase(found);
            return nullptr;
        }
        return &found->second.value;
    }

    static rk_status_t get(Host raw, rk_text_t key, rk_stored_fn done, void* user,
                           rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "kv get", [&](FakeHost& host) {
            Stored result;
            if (const std::string* const found = find(host, text(key))) {
                result.stored.found = 1;
                result.value = *found;
            }
            return finish(host, std::move(result), done, user, release);
        });
    }

    static rk_status_t apply(Host raw, const rk_stored_check_t* checks, std::uint32_t check_count,
                             const rk_stored_write_t* writes, std::uint32_t write_count,
                             rk_stored_fn done, void* user, rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "kv apply", [&](FakeHost& host) {
            Stored result;
            result.stored.applied = 1;
            for (std::uint32_t i = 0; i < check_count; ++i) {
                const std::string* const found = find(host, text(checks[i].key));
                const bool holds = checks[i].present == 0
                                       ? found == nullptr
                                       : found != nullptr && *found == text(checks[i].value);
                result.stored.applied &= holds ? 1U : 0U;
            }
            for (std::uint32_t i = 0; i < write_count && result.stored.applied != 0; ++i) {
                const std::string key = text(writes[i].key);
                result.stored.existed += find(host, key) != nullptr ? 1 : 0;
                if (writes[i].present == 0) {
                    host.kv_.erase(key);
                } else {
                    host.kv_[key] = {text(writes[i].value),
                                     writes[i].ttl_ms == 0 ? 0 : host.now_ + writes[i].ttl_ms};
                }
            }
            return finish(host, std::move(result), done, user, release);
        });
    }

    static rk_status_t add(Host raw, rk_text_t key, std::int64_t amount, rk_stored_fn done,
                           void* user, rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "kv add", [&](FakeHost& host) {
            Stored result;
            const std::string name = text(key);
            const std::string* const found = find(host, name);
            if (found != nullptr) {
                const char* const end = found->data() + found->size();
                const auto read = std::from_chars(found->data(), end, result.stored.number);
                if (read.ec != std::errc() || read.ptr != end) {
                    result.status = RK_E_INVALID;
                    result.message = "the key holds no whole number";
                }
            }
            if (result.status >= 0) {
                result.stored.number += amount;
                host.kv_[name].value = std::to_string(result.stored.number);
            }
            return finish(host, std::move(result), done, user, release);
        });
    }

    static rk_status_t list(Host raw, rk_text_t prefix, rk_text_t after, std::uint32_t limit,
                            rk_stored_fn done, void* user, rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "kv list", [&](FakeHost& host) {
            Stored result;
            for (const auto& [key, entry] : host.kv_) {
                if (!key.starts_with(text(prefix)) || key <= text(after) ||
                    (entry.expires != 0 && entry.expires <= host.now_)) {
                    continue;
                }
                if (result.items.size() == limit) {
                    result.stored.more = 1;
                    break;
                }
                result.items.emplace_back(key, entry.value);
            }
            return finish(host, std::move(result), done, user, release);
        });
    }

    static rk_status_t request(Host raw, const rk_http_request_t* request, rk_http_fn done,
                               void* user, rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "http request", [&](FakeHost& host) {
            FakeHost::Request made{request->method.len == 0 ? "GET" : text(request->method),
                                   text(request->url), text(request->body)};
            const FakeHost::Page* page = nullptr;
            for (const auto& [begin, each] : host.web_) {
                page = made.url.starts_with(begin) ? &each : page;
            }
            const FakeHost::Page answer = page == nullptr ? FakeHost::Page{} : *page;
            const auto callback = host.take(done, user, release);
            host.requests_.push_back(made);
            host.later([&host, callback, answer, url = made.url] {
                rk_http_answer_t out{};
                out.size = sizeof(out);
                out.status = answer.status;
                out.url = rookery::detail::to_text(url);
                out.body = rookery::detail::to_text(answer.body);
                const bool denied = answer.status == 0;
                host.note(host.enter([&](rk_error_t* error) -> rk_status_t {
                    if (host.dropping_) {
                        return RK_OK;
                    }
                    return callback.function(
                        callback.user, denied ? RK_E_DENIED : RK_OK, denied ? nullptr : &out,
                        rookery::detail::to_text(denied ? "the host is not granted" : ""), error);
                }),
                          "the end of a request");
                host.give_back(callback);
            });
            return RK_OK;
        });
    }
};

/// In fake_settings.hpp.
[[nodiscard]] const void* settings_table();

inline const void* service_table(std::string_view id) {
    // Events are handled once here: there is nothing to tell by their names.
    static const rk_storage_t storage{offsetof(rk_storage_t, on_behalf),
                                      0,
                                      &FakeServices::get,
                                      &FakeServices::apply,
                                      &FakeServices::add,
                                      &FakeServices::list,
                                      nullptr};
    static const rk_http_t http{sizeof(rk_http_t), 0, &FakeServices::request};
    return id == RK_STORAGE_ID    ? static_cast<const void*>(&storage)
           : id == RK_HTTP_ID     ? static_cast<const void*>(&http)
           : id == RK_SETTINGS_ID ? settings_table()
                                  : nullptr;
}

}  // namespace rookery::testing
